import type { IncomingMessage, ServerResponse } from "node:http";
import type { Problem, ProblemSource } from "@triptych/service-kit";
import type { RequestPath, Route } from "./table/route.ts";

/** Who asks, as far as the gateway could make sure of it. */
export interface Caller {
  readonly kind: "session" | "bearer" | "api-key";
  /** The user's id. */
  readonly sub: string;
  /** The token's or session's id, by which it can be revoked; an API key has its own id. */
  readonly tokenId?: string;
  /** When the token or the session was issued, in seconds since the epoch. */
  readonly issuedAtS?: number;
  readonly apiKeyId?: string;
  readonly scope?: string;
}

/** What is known of one request on its way through the policies. Each policy adds its part; none takes any away. */
export class Exchange {
  readonly target: RequestPath;
  /** The client's address. */
  readonly address: string;
  #route: Route | undefined;
  #caller: Caller | undefined;
  /** The whole body, where a policy had to read it. */
  body: Buffer | undefined = undefined;

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

  get hasCaller(): boolean {
    return this.#caller !== undefined;
  }

  /** The path and query that the target is asked for. */
  get forwardedTarget(): string {
    const { prefix, rewrite = prefix } = this.route;
    const { path, query } = this.target;
    return `${rewrite}${path.slice(prefix.length)}${query === "" ? "" : `?${query}`}`;
  }
}

/** One policy: it lets a request pass by returning, and refuses it by throwing a Refusal. */
export type Policy = (exchange: Exchange, req: IncomingMessage, res: ServerResponse) => void | Promise<void>;

/** Which policy said no: for Server-Timing and the log. A closed set, fit for a label. */
export type PolicyName =
  | "path"
  | "route"
  | "rate-limit"
  | "authentication"
  | "csrf"
  | "revocation"
  | "callers"
  | "validation"
  | "login"
  | "forward"
  | "version";

/** A policy's no. Rendered as the problem that it carries, with the policy's name beside it. */
export class Refusal extends Error implements ProblemSource {
  override readonly name = "Refusal";
  readonly policy: PolicyName;
  readonly problem: Problem;
  /** Why exactly, for the log alone: one of few words. */
  readonly reason: string | undefined;

  constructor(policy: PolicyName, problem: Problem, options: { reason?: string; cause?: unknown } = {}) {
    super(`${policy}: ${options.reason ?? problem.detail}`, { cause: options.cause });
    this.policy = policy;
    this.problem = problem;
    this.reason = options.reason;
  }
}

/**
 * What everybody hears who is not let in, whatever was wrong with what they showed. It is the sentence of the BFFs:
 * clients see one.
 */
const NO_IDENTITY: Problem = {
  code: "identity-required",
  detail: "This request carries no valid identity.",
};

/** Refuses a request that does not say, in a way that can be believed, who asks. */
export function identityRefusal(policy: PolicyName, reason: string, cause?: unknown): Refusal {
  return new Refusal(policy, NO_IDENTITY, { reason, cause });
}
