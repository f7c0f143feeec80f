import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { RoleName } from "./roles.ts";
import type { Stack } from "./start-stack.ts";

const fileIn = (root: string): string => join(root, ".dev", "addresses.json");

/**
 * Leaves the addresses of a stack that runs in a terminal for the commands of other terminals.
 *
 * @returns removes them
 */
export function keepAddresses(root: string, stack: Stack, console: string): () => void {
  const file = fileIn(root);
  const addresses = {
    pid: process.pid,
    console,
    ...Object.fromEntries(stack.roles.map(({ name }) => [name, stack.url(name)])),
  };
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${JSON.stringify(addresses, undefined, 2)}\n`);
  return () => rmSync(file, { force: true });
}

/**
 * Where a process of the running stack listens; undefined where it does not run. A stack that was
 * killed leaves its addresses, where another folder's stack may listen by now.
 */
export function addressOf(root: string, role: RoleName): string | undefined {
  try {
    const addresses: unknown = JSON.parse(readFileSync(fileIn(root), "utf8"));
    const { pid, [role]: address } = Object(addresses);
    // Throws where there is no such process.
    process.kill(Number(pid), 0);
    return typeof address === "string" ? address : undefined;
  } catch {
    return undefined;
  }
}
