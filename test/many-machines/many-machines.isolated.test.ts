import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { TestContext } from "node:test";
import { isCommand, KINDS, Load } from "./testing/load.ts";
import type { Attempt, Kind } from "./testing/load.ts";
import { obstacle } from "./testing/network.ts";
import { ADDRESSES, CLIENTS } from "./testing/plan.ts";
import type { HostName } from "./testing/plan.ts";
import { startSite } from "./testing/site.ts";
import type { Site } from "./testing/site.ts";

/** How many requests of each kind are answered before a host that is gone comes back. */
const ENOUGH = 4;

/** A user's requests per minute, by the gateway's route table. */
const LIMIT = 120;
/** How many requests are sent together. */
const AT_ONCE = 10;

/** One host of each pair: the other runs the same program with the same settings. */
const VICTIMS: readonly HostName[] = [
  "proxy-1",
  "gateway-2",
  "web-bff-1",
  "mobile-bff-2",
  "partner-bff-1",
  "redis",
];

/** The hosts that are restarted together. The others keep working. */
const WAVES: readonly (readonly HostName[])[] = [
  ["proxy-1", "gateway-1", "web-bff-1", "mobile-bff-1", "partner-bff-1"],
  ["proxy-2", "gateway-2", "web-bff-2", "mobile-bff-2", "partner-bff-2"],
  ["redis"],
];

const reason = obstacle();

describe("a site of two proxies, two gateways, two of each BFF and a Redis, each on its own host", () => {
  if (reason !== undefined) {
    it("needs hosts", { skip: reason });
    return;
  }
  let site: Site;
  let load: Load;
  const revivals: Promise<void>[] = [];
  before(async () => {
    site = await startSite();
    load = new Load(site);
    await load.until(() => answeredSince(0, ENOUGH));
  });
  after(async () => site[Symbol.asyncDispose]());

  /** Whether this many requests of each kind were answered that began after an index. */
  function answeredSince(index: number, count: number): boolean {
    const done = load.attempts.slice(index).filter(({ verdict }) => verdict === "answered");
    return KINDS.every((kind) => done.filter((attempt) => attempt.kind === kind).length >= count);
  }

  function assertNoneFailed(attempts: readonly Attempt[]): void {
    const failed = attempts.filter(({ verdict }) => verdict === "failed");
    assert.deepEqual(failed, [], "requests that failed");
  }

  for (const victim of VICTIMS) {
    it(`loses only the requests that ${victim} was handling when it died`, async (t) => {
      const isConcerned = concernedBy(victim);
      await load.until(() => load.underWay.some((attempt) => victim === "redis" || isConcerned(attempt)));
      const first = load.attempts.length;
      const underWay = load.underWay;
      await site.kill(victim);
      const dead = load.attempts.length;
      const exposed = [...underWay, ...load.attempts.slice(first, dead)];
      load.giveUp(exposed);
      await load.until(() => answeredSince(dead, ENOUGH));
      // Reads that were under way on a BFF are answered by the other one.
      const saved = victim.includes("bff") ? exposed.filter(({ kind }) => kind.endsWith("page")) : [];
      await load.until(() => saved.every(({ verdict }) => verdict !== undefined));
      // The next host may die before this one has started.
      revivals.push(site.revive(victim));
      tell(t, exposed);
      assertNoneFailed(load.attempts.slice(dead));
      // A request that waits for a dead host would wait until its deadline.
      assert.ok(!load.attempts.slice(dead).some((attempt) => isLost(attempt, victim)));
      assertNoneFailed(exposed.filter((attempt) => saved.includes(attempt) || !isConcerned(attempt)));
    });
  }

  it("shares limits and revocations between both gateways", async () => {
    await Promise.all(revivals);
    const { client } = site;
    const gateways = (["gateway-1", "gateway-2"] as const).map((name) => `http://${ADDRESSES[name]}:8080`);
    const [from = ""] = CLIENTS;
    const ask = async (gateway: string, headers: Readonly<Record<string, string>>, own = from) =>
      client.ask({ origins: [gateway], method: "GET", path: "/mobile/home?unknown=1", headers, from: own });
    // Each gateway gets fewer requests of a user than the limit, and both together get more. When
    // Redis is slow, as on a busy machine, each gateway counts separately for a second, so the test
    // tries the next user.
    let refusals: number[] = [];
    for (let user = 0; !refusals.every((count) => count > 0) || refusals.length === 0; user += 1) {
      const login = await site.bearer(`busy${user}`);
      // From an address of its own, so that no address reaches its limit.
      const address = CLIENTS[user % CLIENTS.length];
      refusals = await Promise.all(
        gateways.map(async (gateway) => {
          let refused = 0;
          for (let asked = 0; asked < LIMIT - AT_ONCE; asked += AT_ONCE) {
            const asking = Array.from({ length: AT_ONCE }, () => ask(gateway, login, address));
            for (const { status } of await Promise.all(asking)) if (status === 429) refused += 1;
          }
          return refused;
        }),
      );
    }

    const victim = await site.bearer("revoked");
    assert.equal((await ask(gateways[1] ?? "", victim)).status, 400, "valid so far; the query is not");
    const revoked = await client.ask({
      origins: [`http://${ADDRESSES["gateway-1"]}:9080`],
      method: "POST",
      path: "/revocations",
      headers: { "Content-Type": "application/json" },
      body: '{"kind":"user","id":"revoked"}',
      from,
    });
    assert.equal(revoked.status, 204);
    for (const gateway of gateways) {
      while ((await ask(gateway, victim)).status !== 401);
    }
  });

  for (const wave of WAVES) {
    it(`fails no request when ${wave.join(", ")} are restarted`, async (t) => {
      await site.balanced();
      const first = load.attempts.length;
      await Promise.all(wave.map(async (host) => site.restart(host)));
      const restarted = load.attempts.length;
      await load.until(() => answeredSince(restarted, ENOUGH));
      const during = load.attempts.slice(first, restarted);
      await load.until(() => during.every(({ verdict }) => verdict !== undefined));
      tell(t, during);
      assertNoneFailed(load.attempts.slice(first));
    });
  }

  it("executed each answered command once, and no command twice", async (t) => {
    await load.stop();
    const executions = await site.executions();
    const commands = load.attempts.filter(({ kind }) => isCommand(kind));
    tell(t, commands);
    const times = (attempt: Attempt): number => executions[attempt.key] ?? 0;
    assert.deepEqual(
      commands.filter((attempt) => times(attempt) > 1),
      [],
    );
    const answered = commands.filter(({ verdict }) => verdict === "answered");
    assert.deepEqual(
      answered.filter((attempt) => times(attempt) !== 1),
      [],
    );
  });
});

