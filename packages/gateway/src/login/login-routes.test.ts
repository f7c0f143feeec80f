import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createLogger } from "@triptych/service-kit";
import { CapturedLog, FakeClock } from "@triptych/testing";
import { createSealedCookies } from "../credentials/sealed-cookies.ts";
import { SESSION_COOKIE } from "../credentials/session.ts";
import { sessionCookie } from "../testing/session-cookie.ts";
import { PUBLIC_ORIGIN, runGateway } from "../testing/gateway-under-test.ts";
import type { GatewayUnderTest } from "../testing/gateway-under-test.ts";
import { localRevocations } from "../revocation/local-revocations.ts";
import type { IdentityProvider } from "./identity-provider.ts";

const LANDING = "/web/home-page";
const SAME_ORIGIN = { Origin: PUBLIC_ORIGIN };

/** A provider that logs user 42 in, and numbers the logins that it is asked for. */
function provider(): IdentityProvider {
  let logins = 0;
  return {
    begin() {
      logins += 1;
      const state = `state-${logins}`.padEnd(43, "_");
      const pending = { state, nonce: "n".repeat(43), verifier: "v".repeat(43) };
      return Promise.resolve({ url: new URL(`https://login.example/authorize?state=${state}`), pending });
    },
    finish(callback, { state }) {
      if (callback.searchParams.get("state") === state) return Promise.resolve({ user: { userId: "42" } });
      return Promise.reject(new Error("another login's state"));
    },
    renew: () => Promise.resolve("ended"),
    logoutAddress: () => Promise.resolve(new URL("https://login.example/logout?client_id=web")),
    forget: () => Promise.resolve(),
  };
}

/** The cookies and the history of a browser; a copy of it is another browser. */
class Browser {
  readonly cookies = new Map<string, string>();
  readonly #gateway: GatewayUnderTest;

  constructor(gateway: GatewayUnderTest) {
    this.#gateway = gateway;
  }

  async open(path: string, method = "GET", headers: Record<string, string> = {}) {
    const Cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await this.#gateway.send(path, {
      method,
      headers: { Accept: "text/html", Cookie, ...headers },
    });
    for (const cookie of [answer.headers["set-cookie"] ?? []].flat()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      assert.ok(name.length + value.length <= 4_096, "a browser drops a cookie over 4,096 bytes");
      if (cookie.includes("Max-Age=0")) this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return { status: answer.status, location: String(answer.headers["location"]) };
  }

  /** Starts a login; returns the path to which the provider sends the browser back. */
  async begin(path: string): Promise<string> {
    const { status, location } = await this.open(path);
    assert.equal(status, 303, path);
    return `/auth/callback?code=c&state=${new URL(location).searchParams.get("state")}`;
  }
}

