/** Runs HAProxy as a role of the development stack, for as long as this process lives. */
import { spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { answerArguments, runMain } from "@triptych/service-kit";
import { request } from "undici";
import { ROOT } from "../../repository.ts";
import { developmentCertificate, findHaproxy } from "../haproxy.ts";
import { HAPROXY_CONFIGURATION } from "../roles.ts";

const CONFIGURATION = join(ROOT, HAPROXY_CONFIGURATION);

/** The launcher sets each. */
const SETTINGS = {
  HOST: { about: "the interface to listen on" },
  PORT: { about: "the port of HTTPS; the next one is that of HTTP" },
  ADMIN_PORT: { about: "the port of its status page" },
  CERTIFICATE_DIR: { about: "the folder of its certificate, which it makes" },
  PUBLIC_ORIGIN: { about: "where browsers reach it" },
  GATEWAY_1: { about: "the gateway's host and port" },
  GATEWAY_1_ADMIN_PORT: { about: "the port that says whether the gateway is ready" },
};

/** The launcher shows these lines: a stack would hide the sentence that says what to do. */
function fail(message: string): never {
  process.stderr.write(`reverse-proxy cannot start: ${message}\n`);
  process.exit(1);
}

function setting(name: keyof typeof SETTINGS): string {
  return process.env[name] || fail(`${name} is missing: the launcher sets it`);
}

await runMain("reverse-proxy", async () => {
  answerArguments("reverse-proxy", SETTINGS, process.argv.slice(2));
  return Promise.resolve();
});
const [host, port, adminPort] = [setting("HOST"), Number(setting("PORT")), Number(setting("ADMIN_PORT"))];
const haproxy = findHaproxy() ?? fail("HAProxy is not installed: apt-get install haproxy");
const certificate = await developmentCertificate(setting("CERTIFICATE_DIR"), ["localhost", host]).catch(
  (error: unknown) => fail(error instanceof Error ? error.message : String(error)),
);
// A socket's path may have about a hundred characters: the repository's own may be longer.
const runDir = await mkdtemp(join(tmpdir(), "proxy-"));

const child = spawn(haproxy, ["-db", "-f", CONFIGURATION], {
  stdio: ["ignore", "inherit", "pipe"],
  env: {
    PATH: process.env["PATH"],
    HTTPS_BIND: `${host}:${port}`,
    HTTP_BIND: `${host}:${port + 1}`,
    STATS_BIND: `${host}:${adminPort}`,
    CERT_FILE: certificate,
    RUN_DIR: runDir,
    PUBLIC_ORIGIN: setting("PUBLIC_ORIGIN"),
    GATEWAY_1: setting("GATEWAY_1"),
    GATEWAY_1_ADMIN_PORT: setting("GATEWAY_1_ADMIN_PORT"),
  },
});
// It tells much on standard error, and most of it is no complaint.
createInterface({ input: child.stderr }).on("line", (line) => {
  (/ALERT/.test(line) ? process.stderr : process.stdout).write(`${line}\n`);
});
child.once("exit", (code) => {
  void rm(runDir, { recursive: true, force: true }).then(() => process.exit(stopping ? 0 : (code ?? 1)));
});

let stopping = false;
for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.on(signal, () => {
    stopping = true;
    child.kill("SIGTERM");
  });
}

/** Whether it is up and has checked the gateway: before that it answers 503. */
async function isReady(): Promise<boolean> {
  try {
    const { statusCode, body } = await request(`http://${host}:${adminPort}/;csv`, { reset: true });
    const text = await body.text();
    return statusCode === 200 && /^gateways,gateway-1,.*,UP,/m.test(text);
  } catch {
    return false;
  }
}

while (!(await isReady())) await new Promise((resolve) => setTimeout(resolve, 50));
process.stdout.write(`${JSON.stringify({ level: 30, msg: "ready", port, adminPort })}\n`);
