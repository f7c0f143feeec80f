import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { FrontEndProject } from "@triptych/contract-codegen/testing";
import { CONTRACT_VERSION } from "@triptych/web-bff/client";
import { contractText } from "@triptych/bff/contract";
import { bff } from "../app.ts";

const CLIENT = join(import.meta.dirname, "..", "..", "client");

it("the client has the contract's version, and says it", async () => {
  const manifest: unknown = JSON.parse(readFileSync(join(CLIENT, "package.json"), "utf8"));
  const { version } = JSON.parse(await contractText(bff)).info;
  assert.deepEqual([Object(manifest).version, CONTRACT_VERSION], [version, version]);
});

/** What a front-end project may write. */
const GOOD = `
import { createWebClient } from "@triptych/web-client";
import type { Answer, Problem } from "@triptych/web-client";

const web = createWebClient({ baseUrl: "https://shop.example", headers: { "X-Trace": "1" } });

export async function firstOrder(): Promise<Answer<"orderPage"> | Problem | undefined> {
  const home = await web.GET("/web/home-page");
  const orderId: string | undefined = home.data?.recentOrders[0]?.id;
  if (orderId === undefined) return home.error;
  const { data, error } = await web.GET("/web/orders/{orderId}", { params: { path: { orderId } } });
  if (data?.order.canCancel !== true) return data ?? error;
  const cancelled = await web.POST("/web/orders/{orderId}/cancel", {
    params: { path: { orderId }, header: { "Idempotency-Key": "once-only" } },
    body: { reason: "changed_mind" },
  });
  return cancelled.data;
}
`;

/** What it may not, a line each. */
const MISTAKES = [
  `await web.GET("/web/NO-SCREEN");`,
  `await web.GET("/web/orders/{orderId}");`,
  `await web.POST("/web/home-page");`,
  `(await web.GET("/web/home-page")).data?.profile.nickname;`,
  `(await web.GET("/web/home-page")).data?.profile.loyaltyPoints.toUpperCase();`,
  `await web.POST("/web/orders/{orderId}/cancel", { params: { path: { orderId: "1" } }, body: { reason: "bored" } });`,
];
const SETUP = [`import { createWebClient } from "@triptych/web-client";`, `const web = createWebClient();`];

describe("a project that installs the packed client", () => {
  let project: FrontEndProject;
  before(() => {
    project = new FrontEndProject(CLIENT);
  });
  after(() => project.remove());

  for (const resolution of ["node", "bundler"] as const) {
    it(`compiles, with the library's own declarations checked, as found by a ${resolution}`, () => {
      assert.deepEqual(project.errors(GOOD, resolution), new Map());
    });
  }

  it("does not compile where it asks for what was not promised, each time", () => {
    const errors = project.errors([...SETUP, ...MISTAKES].join("\n"));
    const mistaken = MISTAKES.map((_, index) => index + SETUP.length + 1);
    assert.deepEqual([...errors.keys()], mistaken, JSON.stringify([...errors]));
  });

  it("holds nothing but plain JavaScript and declarations, and asks for JSON", () => {
    const output = project.run(`
      import { createWebClient } from "@triptych/web-client";
      const web = createWebClient({ baseUrl: "http://bff.test", fetch: async (request) => {
        console.log(request.method, request.url, request.headers.get("accept"));
        return new Response('{"order":1}', { headers: { "content-type": "application/json" } });
      } });
      console.log(JSON.stringify((await web.GET("/web/orders/{orderId}", { params: { path: { orderId: "ord_1" } } })).data));`);
    assert.equal(output, 'GET http://bff.test/web/orders/ord_1 application/json\n{"order":1}\n');
    assert.deepEqual(project.installedFiles(), [
      "README.md",
      "generated/answers.js",
      "generated/contract.d.ts",
      "generated/version.d.ts",
      "generated/version.js",
      "index.d.ts",
      "index.js",
      "package.json",
    ]);
  });
});