describe("a return address", () => {
  const LONG = `/web/home-page?q=${"a".repeat(1_583)}`;
  const accepted = ["/web/orders/1?from=mail", `/web/${"a".repeat(995)}`, "/authors", "/web?a=//b&c=/auth/x"];
  const refused: [name: string, value: string][] = [
    ["of 1,600 characters", LONG],
    ["of 1,001 characters", `/web/${"a".repeat(996)}`],
    ["of 1,600 characters in percent-encoding", `/web/${"%C3%A9".repeat(266)}`],
    ["of 4,000 characters", `/web/${"a".repeat(3_995)}`],
    ["of another site", "//evil.example/"],
    ["of another site, with its scheme", "https://evil.example/"],
    ["of another site, with a backslash", "/\\evil.example"],
    ["of another site, encoded", "/%2fevil.example"],
    ["of another site, behind a tab", "/\t/evil.example"],
    ["of another site, behind a line end", "/\r\n/evil.example"],
    ["of another site, with dots", "/web/..//evil.example"],
    ["that is a script", "javascript:alert(1)"],
    ["with a line end", "/web/home-page\r\nSet-Cookie: a=b"],
    ["that is no ASCII", "/web/\u00E9"],
    ["of the login itself", "/auth/login"],
    ["of the login's folder", "/auth"],
    ["that is the logout with a query", "/auth/logout?x"],
    ["that is relative", "web/home-page"],
    ["that is empty", ""],
  ];

  it("of a page of this site is where the login leads", async () => {
    await using gateway = await runGateway({ provider: provider() });
    for (const path of accepted) {
      const browser = new Browser(gateway);
      const callback = await browser.begin(`/auth/login?return_to=${encodeURIComponent(path)}`);
      assert.deepEqual(await browser.open(callback), { status: 303, location: path });
    }
  });

  for (const [name, value] of refused) {
    it(`${name} leads to the start page`, async () => {
      await using gateway = await runGateway({ provider: provider() });
      const spellings = [
        `return_to=${encodeURIComponent(value)}`,
        `return_to=/web&return_to=${encodeURIComponent(value)}`,
        `return_to[]=${encodeURIComponent(value)}`,
        `return_to[a]=${encodeURIComponent(value)}`,
      ];
      for (const query of spellings) {
        const browser = new Browser(gateway);
        const callback = await browser.begin(`/auth/login?${query}`);
        assert.deepEqual(await browser.open(callback), { status: 303, location: LANDING }, query);
        assert.ok(browser.cookies.has(SESSION_COOKIE));
      }
    });
  }

  it("that is too long is not sent to the login: the page's user is logged in all the same", async () => {
    await using gateway = await runGateway({ provider: provider() });
    const browser = new Browser(gateway);
    const { location } = await browser.open(LONG);
    assert.equal(location, "/auth/login");
    assert.equal((await browser.open(await browser.begin(location))).location, LANDING);
  });

  it("of the longest form fits into a cookie that is sealed under the longest kid", async () => {
    const clock = new FakeClock();
    const key = { kid: "k".repeat(64), secret: Buffer.alloc(32, 1) };
    const cookies = createSealedCookies([key], clock);
    await using gateway = await runGateway({ provider: provider(), clock, liveChanges: { cookies } });
    const browser = new Browser(gateway);
    const longest = `/web/${"a".repeat(995)}`;
    assert.equal(
      (await browser.open(await browser.begin(`/auth/login?return_to=${longest}`))).location,
      longest,
    );
  });
});

describe("logins in several tabs", () => {
  it("each lead to their own page, in whatever order they end", async () => {
    await using gateway = await runGateway({ provider: provider() });
    const browser = new Browser(gateway);
    const pages = ["/web/orders/1", "/web/orders/2", "/web/orders/3"];
    const callbacks: string[] = [];
    for (const page of pages) callbacks.push(await browser.begin(`/auth/login?return_to=${page}`));
    for (const tab of [1, 2, 0]) {
      assert.deepEqual(await browser.open(callbacks[tab] ?? ""), { status: 303, location: pages[tab] });
    }
    assert.deepEqual([...browser.cookies.keys()], [SESSION_COOKIE]);
  });

  it("leave at most three cookies: a fourth login ends the oldest", async () => {
    await using gateway = await runGateway({ provider: provider() });
    const browser = new Browser(gateway);
    const callbacks: string[] = [];
    for (let tab = 0; tab < 20; tab += 1) callbacks.push(await browser.begin("/auth/login"));
    assert.equal(browser.cookies.size, 3);
    const statuses: number[] = [];
    for (const callback of callbacks.slice(-4)) statuses.push((await browser.open(callback)).status);
    assert.deepEqual(statuses, [400, 303, 303, 303]);
  });

  it("do not end each other: one's cookie is nothing to another's state", async () => {
    await using gateway = await runGateway({ provider: provider() });
    const browser = new Browser(gateway);
    const [first, second] = [await browser.begin("/auth/login"), await browser.begin("/auth/login")];
    const [one = "", other = ""] = [...browser.cookies.keys()];
    browser.cookies.set(one, browser.cookies.get(other) ?? "");
    assert.equal((await browser.open(first)).status, 400);
    assert.equal((await browser.open(second)).status, 303);
    assert.deepEqual(
      gateway.log.lines("a login was not accepted").map(({ err }) => Object(err).message),
      ["another login's state"],
    );
    for (const query of ["", "?state=", "?state=a&state=b", "?state=%00%00%00%00%00%00%00%00", "?code=c"]) {
      assert.equal((await browser.open(`/auth/callback${query}`)).status, 400, query);
    }
  });
});

