import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { findViolations } from "./architecture/check.ts";
import { RULES } from "./architecture/rules.ts";
import { readTree } from "./architecture/tree.ts";
import type { Tree, Workspace } from "./architecture/tree.ts";
import { ROOT } from "./repository/tree.ts";

const tree = readTree(ROOT);

/** A repository of one file, and what its package.json declares. */
function seeded(path: string, source: string, declared: Partial<Workspace> = {}): Tree {
  const folder = path.split("/", path.startsWith("test/") ? 1 : 2).join("/");
  const name = `@triptych/${folder === "apps/gateway" ? "gateway-app" : folder.split("/").at(-1)}`;
  return {
    workspaces: [{ name, folder, dependencies: [], devDependencies: [], ...declared }],
    files: new Map([[path, source]]),
  };
}

/** What is said of one file. Code without a space is the name of a module that the file imports. */
function violations(path: string, code: string): string[] {
  if (/\s/.test(code)) return findViolations(seeded(path, code), RULES);
  const declared = [code.split("/", code.startsWith("@") ? 2 : 1).join("/")];
  const kind = path.endsWith(".test.ts") ? { devDependencies: declared } : { dependencies: declared };
  return findViolations(seeded(path, `import x from "${code}"; export { x };`, kind), RULES);
}

/**
 * For each rule, code that breaks it. Imported packages are declared, so that only a rule can
 * object.
 */
