import { once } from "node:events";
import { rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { developmentKeys, DevelopmentKeysError } from "../identity/development-keys.ts";
import { onStopRequest } from "../process/stop-requests.ts";
import { portsFrom } from "./ports.ts";
import { rolesIn } from "./roles.ts";
import type { RoleName } from "./roles.ts";
import { aboutServices } from "./services/about.ts";
import { planServices } from "./services/plan.ts";
import { recordingKey } from "./services/recording-key.ts";
import { visit } from "./services/visit.ts";
import { StackError } from "./stack-error.ts";
import { ROOT, startStack } from "./start-stack.ts";
import { welcome } from "./welcome.ts";

/** `npm start` and `npm run dev`: runs the stack until it is asked to stop. @returns the exit code */
export async function runInTerminal(options: {
  readonly watch: boolean;
  readonly env: NodeJS.ProcessEnv;
  /** `--replay` and so on: see `USAGE` of `services/plan.ts`. */
  readonly args?: readonly string[];
  /** Default: the large composition. */
  readonly wanted?: readonly RoleName[];
  /** Default: this repository. */
  readonly root?: string;
}): Promise<number> {
  const { watch, env, args = [], wanted, root = ROOT } = options;
  const stopRequested = new AbortController();
  onStopRequest(() => stopRequested.abort());
  // The terminal may be closed before we are: what is left to do is to end the processes.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => stopRequested.abort());

  // What the commands keep for themselves; ignored by git.
  const developmentFolder = join(root, ".dev");
  const logDir = join(developmentFolder, "logs");
  const upSince = new Set<string>();
  let started = false;
  try {
    const services = planServices(args, () => recordingKey(join(developmentFolder, "recording-key")));
    const roles = rolesIn(root, wanted);
    await rm(logDir, { recursive: true, force: true });
    print(`Starting ${roles.map((role) => role.name).join(", ")} …`);
    const stack = await startStack({
      root,
      roles: roles.map((role) => role.name),
      standIns: services.standIns,
      roleEnv: services.roleEnv,
      ports: portsFrom(roles, env),
      env: withoutNpm(env),
      keys: developmentKeys(env, join(developmentFolder, "identity-keys.json")),
      logDir,
      watch,
      signal: stopRequested.signal,
      onLine({ name }, line) {
        if (line.ready !== undefined && upSince.has(name)) print(`${name} | started again`);
        if (line.ready !== undefined) upSince.add(name);
        // Until all is up, a process that fails is reported with its last lines.
        if (line.notable && (started || watch)) print(`${name} | ${line.text}`);
      },
      onDeath: ({ name }, how) => print(`${name} | stopped (${how}); everything else still runs`),
    });
    started = true;
    print(welcome(stack, relative(root, logDir)));
    if (services.mode === "record")
      for (const line of await visit(services.users, (name) => stack.url(name))) print(line);
    print(aboutServices(services));
    if (!stopRequested.signal.aborted) await once(stopRequested.signal, "abort");
    print("Stopping …");
    await stack.stop();
    return 0;
  } catch (error) {
    if (error instanceof StackError && error.code === "stopped-while-starting") return 0;
    if (!isForTheTerminal(error)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** What npm puts into the environment of its scripts is not for the programs. */
function withoutNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("npm_")));
}

function isForTheTerminal(error: unknown): error is Error {
  return (
    error instanceof StackError ||
    error instanceof DevelopmentKeysError ||
    (error instanceof Error && error.name === "SettingsError")
  );
}
