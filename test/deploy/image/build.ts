import { execFile } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { copyFiles } from "../../repository/tree.ts";
import type { Stage } from "./dockerfile.ts";

/** What a Dockerfile made, as a folder. */
export interface BuiltImage {
  /** The image's root directory. */
  readonly root: string;
  /** Everything of the build, to be removed. */
  readonly scratch: string;
  readonly workdir: string;
  /** `uid:gid` */
  readonly user: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly command: readonly string[];
  readonly healthcheck: readonly string[];
}

const run = promisify(execFile);

/**
 * Builds the stages without Docker: each is a folder, its RUN lines run in it as they are written, on this machine's npm
 * and on the Node that runs this program.
 * @throws Error with the output of a line that fails
 */
export async function buildImage(
  stages: readonly Stage[],
  context: {
    readonly root: string;
    readonly files: readonly string[];
    readonly environment: NodeJS.ProcessEnv;
  },
): Promise<BuiltImage> {
  const scratch = makeScratch();
  const built = new Map<string, string>();
  let image = { root: "", scratch, workdir: "/", user: "", command: [""], healthcheck: [""] };
  let environment: Record<string, string> = {};
  for (const [index, { name, instructions }] of stages.entries()) {
    const root = join(scratch, String(index));
    mkdirSync(root);
    built.set(name ?? "", root);
    image = { root, scratch, workdir: "/", user: "", command: [], healthcheck: [] };
    environment = {};
    for (const instruction of instructions) {
      const folder = join(root, image.workdir);
      switch (instruction.kind) {
        case "WORKDIR":
          image = { ...image, workdir: instruction.text };
          mkdirSync(join(root, instruction.text), { recursive: true });
          break;
        case "COPY": {
          const target = resolve(folder, instruction.target);
          const from = instruction.from === undefined ? undefined : built.get(instruction.from);
          if (instruction.from === undefined) copyFiles(context.root, target, context.files);
          else if (from === undefined) throw new Error(`there is no stage ${instruction.from}`);
          else cpSync(join(from, instruction.source), target, { recursive: true, verbatimSymlinks: true });
          break;
        }
        case "RUN":
          await runLine(instruction.text, folder, context.environment);
          break;
        case "USER":
          image = { ...image, user: instruction.text };
          break;
        case "ENV":
          environment[instruction.name] = instruction.value;
          break;
        case "CMD":
          image = { ...image, command: [...instruction.command] };
          break;
        case "HEALTHCHECK":
          image = { ...image, healthcheck: [...instruction.command] };
          break;
        case "EXPOSE":
          break;
      }
    }
  }
  return { ...image, environment };
}

/** In memory where there is room: packages are thousands of small files, which a disk takes longer to write than npm to read. */
function makeScratch(): string {
  const scratch = mkdtempSync(join(hasRoom(MEMORY) ? MEMORY : tmpdir(), "image-"));
  // Made for us alone, but somebody else runs what is in it.
  chmodSync(scratch, 0o755);
  return scratch;
}

const MEMORY = "/dev/shm";
const ENOUGH_BYTES = 1024 ** 3;

function hasRoom(folder: string): boolean {
  if (!existsSync(folder)) return false;
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize > ENOUGH_BYTES;
}

async function runLine(line: string, folder: string, base: NodeJS.ProcessEnv): Promise<void> {
  const PATH = [dirname(process.execPath), base["PATH"] ?? ""].join(delimiter);
  // What the workspaces were installed from a moment ago need not be asked for again.
  const env = { ...base, PATH, npm_config_prefer_offline: "true", TURBO_TELEMETRY_DISABLED: "1" };
  try {
    await run("sh", ["-euc", line], { cwd: folder, env, maxBuffer: 64 * 1024 * 1024 });
  } catch (error) {
    const { stdout, stderr } = Object(error);
    throw new Error(`RUN ${line}\n${String(stdout)}${String(stderr)}`, { cause: error });
  }
}
