import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { describe, it } from "node:test";
import { runOnStandIn } from "../testing/run-on-stand-in.ts";

const FOLDER = "packages/domain-clients";
const FILES = {
  "inventory.yaml": "openapi: 3.1.0\ninfo: { title: a, version: 1.0.0 }\npaths: {}\n",
  "swagger.json": '{"swagger":"2.0","paths":{}}',
  "later.yaml": "openapi: 4.0.0\n",
  "broken.json": "{",
  "broken.yaml": "a: [",
  "list.yaml": "- a\n",
  [`${FOLDER}/package.json`]: '{"scripts":{"generate":"echo this contract is not valid; exit 1"}}',
  [`${FOLDER}/src/users.ts`]: "",
  [`${FOLDER}/src/testing/index.ts`]: "",
  [`${FOLDER}/contracts/pricing.openapi.yaml`]: "",
};

describe("npm run new:upstream refuses in one line, and changes nothing,", () => {
  const file = ["--openapi", "inventory.yaml"];
  const refusals: readonly (readonly [why: string, args: readonly string[], code: number, says: RegExp])[] = [
    ["a missing name", file, 2, /<name> is missing \(see npx triptych new:upstream --help\)/],
    ["a missing document without a person to ask", ["inventory"], 2, /--openapi is missing/],
    ["a name in capitals", ["Inventory", ...file], 2, /a service's name is small letters .* got "Inventory"/],
    ["a name that every object has", ["to-string", ...file], 2, /cannot be "to-string"/],
    ["a name of the module's own", ["contract", ...file], 2, /cannot be called "contract"/],
    [
      "a document that is not there",
      ["a", "--openapi", "none.yaml"],
      2,
      /none\.yaml cannot be read \(ENOENT\)/,
    ],
    ["a folder", ["a", "--openapi", "packages"], 2, /packages cannot be read \(EISDIR\)/],
    [
      "an address without a host",
      ["a", "--openapi", "http://localhost:1/b.json?key=1"],
      2,
      /b\.json\?… cannot be read/,
    ],
    [
      "an overlay that is not there",
      ["a", ...file, "--overlay", "none.yaml"],
      2,
      /--overlay must name a file/,
    ],
    [
      "Swagger 2",
      ["a", "--openapi", "swagger.json"],
      1,
      /must say openapi: 3\.0\.x or 3\.1\.x, but says \{"swagger":"2\.0"\}/,
    ],
    ["another OpenAPI", ["a", "--openapi", "later.yaml"], 1, /but says "4\.0\.0": convert it first/],
    ["half a JSON", ["a", "--openapi", "broken.json"], 1, /broken\.json is neither JSON nor YAML/],
    ["half a YAML", ["a", "--openapi", "broken.yaml"], 1, /broken\.yaml is neither JSON nor YAML/],
    ["a list", ["a", "--openapi", "list.yaml"], 1, /list\.yaml must be an OpenAPI document/],
    ["a client that is there", ["users", ...file], 1, /src\/users\.ts is there already/],
    ["a folder that is there", ["testing", ...file], 1, /src\/testing is there already/],
    ["a contract that is there", ["pricing", ...file], 1, /pricing\.openapi\.yaml is there already/],
  ];
  for (const [why, args, code, says] of refusals) {
    it(why, async () => {
      const outcome = await runOnStandIn("new:upstream", FILES, args);
      assert.equal(outcome.code, code, outcome.complained);
      assert.match(outcome.complained, says);
      assert.match(outcome.complained, /^new:upstream: .*\n$/);
      assert.deepEqual([outcome.asked, outcome.files], ["", FILES]);
    });
  }

  it("a document that no code can be made from, and says why", async () => {
    const outcome = await runOnStandIn("new:upstream", FILES, ["inventory", ...file]);
    assert.equal(outcome.code, 1);
    assert.match(outcome.complained, /this contract is not valid/);
    assert.deepEqual([outcome.asked, outcome.files], ["", FILES]);
  });
});

describe("npm run new:upstream refuses a document of which nothing can be called, and says", () => {
  const made = (operations: object): string => {
    const text = `export const contract = ${JSON.stringify(operations)};`;
    return `mkdir -p src/generated && echo '${text}' > src/generated/inventory.ts`;
  };
  const odd = Object.fromEntries(
    ["a", "b", "c", "d", "e"].map((name) => [name, { method: "GET", leftOut: `${name} is odd` }]),
  );
  const documents: readonly (readonly [why: string, operations: object, says: RegExp])[] = [
    ["that it has no operation", {}, /no operation under paths: .*webhooks/],
    ["why each was left out", odd, /a: a is odd; b: b is odd; c: c is odd; and 2 more: give it one/],
  ];
  for (const [why, operations, says] of documents) {
    it(why, async () => {
      const manifest = JSON.stringify({ type: "module", scripts: { generate: made(operations) } });
      const files = { ...FILES, [`${FOLDER}/package.json`]: manifest };
      const {
        code,
        complained,
        files: after,
      } = await runOnStandIn("new:upstream", files, ["inventory", "--openapi", "inventory.yaml"]);
      assert.equal(code, 1, complained);
      assert.match(complained, says);
      assert.deepEqual(after, files);
    });
  }
});

describe("npm run new:upstream asks a person", () => {
  it("for what is missing, and again for what will not do", async () => {
    const answers = ["Stock", "stock", "nowhere.yaml", "inventory.yaml"];
    const { asked, complained } = await runOnStandIn("new:upstream", FILES, [], answers);
    assert.match(asked, /^What is the service called: a service's name is small letters/);
    assert.match(asked, /Where is its OpenAPI document: .*nowhere\.yaml cannot be read/);
    assert.match(complained, /this contract is not valid/, "which is what came of the last answers");
  });
});

describe("npm run new:upstream reads a document from an address", () => {
  const cases: readonly (readonly [what: string, status: number, body: string, says: RegExp])[] = [
    ["and generates from it", 200, FILES["inventory.yaml"], /this contract is not valid/],
    ["unless it is not there", 404, "", /api\.yaml answers 404/],
    ["unless it is no document", 200, "<html>", /api\.yaml must be an OpenAPI document/],
    ["unless it is too long", 200, "a".repeat(2 ** 26 + 1), /api\.yaml is longer than 67108864 bytes/],
  ];
  for (const [what, status, body, says] of cases) {
    it(what, async (t) => {
      const server = createServer(({ url }, response) => {
        if (url === "/api.yaml") response.writeHead(status).end(body);
        else response.writeHead(302, { Location: "/api.yaml" }).end();
      }).listen(0, "127.0.0.1");
      t.after(() => server.close());
      await once(server, "listening");
      const address = `http://127.0.0.1:${Object(server.address()).port}/latest/api.yaml`;
      const { complained, files } = await runOnStandIn("new:upstream", FILES, [
        "inventory",
        "--openapi",
        address,
      ]);
      assert.match(complained, says);
      assert.deepEqual(files, FILES);
    });
  }
});

it("npm run new:upstream does not say made where the compiler refuses what was made", async () => {
  const operation = { name: "list", method: "GET", path: "/items" };
  const module = `export const contract = ${JSON.stringify({ list: operation })};`;
  const scripts = {
    generate: `mkdir -p src/generated && echo '${module}' > src/generated/inventory.ts`,
    typecheck: "echo TS2322; exit 1",
  };
  const files = {
    ...FILES,
    [`${FOLDER}/package.json`]: JSON.stringify(
      {
        type: "module",
        exports: { "./users": "./src/users.ts", "./testing": "./src/testing/index.ts" },
        scripts,
      },
      undefined,
      2,
    ),
    [`${FOLDER}/README.md`]: "| `/users` | a |\n",
    [`${FOLDER}/catalog-info.yaml`]: "",
  };
  const args = ["inventory", "--openapi", "inventory.yaml"];
  const { code, complained, files: after } = await runOnStandIn("new:upstream", files, args);
  assert.deepEqual([code, after], [1, files], complained);
  assert.match(complained, /TS2322/);
});