describe("a form that is sent without a session", () => {
  const BROWSER = { Accept: "text/html", "Sec-Fetch-Mode": "navigate" };
  const send = (gateway: GatewayUnderTest, headers: Record<string, string>) =>
    gateway.send("/web/orders/o-1/cancel", {
      method: "POST",
      headers: { ...BROWSER, "Content-Type": "application/x-www-form-urlencoded", ...headers },
      body: "reason=secret",
    });

  const pages: [name: string, referer: string, login: string][] = [
    [
      "its page",
      `${PUBLIC_ORIGIN}/web/orders/o-1?from=mail`,
      "/auth/login?return_to=%2Fweb%2Forders%2Fo-1%3Ffrom%3Dmail",
    ],
    ["no page of another site", "https://evil.example/web/orders/o-1", "/auth/login"],
    ["no page that browsers did not say", "", "/auth/login"],
    ["no page that may be another one", `${PUBLIC_ORIGIN}//evil.example/`, "/auth/login"],
  ];
  for (const [name, Referer, login] of pages) {
    it(`leads to the login and back to ${name}, and says that nothing is kept`, async () => {
      await using gateway = await runGateway();
      const { Cookie } = await gateway.session();
      gateway.clock.advance(13 * 3_600_000);
      const answer = await send(gateway, { Cookie, ...(Referer === "" ? {} : { Referer }) });
      assert.deepEqual([answer.status, answer.headers["cache-control"]], [401, "no-store"]);
      assert.match(String(answer.headers["www-authenticate"]), /^Bearer /);
      assert.ok(answer.text.includes(`<a href="${login}">`), answer.text);
      assert.match(answer.text, /did not arrive and is not kept/);
      assert.doesNotMatch(answer.text + JSON.stringify(answer.headers), /secret/);
      assert.equal((await gateway.log.only("request"))["reason"], "session-invalid");
    });
  }

  it("is a problem in JSON where a script sent it", async () => {
    await using gateway = await runGateway();
    const answer = await send(gateway, { "Sec-Fetch-Mode": "cors" });
    assert.equal(answer.status, 401);
    assert.doesNotMatch(answer.text, /is not kept/);
    const json = await send(gateway, { Accept: "application/json" });
    assert.equal(json.headers["content-type"], "application/problem+json");
  });
});