const SEEDS: readonly (readonly [rule: string, path: string, ...code: string[]])[] = [
  ["the upstream client knows nothing of ours", "packages/upstream-client/src/a.ts", "@triptych/screen"],
  ["the upstream client knows nothing of ours", "packages/upstream-client/src/a.test.ts", "@triptych/bff"],
  [
    "the upstream client uses HTTP, OAuth, cache and telemetry libraries",
    "packages/upstream-client/src/a.ts",
    "express",
  ],
  ["every command to Redis has a deadline", "packages/gateway/src/policies/a.ts", "@redis/client", "ioredis"],
  ["domain clients import the upstream client only", "packages/domain-clients/src/a.ts", "@triptych/screen"],
  [
    "a screen knows the upstream client's outcomes, and no domain",
    "packages/screen/src/a.ts",
    "@triptych/domain-clients/orders",
    "@triptych/service-kit",
  ],
  ["identity and service-kit import nothing of ours", "packages/identity/src/a.ts", "@triptych/service-kit"],
  ["identity and service-kit import nothing of ours", "packages/service-kit/src/a.ts", "@triptych/screen"],
  [
    "the generator knows the readers of what it generates, and no domain",
    "packages/contract-codegen/src/a.ts",
    "@triptych/domain-clients/users",
  ],
  [
    "the chassis knows screens, and no client",
    "packages/bff/src/a.ts",
    "@triptych/domain-clients/users",
    "@triptych/gateway",
    "@triptych/web-bff",
  ],
  [
    "an app imports packages, never another app or the tests",
    "apps/web-bff/src/a.ts",
    "@triptych/mobile-bff",
    "@triptych/test",
    "@triptych/all-in-one",
  ],
  [
    "a BFF holds no policy",
    "apps/web-bff/src/a.ts",
    "@triptych/gateway",
    "export const x = (req) => req.headers.authorization;",
    'export const x = (req) => req.get("Authorization");',
    "export const x = (req) => req.headers[`authorization`];",
    'export const x = (req) => req.get("Author" + "ization");',
    'export const x = (req) => req.headers["x-api-key"];',
    'export const x = (req) => singleHeader(req.rawHeaders, "x-api-key");',
    "export const x = (req) => { const { cookie } = req.headers; return cookie; };",
    "export const x = (res) => res.status(429);",
    "export const x = (res) => { res.statusCode = 429; };",
    'export const x = (res) => res.setHeader("X-RateLimit-Remaining", "1");',
    "export const x = createTxnMinter({});",
    'import { createHmac } from "node:crypto"; export const x = (key) => createHmac("sha256", key);',
    "export const x = (a, b) => crypto.subtle.verify(a, b);",
  ],
  [
    "a BFF uses the libraries on its list",
    "apps/web-bff/src/a.ts",
    "express-rate-limit",
    "jose",
    "passport-jwt",
  ],
  [
    "a BFF uses the libraries on its list",
    "apps/kiosk-bff/src/a.ts",
    "@apollo/server",
    "left-pad",
    "node:child_process",
    "node:dns",
  ],
  ["partner-bff uses the libraries on its list", "apps/partner-bff/src/a.ts", "jose", "needle"],
  [
    "a BFF reaches services through its upstreams",
    "apps/mobile-bff/src/a.ts",
    "undici",
    "axios",
    "pg",
    "@grpc/grpc-js",
    "node:http",
    "node:https",
    "node:sqlite",
    "node:child_process",
    "export const x = fetch(url);",
    'import { createRequire } from "node:module"; export const x = createRequire(import.meta.url)("undici");',
    'export const x = process["getBuiltin" + "Module"]("net");',
    'export const x = eval("fetch" );',
    'import { Upstream } from "@triptych/upstream-client"; export const x = new Upstream({});',
    'import { Upstream as U } from "@triptych/upstream-client"; export { U };',
    'import * as client from "@triptych/upstream-client"; export const x = new client.Upstream({});',
    'import * as client from "@triptych/upstream-client"; export const x = Reflect.construct(client.Upstream, [{}]);',
    'const { Upstream: U } = await import("@triptych/upstream-client"); export const x = new U({});',
    'export { Upstream } from "@triptych/upstream-client";',
    'export * from "@triptych/upstream-client";',
  ],
  ["a BFF reaches services through its upstreams", "apps/web-bff/src/net.js", "undici"],
  [
    "a screen declares, it does not transport",
    "apps/web-bff/src/screens/deep/a.ts",
    "undici",
    "needle",
    "express",
    "https",
    "node:http",
    "node:child_process",
    "node:fs/promises",
    "@triptych/identity",
    "export const x = fetch(url);",
    "export const x = new WebSocket(url);",
    "export const x = globalThis.fetch;",
    'export const x = globalThis["fetch"];',
    "export const x = globalThis[`fetch`];",
    'export const x = globalThis["fe" + "tch"];',
    "export const { fetch: x } = globalThis;",
    'export const x = Reflect.get(globalThis, "fetch");',
    'export const x = eval("fetch" );',
    'export const x = new Function("return fetch")();',
    'export const x = process.binding("tcp_wrap");',
    'export const x = process.getBuiltinModule("http");',
  ],
  [
    "the gateway shapes nothing",
    "apps/gateway/src/a.ts",
    "react-dom",
    "mustache",
    "@apollo/server",
    "@triptych/screen",
    "@triptych/bff",
    "@triptych/domain-clients/users",
    "@triptych/upstream-client",
  ],
  ["the gateway shapes nothing", "packages/gateway/src/a.ts", "graphql", "@triptych/screen"],
  [
    "the gateway calls one service for one answer",
    "packages/gateway/src/policies/a.ts",
    "undici",
    "node:https",
    "export const x = await fetch(url);",
    "export const x = async (answer) => await answer.json();",
    "export const x = async (answer) => { const { json } = answer.body; return json.call(answer.body); };",
    "export const x = async ({ body }) => { const { text: read } = body; return read; };",
    'import { connect } from "node:net"; export const x = connect;',
    'import net from "node:net"; export const x = (options) => net.connect(options);',
    'import { sendRequest } from "../forward/send-request.ts"; export { sendRequest };',
  ],
  [
    "the gateway calls one service for one answer",
    "packages/gateway/src/forward/forward.ts",
    "undici",
    "export const x = async (a, b) => ({ ...(await a.body.json()), ...(await b.body.json()) });",
  ],
  [
    "the gateway builds no page",
    "packages/gateway/src/policies/a.ts",
    "export const x = (name) => `<p>Hello ${name}</p>`;",
    'export const x = "<!doctype html>";',
    "export const x = '<br/>';",
    'export const x = (source) => `<img src="${source}">`;',
    'export const x = "<!-- page -->";',
  ],
  ["the gateway builds no page", "apps/gateway/src/a.ts", "export const x = `<li>`;"],
  [
    "what ships imports nothing that only tests use",
    "apps/web-bff/src/a.ts",
    'import { x } from "./testing/start-app.ts"; export { x };',
    'import { x } from "../client/generated/answers.js"; export { x };',
    'export * from "./fixtures/a.ts";',
    'import { x } from "./app.test.ts"; export { x };',
    "@triptych/domain-clients/testing",
    "@triptych/mobile-bff/client",
  ],
  [
    "what ships imports nothing that only tests use",
    "packages/gateway/src/a.ts",
    'import { x } from "./testing/issuer.ts"; export { x };',
  ],
  [
    "a domain service knows nothing of ours but the tests' switches",
    "test/domain-services/users/a.ts",
    "@triptych/service-kit",
  ],
  [
    "the composition puts whole apps together, and adds nothing",
    "apps/all-in-one/src/a.ts",
    "@triptych/domain-clients/users",
    "@triptych/screen",
    "jose",
    "express",
  ],
  ["tools do not ship", "apps/web-bff/src/a.ts", "@triptych/cli", "@triptych/contract-guard"],
  ["tools do not ship", "apps/all-in-one/src/a.ts", "@triptych/console"],
  ["tools do not ship", "packages/bff/src/a.ts", "@triptych/testing", "@triptych/console"],
  [
    "the platform knows nothing of the sample shop",
    "packages/screen/src/a.test.ts",
    "@triptych/domain-clients/users",
    "@triptych/web-bff",
    "@triptych/test",
  ],
  [
    "the platform knows nothing of the sample shop",
    "packages/gateway/src/a.test.ts",
    "@triptych/gateway-app",
  ],
  ["the platform knows nothing of the sample shop", "packages/testing/src/a.ts", "@triptych/all-in-one"],
  [
    "tools start programs, they do not import them",
    "packages/cli/src/a.ts",
    "@triptych/web-bff",
    "@triptych/gateway",
    "@triptych/all-in-one",
  ],
];

