// sample:file: npm run new:bff leaves it out
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { FrontEndProject } from "@triptych/contract-codegen/testing";
import { CONTRACT_VERSION } from "@triptych/mobile-bff/client";
import { contractText } from "@triptych/bff/contract";
import { bff } from "../app.ts";
import { releasedContracts } from "../testing/published-contract.ts";

const CLIENT = join(import.meta.dirname, "..", "..", "client");

it("the client has the contract's version, and says it", async () => {
  const manifest: unknown = JSON.parse(readFileSync(join(CLIENT, "package.json"), "utf8"));
  const { version } = JSON.parse(await contractText(bff)).info;
  assert.deepEqual([Object(manifest).version, CONTRACT_VERSION], [version, version]);
});

/** What an app may write. */
const GOOD = `
import { createMobileClient } from "@triptych/mobile-client";
import type { Answer, Problem } from "@triptych/mobile-client";

const mobile = createMobileClient({ baseUrl: "https://shop.example" });
const old = createMobileClient({ baseUrl: "https://shop.example", appVersion: "2.4.0" });
createMobileClient({ appVersion: "3.7.1" }).GET("/mobile/home");

export async function firstOrder(): Promise<Answer<"order"> | Problem | undefined> {
  const home = await mobile.GET("/mobile/home", { params: { query: { dpr: 2 } } });
  const orderId: string | undefined = home.data?.orders[0]?.id;
  if (orderId === undefined) return home.error;
  const { data, error } = await mobile.GET("/mobile/orders/{orderId}", { params: { path: { orderId } } });
  if (data?.order.canCancel !== true) return data ?? error;
  const cancelled = await mobile.POST("/mobile/orders/{orderId}/cancel", {
    params: { path: { orderId }, header: { "Idempotency-Key": "once-only" } },
    body: { reason: "changed_mind" },
  });
  return cancelled.data;
}

export const price: string | undefined = (await mobile.GET("/mobile/home")).data?.picks[0]?.price;
export const minorUnits: number | undefined = (await old.GET("/mobile/home")).data?.picks[0]?.price;
export const picks: Answer<"home", "2.4.0">["picks"] = [{ id: "prd_1", title: "Lamp", image: "x", price: 999 }];
`;

/** What it may not, a line each. */
const MISTAKES = [
  `await mobile.GET("/mobile/NO-SCREEN");`,
  `await mobile.GET("/mobile/orders/{orderId}");`,
  `await mobile.GET("/mobile/home", { params: { query: { dpr: "2" } } });`,
  `(await mobile.GET("/mobile/home")).data?.profile.email;`,
  `(await mobile.GET("/mobile/home")).data?.picks[0]?.price.toFixed();`,
  `(await old.GET("/mobile/home")).data?.picks[0]?.price.toUpperCase();`,
  `createMobileClient({ appVersion: 3 });`,
];
const SETUP = [
  `import { createMobileClient } from "@triptych/mobile-client";`,
  `const mobile = createMobileClient();`,
  `const old = createMobileClient({ appVersion: "2.4.0" });`,
];

describe("an app that installs the packed client", () => {
  let project: FrontEndProject;
  before(() => {
    project = new FrontEndProject(CLIENT);
  });
  after(() => project.remove());

  for (const resolution of ["node", "bundler"] as const) {
    it(`compiles, each version in its own types, as found by a ${resolution}`, () => {
      assert.deepEqual(project.errors(GOOD, resolution), new Map());
    });
  }

  it("does not compile where it asks for what was not promised, each time", () => {
    const errors = project.errors([...SETUP, ...MISTAKES].join("\n"));
    const mistaken = MISTAKES.map((_, index) => index + SETUP.length + 1);
    assert.deepEqual([...errors.keys()], mistaken, JSON.stringify([...errors]));
  });

  it("holds nothing but plain JavaScript and declarations, and says its version", async () => {
    const output = project.run(`
      import { createMobileClient } from "@triptych/mobile-client";
      const fetch = async (request) => {
        console.log(request.url, request.headers.get("accept"), request.headers.get("x-app-version"), request.headers.get("x-trace"));
        return new Response("{}", { headers: { "content-type": "application/json" } });
      };
      const options = { baseUrl: "http://bff.test", fetch, headers: { "X-Trace": "1" } };
      await createMobileClient(options).GET("/mobile/home");
      await createMobileClient({ ...options, appVersion: "2.4.0" }).GET("/mobile/home");`);
    assert.equal(
      output,
      `http://bff.test/mobile/home application/json ${CONTRACT_VERSION} 1\nhttp://bff.test/mobile/home application/json 2.4.0 1\n`,
    );
    assert.deepEqual(project.installedFiles(), [
      "README.md",
      "generated/answers.js",
      "generated/contract.d.ts",
      "generated/released.d.ts",
      ...releasedContracts()
        .map(({ version }) => `generated/released/${version}.d.ts`)
        .toSorted(),
      "generated/version.d.ts",
      "generated/version.js",
      "index.d.ts",
      "index.js",
      "package.json",
    ]);
  });
});
