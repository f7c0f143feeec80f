import type { IncomingMessage, ServerResponse } from "node:http";
import type { Identity } from "./claims.ts";
import type { ReplayGuard } from "./replay-guard.ts";
import { singleHeader } from "./single-header.ts";
import type { Refusal } from "./compact.ts";
import type { Verifier } from "./x-identity.ts";

/** The request carries no valid identity. The app's error handler renders `problem`. */
export class IdentityRequiredError extends Error {
  override readonly name = "IdentityRequiredError";
  // One message for every reason: the sender must not learn what is wrong with a token.
  readonly problem = {
    code: "identity-required",
    detail: "This request carries no valid identity.",
  } as const;
  /** For the log and the metrics only. */
  readonly reason: GateRefusal;

  constructor(reason: GateRefusal) {
    super(`identity refused: ${reason}`);
    this.reason = reason;
  }
}

/**
 * Why the gate refused a request. `replayed`: an earlier request used its identity up. `anonymous`:
 * it is of a visitor, and this app admits none.
 */
export type GateRefusal = Refusal | "replayed" | "anonymous";

/**
 * The replay guard is full, so the identity cannot be accepted. The error handler renders
 * `problem`.
 */
export class ReplayMemoryFullError extends Error {
  override readonly name = "ReplayMemoryFullError";
  readonly problem = {
    code: "overloaded",
    detail: "Too many requests at once: try again in a moment.",
  } as const;
}

/** Methods that change nothing (RFC 9110, section 9.2.1). They do not use an identity up. */
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** The middleware that every request has to pass, and what it verified. */
export type IdentityGate = {
  /**
   * A middleware. It refuses a request without a valid `X-Identity`, with IdentityRequiredError.
   */
  readonly check: (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void;
  /**
   * Checks a request of a safe method before it is passed on. What it admits, `check` lets pass.
   * @returns undefined for any other request, for a visitor's, and for one without a valid
   * `X-Identity`
   */
  readonly admits: (req: IncomingMessage, res: ServerResponse) => Identity | undefined;
  /** @throws Error if `check` is not mounted in front of this route */
  readonly identityOf: (res: ServerResponse) => Identity;
};

/**
 * A property, so it is freed with the response. service-kit's request record says why no WeakMap.
 */
const VERIFIED = Symbol("the verified identity");

declare module "node:http" {
  interface ServerResponse {
    [VERIFIED]?: { readonly gate: IdentityGate; readonly identity: Identity };
  }
}

/** Makes the gate in front of everything that a BFF answers: its only source of the user. */
export function identityGate(options: {
  readonly verifier: Verifier;
  /** Called for each request that passes, before anything else happens to it. */
  readonly onVerified: (res: ServerResponse, identity: Identity) => void;
  /** Called for each refusal, for the log. */
  readonly onRefusal: (res: ServerResponse, reason: GateRefusal) => void;
  /**
   * Whether visitors without a login pass, whose `userId` is undefined. Default: they are refused.
   */
  readonly admitsVisitors?: boolean;
  /** With a guard, the identity of an unsafe method is accepted once. */
  readonly replayGuard?: ReplayGuard;
}): IdentityGate {
  const { admitsVisitors = false } = options;
  const gate: IdentityGate = {
    admits(req, res) {
      if (!SAFE_METHODS.has(req.method ?? "")) return undefined;
      const verification = options.verifier.verify(singleHeader(req.rawHeaders, "x-identity"));
      if (!verification.ok) return undefined;
      // Whether visitors get an answer depends on the screen.
      if (verification.identity.userId === undefined) return undefined;
      res[VERIFIED] = { gate, identity: verification.identity };
      return verification.identity;
    },
    check(req, res, next) {
      if (res[VERIFIED]?.gate === gate) return next();
      const refuse = (reason: GateRefusal) => {
        options.onRefusal(res, reason);
        next(new IdentityRequiredError(reason));
      };
      const verification = options.verifier.verify(singleHeader(req.rawHeaders, "x-identity"));
      if (!verification.ok) return refuse(verification.reason);
      if (verification.identity.userId === undefined && !admitsVisitors) return refuse("anonymous");
      if (options.replayGuard !== undefined && !SAFE_METHODS.has(req.method ?? "")) {
        const use = options.replayGuard.use(verification.identity);
        if (use === "replayed") return refuse(use);
        if (use === "full") return next(new ReplayMemoryFullError("no room for another used identity"));
      }
      res[VERIFIED] = { gate, identity: verification.identity };
      options.onVerified(res, verification.identity);
      next();
    },
    identityOf(res) {
      const verified = res[VERIFIED];
      if (verified?.gate !== gate) throw new Error("the identity gate is not mounted in front of this route");
      return verified.identity;
    },
  };
  return gate;
}
