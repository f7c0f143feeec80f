import { existsSync } from "node:fs";
import { describe, it } from "node:test";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";

/** Where Debian puts it. */
export const CHROMIUM_PATH = "/usr/bin/chromium";

/** Nothing of the tests leaves the machine, and nothing asks who uses the browser. */
const FLAGS = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/**
 * A suite that needs a browser: that of `CHROMIUM_PATH`, else Debian's. Where there is none, one skipped test says so; a skipped
 * suite would not be counted, and CI refuses what is skipped.
 *
 * @param body gets the browser's path
 */
export function describeInBrowser(name: string, env: NodeJS.ProcessEnv, body: (path: string) => void): void {
  const path = env["CHROMIUM_PATH"] ?? CHROMIUM_PATH;
  describe(name, () => {
    if (existsSync(path)) body(path);
    else it("needs a browser", { skip: `none at ${path}: install Chromium, or set CHROMIUM_PATH` });
  });
}

/** @param flags more of Chromium's own, such as `--disable-blink-features=…` */
export function launchChromium(path: string, flags: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: path, args: [...FLAGS, ...flags] });
}
