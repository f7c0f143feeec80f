/**
 * The kinds of credential, and `anonymous` for a request without any. A request has one credential,
 * or an API key together with a bearer token.
 */
export type CallerKind = "session" | "bearer" | "api-key" | "anonymous";

/**
 * At most `requests` per fixed window of `seconds`, for each address, user or API key, on this
 * route.
 */
export interface Limit {
  readonly per: "address" | "user" | "api-key";
  readonly requests: number;
  readonly seconds: number;
}

/** What requests are checked against. */
export type Contract =
  | {
      readonly kind: "openapi";
      /** The published document, relative to the folder of contracts; JSON or YAML. */
      readonly file: string;
      /**
       * What to do with a query parameter that the contract does not have: `refuse` shows a client
       * its mistake; `ignore` is for pages reached by links, to which other sites add parameters.
       */
      readonly unknownQuery: "refuse" | "ignore";
    }
  /** GraphQL over HTTP: only size and form. The BFF checks the rest against its schema. */
  | { readonly kind: "graphql" };

/** An old version of an API that is still served for some time. */
export interface Deprecation {
  /** ISO date (UTC) from which new clients should not use it. */
  readonly since: string;
  /** ISO date (UTC) from which it may be gone. */
  readonly sunset: string;
  /** The path prefix of the version that replaces it. */
  readonly successor: string;
}

/** Pages of which other origins may use a route from a browser, and read its answers. */
export interface Cors {
  /** Such as https://app.example: no pattern, and no path or slash at the end. */
  readonly origins: readonly string[];
  /**
   * Lets these pages use the session of the browser's user, to read and to change. Browsers send it
   * only from the same site (`SameSite=Lax`): from https://app.acme.example to
   * https://api.acme.example.
   */
  readonly credentials?: true;
}

/**
 * Sends a share of a route's GETs to a second version of its target too, and compares the answers.
 * Its address is a setting (`WEB_BFF_SHADOW_URL` for `web-bff`); without it nothing is sent.
 */
export interface ShadowShare {
  /** Over 0, at most 1: `0.05` is every twentieth. */
  readonly share: number;
  /** JSON pointers that do not count, with all that is under them: `/recommendations/*`. */
  readonly ignore?: readonly string[];
}

/** One entry of the route table. */
export interface Route {
  /** Unique. A label in logs and metrics, and part of the rate limits' keys. */
  readonly name: string;
  /** Whole path segments: `/web` matches `/web` and `/web/…`, never `/website`. */
  readonly prefix: string;
  /** A key of the table's targets. */
  readonly target: string;
  /** Replaces the prefix on the way to the target; by default the path stays as it is. */
  readonly rewrite?: string;
  /**
   * The credentials that are accepted. With `anonymous`, visitors without any may read: the BFF
   * gets an identity that says so. `anyone`: none is looked at, and the target, which is no BFF, is
   * not told who asks.
   */
  readonly callers: readonly CallerKind[] | "anyone";
  readonly limits: readonly Limit[];
  /** The largest body, in bytes; at most 100,000. */
  readonly maxBodyBytes: number;
  /** Milliseconds from a request's headers to the last byte of its answer; at most 30,000. */
  readonly deadlineMs: number;
  readonly contract: Contract;
  /** Pages of which other origins may use it; default none. */
  readonly cors?: Cors;
  /** Sends users without a session to the login instead of refusing them. */
  readonly login?: true;
  readonly deprecation?: Deprecation;
  /** JSONata that turns the target's JSON into this version's; applied to 200 answers. */
  readonly transform?: string;
  /** Compares a second version of the target with the first; default none. */
  readonly shadow?: ShadowShare;
}

/** How a target learns who the caller is. */
export interface TargetRole {
  /**
   * `x-identity`: a BFF, which gets an assertion of its own and the Txn-Token for its services.
   * `txn-token`: a service, which gets Txn-Token and X-User-Id, as from a BFF.
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
  /** The site's name, for the gateway's own pages. Default: they show none. */
  readonly site?: string;
}

/** Whether a target is a BFF: it gets an `X-Identity`, signed with a key of its own. */
export function isBff({ targets }: RouteTable, name: string): boolean {
  return targets[name]?.identity === "x-identity";
}

/** The names of a table's BFFs. */
export function bffsOf(table: RouteTable): string[] {
  return Object.keys(table.targets).filter((name) => isBff(table, name));
}

/** Creates a function that finds a path's route: the longest prefix of whole segments wins. */
export function createMatcher<Entry extends Pick<Route, "prefix">>(
  routes: readonly Entry[],
): (path: string) => Entry | undefined {
  const longestFirst = routes.toSorted((a, b) => b.prefix.length - a.prefix.length);
  return (path) => longestFirst.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
}

/** The longest request target, in characters: more than any page with all its parameters needs. */
export const MAX_TARGET = 4_096;

/** The characters of RFC 3986, section 2: no quotes, spaces, `\`, `#` or `[` in the path. */
const TARGET =
  /^\/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*(?:\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?[\]-]|%[0-9A-Fa-f]{2})*)?$/;

/**
 * What two machines may read as different paths: `//`, `;`, and segments of dots, encoded or not.
 */
const AMBIGUOUS = /\/\/|;|\/(?:\.|%2e){1,2}(?:\/|$)/i;

/**
 * Encoded `.`, `/`, `\`, `;`, `%` and controls: a machine that decodes the path reads another one.
 */
const HIDDEN = /%(?:2e|2f|5c|3b|25|[01][0-9a-f]|7f)/i;

/** Whether a path, or a segment of one, hides another path from machines that decode it. */
export function hidesPath(path: string): boolean {
  return HIDDEN.test(path);
}

/** A request target, split as it is forwarded. */
export interface RequestPath {
  readonly path: string;
  /** Without the question mark; "" if there is none. */
  readonly query: string;
  /** Whether it is allowed only as the value of an opaque parameter: see `hidesPath`. */
  readonly hides: boolean;
}

/**
 * Splits a request target (RFC 9112, section 3.2). `undefined` if two machines could read it
 * differently: a path that walks up, or the absolute form, since the proxy decides which host is
 * meant.
 */
export function readTarget(target: string): RequestPath | undefined {
  if (target.length > MAX_TARGET || !TARGET.test(target)) return undefined;
  const mark = target.indexOf("?");
  const path = mark === -1 ? target : target.slice(0, mark);
  if (AMBIGUOUS.test(path)) return undefined;
  return { path, query: mark === -1 ? "" : target.slice(mark + 1), hides: hidesPath(path) };
}