describe("a logout", () => {
  const sealedElsewhere = createSealedCookies([{ kid: "s-1", secret: Buffer.alloc(32, 9) }], new FakeClock());
  const cookies: [name: string, cookie: (gateway: GatewayUnderTest) => Promise<string> | string][] = [
    ["no session", () => ""],
    ["a session that cannot be read", () => `${SESSION_COOKIE}=abc`],
    ["an empty one", () => `${SESSION_COOKIE}=`],
    ["a huge one", () => `${SESSION_COOKIE}=${"a".repeat(5_000)}`],
    [
      "one of another key",
      async () => `${SESSION_COOKIE}=${await sessionCookie(sealedElsewhere, new FakeClock())}`,
    ],
    [
      "an expired one",
      async (gateway) => {
        const { Cookie } = await gateway.session();
        gateway.clock.advance(13 * 3_600_000);
        return Cookie;
      },
    ],
    [
      "a revoked one",
      async (gateway) => {
        const { Cookie } = await gateway.session();
        await gateway.send("/auth/logout", { method: "POST", headers: { Cookie, ...SAME_ORIGIN } });
        return Cookie;
      },
    ],
  ];
  for (const [name, cookieOf] of cookies) {
    it(`with ${name} ends on the page after a logout, without the cookie`, async () => {
      await using gateway = await runGateway();
      const headers = { Cookie: await cookieOf(gateway), ...SAME_ORIGIN };
      const answer = await gateway.send("/auth/logout", { method: "POST", headers });
      assert.deepEqual([answer.status, answer.headers["location"]], [303, "/auth/logged-out"]);
      assert.match(String(answer.headers["set-cookie"]), /^__Host-session=; Path=\/; Max-Age=0;/);
      assert.equal(answer.headers["cache-control"], "no-store");
    });
  }

  it("offers to log out at the provider too, until that was done or while the provider is away", async () => {
    await using gateway = await runGateway({ provider: provider() });
    const link = '<a href="https://login.example/logout?client_id=web">log out there, too</a>';
    const { headers, text } = await gateway.send("/auth/logged-out");
    assert.ok(text.includes(link), text);
    assert.equal(headers["cache-control"], "no-store");
    assert.ok(!(await gateway.send("/auth/logged-out?state=everywhere")).text.includes(link));
    await using away = await runGateway();
    const page = await away.send("/auth/logged-out");
    assert.equal(page.status, 200);
    assert.ok(!page.text.includes("log out there"));
  });

  it("ends every session that came with it, beside one that cannot be read", async () => {
    await using gateway = await runGateway();
    const [one, other] = [await gateway.session(), await gateway.session()];
    const Cookie = `${one.Cookie}; ${SESSION_COOKIE}=abc; ${other.Cookie}`;
    await gateway.send("/auth/logout", { method: "POST", headers: { Cookie, ...SAME_ORIGIN } });
    for (const headers of [one, other]) assert.equal((await gateway.send(LANDING, { headers })).status, 401);
  });

  for (const hours of [25, -1]) {
    it(`while the date is wrong by ${hours} h counts once it is right`, async () => {
      await using gateway = await runGateway();
      const session = await gateway.session();
      gateway.clock.jumpDate(hours * 3_600_000);
      await gateway.send("/auth/logout", { method: "POST", headers: { ...session, ...SAME_ORIGIN } });
      gateway.clock.jumpDate(-hours * 3_600_000);
      assert.equal((await gateway.send(LANDING, { headers: session })).status, 401);
    });
  }

  it("ends a session of a login while the date was ahead for as long as that lives", async () => {
    await using gateway = await runGateway();
    gateway.clock.jumpDate(25 * 3_600_000);
    const session = await gateway.session();
    gateway.clock.jumpDate(-25 * 3_600_000);
    await gateway.send("/auth/logout", { method: "POST", headers: { ...session, ...SAME_ORIGIN } });
    gateway.clock.advance(25 * 3_600_000);
    // Revocations that have ended are dropped when another comes.
    const other = await gateway.session();
    await gateway.send("/auth/logout", { method: "POST", headers: { ...other, ...SAME_ORIGIN } });
    assert.equal((await gateway.send(LANDING, { headers: session })).status, 401);
  });

  it("with the cookie of a session that is over tells the other gateways nothing", async (t) => {
    const tools = { logger: new CapturedLog(createLogger).logger, clock: new FakeClock() };
    const revocations = localRevocations(tools);
    const { mock } = t.mock.method(revocations, "revoke");
    await using gateway = await runGateway({ revocations });
    const headers = { ...(await gateway.session()), ...SAME_ORIGIN };
    for (let time = 0; time < 3; time += 1) {
      assert.equal((await gateway.send("/auth/logout", { method: "POST", headers })).status, 303);
    }
    assert.equal(mock.callCount(), 1);
  });

  it("from another site changes nothing", async () => {
    await using gateway = await runGateway();
    const session = await gateway.session();
    const headers = { ...session, Origin: "https://evil.example" };
    const answer = await gateway.send("/auth/logout", { method: "POST", headers });
    assert.deepEqual([answer.status, answer.headers["set-cookie"]], [403, undefined]);
    assert.equal((await gateway.send(LANDING, { headers: session })).status, 200);
  });
});
