/** What a request must show to be let through. A caller shows one kind, or an API key together with a bearer token. */
export type CallerKind = "session" | "bearer" | "api-key";

/** At most `requests` in any fixed window of `seconds`, for each address, user or API key, on this route. */
export interface Limit {
  readonly per: "address" | "user" | "api-key";
  readonly requests: number;
  readonly seconds: number;
}

/** What a request's form is checked against. */
export type Contract =
  | {
      readonly kind: "openapi";
      /** The published document, relative to the folder of contracts; JSON or YAML. */
      readonly file: string;
      /**
       * A query parameter that the contract does not know: refused, so that a client's mistake shows; `ignore` for
       * pages that people reach by links, to which others add parameters of their own.
       */
      readonly unknownQuery: "refuse" | "ignore";
    }
  /** GraphQL over HTTP: size and form only. What may be asked is the BFF's schema's part. */
  | { readonly kind: "graphql" };

/** A version of an API that is still served, but not for ever. */
export interface Deprecation {
  /** ISO date (UTC) since when nobody should start to use it. */
  readonly since: string;
  /** ISO date (UTC) on which it may go away. */
  readonly sunset: string;
  /** The path prefix that takes its place. */
  readonly successor: string;
}

/** One entry of the route table. */
export interface Route {
  /** Unique; a label of logs and metrics, and a part of the limits' keys. */
  readonly name: string;
  /** Path segments that a request's path starts with: `/web` is `/web` and `/web/…`, never `/website`. */
  readonly prefix: string;
  /** A key of the table's targets. */
  readonly target: string;
  /** What stands in the prefix's place on the way to the target. The path is left alone where it is not given. */
  readonly rewrite?: string;
  /** Who may call. */
  readonly callers: readonly CallerKind[];
  readonly limits: readonly Limit[];
  /** The largest body, in bytes. */
  readonly maxBodyBytes: number;
  /** Time from a request's headers to the last byte of its answer, in milliseconds. */
  readonly deadlineMs: number;
  readonly contract: Contract;
  /** A person who comes without a session is sent to the login instead of being refused. */
  readonly login?: true;
  readonly deprecation?: Deprecation;
  /** JSONata from the target's JSON to this version's, applied to 200 answers. */
  readonly transform?: string;
}

/** Where requests go, and how the target is told who asks. */
export interface TargetRole {
  /**
   * `x-identity`: a BFF, which gets an assertion of its own and the Txn-Token for its services. `txn-token`: a
   * service, which gets Txn-Token and X-User-Id as from a BFF.
   */
  readonly identity: "x-identity" | "txn-token";
}

/** All that a gateway lets through. `checkTable` checks it at start-up. */
export interface RouteTable {
  /** By name. The name is also the setting of the target's address: `WEB_BFF_URL` for `web-bff`. */
  readonly targets: Readonly<Record<string, TargetRole>>;
  readonly routes: readonly Route[];
  /** The path of this site to which `/` and a login without a destination lead. */
  readonly landing: string;
}

/** Whether a target is a BFF: it gets an `X-Identity`, signed with a key of its own. */
export function isBff({ targets }: RouteTable, name: string): boolean {
  return targets[name]?.identity === "x-identity";
}

/** The names of a table's BFFs. */
export function bffsOf(table: RouteTable): string[] {
  return Object.keys(table.targets).filter((name) => isBff(table, name));
}

/** Finds the route of a path: the one with the longest prefix of whole segments. */
export function createMatcher<Entry extends Pick<Route, "prefix">>(
  routes: readonly Entry[],
): (path: string) => Entry | undefined {
  const longestFirst = routes.toSorted((a, b) => b.prefix.length - a.prefix.length);
  return (path) => longestFirst.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
}

/** The longest request target, in characters: more than any of our pages with any of its parameters needs. */
const MAX_TARGET = 4_096;

/** Visible ASCII without what the URI syntax leaves out (RFC 3986, section 2): no quotes, spaces, `\`, `#`, `[`. */
const TARGET =
  /^\/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*(?:\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?[\]-]|%[0-9A-Fa-f]{2})*)?$/;

/** Spellings that two machines on the way may read as two paths: `.`, `/`, `\`, `;` and controls, encoded or not. */
const AMBIGUOUS = /\/\/|\/\.{1,2}(?:\/|$)|;|%(?:2e|2f|5c|3b|25|[01][0-9a-f]|7f)/i;

/** A request's target in its parts, as it is forwarded. */
export interface RequestPath {
  readonly path: string;
  /** Without the question mark; "" where there is none. */
  readonly query: string;
}

/**
 * Splits a request target (RFC 9112, section 3.2) that has one meaning for everybody. `undefined` for any other,
 * the absolute form among them: which host is meant is the proxy's to decide, and a path that walks up, or hides a
 * slash, is nobody's to guess.
 */
export function readTarget(target: string): RequestPath | undefined {
  if (target.length > MAX_TARGET || !TARGET.test(target)) return undefined;
  const mark = target.indexOf("?");
  const path = mark === -1 ? target : target.slice(0, mark);
  if (AMBIGUOUS.test(path)) return undefined;
  return { path, query: mark === -1 ? "" : target.slice(mark + 1) };
}
