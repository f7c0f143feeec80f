import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { run as command } from "./main.ts";
import type { Outcome } from "./main.ts";
import type { JsonObject } from "./json.ts";
import { edited, SAMPLE } from "./testing/sample-contract.ts";
import type { Edit } from "./testing/sample-contract.ts";

const MAIN = join(import.meta.dirname, "main.ts");
const HOME = "/paths/~1shop~1home/get/responses/200/content/application~1json/schema";
const NAME = `${HOME}/properties/profile/properties/name`;

let app = "";
beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), "guarded-"));
  app = join(folder, "shop-bff");
  mkdirSync(join(app, "contracts"), { recursive: true });
});
afterEach(() => rmSync(join(app, ".."), { recursive: true }));

const run = async (...args: readonly string[]): Promise<Outcome> => command(args, app);

/** Keeps the contract of now as that version's, after it was given that version. */
async function release(version: string): Promise<Outcome> {
  const file = join(app, "contracts", "openapi.json");
  const contract: JsonObject = JSON.parse(readFileSync(file, "utf8"));
  writeFileSync(file, JSON.stringify(edited(contract, [["/info/version", version]])));
  return run("--release", version);
}

function publish(...edits: readonly Edit[]): void {
  writeFileSync(join(app, "contracts", "openapi.json"), JSON.stringify(edited(SAMPLE, edits)));
}

/** An app that says which versions it answers, and what each of them gets: `older` before 2.0.0. */
function publishVersions(older: readonly Edit[], newer: readonly Edit[]): void {
  const info: Edit = ["/info/x-oldest-version", "1.0.0"];
  publish(info, ...newer);
  const [before, since] = [older, newer].map((edits) => JSON.stringify(edited(SAMPLE, [info, ...edits])));
  writeFileSync(join(app, "package.json"), JSON.stringify({ scripts: { contract: "node print.mjs" } }));
  writeFileSync(
    join(app, "print.mjs"),
    `process.stdout.write(process.argv[3].startsWith("1.") ? ${JSON.stringify(before)} : ${JSON.stringify(since)});`,
  );
}

