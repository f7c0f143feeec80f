import { extname, join, resolve } from "node:path";
import type { Changes } from "../changes.ts";
import { addTeam, insertAfterLast, insertBeforeFirst } from "../insert.ts";
import { CommandError, UsageError } from "../../command-line.ts";
import { nameOf } from "../../repository.ts";
import { readName } from "../names.ts";
import type { Name } from "../names.ts";
import { answer } from "../questions.ts";
import type { Workshop } from "../run-maker.ts";
import { exampleCalls, generatedOperations } from "./operations.ts";
import type { ExampleCall } from "./operations.ts";
import { basePathOf, readOpenApi, readText } from "./openapi-file.ts";
import { seenSecurity } from "./security.ts";
import type { SeenSecurity } from "./security.ts";

const FOLDER = "packages/domain-clients";
/** Who owns a contract of which nothing else is known. */
const NOBODY_ELSE = "platform-team";

/** How much of what is left out is printed: a large document leaves out hundreds of parameters. */
const SHOWN = 20;

/** What the client's module calls something else. */
const TAKEN = new Set(["answers", "calls", "components", "contract", "contract-client", "upstream"]);

/** The arguments of `npm run new:upstream`. What is missing is asked for, but for the team. */
interface UpstreamArguments {
  readonly name: string | undefined;
  readonly openapi: string | undefined;
  readonly overlay?: string | undefined;
  readonly team: string | undefined;
  /** Left out by `triptych create`, which takes the steps that follow by itself. */
  readonly steps?: false;
}

/**
 * `npm run new:upstream`: a typed client of a domain service from its OpenAPI document: the
 * contract, the code generated from it, a client with a method per operation, its test, its subpath
 * and its owner.
 */
export async function newUpstream(given: UpstreamArguments, workshop: Workshop): Promise<string> {
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
      read: async (place) => readOpenApi(place, terminal.from, workshop.signal),
    },
    workshop,
  );
  const team = given.team === undefined ? NOBODY_ELSE : readName(given.team, "a team's name").kebab;
  refuseTaken(name, changes);

  const contract = `${FOLDER}/contracts/${name.kebab}.openapi.${file.format}`;
  changes.create(contract, `${file.text.trimEnd()}\n`);
  const generated = `${FOLDER}/src/generated/${name.kebab}.ts`;
  changes.mayChange(generated);
  if (given.overlay !== undefined) {
    const overlay = readText(resolve(terminal.from, given.overlay), "--overlay");
    changes.create(`${FOLDER}/contracts/${name.kebab}.overlay${extname(given.overlay)}`, overlay);
  }
  const printed = await run(FOLDER, changes.script(FOLDER, "generate"));
  const { callable, leftOut } = await generatedOperations(join(changes.root, generated));
  const [example] = exampleCalls(file.document, callable);
  if (callable.size === 0) throw new CommandError(nothingToCall(leftOut));
  const basePath = basePathOf(file.document);
  const security = seenSecurity(file.document, name);
  changes.create(`${FOLDER}/src/${name.kebab}.ts`, clientOf(name, basePath, security));
  if (example !== undefined) {
    const target = `${basePath}${example.target}`;
    changes.create(`${FOLDER}/src/${name.kebab}.test.ts`, testOf(name, { ...example, target }));
  }
  addToPackage(name, changes);
  addToOwners(name, contract, team, changes);
  await run(FOLDER, changes.script(FOLDER, "typecheck"));

  const shown = `${name.camel}${example?.code ?? `[${JSON.stringify([...callable.values()][0])}](…)`}`;
  const more = leftOut.length - SHOWN;
  const lines = [...leftOut.slice(0, SHOWN), ...(more > 0 ? [`and ${more} more: see ${generated}`] : [])];
  const others = leftOut.length === 0 ? "" : `Left out:\n${lines.map((line) => `  ${line}\n`).join("")}`;
  const notes = printed.replaceAll(/^.*: was (?:missing|out of date)\n/gm, "");
  const use = [
    `service: ${name.camel}Service`,
    ...(security.authenticate === undefined ? [] : [`authenticate: ${security.authenticate}`]),
  ];
  const entry = `${name.camel}: { ${use.join(", ")} },`;
  const found = `${notes}${others}${schemesOf(security)}Operations that can be called: ${callable.size}.`;
  if (given.steps === false) {
    return security.authenticate === undefined ? found : `${found} In src/upstreams.ts of a BFF:\n  ${entry}`;
  }
  return `${found} Next:
  1. npm test -w @${nameOf(changes.root)}/domain-clients
  2. In a BFF, two files:
       src/upstreams.ts          ${entry}   from "@${nameOf(changes.root)}/domain-clients/${name.kebab}"
                                 (a service of your own gets the user with identity: "signed")
       src/testing/start-app.ts  ${name.upper}_URL: the origin of a MisbehavingUpstream of "@triptych/testing"
     and where it runs: ${name.upper}_URL in deploy/base/deployment.yaml, its way out in network-policy.yaml, ${name.kebab}-api in catalog-info.yaml
     (npm test says what is missing)
  3. In a screen's section: load: ({ ${name.camel} }) => ${shown}
  4. Give what screens call words of your own, as src/orders.ts does, when the contract's are not theirs`;
}

