import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createVerifier } from "@triptych/identity";
import { identityKeys, readSettings } from "@triptych/service-kit";
import { request } from "undici";
import { freePlan } from "./ports.ts";
import { rolesIn } from "./roles.ts";
import { startStack } from "./start-stack.ts";
import type { Stack } from "./start-stack.ts";
import { DYING, isAlive, standInRoot, STUBBORN } from "./testing/stand-in-root.ts";

const roots: string[] = [];
const makeRoot = (programs?: Readonly<Record<string, string>>): string => {
  const root = standInRoot(programs);
  roots.push(root);
  return root;
};
after(() => {
  for (const root of roots) rmSync(root, { recursive: true, force: true });
});

/** What a stand-in says about itself: its environment and its pid. */
async function selfOf(stack: Stack, role: "users" | "web-bff"): Promise<Map<string, unknown>> {
  const { body } = await request(stack.url(role), { reset: true });
  const answer: unknown = await body.json();
  return new Map(Object.entries(answer ?? {}));
}

async function pidOf(stack: Stack, role: "users" | "web-bff"): Promise<number> {
  const pid = (await selfOf(stack, role)).get("pid");
  assert.ok(typeof pid === "number");
  return pid;
}

describe("startStack", () => {
  it("starts the roles that exist on free ports and tells the BFFs where the services are", async () => {
    const stack = await startStack({ root: makeRoot(), ports: "free", env: { LOG_LEVEL: "info" } });
    const users = await selfOf(stack, "users");
    const bff = await selfOf(stack, "web-bff");
    await stack.stop();
    assert.deepEqual(
      stack.roles.map((role) => role.name),
      ["users", "web-bff"],
    );
    assert.equal(bff.get("USERS_URL"), stack.url("users"));
    assert.equal(bff.get("HOST"), "127.0.0.1");
    assert.equal(bff.get("LOG_LEVEL"), "info");
    assert.equal(users.get("IDENTITY_KEYS"), undefined, "a service has no business with the BFFs' keys");
    assert.equal(bff.get("DATA_DIR"), undefined);
    assert.ok(!existsSync(String(users.get("DATA_DIR"))), "its own data folder is gone");
    assert.equal(bff.get("HOME"), undefined, "nothing is inherited that was not given");
  });

  it("mints identities that its BFF's keys verify", async () => {
    const stack = await startStack({ root: makeRoot(), ports: "free" });
    const ring = String((await selfOf(stack, "web-bff")).get("IDENTITY_KEYS"));
    await stack.stop();
    const keys = readSettings({ KEYS: ring }, { KEYS: identityKeys() }).KEYS;
    const verifier = createVerifier({ keys, audience: "web-bff" });
    assert.equal(verifier.verify(stack.identity("42", "web-bff")).ok, true);
    assert.equal(verifier.verify(stack.identity("42", "mobile-bff")).ok, false);
  });

  it("gives single roles more environment, and keeps every line in a log", async () => {
    const root = makeRoot();
    const stack = await startStack({
      root,
      ports: "free",
      dataDir: join(root, "data"),
      roleEnv: { users: { SWITCHES: "{}" } },
    });
    assert.equal((await selfOf(stack, "users")).get("SWITCHES"), "{}");
    assert.equal((await selfOf(stack, "users")).get("DATA_DIR"), join(root, "data"));
    assert.equal((await selfOf(stack, "web-bff")).get("SWITCHES"), undefined);
    assert.match(readFileSync(join(stack.logDir, "users.log"), "utf8"), /"msg":"ready"/);
    await stack.stop();
  });

  it("kills a role without a word about it, and restarts it on the same port", async () => {
    const deaths: string[] = [];
    const stack = await startStack({
      root: makeRoot(),
      ports: "free",
      onDeath: ({ name }) => deaths.push(name),
    });
    const before = await pidOf(stack, "users");
    const url = stack.url("users");
    await stack.kill("users");
    assert.equal(isAlive(before), false);
    await assert.rejects(request(url), { code: "ECONNREFUSED" });
    await stack.restart("users", { SWITCHES: "[]" });
    assert.equal(stack.url("users"), url);
    const self = await selfOf(stack, "users");
    assert.notEqual(self.get("pid"), before);
    assert.equal(self.get("SWITCHES"), "[]");
    await stack.stop();
    assert.deepEqual(deaths, []);
  });

  it("reports a process that died without being asked to", async () => {
    const died = Promise.withResolvers<string>();
    const stack = await startStack({
      root: makeRoot(),
      ports: "free",
      onDeath: ({ name }, how) => died.resolve(`${name} ${how}`),
    });
    process.kill(await pidOf(stack, "users"), "SIGKILL");
    assert.equal(await died.promise, "users SIGKILL");
    await pidOf(stack, "web-bff");
    await stack.stop();
  });

  it("ends everything if one role dies while starting, and shows what it said", async () => {
    const seen: string[] = [];
    const root = makeRoot({ "apps/web-bff/src/main.ts": DYING });
    const start = startStack({ root, ports: "free", onLine: (_, { text }) => seen.push(text) });
    await assert.rejects(start, {
      name: "CommandError",
      message: "web-bff stopped while starting (exit code 3): USERS_URL is missing: set it",
    });
    const usersPort = /"port":(\d+)/.exec(seen.join())?.[1];
    await assert.rejects(request(`http://127.0.0.1:${usersPort}`), { code: "ECONNREFUSED" });
  });

  it("stops a start that is under way", async () => {
    const root = makeRoot({ "apps/web-bff/src/main.ts": "setInterval(() => {}, 1000);" });
    const abort = new AbortController();
    const start = startStack({
      root,
      ports: "free",
      signal: abort.signal,
      onLine: () => abort.abort(),
    });
    await assert.rejects(start, { name: "Stopped" });
  });

  it("starts nothing where a port is taken, and names port, role and setting", async () => {
    const blocker = createServer();
    await once(blocker.listen(0, "127.0.0.1"), "listening");
    const address = blocker.address();
    assert.ok(typeof address === "object" && address !== null);
    const root = makeRoot();
    const ports = new Map(await freePlan(rolesIn(root))).set("web-bff", { port: 0, adminPort: address.port });
    const lines: string[] = [];
    await assert.rejects(startStack({ root, ports, onLine: (_, { text }) => lines.push(text) }), {
      name: "CommandError",
      message: `Port ${address.port} for the admin side of web-bff is taken: stop what listens there, or set WEB_BFF_ADMIN_PORT to another port.`,
    });
    assert.deepEqual(lines, []);
    blocker.close();
    await once(blocker, "close");
  });

  it("cuts off within 5 s what does not end by itself", async () => {
    const stack = await startStack({
      root: makeRoot({ "test/domain-services/users/main.ts": STUBBORN }),
      ports: "free",
    });
    const pid = await pidOf(stack, "users");
    // A timer beside it is as late as a busy machine makes any.
    const inTime = await Promise.race([stack.stop().then(() => true), sleep(5000, false, { ref: false })]);
    assert.equal(inTime, true);
    assert.equal(isAlive(pid), false);
  });
});
