import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { fieldsAt, isFields, listAt, textAt, readDocuments } from "../../repository/documents.ts";

const KUSTOMIZATION = "kustomization.yaml";

/** Labels that all resources get, and pods too where `includeTemplates` says so. Selectors never: they cannot change. */
export interface Labels {
  readonly pairs: Readonly<Record<string, string>>;
  readonly includeTemplates: boolean;
}

/** Where the image of a container's placeholder name comes from. */
export interface Image {
  readonly name: string;
  readonly newName: string;
  /** `:1.2.3`, `@sha256:…` or, for a name alone, nothing. */
  readonly version: string;
}

export interface ConfigMapSource {
  readonly name: string;
  /** Names in the folder, which are the keys as well. */
  readonly files: readonly string[];
}

/** A kustomization.yaml, as far as it is used here. */
export interface Kustomization {
  readonly folder: string;
  readonly namespace: string | undefined;
  readonly resources: readonly string[];
  readonly labels: readonly Labels[];
  readonly images: readonly Image[];
  readonly patches: readonly string[];
  readonly configMaps: readonly ConfigMapSource[];
}

/**
 * Reads a folder's kustomization.yaml. What the renderer does not know is refused, not ignored, so that what it renders
 * is what kustomize renders.
 * @throws Error that names the file and what is not understood
 */
export function readKustomization(folder: string): Kustomization {
  const file = join(folder, KUSTOMIZATION);
  if (!existsSync(file)) throw new Error(`${folder} has no ${KUSTOMIZATION}`);
  const [document, ...more] = readDocuments(file);
  if (more.length > 0) throw new Error(`${file} holds more than one document`);
  const only = (value: unknown, place: string, ...known: readonly string[]): void => {
    const strange = Object.keys(isFields(value) ? value : {}).filter((key) => !known.includes(key));
    if (!isFields(value) || strange.length > 0) {
      throw new Error(
        `${file}: ${place} may only say ${known.join(", ")} here, but has ${strange.join(", ")}`,
      );
    }
  };
  only(document, "it", ...KEYS);
  const { apiVersion, kind, namespace } = fieldsAt(document);
  if (apiVersion !== "kustomize.config.k8s.io/v1beta1" || kind !== "Kustomization") {
    throw new Error(`${file}: expected kind Kustomization of kustomize.config.k8s.io/v1beta1`);
  }
  return {
    folder,
    namespace: namespace === undefined ? undefined : textAt(document, "namespace"),
    resources: listAt(document, "resources").map((path) =>
      checkPath(folder, textAt({ path }, "path"), "resource"),
    ),
    labels: listAt(document, "labels").map((entry) => {
      only(entry, "labels", "pairs", "includeTemplates");
      return {
        pairs: Object.fromEntries(
          Object.entries(fieldsAt(entry, "pairs")).map(([key, value]) => [key, String(value)]),
        ),
        includeTemplates: fieldsAt(entry)["includeTemplates"] === true,
      };
    }),
    images: listAt(document, "images").map((entry) => {
      only(entry, "images", "name", "newName", "newTag", "digest");
      return toImage(entry);
    }),
    patches: listAt(document, "patches").map((entry) => {
      only(entry, "patches", "path");
      return checkPath(folder, textAt(entry, "path"), "patch");
    }),
    configMaps: listAt(document, "configMapGenerator").map((entry) => {
      only(entry, "configMapGenerator", "name", "files", "options");
      // With a hash in the name the gateway, which is another's to deploy, could not refer to it.
      if (fieldsAt(entry, "options")["disableNameSuffixHash"] !== true) {
        throw new Error(`${file}: configMapGenerator needs options.disableNameSuffixHash: true`);
      }
      only(fieldsAt(entry, "options"), "configMapGenerator.options", "disableNameSuffixHash");
      const files = listAt(entry, "files").map((path) => checkPath(folder, textAt({ path }, "path"), "file"));
      return { name: textAt(entry, "name"), files };
    }),
  };
}

const KEYS = [
  "apiVersion",
  "kind",
  "namespace",
  "resources",
  "labels",
  "images",
  "patches",
  "configMapGenerator",
] as const;

/** kustomize reads files below a kustomization alone, and other kustomizations anywhere. */
function checkPath(folder: string, path: string, role: "resource" | "patch" | "file"): string {
  const target = join(folder, path);
  if (!existsSync(target)) throw new Error(`${folder}: the ${role} ${path} is not there`);
  if (statSync(target).isDirectory()) {
    if (role !== "resource") throw new Error(`${folder}: the ${role} ${path} is a folder`);
  } else if (!/^[\w.-]+$/.test(path)) {
    throw new Error(`${folder}: the ${role} ${path} must be a file of the same folder`);
  }
  return path;
}

function toImage(entry: unknown): Image {
  const name = textAt(entry, "name");
  const { newName, newTag, digest } = fieldsAt(entry);
  if ((newTag === undefined) === (digest === undefined))
    throw new Error(`image ${name}: say newTag or digest, and not both`);
  return {
    name,
    newName: newName === undefined ? name : textAt(entry, "newName"),
    version: digest === undefined ? `:${textAt(entry, "newTag")}` : `@${textAt(entry, "digest")}`,
  };
}
