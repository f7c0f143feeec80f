import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ServiceMonitor } from "@kubernetes-models/prometheus-operator/monitoring.coreos.com/v1/ServiceMonitor";
import { SHUTDOWN_MS } from "@triptych/service-kit";
import type { Setting } from "@triptych/service-kit";
import { Deployment } from "kubernetes-models/apps/v1/Deployment";
import { HorizontalPodAutoscaler } from "kubernetes-models/autoscaling/v2/HorizontalPodAutoscaler";
import { NetworkPolicy } from "kubernetes-models/networking.k8s.io/v1/NetworkPolicy";
import { PodDisruptionBudget } from "kubernetes-models/policy/v1/PodDisruptionBudget";
import { Service } from "kubernetes-models/v1/Service";
import { readCatalog } from "../../owners/testing/ownership.ts";
import type { Fields } from "../../repository/documents.ts";
import { readSettingsOf, ROOT } from "../../repository/tree.ts";
import { idOf } from "./manifests.ts";
import type { Find, Resource } from "./manifests.ts";

/** What an app's manifests must agree with: its program, its owner, its neighbours. */
export interface Expectation {
  readonly app: string;
  /** What it reads from its environment: a setting per variable. */
  readonly settings: Fields;
  /** Variables that may be missing. */
  readonly optional: readonly string[];
  /** The file that reads the variables. */
  readonly settingsFile: string;
  /** The owner that the catalogue names. */
  readonly team: string | undefined;
  /** The contract that the app publishes: its file's name and text. */
  readonly contract: { readonly file: string; readonly text: string } | undefined;
  readonly namespace: string;
  /** Who reaches it, on which of the container's ports, besides Prometheus. */
  readonly entrances: readonly string[];
  /** Variables that say where it listens, and the container's ports. */
  readonly binds: readonly (readonly [variable: string, port: string])[];
  /** The ports of its Service. */
  readonly servicePorts: readonly string[];
  /** Resources that it has besides those of every app. */
  readonly more: readonly string[];
  /** From its stop signal to its end, ms. */
  readonly shutdownMs: number;
  /** A variable that names a folder in memory which it may write. Undefined: it writes nothing. */
  readonly scratch?: string;
  /** The file of its ConfigMap that it reads once, at its start. Undefined: it has none. */
  readonly configuration?: string;
  /** The last part of its image's name. */
  readonly image: string;
}

/** One app in one environment, as it would be applied to a cluster. */
export type DeployedApp = Expectation & ReturnType<typeof partsOf>;

const catalog = readCatalog(ROOT);

/**
 * What an app's manifests must agree with: a program of ours, or HAProxy with its configuration.
 */
export async function expectationOf(app: string): Promise<Expectation> {
  const folder = join(ROOT, "apps", app);
  const [file] = globSync("{openapi.json,schema.graphql}", { cwd: join(folder, "contracts") });
  const settings = await readSettingsOf(ROOT, `apps/${app}`);
  return {
    app,
    team: catalog.find((entity) => entity.kind === "Component" && entity.folder === `apps/${app}`)?.owner,
    contract:
      file === undefined ? undefined : { file, text: readFileSync(join(folder, "contracts", file), "utf8") },
    ...(settings === undefined ? proxy(folder) : program(app, settings)),
  };
}

/** Their defaults are right where nothing special is wanted. */
const USUALLY_DEFAULT = [
  "COMMIT",
  "OTEL_TRACES_SAMPLER",
  "OTEL_TRACES_SAMPLER_ARG",
  "OTEL_BSP_SCHEDULE_DELAY",
];

type Kind = Omit<Expectation, "app" | "team" | "contract">;

function program(app: string, settings: Fields): Kind {
  const isGateway = app === "gateway";
  return {
    settings,
    // In the cluster Redis keeps the revocations. One issuer that keeps to RFC 9068 needs no more.
    optional: [
      ...USUALLY_DEFAULT,
      ...(isGateway
        ? [
            "REVOCATIONS_FILE",
            "ISSUERS_FILE",
            "OIDC_PROFILE",
            "OIDC_JWKS_URL",
            "OIDC_SCOPE",
            "SESSION_IDLE_S",
            "SESSION_LIFE_S",
            // A second version is compared only where there is one.
            ...Object.keys(settings).filter((name) => name.endsWith("_SHADOW_URL")),
          ]
        : []),
    ],
    settingsFile: `apps/${app}/src/${isGateway ? "index" : "app"}.ts`,
    namespace: "triptych",
    // The proxy asks on the gateway's admin port whether it is ready.
    entrances: isGateway ? ["edge/reverse-proxy http", "edge/reverse-proxy admin"] : ["gateway http"],
    binds: [
      ["PORT", "http"],
      ["ADMIN_PORT", "admin"],
    ],
    servicePorts: ["http", "admin"],
    more: [],
    shutdownMs: SHUTDOWN_MS,
    image: app,
  };
}

