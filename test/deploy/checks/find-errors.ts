import { at } from "../../repository/documents.ts";
import type { Resource } from "../kustomize/render.ts";
import { findSchemaErrors } from "../schemas/validate.ts";
import { findConfigurationErrors } from "./configuration.ts";
import { findConfinementErrors } from "./confinement.ts";
import { toDeployedApp } from "./deployed-app.ts";
import { findLifetimeErrors } from "./lifetime.ts";
import { findNetworkErrors } from "./network.ts";
import { findReferenceErrors } from "./references.ts";
import { findPublicServiceErrors } from "./public-service.ts";
import { findSettingErrors } from "./settings.ts";
import { surroundingsOf } from "./surroundings.ts";

/** What an app's manifests must agree with. */
export interface Expectation {
  readonly app: string;
  /** What it reads from its environment, by name, and which of it may be missing. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly optional: readonly string[];
  /** The owner that the catalogue names. */
  readonly team: string | undefined;
  /** The contract that the app publishes: its file's name and text. */
  readonly contract: { readonly file: string; readonly text: string } | undefined;
}

/** Everything that is wrong with the rendered manifests of an app. One line each. */
export function findErrors(expected: Expectation, resources: readonly Resource[]): string[] {
  const { app, team } = expected;
  const schemaErrors = resources.flatMap(findSchemaErrors);
  // What the API server would refuse, or silently drop, need not be looked at further.
  if (schemaErrors.length > 0) return schemaErrors;
  const deployed = toDeployedApp({ ...expected, surroundings: surroundingsOf(app) }, resources);
  return [
    ...findSettingErrors(deployed),
    ...findLifetimeErrors(deployed),
    ...findConfinementErrors(deployed),
    ...findNetworkErrors(deployed),
    ...findReferenceErrors(deployed, team),
    ...findPublicServiceErrors(deployed),
    ...findConfigurationErrors(deployed),
    ...findContractErrors(expected, resources),
  ];
}

/** A new path must reach the gateway with the app that serves it. */
function findContractErrors({ app, contract }: Expectation, resources: readonly Resource[]): string[] {
  if (contract === undefined) return [];
  const published = resources.find((resource) => at(resource, "metadata", "name") === `${app}-contract`);
  if (at(published, "data", contract.file) === contract.text) return [];
  return [
    `ConfigMap/${app}-contract does not hold contracts/${contract.file}: add ../../contracts to the base`,
  ];
}
