import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, it } from "node:test";
import { openGateway } from "@triptych/gateway";
import { ROUTES, SETTINGS } from "@triptych/gateway-app";
import { createLogger, createMetrics, readSettings, serve, systemClock } from "@triptych/service-kit";
import { request } from "undici";
import { startProvider } from "@triptych/testing/identity-provider";

const PUBLIC_ORIGIN = "https://shop.example";
const ring = (kid: string): string => `${kid}:${randomBytes(32).toString("base64url")}`;

/**
 * The gateway with its real settings, in front of nothing, and the provider that it logs people in
 * with.
 */
async function run(
  changesFor: (
    issuer: string,
    write: (file: string, content: unknown) => Promise<string>,
  ) => Promise<Readonly<Record<string, string>>> = () => Promise.resolve({}),
) {
  let aheadMs = 0;
  const clock = {
    ...systemClock,
    now: () => systemClock.now() + aheadMs,
    wallNow: () => systemClock.wallNow() + aheadMs,
  };
  const dir = await mkdtemp(join(tmpdir(), "login-"));
  const write = async (file: string, content: unknown): Promise<string> => {
    await mkdir(dirname(join(dir, file)), { recursive: true });
    await writeFile(join(dir, file), JSON.stringify(content));
    return join(dir, file);
  };
  const provider = await startProvider({
    port: 0,
    host: "127.0.0.1",
    clientId: "web",
    redirectUris: [`${PUBLIC_ORIGIN}/auth/callback`],
    audience: "https://api.example",
    now: Date.now,
    logError: (error) => assert.fail(String(error)),
  });
  await using started = new AsyncDisposableStack();
  started.defer(async () => await rm(dir, { recursive: true, force: true }));
  started.defer(async () => await provider.stop());
  for (const { contract } of ROUTES.routes) {
    if (contract.kind === "openapi") {
      await write(contract.file, {
        openapi: "3.1.0",
        paths: { "/web/home-page": { get: {} }, "/mobile/home": { get: {} } },
      });
    }
  }
  const key = generateKeyPairSync("ed25519").privateKey.export({ format: "jwk" });
  const bffs = Object.keys(ROUTES.targets).filter((name) => name.endsWith("-bff"));
  const urls = Object.keys(ROUTES.targets).map((name) => [
    `${name.toUpperCase().replaceAll("-", "_")}_URL`,
    // Nobody listens there: who gets a 503 was let in.
    "http://127.0.0.1:9",
  ]);
  const settings = readSettings(
    {
      ...Object.fromEntries(urls),
      PORT: "0",
      KEYS_FILE: await write("keys.json", {
        identityKeys: Object.fromEntries(bffs.map((bff) => [bff, ring("k")])),
        txnTokenKeys: [{ ...key, kid: "t" }],
        sessionKeys: ring("s"),
      }),
      API_KEYS_FILE: await write("api-keys.json", { apiKeys: [] }),
      CONTRACTS_DIR: dir,
      OIDC_ISSUER: provider.issuer,
      OIDC_JWKS_URL: `${provider.issuer}/jwks`,
      OIDC_AUDIENCE: "https://api.example",
      OIDC_CLIENT_ID: "web",
      PUBLIC_ORIGIN,
      ...(await changesFor(provider.issuer, write)),
    },
    SETTINGS,
  );
  const lines: string[] = [];
  const logger = createLogger({ name: "gateway", destination: { write: (line) => void lines.push(line) } });
  const metrics = createMetrics({ name: "gateway", processMetrics: false });
  const gateway = openGateway(ROUTES, settings, { logger, metrics, clock });
  const serving = await serve({
    name: "gateway",
    app: gateway.createApp(),
    port: 0,
    adminPort: 0,
    host: "127.0.0.1",
    logger,
    metrics,
    signals: [],
    onDrained: gateway.close,
  });
  started.defer(async () => await serving.stop());
  const running = started.move();
  return {
    provider,
    lines,
    /** Time passes for the gateway, and not for the provider. */
    wait: (ms: number) => {
      aheadMs += ms;
    },
    origin: `http://127.0.0.1:${serving.port}`,
    [Symbol.asyncDispose]: async () => await running.disposeAsync(),
  };
}

/** Posts a form as the login page does. */
async function post(url: string, form: Record<string, string>) {
  const headers = { "Content-Type": "application/x-www-form-urlencoded" };
  const body = new URLSearchParams(form).toString();
  const answer = await request(url, { method: "POST", headers, body });
  const location = String(answer.headers["location"]);
  return { status: answer.statusCode, location, text: await answer.body.text() };
}

