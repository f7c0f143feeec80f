import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import { createPages } from "./pages.ts";
import { runGateway } from "./testing/gateway-under-test.ts";
import { sampleTable } from "./testing/sample-table.ts";

const BROWSER = { Accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };

describe("the gateway's own pages", () => {
  it("answer a browser at each refusal, and a program in JSON", async () => {
    const limits = [
      { per: "address", requests: 100, seconds: 60 },
      { per: "user", requests: 6, seconds: 60 },
    ] as const;
    await using gateway = await runGateway({
      table: { ...sampleTable({ limits }), site: "Triptych <Store>" },
    });
    const bearer = await gateway.bearer();
    await gateway.target[Symbol.asyncDispose]();
    const cases = [
      ["/nowhere", "GET", {}, 404, "We can’t find that page"],
      ["/web/home-page", "POST", {}, 401, "Please log in"],
      ["/partner/graphql", "GET", {}, 401, "Please log in"],
      ["/web/home-page?unknown=1", "GET", bearer, 400, "That did not work"],
      ["/web/home-page", "GET", bearer, 503, "We can’t show this page right now"],
      ["/web/home-page", "GET", bearer, 503, "We can’t show this page right now"],
      ["/web/home-page", "GET", bearer, 429, "That was a lot at once"],
      ["/auth/callback", "GET", {}, 400, "That did not work"],
    ] as const;
    for (const [path, method, headers, status, heading] of cases) {
      const page = await gateway.send(path, { method, headers: { ...BROWSER, ...headers } });
      assert.equal(page.status, status, `${method} ${path}`);
      assert.equal(page.headers["content-type"], "text/html; charset=utf-8");
      assert.equal(page.headers["cache-control"], "no-store");
      assert.match(page.text, new RegExp(`<h1>${heading}</h1>`));
      assert.match(page.text, /<title>[^<]* · Triptych &lt;Store><\/title>/);
      assert.ok(page.text.includes(String(page.headers["x-request-id"])), "names the request");

      const problem = await gateway.send(path, {
        method,
        headers: { Accept: "application/json", ...headers },
      });
      assert.equal(problem.headers["content-type"], "application/problem+json", path);
    }
  });

  it("take the place of what a proxy before the target answers, but not of a target's own page", async () => {
    await using gateway = await runGateway({ table: sampleTable() });
    const bearer = await gateway.bearer();
    const ask = (accept: object) => gateway.send("/web/home-page", { headers: { ...bearer, ...accept } });
    for (const status of [502, 503, 504]) {
      // As canary.cfg answers, and Envoy.
      for (const [type, body] of [
        ["application/problem+json", '{"type":"/problems/upstream-unavailable"}'],
        ["text/plain", "upstream connect error"],
      ] as const) {
        gateway.target.answer = (_req, res) => {
          res.writeHead(status, {
            "Content-Type": type,
            "Content-Length": body.length,
            "Retry-After": "1",
            "Server-Timing": 'canary;desc="bff"',
          });
          res.end(body);
        };
        const page = await ask(BROWSER);
        assert.equal(page.status, status);
        assert.equal(page.headers["content-type"], "text/html; charset=utf-8");
        assert.equal(page.headers["retry-after"], "1");
        assert.match(String(page.headers["server-timing"]), /canary;desc="bff"/);
        assert.match(String(page.headers["content-security-policy"]), /style-src 'sha256-/);
        assert.match(page.text, /<h1>We can’t show this page right now<\/h1>[^]*<\/html>\s*$/);
        assert.ok(page.text.includes(`${status} · Request ${String(page.headers["x-request-id"])}`));
        assert.equal((await ask({ Accept: "application/json" })).text, body);
      }
      gateway.target.answer = (_req, res) =>
        void res.writeHead(status, { "Content-Type": "text/html" }).end("<h1>Ours</h1>");
      assert.equal((await ask(BROWSER)).text, "<h1>Ours</h1>");
    }
    gateway.target.answer = (_req, res) => void res.writeHead(500, { "Content-Type": "text/x-odd" }).end("?");
    assert.equal((await ask(BROWSER)).text, "?", "a target's own failure is passed on");
  });

  it("allow their own style and nothing else", () => {
    const { document, headers } = createPages({ landing: "/" }).loggedOut(undefined);
    const [, style = ""] = /<style>([^]*)<\/style>/.exec(document) ?? [];
    const hash = createHash("sha256").update(style).digest("base64");
    assert.equal(
      headers["Content-Security-Policy"],
      `default-src 'none'; style-src 'sha256-${hash}'; img-src data:; base-uri 'none'; frame-ancestors 'none'`,
    );
    assert.doesNotMatch(document, /<script|<img|style=/);
  });

  it("say what a customer can do: details about parameters are for programs", async () => {
    await using gateway = await runGateway({ table: sampleTable() });
    const bearer = await gateway.bearer();
    const ask = async (path: string): Promise<string> =>
      (await gateway.send(path, { headers: { ...BROWSER, ...bearer } })).text;
    assert.match(await ask("/web/home-page?unknown=1"), /<p>Something in the address[^<]*<\/p>/);
    assert.match(await ask("/auth/callback"), /<p>The login did not succeed: start it again\.<\/p>/);
  });

  it("escape what the problem says", () => {
    const { document } = createPages({ landing: '/"><x>' }).problem({
      type: "/problems/invalid-request",
      title: "Invalid request",
      status: 400,
      detail: "<script>alert(1)</script>",
      instance: "<id> & more",
    });
    assert.doesNotMatch(document, /<script|<x>|<id>/);
    assert.match(document, /Request &lt;id> &amp; more</);
  });
});
