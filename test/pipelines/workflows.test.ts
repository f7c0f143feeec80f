import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { at, fieldsAt } from "../repository/documents.ts";
import { ownPackages, readRooms, ROOT, shippedApps } from "../repository/tree.ts";
import { findWeaknesses, readWorkflows, toWorkflow } from "./testing/workflows.ts";

const workflows = readWorkflows(ROOT);
const shipped = shippedApps(readRooms(ROOT));
const programs = shipped.filter(({ manifest }) => manifest !== undefined);
/** Apps that are only configuration: turbo has no task for them. */
const configurations = shipped.filter(({ manifest }) => manifest === undefined);

describe("the pipelines", () => {
  it("are one per app, one that all of them call, one for what they share, one report, for releases, and for the night", () => {
    const names = [...shipped.map(({ name }) => name), "app", "shared", "report", "release", "nightly"];
    const expected = names.map((name) => `${name}.yml`).toSorted();
    assert.deepEqual(
      workflows.map(({ file }) => file),
      expected,
    );
  });

  for (const room of programs.filter(({ folder }) => existsSync(join(ROOT, folder, "contracts")))) {
    it(`hold ${room.name} to what it promised its released clients`, () => {
      assert.equal(
        at(room.manifest, "scripts", "check-contracts"),
        "contract-guard",
        `the task check-contracts of ${room.folder}/package.json`,
      );
      const tools = ownPackages(room, "devDependencies");
      assert.ok(tools.includes("contract-guard"), "turbo must know that the task depends on it");
    });
  }

  for (const { name: app } of programs) {
    it(`ship ${app} as all apps are shipped`, () => {
      const workflow = workflows.find(({ file }) => file === `${app}.yml`);
      assert.deepEqual(
        workflow?.jobs.map(([, job]) => [at(job, "uses"), at(job, "with", "app")]),
        [["./.github/workflows/app.yml", app]],
      );
      assert.deepEqual(Object.keys(fieldsAt(workflow.document, "on")), [
        "pull_request",
        "merge_group",
        "push",
      ]);
      assert.deepEqual(at(workflow.document, "on", "push"), { branches: ["main"] });
      assert.equal(at(workflow.document, "concurrency", "group"), `${app}-\${{ github.ref }}`);
    });
  }

  for (const { name: app } of configurations) {
    it(`check ${app} where it changes`, () => {
      const workflow = workflows.find(({ file }) => file === `${app}.yml`);
      for (const event of ["pull_request", "push"]) {
        assert.deepEqual(at(workflow?.document, "on", event, "paths"), [`apps/${app}/**`], event);
      }
    });
  }

  it("have no weakness", () => assert.deepEqual(workflows.flatMap(findWeaknesses), []));

  it("pin an action at the same commit everywhere", () => {
    const pins = workflows.flatMap(({ source }) => source.match(/(?<=uses: )[^.\s@]+@.+/g) ?? []);
    const byAction = Map.groupBy(pins, (pin) => pin.replace(/@.*/, ""));
    assert.ok(byAction.size >= 2);
    for (const [action, found] of byAction) assert.equal(new Set(found).size, 1, action);
  });
});

const SHA = "de0fac2e4500dabe0009e67214ff5f5447ce83dd";
const SOUND = `
on: [pull_request]
permissions: {}
jobs:
  check:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions: { contents: read }
    steps:
      - uses: actions/checkout@${SHA} # v6.0.2
        with: { persist-credentials: false }
      - run: npm ci
`;

/** A change of the sound workflow, and what must be said of it. */
const SEEDS: readonly [name: string, from: string, to: string, complaint: RegExp][] = [
  ["a tag", `@${SHA} # v6.0.2`, "@v6", /is not pinned/],
  ["a shortened commit", SHA, SHA.slice(0, 12), /is not pinned/],
  ["a pin without its version", " # v6.0.2", "", /is not pinned/],
  ["an image as an action", "- run: npm ci", "- uses: docker://alpine:3", /is not pinned/],
  ["an event with our token", "[pull_request]", "[pull_request_target]", /pull_request_target/],
  ["the default permissions", "permissions: {}\n", "", /permissions are not \{\}/],
  [
    "permission for all jobs",
    "permissions: {}",
    "permissions: { contents: read }",
    /permissions are not \{\}/,
  ],
  ["a job without permissions", "    permissions: { contents: read }\n", "", /job check may everything/],
  ["a job that may all", "{ contents: read }", "write-all", /job check may everything: write-all/],
  ["a job that writes the repository", "{ contents: read }", "{ contents: write }", /may contents: write/],
  ["a pull request that publishes", "{ contents: read }", "{ packages: write }", /may packages: write/],
  ["a job that signs without a tag", "{ contents: read }", "{ id-token: write }", /may id-token: write/],
  [
    "a job that comments and has the change's code",
    "{ contents: read }",
    "{ pull-requests: write }",
    /may pull-requests: write/,
  ],
  ["a job without an end", "    timeout-minutes: 5\n", "", /no timeout-minutes/],
  ["an expression in a script", "npm ci", "echo ${{ github.head_ref }}", /expression in a script/],
  ["a token left in the checkout", "persist-credentials: false", "fetch-depth: 0", /persist-credentials/],
  [
    "a secret",
    "- run: npm ci",
    "- run: x\n        env: { T: '${{ secrets.DEPLOY_KEY }}' }",
    /reads secrets\.DEPLOY_KEY/,
  ],
];

const COMMENTING = `
on: [pull_request]
permissions: {}
jobs:
  comment:
    runs-on: ubuntu-24.04
    timeout-minutes: 5
    permissions: { pull-requests: write }
    steps:
      - run: gh pr comment "$NUMBER" --body "$TEXT"
`;

describe("findWeaknesses", () => {
  it("lets a job comment that runs nothing else", () => {
    assert.deepEqual(findWeaknesses(toWorkflow("a.yml", COMMENTING)), []);
    for (const more of ["; npm ci", " | sh", " $(npm ci)"]) {
      const worse = COMMENTING.replace('"$TEXT"', `"$TEXT"${more}`);
      assert.match(findWeaknesses(toWorkflow("a.yml", worse)).join(), /may pull-requests: write/, more);
    }
  });

  it("has nothing to say of a sound workflow", () => {
    assert.deepEqual(findWeaknesses(toWorkflow("a.yml", SOUND)), []);
  });

  for (const [name, from, to, complaint] of SEEDS) {
    it(`finds ${name}`, () => {
      assert.ok(SOUND.includes(from));
      const found = findWeaknesses(
        toWorkflow(
          "a.yml",
          SOUND.replace(from, () => to),
        ),
      );
      assert.ok(
        found.some((line) => line.startsWith("a.yml: ") && complaint.test(line)),
        found.join("\n"),
      );
    });
  }

  it("finds secrets that are handed on to another workflow", () => {
    const source =
      "on: push\npermissions: {}\njobs: { a: { uses: ./x.yml, secrets: inherit, permissions: { contents: read } } }";
    assert.deepEqual(findWeaknesses(toWorkflow("a.yml", source)), ["a.yml: job a hands secrets on"]);
  });

  it("lets a job publish that runs after a merge", () => {
    const source = SOUND.replace(
      "{ contents: read }",
      "{ packages: write }\n    if: github.event_name == 'push'",
    );
    assert.deepEqual(findWeaknesses(toWorkflow("a.yml", source)), []);
  });
});
