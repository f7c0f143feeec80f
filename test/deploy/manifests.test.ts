import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, it } from "node:test";
import { readCatalog } from "../owners/ownership.ts";
import { ROOT } from "../repository/tree.ts";
import { findErrors } from "./checks/find-errors.ts";
import { settingsOf, variablesIn } from "./checks/surroundings.ts";
import type { Expectation } from "./checks/find-errors.ts";
import { render } from "./kustomize/render.ts";
import type { Resource } from "./kustomize/render.ts";
import { SEEDS } from "./seeds/seeds.ts";

const catalog = readCatalog(ROOT);
/** Whatever runs in production has a place there. */
const apps = globSync("apps/*/deploy/", { cwd: ROOT })
  .map((path) => path.split("/")[1] ?? "")
  .toSorted();

async function expectationOf(app: string): Promise<Expectation> {
  const [contract] = globSync("{openapi.json,schema.graphql}", { cwd: join(ROOT, "apps", app, "contracts") });
  return {
    app,
    ...(await settingsOf(app)),
    team: catalog.find(({ kind, name }) => kind === "Component" && name === app)?.owner,
    contract:
      contract === undefined
        ? undefined
        : { file: contract, text: readFileSync(join(ROOT, "apps", app, "contracts", contract), "utf8") },
  };
}

function overlayOf(app: string, name: string): Resource[] {
  return render(join(ROOT, "apps", app, "deploy", "overlays", name));
}

describe("the manifests", () => {
  assert.ok(apps.length > 0);
  for (const app of apps) {
    const overlays = globSync("*/", { cwd: join(ROOT, "apps", app, "deploy", "overlays") }).map((path) =>
      basename(path),
    );

    it(`of ${app} are there for staging and production`, () => {
      assert.deepEqual(overlays.toSorted(), ["production", "staging"]);
    });

    for (const overlay of overlays) {
      it(`of ${app} in ${overlay} agree with its program, its owner and its neighbours`, async () => {
        assert.deepEqual(findErrors(await expectationOf(app), overlayOf(app, overlay)), []);
      });
    }
  }
});

describe("findErrors", () => {
  for (const { name, app, change, complaint } of SEEDS) {
    it(`finds ${name}`, async () => {
      const sound = overlayOf(app, "production");
      const broken = change(sound);
      assert.notDeepEqual(broken, sound, "the seed changes something");
      const found = findErrors(await expectationOf(app), broken);
      assert.ok(
        found.some((line) => complaint.test(line)),
        `${String(complaint)} is not among:\n${found.join("\n")}`,
      );
    });
  }

  it("finds a variable that the app reads and the manifest does not give", async () => {
    const expected = await expectationOf("web-bff");
    const settings = { ...expected.settings, NEW_FEATURE: { read: () => "x" } };
    assert.deepEqual(findErrors({ ...expected, settings }, overlayOf("web-bff", "production")), [
      "NEW_FEATURE is read in apps/web-bff/src/app.ts, but not given",
    ]);
  });

  it("finds a variable that HAProxy reads and the manifest does not give, and no other", async () => {
    const overlay = overlayOf("reverse-proxy", "production");
    const more = variablesIn(
      "bind ${NEW_BIND}\n# ${SAID}\n.if defined(PERHAPS)\nserver ${PERHAPS} ${TOO}\n.endif\n",
    );
    assert.deepEqual(more, { needed: ["NEW_BIND"], optional: ["PERHAPS", "TOO"] });
    const expected = await expectationOf("reverse-proxy");
    const settings = { ...expected.settings, NEW_BIND: { read: () => "x" } };
    assert.deepEqual(findErrors({ ...expected, settings }, overlay), [
      "NEW_BIND is read in apps/reverse-proxy/haproxy.cfg, but not given",
    ]);
  });

  it("finds a contract that the gateway would not get", async () => {
    const expected = await expectationOf("partner-bff");
    const resources = overlayOf("partner-bff", "production").filter(({ kind }) => kind !== "ConfigMap");
    assert.match(findErrors(expected, resources).join(), /ConfigMap\/partner-bff-contract does not hold/);
  });

  it("refuses a part that is missing", async () => {
    const expected = await expectationOf("web-bff");
    const resources = overlayOf("web-bff", "production").filter(({ kind }) => kind !== "NetworkPolicy");
    assert.throws(() => findErrors(expected, resources), /must consist of .*NetworkPolicy\/web-bff/);
  });
});
