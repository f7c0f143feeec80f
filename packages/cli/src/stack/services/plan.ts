import { parseArgs } from "node:util";
import type { RoleName } from "../roles.ts";
import { StackError } from "../stack-error.ts";
import { DEFAULT_USERS, SERVICES } from "./services.ts";
import type { ServiceName } from "./services.ts";

/** What stands in for the domain services, and what is to be wrong with them. */
export interface ServicesPlan {
  readonly mode: "real" | "replay" | "record";
  /** Those whose place the replay program takes. */
  readonly standIns: readonly ServiceName[];
  /** More environment for single services. */
  readonly roleEnv: { readonly [Name in RoleName]?: NodeJS.ProcessEnv };
  /** Whom to visit once, where answers are recorded. */
  readonly users: readonly string[];
}

export const USAGE = `Usage: npm run dev -- [--replay | --record] [options]          (npm start takes the same)
  --replay                      answer for the domain services from recordings; no databases
  --record                      keep what the real services answer, without what is personal
  --real <service>[=<address>]  with --replay: this one is real. With an address, it is the one there
  --users <id>,<id>…            with --record: whose answers are kept (default ${DEFAULT_USERS.join(",")})
  --slow <service>=<ms>         answers that much later
  --fail <service>[=<status>]   answers that status (default 503)
Services: ${SERVICES.join(", ")}. Options for services may come several times.`;

const OPTIONS = {
  replay: { type: "boolean", default: false },
  record: { type: "boolean", default: false },
  real: { type: "string", multiple: true },
  users: { type: "string" },
  slow: { type: "string", multiple: true },
  fail: { type: "string", multiple: true },
} as const;

const USER_ID = /^[A-Za-z0-9_-]{1,64}$/;
/** As the services' switches have it. */
const MAX_DELAY_MS = 600_000;

/**
 * Reads the command's arguments.
 *
 * @param recordingKey makes the ids of a recording; asked for only where one is made
 * @throws StackError `bad-option`: what is wrong, and the usage
 */
export function planServices(args: readonly string[], recordingKey: () => string): ServicesPlan {
  const values = read(args);
  const { replay, record, real: wantedReal = [], slow = [], fail = [] } = values;
  if (replay && record) throw refusal("--replay and --record exclude each other");
  const real = new Map(wantedReal.map((text) => pair(text, "--real", "<service> or <service>=<address>")));
  for (const [name, address] of real) {
    if (address === undefined && !record) continue;
    if (address === undefined || !isAddress(address)) {
      throw refusal(`--real ${name} needs an address like http://127.0.0.1:9001, got ${address ?? "none"}`);
    }
  }
  if (real.size > 0 && !replay && !record) {
    throw refusal("--real goes with --replay or --record: without them all services are real");
  }
  if (values.users !== undefined && !record) throw refusal("--users goes with --record");
  const users = values.users?.split(",") ?? [...DEFAULT_USERS];
  const wrong = users.find((user) => !USER_ID.test(user));
  if (wrong !== undefined) throw refusal(`--users takes ids with commas between, got '${wrong}'`);

  const standIns =
    replay || record
      ? SERVICES.filter((name) => record || real.get(name) !== undefined || !real.has(name))
      : [];
  const key = record ? { REPLAY_KEY: recordingKey(), REPLAY_USERS: users.join(",") } : {};
  const modeOf = (name: ServiceName): string => (record ? "record" : real.has(name) ? "pass" : "replay");
  const switches = switchesOf(slow, fail);
  return {
    mode: record ? "record" : replay ? "replay" : "real",
    standIns,
    users: record ? users : [],
    roleEnv: Object.fromEntries(
      SERVICES.map((name) => {
        const address = real.get(name);
        const standIn = { REPLAY_SERVICE: name, REPLAY_MODE: modeOf(name), ...key };
        return [
          name,
          {
            ...(standIns.includes(name) ? standIn : {}),
            ...(address === undefined ? {} : { REPLAY_FROM: address }),
            ...(switches.has(name) ? { SWITCHES: JSON.stringify(switches.get(name)) } : {}),
          },
        ];
      }),
    ),
  };
}

function read(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, strict: true }).values;
  } catch (error) {
    throw refusal(error instanceof Error ? (error.message.split(". ")[0] ?? "") : String(error));
  }
}

/** In the form that the services' admin port takes as well. */
function switchesOf(slow: readonly string[], fail: readonly string[]): ReadonlyMap<ServiceName, object> {
  const switches = new Map<ServiceName, object>();
  for (const text of slow) {
    const [name, ms] = pair(text, "--slow", "<service>=<ms>");
    const delay = number(ms, 0, MAX_DELAY_MS);
    if (delay === undefined)
      throw refusal(`--slow takes <service>=<ms>, 0 to ${MAX_DELAY_MS}, got '${text}'`);
    switches.set(name, { ...switches.get(name), delay: { ms: delay } });
  }
  for (const text of fail) {
    const [name, given] = pair(text, "--fail", "<service> or <service>=<status>");
    const status = number(given ?? "503", 400, 599);
    if (status === undefined) throw refusal(`--fail takes <service>=<status>, 400 to 599, got '${text}'`);
    switches.set(name, { ...switches.get(name), fail: { status } });
  }
  return switches;
}

function pair(text: string, option: string, form: string): [ServiceName, string | undefined] {
  const at = text.indexOf("=");
  const wanted = at === -1 ? text : text.slice(0, at);
  const name = SERVICES.find((candidate) => candidate === wanted);
  if (name === undefined) throw refusal(`${option} takes ${form}, but '${wanted}' is no service`);
  return [name, at === -1 ? undefined : text.slice(at + 1)];
}

function number(text: string | undefined, min: number, max: number): number | undefined {
  const value = text !== undefined && /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}

function isAddress(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? "");
}

function refusal(what: string): StackError {
  return new StackError("bad-option", `${what}.\n${USAGE}`);
}
