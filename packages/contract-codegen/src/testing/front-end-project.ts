import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";

/** How projects find a package's types: as Node does, and as bundlers do. */
const RESOLUTIONS = {
  node: ["--module", "nodenext"],
  bundler: ["--module", "esnext", "--moduleResolution", "bundler"],
} as const;

/**
 * An empty front-end project outside the repository, into which client packages are installed as
 * they would be from a registry.
 */
export class FrontEndProject {
  readonly folder = mkdtempSync(join(tmpdir(), "front-end-"));
  readonly #client: string;

  /**
   * @param client the folder of the client package; it is packed and installed, with what it
   * depends on
   */
  constructor(client: string) {
    this.#client = client;
    writeFileSync(join(this.folder, "package.json"), '{ "private": true, "type": "module" }');
    const packed = this.#npm("pack", "--json", "--pack-destination", this.folder, client);
    const [{ filename }] = JSON.parse(packed);
    // Whoever runs this has installed the same packages before: they come from npm's cache.
    this.#npm("install", "--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund", `./${filename}`);
  }

  /**
   * What tsc says of a program, by line, with that line: empty where it compiles. The library's own
   * declarations are checked, too.
   */
  errors(program: string, resolution: keyof typeof RESOLUTIONS = "node"): ReadonlyMap<number, string> {
    writeFileSync(join(this.folder, "program.ts"), program);
    // The newest compiler, which the repository itself uses.
    const tsc = join(
      dirname(createRequire(join(this.#client, "x")).resolve("typescript/package.json")),
      "bin/tsc",
    );
    const options = "--noEmit --singleThreaded --strict --target es2022 --lib es2022,dom --types".split(" ");
    const { status, stdout } = spawnSync(
      process.execPath,
      [tsc, ...RESOLUTIONS[resolution], ...options, "", "program.ts"],
      { cwd: this.folder, encoding: "utf8" },
    );
    const lines = program.split("\n");
    const found = new Map(
      [...stdout.matchAll(/^program\.ts\((\d+),\d+\): (.*)$/gm)].map(([, line, text = ""]) => [
        Number(line),
        // The number is of the program, which no file of the repository has.
        `${text} in: ${lines[Number(line) - 1]?.trim() ?? ""}`,
      ]),
    );
    if (status !== 0 && found.size === 0) found.set(0, stdout);
    return found;
  }

  /** What a JavaScript program prints that runs in the project. */
  run(program: string): string {
    writeFileSync(join(this.folder, "run.mjs"), program);
    return execFileSync(process.execPath, ["run.mjs"], { cwd: this.folder, encoding: "utf8" });
  }

  /** The files that the package brought, without its dependencies. */
  installedFiles(): readonly string[] {
    const { name } = JSON.parse(readFileSync(join(this.#client, "package.json"), "utf8"));
    const installed = join(this.folder, "node_modules", String(name));
    return readdirSync(installed, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name: file }) => relative(installed, join(parentPath, file)))
      .toSorted();
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }

  #npm(...args: readonly string[]): string {
    return execFileSync("npm", args, {
      cwd: this.folder,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });
  }
}
