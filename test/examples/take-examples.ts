import { globSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { largeIn, ROOT, startStack } from "@triptych/cli/stack";
import type { RoleName, Stack } from "@triptych/cli/stack";
import { request } from "undici";
import { copiedData } from "../domain-services/testing/pristine-data.ts";
import { fieldsAt, textAt } from "../repository/documents.ts";
import { openDatabases } from "../e2e/databases/open.ts";
import type { Databases } from "../e2e/databases/open.ts";
import { SERVICES } from "../e2e/system/start.ts";

/** The user of the README's examples. */
const USER = "42";

/** What stands in a path for a parameter, on the sample data. */
const PARAMETERS: Readonly<Record<string, string>> = {
  orderId: `SELECT id FROM orders.orders WHERE user_id = '${USER}' ORDER BY placed_at DESC LIMIT 1`,
  productId: "SELECT id FROM catalog.products ORDER BY id LIMIT 1",
};

/** Answers of an app's screens, by operation id. */
export type TakenExamples = {
  readonly app: string;
  readonly examples: Readonly<Record<string, unknown>>;
  /** Operations without one, and why. */
  readonly left: readonly string[];
};

/** Asks every screen of every BFF that has an OpenAPI contract once, on the sample data. */
export async function takeExamples(): Promise<readonly TakenExamples[]> {
  const described = new Set(
    globSync("apps/*-bff/contracts/openapi.json", { cwd: ROOT }).map((file) =>
      basename(dirname(dirname(file))),
    ),
  );
  const bffs = largeIn(ROOT).filter((role) => described.has(role));
  await using begun = new AsyncDisposableStack();
  const dataDir = await copiedData();
  begun.defer(() => rm(dataDir, { recursive: true, force: true }));
  const stack = await startStack({ ports: "free", roles: [...SERVICES, ...bffs], dataDir });
  begun.defer(() => stack.stop());
  const databases = begun.use(openDatabases(dataDir));
  const all: TakenExamples[] = [];
  for (const bff of bffs) all.push(await takeOf(bff, stack, databases));
  return all;
}

async function takeOf(bff: RoleName, stack: Stack, databases: Databases): Promise<TakenExamples> {
  const contract: unknown = JSON.parse(
    readFileSync(join(ROOT, "apps", bff, "contracts", "openapi.json"), "utf8"),
  );
  const examples: Record<string, unknown> = {};
  const left: string[] = [];
  for (const [template, item] of Object.entries(fieldsAt(contract, "paths"))) {
    // What changes the data is not asked: the next screen would show it.
    if (fieldsAt(item)["get"] === undefined) continue;
    const id = textAt(item, "get", "operationId");
    const path = filled(template, databases);
    if (path === undefined) {
      left.push(`${id}: nothing is known to stand in ${template}`);
      continue;
    }
    const { statusCode, body } = await wholeAnswer(`${stack.url(bff)}${path}`, () =>
      stack.identity(USER, bff),
    );
    if (statusCode === 200) examples[id] = JSON.parse(body);
    else left.push(`${id}: ${path} answered ${statusCode}`);
  }
  return { app: bff, examples, left };
}

/** A first answer of a cold process may be degraded; the next one is not. */
async function wholeAnswer(url: string, identity: () => string) {
  let last = { statusCode: 0, body: "" };
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const answer = await request(url, {
      headers: { "x-identity": identity(), accept: "application/json" },
    });
    last = { statusCode: answer.statusCode, body: await answer.body.text() };
    if (last.statusCode === 200 && last.body.includes('"degraded":[]')) break;
  }
  return last;
}

/** The path with its parameters; undefined where one of them is not known. */
function filled(template: string, databases: Databases): string | undefined {
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
  return names.reduce<string | undefined>((path, name) => {
    const query = PARAMETERS[name];
    const [value] = query === undefined ? [] : databases.texts(query);
    return value === undefined ? undefined : path?.replace(`{${name}}`, value);
  }, template);
}
