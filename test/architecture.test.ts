import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { findViolations } from "./architecture/check.ts";
import { RULES } from "./architecture/rules.ts";
import { SEEDS } from "./architecture/seeds.ts";
import { readTree } from "./architecture/tree.ts";
import type { Tree } from "./architecture/tree.ts";

const tree = readTree(join(import.meta.dirname, ".."));

/** A repository of one file, whose workspace declares whatever it likes. */
function seeded(path: string, source: string, dependencies: readonly string[] = []): Tree {
  const folder = path.split("/", path.startsWith("test/") ? 1 : 2).join("/");
  const name = `@triptych/${folder.split("/").at(-1)}`;
  return {
    workspaces: [{ name, folder, dependencies, devDependencies: [] }],
    files: new Map([[path, source]]),
  };
}

describe("the architecture", () => {
  it("holds in the tree as it is", () => {
    assert.ok(tree.files.size > 100, "the tree was found");
    assert.deepEqual(findViolations(tree, RULES), []);
  });

  for (const [rule, path, specifier] of SEEDS) {
    it(`finds ${specifier} in ${path}: ${rule}`, () => {
      const violations = findViolations(
        seeded(path, `import x from "${specifier}";`, [packageOf(specifier)]),
        RULES,
      );
      assert.ok(
        violations.some((line) => line.startsWith(`${path}: it imports ${specifier}. Rule: ${rule}.`)),
        violations.join("\n"),
      );
    });
  }

  it("finds code in the reverse proxy", () => {
    const [violation = ""] = findViolations(seeded("apps/reverse-proxy/lua/auth.lua", "core.log()"), RULES);
    assert.match(violation, /^apps\/reverse-proxy\/lua\/auth\.lua: there may be no such file/);
  });

  it("finds screens in the gateway", () => {
    const [violation = ""] = findViolations(seeded("apps/gateway/src/screens/home.ts", ""), RULES);
    assert.match(violation, /there may be no such file\..* belong in the client's BFF/);
  });

  /** For each rule about words, code that breaks it without any import. */
  const WORDS: readonly (readonly [rule: string, path: string, source: string])[] = [
    [
      "a BFF holds no policy",
      "apps/web-bff/src/a.ts",
      "export const x = (req) => req.headers.authorization;",
    ],
    ["a BFF holds no policy", "apps/web-bff/src/a.ts", 'export const x = (req) => req.get("Authorization");'],
    ["a BFF holds no policy", "apps/web-bff/src/a.ts", "export const x = ({ cookie }) => cookie;"],
    [
      "a BFF holds no policy",
      "apps/mobile-bff/src/a.ts",
      'export const x = (req) => req.headers["x-api-key"];',
    ],
    ["a BFF holds no policy", "apps/mobile-bff/src/screens/a.ts", "export const x = (user) => user.roles;"],
    ["a BFF holds no policy", "apps/mobile-bff/src/a.ts", 'export const x = requireRole("clerk");'],
    ["a BFF holds no policy", "apps/partner-bff/src/a.ts", "export const x = (identity) => identity.scope;"],
    ["a BFF holds no policy", "apps/partner-bff/src/a.ts", "export const x = (user) => user.isAdmin;"],
    ["a BFF holds no policy", "apps/partner-bff/src/a.ts", "export const x = (res) => res.status(429);"],
    ["a BFF holds no policy", "apps/partner-bff/src/a.ts", "export function rateLimit() {}"],
    ["a BFF holds no policy", "apps/web-bff/src/a.ts", 'export const x = { code: "rate-limited" };'],
    ["a BFF holds no policy", "apps/web-bff/src/a.ts", "export const x = createTxnMinter({});"],
    ["a BFF reaches services through its upstreams", "apps/web-bff/src/a.ts", "export const x = fetch(url);"],
    [
      "a screen declares, it does not transport",
      "apps/web-bff/src/screens/a.ts",
      "export const x = fetch(url);",
    ],
    [
      "a screen declares, it does not transport",
      "apps/web-bff/src/screens/a.ts",
      "export const x = globalThis.fetch;",
    ],
    [
      "a screen declares, it does not transport",
      "apps/web-bff/src/screens/a.ts",
      'export const x = globalThis["fetch"];',
    ],
    [
      "a screen declares, it does not transport",
      "apps/web-bff/src/screens/a.ts",
      "export const x = new WebSocket(url);",
    ],
    [
      "a screen declares, it does not transport",
      "apps/web-bff/src/screens/a.ts",
      'export const x = process.getBuiltinModule("http");',
    ],
    ...[
      "export const x = globalThis[`fetch`];",
      'export const x = globalThis["fe" + "tch"];',
      "export const { fetch: x } = globalThis;",
      'export const x = Reflect.get(globalThis, "fetch");',
      'export const x = eval("fetch");',
      'export const x = new Function("return fetch")();',
      'export const x = process.binding("tcp_wrap");',
    ].map(
      (source) =>
        ["a screen declares, it does not transport", "apps/web-bff/src/screens/a.ts", source] as const,
    ),
    ...[
      'import { createRequire } from "node:module"; export const x = createRequire(import.meta.url)("undici");',
      'export const x = process["getBuiltin" + "Module"]("net");',
      'export const x = eval("fetch");',
    ].map(
      (source) => ["a BFF reaches services through its upstreams", "apps/web-bff/src/a.ts", source] as const,
    ),
    ...[
      "export const x = (req) => req.headers[`authorization`];",
      'export const x = (req) => req.get("Author" + "ization");',
      'import { createHmac } from "node:crypto"; export const x = (key) => createHmac("sha256", key);',
      "export const x = (a, b) => crypto.subtle.verify(a, b);",
      'export const x = (res) => res.setHeader("X-RateLimit-Remaining", "1");',
    ].map((source) => ["a BFF holds no policy", "apps/web-bff/src/a.ts", source] as const),
  ];
  for (const [rule, path, source] of WORDS) {
    it(`finds ${source} in ${path}: ${rule}`, () => {
      const violations = findViolations(seeded(path, source), RULES);
      assert.ok(
        violations.some((line) => line.startsWith(`${path}: it says `) && line.includes(`Rule: ${rule}.`)),
        violations.join("\n"),
      );
    });
  }

  it("lets a composition import the apps, and nobody else", () => {
    const source = 'import x from "@triptych/web-bff"; export { x };';
    const inside = (path: string): string[] =>
      findViolations(seeded(path, source, ["@triptych/web-bff"]), RULES);
    assert.deepEqual(inside("apps/all-in-one/src/a.ts"), []);
    for (const path of ["apps/gateway/src/a.ts", "packages/screen/src/a.ts", "packages/cli/src/stack/a.ts"]) {
      assert.notDeepEqual(inside(path), [], path);
    }
  });

  it("lets a page's script ask from the browser", () => {
    const source = "export const x = fetch(url);";
    assert.deepEqual(findViolations(seeded("apps/web-bff/src/shop/page/shop.js", source), RULES), []);
  });

  it("takes no prose for policy", () => {
    const source =
      'export const x = html`<p role="status">Authorization: ${scope.stale}</p>`; // cookie, 429';
    assert.deepEqual(findViolations(seeded("apps/web-bff/src/views/a.ts", source), RULES), []);
  });

  it("lets a BFF know the types of a request", () => {
    const source =
      'import type { ServerResponse } from "node:http"; export const x = (res: ServerResponse) => res;';
    assert.deepEqual(findViolations(seeded("apps/web-bff/src/a.ts", source), RULES), []);
  });

  const environmentReads: [name: string, source: string][] = [
    ["a member", "export const x = process.env.PORT;"],
    ["a computed member", 'export const x = process["env"];'],
    ["a member of the global", "export const x = globalThis.process.env;"],
    ["a process taken apart", "const { env } = process; export { env };"],
    ["a process by another name", "const p = process; export const x = p.env;"],
    ["an import of the module", 'import { env } from "node:process"; export { env };'],
    ["a member behind a cast", "export const x = (process as Host).env;"],
    ["a member of what is there for sure", "export const x = process!.env;"],
    ["a member put together", 'export const x = process["e" + "nv"];'],
    ["the global taken apart", "const { process: p } = globalThis; export const x = p.env;"],
    ["a process by reflection", 'export const x = Reflect.get(process, "env");'],
    ["an import of the module without its prefix", 'import p from "process"; export const x = p.env;'],
  ];
  for (const [name, source] of environmentReads) {
    it(`finds the environment read outside of main.ts: ${name}`, () => {
      for (const path of [
        "apps/web-bff/src/app.ts",
        "apps/all-in-one/src/a.ts",
        "packages/screen/src/a.ts",
        "packages/cli/src/stack/a.ts",
      ]) {
        const violations = findViolations(seeded(path, source), RULES);
        assert.ok(
          violations.some((line) => line.includes("it reads process.env")),
          path,
        );
      }
      assert.deepEqual(findViolations(seeded("apps/web-bff/src/main.ts", source), RULES), []);
    });
  }

  it("has a seed for each rule", () => {
    const seen = new Set(SEEDS.map(([rule]) => rule));
    const others = RULES.filter((rule) => !rule.noFile && !rule.noEnvironment).map((rule) => rule.name);
    assert.deepEqual([...seen].toSorted(), others.toSorted());
  });

  it("says with each violation where the code belongs, and why", () => {
    const places =
      /\bbelongs? (?:in|to) (?:(?:the|an?|its|their) )*(?:client's )?(?:BFF|gateway|app|packages\/|main\.ts)/;
    for (const { name, reason } of RULES) assert.match(reason, places, name);
  });
});

describe("imports and manifests", () => {
  it("finds a relative import of another workspace", () => {
    const source = 'export * from "../../../packages/screen/src/index.ts";';
    const [violation = ""] = findViolations(seeded("apps/web-bff/src/a.ts", source), RULES);
    assert.match(violation, /outside of @triptych\/web-bff/);
  });

  it("finds a package that the manifest does not declare, and one that only tests may use", () => {
    const source = 'import x from "typebox/value";';
    assert.match(
      findViolations(seeded("packages/screen/src/a.ts", source), RULES)[0] ?? "",
      /imports typebox/,
    );
    assert.deepEqual(findViolations(seeded("packages/screen/src/a.ts", source, ["typebox"]), RULES), []);
    const forTests: Tree = {
      ...seeded("packages/screen/src/a.ts", source),
      workspaces: [
        {
          name: "@triptych/screen",
          folder: "packages/screen",
          dependencies: [],
          devDependencies: ["typebox"],
        },
      ],
    };
    assert.equal(findViolations(forTests, RULES).length, 1);
    const typed = new Map([["packages/screen/src/a.ts", 'import type { X } from "typebox/value";']]);
    assert.deepEqual(findViolations({ ...forTests, files: typed }, RULES), []);
    assert.deepEqual(
      findViolations({ ...forTests, files: new Map([["packages/screen/src/a.test.ts", source]]) }, RULES),
      [],
    );
  });

  it("finds a dependency that no file may import, although none does", () => {
    const violations = findViolations(seeded("apps/web-bff/src/a.ts", "", ["express-rate-limit"]), RULES);
    assert.match(violations[0] ?? "", /^apps\/web-bff\/package\.json: it depends on express-rate-limit/);
  });

  it("finds an import whose name is computed", () => {
    const [violation = ""] = findViolations(seeded("apps/web-bff/src/a.ts", "await import(name);"), RULES);
    assert.match(violation, /computed name/);
  });
});

function packageOf(specifier: string): string {
  return specifier.split("/", specifier.startsWith("@") ? 2 : 1).join("/");
}
