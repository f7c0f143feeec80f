import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Bff } from "../../repository.ts";
import { addElement, addImport, insertBeforeFirst } from "../insert.ts";
import { CommandError } from "../../command-line.ts";
import type { Name } from "../names.ts";
import type { Workshop } from "../run-maker.ts";

/**
 * What a screen is where clients write queries: a field of `Query` that a service fills, with its
 * type, resolver and test, and the registered document that asks for it in one call.
 */
export async function makeQuery(
  { name: app }: Bff,
  query: Name,
  { changes, run }: Workshop,
): Promise<string> {
  const folder = `apps/${app}`;
  const { kebab, camel, pascal, title } = query;
  const schema = `${folder}/contracts/schema.graphql`;
  refuseTaken(changes.read(schema), query, schema);
  refuseTakenDocument(changes.root, `${folder}/contracts/operations`, query);

  const document = `query ${pascal} {\n  ${camel} {\n    name\n  }\n}\n`;
  const hash = createHash("sha256").update(document).digest("hex");
  const operation = `${folder}/contracts/operations/${hash}.graphql`;
  changes.create(operation, document);
  changes.create(`${folder}/src/schema/${kebab}.test.ts`, testOf(camel, hash));
  changes.create(`${folder}/src/schema/${kebab}.ts`, resolverOf(camel));

  const field = `  "${title}; null where its service failed."\n  ${camel}: ${pascal}\n`;
  const type = `\ntype ${pascal} {\n  "As the user wants to be called."\n  name: String!\n}\n`;
  insertBeforeFirst(changes, schema, /(?<=^type Query \{[^}]*)^\}/, field, "type Query");
  changes.edit(schema, (text) => `${text.trimEnd()}\n${type}`);
  const list = `${folder}/src/schema/resolvers.ts`;
  addImport(changes, list, `import { ${camel} } from "./${kebab}.ts";`);
  addElement(changes, list, /\bQuery: \{/, camel, "the resolvers of Query");
  changes.mayChange(`${folder}/src/generated/resolvers.ts`);
  for (const file of ["operations.js", "operations.d.ts"])
    changes.mayChange(`${folder}/client/generated/${file}`);
  await run(folder, changes.script(folder, "generate"));

  return `Query.${camel} is served, and the document ${pascal} asks for it. Next:
  1. Say what it answers: its type in ${schema}, then npm run generate -w @triptych/${app}; what fills it in ${folder}/src/schema/${kebab}.ts;
     what the client asks in ${operation}, whose name is its sha256sum
  2. npm run format, and npm test -w @triptych/${app}; before you push: npm run check -- ${app}`;
}

/** Types that every schema has, or that mean something of their own to GraphQL. */
const BUILT_IN = /^(?:String|Int|Float|Boolean|ID|Id|Query|Mutation|Subscription)$/;

function refuseTaken(schema: string, { camel, pascal }: Name, file: string): void {
  if (BUILT_IN.test(pascal)) {
    throw new CommandError(`${pascal} is a type of GraphQL's own: take another name, such as ${camel}-view`);
  }
  const field = new RegExp(`^type Query \\{[^}]*^ *${camel}\\b`, "m");
  const type = new RegExp(`^(?:type|enum|input|interface|scalar|union) ${pascal}\\b`, "m");
  if (field.test(schema) || type.test(schema)) {
    throw new CommandError(`${file} has ${camel} or ${pascal} already: take another name`);
  }
}

/** A document's name is what the client package exports. */
function refuseTakenDocument(root: string, folder: string, { pascal }: Name): void {
  const named = new RegExp(`^\\s*(?:query|mutation) ${pascal}\\b`, "m");
  for (const file of globSync("**/*.graphql", { cwd: join(root, folder) })) {
    if (named.test(readFileSync(join(root, folder, file), "utf8"))) {
      throw new CommandError(`${folder}/${file} is the document ${pascal} already: take another name`);
    }
  }
}

/** What fills the field: one call of one service. */
function resolverOf(camel: string): string {
  return `import type { QueryResolvers } from "../generated/resolvers.ts";
import { served } from "./partner-request.ts";

export const ${camel} = served(
  ({ users }) => users.me(),
  (user) => ({ name: user.name.display }),
) satisfies QueryResolvers["${camel}"];
`;
}

/** Asks for the registered document, with a service that answers and one that fails. */
function testOf(camel: string, hash: string): string {
  return `import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { FakeServices } from "../testing/fake-services.ts";
import { asGraphql, startPartner } from "../testing/running-partner.ts";
import type { Partner } from "../testing/running-partner.ts";

/** The registered document. */
const HASH = "${hash}";

async function ask(partner: Partner) {
  const extensions = { persistedQuery: { version: 1, sha256Hash: HASH } };
  const headers = { "content-type": "application/json" };
  return asGraphql(await partner.send({ headers, body: JSON.stringify({ extensions }) }));
}

describe("${camel}", () => {
  it("answers the name of the user who asks", async () => {
    await using services = await FakeServices.start();
    await using partner = await startPartner(services);
    const { status, data, errors, degraded } = await ask(partner);
    assert.equal(status, 200);
    assert.deepEqual(data, { ${camel}: { name: "Ada Lovelace" } });
    assert.deepEqual([errors, degraded], [[], []]);
  });

  it("is null, and says why, when users fails", async () => {
    await using services = await FakeServices.start();
    services.make("users", () => ({ status: 500, body: {} }));
    await using partner = await startPartner(services);
    const { data, degraded } = await ask(partner);
    assert.deepEqual(data, { ${camel}: null });
    assert.deepEqual(degraded, [{ section: "${camel}", reason: "unavailable" }]);
  });
});
`;
}
