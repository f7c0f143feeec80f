import assert from "node:assert/strict";
import { before, describe, it } from "node:test";
import { HtmlValidate } from "html-validate";
import { PAGES, SEEN, STATES, VISITOR, enter, pathOf } from "./testing/pages.ts";
import { freshSystem } from "./testing/shared-system.ts";
import type { System } from "./testing/system.ts";

const CURL = { "user-agent": "curl/8.5.0" };
const SEARCH_ENGINE = { "user-agent": "Mozilla/5.0 (compatible; Googlebot/2.1)" };

describe("a page read as a file", () => {
  const validator = new HtmlValidate({
    root: true,
    extends: ["html-validate:standard", "html-validate:document", "html-validate:a11y"],
  });
  let system: System;
  before(async () => {
    system = await freshSystem();
  });

  async function assertValid(document: string): Promise<void> {
    const { results } = await validator.validateString(document);
    const messages = results.flatMap((result) => result.messages);
    assert.deepEqual(
      messages.map(({ ruleId, message, selector }) => `${ruleId}: ${message} (${String(selector)})`),
      [],
    );
  }

  for (const state of STATES) {
    it(`is valid HTML, complete and without a script: ${state}`, async () => {
      if (state !== "normal") await system.restartWeb();
      for (const page of PAGES) {
        await enter(system, state, page);
        for (const headers of [CURL, SEARCH_ENGINE]) {
          const ask = { user: VISITOR, accept: "text/html", headers };
          const { status, text, trailers } = await system.web.ask(pathOf(system, page), ask);
          assert.equal(status, 200);
          if (headers === CURL) await assertValid(text);
          assert.match(text, SEEN[state][page]);
          assert.doesNotMatch(text, /<template|<\?|<script|class="(?:coming|bar)/);
          const problem = trailers["screen-problem"];
          if (state === "failed")
            assert.match(String(problem), /^upstream-unavailable; section=(?:profile|page|order|product)$/);
          else assert.equal(problem, undefined);
        }
        const off = await system.web.ask(`${pathOf(system, page)}?streaming=off`, {
          user: VISITOR,
          accept: "text/html",
        });
        assert.doesNotMatch(
          off.text,
          /<template|<\?|<script|class="(?:coming|bar)/,
          "also if the client asks for it",
        );
      }
    });
  }

  it("says in the page and in the trailer that the order or product is missing", async () => {
    await system.recoverWeb();
    for (const [path, section] of [
      ["/web/orders/ord_never", "order"],
      ["/web/products/prd_never", "product"],
    ]) {
      for (const headers of [CURL, {}]) {
        const { status, text, trailers } = await system.web.ask(String(path), {
          user: VISITOR,
          accept: "text/html",
          headers,
        });
        assert.equal(status, 200);
        assert.equal(trailers["screen-problem"], `not-found; section=${String(section)}`);
        assert.ok(text.includes(`<!--screen-problem section="${String(section)}" code="not-found"-->`));
        assert.match(text, /data-problem="not-found"[^]*href="\/web\/home-page"[^]*<\/html>\s*$/);
        if (headers === CURL) await assertValid(text);
      }
    }
  });

  it("is valid for a missing page, without an identity, and for a wrong method", async () => {
    for (const [path, ask, status] of [
      ["/web/nowhere", { user: VISITOR }, 404],
      ["/web/home-page", {}, 401],
      ["/web/orders/ord_1/cancel", { user: VISITOR }, 405],
    ] as const) {
      const answer = await system.web.ask(path, { ...ask, accept: "text/html" });
      assert.equal(answer.status, status);
      assert.equal(answer.headers["content-type"], "text/html; charset=utf-8");
      await assertValid(answer.text);
    }
  });

  it("runs only scripts and styles that carry this answer's nonce", async () => {
    const nonces = new Set<string>();
    for (const path of ["/web/home-page", "/web/home-page"]) {
      const { headers, text } = await system.web.ask(path, { user: VISITOR, accept: "text/html" });
      const policy = String(headers["content-security-policy"]);
      const nonce = /script-src 'nonce-([\w+/=]+)'/.exec(policy)?.[1] ?? "";
      assert.match(policy, /^default-src 'none';/);
      for (const [tag] of text.matchAll(/<(?:script|style)\b[^>]*>/g))
        assert.ok(tag.includes(`nonce="${nonce}"`), tag);
      assert.doesNotMatch(text, / on\w+=|javascript:/i);
      assert.equal(headers["x-content-type-options"], "nosniff");
      assert.equal(headers["x-frame-options"], "DENY");
      assert.equal(headers["referrer-policy"], "same-origin");
      assert.equal(headers["set-cookie"], undefined);
      nonces.add(nonce);
    }
    assert.equal(nonces.size, 2);
  });

  it("runs no script on a problem's page, and only its own style", async () => {
    const { headers, text } = await system.web.ask("/web/nowhere", { user: VISITOR, accept: "text/html" });
    const policy = String(headers["content-security-policy"]);
    assert.match(policy, /^default-src 'none'; style-src 'sha256-[\w+/=]+';/);
    assert.doesNotMatch(policy, /script-src|unsafe/);
    assert.doesNotMatch(text, /<script| on\w+=|javascript:/i);
  });
});
