import { existsSync } from "node:fs";
import { join } from "node:path";
import { openConsole, ownersIn } from "@triptych/console";
import type { Console, ShownPage, System } from "@triptych/console";
import { bffsIn } from "../repository.ts";
import type { Bff } from "../repository.ts";
import { HOST, readPort, unusablePort } from "./ports.ts";
import type { Role } from "./roles.ts";
import { sampleUsersIn } from "./sample-users.ts";
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
 * Opens the console in this process.
 *
 * @param port default: `CONSOLE_PORT`; 0 takes a free one
 * @throws CommandError if the port cannot be used
 */
export async function openDevelopmentConsole(
  root: string,
  env: NodeJS.ProcessEnv,
  port: number = readPort(env, SETTING) ?? DEFAULT_PORT,
): Promise<DevelopmentConsole> {
  const console = await openConsole({
    port,
    host: HOST,
    ownerOf: ownersIn(root),
    recordings: join(root, ".dev", "recordings"),
  }).catch((error: unknown) => {
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
export function systemOf(root: string, stack: Stack, { standIns }: Pick<ServicesPlan, "standIns">): System {
  const isStandIn = (name: string): boolean => standIns.some((one) => one === name);
  return {
    programs: stack.roles.map(({ name, kind }) => ({
      name,
      kind,
      url: stack.url(name),
      adminUrl: stack.adminUrl(name),
      isReplayed: isStandIn(name),
    })),
    pages: pagesOf(root, stack, bffsIn(root)),
    users: sampleUsersIn(root),
  };
}

/** What can be opened as a sample user: the store, and each BFF's contract or query page. */
function pagesOf(root: string, stack: Stack, bffs: readonly Bff[]): readonly ShownPage[] {
  const names = new Set(stack.roles.map(({ name }) => name));
  const { publicOrigin } = stack;
  const docs = bffs
    .filter(({ name }) => names.has(name))
    .map(({ name, prefix }): ShownPage => {
      const [what, about, page] = existsSync(join(root, "apps", name, "contracts/schema.graphql"))
        ? ["GraphQL", "each query is signed when it is run", "graphql"]
        : ["contract", "each request is signed when it is sent", "docs"];
      return { name: `${name}: ${what}`, about, url: `${stack.url(name)}${prefix}/${page}?user={user}` };
    });
  if (publicOrigin === undefined || !names.has("identity-provider")) return docs;
  const login = encodeURIComponent(`${publicOrigin}/auth/login`);
  const store = {
    name: "The store",
    about: "logged in through the front door, as a browser does it",
    url: `${stack.url("identity-provider")}/open?user={user}&to=${login}`,
  };
  return [store, ...docs];
}

/** Adds the probe to what the apps have in their environment. Services do not know the console. */
export function withConsole(
  root: string,
  roles: readonly Role[],
  roleEnv: ServicesPlan["roleEnv"],
  probe: NodeJS.ProcessEnv,
): ServicesPlan["roleEnv"] {
  const more: Record<string, NodeJS.ProcessEnv> = {};
  for (const { name, kind } of roles) {
    if (kind === "identity-provider") more[name] = { SAMPLE_USERS: JSON.stringify(sampleUsersIn(root)) };
    if (kind === "bff" || kind === "gateway") more[name] = { ...roleEnv[name], ...probe, CONSOLE_APP: name };
  }
  return { ...roleEnv, ...more };
}
