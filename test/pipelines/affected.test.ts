import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { at, fieldsAt, isFields, listAt, readJson, textAt } from "../repository/documents.ts";
import { copyFiles, ownPackages, readRooms, repositoryFiles, ROOT, shippedApps } from "../repository/tree.ts";
import { readWorkflows } from "./testing/workflows.ts";

/** What turbo has tasks for. */
const workspaces = readRooms(ROOT).filter(({ manifest }) => manifest !== undefined);
const apps = shippedApps(workspaces);
const bffs = apps.filter(({ name }) => name.endsWith("-bff"));
const isApp = (room: string): boolean => apps.some(({ component }) => component === room);

/** A copy of the repository as it is on the disk, with one commit. */
let clone = "";

function git(...args: readonly string[]): void {
  execFileSync("git", ["-c", "user.name=test", "-c", "user.email=test@triptych.example", ...args], {
    cwd: clone,
    stdio: "ignore",
  });
}

before(() => {
  clone = mkdtempSync(join(tmpdir(), "affected-"));
  copyFiles(ROOT, clone, repositoryFiles(ROOT));
  git("init", "--quiet");
  git("add", "--all");
  symlinkSync(join(ROOT, "node_modules"), join(clone, "node_modules"));
  git("commit", "--quiet", "--message", "base");
});
after(() => rmSync(clone, { recursive: true }));

/** The tasks that turbo would run in the clone after a change. The change is undone. */
function tasksAfter(change: (root: string) => void, args: readonly string[]): string[] {
  change(clone);
  try {
    const output = execFileSync(join(ROOT, "node_modules", ".bin", "turbo"), ["run", ...args, "--dry=json"], {
      cwd: clone,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, TURBO_SCM_BASE: "HEAD", TURBO_TELEMETRY_DISABLED: "1" },
    });
    return listAt(JSON.parse(output), "tasks").flatMap((task) =>
      textAt(task, "command") === "<NONEXISTENT>" ? [] : [textAt(task, "taskId").replace("@triptych/", "")],
    );
  } finally {
    git("reset", "--quiet", "--hard");
  }
}

const TASKS = ["lint", "typecheck", "test"];
const ALL = [...TASKS, "--affected"];

/** The rooms whose tasks are among those of a list. */
function rooms(tasks: readonly string[]): string[] {
  return [...new Set(tasks.map((task) => task.split("#", 1)[0] ?? ""))].toSorted();
}

function append(...paths: readonly string[]): (root: string) => void {
  return (root) => paths.forEach((path) => appendFileSync(join(root, path), "\n"));
}

/** A room, and everything that depends on it. */
function dependents(room: string): string[] {
  const found = new Set([room]);
  for (let size = 0; size < found.size;) {
    size = found.size;
    for (const workspace of workspaces) {
      const uses = ownPackages(workspace, "dependencies", "devDependencies");
      if (uses.some((name) => found.has(name))) found.add(workspace.component);
    }
  }
  return [...found].toSorted();
}

// turbo takes half a second each time, so what has the same answer is changed at once.
describe("a change inside one app", () => {
  for (const { folder, component } of apps) {
    it(`reaches, by a source and a document of ${folder}, the app and what tests it, and no other app`, () => {
      const tasks = tasksAfter(append(`${folder}/src/main.ts`, `${folder}/OWNERS.md`), ALL);
      assert.deepEqual(rooms(tasks), dependents(component));
      assert.deepEqual(rooms(tasks).filter(isApp), [component]);
      for (const task of TASKS) assert.ok(tasks.includes(`${component}#${task}`), task);
    });
  }
});

describe("a change outside of the apps", () => {
  for (const { folder, component } of workspaces.filter((room) => !apps.includes(room))) {
    it(`of ${folder} reaches what depends on it, and nothing else`, () => {
      assert.deepEqual(rooms(tasksAfter(append(`${folder}/package.json`), ALL)), dependents(component));
    });
  }

  it("of documents reaches no task", () => {
    const documents = ["README.md", ".github/CODEOWNERS", "docs/decisions/README.md"];
    assert.deepEqual(tasksAfter(append(...documents), ALL), []);
  });

  for (const path of ["turbo.json", "tsconfig.base.json"]) {
    it(`of ${path} reaches everything`, () => {
      const everything = workspaces.map(({ component }) => component).toSorted();
      assert.deepEqual(rooms(tasksAfter(append(path), ALL)), everything);
    });
  }

  it("of a locked version reaches those who use the package", () => {
    const reached = rooms(tasksAfter((root) => changeLocked(root, "preact-render-to-string"), ALL));
    assert.deepEqual(reached, dependents("web-bff"));
  });
});

function changeLocked(root: string, name: string): void {
  const path = join(root, "package-lock.json");
  const lock = readJson(path);
  const entry = at(lock, "packages", `node_modules/${name}`);
  assert.ok(isFields(entry) && isFields(lock));
  const packages = {
    ...fieldsAt(lock, "packages"),
    [`node_modules/${name}`]: { ...entry, version: "3.0.0" },
  };
  writeFileSync(path, `${JSON.stringify({ ...lock, packages }, undefined, 2)}\n`);
}

