import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { developmentCertificate } from "@triptych/cli/haproxy";
import { bffsIn, createKeySource, gatewayFiles, ROOT } from "@triptych/cli/stack";
import type { Program } from "@triptych/testing";
import { RemoteClient } from "./client.ts";
import { Network } from "./network.ts";
import type { Host } from "./network.ts";
import { ADDRESSES, CLIENTS, ISSUER, planOf, SERVICES, servicesPlan } from "./plan.ts";
import type { HostName, ProgramPlan } from "./plan.ts";

const PROXIES = ["proxy-1", "proxy-2"] as const;
/** How often a status page is read, ms. */
const LOOK_MS = 50;

/** The whole stack, each part on hosts of its own. */
export interface Site extends AsyncDisposable {
  readonly client: RemoteClient;
  /** The addresses of the two proxies. Clients use either. */
  readonly proxies: readonly [string, string];
  /** A user's login. */
  bearer(user: string): Promise<{ Authorization: string }>;
  /** Cuts a host's link and its power. */
  kill(host: HostName): Promise<void>;
  /** Brings a host back, and starts its program. */
  revive(host: HostName): Promise<void>;
  /** Ends a host's program as an operator would, and starts it again. */
  restart(host: HostName): Promise<void>;
  /** Waits until both proxies send requests to both gateways. */
  balanced(): Promise<void>;
  /** How often each command was executed, by its idempotency key. */
  executions(): Promise<Readonly<Record<string, number>>>;
}

/** Starts the site, and waits until both proxies reach both gateways. */
export async function startSite(): Promise<Site> {
  await using begun = new AsyncDisposableStack();
  const dir = await mkdtemp(join(tmpdir(), "machines-"));
  begun.defer(() => rm(dir, { recursive: true, force: true }));
  const keys = createKeySource();
  const certificate = await developmentCertificate(dir, ["shop.example"]);
  const materials = { dir, keys, certificate, files: gatewayFiles(join(dir, "gateway"), keys, bffsIn(ROOT)) };
  for (const proxy of PROXIES) await mkdir(join(dir, proxy));

  const network = begun.use(await Network.create());
  const hosts = new Map<HostName, Host>();
  for (const name of names()) hosts.set(name, await network.add(name, ADDRESSES[name]));
  const servicesHost = await network.add("services", SERVICES);
  const [first = "", ...others] = CLIENTS;
  const client = await RemoteClient.on(await network.add("client", first, ...others));
  const programs = new Map<HostName, Program>();

  const from = first;
  const get = async (origin: string, path: string): Promise<string> =>
    (await client.ask({ origins: [origin], method: "GET", path, headers: {}, from })).text;

  function hostOf(name: HostName): Host {
    const host = hosts.get(name);
    assert.ok(host);
    return host;
  }

  async function run(name: HostName): Promise<void> {
    const program = await started(hostOf(name), planOf(name, materials));
    programs.set(name, program);
  }

  async function balanced(): Promise<void> {
    for (const proxy of PROXIES) {
      while (!(await seesBoth(ADDRESSES[proxy]))) await pause(LOOK_MS);
    }
  }

  async function seesBoth(proxy: string): Promise<boolean> {
    const { answer } = await client.send({
      origins: [`http://${proxy}:9443`],
      method: "GET",
      path: "/;csv",
      headers: {},
      from,
    });
    return [...(answer?.text ?? "").matchAll(/^gateways,gateway-\d,.*,UP,/gm)].length === 2;
  }

  await Promise.all([started(servicesHost, servicesPlan()), ...names().map(run)]);
  await balanced();
  const cleanUp = begun.move();
  return {
    client,
    proxies: [`https://${ADDRESSES["proxy-1"]}:8443`, `https://${ADDRESSES["proxy-2"]}:8443`],
    balanced,
    async bearer(user) {
      const { text } = await client.ask({
        origins: [ISSUER],
        method: "POST",
        path: "/development-token",
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        body: `user=${user}`,
        from,
      });
      const { access_token: token }: Record<string, unknown> = JSON.parse(text);
      assert.ok(typeof token === "string", text);
      return { Authorization: `Bearer ${token}` };
    },
    kill: async (name) => hostOf(name).die(),
    async revive(name) {
      await hostOf(name).revive();
      await run(name);
    },
    async restart(name) {
      await programs.get(name)?.stop(planOf(name, materials).stop);
      await run(name);
    },
    executions: async () => JSON.parse(await get(`http://${SERVICES}:10000`, "/")),
    [Symbol.asyncDispose]: () => cleanUp.disposeAsync(),
  };
}

function names(): HostName[] {
  const all: HostName[] = [];
  for (const name in ADDRESSES) if (isHostName(name)) all.push(name);
  return all;
}

function isHostName(name: string): name is HostName {
  return Object.hasOwn(ADDRESSES, name);
}

async function started(host: Host, { command, args, env, ready }: ProgramPlan): Promise<Program> {
  const program = host.start(command, args, { env });
  if (ready !== undefined) await program.said(ready);
  return program;
}
