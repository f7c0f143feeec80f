import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { missingPlatformPackages, readPackages } from "./lockfile.ts";
import { ROOT } from "./repository.ts";

describe("missingPlatformPackages", () => {
  it("finds none in the repository: else run `npx triptych lockfile`", () => {
    const packages = readPackages(join(ROOT, "package-lock.json"));
    assert.deepEqual(Object.keys(missingPlatformPackages(packages)), []);
  });

  it("names a build beside the package that wants it, with its platform", () => {
    const wanted = {
      "@p/linux-x64": "2.0.0",
      "@p/binding-linux-arm-musleabihf": "2.0.0",
      "@p/win32-arm64-msvc": "2.0.0",
    };
    assert.deepEqual(
      missingPlatformPackages({
        "node_modules/@p/linux-x64": { version: "2.0.0" },
        "test/node_modules/parser": { version: "2.0.0", dev: true, optionalDependencies: wanted },
      }),
      {
        "test/node_modules/@p/binding-linux-arm-musleabihf": {
          version: "2.0.0",
          os: ["linux"],
          cpu: ["arm"],
          libc: ["musl"],
          dev: true,
          optional: true,
        },
        "test/node_modules/@p/win32-arm64-msvc": {
          version: "2.0.0",
          os: ["win32"],
          cpu: ["arm64"],
          dev: true,
          optional: true,
        },
      },
    );
  });

  it("does not take another version's build for it", () => {
    const packages = {
      "node_modules/@p/darwin-x64": { version: "1.0.0" },
      "test/node_modules/parser": { optionalDependencies: { "@p/darwin-x64": "2.0.0" } },
    };
    assert.deepEqual(Object.keys(missingPlatformPackages(packages)), ["test/node_modules/@p/darwin-x64"]);
  });

  it("finds a build that is nested under the package that wants it", () => {
    assert.deepEqual(
      missingPlatformPackages({
        "node_modules/parser": { optionalDependencies: { "@p/darwin-x64": "1.0.0" } },
        "node_modules/parser/node_modules/@p/darwin-x64": { version: "1.0.0" },
      }),
      {},
    );
  });

  it("refuses to guess a platform that the name does not say", () => {
    assert.throws(
      () => missingPlatformPackages({ "node_modules/a": { optionalDependencies: { fsevents: "2.3.3" } } }),
      /fsevents.*by hand/,
    );
  });
});
