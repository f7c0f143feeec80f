import { Router } from "express";
import type { Response } from "express";
import { generateArticles, linesOf } from "../seed/articles.ts";
import { hash32 } from "../seed/random.ts";

/** Where pictures are reached: through the front door of `npm start`, without a login. */
export const DEFAULT_MEDIA_URL = "https://127.0.0.1:8443";

/** `63644131-640.svg`: which picture, and its width in pixels. */
const FILE = /^(?<picture>[0-9a-f]{1,64})-(?<width>[1-9]\d{1,3})\.svg$/;

/**
 * What the sample shop sells, by name, drawn in a square of 48 by 48. `A` is the colour of the
 * thing, `B` a darker and `C` a lighter one.
 */
export const DRAWINGS: ReadonlyMap<string, string> = new Map(
  linesOf("drawings.txt").map(([name = "", drawing = ""]) => [name, drawing]),
);

/** Whose picture, and how it is drawn in a square of 48 by 48. */
const KINDS: Readonly<Record<string, (owner: string, picture: string) => string>> = {
  avatars: (owner, picture) => person(`${owner} ${picture}`),
  products: product,
};

const PLACEHOLDER = `${square("#e4e4e7")}<path d="M10 34l9-12 7 8 5-6 7 10z" fill="#a1a1aa"/><circle cx="31" cy="16" r="4" fill="#a1a1aa"/>`;

/** A middleware for `/media`: draws the sample's pictures from their addresses. */
export const pictures = Router({ caseSensitive: true, strict: true })
  .get("/placeholder.svg", (_request, response) => send(response, 480, PLACEHOLDER))
  .get("/:kind/:owner/:file", ({ params: { kind, owner, file } }, response, next) => {
    const { picture, width } = FILE.exec(file)?.groups ?? {};
    const draw = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
    if (draw === undefined || picture === undefined) next();
    else send(response, Number(width), draw(owner, picture));
  });

/** Anyone may see a picture, and it runs nothing wherever it is opened. */
function send(response: Response, width: number, drawing: string): void {
  response.setHeader("cache-control", "public, max-age=86400");
  response.setHeader("content-security-policy", "sandbox; default-src 'none'");
  response.setHeader("x-content-type-options", "nosniff");
  response.setHeader("content-type", "image/svg+xml");
  response.send(
    Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${width}" viewBox="0 0 48 48">${drawing}</svg>`,
    ),
  );
}

function person(seed: string): string {
  const hue = hash32(seed) % 360;
  const fill = `hsl(${hue} 45% 45%)`;
  return `${square(`hsl(${hue} 55% 85%)`)}<circle cx="24" cy="18" r="8" fill="${fill}"/><circle cx="24" cy="46" r="17" fill="${fill}"/>`;
}

/**
 * What the product is, in its colour. An id that nobody knows gets any drawing, always the same.
 */
function product(id: string): string {
  const { drawing = "", hue = hash32(id) % 360 } = generateArticles().find((one) => one.id === id) ?? {};
  const any = [...DRAWINGS.values()][hash32(id) % DRAWINGS.size];
  const shape = DRAWINGS.get(drawing) ?? any ?? "";
  const colours = { A: `hsl(${hue} 48% 48%)`, B: `hsl(${hue} 42% 30%)`, C: `hsl(${hue} 55% 76%)` };
  const coloured = shape.replaceAll(/"([ABC])"/g, (_, name: keyof typeof colours) => `"${colours[name]}"`);
  return `${square(`hsl(${hue} 45% 92%)`)}${coloured}`;
}

function square(fill: string): string {
  return `<path d="M0 0h48v48H0z" fill="${fill}"/>`;
}
