/** `npm run -s token -- --user 42`: a bearer token of the development identity provider, alone on stdout. */
import { parseArgs } from "node:util";
import { request } from "undici";

const USAGE = "npm run -s token -- --user <id>";
const DEFAULT_PORT = "9100";
const USER = /^[A-Za-z0-9_-]{1,64}$/;

function readUser(): string | undefined {
  try {
    return parseArgs({ options: { user: { type: "string" } } }).values.user;
  } catch {
    return undefined;
  }
}

async function fetchToken(user: string, origin: string): Promise<string> {
  const { statusCode, body } = await request(`${origin}/development-token`, {
    method: "POST",
    headers: { "Content-Type": "application/x-www-form-urlencoded" },
    body: `user=${user}`,
  }).catch(() => {
    throw new Error(`no identity provider answers at ${origin}: start it with npm start`);
  });
  const answer: unknown = await body.json();
  if (statusCode === 200 && typeof answer === "object" && answer !== null && "access_token" in answer) {
    return String(answer.access_token);
  }
  throw new Error(`what answers at ${origin} is no identity provider of this project`);
}

const user = readUser();
if (user === undefined || !USER.test(user)) {
  process.stderr.write(
    `token: --user must be a user's id, 1 to 64 letters, digits, - or _ (usage: ${USAGE})\n`,
  );
  process.exitCode = 2;
} else {
  try {
    const port = process.env["IDENTITY_PROVIDER_PORT"] ?? DEFAULT_PORT;
    process.stdout.write(`${await fetchToken(user, `http://127.0.0.1:${port}`)}\n`);
  } catch (error) {
    process.stderr.write(`token: ${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
