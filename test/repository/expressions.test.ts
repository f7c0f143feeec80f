import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { expressionsOfSource, patternsOfContract, slowness } from "./expressions.ts";
import type { Expression } from "./expressions.ts";
import { ROOT } from "./tree.ts";

/** What a developer runs on this repository's own files sees no outside text. */
const DEVELOPERS_TOOLS =
  /^packages\/(?:cli|console|contract-codegen|contract-guard|create-triptych|testing)\/|^test\/domain-services\/replay\/scrub\.ts$/;
const NOT_PART_OF_A_PROGRAM = /\.test\.ts$|\.d\.ts$|\/(?:testing|fixtures)\//;
const IN_A_PROGRAM = /^(?:apps|packages)\/|^test\/(?:domain-services|identity-provider)\//;

/** Expressions that are built at run time, by file, as they are then. */
const BUILT: Readonly<Record<string, readonly string[]>> = {
  // The pattern is the contract's, which is checked as such.
  "packages/domain-clients/src/catalog.ts": [],
  "packages/gateway/src/contracts/contract.ts": ["^/web/orders/([^/]+)/cancel/([^/]+)$"],
  "packages/identity/src/compact.ts": ["^([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]+)\\.([A-Za-z0-9_-]{43})$"],
  "packages/upstream-client/src/contract/schema.ts": [
    "^\\d{4}-(?:(?:0[13578]|1[02])-(?:0[1-9]|[12]\\d|3[01])|02-(?:0[1-9]|[12]\\d))[Tt](?:[01]\\d|2[0-3]):[0-5]\\d(?:\\.\\d+)?(?:[Zz]|[+-][0-5]\\d)$",
  ],
  "packages/upstream-client/src/wire/http-date.ts": [
    "^(?:mon|tue), (\\d\\d) (jan|feb) (\\d{4}) (\\d\\d):(\\d\\d) gmt$",
  ],
};

function files(): readonly string[] {
  const listed = execFileSync("git", ["ls-files", "-co", "--exclude-standard"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  return listed
    .split("\n")
    .filter((path) => IN_A_PROGRAM.test(path) && !DEVELOPERS_TOOLS.test(path))
    .filter((path) => !NOT_PART_OF_A_PROGRAM.test(path) && existsSync(join(ROOT, path)));
}

test("every regular expression that sees outside text takes linear time", async () => {
  const all: Expression[] = [];
  const built: string[] = [];
  for (const path of files()) {
    const text = (): string => readFileSync(join(ROOT, path), "utf8");
    if (/\.[jt]s$/.test(path)) {
      const found = expressionsOfSource(path, text());
      all.push(...found.written);
      built.push(...found.built);
    } else if (/\/contracts\/.*\.(?:json|ya?ml)$/.test(path)) {
      all.push(...patternsOfContract(path, text()));
    }
  }
  assert.ok(all.length > 100, "the expressions were not found");
  const unlisted = built.filter((at) => BUILT[at.slice(0, at.lastIndexOf(":"))] === undefined);
  assert.deepEqual(unlisted, [], "say in BUILT what these expressions are at run time");
  for (const [at, sources] of Object.entries(BUILT)) {
    assert.ok(
      built.some((place) => place.startsWith(at)),
      `${at} builds no expression any more`,
    );
    all.push(...sources.map((source) => ({ source, flags: "", at })));
  }
  const once = new Map(all.map((each) => [`/${each.source}/${each.flags}`, each]));
  const slow: (string | undefined)[] = [];
  for (const expression of once.values()) slow.push(await slowness(expression));
  assert.deepEqual(
    slow.filter((why) => why !== undefined),
    [],
  );
});

for (const [bad, why] of [
  ["^(a+)+$", "exponential"],
  ["x*y", "quadratic, as a search starts at each x"],
  ["\\s+$", "quadratic"],
  ["eyJ[\\w-]{8,}\\.", "quadratic, as the start may repeat"],
  ['"cookie":\\[[^\\]]*\\]', "quadratic, as the start may repeat"],
] as const) {
  test(`finds /${bad}/: ${why}`, async () => {
    const source = `const a = /${bad}/; const b = new RegExp(${JSON.stringify(bad)}); const c = { pattern: ${JSON.stringify(bad)} };`;
    const { written } = expressionsOfSource("seeded.ts", source);
    const contract = patternsOfContract("seeded.json", `"pattern": ${JSON.stringify(bad)}\n`);
    assert.deepEqual(
      [...written, ...contract].map((each) => each.source),
      [bad, bad, bad, bad],
    );
    const found = await slowness({ source: bad, flags: "", at: "seeded.ts:1" }, 1);
    assert.match(found ?? "", /is not linear/);
  });
}
