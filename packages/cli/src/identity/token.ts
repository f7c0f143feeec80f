import { USER_ID } from "@triptych/identity";
import { request } from "undici";
import { CommandError, UsageError } from "../command-line.ts";
import type { Terminal } from "../command-line.ts";
import { addressOf } from "../stack/addresses.ts";

/** `triptych token`: prints a bearer token and nothing else. @throws CommandError */
export async function printToken(
  user: string | undefined,
  { root, output }: Pick<Terminal, "root" | "output">,
): Promise<number> {
  if (user === undefined || !USER_ID.test(user)) {
    throw new UsageError("--user must be a user's id, 1 to 255 characters of visible ASCII");
  }
  const origin = addressOf(root, "identity-provider");
  if (origin === undefined) {
    throw new CommandError(
      addressOf(root, "gateway") === undefined
        ? "no stack runs from this folder: start it with npm start"
        : "this stack takes the tokens of your own identity provider (OIDC_ISSUER): ask it for an access token",
    );
  }
  output.write(`${await fetchToken(user, origin)}\n`);
  return 0;
}

async function fetchToken(user: string, origin: string): Promise<string> {
  const { statusCode, body } = await request(`${origin}/development-token`, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: new URLSearchParams({ user }).toString(),
  }).catch((cause: unknown) => {
    throw new CommandError(`no identity provider answers at ${origin}: start it with npm start`, { cause });
  });
  const { access_token: token } = Object(await body.json().catch(() => undefined));
  if (statusCode === 200 && typeof token === "string") return token;
  throw new CommandError(`what answers at ${origin} is no identity provider of this project`);
}
