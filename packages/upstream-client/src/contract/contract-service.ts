import type { CallScope } from "../context.ts";
import { InvalidCallError } from "../errors.ts";
import { textOf } from "../dialect/form.ts";
import type { CallInput, Operation, Query } from "../operation.ts";
import type { Upstream } from "../upstream.ts";
import { operationOf } from "./operation-of.ts";
import type { ContractOperation } from "./operation-of.ts";

/** All operations of a contract, in their generated form, including those that cannot be called. */
export type Contract = Readonly<Record<string, GeneratedOperation>>;

type GeneratedOperation = Omit<ContractOperation, "method"> & {
  readonly method: string;
  /** Query parameters that cannot be sent. */
  readonly unsendable?: readonly string[];
  /** Why it cannot be called; undefined if it can. */
  readonly leftOut?: string;
};

/** The argument of a method. */
type Input = Pick<CallInput, "body" | "idempotencyKey" | "answerHeaders"> & {
  readonly headers?: Readonly<Record<string, unknown>>;
  readonly path?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
};

const SCOPE = Symbol("scope");
type Bound = { readonly [SCOPE]: CallScope };

/**
 * A service, made once at start-up. `in` makes the client for one section of a screen, with the
 * section's deadline and caller.
 */
export type ContractService<Client> = { readonly in: (scope: CallScope) => Client };

/**
 * A service with a method for each operation of its contract. The check of an answer is compiled at
 * the operation's first call: a large contract has a thousand operations, and a BFF uses a few.
 *
 * @typeParam Client the ContractClient of the same contract
 * @param options.basePath the path before all paths of the contract, from its `servers`, such as
 * `/api/v3`; an address with a base path replaces it. Default none
 */
export function contractService<Client>(
  contract: Contract,
  upstream: Upstream,
  { basePath = "" }: { readonly basePath?: string } = {},
): ContractService<Client> {
  const compiled = new Map<string, Operation<unknown>>();
  const compile = (operation: ContractOperation): Operation<unknown> => {
    const found =
      compiled.get(operation.name) ??
      operationOf({ ...operation, basePath, path: `${basePath}${operation.path}` });
    compiled.set(operation.name, found);
    return found;
  };
  // The methods are made once, because a client is made for every section of every request.
  const methods = Object.fromEntries(
    Object.values(contract).flatMap((operation) => {
      if (!isCallable(operation)) return [];
      const method = async function method(this: Bound, input: Input = {}): Promise<unknown> {
        return upstream.call(compile(operation), this[SCOPE], callInput(operation, input));
      };
      return [[operation.name, method]];
    }),
  );
  return {
    in(scope) {
      const client: unknown = Object.create(methods, { [SCOPE]: { value: scope } });
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- methods and type come from one contract, by the same rules
      return client as Client;
    },
  };
}

function isCallable(operation: GeneratedOperation): operation is GeneratedOperation & ContractOperation {
  return operation.leftOut === undefined;
}

function callInput({ name, unsendable = [] }: GeneratedOperation, input: Input): CallInput {
  const { path = {}, query = {}, headers, body, idempotencyKey, answerHeaders } = input;
  return {
    path: Object.fromEntries(Object.entries(path).map(([key, value]) => [key, text(name, key, value) ?? ""])),
    query: Object.fromEntries(
      Object.entries(query).map(([key, value]) => {
        if (value !== undefined && unsendable.includes(key)) throw unsendableError(name, key);
        return [key, queryValue(name, key, value)];
      }),
    ),
    ...(body === undefined ? {} : { body }),
    ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
    ...(headers === undefined ? {} : { headers: headerValues(name, headers) }),
    ...(answerHeaders === undefined ? {} : { answerHeaders }),
  };
}

/** A list is one value with commas (OpenAPI `style: simple`). */
function headerValues(
  operation: string,
  headers: Readonly<Record<string, unknown>>,
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const values = [queryValue(operation, name, value) ?? []].flat();
      return [name, values.length === 0 ? undefined : values.join(",")];
    }),
  );
}

function queryValue(operation: string, name: string, value: unknown): Query[string] {
  if (value === undefined || value === null) return undefined;
  const texts = (Array.isArray(value) ? value : [value]).map((item) => text(operation, name, item));
  const known = texts.filter((item) => item !== undefined);
  if (known.length < texts.length) throw unsendableError(operation, name);
  return Array.isArray(value) ? known : known[0];
}

function text(operation: string, name: string, value: unknown): string | undefined {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
    ? textOf(operation, name, value)
    : undefined;
}

function unsendableError(operation: string, name: string): InvalidCallError {
  return new InvalidCallError(
    `${operation}: parameter ${name} has a form that is not sent (only values, and lists of them): leave it out`,
  );
}
