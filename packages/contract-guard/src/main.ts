/**
 * Compares the contract of the app in this folder, or in the folders that are named, with those of its releases: ends with 1
 * where a released client would break. With `--release <version>` it keeps the contract of now as that release's instead.
 */
import { parseArgs } from "node:util";
import { checkApp } from "./check-app.ts";
import { isGuardError } from "./guard-error.ts";
import { release } from "./release/release.ts";
import { render } from "./report/render.ts";

const { values, positionals } = parseArgs({
  options: { release: { type: "string" } },
  allowPositionals: true,
});
const folders = positionals.length === 0 ? [process.cwd()] : positionals;
const print = (text: string): void => void process.stdout.write(`${text}\n`);

try {
  for (const folder of folders) {
    if (values.release !== undefined) {
      print(`${release(folder, values.release)}: written`);
      continue;
    }
    const check = await checkApp(folder);
    print(render(check));
    if (check.breaks.length > 0) process.exitCode = 1;
  }
} catch (error) {
  if (!isGuardError(error)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 2;
}
