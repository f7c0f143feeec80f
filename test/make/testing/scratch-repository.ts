import { spawn } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, relative } from "node:path";
import { copyFiles, readRooms, repositoryFiles, ROOT } from "../../repository/tree.ts";

/** A test run that is started here must not report to this one. */
const { NODE_TEST_CONTEXT: _context, ...ENVIRONMENT } = process.env;

/** What a command printed, and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * The repository as it is on the disk, in a temporary folder, for tests that change it. Disposing
 * of it removes it.
 */
export class ScratchRepository implements AsyncDisposable {
  readonly root = mkdtempSync(join(tmpdir(), "scratch-"));

  /** Packages of others are links to this checkout's; ours are the copy's own. */
  constructor() {
    copyFiles(ROOT, this.root, repositoryFiles(ROOT));
    const workspaces = readRooms(ROOT).filter(({ manifest }) => manifest !== undefined);
    for (const folder of ["", ...workspaces.map((room) => room.folder)])
      linkPackages(join(ROOT, folder), join(this.root, folder));
    const ours = join(this.root, "node_modules", "@triptych");
    mkdirSync(ours, { recursive: true });
    for (const { folder, component } of workspaces) {
      symlinkSync(relative(ours, join(this.root, folder)), join(ours, component));
    }
  }

  /** A file's text. @param path from the root */
  read(path: string): string {
    return readFileSync(join(this.root, path), "utf8");
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  /** Every file and its text, without what is installed. Two are equal where nothing changed. */
  snapshot(): ReadonlyMap<string, string> {
    const files = readdirSync(this.root, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    return new Map(
      files
        .map(({ parentPath, name }) => relative(this.root, join(parentPath, name)))
        .filter((path) => !/(?:^|\/)(?:node_modules|\.dev|\.turbo)\//.test(path))
        .toSorted()
        .map((path) => [path, this.read(path)]),
    );
  }

  /** Makes every file what it was in a snapshot. */
  restore(before: ReadonlyMap<string, string>): void {
    for (const [path, text] of this.snapshot()) {
      const old = before.get(path);
      if (old === undefined) rmSync(join(this.root, path));
      else if (old !== text) writeFileSync(join(this.root, path), old);
    }
  }

  /**
   * Runs a program of the repository, such as `node` or `tsc`, without a terminal.
   *
   * @param options.onStart gets a function that sends the program a signal
   */
  async run(
    program: string,
    args: readonly string[],
    options: {
      readonly cwd?: string;
      readonly env?: NodeJS.ProcessEnv;
      readonly onStart?: (kill: (signal: NodeJS.Signals) => void) => void;
    } = {},
  ): Promise<Ended> {
    const { cwd = ".", env = {}, onStart } = options;
    const child = spawn(program, args, {
      cwd: join(this.root, cwd),
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        ...ENVIRONMENT,
        ...env,
        PATH: [join(this.root, "node_modules", ".bin"), ENVIRONMENT["PATH"]].join(delimiter),
      },
    });
    onStart?.((signal) => void child.kill(signal));
    let [stdout, stderr] = ["", ""];
    child.stdout.on("data", (chunk) => (stdout += String(chunk)));
    child.stderr.on("data", (chunk) => (stderr += String(chunk)));
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    return { code, stdout, stderr };
  }

  /** Like `run`, for a program that must succeed. @throws Error with its output */
  async must(program: string, args: readonly string[], cwd = "."): Promise<Ended> {
    const ended = await this.run(program, args, { cwd });
    if (ended.code === 0) return ended;
    throw new Error(
      `${program} ${args.join(" ")} in ${cwd} ended with ${ended.code}:\n${ended.stdout}${ended.stderr}`,
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.root, { recursive: true, force: true });
  }
}

function linkPackages(from: string, to: string): void {
  const source = join(from, "node_modules");
  if (!existsSync(source)) return;
  const target = join(to, "node_modules");
  mkdirSync(target);
  for (const name of readdirSync(source)) {
    if (name === "@triptych" || name === ".cache") continue;
    // npm rewrites this file when it installs something in the copy.
    if (name === ".package-lock.json") cpSync(join(source, name), join(target, name));
    else symlinkSync(join(source, name), join(target, name));
  }
}
