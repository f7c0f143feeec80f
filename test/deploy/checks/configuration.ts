import { createHash } from "node:crypto";
import { at } from "../../repository/documents.ts";
import { resourceOf } from "./deployed-app.ts";
import type { DeployedApp } from "./deployed-app.ts";

const ANNOTATION = "triptych.example/configuration";
/** Enough to tell two versions of a file apart. */
const LENGTH = 12;

/** Where pods would go on with an older configuration than the one that is applied: a program that reads it once is not told. */
export function findConfigurationErrors({ app, resources, surroundings }: DeployedApp): string[] {
  const { configuration } = surroundings;
  if (configuration === undefined) return [];
  const map = resources.find((resource) => at(resource, "metadata", "name") === `${app}-configuration`);
  const text = at(map, "data", configuration);
  if (typeof text !== "string") return [`ConfigMap/${app}-configuration does not hold ${configuration}`];
  const hash = createHash("sha256").update(text).digest("hex").slice(0, LENGTH);
  const said = at(
    resourceOf(resources, "Deployment"),
    "spec",
    "template",
    "metadata",
    "annotations",
    ANNOTATION,
  );
  return said === hash
    ? []
    : [
        `the pods' annotation ${ANNOTATION} must be "${hash}", as ${configuration} is now, not ${JSON.stringify(said)}`,
      ];
}
