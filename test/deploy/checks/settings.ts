import { readSettings } from "@triptych/service-kit";
import type { Setting } from "@triptych/service-kit";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import { isFields } from "../../repository/documents.ts";
import { sampleSecret } from "../cluster.ts";
import { environmentOf, portOf } from "../deployed-app.ts";
import type { DeployedApp } from "../deployed-app.ts";

/** Variables with secrets. The address of Redis contains its password. */
const SECRET = /(?:^|_)(?:KEYS?|SECRET|TOKEN|PASSWORD)$|^REDIS_URL$/;

/** Where the manifest's environment and the program's settings disagree. */
export function findSettingErrors(app: DeployedApp): string[] {
  const { settings, container, optional, settingsFile } = app;
  const entries = container.env ?? [];
  const given = entries.map(({ name }) => name);
  const read = Object.keys(settings);
  const complaints = [
    ...read
      .filter((name) => !given.includes(name) && !optional.includes(name))
      .map((name) => `${name} is read in ${settingsFile}, but not given`),
    ...given
      .filter((name) => !read.includes(name))
      .map((name) => `${name} is given, but ${settingsFile} does not read it`),
    ...given.filter((name, index) => given.indexOf(name) !== index).map((name) => `${name} is given twice`),
    ...entries.flatMap(findValueErrors),
    ...entries.flatMap((entry) => findMountErrors(entry, app)),
  ];
  if (container.envFrom !== undefined)
    complaints.push("envFrom gives variables that nothing can check: name each");
  if (complaints.length > 0) return complaints;
  return [...findRefusals(app), ...findPortErrors(app)];
}

/** Secrets come by reference and must exist; everything else can be read in the manifest. */
function findValueErrors({ name, value, valueFrom }: IEnvVar): string[] {
  if (SECRET.test(name)) {
    const reference = valueFrom?.secretKeyRef;
    if (value !== undefined || reference === undefined)
      return [`${name} is a secret: give it by secretKeyRef only`];
    return reference.optional === true ? [`${name} refers to a secret that may be missing`] : [];
  }
  if (value === undefined) return [`${name} must have its value written out`];
  return /\/\/[^/]*@/.test(value) ? [`${name} has a password in its address: make it a secret`] : [];
}

/**
 * A variable for a file or a folder names one that is mounted. A file of keys comes from a secret.
 */
function findMountErrors({ name, value = "" }: IEnvVar, { pod, container, scratch }: DeployedApp): string[] {
  if (!/_(?:FILE|DIR)$/.test(name)) return [];
  const mount = container.volumeMounts?.find(({ mountPath }) => `${value}/`.startsWith(`${mountPath}/`));
  if (mount === undefined) return [`${name} is ${value}, where nothing is mounted`];
  if (mount.readOnly !== true && name !== scratch) return [`${name} is mounted so that it can be written`];
  const volume = pod.volumes?.find((candidate) => candidate.name === mount.name);
  if (volume === undefined) return [`${name}: there is no volume ${mount.name}`];
  return name.endsWith("KEYS_FILE") && volume.secret === undefined
    ? [`${name} holds keys: mount it from a secret`]
    : [];
}

/** What the program itself says of its environment. */
function findRefusals(app: DeployedApp): string[] {
  const environment = Object.fromEntries(
    [...environmentOf(app)].map(([name, value]) => [name, value ?? sampleSecret(name)]),
  );
  const settings = Object.entries(app.settings).map(([name, setting]): [string, Setting<unknown>] => {
    if (isSetting(setting)) return [name, setting];
    throw new TypeError(`${name} is no setting`);
  });
  try {
    readSettings(environment, Object.fromEntries(settings));
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function isSetting(value: unknown): value is Setting<unknown> {
  return isFields(value) && typeof value["read"] === "function";
}

function findPortErrors(app: DeployedApp): string[] {
  return app.binds.flatMap(([name, port]) => {
    // A port, `8101`, or an address and a port, `:8443`.
    const listened = environmentOf(app).get(name)?.replace(/^.*:/, "");
    const declared = String(portOf(app, port));
    return listened === declared
      ? []
      : [`${name} is ${listened}, but the container's port ${port} is ${declared}`];
  });
}
