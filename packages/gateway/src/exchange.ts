import type { IncomingMessage, ServerResponse } from "node:http";
import type { IdentityClaims } from "@triptych/identity";
import type { Problem, ProblemPage, ProblemSource } from "@triptych/service-kit";
import type { CallerKind, RequestPath, Route } from "./table/route.ts";
import type { Session } from "./credentials/logged-in.ts";

/** The caller of a request: authenticated, or a visitor without credentials. */
export interface Caller {
  readonly kind: CallerKind;
  /**
   * The user's id: `sub` in tokens. An API key acts for its partner's account; a visitor has none.
   */
  readonly userId: string | undefined;
  /** The id of the token or session, by which it can be revoked. A bare API key has none. */
  readonly tokenId?: string;
  /** When the token or the session was issued, in seconds since the epoch. */
  readonly issuedAtS?: number;
  /** Of a session: the login at the identity provider, by which that can end it. */
  readonly loginId?: string;
  readonly apiKeyId?: string;
  readonly scope?: string;
  /** What else of the token goes to the BFFs, by the names that the issuer's profile gives. */
  readonly claims?: IdentityClaims;
}

/** The request that leaves the gateway: built from what was checked, not from what came. */
export interface Outgoing {
  /** Path and query. */
  readonly target: string;
  /**
   * Header parameters of the contract and `Content-Type`, by lower-case name; each is sent once.
   */
  readonly headers: ReadonlyMap<string, string>;
  /** Empty without one. */
  readonly body: Buffer;
}

/**
 * What the policies have found out about one request. Each policy adds to it; none removes
 * anything.
 */
export class Exchange {
  readonly target: RequestPath;
  /** The client's address. */
  readonly address: string;
  #route: Route | undefined;
  #caller: Caller | undefined;
  #outgoing: Outgoing | undefined;
  /** Where the caller is one. */
  session: Session | undefined;
  /** Where a visitor's browser logs in, should the target answer that it needs a user. */
  visitorsLogin: string | undefined;
  /** Our page about a status, for a client that prefers `text/html`. */
  pageFor: ((status: number) => ReturnType<ProblemPage> | undefined) | undefined;

  constructor(target: RequestPath, address: string) {
    this.target = target;
    this.address = address;
  }

  get route(): Route {
    if (this.#route === undefined) throw new Error("no route yet: mount matchRoute before this policy");
    return this.#route;
  }

  set route(route: Route) {
    this.#route = route;
  }

  get caller(): Caller {
    if (this.#caller === undefined) throw new Error("no caller yet: mount authenticate before this policy");
    return this.#caller;
  }

  set caller(caller: Caller) {
    this.#caller = caller;
  }

  get outgoing(): Outgoing {
    if (this.#outgoing === undefined)
      throw new Error("not checked yet: mount validateRequest before forwarding");
    return this.#outgoing;
  }

  set outgoing(outgoing: Outgoing) {
    this.#outgoing = outgoing;
  }

  /** The path as the target knows it, not yet checked. */
  get targetPath(): string {
    const { prefix, rewrite = prefix } = this.route;
    return `${rewrite}${this.target.path.slice(prefix.length)}`;
  }
}

/** A check of one request: it returns to let the request pass and throws a `Refusal` to stop it. */
export type Policy = (exchange: Exchange, req: IncomingMessage, res: ServerResponse) => void | Promise<void>;

/**
 * The policy that refused, for `Server-Timing`, the log and metrics. A closed set, so it is fit for
 * a label.
 */
export type PolicyName =
  | "path"
  | "route"
  | "rate-limit"
  | "cors"
  | "authentication"
  | "csrf"
  | "revocation"
  | "callers"
  | "validation"
  | "login"
  | "forward"
  | "version";

/**
 * A request that a policy does not let through. The client gets `problem`; `Server-Timing` names
 * the policy.
 */
export class Refusal extends Error implements ProblemSource {
  override readonly name = "Refusal";
  readonly policy: PolicyName;
  readonly problem: Problem;
  /** The exact cause, one of a few words. It goes to the log only. */
  readonly reason: string | undefined;

  constructor(policy: PolicyName, problem: Problem, options: { reason?: string; cause?: unknown } = {}) {
    super(`${policy}: ${options.reason ?? problem.detail}`, { cause: options.cause });
    this.policy = policy;
    this.problem = problem;
    this.reason = options.reason;
  }
}

/**
 * One answer for every wrong credential, so that it tells an attacker nothing. The BFFs use the
 * same sentence.
 */
const NO_IDENTITY: Problem = {
  code: "identity-required",
  detail: "This request carries no valid identity.",
};

/** Creates the 401 for missing or wrong credentials. */
export function identityRefusal(policy: PolicyName, reason: string, cause?: unknown): Refusal {
  return new Refusal(policy, NO_IDENTITY, { reason, cause });
}

/** Whether a method changes nothing (RFC 9110, section 9.2.1). */
export function isSafe(method: string | undefined): boolean {
  return method === "GET" || method === "HEAD" || method === "OPTIONS";
}
