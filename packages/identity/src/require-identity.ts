import type { IncomingMessage, ServerResponse } from "node:http";
import type { Identity } from "./claims.ts";
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
  readonly reason: Refusal;

  constructor(reason: Refusal) {
    super(`identity refused: ${reason}`);
    this.reason = reason;
  }
}

export type IdentityGate = {
  /** A middleware: lets a request pass whose `X-Identity` verifies, and refuses any other with IdentityRequiredError. */
  readonly check: (req: IncomingMessage, res: ServerResponse, next: (error?: unknown) => void) => void;
  /** @throws Error when `check` did not let this request pass: it must be mounted in front */
  readonly identityOf: (res: ServerResponse) => Identity;
};

/** Stands in front of everything that a BFF answers. A BFF takes the user from here alone. */
export function identityGate(options: {
  readonly verifier: Verifier;
  /** Told of each request that is let through, before anything else happens to it. */
  readonly onVerified: (res: ServerResponse, identity: Identity) => void;
  /** Told of each refusal, for the log. */
  readonly onRefusal: (res: ServerResponse, reason: Refusal) => void;
}): IdentityGate {
  const identities = new WeakMap<ServerResponse, Identity>();
  return {
    check(req, res, next) {
      const verification = options.verifier.verify(singleHeader(req.rawHeaders, "x-identity"));
      if (!verification.ok) {
        options.onRefusal(res, verification.reason);
        next(new IdentityRequiredError(verification.reason));
        return;
      }
      identities.set(res, verification.identity);
      options.onVerified(res, verification.identity);
      next();
    },
    identityOf(res) {
      const identity = identities.get(res);
      if (identity === undefined) throw new Error("the identity gate is not mounted in front of this route");
      return identity;
    },
  };
}
