import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join, relative } from "node:path";
import { parseEnv } from "node:util";
import { readableLine } from "@triptych/service-kit";
import { UsageError } from "../command-line.ts";
import type { Terminal } from "../command-line.ts";
import { developmentKeys } from "../identity/keys.ts";
import { Stopped, stopSignal } from "../processes.ts";
import { keepAddresses } from "./addresses.ts";
import { openDevelopmentConsole, systemOf, withConsole } from "./development-console.ts";
import type { DevelopmentConsole } from "./development-console.ts";
import { portsFrom } from "./ports.ts";
import { recordingKey, visit } from "./recording.ts";
import { rolesIn, settingPrefix } from "./roles.ts";
import type { Role, RoleName } from "./roles.ts";
import { planServices, STAND_IN } from "./services.ts";
import type { ServiceOptions } from "./services.ts";
import { startStack } from "./start-stack.ts";
import { checkTypes } from "./type-check.ts";
import { aboutServices, welcome } from "./welcome.ts";

/**
 * `npm start` and `npm run dev`: runs the stack until it is asked to stop.
 *
 * @param how.watch whether a process starts again when a file that it uses changes
 * @param how.roles what to start. Default: a process for each part
 * @param how.options `--replay` and so on
 * @returns the exit code
 * @throws CommandError for what a person can mend
 */
export async function runInTerminal(
  how: {
    readonly watch: boolean;
    readonly roles?: readonly RoleName[] | undefined;
    readonly options: ServiceOptions;
  },
  { root, env: given, output, errors }: Pick<Terminal, "root" | "env" | "output" | "errors">,
): Promise<number> {
  const { watch, options } = how;
  const env = withFile(root, given);
  const print = (text: string): void => void output.write(`${text}\n`);
  /** A line of a log names its program; any other text needs its name. */
  const readable = (name: string, line: string): string => {
    const text = readableLine(line, output);
    return text === line ? `${name} | ${line}` : text;
  };
  // The terminal may close before this process ends: what is left to do is to end the others.
  const closed = new AbortController();
  for (const stream of [output, errors]) stream.on("error", () => closed.abort());
  const signal = AbortSignal.any([stopSignal(), closed.signal]);

  // What the commands keep between runs; git ignores it.
  const developmentFolder = join(root, ".dev");
  const logDir = join(developmentFolder, "logs");
  const upSince = new Set<string>();
  let started = false;
  let opened: DevelopmentConsole | undefined;
  try {
    // A service with an address is where that is, and so is an identity provider.
    const isElsewhere = (role: Role): boolean =>
      role.kind === "identity-provider"
        ? "OIDC_ISSUER" in env
        : role.document !== undefined && `${settingPrefix(role)}_URL` in env;
    const roles = rolesIn(root, how.roles).filter((role) => !isElsewhere(role));
    const names = roles.filter(({ kind }) => kind === "service").map(({ name }) => name);
    const services = planServices(options, names, () =>
      recordingKey(join(developmentFolder, "recording-key")),
    );
    if (services.standIns.length > 0 && !existsSync(join(root, STAND_IN))) {
      throw new UsageError("this repository has no recordings: its services are played from their documents");
    }
    await rm(logDir, { recursive: true, force: true });
    opened = await openDevelopmentConsole(root, env);
    const { console } = opened;
    const onChange = checkTypes(root, (errors) => {
      for (const line of errors) print(`types | ${line}`);
      console.showTypeErrors(errors);
    });
    print(console.origin + "/");
    print("  the console: each request as it comes, what it waited for, and who owns that");
    print(`Starting ${roles.map((role) => role.name).join(", ")} …`);
    const stack = await startStack({
      root,
      roles: roles.map((role) => role.name),
      standIns: services.standIns,
      roleEnv: withConsole(root, roles, services.roleEnv, opened.probe),
      ports: portsFrom(roles, env),
      env: { ...opened.tracing, ...withoutNpm(env) },
      keys: developmentKeys(env, join(developmentFolder, "identity-keys.json")),
      logDir,
      watch,
      onChange,
      onFailedChange: ({ name }, lines) =>
        print(
          `${name} | does not start after this change; the version before it still serves\n${lines.join("\n")}`,
        ),
      signal,
      onLine({ name }, line) {
        console.readLogLine(name, line.text);
        if (line.ready !== undefined && upSince.has(name)) print(`${name} | started again`);
        if (line.ready !== undefined) upSince.add(name);
        // Until all is up, a process that fails is reported with its last lines.
        if (line.notable && (started || watch)) print(readable(name, line.text));
      },
      onDeath: ({ name }, how) => print(`${name} | stopped (${how}); everything else still runs`),
    });
    started = true;
    console.show(systemOf(root, stack, services));
    const removeAddresses = keepAddresses(root, stack, console.origin);
    print(welcome(stack, relative(root, logDir)));
    if (services.mode === "record")
      for (const line of await visit(services.users, (name) => stack.url(name))) print(line);
    print(aboutServices(services));
    if (!signal.aborted) await once(signal, "abort");
    print("Stopping …");
    removeAddresses();
    await stack.stop();
    return 0;
  } catch (error) {
    if (error instanceof Stopped) return 0;
    throw error;
  } finally {
    await opened?.console.close();
  }
}

/** The settings of `.env`, where there is one: what the environment says goes before them. */
function withFile(root: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const file = join(root, ".env");
  return existsSync(file) ? { ...parseEnv(readFileSync(file, "utf8")), ...env } : env;
}

/** What npm puts into the environment of its scripts is not for the programs. */
function withoutNpm(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("npm_")));
}
