import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, it } from "node:test";
import {
  apiEntityV1alpha1Validator,
  componentEntityV1alpha1Validator,
  entityEnvelopeSchemaValidator,
  groupEntityV1alpha1Validator,
  locationEntityV1alpha1Validator,
  systemEntityV1alpha1Validator,
} from "@backstage/catalog-model";
import type { Entity, KindValidator } from "@backstage/catalog-model";
import { at, fieldsAt, listAt, textAt } from "../repository/documents.ts";
import { ownPackages, readRooms, readSettingsOf, repositoryFiles, ROOT } from "../repository/tree.ts";
import {
  CATALOG_FILE,
  catalogFiles,
  contractFile,
  decidingLine,
  ownerOf,
  parseCodeOwners,
  readCatalog,
  related,
} from "./testing/ownership.ts";

const catalog = readCatalog(ROOT);
const teams = catalog.filter(({ kind }) => kind === "Group").map(({ name }) => name);
const components = catalog.filter(({ kind }) => kind === "Component");
const apis = catalog.filter(({ kind }) => kind === "API");
/** What describes itself in the catalogue. The rest belongs to the platform's team. */
const parts = readRooms(ROOT).filter(({ folder }) => /^(?:apps|packages)\//.test(folder));
const files = repositoryFiles(ROOT);
const codeOwners = parseCodeOwners(readFileSync(join(ROOT, ".github/CODEOWNERS"), "utf8"));

const handle = (team: string): string => `@triptych/${team}`;
const ownersOf = (path: string): readonly string[] => decidingLine(codeOwners, path)?.owners ?? [];

describe("the catalogue", () => {
  const validators: Readonly<Record<string, KindValidator>> = {
    API: apiEntityV1alpha1Validator,
    Component: componentEntityV1alpha1Validator,
    Group: groupEntityV1alpha1Validator,
    Location: locationEntityV1alpha1Validator,
    System: systemEntityV1alpha1Validator,
  };
  for (const { kind, name, document } of catalog) {
    it(`describes ${kind} ${name} in the form that Backstage reads`, async () => {
      assert.equal(await validators[kind]?.check(asBackstageReads(document)), true);
    });
  }

  it("has each name once", () => {
    const refs = catalog.map(({ kind, name }) => `${kind}:${name}`);
    assert.deepEqual(refs, [...new Set(refs)]);
  });

  it("leads from the root to each part's file", () => {
    const location = catalog.find(({ kind }) => kind === "Location");
    assert.deepEqual(
      listAt(location?.document, "spec", "targets"),
      catalogFiles(ROOT)
        .filter((file) => file !== CATALOG_FILE)
        .map((file) => `./${file}`),
    );
  });

  it("gives everything to a team that exists", () => {
    for (const { kind, name, owner } of catalog) {
      if (kind !== "Group" && kind !== "Location")
        assert.ok(teams.includes(owner ?? ""), `${kind} ${name}: ${owner}`);
    }
  });

  it("names no contract that is not there, and leaves out none of an app's own", () => {
    for (const api of apis) assert.ok(existsSync(join(ROOT, contractFile(api))), contractFile(api));
    const published = globSync("apps/*/contracts/{openapi.json,schema.graphql}", { cwd: ROOT }).toSorted();
    const described = apis.map(contractFile).filter((file) => file.startsWith("apps/"));
    assert.deepEqual(described.toSorted(), published);
  });

  for (const api of apis) {
    it(`says of ${api.name} what form its contract has`, () => {
      const form = contractFile(api).endsWith(".graphql") ? "graphql" : "openapi";
      assert.equal(textAt(api.document, "spec", "type"), form);
    });
  }
});

const readEnvelope = entityEnvelopeSchemaValidator();

/** Backstage puts a file in the place of `$text` before it looks at the rest. */
function asBackstageReads(document: unknown): Entity {
  const { apiVersion, kind, metadata, spec, ...others } = fieldsAt(document);
  assert.deepEqual(others, {}, "nothing but the four parts of an entity");
  const file = at(spec, "definition", "$text");
  const definition = typeof file === "string" ? { definition: `the text of ${file}` } : {};
  return readEnvelope({ apiVersion, kind, metadata, spec: { ...fieldsAt(spec), ...definition } });
}

for (const part of parts) {
  const { folder, component: name, manifest } = part;
  describe(folder, () => {
    const component = components.find((candidate) => candidate.folder === folder);

    it("describes itself in the catalogue as its package.json does", () => {
      assert.equal(component?.name, name, `${folder}/${CATALOG_FILE} describes a Component named ${name}`);
      if (manifest === undefined) return;
      assert.equal(textAt(component.document, "metadata", "description"), textAt(manifest, "description"));
      const own = ownPackages(part, "dependencies");
      assert.deepEqual(related(component, "dependsOn").toSorted(), own.toSorted());
    });

    it("says in OWNERS.md who owns it, and names only teams that exist", () => {
      const path = join(ROOT, folder, "OWNERS.md");
      assert.ok(existsSync(path), `${folder}/OWNERS.md is missing: write who decides what about ${name}`);
      const text = readFileSync(path, "utf8");
      assert.ok(
        text.startsWith(
          `# Owners of ${basename(folder)}\n\n**${handle(component?.owner ?? "")}** owns this folder`,
        ),
        text,
      );
      for (const [mentioned] of text.matchAll(/@triptych\/[\w-]+/g))
        assert.ok(teams.map(handle).includes(mentioned), mentioned);
    });

    it("has a README.md where it is an app", () => {
      if (!folder.startsWith("apps/")) return;
      const path = `${folder}/README.md`;
      assert.ok(existsSync(join(ROOT, path)), `${path}: say what it is, with an example that runs`);
    });

    it("names the services that its settings name, where it is an app", async () => {
      if (!folder.startsWith("apps/")) return;
      const settings = await readSettingsOf(ROOT, folder);
      if (settings === undefined || component === undefined) return;
      const called = Object.keys(settings).filter((setting) => setting.endsWith("_URL"));
      const known = new Set(apis.map((api) => api.name));
      assert.deepEqual(
        related(component, "consumesApis").toSorted(),
        called
          .map(apiOf)
          .filter((api) => known.has(api))
          .toSorted(),
      );
    });
  });
}

/** `users-api` of `USERS_URL`. */
function apiOf(setting: string): string {
  return `${setting.replace(/_URL$/, "").toLowerCase().replaceAll("_", "-")}-api`;
}

describe("CODEOWNERS", () => {
  it("asks for the team that the catalogue makes responsible, for each file", () => {
    const wrong = files.flatMap((path) => {
      const owner = ownerOf(path, catalog);
      const expected = owner === undefined ? [] : [handle(owner)];
      const asked = ownersOf(path);
      return asked.join() === expected.join()
        ? []
        : [`${path}: expected ${expected.join() || "no owner"}, but has ${asked.join() || "no owner"}`];
    });
    assert.deepEqual(wrong, []);
  });

  it("asks only an app's own team about a change inside the app", () => {
    const apps = components.filter(({ folder }) => folder.startsWith("apps/"));
    assert.ok(apps.length > 0);
    for (const app of apps) {
      const own = files.filter(
        (path) =>
          path.startsWith(`${app.folder}/`) || path === `.github/workflows/${basename(app.folder)}.yml`,
      );
      assert.ok(own.length > 1, app.name);
      assert.deepEqual([...new Set(own.flatMap(ownersOf))], [handle(app.owner ?? "")], app.name);
    }
  });

  it("has no line that decides nothing", () => {
    const deciding = new Set(files.map((path) => decidingLine(codeOwners, path)));
    assert.deepEqual(
      codeOwners.filter((line) => !deciding.has(line)),
      [],
    );
  });
});
