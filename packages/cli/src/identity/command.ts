import { parseArgs } from "node:util";
import { isIdentityError } from "@triptych/identity";
import type { KeySource } from "./key-source.ts";

export const USAGE =
  "npm run -s identity -- --user <id> --aud <a BFF, such as web-bff> [--lifetime <seconds, 1 to 60>] [--scope <scopes>] [--cid <API key id>]";

/** The arguments cannot be used; `message` is one line. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** `npm run identity`: the token that the arguments ask for, for one of the BFFs that there are. @throws UsageError */
export function identityCommand(
  args: readonly string[],
  bffs: readonly string[],
  keys: () => KeySource,
): string {
  const { user, aud, lifetime, scope, cid } = parse(args);
  if (user === undefined) throw new UsageError("--user is missing");
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

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        user: { type: "string" },
        aud: { type: "string" },
        lifetime: { type: "string" },
        scope: { type: "string" },
        cid: { type: "string" },
      },
    }).values;
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
