import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { memberOf } from "../json.ts";
import type { JsonObject } from "../json.ts";
import { parseOpenApi, readOpenApi } from "./contract-files.ts";

/** What an app promises now, and to whom it promises something older. */
export type ServedContract = {
  readonly newest: JsonObject;
  /** The oldest app version that is answered; undefined where all clients get the same. */
  readonly oldestVersion: string | undefined;
  /** What a client of that version gets: the older shapes of dated changes. */
  readonly as: (version: string) => JsonObject;
};

/**
 * Reads `contracts/openapi.json`. Where it says that the app answers versions differently (`info.x-oldest-version`), what a
 * version gets is what the app's own `node --run contract -- --print <version>` says.
 */
export function servedContract(app: string): ServedContract {
  const newest = readOpenApi(join(app, "contracts", "openapi.json"));
  const oldest = memberOf(newest["info"], "x-oldest-version");
  const oldestVersion = typeof oldest === "string" ? oldest : undefined;
  return {
    newest,
    oldestVersion,
    as: (version) => (oldestVersion === undefined ? newest : printed(app, version)),
  };
}

function printed(app: string, version: string): JsonObject {
  const text = execFileSync(process.execPath, ["--run", "contract", "--", "--print", version], {
    cwd: app,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  return parseOpenApi(text, `${app}: node --run contract -- --print ${version}`);
}
