/** Runs the identity provider of `npm start`. Its login asks for no password: development only. */
import { createServer } from "node:http";
import { answerArguments, listen, sayReady } from "../program.ts";
import { startProvider } from "./provider.ts";

const { env } = process;

function fail(message: string): never {
  process.stderr.write(`identity-provider cannot start: ${message}\n`);
  process.exit(1);
}

function required(name: string, example: string): string {
  return env[name]?.trim() || fail(`${name} is missing: set it, for example to ${example}`);
}

answerArguments(
  "identity-provider",
  `A login for development, without passwords.

Settings, from the environment:
  PORT, ADMIN_PORT, HOST  where it listens; default 9100, any free port, 127.0.0.1
  ISSUER                  where browsers and the gateway reach it; default the host and the port
  CLIENT_ID               the client that logs people in, such as web; required
  REDIRECT_URIS           where browsers may be sent back to, comma-separated; required
  AUDIENCE                the aud of access tokens; required
  SAMPLE_USERS            whom its page offers, as JSON`,
);
if (env["NODE_ENV"] === "production") fail("it is for development only, but NODE_ENV is production");
const port = env["PORT"] ?? "9100";
if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535) fail(`PORT is no port: '${port}'`);
const host = env["HOST"] ?? "127.0.0.1";

try {
  const running = await startProvider({
    port: Number(port),
    host,
    // In a container it listens on all interfaces, none of which browsers know.
    issuer: env["ISSUER"],
    clientId: required("CLIENT_ID", "web"),
    redirectUris: required("REDIRECT_URIS", "https://127.0.0.1:8443/auth/callback").split(","),
    audience: required("AUDIENCE", "https://api.triptych.example"),
    users: JSON.parse(env["SAMPLE_USERS"] ?? "null") ?? undefined,
    now: Date.now,
    logError: (error) => void process.stderr.write(`identity-provider: ${String(error)}\n`),
  });
  // The launcher asks every process for its health on a port of its own.
  const admin = createServer((_req, res) => void res.end("ok\n"));
  const adminPort = await listen(admin, { port: Number(env["ADMIN_PORT"] ?? 0), host });
  sayReady({ service: "identity-provider", port: running.port, adminPort }, () => running.stop());
} catch (error) {
  const taken = error instanceof Error && "code" in error && error.code === "EADDRINUSE";
  fail(taken ? `port ${port} is taken: set PORT to another port` : String(error));
}
