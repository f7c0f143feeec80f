import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { generate } from "../generate.ts";
import type { Contract } from "../document.ts";

type Generated = {
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly idempotent: boolean;
  readonly parameters: Record<"path" | "query" | "header", object>;
  readonly repeated?: readonly string[];
  readonly unsendable?: readonly string[];
  readonly bodyType?: string;
  readonly formStyles?: object;
  readonly headers?: readonly string[];
  readonly answerTypes?: readonly string[];
  readonly empty?: string;
  readonly leftOut?: string;
  readonly answer?: { readonly schema: object; readonly enums: object };
};

/** Generates the module of a contract, has Node run it, and gives back its `contract`. */
export async function generatedContract(contract: Contract): Promise<Record<string, Generated>> {
  const { text } = generate(contract, "npm run generate");
  return inTemporaryFolder(async (folder) => {
    const file = join(folder, "generated.ts");
    await writeFile(file, text);
    const module: { readonly contract: Record<string, Generated> } = await import(pathToFileURL(file).href);
    return module.contract;
  });
}

const OPTIONS: ts.CompilerOptions = {
  strict: true,
  noUnusedLocals: true,
  exactOptionalPropertyTypes: true,
  erasableSyntaxOnly: true,
  module: ts.ModuleKind.NodeNext,
  target: ts.ScriptTarget.ESNext,
  lib: ["lib.esnext.d.ts"],
  skipLibCheck: true,
  noEmit: true,
  allowImportingTsExtensions: true,
  types: [],
};

/** Reads the language's own declarations once, which takes half of a compilation. */
const HOST = ts.createCompilerHost(OPTIONS);
const readSource = HOST.getSourceFile.bind(HOST);
const library = new Map<string, ts.SourceFile | undefined>();
HOST.getSourceFile = (name, ...rest) => {
  if (!/\/lib\.[\w.]*d\.ts$/.test(name)) return readSource(name, ...rest);
  if (!library.has(name)) library.set(name, readSource(name, ...rest));
  return library.get(name);
};

/**
 * What the strict compiler says about `uses`, a piece of TypeScript that sees the generated
 * module's types.
 * @returns one message per error; none where all is well
 */
export async function compilerErrors(contract: Contract, uses: string): Promise<readonly string[]> {
  const { text } = generate(contract, "npm run generate");
  return inTemporaryFolder(async (folder) => {
    const file = join(folder, "uses.ts");
    await writeFile(join(folder, "generated.ts"), text);
    await writeFile(
      file,
      `import type { Answers, components, operations } from "./generated.ts";\n${uses}\nexport type Used = [Answers, components, operations];\n`,
    );
    const program = ts.createProgram([file], OPTIONS, HOST);
    return ts
      .getPreEmitDiagnostics(program)
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"));
  });
}

async function inTemporaryFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), "contract-codegen-"));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
