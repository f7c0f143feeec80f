/**
 * `npm run examples`: takes an example of each screen's answer from a run on the sample data, for
 * the contracts.
 */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { largeIn, ROOT } from "@triptych/cli/stack";
import type { RoleName } from "@triptych/cli/stack";
import { answerArguments } from "@triptych/testing/program";
import { fieldsAt, readJson, textAt } from "../repository/documents.ts";
import type { Databases } from "../e2e/testing/databases.ts";
import { SERVICES, startRunning } from "../e2e/testing/running-stack.ts";
import type { RunningStack } from "../e2e/testing/running-stack.ts";

/** The user of the README's examples. */
const USER = "42";

const contractOf = (bff: RoleName): string => join(ROOT, "apps", bff, "contracts", "openapi.json");

/** Where the value of a path's parameter comes from, on the sample data. */
const PARAMETERS: Readonly<Record<string, string>> = {
  orderId: `SELECT id FROM orders.orders WHERE user_id = '${USER}' ORDER BY placed_at DESC LIMIT 1`,
  productId: "SELECT id FROM catalog.products ORDER BY id LIMIT 1",
};

/**
 * The answers of an app's screens by operation id, as far as its contract names them.
 *
 * @returns `left` has the operations without an example, and why
 */
async function takeOf(bff: RoleName, running: RunningStack) {
  const contract = readJson(contractOf(bff));
  const examples: Record<string, unknown> = {};
  const left: string[] = [];
  for (const [template, item] of Object.entries(fieldsAt(contract, "paths"))) {
    // A command is not asked for: the next screen would show what it changed.
    if (fieldsAt(item)["get"] === undefined) continue;
    const id = textAt(item, "get", "operationId");
    const path = filled(template, running.databases);
    if (path === undefined) {
      left.push(`${id}: no value is known for a parameter of ${template}`);
      continue;
    }
    const { status, text } = await running.screen(bff, path, USER);
    if (status === 200) examples[id] = JSON.parse(text);
    else left.push(`${id}: ${path} answered ${status}`);
  }
  return { examples, left };
}

/** The path with the values of its parameters. Undefined where a value is not known. */
function filled(template: string, databases: Databases): string | undefined {
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  return names.reduce<string | undefined>((path, name) => {
    const query = PARAMETERS[name];
    const [value] = query === undefined ? [] : databases.texts(query);
    return value === undefined ? undefined : path?.replace(`{${name}}`, value);
  }, template);
}

// It takes no arguments: an app's name would be ignored.
answerArguments("examples", "Writes apps/*/contracts/examples.json: npm run examples");
const bffs = largeIn(ROOT).filter((role) => existsSync(contractOf(role)));
await using running = await startRunning({ roles: [...SERVICES, ...bffs] });
for (const bff of bffs) {
  const { examples, left } = await takeOf(bff, running);
  const file = join("apps", bff, "contracts", "examples.json");
  writeFileSync(join(ROOT, file), `${JSON.stringify(examples, undefined, 2)}\n`);
  process.stdout.write(`${file}: ${Object.keys(examples).join(", ")}\n`);
  for (const reason of left) process.stdout.write(`  none of ${reason}\n`);
}
process.stdout.write("Now write the contracts: npm run contracts -- --write\n");
