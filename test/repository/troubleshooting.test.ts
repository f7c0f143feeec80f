import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { PROBLEMS } from "@triptych/service-kit";
import { ROOT } from "./tree.ts";

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const PAGE = read("docs/troubleshooting.md");

/** The sources of what runs in production. */
const SOURCES = globSync(
  ["packages/{bff,gateway,identity,screen,service-kit,upstream-client}/src/**/*.ts", "apps/*/src/**/*.ts"],
  { cwd: ROOT, exclude: ["**/*.test.ts", "**/{testing,fixtures}/**"] },
).map(read);

const found = (pattern: RegExp, sources: readonly string[] = SOURCES): readonly string[] =>
  sources.flatMap((source) => [...source.matchAll(pattern)].map(([, text = ""]) => text));

/** The words of a union type: `"missing" | "doubled"`. */
const unionOf = (file: string, name: string): readonly string[] =>
  found(new RegExp(`export type ${name} =([^;]*);`, "g"), [read(file)]).flatMap((union) =>
    found(/"([a-z-]+)"/g, [union]),
  );

/** Without the workspace in front, as in `//#unused`. */
const checks = found(/^ {4}"(?:[^"]*#)?([\w-]+)": \{/gm, [read("turbo.json")]);

const WORDS: Readonly<Record<string, readonly string[]>> = {
  "code of a problem": Object.keys(PROBLEMS),
  "reason of a 401 at the gateway": found(/identityRefusal\("[a-z]+", "([a-z-]+)"/g),
  "reason why a BFF refuses an identity": [
    ...unionOf("packages/identity/src/compact.ts", "Refusal"),
    ...unionOf("packages/identity/src/claims.ts", "ClaimsRefusal"),
    ...unionOf("packages/identity/src/require-identity.ts", "GateRefusal"),
  ],
  "reason of a missing part": unionOf("packages/screen/src/definition/degraded.ts", "Reason"),
  "warning in the log": found(/\blogger\.(?:warn|error|fatal)\((?:[^;"]|"(?!,?\s*\)))*"([^"]+)",?\s*\)/g),
  // It only orders the others.
  check: checks.filter((name) => name !== "transit"),
};

for (const [what, words] of Object.entries(WORDS)) {
  test(`docs/troubleshooting.md says what to do about each ${what}`, () => {
    assert.ok(words.length >= 4, `only ${words.length} were found`);
    assert.deepEqual(
      words.filter((word) => !PAGE.includes(`\`${word}\``)),
      [],
    );
  });
}
