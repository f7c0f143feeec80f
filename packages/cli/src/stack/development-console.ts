import { openConsole, ownersIn } from "@triptych/console";
import type { Console, System } from "@triptych/console";
import { HOST, readPort, unusablePort } from "./ports.ts";
import type { Role } from "./roles.ts";
import type { ServicesPlan } from "./services.ts";
import type { Stack } from "./start-stack.ts";

/** The console of a stack that runs in a terminal. */
export interface DevelopmentConsole {
  readonly console: Console;
  /** The environment in which a program sends its spans to the console: all of them, and soon. */
  readonly tracing: NodeJS.ProcessEnv;
  /** The environment in which an app tells the console what spans may not hold. */
  readonly probe: NodeJS.ProcessEnv;
}

const SETTING = "CONSOLE_PORT";
const DEFAULT_PORT = 8100;

/** How long spans wait in an app for others to be sent with, ms: a person is looking. */
const SPAN_DELAY_MS = "200";

/**
 * Opens the console in this process, at `CONSOLE_PORT`.
 *
 * @throws StackError if the port cannot be used
 */
export async function openDevelopmentConsole(
  root: string,
  env: NodeJS.ProcessEnv,
): Promise<DevelopmentConsole> {
  const port = readPort(env, SETTING) ?? DEFAULT_PORT;
  const console = await openConsole({ port, host: HOST, ownerOf: ownersIn(root) }).catch((error: unknown) => {
    throw unusablePort(error, { port, whose: "the console", setting: SETTING });
  });
  return {
    console,
    tracing: {
      OTEL_EXPORTER_OTLP_ENDPOINT: console.origin,
      OTEL_TRACES_SAMPLER: "parentbased_always_on",
      OTEL_BSP_SCHEDULE_DELAY: SPAN_DELAY_MS,
    },
    probe: {
      CONSOLE_URL: console.origin,
      NODE_OPTIONS:
        `${env["NODE_OPTIONS"] ?? ""} --import=${import.meta.resolve("@triptych/console/probe")}`.trim(),
    },
  };
}

/** Tells the console what runs. */
export function systemOf(stack: Stack, { standIns }: ServicesPlan): System {
  const isStandIn = (name: string): boolean => standIns.some((one) => one === name);
  return {
    programs: stack.roles.map(({ name, kind }) => ({
      name,
      kind,
      url: stack.url(name),
      adminUrl: stack.adminUrl(name),
      isReplayed: isStandIn(name),
    })),
    pages: [],
    users: [],
  };
}

/** Adds the probe to what the apps have in their environment. Services do not know the console. */
export function withConsole(
  roles: readonly Role[],
  roleEnv: ServicesPlan["roleEnv"],
  probe: NodeJS.ProcessEnv,
): ServicesPlan["roleEnv"] {
  const apps = roles.filter(({ kind }) => kind === "bff" || kind === "gateway");
  return {
    ...roleEnv,
    ...Object.fromEntries(apps.map(({ name }) => [name, { ...roleEnv[name], ...probe, CONSOLE_APP: name }])),
  };
}
