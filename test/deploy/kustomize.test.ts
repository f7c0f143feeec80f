import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, it } from "node:test";
import { readDocuments } from "../repository/documents.ts";
import { idOf, render } from "./kustomize.ts";

const FIXTURES = join(import.meta.dirname, "fixtures");

describe("render", () => {
  it("makes what kustomize makes", () => {
    // kubectl kustomize fixtures/overlay > fixtures/rendered.yaml, with kustomize 5.5.0
    const expected = readDocuments(join(FIXTURES, "rendered.yaml"));
    assert.equal(expected.length, 4);
    const rendered = new Map(render(join(FIXTURES, "overlay")).map((resource) => [idOf(resource), resource]));
    assert.deepEqual(rendered, new Map(expected.map((resource) => [idOf(Object(resource)), resource])));
  });
});

describe("what kustomize might render differently", () => {
  const folders: string[] = [];
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
  });

  /** Renders a copy of the fixtures in which one file has another text. */
  function renderWith(file: string, text: string): unknown {
    const folder = mkdtempSync(join(tmpdir(), "kustomize-"));
    folders.push(folder);
    cpSync(FIXTURES, folder, { recursive: true });
    writeFileSync(join(folder, file), text);
    return render(join(folder, "overlay"));
  }

  const HEAD = "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [../base]\n";
  const PATCH = "kind: Deployment\nmetadata: { name: sample }\nspec:";
  const cases: readonly [name: string, file: string, text: string, complaint: RegExp][] = [
    [
      "a feature that is not supported",
      "overlay/kustomization.yaml",
      `${HEAD}namePrefix: a-\n`,
      /namePrefix/,
    ],
    ["a misspelt feature", "overlay/kustomization.yaml", `${HEAD}patch: []\n`, /"patch"/],
    [
      "another kind of file",
      "overlay/kustomization.yaml",
      "apiVersion: v1\nkind: ConfigMap\n",
      /"allowedValue":"Kustomization"/,
    ],
    ["a key that is said twice", "overlay/kustomization.yaml", `${HEAD}resources: []\n`, /unique/i],
    [
      "a patch with a target",
      "overlay/kustomization.yaml",
      `${HEAD}patches: [{ path: patch.yaml, target: { kind: Service } }]\n`,
      /target/,
    ],
    [
      "labels that change selectors",
      "overlay/kustomization.yaml",
      `${HEAD}labels: [{ pairs: { a: b }, includeSelectors: true }]\n`,
      /includeSelectors/,
    ],
    [
      "an image without a version",
      "overlay/kustomization.yaml",
      `${HEAD}images: [{ name: sample, newName: x }]\n`,
      /images\/0 must .* required property 'newTag'/,
    ],
    [
      "a file of another folder",
      "overlay/kustomization.yaml",
      `${HEAD}patches: [{ path: ../base/service.yaml }]\n`,
      /same folder/,
    ],
    [
      "a file that is not there",
      "overlay/kustomization.yaml",
      `${HEAD}patches: [{ path: gone.yaml }]\n`,
      /is not there/,
    ],
    [
      "a resource that is there twice",
      "overlay/kustomization.yaml",
      HEAD.replace("../base", "../base, ../base"),
      /is there twice/,
    ],
    [
      "a name that changes with its text",
      "settings/kustomization.yaml",
      `${HEAD.replace("[../base]", "[]")}configMapGenerator: [{ name: a, files: [greeting.txt] }]\n`,
      /required property 'options'/,
    ],
    ["a kustomization above its own", "base/kustomization.yaml", HEAD.replace("../base", ".."), /a cycle/],
    [
      "a patch of nothing",
      "overlay/patch.yaml",
      PATCH.replace("sample", "other"),
      /Deployment\/other, which is not there/,
    ],
    ["a directive", "overlay/patch.yaml", `${PATCH} { $patch: replace }`, /directive \$patch/],
    [
      "a patch of a list without names",
      "overlay/patch.yaml",
      `${PATCH} { template: { spec: { tolerations: [{ key: a }] } } }`,
      /have no name/,
    ],
    [
      "a list's entry without its name",
      "overlay/patch.yaml",
      `${PATCH} { template: { spec: { containers: [{ image: a }] } } }`,
      /needs its name/,
    ],
  ];
  for (const [name, file, text, complaint] of cases) {
    it(`is refused: ${name}`, () => assert.throws(() => renderWith(file, text), complaint));
  }
});
