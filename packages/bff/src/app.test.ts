import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import type { RequestListener } from "node:http";
import { describe, it } from "node:test";
import type { TestContext } from "node:test";
import { createMinter } from "@triptych/identity";
import type { IdentityClaims } from "@triptych/identity";
import { defineScreens } from "@triptych/screen";
import { createLogger, createMetrics, readSettings } from "@triptych/service-kit";
import type { CallScope, Upstream } from "@triptych/upstream-client";
import { Type } from "typebox";
import { request } from "undici";
import { createApp } from "./app.ts";
import { contractText } from "./contract/contract.ts";
import { defineBff } from "./define-bff.ts";
import { screens } from "./screens.ts";

const KEYS = ["one", "two"].map((kid, index) => ({ kid, secret: Buffer.alloc(32, index + 1) }));

/** A service of the test's own: the upstream's options are recorded, the client never calls out. */
function weatherService(seen: Upstream[]) {
  return {
    service: (upstream: Upstream) => {
      seen.push(upstream);
      return {
        in: (scope: CallScope) => ({
          today: async () => ({ degrees: 21, secret: "s3cret", user: scope.request.caller.userId ?? "" }),
        }),
      };
    },
  };
}

type Clients = { readonly weather: { today(): Promise<{ degrees: number; user: string }> } };
const { screen, required } = defineScreens<Clients>();

const home = screen({
  name: "home",
  path: "/home",
  summary: "The weather",
  budget: { deadlineMs: 800, upstreamCalls: 1, bytes: 200 },
  sections: {
    weather: required({
      schema: Type.Object({ degrees: Type.Integer(), user: Type.String() }),
      load: ({ weather }) => weather.today(),
      shape: (today) => today,
    }),
  },
});

/** Shows the caller's claims, at a path that goes around the router, and at one that does not. */
const tenant = (path: "/tenant" | "/tenants/:id") =>
  screen({
    name: path === "/tenant" ? "tenant" : "tenants",
    path,
    summary: "What the login says",
    budget: { deadlineMs: 800, upstreamCalls: 0, bytes: 200 },
    sections: {
      seen: required({
        schema: Type.String(),
        load: async (_clients, { caller }) => JSON.stringify(caller.claims),
        shape: (loaded, { caller }) => `${loaded} ${Object.keys(caller.claims).join()}`,
      }),
    },
  });

const bff = defineBff({
  name: "tv-bff",
  prefix: "/tv",
  port: 8104,
  upstreams: { weather: weatherService([]) },
  answers: screens<Clients>({
    title: "TV BFF",
    versions: { newest: "1.2.0" },
    screens: [home, tenant("/tenant"), tenant("/tenants/:id")],
  }),
  headers: { "X-Frame-Options": "DENY" },
});

const ENV = { WEATHER_URL: "http://127.0.0.1:9", IDENTITY_KEYS: `one:${"A".repeat(43)}` };

function silentTools() {
  const metrics = createMetrics({ name: "test", processMetrics: false });
  return { metrics, logger: createLogger({ name: "test", level: "silent", metrics }) };
}

/** Opens the BFF; `ask` sends a request with an identity that the first key of `ring` signs. */
async function open(t: TestContext, env: Readonly<Record<string, string>> = {}) {
  let ring = KEYS.slice(0, 1);
  const { app, close } = await createApp(bff, readSettings({ ...ENV, ...env }, bff.settings), {
    ...silentTools(),
    identityKeys: () => ring,
  });
  t.after(close);
  const origin = await listen(t, app);
  return {
    rotate: (keys: typeof KEYS) => {
      ring = keys;
    },
    ask: async (
      path: string,
      options: { readonly key?: (typeof KEYS)[number] | null; readonly claims?: IdentityClaims } = {},
    ) => {
      const { key = KEYS[0], claims } = options;
      const token =
        key === null || key === undefined
          ? undefined
          : createMinter({ ...key }).mint({
              userId: "42",
              audience: "tv-bff",
              requestId: crypto.randomUUID(),
              ...(claims === undefined ? {} : { claims }),
            });
      const headers = token === undefined ? {} : { "x-identity": token };
      const { statusCode, headers: answered, body } = await request(`${origin}${path}`, { headers });
      return { status: statusCode, headers: answered, body: await body.json() };
    },
  };
}

async function listen(t: TestContext, app: RequestListener): Promise<string> {
  const server = createServer(app).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  return `http://127.0.0.1:${address.port}`;
}

