import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readRooms, ROOT } from "./tree.ts";

/** What scripts run by name. npm looks for a command in the workspace's own folder first. */
const TOOLS = new Set(["node", "oxlint", "tsc"]);

test("the scripts of a workspace run the root's compiler, linter and Node, not those of a dependency", () => {
  const hidden = readRooms(ROOT).flatMap(({ folder, manifest }) =>
    Object.entries(Object(manifest?.["scripts"])).flatMap(([name, command]) => {
      const [tool = ""] = String(command).split(" ", 1);
      const isHidden = TOOLS.has(tool) && existsSync(join(ROOT, folder, "node_modules/.bin", tool));
      return isHidden ? [`${folder}: ${name}: ${String(command)}`] : [];
    }),
  );
  assert.deepEqual(hidden, []);
});

test("no script quotes with ', which is a letter of the argument in Windows' cmd", () => {
  const quoted = readRooms(ROOT).flatMap(({ folder, manifest }) =>
    Object.entries(Object(manifest?.["scripts"])).flatMap(([name, command]) =>
      String(command).includes("'") ? [`${folder}: ${name}: ${String(command)}`] : [],
    ),
  );
  assert.deepEqual(quoted, []);
});
