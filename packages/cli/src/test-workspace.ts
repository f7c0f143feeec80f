/** A workspace's `npm test`: runs the tests of the folder it is started in. See CONTRIBUTING.md. */
import { parseArgs } from "node:util";
import { runWorkspaceTests } from "./checks/run-workspace-tests.ts";

const { values } = parseArgs({
  options: {
    task: { type: "string", default: "test" },
    only: { type: "string" },
    except: { type: "string" },
  },
});
const ok = await runWorkspaceTests({
  ...values,
  cwd: process.cwd(),
  env: process.env,
  output: "inherit",
  print: (line) => void process.stdout.write(`${line}\n`),
});
process.exitCode = ok ? 0 : 1;
