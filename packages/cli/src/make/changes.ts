import { existsSync, mkdirSync, readFileSync, rmdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { CommandError } from "../command-line.ts";
import { scriptsOf } from "../repository.ts";

/**
 * The changes of one generator to the repository, which can all be taken back. Everything is
 * synchronous, so that a signal finds each change either not begun or written down.
 */
export class Changes {
  readonly root: string;
  /** What each file held before its first change; undefined: it was not there. */
  readonly #before = new Map<string, Buffer | undefined>();
  readonly #newFolders: string[] = [];

  constructor(root: string) {
    this.root = root;
  }

  /** Paths that were not there before, in the order in which they were made. */
  get created(): readonly string[] {
    return [...this.#before].flatMap(([path, before]) => (before === undefined ? [path] : []));
  }

  /** Paths that were there and are changed. */
  get edited(): readonly string[] {
    return [...this.#before].flatMap(([path, before]) => (before === undefined ? [] : [path]));
  }

  /** @param path relative to the root, as below. @throws CommandError where something is there */
  create(path: string, text: string): void {
    if (existsSync(join(this.root, path))) {
      throw new CommandError(`${path} is there already: remove it first, or take another name`);
    }
    this.mayChange(path);
    writeFileSync(join(this.root, path), text);
  }

  /** The command line of a workspace's script. @throws CommandError where it has none */
  script(folder: string, name: string): string {
    const line = scriptsOf(join(this.root, folder)).get(name);
    if (line !== undefined) return line;
    throw new CommandError(`${folder}/package.json has no script "${name}"`);
  }

  /** Makes a symbolic link. @throws CommandError where there is something already */
  link(path: string, target: string): void {
    if (existsSync(join(this.root, path)))
      throw new CommandError(`${path} is there already: remove it first`);
    this.mayChange(path);
    symlinkSync(target, join(this.root, path));
  }

  /** @throws CommandError where the file is missing */
  edit(path: string, change: (text: string) => string): void {
    const text = this.read(path);
    this.mayChange(path);
    writeFileSync(join(this.root, path), change(text));
  }

  /** @throws CommandError where the file is missing */
  read(path: string): string {
    try {
      return readFileSync(join(this.root, path), "utf8");
    } catch (cause) {
      throw new CommandError(`${path} cannot be read: is this the repository's root?`, { cause });
    }
  }

  has(path: string): boolean {
    return existsSync(join(this.root, path));
  }

  /** Before a command writes this file: makes its folder, so that both are taken back. */
  mayChange(path: string): void {
    if (this.#before.has(path)) return;
    const file = join(this.root, path);
    for (let folder = dirname(file), missing: string[] = []; ; folder = dirname(folder)) {
      if (existsSync(folder)) {
        this.#newFolders.push(...missing.toReversed());
        break;
      }
      missing.push(folder);
    }
    mkdirSync(dirname(file), { recursive: true });
    this.#before.set(path, existsSync(file) ? readFileSync(file) : undefined);
  }

  /** Takes all of it back. */
  undo(): void {
    for (const [path, before] of this.#before) {
      const file = join(this.root, path);
      if (before === undefined) rmSync(file, { force: true });
      else {
        // A command that was ended may have removed the folder, to write it again.
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, before);
      }
    }
    for (const folder of this.#newFolders.toReversed()) removeIfEmpty(folder);
    this.#before.clear();
    this.#newFolders.length = 0;
  }
}

/** A folder that another program has put something into stays. */
function removeIfEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Not empty, or gone.
  }
}
