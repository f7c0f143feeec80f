import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { findingsIn } from "./doctor.ts";

const CODEGEN = join(import.meta.dirname, "../../../contract-codegen");

const SOUND = {
  "package.json": '{ "name": "acme" }',
  "apps/tv-bff/package.json":
    '{ "config": { "port": 8101, "prefix": "/tv" }, "scripts": { "test": "triptych-test" } }',
  "apps/tv-bff/src/app.ts": 'export const bff = defineBff({\n  prefix: "/tv",\n  port: 8101,\n});',
  "apps/tv-bff/src/main.ts": "await startBff(bff, process.env);",
  "apps/tv-bff/src/upstreams.ts": 'import { a } from "@acme/domain-clients/stock-levels";',
  "apps/tv-bff/deploy/base/deployment.yaml": "- { name: STOCK_LEVELS_URL, value: x }",
  "apps/tv-bff/deploy/Dockerfile": "RUN npx triptych image tv-bff --out /app",
  "node_modules/@triptych/bff/package.json": '{ "name": "@triptych/bff", "version": "1.10.0" }',
  "node_modules/@triptych/bff/dist/index.js": "",
  "node_modules/@triptych/screen/package.json": '{ "name": "@triptych/screen", "version": "1.10.0" }',
  "node_modules/@triptych/screen/dist/index.js": "",
};

describe("triptych doctor", () => {
  let root = "";
  const write = (path: string, text: string): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "doctor-"));
    for (const [path, text] of Object.entries(SOUND)) write(path, text);
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("finds nothing where nothing is wrong", () => assert.deepEqual(findingsIn(root), []));

  const cases: readonly (readonly [
    why: string,
    path: keyof typeof SOUND | "apps/tv/src/app.ts",
    text: string,
    finds: RegExp,
  ])[] = [
    [
      "an app that npm start skips, as it does not say where it runs",
      "apps/tv-bff/package.json",
      "{}",
      /apps\/tv-bff\/package\.json does not say where npm start runs/,
    ],
    [
      "an app that npm start skips, by its name",
      "apps/tv/src/app.ts",
      "defineBff({})",
      /apps\/tv\/package\.json npm start skips the app/,
    ],
    [
      "a port that is another one for the tools",
      "apps/tv-bff/package.json",
      SOUND["apps/tv-bff/package.json"].replace("8101", "8102"),
      /its port is 8101, but 8102/,
    ],
    [
      "a missing setting",
      "apps/tv-bff/deploy/base/deployment.yaml",
      "- { name: OTHER_STOCK_LEVELS_URL, value: x }",
      /STOCK_LEVELS_URL is not set/,
    ],
    [
      "a missing secret",
      "apps/tv-bff/src/upstreams.ts",
      `${SOUND["apps/tv-bff/src/upstreams.ts"]} a: { authenticate: bearer(setting("STOCK_TOKEN")) }`,
      /STOCK_TOKEN is not set, so the app would not start: add - \{ name: STOCK_TOKEN, valueFrom/,
    ],
    [
      "an old script",
      "apps/tv-bff/package.json",
      SOUND["apps/tv-bff/package.json"].replace(
        "triptych-test",
        "node ../../packages/cli/src/test-workspace.ts",
      ),
      /a script runs a source/,
    ],
    ["an old main", "apps/tv-bff/src/main.ts", "await startBff(bff);", /startBff is called in an old form/],
    [
      "an old Dockerfile",
      "apps/tv-bff/deploy/Dockerfile",
      "RUN node packages/cli/src/image/main.ts tv-bff",
      /the image is made from sources/,
    ],
    [
      "a package of another version",
      "node_modules/@triptych/screen/package.json",
      '{ "name": "@triptych/screen", "version": "1.9.0" }',
      /@triptych\/screen is not 1\.10\.0/,
    ],
  ];
  for (const [why, path, text, finds] of cases) {
    it(`finds ${why}`, () => {
      write(path, text);
      if (path === "apps/tv/src/app.ts") write("apps/tv/package.json", "{}");
      const found = findingsIn(root).map(({ file, what, todo }) => `${file} ${what}: ${todo}`);
      assert.equal(found.length, 1, found.join("\n"));
      assert.match(found[0] ?? "", finds);
    });
  }

  it("finds what an earlier version generated", () => {
    mkdirSync(join(root, "node_modules/@triptych"), { recursive: true });
    symlinkSync(CODEGEN, join(root, "node_modules/@triptych/contract-codegen"));
    const contract = { openapi: "3.1.0", info: { title: "TV", version: "1.0.0" }, paths: {} };
    write("apps/tv-bff/contracts/openapi.json", JSON.stringify(contract));
    write("apps/tv-bff/client/package.json", "{}");
    execFileSync(process.execPath, [join(CODEGEN, "src/main.ts"), "client"], {
      cwd: join(root, "apps/tv-bff"),
    });
    const check = (status: number) => ({
      scripts: { "generate:check": `exit ${status}` },
      name: "@acme/clients",
    });
    write("packages/clients/package.json", JSON.stringify(check(0)));
    assert.deepEqual(findingsIn(root), []);

    write("apps/tv-bff/client/generated/answers.js", "// of an earlier version");
    write("packages/clients/package.json", JSON.stringify(check(1)));
    assert.deepEqual(
      findingsIn(root).map(({ todo }) => todo),
      ["npm run contracts -- --write tv-bff", "npm run generate -w @acme/clients"],
    );
  });

  it("finds an app without its program", () => {
    rmSync(join(root, "apps/tv-bff/src/main.ts"));
    assert.match(findingsIn(root)[0]?.what ?? "", /is missing, so npm start skips the app/);
  });
});
