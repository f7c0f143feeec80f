import assert from "node:assert/strict";
import type { Page } from "./web-bff-process.ts";

/** An event loop that was as late as this was not alone on the machine, ms; see `measureLateness`. */
export const BUSY_MS = 100;

/** How a page can fail for want of time alone. */
const FOR_WANT_OF_TIME = new Set(["/problems/upstream-timeout", "/problems/overloaded"]);

/** No page failed, but on a busy machine one in ten for want of time: by its deadline, or refused as too many. */
export function assertAnswered(pages: readonly Page[], busy: boolean): void {
  const failed = pages.filter(({ status }) => status !== 200);
  const most = busy ? pages.length * 0.1 : 0;
  assert.ok(failed.length <= most, `${failed.length} of ${pages.length} pages failed`);
  for (const { problem = "no problem" } of failed) assert.ok(FOR_WANT_OF_TIME.has(problem), problem);
}
