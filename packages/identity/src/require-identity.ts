import type { IncomingMessage, ServerResponse } from "node:http";
import type { Identity } from "./claims.ts";
import type { ReplayGuard } from "./replay-guard.ts";
import { singleHeader } from "./single-header.ts";
import type { Refusal, Verifier } from "./verify.ts";

/** A request that does not say, in the gateway's name, who asks. Rendered as the problem that it carries. */
export class IdentityRequiredError extends Error {
  override readonly name = "IdentityRequiredError";
  // One message for every reason: what exactly is wrong with a token is no business of whoever sent it.
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

/** Why the gate did not let a request pass; `replayed`: its identity was used up by an earlier one. */
export type GateRefusal = Refusal | "replayed";

/** There is no room to remember that an identity is used up, so it cannot be accepted. Rendered as the problem that it carries. */
export class ReplayMemoryFullError extends Error {
  override readonly name = "ReplayMemoryFullError";
  readonly problem = {
    code: "overloaded",
    detail: "Too many requests at once: try again in a moment.",
  } as const;
}

/** The methods that change nothing (RFC 9110, section 9.2.1): they use no identity up. */
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

export type IdentityGate = {
  /** A middleware: lets a request pass whose `X-Identity` verifies, and refuses any other with IdentityRequiredError. */
  readonly check: (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void;
  /** @throws Error when `check` did not let this request pass: it must be mounted in front */
  readonly identityOf: (res: ServerResponse) => Identity;
};

/** A property of the response, which goes with it; why no WeakMap: see service-kit's record of a request. */
const VERIFIED = Symbol("who asks, and which gate verified it");

declare module "node:http" {
  interface ServerResponse {
    [VERIFIED]?: { readonly gate: IdentityGate; readonly identity: Identity };
  }
}

/** Stands in front of everything that a BFF answers. A BFF takes the user from here alone. */
export function identityGate(options: {
  readonly verifier: Verifier;
  /** Told of each request that is let through, before anything else happens to it. */
  readonly onVerified: (res: ServerResponse, identity: Identity) => void;
  /** Told of each refusal, for the log. */
  readonly onRefusal: (res: ServerResponse, reason: GateRefusal) => void;
  /** Where given, an unsafe method's identity is accepted once. */
  readonly replayGuard?: ReplayGuard;
}): IdentityGate {
  const gate: IdentityGate = {
    check(req, res, next) {
      const refuse = (reason: GateRefusal) => {
        options.onRefusal(res, reason);
        next(new IdentityRequiredError(reason));
      };
      const verification = options.verifier.verify(singleHeader(req.rawHeaders, "x-identity"));
      if (!verification.ok) return refuse(verification.reason);
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
