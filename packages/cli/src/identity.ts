/** `npm run -s identity -- --user 42 --aud web-bff`: an X-Identity for development, alone on stdout. */
import { join } from "node:path";
import { bffsIn } from "./bffs/bffs-in.ts";
import { identityCommand, USAGE, UsageError } from "./identity/command.ts";
import { developmentKeys, DevelopmentKeysError } from "./identity/development-keys.ts";

const root = join(import.meta.dirname, "..", "..", "..");
const file = join(root, ".dev", "identity-keys.json");
try {
  if (process.env["NODE_ENV"] === "production") {
    throw new DevelopmentKeysError(
      "identities are minted here in development only, but NODE_ENV is production",
    );
  }
  const token = identityCommand(
    process.argv.slice(2),
    bffsIn(root).map(({ name }) => name),
    () => developmentKeys(process.env, file),
  );
  process.stdout.write(`${token}\n`);
} catch (error) {
  const isUsage = error instanceof UsageError;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`identity: ${message}${isUsage ? ` (usage: ${USAGE})` : ""}\n`);
  process.exitCode = isUsage ? 2 : 1;
}
