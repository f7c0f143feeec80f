import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, it } from "node:test";
import { listAt, textAt } from "./repository/documents.ts";
import { ROOT } from "./repository/tree.ts";

/** Code that breaks a rule, and where the editor must say that it belongs. */
const SEEDS: readonly [source: string, path: string, belongs: string][] = [
  ['import x from "jose";', "apps/web-bff/src/token.ts", "belongs in the gateway"],
  ['import x from "express-rate-limit";', "apps/mobile-bff/src/limit.ts", "belongs in the gateway"],
  ['import x from "passport-jwt";', "apps/partner-bff/src/login.ts", "belongs in the gateway"],
  ['import x from "jose";', "apps/web-bff/src/screens/token.ts", "belongs in the gateway"],
  ['import x from "@triptych/mobile-bff";', "apps/web-bff/src/twin.ts", "belongs in packages/"],
  ['import x from "undici";', "apps/web-bff/src/screens/http.ts", "calls belong in packages/domain-clients"],
  [
    'import x from "node:https";',
    "apps/web-bff/src/screens/https.ts",
    "calls belong in packages/domain-clients",
  ],
  ['import x from "@triptych/identity";', "apps/web-bff/src/screens/who.ts", "belongs in the app's app.ts"],
  [
    'export const x = await fetch("http://users");',
    "apps/web-bff/src/screens/fetch.ts",
    "belongs in packages/domain-clients",
  ],
  [
    'export const x = new WebSocket("ws://users");',
    "apps/mobile-bff/src/socket.ts",
    "belongs in packages/domain-clients",
  ],
  ['import x from "@triptych/screen";', "apps/gateway/src/home.ts", "belongs in the client's BFF"],
  [
    'import x from "@triptych/domain-clients/users";',
    "apps/gateway/src/users.ts",
    "belongs in the client's BFF",
  ],
  ['import x from "@apollo/server";', "apps/gateway/src/graph.ts", "belongs in the client's BFF"],
  ['import x from "preact";', "apps/gateway/src/page.ts", "belongs in the client's BFF"],
  ['import x from "@triptych/screen";', "packages/upstream-client/src/screen.ts", "belongs in packages/bff"],
  ['import x from "@triptych/identity";', "packages/service-kit/src/who.ts", "belongs in packages/bff"],
  ['import x from "@triptych/screen";', "packages/gateway/src/home.ts", "belongs in the client's BFF"],
  [
    'import x from "@triptych/domain-clients/users";',
    "packages/bff/src/users.ts",
    "belongs in packages/domain-clients",
  ],
  ['import x from "@triptych/screen";', "packages/domain-clients/src/screen.ts", "belongs in its BFF"],
  [
    'import x from "@triptych/domain-clients/users";',
    "packages/screen/src/users.ts",
    "belongs in packages/domain-clients",
  ],
  [
    'import x from "@triptych/domain-clients/users";',
    "test/domain-services/users/own.ts",
    "belongs in packages/domain-clients",
  ],
  ['import x from "@triptych/web-bff";', "packages/cli/src/stack/web.ts", "belongs in packages/service-kit"],
  [
    'import x from "@triptych/domain-clients/users";',
    "apps/all-in-one/src/users.ts",
    "belongs in the client's BFF",
  ],
  ['import x from "jose";', "apps/all-in-one/src/token.ts", "belongs in the gateway"],
  ["export const x = process.env;", "apps/web-bff/src/settings.ts", "process.env"],
];

/** Code of the same kind where it is allowed. */
const RIGHT: readonly [source: string, path: string][] = [
  ['import { x } from "jose"; export { x };', "packages/gateway/src/credentials/token.ts"],
  ['import { x } from "undici"; export { x };', "packages/upstream-client/src/http.ts"],
  ['import { x } from "undici"; export { x };', "apps/web-bff/src/app.test.ts"],
  ['import { x } from "@triptych/web-bff"; export { x };', "apps/all-in-one/src/compose.ts"],
  ['import { x } from "@triptych/domain-clients/users"; export { x };', "apps/web-bff/src/screens/home.ts"],
  ['import { x } from "@triptych/bff"; export { x };', "apps/web-bff/src/app.ts"],
  ['import { x } from "@triptych/gateway"; export { x };', "apps/gateway/src/main.ts"],
  ['import { x } from "@triptych/testing"; export { x };', "packages/screen/src/a.test.ts"],
];

describe("the linter, in the editor", () => {
  let folder = "";
  const said = new Map<string, string[]>();
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "lint-"));
    copyFileSync(join(ROOT, ".oxlintrc.json"), join(folder, ".oxlintrc.json"));
    for (const [source, path] of [...SEEDS, ...RIGHT]) {
      mkdirSync(join(folder, dirname(path)), { recursive: true });
      writeFileSync(join(folder, path), `${source}\n`);
    }
    const oxlint = join(ROOT, "node_modules", ".bin", "oxlint");
    const { stdout } = spawnSync(oxlint, ["--format=json"], { cwd: folder, encoding: "utf8" });
    for (const finding of listAt(JSON.parse(stdout), "diagnostics")) {
      const path = textAt(finding, "filename");
      const help = Object(finding).help;
      said.set(path, [...(said.get(path) ?? []), `${textAt(finding, "message")} ${String(help)}`]);
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const [source, path, belongs] of SEEDS) {
    it(`says of ${source} in ${path}: ${belongs}`, () => {
      const lines = said.get(path) ?? [];
      assert.ok(
        lines.some((line) => line.includes(belongs)),
        lines.join("\n") || "nothing",
      );
    });
  }

  for (const [source, path] of RIGHT) {
    it(`has nothing to say of ${source} in ${path}`, () => assert.deepEqual(said.get(path), undefined));
  }
});
