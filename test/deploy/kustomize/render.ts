import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { at, fieldsAt, isFields, listAt, textAt, readDocuments } from "../../repository/documents.ts";
import type { Fields } from "../../repository/documents.ts";
import { readKustomization } from "./kustomization.ts";
import type { Image, Kustomization, Labels } from "./kustomization.ts";
import { mergePatch } from "./merge-patch.ts";

/** A Kubernetes object. */
export type Resource = Fields;

/**
 * What `kustomize build` makes of a folder, for the few features that we use; everything else is refused. Its tests hold
 * it to the output of kustomize itself. The order is that of the kustomizations.
 * @throws Error that names the file and what is wrong
 */
export function render(folder: string): Resource[] {
  const kustomization = readKustomization(folder);
  const resources = [...readResources(kustomization), ...makeConfigMaps(kustomization)];
  const ids = resources.map(idOf);
  const twice = ids.find((id, index) => ids.indexOf(id) !== index);
  if (twice !== undefined) throw new Error(`${folder}: ${twice} is there twice`);
  return applyPatches(resources, kustomization)
    .map((resource) => withNamespace(resource, kustomization.namespace))
    .map((resource) => kustomization.labels.reduce(withLabels, resource))
    .map((resource) => kustomization.images.reduce(withImage, resource));
}

/** `Deployment/web-bff` */
export function idOf(resource: Resource): string {
  return `${textAt(resource, "kind")}/${textAt(resource, "metadata", "name")}`;
}

function readResources({ folder, resources }: Kustomization): Resource[] {
  return resources.flatMap((path) => {
    const target = join(folder, path);
    if (statSync(target).isDirectory()) return render(target);
    return readDocuments(target).map((document) => {
      if (isFields(document)) return document;
      throw new TypeError(`${target} holds a document that is no object`);
    });
  });
}

function makeConfigMaps({ folder, configMaps }: Kustomization): Resource[] {
  return configMaps.map(({ name, files }) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name },
    data: Object.fromEntries(files.map((file) => [file, readFileSync(join(folder, file), "utf8")])),
  }));
}

function applyPatches(resources: readonly Resource[], { folder, patches }: Kustomization): Resource[] {
  let patched = [...resources];
  for (const path of patches) {
    for (const patch of readDocuments(join(folder, path))) {
      if (!isFields(patch)) throw new TypeError(`${join(folder, path)} holds a document that is no object`);
      const id = idOf(patch);
      if (!patched.some((resource) => idOf(resource) === id)) {
        throw new Error(`${join(folder, path)} patches ${id}, which is not there`);
      }
      patched = patched.map((resource) =>
        idOf(resource) === id ? fieldsAt(mergePatch(resource, patch, textAt(patch, "kind"))) : resource,
      );
    }
  }
  return patched;
}

function withNamespace(resource: Resource, namespace: string | undefined): Resource {
  if (namespace === undefined) return resource;
  return { ...resource, metadata: { ...fieldsAt(resource, "metadata"), namespace } };
}

function withLabels(resource: Resource, { pairs, includeTemplates }: Labels): Resource {
  const label = (metadata: Fields): Fields => ({
    ...metadata,
    labels: { ...fieldsAt(metadata, "labels"), ...pairs },
  });
  const labelled = { ...resource, metadata: label(fieldsAt(resource, "metadata")) };
  const template = at(resource, "spec", "template");
  if (!includeTemplates || !isFields(template)) return labelled;
  return {
    ...labelled,
    spec: {
      ...fieldsAt(resource, "spec"),
      template: { ...template, metadata: label(fieldsAt(template, "metadata")) },
    },
  };
}

function withImage(resource: Resource, image: Image): Resource {
  const pod = at(resource, "spec", "template", "spec");
  if (!isFields(pod)) return resource;
  const rename = (container: unknown): unknown =>
    at(container, "image") === image.name
      ? { ...fieldsAt(container), image: `${image.newName}${image.version}` }
      : container;
  const lists = ["containers", "initContainers"].filter((list) => pod[list] !== undefined);
  const renamed = Object.fromEntries(lists.map((list) => [list, listAt(pod, list).map(rename)]));
  const spec = fieldsAt(resource, "spec");
  return {
    ...resource,
    spec: { ...spec, template: { ...fieldsAt(spec, "template"), spec: { ...pod, ...renamed } } },
  };
}
