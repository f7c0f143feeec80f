import { USER_ID } from "@triptych/identity";
import { UsageError } from "../command-line.ts";
import type { Values } from "../command-line.ts";
import type { RoleName } from "./roles.ts";

/** The program that stands in for one, relative to the root. */
export const STAND_IN = "test/domain-services/replay/main.ts";

/**
 * Whose answers are checked in. The order decides who plays which user: of six people the n-th
 * plays the users n, n + 6, …, so the sample partner (7) and the README's user (42) are their own
 * stand-ins. They show many orders, an order that can be cancelled, Japanese, Arabic, no orders,
 * and a long name.
 */
export const DEFAULT_USERS = ["7", "2", "3", "4", "8", "42"];

/** Options of `triptych start` and `dev`: which services are real, and what is wrong with them. */
export const SERVICE_OPTIONS = {
  replay: { type: "boolean", about: "answer for the domain services from recordings, without databases" },
  record: { type: "boolean", about: "keep what the real services answer, without what is personal" },
  real: {
    type: "string",
    multiple: true,
    value: "<service>[=<address>]",
    about: "with --replay: this service is real; with an address, it is the one there",
  },
  users: { type: "string", value: "<id>,<id>…", about: "with --record: whose answers are kept" },
  slow: {
    type: "string",
    multiple: true,
    value: "<service>=<ms>",
    about: "this service answers that much later",
  },
  fail: {
    type: "string",
    multiple: true,
    value: "<service>[=<status>]",
    about: "this service answers that status (default 503)",
  },
} as const;

/** What was given of the options. */
export type ServiceOptions = Values<typeof SERVICE_OPTIONS>;

/** Which program runs in place of each domain service, and what is to be wrong with it. */
export interface ServicesPlan {
  readonly mode: "real" | "replay" | "record";
  /** The services that the replay program replaces. */
  readonly standIns: readonly RoleName[];
  /** More environment for single services. */
  readonly roleEnv: { readonly [Name in RoleName]?: NodeJS.ProcessEnv };
  /** Whom to visit once, where answers are recorded. */
  readonly users: readonly string[];
}

/** As the services' switches have it. */
const MAX_DELAY_MS = 600_000;

/**
 * Reads the options.
 *
 * @param names the services that there are
 * @param recordingKey makes the ids of a recording; asked for only where one is made
 * @throws UsageError
 */
export function planServices(
  options: ServiceOptions,
  names: readonly RoleName[],
  recordingKey: () => string,
): ServicesPlan {
  const { replay = false, record = false, real: wantedReal = [] } = options;
  const pair = pairOf(names);
  if (replay && record) throw new UsageError("--replay and --record exclude each other");
  const real = new Map(wantedReal.map((text) => pair(text, "--real", "<service> or <service>=<address>")));
  for (const [name, address] of real) {
    if (address === undefined && !record) continue;
    if (address === undefined || !isAddress(address)) {
      throw new UsageError(
        `--real ${name} needs an address like http://127.0.0.1:9001, got ${address ?? "none"}`,
      );
    }
  }
  if (real.size > 0 && !replay && !record) {
    throw new UsageError("--real goes with --replay or --record: without them all services are real");
  }
  if (options.users !== undefined && !record) throw new UsageError("--users goes with --record");
  const users = options.users?.split(",") ?? [...DEFAULT_USERS];
  const wrong = users.find((user) => !USER_ID.test(user));
  if (wrong !== undefined) throw new UsageError(`--users takes ids with commas between, got '${wrong}'`);

  const isReal = (name: RoleName): boolean => real.has(name) && real.get(name) === undefined;
  const standIns = replay || record ? names.filter((name) => record || !isReal(name)) : [];
  const key = record ? { REPLAY_KEY: recordingKey(), REPLAY_USERS: users.join(",") } : {};
  const switches = switchesOf(options, pair);
  return {
    mode: record ? "record" : replay ? "replay" : "real",
    standIns,
    users: record ? users : [],
    roleEnv: Object.fromEntries(
      names.map((name) => {
        const mode = record ? "record" : real.has(name) ? "pass" : "replay";
        const address = real.get(name);
        const env = {
          ...(standIns.includes(name) ? { REPLAY_SERVICE: name, REPLAY_MODE: mode, ...key } : {}),
          ...(address === undefined ? {} : { REPLAY_FROM: address }),
          ...(switches.has(name) ? { SWITCHES: JSON.stringify(switches.get(name)) } : {}),
        };
        return [name, env];
      }),
    ),
  };
}

/** In the form that the services' admin port takes as well. */
function switchesOf({ slow = [], fail = [] }: ServiceOptions, pair: Pair): ReadonlyMap<RoleName, object> {
  const switches = new Map<RoleName, object>();
  for (const text of slow) {
    const [name, ms] = pair(text, "--slow", "<service>=<ms>");
    const delay = number(ms, 0, MAX_DELAY_MS);
    if (delay === undefined)
      throw new UsageError(`--slow takes <service>=<ms>, 0 to ${MAX_DELAY_MS}, got '${text}'`);
    switches.set(name, { ...switches.get(name), delay: { ms: delay } });
  }
  for (const text of fail) {
    const [name, given] = pair(text, "--fail", "<service> or <service>=<status>");
    const status = number(given ?? "503", 400, 599);
    if (status === undefined)
      throw new UsageError(`--fail takes <service>=<status>, 400 to 599, got '${text}'`);
    switches.set(name, { ...switches.get(name), fail: { status } });
  }
  return switches;
}

/** Reads `<service>=<value>`. @throws UsageError */
type Pair = (text: string, option: string, form: string) => [RoleName, string | undefined];

function pairOf(names: readonly RoleName[]): Pair {
  return (text, option, form) => {
    const at = text.indexOf("=");
    const wanted = at === -1 ? text : text.slice(0, at);
    if (!names.includes(wanted))
      throw new UsageError(`${option} takes ${form}, but '${wanted}' is no service`);
    return [wanted, at === -1 ? undefined : text.slice(at + 1)];
  };
}

function number(text: string | undefined, min: number, max: number): number | undefined {
  const value = text !== undefined && /^\d+$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max ? value : undefined;
}

function isAddress(text: string): boolean {
  return /^https?:$/.test(URL.parse(text)?.protocol ?? "");
}
