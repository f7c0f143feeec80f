/** What a caller did wrong; stable, never reused. */
export type IdentityErrorCode = "bad-key" | "bad-claim";

/**
 * A mistake of the program that mints or sets up verification, such as a key that is too short or a
 * claim that no verifier would accept. A bad token from outside throws nothing: see `Verification`.
 */
export class IdentityError extends Error {
  readonly code: IdentityErrorCode;

  constructor(code: IdentityErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "IdentityError";
    this.code = code;
  }
}

/** True for every error that this package throws. */
export function isIdentityError(error: unknown): error is IdentityError {
  return error instanceof IdentityError;
}
