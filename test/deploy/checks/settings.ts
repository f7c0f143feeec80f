import { readSettings } from "@triptych/service-kit";
import type { Setting } from "@triptych/service-kit";
import { at, fieldsAt, isFields, listAt, textAt } from "../../repository/documents.ts";
import { portOf, variableNames, variableOf } from "./deployed-app.ts";
import type { DeployedApp } from "./deployed-app.ts";
import { sampleSecret } from "./sample-secrets.ts";

/** Values that let whoever has them in. A Redis address holds its password. */
const SECRET = /(?:^|_)(?:KEYS?|SECRET|TOKEN|PASSWORD)$|^REDIS_URL$/;

/** Where the manifest's environment and the program's settings disagree. */
export function findSettingErrors(deployed: DeployedApp): string[] {
  const { settings, container, optional } = deployed;
  const { settingsFile } = deployed.surroundings;
  const given = variableNames(deployed);
  const read = Object.keys(settings);
  const complaints = [
    ...read
      .filter((name) => !given.includes(name) && !optional.includes(name))
      .map((name) => `${name} is read in ${settingsFile}, but not given`),
    ...given
      .filter((name) => !read.includes(name))
      .map((name) => `${name} is given, but ${settingsFile} does not read it`),
    ...given.filter((name, index) => given.indexOf(name) !== index).map((name) => `${name} is given twice`),
    ...given.flatMap((name) => findValueErrors(name, variableOf(deployed, name))),
    ...given.flatMap((name) => findMountErrors(name, deployed)),
  ];
  if (container["envFrom"] !== undefined)
    complaints.push("envFrom gives variables that nobody can check: name each");
  if (complaints.length > 0) return complaints;
  return [...findRefusals(deployed), ...findPortErrors(deployed)];
}

/** Secrets come by reference and must be there; everything else can be read in the manifest. */
function findValueErrors(name: string, entry: unknown): string[] {
  const { value, valueFrom } = fieldsAt(entry);
  if (SECRET.test(name)) {
    const reference = at(valueFrom, "secretKeyRef");
    if (value !== undefined || !isFields(reference))
      return [`${name} is a secret: give it by secretKeyRef alone`];
    return reference["optional"] === true ? [`${name} refers to a secret that may be missing`] : [];
  }
  if (typeof value !== "string") return [`${name} must have its value written out`];
  return /\/\/[^/]*@/.test(value) ? [`${name} has a password in its address: make it a secret`] : [];
}

/** A setting that names a file or a folder names one that is mounted, and a file of keys comes from a secret. */
function findMountErrors(name: string, deployed: DeployedApp): string[] {
  if (!/_(?:FILE|DIR)$/.test(name)) return [];
  const value = String(at(variableOf(deployed, name), "value"));
  const mount = listAt(deployed.container, "volumeMounts").find((candidate) =>
    `${value}/`.startsWith(`${textAt(candidate, "mountPath")}/`),
  );
  if (mount === undefined) return [`${name} is ${value}, where nothing is mounted`];
  if (at(mount, "readOnly") !== true && name !== deployed.surroundings.scratch)
    return [`${name} is mounted so that it can be written`];
  const volume = listAt(deployed.pod, "volumes").find(
    (candidate) => at(candidate, "name") === at(mount, "name"),
  );
  if (volume === undefined) return [`${name}: there is no volume ${textAt(mount, "name")}`];
  const isSecret = at(volume, "secret") !== undefined;
  return name.endsWith("KEYS_FILE") && !isSecret ? [`${name} holds keys: mount it from a secret`] : [];
}

/** The program itself reads what it is given. */
function findRefusals(deployed: DeployedApp): string[] {
  const environment = Object.fromEntries(
    variableNames(deployed).map((name) => {
      const value = at(variableOf(deployed, name), "value");
      return [name, typeof value === "string" ? value : sampleSecret(name)];
    }),
  );
  try {
    readSettings(environment, settingsOf(deployed.settings));
    return [];
  } catch (error) {
    return [error instanceof Error ? error.message : String(error)];
  }
}

function settingsOf(settings: DeployedApp["settings"]): Record<string, Setting<unknown>> {
  return Object.fromEntries(
    Object.entries(settings).map(([name, setting]) => {
      if (isSetting(setting)) return [name, setting];
      throw new TypeError(`${name} is no setting`);
    }),
  );
}

function isSetting(value: unknown): value is Setting<unknown> {
  return isFields(value) && typeof value["read"] === "function";
}

function findPortErrors(deployed: DeployedApp): string[] {
  return deployed.surroundings.binds.flatMap(([name, port]) => {
    // `8101`, or an address and a port: `:8443`.
    const listened = String(at(variableOf(deployed, name), "value")).replace(/^.*:/, "");
    const declared = String(portOf(deployed, port));
    return listened === declared
      ? []
      : [`${name} is ${listened}, but the container's port ${port} is ${declared}`];
  });
}
