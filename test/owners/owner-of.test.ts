import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Entity } from "./catalog.ts";
import { ownerOf } from "./owner-of.ts";

describe("ownerOf", () => {
  const entity = (
    kind: string,
    name: string,
    owner: string,
    folder: string,
    document: unknown = {},
  ): Entity => ({
    kind,
    name,
    owner,
    folder,
    document,
  });
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
    it(`gives ${path} to ${owner ?? "nobody"}`, () => assert.equal(ownerOf(path, sample), owner));
  }
});
