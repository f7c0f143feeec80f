import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

/** What a check found. */
export interface TypeErrors {
  /** A line each; none where the types are right. */
  readonly lines: readonly string[];
}

/** Several watchers see the same change, ms. */
const PAUSE_MS = 300;
/** Enough to mend; the first ones often cause the others. */
const MAX_LINES = 20;

/**
 * Checks types beside a running system: after each change the project that it belongs to, one check
 * at a time.
 */
export class TypeCheck {
  readonly #root: string;
  readonly #onResult: (found: TypeErrors) => void;
  readonly #waiting = new Set<string>();
  #isRunning = false;

  constructor(root: string, onResult: (found: TypeErrors) => void) {
    this.#root = root;
    this.#onResult = onResult;
  }

  /** @param path of a changed file, relative to the root */
  changed(path: string): void {
    const [, app] = /^apps\/([^/]+)\//.exec(path) ?? [];
    const project = app === undefined ? "tsconfig.json" : `apps/${app}/tsconfig.check.json`;
    if (!/\.[cm]?tsx?$/.test(path) || !existsSync(join(this.#root, project))) return;
    this.#waiting.add(project);
    if (this.#isRunning) return;
    this.#isRunning = true;
    setTimeout(() => this.#next(), PAUSE_MS).unref();
  }

  #next(): void {
    const [project] = this.#waiting;
    this.#isRunning = project !== undefined;
    if (project === undefined) return;
    this.#waiting.delete(project);
    const tsc = join(this.#root, "node_modules", ".bin", "tsc");
    const args = [
      "--noEmit",
      "--singleThreaded",
      "--pretty",
      "false",
      "--project",
      join(this.#root, project),
    ];
    execFile(tsc, args, { cwd: this.#root }, (_error, output) => {
      const lines = output.split("\n").filter((line) => line.includes(": error TS"));
      this.#onResult({ lines: lines.slice(0, MAX_LINES) });
      this.#next();
    });
  }
}
