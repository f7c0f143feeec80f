import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { decidingLine, ownerOf, parseCodeOwners } from "./testing/ownership.ts";
import type { Entity } from "./testing/ownership.ts";

describe("a CODEOWNERS file", () => {
  it("is read as GitHub reads it: the last line that matches decides", () => {
    const lines = parseCodeOwners("* @a/all # everything\n/apps/x/ @a/x @a/y\n/apps/x/free\n");
    const ownersOf = (path: string) => decidingLine(lines, path)?.owners;
    assert.deepEqual(ownersOf("README.md"), ["@a/all"]);
    assert.deepEqual(ownersOf("apps/x/src/deep.ts"), ["@a/x", "@a/y"]);
    assert.deepEqual(ownersOf("apps/xy/src.ts"), ["@a/all"]);
    assert.deepEqual(ownersOf("apps/x/free"), []);
  });

  for (const line of ["apps/x @a/x", "/apps/*.ts @a/x", "* someone@example.org", "/a/ @person"]) {
    it(`refuses the form "${line}"`, () => assert.throws(() => parseCodeOwners(line), SyntaxError));
  }
});

describe("ownerOf", () => {
  const entity = (kind: string, name: string, owner: string, folder: string, document = {}): Entity => {
    return { kind, name, owner, folder, document };
  };
  const sample = [
    entity("System", "triptych", "platform-team", ""),
    entity("Component", "web-bff", "web-team", "apps/web-bff"),
    entity("Component", "clients", "platform-team", "packages/clients"),
    entity("API", "users-api", "users-team", "packages/clients", {
      spec: { definition: { $text: "./contracts/users.yaml" } },
    }),
  ];
  const cases: readonly [path: string, owner: string | undefined][] = [
    ["README.md", "platform-team"],
    ["apps/web-bff/src/a.ts", "web-team"],
    ["apps/web-bffs/a.ts", "platform-team"],
    [".github/workflows/web-bff.yml", "web-team"],
    [".github/workflows/clients.yml", "platform-team"],
    ["packages/clients/contracts/users.yaml", "users-team"],
    ["test/domain-services/users/main.ts", "users-team"],
    ["package-lock.json", undefined],
  ];
  for (const [path, owner] of cases) {
    it(`gives ${path} to ${owner ?? "no team"}`, () => assert.equal(ownerOf(path, sample), owner));
  }
});
