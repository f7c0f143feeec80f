import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { at, listAt } from "../../repository/documents.ts";
import { ROOT } from "../../repository/tree.ts";
import { resourceOf } from "../checks/deployed-app.ts";
import { render } from "../kustomize/render.ts";
import { isIgnored, parseDockerIgnore } from "./docker-context.ts";
import { parseDockerfile } from "./dockerfile.ts";

const apps = globSync("apps/{gateway,*-bff}/src/main.ts", { cwd: ROOT }).map(
  (path) => path.split("/")[1] ?? "",
);

for (const app of apps.toSorted()) {
  describe(`the Dockerfile of ${app}`, () => {
    const stages = parseDockerfile(readFileSync(join(ROOT, "apps", app, "deploy", "Dockerfile"), "utf8"));
    const last = stages.at(-1)?.instructions ?? [];
    const deployment = resourceOf(render(join(ROOT, "apps", app, "deploy", "base")), "Deployment");
    const pod = at(deployment, "spec", "template", "spec");

    it("starts all stages from one version of Node, written out", () => {
      const [base = "", ...others] = new Set(stages.map((stage) => stage.base));
      assert.deepEqual(others, []);
      const version = /^node:(\d+\.\d+\.\d+)-[a-z-]+$/.exec(base)?.[1] ?? assert.fail(base);
      // What the README promises: earlier ones lack what the programs need in production.
      const readme = readFileSync(join(ROOT, "README.md"), "utf8");
      const least =
        /Node (\d+\.\d+\.\d+) or newer/.exec(readme)?.[1] ?? assert.fail("the README names no Node");
      assert.ok(
        version.localeCompare(least, "en", { numeric: true }) >= 0,
        `${version} is older than ${least}`,
      );
    });

    it("ends in a stage that only copies, and in the user that the manifest runs", () => {
      assert.deepEqual(
        last.filter(({ kind }) => kind === "RUN"),
        [],
      );
      const user = last.find((instruction) => instruction.kind === "USER");
      const asked = ["runAsUser", "runAsGroup"].map((id) => String(at(pod, "securityContext", id)));
      assert.equal(user?.text, asked.join(":"));
    });

    it("exposes the manifest's ports, runs the app's main.ts, and has a health check", () => {
      const ports = listAt(pod, "containers", 0, "ports").map((port) => at(port, "containerPort"));
      assert.deepEqual(last.find((instruction) => instruction.kind === "EXPOSE")?.ports, ports);
      assert.deepEqual(last.find((instruction) => instruction.kind === "CMD")?.command, [
        "node",
        "packages/service-kit/src/start.js",
        `apps/${app}/src/main.ts`,
      ]);
      assert.ok(last.some(({ kind }) => kind === "HEALTHCHECK"));
    });
  });
}

describe("parseDockerfile", () => {
  it("reads stages, variables and lines that go on", () => {
    const source =
      'ARG N=node:1\nFROM ${N} AS a\nRUN one \\\n  two\n# no\nFROM ${N}\nCOPY --from=a /x/ ./\nCMD ["node", "x"]\n';
    assert.deepEqual(parseDockerfile(source), [
      { base: "node:1", name: "a", instructions: [{ kind: "RUN", text: "one two" }] },
      {
        base: "node:1",
        name: undefined,
        instructions: [
          { kind: "COPY", from: "a", source: "/x/", target: "./" },
          { kind: "CMD", command: ["node", "x"] },
        ],
      },
    ]);
  });

  for (const line of ["ADD x y", "COPY a b c", "CMD node x", "RUN", "VOLUME /x", "COPY --chown=1 a b"]) {
    it(`refuses "${line}"`, () =>
      assert.throws(() => parseDockerfile(`FROM node:1\n${line}\n`), SyntaxError));
  }
});

describe(".dockerignore", () => {
  const patterns = parseDockerIgnore("# what\n**/node_modules\napps/*/deploy\n**/*.test.ts\n.git\n");
  const cases: readonly [path: string, ignored: boolean][] = [
    ["node_modules/a/index.js", true],
    ["apps/web-bff/node_modules/a.js", true],
    ["apps/web-bff/deploy/base/x.yaml", true],
    ["deploy/x", false],
    ["apps/web-bff/src/a.test.ts", true],
    ["a.test.ts", true],
    ["apps/web-bff/src/a.ts", false],
    [".git/HEAD", true],
    [".gitignore", false],
  ];
  for (const [path, ignored] of cases) {
    it(`${ignored ? "takes away" : "leaves"} ${path}`, () =>
      assert.equal(isIgnored(path, patterns), ignored));
  }

  it("has no exceptions", () => assert.throws(() => parseDockerIgnore("!src"), SyntaxError));
});
