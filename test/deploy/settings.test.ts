import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { readSettings } from "@triptych/service-kit";
import type { Setting } from "@triptych/service-kit";
import type { IEnvVar } from "kubernetes-models/v1/EnvVar";
import { isFields } from "../repository/documents.ts";
import { sampleSecret } from "./testing/cluster.ts";
import {
  environmentOf,
  expectationOf,
  ofApp,
  portOf,
  toDeployedApp,
  variablesIn,
} from "./testing/deployed-app.ts";
import type { DeployedApp } from "./testing/deployed-app.ts";
import { itFinds, itHolds, overlayOf, variable, withoutKubectl } from "./testing/manifests.ts";

/** Variables with secrets. The address of Redis contains its password. */
const SECRET = /(?:^|_)(?:KEYS?|SECRET|TOKEN|PASSWORD)$|^REDIS_URL$/;

/** Where the manifest's environment and the program's settings disagree. */
function findSettingErrors(app: DeployedApp): string[] {
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

describe("the environment that the manifests give is what the program reads", () => {
  const find = ofApp(findSettingErrors);
  itHolds(find);
  itFinds(find, [
    ["a variable that is not given", "env", (old) => old.slice(1), /is read in .* but not given/],
    [
      "a variable that the program does not read",
      "env",
      (old) => [...old, { name: "FEATURE", value: "on" }],
      /FEATURE is given, but/,
    ],
    ["a variable that is given twice", "env", (old) => [...old, ...old.slice(0, 1)], /is given twice/],
    ["variables that come in bulk", "container envFrom", [{ configMapRef: { name: "a" } }], /envFrom/],
    [
      "a secret in the manifest",
      "env",
      variable("IDENTITY_KEYS", { value: "k:c2VjcmV0" }),
      /IDENTITY_KEYS is a secret/,
    ],
    [
      "a secret from a configuration",
      "env",
      variable("IDENTITY_KEYS", { valueFrom: { configMapKeyRef: { name: "a", key: "b" } } }),
      /IDENTITY_KEYS is a secret/,
    ],
    [
      "a secret that may be missing",
      "env",
      variable("IDENTITY_KEYS", { valueFrom: { secretKeyRef: { name: "a", key: "b", optional: true } } }),
      /may be missing/,
    ],
    [
      "a value that cannot be read here",
      "env",
      variable("USERS_URL", { valueFrom: { configMapKeyRef: { name: "a", key: "b" } } }),
      /USERS_URL must have its value/,
    ],
    [
      "a password in an address",
      "env",
      variable("USERS_URL", { value: "http://me:pw@users.users:9001" }),
      /password in its address/,
    ],
    [
      "a value that the program refuses",
      "env",
      variable("LOG_LEVEL", { value: "verbose" }),
      /LOG_LEVEL is .*verbose/,
    ],
    [
      "a port that the container does not declare",
      "env",
      variable("PORT", { value: "8102" }),
      /PORT is 8102/,
    ],
    [
      "a proxy that listens on another port",
      "env",
      variable("HTTPS_BIND", { value: ":443" }),
      /HTTPS_BIND is 443, but the container's port https is 8443/,
      "reverse-proxy",
    ],
    [
      "a file where nothing is mounted",
      "env",
      variable("KEYS_FILE", { value: "/keys.json" }),
      /nothing is mounted/,
      "gateway",
    ],
    [
      "keys that come from no secret",
      "env",
      variable("KEYS_FILE", { value: "/etc/triptych/contracts/k" }),
      /mount it from a secret/,
      "gateway",
    ],
  ]);

  it("finds the variables in a configuration of HAProxy, and those that may be missing", () => {
    const text = "bind ${NEW_BIND}\n# ${SAID}\n.if defined(PERHAPS)\nserver ${PERHAPS} ${TOO}\n.endif\n";
    assert.deepEqual(variablesIn(text), { needed: ["NEW_BIND"], optional: ["PERHAPS", "TOO"] });
  });

  for (const app of ["web-bff", "reverse-proxy"]) {
    it(
      `finds a variable that ${app} reads and the manifest does not give`,
      { skip: withoutKubectl },
      async () => {
        const expected = await expectationOf(app);
        const settings = { ...expected.settings, NEW_BIND: { read: () => "x" } };
        assert.deepEqual(findSettingErrors(toDeployedApp({ ...expected, settings }, overlayOf(app))), [
          `NEW_BIND is read in ${expected.settingsFile}, but not given`,
        ]);
      },
    );
  }
});
