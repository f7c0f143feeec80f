import type { Request } from "express";
import { isOlder, parseVersion } from "../definition/app-version.ts";
import type { VersionParts } from "../definition/app-version.ts";
import type { Device } from "../definition/section.ts";
import { ScreenProblem } from "../run/problem.ts";

/** Path parameters as every contract allows them: what does not match is never put into an upstream's path. */
const PATH_PARAMETER = /^[A-Za-z0-9_-]{1,64}$/;

/** @throws ScreenProblem naming the parameter that no contract allows */
export function paramsOf(req: Request): Readonly<Record<string, string>> {
  // Without a prototype, so that no name of a parameter is anything but a parameter.
  const params: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(req.params)) {
    if (typeof value !== "string" || !PATH_PARAMETER.test(value)) {
      throw invalid(`${name} must be 1 to 64 letters, digits, _ or -.`);
    }
    params[name] = value;
  }
  return params;
}

/** From 1 to 4. */
const PIXEL_RATIO = /^(?:[1-3](?:\.\d{1,4})?|4(?:\.0{1,4})?)$/;

const DECIMAL = /^\d{1,3}(?:\.\d{1,20})?$/;

/** `dpr[]=2` and `dpr[x]=2`: in other frameworks a list or a map named `dpr`, here names of their own. */
const DPR_IN_BRACKETS = /^dpr\[/;

/**
 * What the client tells of its device. The query comes first, since an app sets it; the client hint is a browser's.
 * @throws ScreenProblem when `dpr` stands in the query and is not one number from 1 to 4
 */
export function deviceOf(req: Request): Device {
  const { dpr } = req.query;
  const isOdd = dpr !== undefined && (typeof dpr !== "string" || !PIXEL_RATIO.test(dpr));
  if (isOdd || Object.keys(req.query).some((name) => DPR_IN_BRACKETS.test(name)))
    throw invalid("dpr must be one number from 1 to 4.");
  if (dpr !== undefined) return { pixelRatio: Number(dpr) };
  return { pixelRatio: hintedRatio(req.get("sec-ch-dpr")) };
}

/**
 * A hint is measured, not written by hand: 0.75 on an old phone, 1.100000023841858 where somebody zooms. What lies outside of our range counts as
 * its end, and what makes no sense as nothing: it is no reason to refuse, since the client did not choose to send it.
 */
function hintedRatio(hint: string | undefined): number {
  if (hint === undefined || !DECIMAL.test(hint)) return 1;
  return Math.min(4, Math.max(1, Number(hint)));
}

/**
 * The app's version, from `X-App-Version`; undefined (the newest) without it.
 * @throws ScreenProblem when it is not a version, or older than the oldest that is supported
 */
export function versionOf(req: Request, oldest: VersionParts | undefined): VersionParts | undefined {
  const header = req.get("x-app-version");
  if (header === undefined || oldest === undefined) return undefined;
  const version = parseVersion(header);
  if (version === undefined) throw invalid("X-App-Version must be one version, such as 3.0.0.");
  if (!isOlder(version, oldest)) return version;
  const supported = oldest.join(".");
  throw new ScreenProblem({
    code: "upgrade-required",
    detail: `This app is too old: the oldest version that is supported is ${supported}.`,
    upgrade: `app/${supported}`,
  });
}

function invalid(detail: string): ScreenProblem {
  return new ScreenProblem({ code: "invalid-request", detail });
}
