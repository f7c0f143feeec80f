import { accessSync, constants, mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

/** Programs that some tests need, and skip without. */
const TEST_TOOLS = ["haproxy", "redis-server", "chromium", "ip"];

/**
 * Writes down which of them this machine has. The file is an input of the whole-system tests in
 * turbo.json: a result that was cached without a program is no result once it is installed.
 */
export function recordTestTools(file: string, path: string): void {
  const found = TEST_TOOLS.filter((program) =>
    path.split(delimiter).some((folder) => canRun(join(folder, program))),
  );
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, `${found.join("\n")}\n`);
}

function canRun(program: string): boolean {
  try {
    accessSync(program, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
