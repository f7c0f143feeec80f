import { readFileSync } from "node:fs";
import type { Clock } from "../clock.ts";

/**
 * A password, key or token: the text itself, a function that knows the current one, or the name of
 * a setting.
 */
export type Secret = string | (() => string) | SecretSetting;

/** A secret by the name of its setting: `NAME` holds it, or `NAME_FILE` the path of its file. */
export class SecretSetting {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** A secret that the environment gives: see `SecretSetting`. */
export function setting(name: string): SecretSetting {
  return new SecretSetting(name);
}

/** Reads a secret as it is now. With `fresh`, a file is read at once. */
export type ReadSecret = (fresh: boolean) => string;

/**
 * How long a file's text is used before the file is read again, ms. A read takes 20 µs. Watching
 * the file would miss the swapped symbolic links by which Kubernetes replaces a secret.
 */
const FILE_AGE_MS = 1_000;

/**
 * A secret in a file, followed when the file changes. While the file cannot be read, the last text
 * is used. White space around it is no part of it, as with a setting.
 *
 * @throws Error without the file's text, when it cannot be read at the start, or is empty
 */
export function secretFile(path: string, clock: Pick<Clock, "now">): ReadSecret {
  const read = (): string => readFileSync(path, "utf8").trim();
  let text = read();
  if (text === "") throw new Error(`the secret's file ${path} is empty`);
  let readAt = clock.now();
  return (fresh) => {
    const now = clock.now();
    if (!fresh && now - readAt < FILE_AGE_MS) return text;
    readAt = now;
    try {
      text = read() || text;
    } catch {
      // It is being replaced, or gone. The service says so if the old one is not good any more.
    }
    return text;
  };
}

/** The secrets of an upstream, by the names of their settings. */
export type Secrets = Readonly<Record<string, ReadSecret>>;

/** @throws TypeError when a setting's secret was not handed over */
export function readSecret(secret: Secret, secrets: Secrets, fresh: boolean): string {
  if (typeof secret === "string") return secret;
  if (typeof secret === "function") return secret();
  const read = secrets[secret.name];
  if (read === undefined) throw new TypeError(`the secret ${secret.name} is not in the upstream's secrets`);
  return read(fresh);
}
