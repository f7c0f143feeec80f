import { generateKeyPairSync } from "node:crypto";
import { globSync, mkdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { IVolume } from "kubernetes-models/v1/Volume";
import { at, textAt } from "../../repository/documents.ts";
import { ROOT } from "../../repository/tree.ts";
import { environmentOf } from "./deployed-app.ts";
import type { DeployedApp } from "./deployed-app.ts";
import type { Resource } from "./manifests.ts";

const ring = (): string => `sample:${Buffer.alloc(32, 1).toString("base64url")}`;

/** Stands in for the secret that a variable refers to, in the form that its program wants. */
export function sampleSecret(name: string): string {
  if (name === "IDENTITY_KEYS") return ring();
  return name === "REDIS_URL" ? "redis://:sample@127.0.0.1:1" : "sample";
}

/** Stand in for the files of the gateway's secret, by name. */
function sampleKeyFiles(): Readonly<Record<string, string>> {
  const bffs = globSync("apps/*-bff/", { cwd: ROOT }).map((path) => basename(path));
  const { privateKey } = generateKeyPairSync("ed25519");
  const keys = {
    identityKeys: Object.fromEntries(bffs.map((bff) => [bff, ring()])),
    txnTokenKeys: [{ ...privateKey.export({ format: "jwk" }), kid: "sample" }],
    sessionKeys: ring(),
  };
  return { "keys.json": JSON.stringify(keys), "api-keys.json": JSON.stringify({ apiKeys: [] }) };
}

/**
 * The environment that the manifest gives a program, for a program that runs here: its volumes are
 * written below `folder`, with stand-ins for secrets, and its variables name the files there.
 *
 * @param configMaps those of all apps, since an app may mount what another one publishes
 */
export function clusterEnvironment(
  app: DeployedApp,
  configMaps: readonly Resource[],
  folder: string,
): Record<string, string> {
  const mounts = app.container.volumeMounts ?? [];
  for (const { name, mountPath } of mounts) {
    const volume = app.pod.volumes?.find((candidate) => candidate.name === name);
    for (const [file, text] of filesOf(volume, configMaps)) {
      const target = join(folder, mountPath, file);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
    }
  }
  return Object.fromEntries(
    [...environmentOf(app)].map(([name, value]) => {
      if (value === undefined) return [name, sampleSecret(name)];
      return [
        name,
        mounts.some(({ mountPath }) => value.startsWith(mountPath)) ? join(folder, value) : value,
      ];
    }),
  );
}

function filesOf(
  volume: IVolume | undefined,
  configMaps: readonly Resource[],
): [file: string, text: string][] {
  if (volume?.secret !== undefined) return Object.entries(sampleKeyFiles());
  return (volume?.projected?.sources ?? []).flatMap(({ configMap }) => {
    const map = configMaps.find((resource) => at(resource, "metadata", "name") === configMap?.name);
    return (configMap?.items ?? []).map(({ key, path }): [string, string] => [
      path,
      textAt(map, "data", key),
    ]);
  });
}
