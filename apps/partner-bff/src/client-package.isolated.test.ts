import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { FrontEndProject } from "@triptych/contract-codegen/testing";

const APP = join(import.meta.dirname, "..");
const CLIENT = join(APP, "client");

it("the client has the version of the newest released contract", () => {
  const released = readdirSync(join(APP, "contracts", "released"));
  const newest = released.toSorted((a, b) => a.localeCompare(b, "en", { numeric: true })).at(-1);
  const manifest: unknown = JSON.parse(readFileSync(join(CLIENT, "package.json"), "utf8"));
  assert.equal(Object(manifest).version, newest);
});

/** What a partner's program may write. */
const GOOD = `
import { CancelOrder, createPartnerClient, Home, Order } from "@triptych/partner-client";
import type { OrderQuery } from "@triptych/partner-client";

const partner = createPartnerClient({ baseUrl: "https://shop.example", headers: { "X-API-Key": "key" } });

export async function firstOrder(): Promise<OrderQuery["order"] | undefined> {
  const home = await partner.ask(Home);
  const id: string | undefined = home.data?.viewer.orders?.edges[0]?.node.id;
  if (id === undefined || home.degraded?.[0]?.reason === "timeout") return undefined;
  const { data, error } = await partner.ask(Order, { id });
  if (error !== undefined) throw new Error(error.title);
  const cancelled = await partner.ask(CancelOrder, { id, reason: "OTHER", idempotencyKey: "once-only" });
  const status: "CANCELLED" | string | undefined = cancelled.data?.cancelOrder?.status;
  return status === "CANCELLED" ? data?.order : undefined;
}
await partner.ask(Home, { orders: 2 });
`;

/** What it may not, a line each. */
const MISTAKES = [
  `await partner.ask(Order);`,
  `await partner.ask(Order, { id: 1 });`,
  `await partner.ask(Home, { first: 2 });`,
  `await partner.ask("{ viewer { id } }");`,
  `(await partner.ask(Home)).data?.viewer.email;`,
  `(await partner.ask(Home)).data?.viewer.name.length;`,
  `await partner.ask(CancelOrder, { id: "1", reason: "BORED", idempotencyKey: "once-only" });`,
];
const SETUP = [
  `import { CancelOrder, createPartnerClient, Home, Order } from "@triptych/partner-client";`,
  `const partner = createPartnerClient();`,
];

describe("a program that installs the packed client", () => {
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

  it("holds nothing but plain JavaScript and declarations, and depends on nothing", () => {
    const output = project.run(`
      import * as client from "@triptych/partner-client";
      console.log(Object.keys(client).sort().join());`);
    assert.equal(output, "CancelOrder,Home,Home2,Order,Order2,Product,Product2,createPartnerClient\n");
    assert.deepEqual(readdirSync(join(project.folder, "node_modules", "@triptych")), ["partner-client"]);
    assert.deepEqual(project.installedFiles(), [
      "README.md",
      "generated/answers.js",
      "generated/operations.d.ts",
      "generated/operations.js",
      "index.d.ts",
      "index.js",
      "package.json",
    ]);
  });
});
