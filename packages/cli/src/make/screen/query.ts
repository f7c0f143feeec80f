import { createHash } from "node:crypto";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Bff } from "../../repository.ts";
import { addElement, addImport, insertBeforeFirst } from "../insert.ts";
import { CommandError } from "../../command-line.ts";
import type { Name } from "../names.ts";
import type { Workshop } from "../run-maker.ts";
import { scriptOf } from "../script-of.ts";
import { fillTemplates } from "../template.ts";

/**
 * What a screen is where clients write queries: a field of `Query` that a service fills, with its type, resolver and test, and the
 * registered document that asks for it in one call.
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
  for (const { path, text } of fillTemplates("query", { name: kebab, camel, pascal, title, hash })) {
    changes.create(`${folder}/src/resolvers/${path}`, text);
  }

  changes.edit(schema, (text) => {
    const field = `  "${title}; null where its service failed."\n  ${camel}: ${pascal}\n`;
    const type = `\ntype ${pascal} {\n  "As the user wants to be called."\n  name: String!\n}\n`;
    const end = /(?<=^type Query \{[^}]*)^\}/;
    return insertBeforeFirst(text, end, field, `type Query in ${schema}`).trimEnd() + `\n${type}`;
  });
  const list = `${folder}/src/resolvers/index.ts`;
  changes.edit(list, (source) =>
    addElement(
      addImport(source, `import { ${camel} } from "./${kebab}.ts";`, `the imports of ${list}`),
      /\bQuery: \{/,
      camel,
      `the resolvers of Query in ${list}`,
    ),
  );
  changes.mayChange(`${folder}/src/generated/resolvers.ts`);
  for (const file of ["operations.js", "operations.d.ts"])
    changes.mayChange(`${folder}/client/generated/${file}`);
  await run(folder, scriptOf(changes, folder, "generate"));

  return `Query.${camel} is served, and the document ${pascal} asks for it. Next:
  1. Say what it answers: its type in ${schema}, then npm run generate -w @triptych/${app}; what fills it in ${folder}/src/resolvers/${kebab}.ts;
     what the client asks in ${operation}, whose name is its sha256sum
  2. npm test -w @triptych/${app}`;
}

/** Types that every schema has, or that mean something else to GraphQL than an object with fields. */
const BUILT_IN = new Set([
  "String",
  "Int",
  "Float",
  "Boolean",
  "ID",
  "Id",
  "Query",
  "Mutation",
  "Subscription",
]);

function refuseTaken(schema: string, { camel, pascal }: Name, file: string): void {
  if (BUILT_IN.has(pascal)) {
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
