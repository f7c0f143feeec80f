import jsonata from "jsonata";
import { Refusal } from "../exchange.ts";
import type { Route } from "../table/route.ts";

/** Bytes; the BFFs accept no larger answer either. */
const MAX_BYTES = 1_048_576;

/** Turns a target's JSON into another version's. */
export type Transform = (body: Buffer) => Promise<Buffer>;

/** Compiles the route table's transforms, by route name. */
export function createTransforms(routes: readonly Route[]): ReadonlyMap<string, Transform> {
  const transforms = new Map<string, Transform>();
  for (const { name, transform } of routes) {
    if (transform === undefined) continue;
    const expression = jsonata(transform);
    transforms.set(name, async (body) => {
      try {
        const result: unknown = await expression.evaluate(JSON.parse(body.toString("utf8")));
        if (result === undefined) throw new Error("the transformation gave nothing");
        return Buffer.from(JSON.stringify(result));
      } catch (cause) {
        throw unreadable(cause);
      }
    });
  }
  return transforms;
}

/**
 * Reads a whole answer, to transform it.
 * @throws Refusal 502 when it is too large or breaks off
 */
export async function readAnswer(body: AsyncIterable<unknown>): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > MAX_BYTES) throw unreadable(new Error(`more than ${MAX_BYTES} bytes`));
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

function unreadable(cause: unknown): Refusal {
  return new Refusal(
    "version",
    { code: "upstream-invalid", detail: "The service's answer cannot be given in this version" },
    { reason: "transform", cause },
  );
}
