import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { at, fieldsAt, isFields, listAt, put, readDocuments, textAt } from "../repository/documents.ts";
import type { Fields, Path } from "../repository/documents.ts";

/** A Kubernetes object. */
export type Resource = Fields;

/** A kustomization.yaml, as far as it is used here. Paths start at its folder. */
interface Kustomization {
  readonly namespace?: string;
  readonly resources?: readonly string[];
  /** Selectors never get these labels: Kubernetes refuses to change them. */
  readonly labels?: readonly {
    readonly pairs: Readonly<Record<string, string>>;
    includeTemplates?: boolean;
  }[];
  readonly images?: readonly { readonly name: string; newName?: string; newTag?: string; digest?: string }[];
  readonly patches?: readonly { readonly path: string }[];
  readonly configMapGenerator?: readonly { readonly name: string; readonly files?: readonly string[] }[];
}

const TEXT = { type: "string" };
const listOf = (items: object): object => ({ type: "array", items });
/** An object with these members and no others, so that a feature is refused and never ignored. */
const only = (required: readonly string[], properties: object): object => {
  return { type: "object", required, properties, additionalProperties: false };
};

const isKustomization = new Ajv2020({ allErrors: true }).compile<Kustomization>(
  only(["apiVersion", "kind"], {
    apiVersion: { const: "kustomize.config.k8s.io/v1beta1" },
    kind: { const: "Kustomization" },
    namespace: TEXT,
    resources: listOf(TEXT),
    labels: listOf(
      only(["pairs"], {
        pairs: { type: "object", additionalProperties: TEXT },
        includeTemplates: { type: "boolean" },
      }),
    ),
    images: listOf({
      ...only(["name"], { name: TEXT, newName: TEXT, newTag: TEXT, digest: TEXT }),
      oneOf: [{ required: ["newTag"] }, { required: ["digest"] }],
    }),
    patches: listOf(only(["path"], { path: TEXT })),
    configMapGenerator: listOf(
      only(["name", "options"], {
        name: TEXT,
        files: listOf(TEXT),
        // With a hash in the name the gateway, which another team deploys, could not refer to it.
        options: only(["disableNameSuffixHash"], { disableNameSuffixHash: { const: true } }),
      }),
    ),
  }),
);

/**
 * What `kustomize build` makes of a folder, for the few features that we use; every other one is
 * refused. The test compares it with the output of kustomize itself. No package has a kustomize
 * that renders these manifests (docs/decisions/0009).
 * @throws Error that names the file and what is wrong
 */
export function render(folder: string): Resource[] {
  const { namespace, labels = [], images = [], ...sources } = readKustomization(folder);
  const resources = [
    ...(sources.resources ?? []).flatMap((path) => readResources(checkPath(folder, path, "resource"))),
    ...(sources.configMapGenerator ?? []).map(({ name, files = [] }) => {
      const data = files.map((file) => [file, readFileSync(checkPath(folder, file, "file"), "utf8")]);
      return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data: Object.fromEntries(data) };
    }),
  ];
  const ids = resources.map(idOf);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`${folder}: ${twice} is there twice`);
  const patches = (sources.patches ?? []).map(({ path }) => checkPath(folder, path, "patch"));
  return patches
    .reduce(withPatches, resources)
    .map((resource) => {
      return namespace === undefined
        ? resource
        : fieldsAt(put(resource, ["metadata", "namespace"], namespace));
    })
    .map((resource) => labels.reduce(withLabels, resource))
    .map((resource) => images.reduce(withImage, resource));
}

/** `Deployment/web-bff` */
export function idOf(resource: Resource): string {
  return `${textAt(resource, "kind")}/${textAt(resource, "metadata", "name")}`;
}

function readKustomization(folder: string): Kustomization {
  const file = join(folder, "kustomization.yaml");
  if (!existsSync(file)) throw new Error(`${folder} has no kustomization.yaml`);
  const [document, ...more] = readDocuments(file);
  if (more.length > 0) throw new Error(`${file} holds more than one document`);
  if (isKustomization(document)) return document;
  const problems = (isKustomization.errors ?? []).map(
    ({ instancePath, message = "", params }) =>
      `${instancePath || "it"} ${message} ${JSON.stringify(params)}`,
  );
  throw new Error(`${file}: ${problems.join("; ")}`);
}

