import { isDeepStrictEqual } from "node:util";
import { at, listAt } from "../../repository/documents.ts";
import { variableOf } from "./deployed-app.ts";
import type { DeployedApp } from "./deployed-app.ts";

type Rule = readonly [complaint: string, holds: (app: DeployedApp) => boolean];

/** What a process that was taken over could use ("restricted" of the Pod Security Standards, and a read-only root). */
const RULES: readonly Rule[] = [
  [
    "runs as root",
    ({ pod }) =>
      at(pod, "securityContext", "runAsNonRoot") === true &&
      Number(at(pod, "securityContext", "runAsUser")) > 0,
  ],
  [
    "may use any system call",
    ({ pod }) => at(pod, "securityContext", "seccompProfile", "type") === "RuntimeDefault",
  ],
  ["has a token for the cluster", ({ pod }) => pod["automountServiceAccountToken"] === false],
  [
    "shares the node",
    ({ pod }) => [pod["hostNetwork"], pod["hostPID"], pod["hostIPC"]].every((shared) => shared === undefined),
  ],
  [
    "may write its files",
    ({ container }) => at(container, "securityContext", "readOnlyRootFilesystem") === true,
  ],
  [
    "may gain rights",
    ({ container }) => at(container, "securityContext", "allowPrivilegeEscalation") === false,
  ],
  [
    "keeps capabilities",
    ({ container }) => isDeepStrictEqual(at(container, "securityContext", "capabilities"), { drop: ["ALL"] }),
  ],
  [
    "runs as its container says, not its pod",
    ({ container }) =>
      at(container, "securityContext", "runAsUser") === undefined &&
      at(container, "securityContext", "privileged") === undefined,
  ],
  [
    "mounts what is not read-only",
    (app) =>
      listAt(app.container, "volumeMounts").every(
        (mount) => at(mount, "readOnly") === true || isScratch(app, at(mount, "name")),
      ),
  ],
  [
    "mounts what is no secret and no configuration",
    (app) =>
      listAt(app.pod, "volumes").every(
        (volume) =>
          ["secret", "configMap", "projected"].some((kind) => at(volume, kind) !== undefined) ||
          isScratch(app, at(volume, "name")),
      ),
  ],
];

/** What a deployed app may do that it need not. */
export function findConfinementErrors(app: DeployedApp): string[] {
  return RULES.filter(([, holds]) => !holds(app)).map(([complaint]) => `the container ${complaint}`);
}

/** A little memory where the app may write, if its variable for such a folder leads there. */
function isScratch(app: DeployedApp, name: unknown): boolean {
  const { scratch } = app.surroundings;
  if (scratch === undefined) return false;
  const volume = listAt(app.pod, "volumes").find((candidate) => at(candidate, "name") === name);
  const mount = listAt(app.container, "volumeMounts").find((candidate) => at(candidate, "name") === name);
  return (
    at(mount, "mountPath") === at(variableOf(app, scratch), "value") &&
    at(volume, "emptyDir", "medium") === "Memory" &&
    at(volume, "emptyDir", "sizeLimit") !== undefined
  );
}
