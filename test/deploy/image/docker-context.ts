import { readFileSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import { repositoryFiles } from "../../repository/tree.ts";

/** The files that `docker build` is given: those of the repository that .dockerignore leaves. */
export function dockerContext(root: string): string[] {
  const patterns = parseDockerIgnore(readFileSync(join(root, ".dockerignore"), "utf8"));
  return repositoryFiles(root).filter((path) => !isIgnored(path, patterns));
}

/** @throws SyntaxError for exceptions (`!`), which depend on the order of the lines */
export function parseDockerIgnore(source: string): string[] {
  const patterns = source.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  const strange = patterns.find((pattern) => !/^[\w.*/-]+$/.test(pattern));
  if (strange !== undefined)
    throw new SyntaxError(`.dockerignore: "${strange}" is no form that is used here`);
  return patterns;
}

/** A pattern is of the whole path, from the root, and what matches takes everything below it along. */
export function isIgnored(path: string, patterns: readonly string[]): boolean {
  const parts = path.split("/");
  const selfAndAbove = parts.map((_, index) => parts.slice(0, index + 1).join("/"));
  return patterns.some((pattern) => selfAndAbove.some((candidate) => matchesGlob(candidate, pattern)));
}