function readResources(target: string): Resource[] {
  if (statSync(target).isDirectory()) return render(target);
  return readDocuments(target).map((document) => {
    if (isFields(document)) return document;
    throw new TypeError(`${target} holds a document that is no object`);
  });
}

/**
 * The path to a file beside the kustomization, or to another kustomization: kustomize reads nothing
 * else.
 */
function checkPath(folder: string, path: string, role: "resource" | "patch" | "file"): string {
  const target = join(folder, path);
  if (!existsSync(target)) throw new Error(`${folder}: the ${role} ${path} is not there`);
  if (statSync(target).isDirectory()) {
    if (role !== "resource") throw new Error(`${folder}: the ${role} ${path} is a folder`);
    if (`${folder}/`.startsWith(`${target}/`)) throw new Error(`${folder}: ${path} is above it: a cycle`);
  } else if (!/^[\w.-]+$/.test(path)) {
    throw new Error(`${folder}: the ${role} ${path} must be a file of the same folder`);
  }
  return target;
}

function withPatches(resources: readonly Resource[], file: string): Resource[] {
  return readResources(file).reduce(
    (patched, patch) => {
      const index = patched.findIndex((resource) => idOf(resource) === idOf(patch));
      if (index === -1) throw new Error(`${file} patches ${idOf(patch)}, which is not there`);
      return patched.with(index, fieldsAt(mergePatch(patched[index], patch, textAt(patch, "kind"))));
    },
    [...resources],
  );
}

type Labels = NonNullable<Kustomization["labels"]>[number];
function withLabels(resource: Resource, { pairs, includeTemplates = false }: Labels): Resource {
  const template = ["spec", "template"];
  const label = (target: Resource, ...path: Path): Resource => {
    const labels = [...path, "metadata", "labels"];
    return fieldsAt(put(target, labels, { ...fieldsAt(target, ...labels), ...pairs }));
  };
  const labelled = label(resource);
  return includeTemplates && isFields(at(resource, ...template)) ? label(labelled, ...template) : labelled;
}

type Image = NonNullable<Kustomization["images"]>[number];
function withImage(resource: Resource, { name, newName = name, newTag, digest }: Image): Resource {
  const image = digest === undefined ? `${newName}:${newTag}` : `${newName}@${digest}`;
  return ["initContainers", "containers"].reduce((renamed, list) => {
    const path = ["spec", "template", "spec", list];
    const containers = listAt(renamed, ...path).map((container) =>
      at(container, "image") === name ? put(container, ["image"], image) : container,
    );
    return containers.length === 0 ? renamed : fieldsAt(put(renamed, path, containers));
  }, resource);
}

/**
 * The member that tells the entries of a list apart (x-kubernetes-patch-merge-key in the Kubernetes
 * API). Kubernetes would replace any other list as a whole, which a reader of a patch does not
 * expect.
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
 * A strategic merge patch: objects merge, `null` takes a member away, lists of texts or numbers are
 * replaced, lists of objects merge by their key. `place` is the kind and the path to `base`.
 * @throws Error for directives (`$patch`) and for lists that have no key
 */
function mergePatch(base: unknown, patch: unknown, place: string): unknown {
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
    throw new Error(`${place}: entries of this list have no name, so a patch cannot change it: use the base`);
  }
  const patched = patch.map((entry) => {
    if (at(entry, key) === undefined) throw new Error(`${place}: each entry needs its ${key}`);
    return mergePatch(
      base.find((old) => at(old, key) === at(entry, key)),
      entry,
      place,
    );
  });
  const named = new Set(patch.map((entry) => at(entry, key)));
  // Like kustomize: what the patch names comes first, in the patch's order.
  return [...patched, ...base.filter((entry) => !named.has(at(entry, key)))];
}