describe("npm test -- --affected", () => {
  /** The tasks that it would start after a change, each once. The change is undone. */
  function plannedAfter(paths: readonly string[], ...more: readonly string[]): string[] {
    for (const path of paths) appendFileSync(join(clone, path), "\n");
    try {
      const args = ["packages/cli/src/main.ts", "test", "--affected", "--dry=json", ...more];
      const env = { ...process.env, TURBO_SCM_BASE: "HEAD", TURBO_TELEMETRY_DISABLED: "1" };
      const output = execFileSync(process.execPath, args, {
        cwd: clone,
        encoding: "utf8",
        env,
        maxBuffer: 64 * 1024 * 1024,
        stdio: ["ignore", "pipe", "ignore"],
      });
      // A document for the tasks that run together, and one for those that run alone.
      const documents = output.split(/^(?=\{$)/m).map((text) => text.slice(0, text.lastIndexOf("\n}") + 2));
      const tasks = documents
        .filter((text) => text.startsWith("{"))
        .map((text) => listAt(JSON.parse(text), "tasks"));
      assert.equal(tasks.length, 2, output);
      const started = tasks.flat().filter((task) => textAt(task, "command") !== "<NONEXISTENT>");
      return [...new Set(started.map((task) => textAt(task, "taskId")))].toSorted();
    } finally {
      git("reset", "--quiet", "--hard");
    }
  }
  const isOfSystem = (task: string): boolean => task.startsWith("@triptych/test#");

  for (const { name, folder } of apps) {
    it(`plans for a comment in ${name} what its own pipeline checks, and nothing of the whole system`, () => {
      const planned = plannedAfter([`${folder}/src/main.ts`]);
      assert.deepEqual(planned, plannedAfter([`${folder}/src/main.ts`], `--filter=./${folder}`));
      assert.ok(
        planned.some((task) => task.endsWith("#test")),
        planned.join(" "),
      );
      assert.deepEqual(planned.filter(isOfSystem), []);
    });
  }

  it("plans for two apps what both of their pipelines check", () => {
    const planned = plannedAfter(["apps/web-bff/src/main.ts", "apps/gateway/src/main.ts"]);
    for (const app of ["web-bff", "gateway-app"]) assert.ok(planned.includes(`@triptych/${app}#test`), app);
    assert.deepEqual(planned.filter(isOfSystem), []);
  });

  for (const path of ["packages/screen/src/index.ts", "apps/all-in-one/src/main.ts", "turbo.json"]) {
    it(`plans the whole system's tests for ${path}`, () => {
      const planned = plannedAfter([path, "apps/web-bff/src/main.ts"]);
      for (const task of ["test", "systems", "boundaries", "shipping"])
        assert.ok(planned.includes(`@triptych/test#${task}`), task);
      assert.ok(planned.includes("@triptych/web-bff#test"));
    });
  }
});

describe("the pipelines' own commands", () => {
  const scripts = readWorkflows(ROOT)
    .flatMap(({ jobs }) => jobs.flatMap(([, job]) => listAt(job, "steps")))
    .map((step) => at(step, "run"))
    .filter((script) => typeof script === "string");
  /** The arguments that a step which begins with `start` gives to turbo for an app. */
  function argumentsOf(start: string, app = ""): string[] {
    const script = scripts.find((candidate) => candidate.startsWith(start)) ?? "";
    assert.notEqual(script, "", `a step runs "${start} …"`);
    const words = script.replaceAll("$APP", app).replaceAll(/["']/g, "").split(/\s+/);
    return [...TASKS, ...words.slice(1)];
  }
  const APP_CHECK = '.ci/run --affected --filter="./apps/$APP"';
  const SHARED_CHECK = ".ci/run --affected --filter='!./apps/*-bff' --filter='!./apps/gateway'";

  it("check one app each where a BFF changes: its own", () => {
    for (const changed of bffs) {
      const change = append(`${changed.folder}/src/main.ts`);
      for (const app of apps) {
        const reached = rooms(tasksAfter(change, argumentsOf(APP_CHECK, app.name)));
        assert.deepEqual(reached, app === changed ? [app.component] : [], `${app.name}, for ${changed.name}`);
      }
    }
  });

  it("check every app that depends on a package that changes", () => {
    const users = dependents("service-kit");
    for (const { name, component } of apps) {
      const reached = tasksAfter(append("packages/service-kit/src/index.ts"), argumentsOf(APP_CHECK, name));
      assert.deepEqual(rooms(reached), users.includes(component) ? [component] : [], name);
    }
  });

  it("check no app that ships in the pipeline of the shared rooms", () => {
    const reached = rooms(
      tasksAfter(append("packages/upstream-client/src/index.ts"), argumentsOf(SHARED_CHECK)),
    );
    assert.deepEqual(
      reached,
      dependents("upstream-client").filter((room) => !isApp(room)),
    );
  });
});
