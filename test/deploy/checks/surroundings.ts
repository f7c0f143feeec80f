import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SHUTDOWN_MS } from "@triptych/service-kit";
import type { Setting } from "@triptych/service-kit";
import { ROOT, readSettingsOf } from "../../repository/tree.ts";

/** What of an app's manifests follows from what it is: a program behind the gateway, the gateway, or HAProxy with its configuration. */
export interface Surroundings {
  readonly namespace: string;
  /** Who reaches it, on which of the container's ports; Prometheus besides. */
  readonly entrances: readonly string[];
  /** Variables that say where it listens, and the container's ports. */
  readonly binds: readonly (readonly [variable: string, port: string])[];
  /** The ports of its Service. */
  readonly servicePorts: readonly string[];
  /** Parts that it has besides those of every app. */
  readonly more: readonly string[];
  /** From its stop signal to its end, milliseconds. */
  readonly shutdownMs: number;
  /** Where its variables are read. */
  readonly settingsFile: string;
  /** A variable whose folder it may write, in memory; undefined: it writes nothing. */
  readonly scratch: string | undefined;
  /** The file of its ConfigMap that it reads once, at its start; undefined: it has none. */
  readonly configuration: string | undefined;
  /** The last part of its image's name. */
  readonly image: string;
}

const PROGRAM = {
  namespace: "triptych",
  binds: [
    ["PORT", "http"],
    ["ADMIN_PORT", "admin"],
  ],
  servicePorts: ["http", "admin"],
  more: [],
  shutdownMs: SHUTDOWN_MS,
  scratch: undefined,
  configuration: undefined,
} as const;

/** The proxy asks on the gateway's admin port whether it is ready. */
const TO_GATEWAY = ["edge/reverse-proxy http", "edge/reverse-proxy admin"];

export function surroundingsOf(app: string): Surroundings {
  if (app !== "reverse-proxy") {
    const isGateway = app === "gateway";
    const settingsFile = `apps/${app}/src/${isGateway ? "settings" : "app"}.ts`;
    return { ...PROGRAM, entrances: isGateway ? TO_GATEWAY : ["gateway http"], settingsFile, image: app };
  }
  return {
    namespace: "edge",
    entrances: ["anybody https", "anybody http"],
    binds: [
      ["HTTPS_BIND", "https"],
      ["HTTP_BIND", "http"],
      ["ADMIN_BIND", "admin"],
    ],
    // What the outside reaches is a Service of its own.
    servicePorts: ["admin"],
    more: ["Service/reverse-proxy-public"],
    shutdownMs: hardStopMs(configuration(app)),
    settingsFile: `apps/${app}/haproxy.cfg`,
    scratch: "RUN_DIR",
    configuration: "haproxy.cfg",
    image: "haproxy",
  };
}

/** What an app reads from its environment, by name; and which of it may be missing. */
export async function settingsOf(
  app: string,
): Promise<{ readonly settings: Readonly<Record<string, unknown>>; readonly optional: readonly string[] }> {
  const settings = await readSettingsOf(ROOT, `apps/${app}`);
  if (settings !== undefined) return { settings, optional: [] };
  const { needed, optional } = variablesIn(configuration(app));
  const all = [...needed, ...optional].map((name) => [name, TEXT] as const);
  return { settings: Object.fromEntries(all), optional };
}

/** HAProxy checks its variables itself: test/reverse-proxy runs it with what the manifest gives. */
const TEXT: Setting<string | undefined> = { read: (_name, text) => text };

/** The variables of HAProxy's configuration. What stands below `.if defined(…)` alone may be missing. */
export function variablesIn(text: string): {
  readonly needed: readonly string[];
  readonly optional: readonly string[];
} {
  const [needed, optional] = [new Set<string>(), new Set<string>()];
  let depth = 0;
  for (const line of text.split("\n").filter((one) => !/^\s*#/.test(one))) {
    const [, condition] = /^\s*\.if\s+defined\((\w+)\)/.exec(line) ?? [];
    if (/^\s*\.if\b/.test(line)) depth += 1;
    if (/^\s*\.endif\b/.test(line)) depth -= 1;
    if (condition !== undefined) optional.add(condition);
    for (const [, name = ""] of line.matchAll(/\$\{(\w+)\}/g)) (depth > 0 ? optional : needed).add(name);
  }
  return { needed: [...needed], optional: [...optional.difference(needed)] };
}

function hardStopMs(text: string): number {
  const [, seconds] = /^\s*hard-stop-after (\d+)s$/m.exec(text) ?? [];
  if (seconds === undefined) throw new TypeError("haproxy.cfg must say hard-stop-after in whole seconds");
  return Number(seconds) * 1_000;
}

function configuration(app: string): string {
  const file = join(ROOT, "apps", app, "haproxy.cfg");
  if (!existsSync(file)) throw new TypeError(`${app} has neither src/settings.ts nor haproxy.cfg`);
  return readFileSync(file, "utf8");
}
