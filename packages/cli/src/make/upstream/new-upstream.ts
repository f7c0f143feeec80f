import { join } from "node:path";
import type { Changes } from "../changes.ts";
import { insertAfterLast } from "../insert.ts";
import { CommandError, UsageError } from "../../command-line.ts";
import { readName } from "../names.ts";
import type { Name } from "../names.ts";
import { answer } from "../questions.ts";
import type { Maker, Workshop } from "../run-maker.ts";
import { scriptOf } from "../script-of.ts";
import { withTeam } from "../team.ts";
import { fillTemplates } from "../template.ts";
import { exampleCall } from "./example-call.ts";
import { generatedOperations } from "./generated-operations.ts";
import { basePathOf, readOpenApi } from "./openapi-file.ts";

const FOLDER = "packages/domain-clients";
/** Who owns a contract of which nothing else is known. */
const NOBODY_ELSE = "platform-team";

/** What the client's module calls something else. */
const TAKEN = new Set(["answers", "calls", "components", "contract", "contract-client", "upstream"]);

/** The arguments of `npm run new:upstream`. What is missing is asked for, but for the team. */
interface UpstreamArguments {
  readonly name: string | undefined;
  readonly openapi: string | undefined;
  readonly team: string | undefined;
}

/**
 * `npm run new:upstream`: a typed client of a domain service from its OpenAPI document: the contract, the code generated from it,
 * a client with a method per operation, its test, its subpath and its owner.
 */
export function newUpstream(given: UpstreamArguments): Maker {
  return async (workshop) => makeUpstream(given, workshop);
}

async function makeUpstream(given: UpstreamArguments, workshop: Workshop): Promise<string> {
  const { changes, terminal, run } = workshop;
  const name = await answer(
    given.name,
    { argument: "<name>", text: "What is the service called", read: readServiceName },
    workshop,
  );
  const file = await answer(
    given.openapi,
    {
      argument: "--openapi",
      text: "Where is its OpenAPI document",
      read: (path) => readOpenApi(path, terminal.from),
    },
    workshop,
  );
  const team = given.team === undefined ? NOBODY_ELSE : readName(given.team, "a team's name").kebab;
  refuseTaken(name, changes);

  const contract = `${FOLDER}/contracts/${name.kebab}.openapi.${file.format}`;
  changes.create(contract, `${file.text.trimEnd()}\n`);
  const generated = `${FOLDER}/src/generated/${name.kebab}.ts`;
  changes.mayChange(generated);
  await run(FOLDER, scriptOf(changes, FOLDER, "generate"));
  const { callable, leftOut } = await generatedOperations(join(changes.root, generated));
  const example = exampleCall(file.document, callable);
  if (callable.size === 0) throw new CommandError(nothingToCall(leftOut));
  const basePath = basePathOf(file.document);
  const values = {
    name: name.kebab,
    camel: name.camel,
    pascal: name.pascal,
    options: basePath === "" ? "" : `, { basePath: ${JSON.stringify(basePath)} }`,
  };
  for (const { path, text } of fillTemplates("upstream", values)) changes.create(`${FOLDER}/${path}`, text);
  if (example !== undefined) {
    const call = {
      ...values,
      call: `${name.camel}${example.code}`,
      method: JSON.stringify(example.method),
      url: JSON.stringify(`${basePath}${example.target}`),
    };
    for (const { path, text } of fillTemplates("upstream-test", call)) {
      changes.create(`${FOLDER}/${path}`, text);
    }
  }
  addToPackage(name, changes);
  addToOwners(name, contract, team, changes);

  const shown = `${name.camel}${example?.code ?? `[${JSON.stringify([...callable][0])}](…)`}`;
  const others = leftOut.length === 0 ? "" : `Left out:\n${leftOut.map((line) => `  ${line}\n`).join("")}`;
  return `${others}Operations that can be called: ${callable.size}. Next:
  1. npm test -w @triptych/domain-clients
  2. In a BFF, three files:
       src/settings.ts         ${name.upper}_URL: urls({ example: "http://127.0.0.1:9005" }),
       src/upstreams.ts        ${name.camel}: connect("${name.kebab}", settings.${name.upper}_URL) among the upstreams, and for the sections
                               ${name.camel}: ${name.camel}Service(upstreams.${name.camel}).in(scope)   from "@triptych/domain-clients/${name.kebab}"
       src/testing/start-app.ts  a StubService of "@triptych/domain-clients/testing" in its place
     and where it runs: ${name.upper}_URL in deploy/base/deployment.yaml, its way out in network-policy.yaml, ${name.kebab}-api in catalog-info.yaml
     (npm test says what is missing)
  3. In a screen's section: load: ({ ${name.camel} }) => ${shown}
  4. Give what screens call words of your own, as src/orders.ts does, when the contract's are not theirs`;
}

