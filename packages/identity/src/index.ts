export { IdentityError, isIdentityError } from "./identity-error.ts";
export type { IdentityErrorCode } from "./identity-error.ts";
export type { Identity } from "./claims.ts";
export type { IdentityKey } from "./keys.ts";
export { createMinter } from "./mint.ts";
export type { Assertion, Minter } from "./mint.ts";
export { DOUBLED_HEADER, singleHeader } from "./single-header.ts";
export { createVerifier } from "./verify.ts";
export type { Refusal, Verification, Verifier } from "./verify.ts";