describe("a BFF on the chassis", () => {
  it("answers a screen for the user of the verified identity, with the schema's fields only", async (t) => {
    const { ask } = await open(t);
    const { status, body } = await ask("/tv/home");
    assert.equal(status, 200);
    assert.deepEqual(body, { weather: { degrees: 21, user: "42" }, degraded: [] });
  });

  it("shows each screen's deadline as a metric, by which alerts know what is slow", async (t) => {
    const tools = silentTools();
    const { close } = await createApp(bff, readSettings(ENV, bff.settings), tools);
    t.after(close);
    const text = await tools.metrics.registry.getSingleMetricAsString("screen_deadline_seconds");
    assert.match(text, /screen_deadline_seconds\{screen="home".*\} 0\.8\n/);
  });

  it("tells a screen what else the login says of the user", async (t) => {
    const { ask } = await open(t);
    const claims = { tenant: "acme", roles: ["buyer"] };
    for (const path of ["/tv/tenant", "/tv/tenants/1"]) {
      assert.partialDeepStrictEqual((await ask(path, { claims })).body, {
        seen: `${JSON.stringify(claims)} tenant,roles`,
      });
      assert.partialDeepStrictEqual((await ask(path)).body, { seen: "{} " });
    }
  });

  it("refuses a request without an identity before it is routed, with its headers set", async (t) => {
    const { ask } = await open(t);
    for (const path of ["/tv/home", "/tv/no-such-screen", "/elsewhere"]) {
      const { status, headers } = await ask(path, { key: null });
      assert.deepEqual([status, headers["x-frame-options"]], [401, "DENY"], path);
    }
    assert.equal((await ask("/tv/no-such-screen")).status, 404);
    assert.equal((await ask("/elsewhere/home")).status, 404);
  });

  it("shows the pages for development in development only", async (t) => {
    const development = await open(t);
    const contract = await development.ask("/tv/openapi.json", { key: null });
    assert.deepEqual(contract.body, JSON.parse(await contractText(bff)));
    const production = await open(t, { NODE_ENV: "production" });
    assert.equal((await production.ask("/tv/openapi.json", { key: null })).status, 401);
    assert.equal((await production.ask("/tv/openapi.json")).status, 404);
  });

  it("follows the key ring without being made again", async (t) => {
    const { ask, rotate } = await open(t);
    const [one, two] = KEYS;
    assert.ok(one !== undefined && two !== undefined);
    assert.equal((await ask("/tv/home", { key: two })).status, 401);
    rotate([two, one]);
    assert.equal((await ask("/tv/home", { key: two })).status, 200);
    assert.equal((await ask("/tv/home", { key: one })).status, 200);
    rotate([two]);
    assert.equal((await ask("/tv/home", { key: one })).status, 401);
  });
});

describe("a BFF's definition", () => {
  it("names every setting: the usual ones and an address per upstream", () => {
    const settings = readSettings(ENV, bff.settings);
    assert.deepEqual(settings.WEATHER_URL, ["http://127.0.0.1:9"]);
    assert.deepEqual([settings.PORT, settings.ADMIN_PORT], [8104, 9104]);
    assert.throws(
      () => readSettings({}, bff.settings),
      /WEATHER_URL is missing.*IDENTITY_KEYS is missing|IDENTITY_KEYS is missing.*WEATHER_URL is missing/s,
    );
  });

  it("spells the setting of an upstream's addresses as environment variables are spelled", () => {
    const gifts = defineBff({
      name: "gifts-bff",
      prefix: "/gifts",
      port: 8105,
      upstreams: { "gift-cards": weatherService([]) },
      answers: screens({ title: "Gifts BFF", versions: { newest: "1.0.0" }, screens: [] }),
    });
    const env = { ...ENV, GIFT_CARDS_URL: "http://127.0.0.1:9" };
    assert.deepEqual(readSettings(env, gifts.settings).GIFT_CARDS_URL, ["http://127.0.0.1:9"]);
  });

  it("connects each upstream once, by its name", async () => {
    const seen: Upstream[] = [];
    const counted = { ...bff, upstreams: { weather: weatherService(seen) } };
    const { close } = await createApp(counted, readSettings(ENV, bff.settings), {
      ...silentTools(),
    });
    await close();
    assert.equal(seen.length, 1);
  });

  it("refuses browsers for overload with the BFF's page of that problem", async () => {
    const problemPage = () => ({ document: "<h1>Busy</h1>", headers: {} });
    const made = await createApp({ ...bff, problemPage }, readSettings(ENV, bff.settings), silentTools());
    await made.close();
    assert.equal(made.overloadPage, problemPage);
  });

  it("of a BFF whose contract is written by hand describes none", async () => {
    const byHand = { prefix: "/tv", answers: {} };
    await assert.rejects(contractText(byHand), /written by hand/);
  });

  it("opens its answers and remembers used identities once, however often its keys rotate", async (t) => {
    let opened = 0;
    let ring = KEYS.slice(0, 1);
    const counted = defineBff({
      name: "tv-bff",
      prefix: "/tv",
      port: 8104,
      upstreams: {},
      answers: {
        open: () => {
          opened += 1;
          return (_req, res) => void res.json({});
        },
      },
    });
    const { app, close } = await createApp(counted, readSettings(ENV, counted.settings), {
      ...silentTools(),
      identityKeys: () => ring,
    });
    t.after(close);
    const url = `${await listen(t, app)}/tv`;
    const [one, two] = KEYS;
    assert.ok(one !== undefined && two !== undefined);
    const post = async (key: typeof one, requestId: string): Promise<number> => {
      const identity = createMinter(key).mint({ userId: "42", audience: "tv-bff", requestId });
      const { statusCode, body } = await request(url, {
        method: "POST",
        headers: { "x-identity": identity },
      });
      await body.dump();
      return statusCode;
    };
    assert.equal(await post(one, "r-1"), 200);
    ring = [two, one];
    assert.deepEqual([await post(one, "r-1"), await post(two, "r-1")], [401, 401]);
    assert.equal(await post(two, "r-2"), 200);
    ring = [two];
    assert.deepEqual([await post(two, "r-1"), await post(two, "r-2")], [401, 401]);
    assert.equal(opened, 1);
  });
});
