import { existsSync } from "node:fs";
import { chromium } from "playwright-core";
import type { Browser } from "playwright-core";

/** Where Debian puts it. */
const DEFAULT_PATH = "/usr/bin/chromium";

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
 * Where the browser is: `CHROMIUM_PATH`, else where Debian puts it.
 *
 * @returns the path, or why the tests that need a browser must be skipped
 */
export function findChromium(env: NodeJS.ProcessEnv): {
  readonly path: string;
  readonly skip: string | false;
} {
  const path = env["CHROMIUM_PATH"] ?? DEFAULT_PATH;
  const skip = existsSync(path)
    ? false
    : `no browser at ${path}: install Chromium, or set CHROMIUM_PATH to one`;
  return { path, skip };
}

/** @param flags more of Chromium's own, such as `--disable-blink-features=…` */
export function launchChromium(path: string, flags: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: path, args: [...FLAGS, ...flags] });
}
