import { pathSegment } from "@triptych/upstream-client";
import type { Ids } from "@triptych/upstream-client";
import type { Request, Response } from "express";
import { isOlder, parseVersion } from "../definition/app-version.ts";
import type { VersionParts } from "../definition/app-version.ts";
import type { Device } from "../definition/section.ts";
import { invalidRequest, ScreenProblem } from "../run/failure.ts";

/**
 * The path's parameters, decoded.
 * @throws ScreenProblem naming the parameter that the contract does not allow
 */
export function paramsOf(req: Request, ids: Ids = "plain"): Readonly<Record<string, string>> {
  // Without a prototype, a parameter's name cannot be that of an inherited member.
  const params: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(req.params)) {
    if (typeof value !== "string" || pathSegment(value, ids) === undefined)
      throw invalidRequest(`${name} must ${EXPECTED[ids]}.`);
    params[name] = value;
  }
  return params;
}

const EXPECTED: Readonly<Record<Ids, string>> = {
  plain: "be 1 to 64 letters, digits, _ or -",
  opaque: "not be empty, a dot or two dots",
};

/** The query with its question mark; "" without one. */
export function searchOf({ url }: Request): string {
  const at = url.indexOf("?");
  return at === -1 ? "" : url.slice(at);
}

/** From 1 to 4. */
const PIXEL_RATIO = /^(?:[1-3](?:\.\d{1,4})?|4(?:\.0{1,4})?)$/;

const DECIMAL = /^\d{1,3}(?:\.\d{1,20})?$/;

/**
 * `dpr[]=2` and `dpr[x]=2` are a list and a map named `dpr` elsewhere; here they are other names.
 */
const DPR_IN_BRACKETS = /^dpr\[/;

/**
 * What the client tells about its device. An app sets the query, a browser sends the client hint;
 * the query goes first.
 * @throws ScreenProblem if the query has a `dpr` that is not one number from 1 to 4
 */
export function deviceOf(req: Request): Device {
  const { dpr } = req.query;
  const isOdd = dpr !== undefined && (typeof dpr !== "string" || !PIXEL_RATIO.test(dpr));
  if (isOdd || Object.keys(req.query).some((name) => DPR_IN_BRACKETS.test(name)))
    throw invalidRequest("dpr must be one number from 1 to 4.");
  if (dpr !== undefined) return { pixelRatio: Number(dpr) };
  return { pixelRatio: hintedRatio(req.get("sec-ch-dpr")) };
}

/**
 * A browser measures its hint: 0.75 on an old phone, 1.100000023841858 on a zoomed page. It is
 * clamped to our range, or ignored if it makes no sense: the client did not choose to send it.
 */
function hintedRatio(hint: string | undefined): number {
  if (hint === undefined || !DECIMAL.test(hint)) return 1;
  return Math.min(4, Math.max(1, Number(hint)));
}

/**
 * The app's version, from `X-App-Version`; undefined (the newest) without that header.
 * @throws ScreenProblem if it is not a version, or is older than `oldest`
 */
export function versionOf(req: Request, oldest: VersionParts | undefined): VersionParts | undefined {
  const header = req.get("x-app-version");
  if (header === undefined || oldest === undefined) return undefined;
  const version = parseVersion(header);
  if (version === undefined) throw invalidRequest("X-App-Version must be one version, such as 3.0.0.");
  if (!isOlder(version, oldest)) return version;
  const supported = oldest.join(".");
  throw new ScreenProblem({
    code: "upgrade-required",
    detail: `This app is too old: the oldest version that is supported is ${supported}.`,
    upgrade: `app/${supported}`,
  });
}

/**
 * What an answer depends on besides its address; caches need to know (RFC 9110, section 12.5.5).
 */
export function variesBy(oldest: VersionParts | undefined): string {
  return oldest === undefined ? "Accept, Sec-CH-DPR" : "Accept, Sec-CH-DPR, X-App-Version";
}

/** The parameters of a media range, without its weight. */
const PARAMETERS = /;\s*(?!q=)[^;,=\s]+=(?:"[^"]*"|[^;,]*)/gi;

/**
 * Sets `Vary` and chooses the media type that the client prefers. Without an `Accept` header it is
 * the first.
 * @throws ScreenProblem if the client accepts none of them
 */
export function negotiate(
  req: Request,
  res: Response,
  mediaTypes: string[],
  oldest: VersionParts | undefined,
): string {
  res.vary(variesBy(oldest));
  const mediaType = preferred(req, mediaTypes);
  if (mediaType !== false) return mediaType;
  const detail = `This address answers ${mediaTypes.join(", ")}.`;
  throw new ScreenProblem({ code: "not-acceptable", detail });
}

function preferred(req: Request, mediaTypes: string[]): string | false {
  const header = req.headers.accept;
  // Most programs send exactly one type, and comparing strings is much cheaper than weighing
  // ranges.
  if (header !== undefined && mediaTypes.includes(header)) return header;
  const accepted = req.accepts(mediaTypes);
  if (accepted !== false || header === undefined || !header.includes(";")) return accepted;
  // Many clients ask for `application/json; charset=utf-8`. What we send is UTF-8 without saying
  // so.
  req.headers.accept = header.replaceAll(PARAMETERS, "");
  return req.accepts(mediaTypes);
}
