import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { PROBLEMS, isProblemCode, problemBody } from "@triptych/service-kit";
import { replacesBody, fails } from "@triptych/domain-clients/testing";
import { startApp } from "../testing/start-app.ts";
import { problemPage } from "./site.ts";

const PAGE = { accept: "text/html" };
const OURS = /orders is unavailable|upstream|section|screen|service/i;
const mainOf = (document: string): string => /<main id="main">([^]*)<\/main>/.exec(document)?.[1] ?? "";
const wordsOf = (markup: string): string => markup.replaceAll(/<!--.*?-->|<[^>]+>/g, " ");

for (const code of Object.keys(PROBLEMS).filter(isProblemCode)) {
  test(`the page of the problem ${code} speaks to a customer, and leads back`, () => {
    const problem = problemBody({ code, detail: "order: orders is unavailable." }, "req-1");
    const main = mainOf(problemPage(problem).document);
    assert.match(main, /<h1>[A-Z][^<]+<\/h1>/);
    assert.match(main, /<a href="\/web\/(?:home-page|orders)">/);
    assert.match(main, /Request req-1/, "what to tell the support");
    assert.doesNotMatch(wordsOf(main), OURS);
  });
}

test("the page of a problem offers a login where one is missing, and a logout to nobody", () => {
  const pageOf = (code: "identity-required" | "not-found") =>
    problemPage(problemBody({ code, detail: "" }, "req-1")).document;
  assert.match(pageOf("identity-required"), /<a href="\/auth\/login">Log in<\/a>/);
  for (const code of ["identity-required", "not-found"] as const)
    assert.doesNotMatch(pageOf(code), /Log out|<nav[^>]*><a href="\/web\/orders"/);
});

test("the page of a refused form says what became of it", () => {
  const pageOf = (code: "forbidden" | "conflict") =>
    wordsOf(mainOf(problemPage(problemBody({ code, detail: "" }, "req-1")).document));
  assert.match(pageOf("forbidden"), /it belongs to another account\. Nothing was changed\./);
  assert.match(pageOf("conflict"), /was sent, or cancelled, in the meantime\./);
});

test("the page of a problem is the same for everyone, and allows only its own style", () => {
  const problem = problemBody({ code: "overloaded", detail: "" }, "req-1");
  const { document, headers } = problemPage(problem);
  assert.equal(document, problemPage(problem).document, "the one for overload is rendered once");
  const [, style = ""] = /<style>([^]*)<\/style>/.exec(document) ?? [];
  const hash = createHash("sha256").update(style).digest("base64");
  const policy = String(headers["Content-Security-Policy"]);
  assert.ok(policy.includes(`style-src 'sha256-${hash}';`), policy);
  assert.doesNotMatch(policy, /script-src|nonce/);
});

for (const path of ["/web/home-page", "/web/orders", "/web/orders/ord_placed", "/web/products/lamp"]) {
  test(`${path} says what it is to tabs, search engines and people who get the link`, async (t) => {
    const { ask } = await startApp(t);
    const { text } = await ask(path, { headers: PAGE });
    const [head = ""] = text.split("</head>", 1);
    assert.match(head, /<title>[A-Z][^<]+ · Triptych Store<\/title>/);
    assert.match(head, /<meta name="description" content="[A-Z][^"]+\."/);
    for (const tag of ["type", "site_name", "title", "description"]) {
      assert.match(head, new RegExp(`<meta property="og:${tag}" content="[^"]+"`));
    }
    assert.match(head, /<link rel="icon" href="data:image\/svg\+xml,[^"]+"/);
    assert.match(head, /@media print/);
    assert.match(head, /@media screen and \(prefers-color-scheme: dark\)/, "paper is light");
  });

  test(`${path} without its services says so as a customer would, and can be tried again`, async (t) => {
    const { ask, services } = await startApp(t);
    for (const service of Object.values(services)) if ("behave" in service) service.behave(fails(500));
    const { text } = await ask(path, { headers: { ...PAGE, "user-agent": "curl/8.5.0" } });
    const words = wordsOf(mainOf(text));
    assert.match(words, /We can’t show this page right now/);
    assert.doesNotMatch(words, OURS);
    assert.match(text, /<a href="">Try again<\/a>/);
    assert.match(text, /<a href="\/web\/home-page">Go to the home page<\/a>/);
  });
}

test("the first button of an order asks, the second cancels, and a cancelled order says so", async (t) => {
  const { ask, services } = await startApp(t);
  const { text } = await ask("/web/orders/ord_placed", { headers: PAGE });
  const [, question = ""] = /<details class="cancel">([^]*)<\/details>/.exec(text) ?? [];
  assert.match(question, /^\s*<summary>Cancel this order<\/summary>/);
  assert.match(question, /<button class="danger" type="submit">Yes, cancel the order<\/button>/);
  services.orders.behave(replacesBody((order) => ({ ...order, status: "cancelled" })));
  const after = await ask("/web/orders/ord_placed", { headers: PAGE });
  assert.match(after.text, /data-notice="cancelled">\s*This order is cancelled\. Nothing will be sent\.\s*</);
  assert.doesNotMatch(after.text, /<details/);
});
