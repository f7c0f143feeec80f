/** `npm run examples`: takes an example of each screen's answer from a run on the sample data, for the contracts to show. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "@triptych/cli/stack";
import { takeExamples } from "./take-examples.ts";

for (const { app, examples, left } of await takeExamples()) {
  const file = join("apps", app, "contracts", "examples.json");
  writeFileSync(join(ROOT, file), `${JSON.stringify(examples, undefined, 2)}\n`);
  process.stdout.write(`${file}: ${Object.keys(examples).join(", ")}\n`);
  for (const reason of left) process.stdout.write(`  none of ${reason}\n`);
}
process.stdout.write("Now write the contracts: npm run contracts -- --write\n");
