import { hash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { GraphQLError, getOperationAST, parse } from "graphql";

/** What this BFF publishes: its schema, and the documents that partners registered. */
export interface Contract {
  /** GraphQL's schema language. */
  readonly schema: string;
  readonly operations: readonly OperationFile[];
}

/**
 * Reads a `contracts` folder: `schema.graphql`, `operations/<sha256>.graphql` for every partner,
 * and `operations/<API key id>/<sha256>.graphql` for one partner.
 */
export async function readContract(url: URL): Promise<Contract> {
  const folder = fileURLToPath(url);
  const operationsFolder = join(folder, "operations");
  const paths = await readdir(operationsFolder, { recursive: true });
  const [schema, ...operations] = await Promise.all([
    readFile(join(folder, "schema.graphql"), "utf8"),
    ...paths
      .filter((path) => path.endsWith(".graphql"))
      .map(async (path) => ({
        name: basename(path),
        text: await readFile(join(operationsFolder, path), "utf8"),
        apiKeyId: dirname(path) === "." ? undefined : dirname(path),
      })),
  ]);
  return { schema, operations };
}

/** A document that a partner registered, found by the SHA-256 of its text. */
export interface RegisteredDocument {
  readonly hash: string;
  readonly text: string;
  /** Its operation's name, for the log and the metrics. */
  readonly name: string;
}

/** A file of `contracts/operations`. */
export interface OperationFile {
  readonly name: string;
  readonly text: string;
  /** The API key that it is registered for; undefined: every partner. */
  readonly apiKeyId: string | undefined;
}

/** The registered documents: those for every partner, and those for one API key. */
export interface DocumentRegistry {
  /** @param apiKeyId the caller's, if it has one */
  readonly find: (hash: string, apiKeyId: string | undefined) => RegisteredDocument | undefined;
}

/** The SHA-256 of a text, in lower-case hex. */
export function hashOf(text: string): string {
  return hash("sha256", text, "hex");
}

/** @throws TypeError where a file is not named by its hash, or does not hold one named operation */
export function createRegistry(files: readonly OperationFile[]): DocumentRegistry {
  const forAll = new Map<string, RegisteredDocument>();
  const byApiKey = new Map<string, Map<string, RegisteredDocument>>();
  for (const file of files) {
    const document = read(file);
    const { apiKeyId } = file;
    if (apiKeyId === undefined) {
      forAll.set(document.hash, document);
    } else {
      const own = byApiKey.get(apiKeyId) ?? new Map<string, RegisteredDocument>();
      byApiKey.set(apiKeyId, own.set(document.hash, document));
    }
  }
  return {
    find: (hash, apiKeyId) =>
      forAll.get(hash) ?? (apiKeyId === undefined ? undefined : byApiKey.get(apiKeyId)?.get(hash)),
  };
}

function read({ name, text }: OperationFile): RegisteredDocument {
  const hash = hashOf(text);
  if (name !== `${hash}.graphql`) {
    throw new TypeError(`A registered document is named by its SHA-256: rename ${name} to ${hash}.graphql`);
  }
  const operation = operationNameOf(name, text);
  return { hash, text, name: operation };
}

function operationNameOf(file: string, text: string): string {
  try {
    const name = getOperationAST(parse(text))?.name?.value;
    if (name !== undefined) return name;
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    throw new TypeError(`${file} is not a GraphQL document: ${error.message}`, { cause: error });
  }
  throw new TypeError(`${file} must hold one operation, and it must have a name`);
}
