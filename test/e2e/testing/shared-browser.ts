import { after } from "node:test";
import type { Browser } from "playwright-core";
import { launchChromium } from "./browser.ts";

let shared: Promise<Browser> | undefined;

/**
 * The browser that the test files of one process share, since starting it takes two seconds of CPU
 * time. Cookies and caches belong to a context: each visitor, and each page of `newPage`, has its
 * own. Close that, not the browser.
 *
 * @param path where Chromium is
 */
export function sharedChromium(path: string): Promise<Browser> {
  return (shared ??= launchChromium(path));
}

// This hook is registered at the import, outside of all suites: it runs after those of all files.
after(async () => (await shared)?.close());