describe("the guard of an app's contract", () => {
  it("says that nothing was released yet, and how to release it", async () => {
    publish(["/info/version", "1.2.0"]);
    const { status, stdout } = await run();
    assert.equal(status, 0);
    assert.match(
      stdout,
      /shop-bff: no client was released yet \(npm run contracts -- --release shop-bff 1\.2\.0\)/,
    );
  });

  it("keeps the contract of a release, and does not overwrite it", async () => {
    publish();
    assert.equal((await release("1.0.0")).status, 0);
    const kept = readFileSync(join(app, "contracts/released/1.0.0.json"), "utf8");
    assert.deepEqual(JSON.parse(kept), SAMPLE);
    publish([NAME]);
    const again = await release("1.0.0");
    assert.equal(again.status, 2);
    assert.match(again.stderr, /exists already: what a client was promised stays as it was/);
    assert.equal(readFileSync(join(app, "contracts/released/1.0.0.json"), "utf8"), kept);
  });

  it("compares clients that send no version with what they get: the newest shapes", async () => {
    publish();
    assert.equal((await release("1.0.0")).status, 0);
    const released = join(app, "contracts/released/1.0.0.json");
    const text = readFileSync(released, "utf8");
    writeFileSync(released, text.replaceAll("X-App-Version", "X-Other"));
    publishVersions([], [[NAME]]);
    const { status, stdout } = await run();
    assert.equal(status, 1, stdout);
    assert.match(stdout, /Breaks 1\.0\.0/);
    writeFileSync(released, text);
    assert.equal((await run()).status, 0, "a client that sends its version gets the older shape");
  });

  it("refuses to release a version that is not the contract's, or older than a released one", async () => {
    publish();
    for (const version of ["0.9.0", "1.1.0"]) {
      const { status, stderr } = await run("--release", version);
      assert.deepEqual([status, existsSync(join(app, "contracts/released"))], [2, false]);
      const message = `: ${version} is not 1.0.0, the contract's own version: release that, or make ${version} the newest first (versions.newest in src/app.ts`;
      assert.ok(stderr.includes(message), stderr);
    }
    assert.equal((await release("1.10.0")).status, 0);
    const { status, stderr } = await release("1.9.0");
    assert.equal(status, 2);
    assert.match(stderr, /1\.9\.0 is older than 1\.10\.0, which is released: take a newer version/);
    assert.ok(!existsSync(join(app, "contracts/released/1.9.0.json")));
  });

  it("passes a change that every release understands", async () => {
    publish();
    await release("1.0.0");
    publish([`${HOME}/properties/news`, { type: "string" }]);
    const { status, stdout } = await run();
    assert.equal(status, 0);
    assert.match(stdout, /shop-bff: keeps what it promised to 1\.0\.0/);
  });

  it("fails for a break, and says for whom, where, and what to do", async () => {
    publish();
    await release("1.0.0");
    await release("1.1.0");
    publish([`${NAME}/type`, "integer"]);
    const { status, stdout } = await run();
    assert.equal(status, 1);
    assert.match(stdout, /shop-bff: would break 1\.0\.0, 1\.1\.0 of 1\.0\.0, 1\.1\.0/);
    assert.match(
      stdout,
      /GET \/shop\/home\n.*profile\.name \(\/profile\/name\): was string, is now integer\. Breaks 1\.0\.0, 1\.1\.0\./,
    );
    assert.match(stdout, /add the new one beside it under another name/);
  });

  it("suggests a dated change where clients say their version", async () => {
    publishVersions([], []);
    await release("1.0.0");
    await release("2.0.0");
    publishVersions([], [[`${NAME}/type`, "integer"]]);
    const { status, stdout } = await run();
    assert.equal(status, 1);
    assert.match(stdout, /would break 2\.0\.0 of 1\.0\.0, 2\.0\.0/, "1.0.0 gets the older shape");
    assert.match(
      stdout,
      /In its screen, give the section profile a dated change, so that clients before 2\.1\.0 get/,
    );
    assert.match(stdout, /import \{ datedChanges \} from "@triptych\/screen";/);
    assert.match(stdout, /\.until\("2\.1\.0", \{/);
    assert.match(stdout, /dated until a released version: date it until 2\.1\.0/);
  });

  it("says once for a screen and its command where the dated change of a section goes", async () => {
    publishVersions([], []);
    await release("2.0.0");
    const cancelled = HOME.replace("~1shop~1home/get", "~1shop~1orders~1{orderId}~1cancel/post");
    publishVersions(
      [],
      [HOME, cancelled].map(
        (schema) => [`${schema}/properties/profile/properties/name/type`, "integer"] as const,
      ),
    );
    mkdirSync(join(app, "src/screens"), { recursive: true });
    writeFileSync(join(app, "src/screens/first.ts"), 'screen({\n  name: "homely",\n})');
    writeFileSync(join(app, "src/screens/start.ts"), 'screen({\n  name: "home",\n})');
    const { stdout } = await run();
    assert.match(
      stdout,
      /\n {2}GET \/shop\/home\n.*\n {2}POST \/shop\/orders\/\{orderId\}\/cancel\n.*\n {6}In /,
    );
    assert.deepEqual(stdout.match(/In .* give the section .* a dated change/g), [
      "In apps/shop-bff/src/screens/start.ts, give the section profile a dated change",
    ]);
    assert.match(stdout, /note: "profile\.name was string, is now integer",/);
    assert.match(stdout, /versions\.newest in apps\/shop-bff\/src\/app\.ts/);
  });

  it("passes a change that a dated change hides from the releases", async () => {
    publishVersions([], []);
    await release("1.0.0");
    publishVersions([], [[`${NAME}/type`, "integer"]]);
    assert.equal((await run()).status, 0);
  });

  it("skips releases that the app no longer answers, and asks to delete them", async () => {
    publishVersions([], []);
    await release("1.0.0");
    cpSync(join(app, "contracts/released/1.0.0.json"), join(app, "contracts/released/0.9.0.json"));
    const { status, stdout } = await run();
    assert.equal(status, 0);
    assert.match(stdout, /keeps what it promised to 1\.0\.0\n.*0\.9\.0 is no longer answered; delete it/);
  });

  it("compares a GraphQL schema by the operations that are registered", async () => {
    mkdirSync(join(app, "contracts", "operations", "one-client"), { recursive: true });
    const schema = join(app, "contracts", "schema.graphql");
    writeFileSync(schema, "type Query { a: Int! b: Int! }");
    writeFileSync(join(app, "contracts/operations/one-client/a.graphql"), "query Ask { a }");
    await run("--release", "1.0.0");
    writeFileSync(schema, "type Query { a: Int! }");
    const safe = await run();
    assert.equal(safe.status, 0);
    assert.match(safe.stdout, /safe, as no registered operation notices it: Field 'b' was removed/);
    writeFileSync(schema, "type Query { a: Int b: Int! }");
    const broken = await run();
    assert.equal(broken.status, 1);
    assert.match(broken.stdout, /query Ask\n.*a \(\/a\): may now be null\. Breaks 1\.0\.0\./);

    const release = join(app, "contracts", "released", "1.0.0");
    writeFileSync(join(release, "schema.graphql"), "type Query {");
    const unreadable = await run();
    assert.equal(unreadable.status, 2);
    assert.match(
      unreadable.stderr,
      /is no GraphQL schema: .* \(comparing the contract with .*released.1\.0\.0\)/,
    );
    rmSync(join(release, "operations"), { recursive: true });
    const emptied = await run();
    assert.equal(emptied.status, 2);
    assert.match(emptied.stderr, /released.1\.0\.0.operations is missing/);
  });

  it("is a command, with a usage and a version", async () => {
    publish();
    const { status, stdout } = spawnSync(process.execPath, [MAIN], { cwd: app, encoding: "utf8" });
    assert.equal(status, 0);
    assert.match(stdout, /^shop-bff: no client was released yet .*\n$/);
    assert.match((await run("--help")).stdout, /contract-guard --release <version>/);
    assert.match((await run("--version")).stdout, /^\d+\.\d+\.\d+\n$/);
    const wrong = await run("--nonsense");
    assert.equal(wrong.status, 2);
    assert.match(wrong.stderr, /--nonsense/);
  });

  for (const [name, prepare, message] of [
    [
      "no contract",
      () => rmSync(join(app, "contracts"), { recursive: true }),
      /holds neither openapi\.json nor schema\.graphql/,
    ],
    [
      "a release whose name is no version",
      () => cpSync(join(app, "contracts/openapi.json"), join(app, "contracts/released/latest.json")),
      /such as 3\.1\.0, but got "latest"/,
    ],
    [
      "an empty release, and names it",
      () => writeFileSync(join(app, "contracts/released/1.1.0.json"), "{}"),
      /Expected an OpenAPI 3\.1 document.*comparing the contract with .*1\.1\.0\.json/,
    ],
    [
      "a contract that is no JSON",
      () => writeFileSync(join(app, "contracts/openapi.json"), "{"),
      /openapi\.json is no JSON/,
    ],
    ["a contract of another kind", () => publish(["/openapi", "3.0.3"]), /Expected an OpenAPI 3\.1 document/],
    [
      "a reference to nothing",
      () => publish([NAME, { $ref: "#/components/schemas/Missing" }]),
      /Nothing is at #\/components\/schemas\/Missing/,
    ],
  ] as const) {
    it(`refuses ${name}`, async () => {
      publish();
      await release("1.0.0");
      prepare();
      const { status, stderr } = await run();
      assert.equal(status, 2);
      assert.match(stderr, message);
      assert.doesNotMatch(stderr, /^ +at /m);
    });
  }
});
