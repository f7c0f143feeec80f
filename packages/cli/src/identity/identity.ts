import { join } from "node:path";
import { isIdentityError } from "@triptych/identity";
import { CommandError, UsageError } from "../command-line.ts";
import type { Terminal, Values } from "../command-line.ts";
import type { IDENTITY_OPTIONS } from "../options.ts";
import { bffsIn } from "../repository.ts";
import { developmentKeys } from "./keys.ts";
import type { KeySource } from "./keys.ts";

/** What was given of the options. */
export type IdentityOptions = Values<typeof IDENTITY_OPTIONS>;

/** `triptych identity`: prints an `X-Identity` and nothing else. @throws CommandError */
export function printIdentity(
  options: IdentityOptions,
  { root, env, output }: Pick<Terminal, "root" | "env" | "output">,
): number {
  if (env["NODE_ENV"] === "production") {
    throw new CommandError("identities are minted here only in development, but NODE_ENV is production");
  }
  const bffs = bffsIn(root).map(({ name }) => name);
  const keys = (): KeySource => developmentKeys(env, join(root, ".dev", "identity-keys.json"));
  output.write(`${mintIdentity(options, bffs, keys)}\n`);
  return 0;
}

/** The token that the options ask for. `keys` is called last. @throws UsageError */
export function mintIdentity(
  { user, visitor = false, aud, lifetime, scope, cid }: IdentityOptions,
  bffs: readonly string[],
  keys: () => KeySource,
): string {
  if (user === undefined && !visitor) throw new UsageError("--user is missing, or --visitor");
  if (user !== undefined && visitor) throw new UsageError("--user and --visitor exclude each other");
  if (aud === undefined) throw new UsageError("--aud is missing");
  if (!bffs.includes(aud)) {
    throw new UsageError(`--aud must be one of ${bffs.join(", ")}, but it is "${aud}"`);
  }
  try {
    return keys().mint({
      userId: user,
      audience: aud,
      ...(lifetime === undefined ? {} : { lifetimeSeconds: Number(lifetime) }),
      ...(scope === undefined ? {} : { scope }),
      ...(cid === undefined ? {} : { apiKeyId: cid }),
    });
  } catch (error) {
    if (isIdentityError(error) && error.code === "bad-claim") throw new UsageError(error.message);
    throw error;
  }
}
