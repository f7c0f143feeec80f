import { hash } from "node:crypto";
import { GraphQLError, getOperationAST, parse } from "graphql";

/** A document that partners agreed on with us, known by the SHA-256 of its text. */
export type RegisteredDocument = {
  readonly hash: string;
  readonly text: string;
  /** Its operation's name: one of few, for the log and the metrics. */
  readonly name: string;
};

/** A file of `contracts/operations`; `client` is the API key's id that it is registered for, undefined where it is for all. */
export type OperationFile = {
  readonly name: string;
  readonly text: string;
  readonly client: string | undefined;
};

/** The registered documents: those of everybody, and those of one API key alone. */
export type DocumentRegistry = {
  /** @param client the API key's id, where the caller came with one */
  readonly find: (hash: string, client: string | undefined) => RegisteredDocument | undefined;
};

/** Lower-case hex. */
export function hashOf(text: string): string {
  return hash("sha256", text, "hex");
}

/** @throws TypeError where a file is not named by its hash, or holds anything but one named operation */
export function createRegistry(files: readonly OperationFile[]): DocumentRegistry {
  const everybody = new Map<string, RegisteredDocument>();
  const byClient = new Map<string, Map<string, RegisteredDocument>>();
  for (const file of files) {
    const document = read(file);
    const { client } = file;
    if (client === undefined) {
      everybody.set(document.hash, document);
    } else {
      const own = byClient.get(client) ?? new Map<string, RegisteredDocument>();
      byClient.set(client, own.set(document.hash, document));
    }
  }
  return {
    find: (hash, client) =>
      everybody.get(hash) ?? (client === undefined ? undefined : byClient.get(client)?.get(hash)),
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