describe("the architecture", () => {
  it("holds in the tree as it is", () => {
    assert.ok(tree.files.size > 100, "the tree was found");
    assert.deepEqual(findViolations(tree, RULES), []);
  });

  for (const [rule, path, ...codes] of SEEDS) {
    for (const code of codes) {
      it(`finds ${code} in ${path}: ${rule}`, () => {
        const found = violations(path, code);
        assert.ok(
          found.some((line) => line.startsWith(`${path}: it `) && line.includes(`. Rule: ${rule}.`)),
          found.join("\n"),
        );
      });
    }
  }

  it("has a seed for each rule about code", () => {
    const seen = new Set(SEEDS.map(([rule]) => rule));
    const others = RULES.filter((rule) => !rule.noFile && !rule.noEnvironment).map((rule) => rule.name);
    assert.deepEqual([...seen].toSorted(), others.toSorted());
  });

  const forbidden = [
    "apps/reverse-proxy/lua/a.lua",
    "apps/gateway/src/screens/a.ts",
    "packages/gateway/src/views/a.ts",
  ];
  for (const path of forbidden) {
    it(`finds that there is ${path}`, () => {
      const [violation = ""] = findViolations(seeded(path, ""), RULES);
      assert.match(violation, new RegExp(`^${path}: there may be no such file\\. .* belongs? in the`));
    });
  }

  const TYPES_OF_UNDICI =
    'import type { Dispatcher } from "node:http"; export const x = (y: Dispatcher) => y;';
  const ALLOWED: readonly (readonly [what: string, path: string, code: string])[] = [
    ["the composition import the apps", "apps/all-in-one/src/a.ts", "@triptych/web-bff"],
    [
      "a page's script fetch from the browser",
      "apps/web-bff/src/shop/page/shop.js",
      "export const x = fetch(url);",
    ],
    [
      "a page mention authorization in prose",
      "apps/web-bff/src/views/a.ts",
      'export const x = html`<p role="status">Authorization: ${scope.stale}</p>`; // cookie, 429',
    ],
    [
      "a BFF know the types of a request",
      "apps/web-bff/src/a.ts",
      'import type { ServerResponse } from "node:http"; export const x = (res: ServerResponse) => res;',
    ],
    [
      "a business have roles, permissions, cookies and 429 pieces",
      "apps/web-bff/src/screens/a.ts",
      'export const x = ({ role, permissions, cookies, scopes }) => ({ role, permissions, cookies, scopes, code: "rate-limited", pieces: 429 });',
    ],
    ["the gateway know the types of a connection", "packages/gateway/src/a.ts", TYPES_OF_UNDICI],
    ["a test of the platform use the tools", "packages/screen/src/a.test.ts", "@triptych/testing"],
  ];
  for (const [what, path, code] of ALLOWED) {
    it(`lets ${what}`, () => assert.deepEqual(violations(path, code), []));
  }

  const environmentReads: readonly (readonly [name: string, source: string])[] = [
    ["a member", "export const x = process.env.PORT;"],
    ["a computed member", 'export const x = process["env"];'],
    ["a member of the global", "export const x = globalThis.process.env;"],
    ["a process taken apart", "const { env } = process; export { env };"],
    ["a process by another name", "const p = process; export const x = p.env;"],
    ["an import of the module", 'import { env } from "node:process"; export { env };'],
    ["a member behind a cast", "export const x = (process as Host).env;"],
    ["a member behind a non-null assertion", "export const x = process!.env;"],
    ["a member put together", 'export const x = process["e" + "nv"];'],
    ["the global taken apart", "const { process: p } = globalThis; export const x = p.env;"],
    ["a process by reflection", 'export const x = Reflect.get(process, "env");'],
    ["an import of the module without its prefix", 'import p from "process"; export const x = p.env;'],
  ];
  for (const [name, source] of environmentReads) {
    it(`finds the environment read outside of main.ts: ${name}`, () => {
      for (const folder of ["apps/web-bff", "apps/all-in-one", "packages/screen", "packages/cli"]) {
        const found = findViolations(seeded(`${folder}/src/deep/a.ts`, source), RULES);
        assert.ok(
          found.some((line) => line.includes("it reads process.env")),
          folder,
        );
      }
      assert.deepEqual(findViolations(seeded("apps/web-bff/src/main.ts", source), RULES), []);
    });
  }

  it("holds a screen's rule against whatever the screen reaches", () => {
    const files = new Map([
      ["apps/web-bff/src/screens/a.ts", 'export { b } from "../shared/b.ts";'],
      ["apps/web-bff/src/shared/b.ts", 'export { c as b } from "../deep/c.ts";'],
      ["apps/web-bff/src/deep/c.ts", "export const c = (url) => globalThis.open(url);"],
      ["apps/web-bff/src/other.ts", "export const d = (url) => globalThis.open(url);"],
    ]);
    const found = findViolations({ ...seeded("apps/web-bff/src/screens/a.ts", ""), files }, RULES);
    assert.equal(found.length, 1, found.join("\n"));
    assert.match(
      found[0] ?? "",
      /^apps\/web-bff\/src\/deep\/c\.ts: it says globalThis \(apps\/web-bff\/src\/screens\/a\.ts reaches this file\)/,
    );
  });

  it("lets a screen name the types of what it may not run", () => {
    const files = new Map([
      ["apps/web-bff/src/screens/a.ts", 'import type { B } from "../b.ts"; export const a = (b: B) => b;'],
      ["apps/web-bff/src/b.ts", "export type B = { c: typeof globalThis };"],
    ]);
    assert.deepEqual(findViolations({ ...seeded("apps/web-bff/src/screens/a.ts", ""), files }, RULES), []);
  });

  it("says with each violation where the code belongs, and why", () => {
    const places =
      /\bbelongs? (?:in|to) (?:(?:the|an?|its|their) )*(?:client's )?(?:BFF|gateway|app|packages\/|main\.ts)/;
    for (const { name, reason } of RULES) assert.match(reason, places, name);
  });
});

describe("imports and manifests", () => {
  const TYPEBOX = 'import x from "typebox/value";';

  it("finds a relative import of another workspace", () => {
    const source = 'export * from "../../../packages/screen/src/index.ts";';
    assert.match(violations("apps/web-bff/src/a.ts", source).join(), /outside of @triptych\/web-bff/);
  });

  it("finds a package that the manifest does not declare", () => {
    assert.match(violations("packages/screen/src/a.ts", TYPEBOX).join(), /imports typebox/);
    assert.deepEqual(violations("packages/screen/src/a.ts", "typebox/value"), []);
  });

  it("finds a package that only tests may use", () => {
    const inFile = (path: string, source: string): string[] =>
      findViolations(seeded(path, source, { devDependencies: ["typebox"] }), RULES);
    assert.equal(inFile("packages/screen/src/a.ts", TYPEBOX).length, 1);
    assert.deepEqual(inFile("packages/screen/src/a.ts", 'import type { X } from "typebox/value";'), []);
    assert.deepEqual(inFile("packages/screen/src/a.test.ts", TYPEBOX), []);
  });

  it("finds a dependency that no file may import, although none does", () => {
    const tree = seeded("apps/web-bff/src/a.ts", "", { dependencies: ["express-rate-limit"] });
    const [violation = ""] = findViolations(tree, RULES);
    assert.match(violation, /^apps\/web-bff\/package\.json: it depends on express-rate-limit/);
  });

  it("finds an import of its own workspace by name, which hides where it leads", () => {
    for (const name of ["@triptych/web-bff", "#screens"]) {
      assert.match(violations("apps/web-bff/src/a.ts", `export * from "${name}"; `).join(), /by its path/);
    }
  });

  it("finds an import whose name is computed", () => {
    assert.match(violations("apps/web-bff/src/a.ts", "await import(name);").join(), /computed name/);
  });
});