type Running = Awaited<ReturnType<typeof run>>;

/** A browser that keeps cookies of the gateway and follows no redirect by itself. */
class Browser {
  readonly cookies = new Map<string, string>();
  readonly setCookies: string[] = [];
  readonly #gateway: string;

  constructor(gateway: string) {
    this.#gateway = gateway;
  }

  async open(path: string, headers: Record<string, string> = {}, method: "GET" | "POST" = "GET") {
    const answer = await request(`${this.#gateway}${path}`, {
      method,
      headers: {
        Accept: "text/html,application/xhtml+xml",
        "Sec-Fetch-Mode": "navigate",
        Cookie: [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; "),
        ...headers,
      },
    });
    for (const cookie of [answer.headers["set-cookie"] ?? []].flat()) {
      this.setCookies.push(cookie);
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (cookie.includes("Max-Age=0")) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return {
      status: answer.statusCode,
      location: String(answer.headers["location"]),
      text: await answer.body.text(),
    };
  }

  /** From a page that needs a login to the provider's answer; returns the path of the callback. */
  async logIn({ provider }: Running, path: string, user = "42"): Promise<string> {
    const refused = await this.open(path);
    assert.equal(refused.status, 303);
    const login = await this.open(refused.location);
    assert.equal(login.status, 303);
    assert.ok(login.location.startsWith(`${provider.issuer}/authorize?`));
    const answer = await post(login.location, { user });
    assert.equal(answer.status, 303);
    const back = new URL(answer.location);
    assert.equal(back.origin, PUBLIC_ORIGIN);
    return back.pathname + back.search;
  }
}

describe("the development console", () => {
  it("begins a login as a chosen user, once, and only for the login's own client", async () => {
    await using running = await run();
    const { issuer } = running.provider;
    const open = (to: string) =>
      request(`${issuer}/open?${new URLSearchParams({ user: "8", to }).toString()}`);
    const chosen = await open(`${PUBLIC_ORIGIN}/auth/login`);
    await chosen.body.dump();
    assert.equal(chosen.headers["location"], `${PUBLIC_ORIGIN}/auth/login`);
    const [cookie = ""] = String(chosen.headers["set-cookie"]).split(";", 1);

    const { location } = await new Browser(running.origin).open("/auth/login");
    const loggedIn = await request(location, { headers: { cookie } });
    await loggedIn.body.dump();
    assert.equal(loggedIn.statusCode, 303, "the user is not asked again");
    assert.ok(String(loggedIn.headers["location"]).startsWith(`${PUBLIC_ORIGIN}/auth/callback?`));
    assert.match(String(loggedIn.headers["set-cookie"]), /^development_user=;.*Expires=Thu, 01 Jan 1970/);

    const elsewhere = await open("https://evil.example/");
    await elsewhere.body.dump();
    assert.equal(elsewhere.statusCode, 400);
  });
});

describe("a person in a browser", () => {
  it("is sent to the login and back to the page they wanted, is let in, and logs out", async () => {
    await using running = await run();
    const browser = new Browser(running.origin);
    const callback = await browser.logIn(running, "/web/home-page?from=mail");
    const landed = await browser.open(callback);
    assert.deepEqual([landed.status, landed.location], [303, "/web/home-page?from=mail"]);
    assert.deepEqual([...browser.cookies.keys()], ["__Host-session"]);
    assert.equal((await browser.open("/web/home-page")).status, 503);

    for (const cookie of browser.setCookies) {
      assert.match(cookie, /^__Host-[\w-]+=[^;]*; Path=\/; Max-Age=\d+; HttpOnly; Secure; SameSite=Lax$/);
    }
    const seen = [...browser.setCookies, ...running.lines].join("\n");
    assert.doesNotMatch(seen, /eyJ[\w-]+\.eyJ/, "no token of the provider reaches the browser or the log");

    const copy = browser.cookies.get("__Host-session") ?? "";
    const crossSite = await browser.open("/auth/logout", { "Sec-Fetch-Site": "cross-site" }, "POST");
    assert.equal(crossSite.status, 403);
    const out = await browser.open("/auth/logout", { "Sec-Fetch-Site": "same-origin" }, "POST");
    assert.equal(out.status, 303);
    assert.equal(browser.cookies.size, 0);
    assert.equal((await browser.open(out.location)).status, 200, "it ends where no login is needed");
    browser.cookies.set("__Host-session", copy);
    assert.equal((await browser.open("/web/home-page")).status, 303, "a copy of the cookie is worth nothing");
  });

  it("is not logged in by another browser's callback, nor twice by the same one", async () => {
    await using running = await run();
    const [victim, attacker] = [new Browser(running.origin), new Browser(running.origin)];
    const callback = await attacker.logIn(running, "/web/home-page", "7");
    assert.equal((await victim.open(callback)).status, 400);
    await victim.logIn(running, "/web/home-page");
    assert.equal((await victim.open(callback)).status, 400, "the state is another login's");
    assert.equal(victim.cookies.has("__Host-session"), false);

    const [[name, pending] = ["", ""]] = attacker.cookies;
    assert.match(name, /^__Host-login_/);
    assert.equal((await attacker.open(callback)).status, 303);
    attacker.cookies.set(name, pending);
    assert.equal((await attacker.open(callback)).status, 400, "a code is good once");
  });

  // The last three are no pages: a script, what ends the login, and nothing.
  for (const target of [
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "/%2f%2fevil.example",
    "javascript:alert(1)",
    "/auth/logout",
    "",
  ]) {
    it(`is not sent to ${JSON.stringify(target)} after the login`, async () => {
      await using running = await run();
      const browser = new Browser(running.origin);
      const login = await browser.open(`/auth/login?return_to=${encodeURIComponent(target)}`);
      const authorize = new URL(login.location);
      const back = new URL((await post(authorize.href, { user: "42" })).location);
      assert.equal((await browser.open(back.pathname + back.search)).location, "/web/home-page");
    });
  }

  const notBrowsers: [name: string, headers: Record<string, string>][] = [
    ["asks for JSON", { Accept: "application/json" }],
    ["asks for anything", { Accept: "*/*" }],
    ["is a script of a page", { "Sec-Fetch-Mode": "cors" }],
    ["shows a wrong token", { Authorization: "Bearer a.b.c" }],
    ["shows an API key", { "X-API-Key": "tk_a_b" }],
  ];
  for (const [name, headers] of notBrowsers) {
    it(`gets 401 instead of a redirect if it is a program that ${name}`, async () => {
      await using running = await run();
      assert.equal((await new Browser(running.origin).open("/web/home-page", headers)).status, 401);
    });
  }
});

describe("issuers in a file", () => {
  const STAFF = { issuer: "http://127.0.0.1:9", profile: "okta", audience: ["api"], prefix: "staff:" };
  const withFile = (issuers: (issuer: string) => readonly object[]) =>
    run(async (issuer, write) => ({
      OIDC_AUDIENCE: "",
      OIDC_JWKS_URL: "",
      ISSUERS_FILE: await write("issuers.json", { issuers: issuers(issuer) }),
    }));

  it("are found by discovery, and a login and a token are of the same user", async () => {
    await using running = await withFile((issuer) => [
      { issuer, audience: ["https://api.example"], prefix: "shop:", claims: { login: "sid" } },
      STAFF,
    ]);
    const browser = new Browser(running.origin);
    await browser.open(await browser.logIn(running, "/web/home-page"));
    const { loggedIn, userId, claims } = JSON.parse((await browser.open("/auth/session")).text);
    assert.deepEqual([loggedIn, userId, typeof claims.login], [true, "shop:42", "string"]);

    const { text } = await post(`${running.provider.issuer}/development-token`, { user: "42" });
    const headers = { Authorization: `Bearer ${JSON.parse(text).access_token}` };
    const answer = await request(`${running.origin}/web/home-page`, { headers });
    await answer.body.dump();
    assert.equal(answer.statusCode, 503, "the token was let in");
  });

  it("must have the one that people log in with", async () => {
    await assert.rejects(
      withFile(() => [STAFF]),
      /OIDC_ISSUER is none of the issuers in .*issuers\.json/,
    );
  });
});

describe("a session that the provider renews", () => {
  const HOUR_MS = 3_600_000;
  const renewable = () => Promise.resolve({ OIDC_SCOPE: "openid offline_access" });

  /** A browser that has logged in with a refresh token, an hour later. */
  async function anHourLater(running: Running) {
    const browser = new Browser(running.origin);
    await browser.open(await browser.logIn(running, "/web/home-page"));
    running.wait(HOUR_MS);
    return browser;
  }

  it("lives on in both tabs with a new refresh token, again and again", async () => {
    await using running = await run(renewable);
    const browser = await anHourLater(running);
    for (let hours = 1; hours < 4; hours += 1) {
      const before = browser.cookies.get("__Host-session");
      const tabs = await Promise.all([browser.open("/web/home-page"), browser.open("/web/home-page")]);
      assert.deepEqual(
        tabs.map(({ status }) => status),
        [503, 503],
      );
      assert.notEqual(browser.cookies.get("__Host-session"), before);
      running.wait(HOUR_MS);
    }
    const seen = [...browser.setCookies, ...running.lines].join("\n");
    assert.doesNotMatch(seen, /eyJ[\w-]+\.eyJ/, "no token of the provider reaches the browser or the log");
  });

  it("is over an hour later where the provider has ended the login, and at once when it says so", async () => {
    await using running = await run(renewable);
    const browser = await anHourLater(running);
    assert.equal((await browser.open("/web/home-page")).status, 503);
    const [token = ""] = await running.provider.endLogins("42");
    assert.equal((await browser.open("/web/home-page")).status, 503);
    running.wait(HOUR_MS);
    assert.equal((await browser.open("/web/home-page")).status, 303);
    running.wait(-2 * HOUR_MS);

    const told = new Browser(running.origin);
    await told.open(await told.logIn(running, "/web/home-page"));
    const [, next = ""] = await running.provider.endLogins("42");
    for (const logoutToken of [token, next]) {
      const answer = await post(`${running.origin}/auth/backchannel-logout`, { logout_token: logoutToken });
      assert.equal(answer.status, 200);
    }
    assert.equal((await told.open("/web/home-page")).status, 303);
  });
});

describe("a token of the development provider", () => {
  it("lets its user in", async () => {
    await using running = await run();
    const answer = await post(`${running.provider.issuer}/development-token`, { user: "42" });
    const tokens: unknown = JSON.parse(answer.text);
    assert.ok(typeof tokens === "object" && tokens !== null && "access_token" in tokens);
    const { statusCode, body } = await request(`${running.origin}/mobile/home`, {
      headers: { Authorization: `Bearer ${String(tokens.access_token)}` },
    });
    await body.dump();
    assert.equal(statusCode, 503);
  });
});

describe("the development provider", () => {
  const CALLBACK = `${PUBLIC_ORIGIN}/auth/callback`;
  const ASKED = {
    client_id: "web",
    redirect_uri: CALLBACK,
    response_type: "code",
    code_challenge_method: "S256",
    // The SHA-256 of "verifier".
    code_challenge: "iMnq5o6zALKXGivsnlom_0F5_WYda32GHkxlV7mq7hQ",
    state: "s",
  };
  const logIn = (issuer: string, asked: Record<string, string>, user = "42") =>
    post(`${issuer}/authorize?${new URLSearchParams(asked).toString()}`, { user });

  it("does not redirect to an unknown address or for an unknown client", async () => {
    await using running = await run();
    for (const other of [{ redirect_uri: "https://evil.example/" }, { client_id: "other" }]) {
      const { status, location } = await logIn(running.provider.issuer, { ...ASKED, ...other });
      assert.deepEqual([status, location], [400, "undefined"]);
    }
  });

  it("redirects back with an error if the request has no PKCE challenge", async () => {
    await using running = await run();
    const { status, location } = await logIn(running.provider.issuer, { ...ASKED, code_challenge: "" });
    const back = new URL(location).searchParams;
    assert.deepEqual([status, back.get("error"), back.get("state")], [303, "invalid_request", "s"]);
  });

  it("shows its page again for an id that no user can have, and escapes what it shows", async () => {
    await using running = await run();
    const { status, text } = await logIn(running.provider.issuer, { ...ASKED, state: '">' }, "no one");
    assert.equal(status, 400);
    assert.match(text, /role="alert"/);
    assert.match(text, /action="\/authorize\?client_id=web&#38;redirect_uri=/);
  });

  it("exchanges a code only for the right verifier, and only once", async () => {
    await using running = await run();
    const { issuer } = running.provider;
    for (const verifiers of [
      ["verifier", "verifier"],
      ["wrong", "verifier"],
    ]) {
      const code = new URL((await logIn(issuer, ASKED)).location).searchParams.get("code") ?? "";
      const statuses: number[] = [];
      for (const verifier of verifiers) {
        const form = { grant_type: "authorization_code", client_id: "web", code, redirect_uri: CALLBACK };
        statuses.push((await post(`${issuer}/token`, { ...form, code_verifier: verifier })).status);
      }
      assert.deepEqual(statuses, verifiers[0] === "verifier" ? [200, 400] : [400, 400]);
    }
  });
});
