import { cpSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { GuardError } from "../guard-error.ts";
import { isObject } from "../json.ts";
import { kindOf } from "./contract-files.ts";
import { servedContract } from "./served-contract.ts";
import { checkVersion } from "./version.ts";

/**
 * Keeps what the app promises now as what a released client was built against. Once: a promise does not change.
 * @returns what was written
 * @throws GuardError where that version is released already
 */
export function release(app: string, version: string): string {
  const contracts = join(app, "contracts");
  const kind = kindOf(app);
  const name = checkVersion(version);
  const target = join(contracts, "released", kind === "openapi" ? `${name}.json` : name);
  if (existsSync(target)) {
    throw new GuardError(`${target} is there already: what a client was promised stays as it was`);
  }
  mkdirSync(join(contracts, "released"), { recursive: true });
  if (kind === "openapi") {
    const document = servedContract(app).as(name);
    const info = isObject(document["info"]) ? document["info"] : {};
    writeFileSync(
      target,
      `${JSON.stringify({ ...document, info: { ...info, version: name } }, undefined, 2)}\n`,
    );
    return target;
  }
  for (const part of ["schema.graphql", "operations"]) {
    if (existsSync(join(contracts, part)))
      cpSync(join(contracts, part), join(target, part), { recursive: true });
  }
  return target;
}
