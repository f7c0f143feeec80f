import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { at, fieldsAt, listAt, textAt } from "../../repository/documents.ts";
import type { DeployedApp } from "../checks/deployed-app.ts";
import { variableNames, variableOf } from "../checks/deployed-app.ts";
import { sampleKeyFiles, sampleSecret } from "../checks/sample-secrets.ts";
import type { Resource } from "../kustomize/render.ts";

/**
 * Lays an app's volumes out below a folder, as the cluster would, with stand-ins for secrets, and gives the environment
 * that the manifest gives, its mount paths moved to that folder.
 *
 * @param configMaps those of all apps, as an app may mount what another publishes
 */
export function clusterEnvironment(
  deployed: DeployedApp,
  configMaps: readonly Resource[],
  folder: string,
): Record<string, string> {
  const mounts = listAt(deployed.container, "volumeMounts").map((mount) => {
    const path = textAt(mount, "mountPath");
    const volume = listAt(deployed.pod, "volumes").find(
      (candidate) => at(candidate, "name") === at(mount, "name"),
    );
    for (const [file, text] of Object.entries(contentOf(volume, configMaps))) {
      const target = join(folder, path, file);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, text);
    }
    return path;
  });
  return Object.fromEntries(
    variableNames(deployed).map((name) => {
      const value = at(variableOf(deployed, name), "value");
      if (typeof value !== "string") return [name, sampleSecret(name)];
      return [name, mounts.some((path) => value.startsWith(path)) ? join(folder, value) : value];
    }),
  );
}

function contentOf(volume: unknown, configMaps: readonly Resource[]): Readonly<Record<string, string>> {
  if (at(volume, "secret") !== undefined) return sampleKeyFiles();
  const files = listAt(volume, "projected", "sources").flatMap((source) => {
    const name = textAt(source, "configMap", "name");
    const data = fieldsAt(
      configMaps.find((resource) => at(resource, "metadata", "name") === name),
      "data",
    );
    return listAt(source, "configMap", "items").map((item): [string, string] => [
      textAt(item, "path"),
      textAt({ [name]: data }, name, textAt(item, "key")),
    ]);
  });
  return Object.fromEntries(files);
}
