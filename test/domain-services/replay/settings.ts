import { join } from "node:path";
import { SettingError } from "../process/setting-error.ts";
import type { Environment } from "../process/settings.ts";

export const MODES = ["replay", "record", "pass"] as const;

export interface ReplaySettings {
  /** Whose place this process takes: `users`. */
  readonly service: string;
  /** Answer from the recording, record a real service, or pass everything on to one and keep nothing. */
  readonly mode: (typeof MODES)[number];
  /** The folder of the recordings. */
  readonly recordings: string;
  /** The real service; undefined: the sample one, in this process. */
  readonly from: string | undefined;
  /** Users and which person of the recording each becomes. */
  readonly people: ReadonlyMap<string, number>;
  readonly key: string;
}

export const RECORDINGS = join(import.meta.dirname, "recordings");

/** Reads what this program takes beside the settings of every service. @throws SettingError */
export function readReplaySettings(environment: Environment): ReplaySettings {
  const mode = MODES.find((candidate) => candidate === (environment["REPLAY_MODE"] ?? "replay"));
  if (mode === undefined)
    throw new SettingError("REPLAY_MODE", `must be ${MODES.join(", ")}, got '${environment["REPLAY_MODE"]}'`);
  const service = environment["REPLAY_SERVICE"] ?? "";
  if (!/^[a-z][a-z-]*$/.test(service)) {
    throw new SettingError("REPLAY_SERVICE", `must be a service's name, got '${service}'`);
  }
  const from = environment["REPLAY_FROM"];
  if (from !== undefined && !/^https?:$/.test(URL.parse(from)?.protocol ?? "")) {
    throw new SettingError("REPLAY_FROM", `must be a service's address, got '${from}'`);
  }
  const key = environment["REPLAY_KEY"] ?? "";
  if (mode === "record" && key.length < 32) {
    throw new SettingError("REPLAY_KEY", "must have 32 characters or more: it keeps ids from being guessed");
  }
  const users = (environment["REPLAY_USERS"] ?? "").split(",").filter((user) => user !== "");
  return {
    service,
    mode,
    recordings: environment["REPLAY_RECORDINGS"] ?? RECORDINGS,
    from: from === undefined ? undefined : new URL(from).origin,
    people: new Map(users.map((user, index) => [user, index + 1])),
    key,
  };
}
