import assert from "node:assert/strict";
import { test } from "node:test";
import { startApp } from "./testing/start-app.ts";

const PLACED_LATE = /<template for=|<\?start/;

const AS_READY = [
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36",
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36",
  "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1",
];

const IN_ORDER = [
  "curl/8.5.0",
  "Wget/1.21",
  "Lynx/2.9.0",
  "python-requests/2.31",
  "Go-http-client/2.0",
  "MyReader/1.0",
  "node",
  "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
  "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; ChatGPT-User/1.0; +https://openai.com/bot) Chrome/156.0.0.0 Safari/537.36",
  "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko; compatible; Google-InspectionTool/1.0;)",
  "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
  "W3C_Validator/1.3 https://validator.w3.org/services",
];

for (const [agents, late, how] of [
  [AS_READY, true, "as its sections are ready"],
  [IN_ORDER, false, "in the document's order"],
] as const) {
  for (const agent of agents) {
    test(`gives the page ${how} to ${agent}`, async (t) => {
      const { ask } = await startApp(t);
      const { text } = await ask("/web/home-page", { headers: { accept: "text/html", "user-agent": agent } });
      assert.equal(PLACED_LATE.test(text), late);
    });
  }
}

test("takes who says nothing of itself for a browser, and does as it asks", async (t) => {
  const { ask } = await startApp(t);
  const headers = { accept: "text/html" };
  assert.match((await ask("/web/home-page", { headers })).text, PLACED_LATE);
  assert.doesNotMatch((await ask("/web/home-page?streaming=off", { headers })).text, PLACED_LATE);
});

test("a browser without scripts is sent to the page in document order, with the page's query", async (t) => {
  const { ask } = await startApp(t);
  const { text } = await ask("/web/orders?cursor=a%26%22b&dpr=2", { headers: { accept: "text/html" } });
  assert.match(
    text,
    /<noscript><meta http-equiv="refresh" content="0; url=\?cursor=a%26%22b&amp;dpr=2&amp;streaming=off"\/><\/noscript>/,
  );
  const whole = await ask("/web/orders?streaming=off", { headers: { accept: "text/html" } });
  assert.doesNotMatch(whole.text, /<noscript|refresh/, "and no further");
});