/** Whether a request may have been under way on a host. */
function concernedBy(host: HostName): (attempt: Attempt) => boolean {
  if (host === "redis") return () => false;
  if (host === "gateway-1" || host === "gateway-2") return () => true;
  if (host === "proxy-1" || host === "proxy-2") return ({ proxy }) => proxy.includes(ADDRESSES[host]);
  const client = host.split("-", 1)[0] ?? "";
  return ({ kind }: { readonly kind: Kind }) => kind.startsWith(client);
}

/** Whether the gateway waited until the deadline for a BFF of the kind that died. */
function isLost({ kind, outcome }: Attempt, victim: HostName): boolean {
  const { status, text = "" } = outcome?.answer ?? {};
  return (
    status === 504 &&
    victim.startsWith(kind.split("-", 1)[0] ?? "") &&
    text.includes(`"upstream":"${victim.slice(0, -2)}"`)
  );
}

/** Reports how it went, so that a reader can tell a quiet machine from a busy one. */
function tell(t: TestContext, attempts: readonly Attempt[]): void {
  const count = (verdict: Attempt["verdict"]): number =>
    attempts.filter((attempt) => attempt.verdict === verdict).length;
  t.diagnostic(
    `${attempts.length} requests: ${count("answered")} answered, ${count("slow")} answered as too slow, ${count("failed")} failed, ${count(undefined)} without an answer`,
  );
}