function schemesOf({ schemes, authenticate }: SeenSecurity): string {
  if (schemes.length === 0) return "";
  const what =
    authenticate === undefined
      ? "none is a header that is ready-made: write authenticate as a function of the call"
      : `authenticate below is for the first that is required, and takes its secrets from settings (import { ${authenticate.split("(")[0]}, setting } from "@triptych/upstream-client")`;
  return `Security schemes: ${schemes.join("; ")}: ${what}\n`;
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
  if (taken === undefined) return;
  throw new CommandError(
    `${taken} is there already: take another name, or for a newer document of the same service replace ${FOLDER}/contracts/${kebab}.openapi.* and run npm run generate -w @triptych/domain-clients, which leaves src/${kebab}.ts as you wrote it`,
  );
}

function addToPackage({ kebab, pascal, camel }: Name, changes: Changes): void {
  const subpath = `    "./${kebab}": "./src/${kebab}.ts",\n`;
  insertBeforeFirst(
    changes,
    `${FOLDER}/package.json`,
    /^ {4}"\.\/testing": /,
    subpath,
    "the subpath ./testing",
  );
  const row = `\n| \`/${kebab}\` | a method per operation of its contract (\`${camel}Service\`) | \`${pascal}\`, \`${pascal}Schemas\` |`;
  insertAfterLast(changes, `${FOLDER}/README.md`, /^\| `\/[a-z0-9-]+` .*$/, row, "the subpaths");
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
  system: ${nameOf(changes.root)}
  definition:
    $text: ./${contract.replace(`${FOLDER}/`, "")}
`,
  );
  // Who owns the package owns it already.
  if (team === NOBODY_ELSE) return;
  addTeam(changes, team, `Owns the ${kebab} service`);
  insertAfterLast(
    changes,
    ".github/CODEOWNERS",
    /^\/packages\/domain-clients\/contracts\/.*$/,
    `\n/${contract} @${nameOf(changes.root)}/${team}`,
    "the contracts",
  );
}

/** A client with a method for each operation of the contract, as it is named there. */
function clientOf({ kebab, camel, pascal }: Name, basePath: string, { authenticate }: SeenSecurity): string {
  const made = `The ${kebab} service, made once at start-up.`;
  const doc =
    authenticate === undefined
      ? `/** ${made} */`
      : `/**\n * ${made}\n *\n * Declare it with \`authenticate: ${authenticate}\`.\n */`;
  const options = basePath === "" ? "" : `, { basePath: ${JSON.stringify(basePath)} }`;
  return `import type { Upstream } from "@triptych/upstream-client";
import { contractService } from "@triptych/upstream-client/contract";
import type { ContractClient, ContractService } from "@triptych/upstream-client/contract";
import { contract } from "./generated/${kebab}.ts";
import type { Answers, Calls, components } from "./generated/${kebab}.ts";

/** The contract's own types, for screens to name: \`${pascal}Schemas["…"]\`. */
export type ${pascal}Schemas = components["schemas"];

/**
 * A client of the ${kebab} service for one scope, with a method for every operation that can be
 * called. All methods throw an UpstreamError when the service fails.
 */
export type ${pascal} = ContractClient<typeof contract, Calls, Answers>;

${doc}
export function ${camel}Service(upstream: Upstream): ContractService<${pascal}> {
  return contractService<${pascal}>(contract, upstream${options});
}
`;
}

/** Calls one operation, with a service that answers 404. */
function testOf({ kebab, camel }: Name, { code, method, target }: ExampleCall): string {
  return `import assert from "node:assert/strict";
import { test } from "node:test";
import { isUpstreamError } from "@triptych/upstream-client";
import { domainService, problem, scopeOf } from "./testing/domain-service.ts";
import { ${camel}Service } from "./${kebab}.ts";

test("asks the service, and what is not there is rejected", async (t) => {
  const { upstream, received } = await domainService(t, () => problem(404));
  const ${camel} = ${camel}Service(upstream).in(scopeOf(t));
  await assert.rejects(
    ${camel}${code},
    (error: unknown) => isUpstreamError(error) && error.kind === "rejected",
  );
  assert.deepEqual(
    received.map(({ method, url }) => [method, url]),
    [[${JSON.stringify(method)}, ${JSON.stringify(target)}]],
  );
});
`;
}