function nothingToCall(leftOut: readonly string[]): string {
  if (leftOut.length === 0) {
    return "the document has no operation under paths: there is nothing to call (webhooks are what the service calls: a BFF has routes for them)";
  }
  const [shown, more] = [leftOut.slice(0, 3), leftOut.length - 3];
  return `there is nothing to call, as each operation of the document is left out: ${shown.join("; ")}${more > 0 ? `; and ${more} more` : ""}: give it one that takes and answers JSON`;
}

function readServiceName(text: string): Name {
  const name = readName(text, "a service's name");
  if (!TAKEN.has(name.kebab)) return name;
  throw new UsageError(`a service cannot be called "${text}", a word of the code around it: take another`);
}

function refuseTaken({ kebab }: Name, changes: Changes): void {
  const paths = [
    `${FOLDER}/src/${kebab}.ts`,
    `${FOLDER}/src/${kebab}`,
    ...["yaml", "yml", "json"].map((format) => `${FOLDER}/contracts/${kebab}.openapi.${format}`),
  ];
  const taken = paths.find((path) => changes.has(path));
  if (taken !== undefined) throw new CommandError(`${taken} is there already: take another name`);
}

function addToPackage({ kebab, pascal, camel }: Name, changes: Changes): void {
  const manifest = `${FOLDER}/package.json`;
  changes.edit(manifest, (text) =>
    insertAfterLast(
      text,
      /^ {4}"\.\/[a-z0-9-]+": "\.\/src\/[a-z0-9-]+\.ts",$/,
      `\n    "./${kebab}": "./src/${kebab}.ts",`,
      `the subpaths in ${manifest}`,
    ),
  );
  const readme = `${FOLDER}/README.md`;
  changes.edit(readme, (text) =>
    insertAfterLast(
      text,
      /^\| `\/[a-z0-9-]+` .*$/,
      `\n| \`/${kebab}\` | a method per operation of its contract (\`${camel}Service\`) | \`${pascal}\`, \`${pascal}Schemas\` |`,
      `the subpaths in ${readme}`,
    ),
  );
}

function addToOwners({ kebab }: Name, contract: string, team: string, changes: Changes): void {
  changes.edit(
    `${FOLDER}/catalog-info.yaml`,
    (text) => `${text.trimEnd()}
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata:
  name: ${kebab}-api
  description: What the ${kebab} service answers
spec:
  type: openapi
  lifecycle: production
  owner: ${team}
  system: triptych
  definition:
    $text: ./${contract.replace(`${FOLDER}/`, "")}
`,
  );
  // Who owns the package owns it already.
  if (team === NOBODY_ELSE) return;
  changes.edit("catalog-info.yaml", (text) => withTeam(text, team, `Owns the ${kebab} service`));
  changes.edit(".github/CODEOWNERS", (text) =>
    insertAfterLast(
      text,
      /^\/packages\/domain-clients\/contracts\/.*$/,
      `\n/${contract} @triptych/${team}`,
      "the contracts in .github/CODEOWNERS",
    ),
  );
}
