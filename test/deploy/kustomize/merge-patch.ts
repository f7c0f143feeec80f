import { isFields } from "../../repository/documents.ts";
import type { Fields } from "../../repository/documents.ts";

/**
 * The member that tells the entries of a list apart (x-kubernetes-patch-merge-key in the Kubernetes API). A list that is
 * not named here has no entries of its own: Kubernetes would replace it whole, which a reader of a patch does not expect.
 */
const MERGE_KEYS: Readonly<Record<string, string>> = {
  "Deployment.spec.template.spec.containers": "name",
  "Deployment.spec.template.spec.containers.env": "name",
  "Deployment.spec.template.spec.containers.ports": "containerPort",
  "Deployment.spec.template.spec.containers.volumeMounts": "mountPath",
  "Deployment.spec.template.spec.initContainers": "name",
  "Deployment.spec.template.spec.volumes": "name",
  "Service.spec.ports": "port",
};

/**
 * A strategic merge patch: objects merge, `null` takes a member away, lists of texts or numbers are replaced, lists of
 * objects merge by their key.
 *
 * @param place the kind and the path to `base`, for the merge keys: `Deployment.spec.template`
 * @throws Error for directives (`$patch`) and for lists that have no key
 */
export function mergePatch(base: unknown, patch: unknown, place: string): unknown {
  if (Array.isArray(patch)) return mergeList(Array.isArray(base) ? base : [], patch, place);
  if (!isFields(patch)) return patch;
  const merged: Record<string, unknown> = { ...(isFields(base) ? base : {}) };
  for (const [key, value] of Object.entries(patch)) {
    if (key.startsWith("$")) throw new Error(`${place}: the directive ${key} is not supported`);
    if (value === null) delete merged[key];
    else merged[key] = mergePatch(merged[key], value, `${place}.${key}`);
  }
  return merged;
}

function mergeList(base: readonly unknown[], patch: readonly unknown[], place: string): unknown[] {
  const key = MERGE_KEYS[place];
  if (key === undefined) {
    if (!patch.some(isFields)) return [...patch];
    throw new Error(
      `${place}: a patch cannot change this list, as its entries have no name: write it out in the base`,
    );
  }
  const keyOf = (entry: unknown): unknown => (isFields(entry) ? entry[key] : undefined);
  const patched = patch.map((entry) => {
    if (keyOf(entry) === undefined) throw new Error(`${place}: each entry needs its ${key}`);
    const old = base.find((candidate): candidate is Fields => keyOf(candidate) === keyOf(entry));
    return mergePatch(old, entry, place);
  });
  const named = new Set(patch.map(keyOf));
  // kustomize puts what the patch names first, in the patch's order.
  return [...patched, ...base.filter((entry) => !named.has(keyOf(entry)))];
}
