import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { Writable } from "node:stream";
import { CommandError, UsageError } from "../command-line.ts";
import type { Terminal, Values } from "../command-line.ts";
import { addToOwners } from "../make/bff/add-to-repository.ts";
import { addToGateway } from "../make/bff/add-to-gateway.ts";
import { FIRST_SCREEN, firstScreenIn } from "../make/bff/fixture.ts";
import { Changes } from "../make/changes.ts";
import { readName } from "../make/names.ts";
import type { NewBff } from "../make/names.ts";
import { runMaker } from "../make/run-maker.ts";
import { newUpstream } from "../make/upstream/new-upstream.ts";
import { readOpenApi } from "../make/upstream/openapi-file.ts";
import type { CREATE_OPTIONS } from "../options.ts";
import { runLine } from "../processes.ts";
import { repositoryFiles, tarballsIn } from "./files.ts";
import type { Plan, Source } from "./files.ts";

type CreateValues = Values<typeof CREATE_OPTIONS>;

const FIRST_BFF_PORT = 8101;
const FIRST_SERVICE_PORT = 9001;

/**
 * Makes a company's own repository over the packages: a BFF for each client with a sample screen
 * over the first service, typed clients of the services, a gateway with a login for development,
 * and everything that `npm start`, `npm test` and a deployment need. If it fails, nothing is left.
 *
 * @returns 0. @throws CommandError that says what is wrong
 */
export async function create(
  values: CreateValues,
  given: string | undefined,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  if (given === undefined) throw new UsageError("<folder> is missing: where is the repository to be");
  const folder = resolve(terminal.from, given);
  if (existsSync(folder) && readdirSync(folder).length > 0) throw new CommandError(`${folder} is not empty`);
  const say = (line: string): void => void terminal.output.write(`${line}\n`);
  const documents = mkdtempSync(join(tmpdir(), "documents-"));
  try {
    const upstreams = await readUpstreams(values.upstream ?? [], terminal.from, documents, signal);
    const plan = planOf(values, folder, upstreams, terminal.from);
    const files = repositoryFiles(plan);
    for (const [path, text] of files) writeIn(folder, path, text);
    const changes = new Changes(folder);
    for (const bff of plan.bffs.slice(1)) {
      addToOwners(bff, changes);
      addToGateway(bff, changes);
    }
    if (plan.source.kind === "vendor") {
      mkdirSync(join(folder, "vendor"));
      for (const file of plan.source.tarballs) copyFileSync(file, join(folder, "vendor", basename(file)));
    }
    const env = withoutCaller(terminal.env);
    say("Installing …");
    await runLine(folder, ".", "npm install --prefer-offline --no-audit --no-fund", { env, signal });
    const inside = {
      ...terminal,
      root: folder,
      from: folder,
      env,
      output: new Writable({ write: (_a, _b, done) => done() }),
    };
    for (const { name, file } of upstreams) {
      say(`Making the client of ${name} …`);
      const given = { name, openapi: file, team: undefined, steps: false } as const;
      let found = "";
      await runMaker(async (workshop) => (found = await newUpstream(given, workshop)), inside, signal);
      say(found.replaceAll(/^/gm, "  "));
    }
    say("Making the screens …");
    for (const { app } of plan.bffs) {
      const screen = await firstScreenIn(folder, app);
      if (screen !== undefined) writeIn(folder, `apps/${app}/${FIRST_SCREEN}`, screen);
      mkdirSync(join(folder, "apps", app, "client", "generated"), { recursive: true });
      await runLine(folder, `apps/${app}`, "node --run contracts", { env, signal });
    }
    // Twice: what it breaks into lines it may join in another way.
    for (let time = 0; time < 2; time += 1) await runLine(folder, ".", "oxfmt .", { env, signal });
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  } finally {
    rmSync(documents, { recursive: true, force: true });
  }
  say(nextSteps(given, values.upstream === undefined));
  return 0;
}

function nextSteps(folder: string, isEmpty: boolean): string {
  const service = isEmpty
    ? "\n  npm run new:upstream -- <name> --openapi <file or URL>   # the first service"
    : "";
  return `
Made ${folder}. Next:
  cd ${folder}${service}
  npm start          # prints requests to try
  npm test
Its README.md says more.`;
}

function planOf(
  values: CreateValues,
  folder: string,
  upstreams: readonly GivenUpstream[],
  from: string,
): Plan {
  const { kebab: name } = readName(basename(folder), "the folder's name");
  // The scope of the repository's own packages would be that of the platform's.
  if (name === "triptych")
    throw new UsageError('the folder cannot be called "triptych": take your company\'s name');
  const { client: clients = ["web"], gateway } = values;
  if (gateway !== undefined && gateway !== "none")
    throw new UsageError(`--gateway takes none, got ${gateway}`);
  const bffs = [...new Set(clients)].map((client, index): NewBff => {
    const read = readName(client.replace(/-bff$/, ""), "a client's name");
    if (["api", "auth"].includes(read.kebab))
      throw new UsageError(`/${read.kebab} is the gateway's own path: take another name`);
    const { kebab } = read;
    const port = FIRST_BFF_PORT + index;
    return { name: read, app: `${kebab}-bff`, team: `${kebab}-team`, port, root: folder };
  });
  const services = upstreams.map((service, index) => ({
    name: service.name,
    port: FIRST_SERVICE_PORT + index,
  }));
  const source = sourceOf(values, from);
  return { name, bffs, services, root: folder, hasGateway: gateway !== "none", source };
}

function sourceOf({ from, registry }: CreateValues, base: string): Source {
  if (from !== undefined && registry !== undefined)
    throw new UsageError("--from and --registry exclude each other");
  if (registry !== undefined) {
    if (!URL.canParse(registry)) throw new UsageError(`--registry takes a URL, got ${registry}`);
    return { kind: "registry", url: registry };
  }
  if (from === undefined) return { kind: "npm" };
  const tarballs = tarballsIn(resolve(base, from));
  if (tarballs.length > 0) return { kind: "vendor", tarballs };
  throw new UsageError(`--from ${from} has no tarballs: npm run pack makes them`);
}

/** A document of a service, as it was when the command began. */
interface GivenUpstream {
  readonly name: string;
  /** Absolute. */
  readonly file: string;
}

/** Reads all documents before anything is made: installing takes minutes. */
async function readUpstreams(
  given: readonly string[],
  from: string,
  folder: string,
  signal: AbortSignal,
): Promise<readonly GivenUpstream[]> {
  const read: GivenUpstream[] = [];
  for (const text of given) {
    const [, name, place] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (name === undefined || place === undefined) {
      throw new UsageError(`--upstream takes <name>=<file or URL>, got ${JSON.stringify(text)}`);
    }
    readName(name, "a service's name");
    if (read.some((other) => other.name === name)) throw new UsageError(`--upstream ${name} is given twice`);
    const document = await readOpenApi(place, from, signal, `--upstream ${name}`);
    const file = join(folder, `${name}.openapi.${document.format}`);
    writeFileSync(file, document.text);
    read.push({ name, file });
  }
  return read;
}

function writeIn(folder: string, path: string, text: string): void {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** What npm tells the scripts of the repository that the command was started in. */
function withoutCaller(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const isCallers = /^(?:INIT_CWD|npm_(?:package|lifecycle|command|execpath|node|config_local_prefix).*)$/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isCallers.test(name)));
}
