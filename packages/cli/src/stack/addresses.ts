import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { RoleName } from "./roles.ts";
import type { Stack } from "./start-stack.ts";

const fileIn = (root: string): string => join(root, ".dev", "addresses.json");

/**
 * Leaves the addresses of a stack that runs in a terminal for the commands of other terminals: they
 * do not know with which settings it was started.
 *
 * @returns removes them
 */
export function keepAddresses(root: string, stack: Stack, console: string): () => void {
  const file = fileIn(root);
  const addresses = {
    console,
    ...Object.fromEntries(stack.roles.map(({ name }) => [name, stack.url(name)])),
  };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(addresses, undefined, 2)}\n`);
  return () => rmSync(file, { force: true });
}

/** Where a process of the running stack listens; undefined where it does not run. */
export function addressOf(root: string, role: RoleName): string | undefined {
  try {
    const address: unknown = Object(JSON.parse(readFileSync(fileIn(root), "utf8")))[role];
    return typeof address === "string" ? address : undefined;
  } catch {
    return undefined;
  }
}
