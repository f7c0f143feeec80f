import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { clientTypes } from "@triptych/contract-codegen";
import { contractText } from "./contract-text.ts";

const APP = join(import.meta.dirname, "..", "..");
const CLIENT = join(APP, "client");
const COMMAND = "npm run contracts -w @triptych/web-bff";

it("the client's types are those that the screens make", async () => {
  const types = await clientTypes({ source: "openapi.json", text: contractText() }, COMMAND);
  const written = readFileSync(join(CLIENT, "generated", "contract.d.ts"), "utf8");
  assert.equal(written, types, `to write them anew: ${COMMAND}`);
});

it("the client has the contract's version", () => {
  const contract: unknown = JSON.parse(contractText());
  const manifest: unknown = JSON.parse(readFileSync(join(CLIENT, "package.json"), "utf8"));
  assert.equal(Object(manifest).version, Object(contract).info.version);
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
  `await web.GET("/web/orders");`,
  `await web.GET("/web/orders/{orderId}");`,
  `await web.POST("/web/home-page");`,
  `(await web.GET("/web/home-page")).data?.profile.nickname;`,
  `(await web.GET("/web/home-page")).data?.profile.loyaltyPoints.toUpperCase();`,
  `await web.POST("/web/orders/{orderId}/cancel", { params: { path: { orderId: "1" } }, body: { reason: "bored" } });`,
];
const WRONG = [
  `import { createWebClient } from "@triptych/web-client";`,
  `const web = createWebClient();`,
  ...MISTAKES,
];

describe("a project that installs the packed client", () => {
  let project = "";
  before(() => {
    project = mkdtempSync(join(tmpdir(), "front-end-"));
    const packed = execFileSync("npm", ["pack", "--json", "--pack-destination", project, CLIENT], {
      cwd: project,
      encoding: "utf8",
    });
    const [{ filename }] = JSON.parse(packed);
    writeFileSync(join(project, "package.json"), '{ "private": true, "type": "module" }');
    execFileSync(
      "npm",
      ["install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", `./${filename}`],
      { cwd: project, stdio: "pipe" },
    );
    writeFileSync(join(project, "good.ts"), GOOD);
    writeFileSync(join(project, "wrong.ts"), `${WRONG.join("\n")}\n`);
  });
  after(() => rmSync(project, { recursive: true }));

  const compile = (file: string, resolution: readonly string[]) => {
    const tsc = join(APP, "..", "..", "node_modules", ".bin", "tsc");
    const options = [
      "--noEmit",
      "--strict",
      "--target",
      "es2022",
      "--lib",
      "es2022,dom",
      "--types",
      "",
      file,
    ];
    return spawnSync(tsc, [...resolution, ...options], { cwd: project, encoding: "utf8" });
  };

  for (const [name, ...resolution] of [
    ["as Node resolves it", "--module", "nodenext"],
    ["as bundlers resolve it", "--module", "esnext", "--moduleResolution", "bundler"],
  ] as const) {
    it(`compiles, with the library's own declarations checked, ${name}`, () => {
      const { status, stdout } = compile("good.ts", resolution);
      assert.equal(status, 0, stdout);
    });
  }

  it("does not compile where it asks for what was not promised, each time", () => {
    const { stdout } = compile("wrong.ts", ["--module", "nodenext"]);
    const lines = new Set([...stdout.matchAll(/^wrong\.ts\((\d+),/gm)].map(([, line]) => Number(line)));
    assert.deepEqual(
      [...lines].toSorted((a, b) => a - b),
      MISTAKES.map((_, index) => index + 3),
      stdout,
    );
  });

  it("holds nothing but plain JavaScript and declarations, and asks for JSON", () => {
    const script = `
      import { createWebClient } from "@triptych/web-client";
      const web = createWebClient({ baseUrl: "http://bff.test", fetch: async (request) => {
        console.log(request.method, request.url, request.headers.get("accept"));
        return new Response('{"order":1}', { headers: { "content-type": "application/json" } });
      } });
      console.log(JSON.stringify((await web.GET("/web/orders/{orderId}", { params: { path: { orderId: "ord_1" } } })).data));`;
    writeFileSync(join(project, "run.mjs"), script);
    const output = execFileSync(process.execPath, ["run.mjs"], { cwd: project, encoding: "utf8" });
    assert.equal(output, 'GET http://bff.test/web/orders/ord_1 application/json\n{"order":1}\n');
    const files = execFileSync("find", [".", "-type", "f"], {
      cwd: join(project, "node_modules", "@triptych", "web-client"),
      encoding: "utf8",
    });
    assert.deepEqual(files.trim().split("\n").toSorted(), [
      "./README.md",
      "./generated/contract.d.ts",
      "./index.d.ts",
      "./index.js",
      "./package.json",
    ]);
  });
});
