import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { transformSync } from "esbuild";
import { generate } from "../generate.ts";

/** What generating a document's module cost, and what came of it. */
export type Measured = {
  /**
   * Of the whole process that generates it, s of processor time: a busy machine changes it little.
   */
  readonly seconds: number;
  /** The most memory that the process had, MB. */
  readonly megabytes: number;
  /** The module's length in lengths of the document. */
  readonly ratio: number;
  readonly operations: number;
  /** Why operations are left out, and how many. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** Examples of the document that readers would refuse. */
  readonly refusedExamples: number;
  /** Definitions, enums and parameters that the module writes more than once. */
  readonly repeated: readonly string[];
  readonly typecheckSeconds: number;
  readonly typeErrors: string;
};

/** What no document may exceed. */
const LIMITS = { seconds: 20, megabytes: 1000, ratio: 3, typecheckSeconds: 30 } as const;
const LIMITED = ["seconds", "megabytes", "ratio", "typecheckSeconds"] as const;

/** Which limits were exceeded, and what else is wrong: a sentence each. */
export function complaints(measured: Measured): readonly string[] {
  const exceeded = LIMITED.flatMap((what) => {
    const found = measured[what];
    return found <= LIMITS[what] ? [] : [`${what}: ${found}, more than ${LIMITS[what]}`];
  });
  const types = measured.typeErrors === "" ? [] : [`the types are wrong: ${measured.typeErrors}`];
  return [...exceeded, ...types, ...measured.repeated.map((what) => `written more than once: ${what}`)];
}

/**
 * Generates a document's module in a process of its own, and checks the types of a client of it.
 */
export function measureDocument(file: string): Measured {
  const folder = mkdtempSync(join(tmpdir(), "document-"));
  try {
    const child = spawnSync(process.execPath, [import.meta.filename, file, folder], {
      encoding: "utf8",
      maxBuffer: 64e6,
    });
    if (child.status !== 0) throw new Error(`${file}: ${child.stderr.slice(-2000)}`);
    const began = performance.now();
    const typeErrors = typeErrorsOf(folder);
    return { ...JSON.parse(child.stdout), typecheckSeconds: (performance.now() - began) / 1000, typeErrors };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const CLIENT = join(import.meta.dirname, "../../../upstream-client/src/contract/contract-client.ts");

/** A client as `new:upstream` makes it. */
const USES = `import type { ContractClient } from ${JSON.stringify(CLIENT)};
import { contract } from "./module.ts";
import type { Answers, Calls, components } from "./module.ts";
export type Schemas = components["schemas"];
export type Client = ContractClient<typeof contract, Calls, Answers>;
export const methodOf = <Name extends keyof Client>(client: Client, name: Name): Client[Name] => client[name];
`;

function typeErrorsOf(folder: string): string {
  writeFileSync(join(folder, "uses.ts"), USES);
  const root = join(import.meta.dirname, "../../../..");
  const { resolve } = createRequire(join(root, "package.json"));
  const tsc = join(dirname(resolve("typescript/package.json")), "bin/tsc");
  const options = (
    "--noEmit --singleThreaded --ignoreConfig --strict --exactOptionalPropertyTypes --erasableSyntaxOnly --module nodenext " +
    "--target esnext --lib esnext --skipLibCheck --allowImportingTsExtensions --types node --typeRoots"
  ).split(" ");
  options.push(join(root, "node_modules/@types"));
  const { stdout } = spawnSync(process.execPath, [tsc, ...options, "uses.ts"], {
    cwd: folder,
    encoding: "utf8",
  });
  return stdout.slice(0, 2000);
}

type Operation = {
  readonly leftOut?: string;
  readonly answer?: object;
  readonly parameters?: Readonly<Record<string, Readonly<Record<string, object>>>>;
};

/** In the child process: generates, and prints what it measured. */
async function measureHere(
  file: string,
  folder: string,
): Promise<Omit<Measured, "typecheckSeconds" | "typeErrors">> {
  const document = readFileSync(file, "utf8");
  const { text, notes } = generate({ source: "document.openapi.json", text: document }, "npm run generate");
  const module = join(folder, "module.ts");
  writeFileSync(module, text);
  const { user, system } = process.cpuUsage();
  const megabytes = process.resourceUsage().maxRSS / 1024;
  // esbuild takes the types off in a tenth of Node's time. That Node can do it other tests show.
  const program = join(folder, "module.mjs");
  writeFileSync(program, transformSync(text, { loader: "ts" }).code);
  const { contract }: { contract: Record<string, Operation> } = await import(pathToFileURL(program).href);
  const operations = Object.values(contract);
  // Names differ from operation to operation; the reason is what is left of it without them.
  const reasons = operations.flatMap(({ leftOut = "" }) =>
    leftOut === "" ? [] : leftOut.replace(/(header|cookie|parameter) [^ ,]+/, "$1 …"),
  );
  return {
    seconds: (user + system) / 1e6,
    megabytes,
    ratio: text.length / document.length,
    operations: operations.length,
    leftOut: Object.fromEntries(
      [...Map.groupBy(reasons, (why) => why)].map(([why, all]) => [why, all.length]),
    ),
    refusedExamples: notes.length,
    repeated: repeatedIn(operations),
  };
}

/** Shorter ones are not worth a name. */
const SHORT = 200;

/** The same content in two objects is written twice; one object with two users is written once. */
function repeatedIn(operations: readonly Operation[]): readonly string[] {
  const parts = new Set(
    operations.flatMap(({ answer, parameters = {} }) => [
      ...(answer === undefined ? [] : [answer]),
      ...Object.values(parameters).flatMap((place) => Object.values(place)),
    ]),
  );
  const texts = [...parts].map((part) =>
    JSON.stringify(part, (name, value: unknown) =>
      name === "$defs" || name === "named" ? undefined : value,
    ),
  );
  const groups = Map.groupBy(
    texts.filter((text) => text.length > SHORT),
    (text) => text,
  );
  return [...groups].flatMap(([text, all]) => (all.length > 1 ? [text.slice(0, 100)] : []));
}

if (import.meta.main) {
  const [file = "", folder = ""] = process.argv.slice(2);
  process.stdout.write(JSON.stringify(await measureHere(file, folder)));
}
