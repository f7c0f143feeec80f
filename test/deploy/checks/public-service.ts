import { isDeepStrictEqual } from "node:util";
import { at, fieldsAt } from "../../repository/documents.ts";
import type { DeployedApp } from "./deployed-app.ts";

/** What the outside reaches of an app, by a balancer that keeps the client's own address. */
const PUBLIC = {
  type: "LoadBalancer",
  externalTrafficPolicy: "Local",
  ports: [
    { name: "https", port: 443, targetPort: "https" },
    { name: "http", port: 80, targetPort: "http" },
  ],
};

/** Kinds of Services that only the cluster reaches; it is one where nothing is said. */
const INSIDE: ReadonlySet<unknown> = new Set(["ClusterIP", undefined]);

/** Where an app's door to the outside stands open wider than it must, hides who comes, or leads elsewhere. An app without one has none. */
export function findPublicServiceErrors({ app, resources, surroundings }: DeployedApp): string[] {
  const name = `${app}-public`;
  const complaints = resources
    .filter((resource) => resource["kind"] === "Service" && at(resource, "metadata", "name") !== name)
    .filter((resource) => !INSIDE.has(at(resource, "spec", "type")))
    .map(() => `Service/${app} must be for the cluster alone (ClusterIP)`);
  if (!surroundings.more.includes(`Service/${name}`)) return complaints;
  const spec = resources.find((resource) => at(resource, "metadata", "name") === name);
  const expected = { ...PUBLIC, selector: { "app.kubernetes.io/name": app } };
  return isDeepStrictEqual(fieldsAt(spec, "spec"), expected)
    ? complaints
    : [
        ...complaints,
        `Service/${name} must be ${JSON.stringify(expected)}, not ${JSON.stringify(at(spec, "spec"))}`,
      ];
}