/** HAProxy checks its variables itself: test/reverse-proxy runs it with what the manifest gives. */
const TEXT: Setting<string | undefined> = { about: "any text", read: (_name, text) => text };

function proxy(folder: string): Kind {
  const file = join(folder, "haproxy", "haproxy.cfg");
  if (!existsSync(file)) throw new TypeError(`${folder} has neither settings nor haproxy/haproxy.cfg`);
  const text = readFileSync(file, "utf8");
  const { needed, optional } = variablesIn(text);
  const [, seconds] = /^\s*hard-stop-after (\d+)s$/m.exec(text) ?? [];
  if (seconds === undefined) throw new TypeError(`${file} must say hard-stop-after in whole seconds`);
  return {
    settings: Object.fromEntries([...needed, ...optional].map((name) => [name, TEXT])),
    optional,
    settingsFile: "apps/reverse-proxy/haproxy/haproxy.cfg",
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
    shutdownMs: Number(seconds) * 1_000,
    scratch: "RUN_DIR",
    configuration: "haproxy.cfg",
    image: "haproxy",
  };
}

/**
 * The variables of a configuration of HAProxy, but for those that it sets itself. Those that are
 * used only inside `.if defined(…)` may be missing.
 */
export function variablesIn(text: string): { needed: readonly string[]; optional: readonly string[] } {
  const [needed, optional] = [new Set<string>(), new Set<string>()];
  const own = new Set([...text.matchAll(/^\s*setenv (\w+)/gm)].map(([, name]) => name));
  let depth = 0;
  for (const line of text.split("\n").filter((one) => !/^\s*#/.test(one))) {
    const [, condition] = /^\s*\.if\s+defined\((\w+)\)/.exec(line) ?? [];
    if (/^\s*\.if\b/.test(line)) depth += 1;
    if (/^\s*\.endif\b/.test(line)) depth -= 1;
    if (condition !== undefined) optional.add(condition);
    for (const [, name = ""] of line.matchAll(/\$\{(\w+)\}/g))
      if (!own.has(name)) (depth > 0 ? optional : needed).add(name);
  }
  return { needed: [...needed], optional: [...optional.difference(needed)] };
}

const KINDS = [
  Deployment,
  HorizontalPodAutoscaler,
  NetworkPolicy,
  PodDisruptionBudget,
  Service,
  ServiceMonitor,
];

/** A check of an app's manifests, from one of the app that they deploy. */
export function ofApp(find: (app: DeployedApp) => string[]): Find {
  return async (app, resources) => find(toDeployedApp(await expectationOf(app), resources));
}

/**
 * An app, with its parts by name.
 * @throws Error where a part is missing or doubled, has another name, or has a second container
 */
export function toDeployedApp(expected: Expectation, resources: readonly Resource[]): DeployedApp {
  return { ...expected, ...partsOf(expected, resources) };
}

function partsOf({ app, more }: Expectation, resources: readonly Resource[]) {
  const own = resources.filter(({ kind }) => kind !== "ConfigMap").map(idOf);
  const parts = [...KINDS.map(({ kind }) => `${kind}/${app}`), ...more];
  if (own.toSorted().join() !== parts.toSorted().join()) {
    throw new Error(`${app} must consist of ${parts.join(", ")}, but has ${own.join(", ")}`);
  }
  function part<T>(is: (value: unknown) => value is T): T {
    const found = resources.find((resource) => idOf(resource).endsWith(`/${app}`) && is(resource));
    if (is(found)) return found;
    throw new Error(`a part of ${app} is not there`);
  }
  const deployment = part(Deployment.is);
  const pod = deployment.spec?.template.spec;
  const [container, ...others] = pod?.containers ?? [];
  if (pod === undefined || container === undefined || others.length > 0 || container.name !== app) {
    throw new Error(`Deployment/${app} must have one container, named ${app}`);
  }
  return {
    resources,
    deployment,
    pod,
    container,
    service: part(Service.is),
    autoscaler: part(HorizontalPodAutoscaler.is),
    disruptionBudget: part(PodDisruptionBudget.is),
    policy: part(NetworkPolicy.is),
    monitor: part(ServiceMonitor.is),
  };
}

/** The number of a container's port, by its name. */
export function portOf({ container }: DeployedApp, name: string): number | undefined {
  return container.ports?.find((port) => port.name === name)?.containerPort;
}

/**
 * The variables that the manifest writes out, by name. Those that come from a secret are undefined.
 */
export function environmentOf({ container }: DeployedApp): ReadonlyMap<string, string | undefined> {
  return new Map((container.env ?? []).map(({ name, value }) => [name, value]));
}
