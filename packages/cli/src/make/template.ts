import { posix } from "node:path";

/**
 * A real app is the template of a new one. Marks leave out what only the sample shop shows:
 *
 * - a file whose first line holds `sample:file`;
 * - the lines from one with `sample:begin` to one with `sample:end`. Lines after `sample:else` take
 *   their place, without the comment signs in front of them.
 *
 * What these leave behind goes too: imports of files that are left out, names that nothing uses any
 * more.
 */
export type TemplateFiles = ReadonlyMap<string, string>;

/**
 * Strips the files of an app, texts by their path.
 *
 * @param isThere whether a relative import of another file can stay: by default only of these files
 * @throws Error for a mark without its other half
 */
export function withoutSample(
  files: TemplateFiles,
  isThere: (path: string) => boolean = () => false,
): TemplateFiles {
  const kept = [...files].filter(([, text]) => !/^.*sample:file/.test(text.split("\n", 1)[0] ?? ""));
  const stripped = new Map(kept.map(([path, text]) => [path, withoutBlocks(text, path)]));
  // A test of a file that is left out goes with it, and so does what only such tests use.
  for (let changed = true; changed;) {
    changed = false;
    for (const [path, text] of stripped) {
      const missing = importsOf(path, text).some((file) => !stripped.has(file) && !isThere(file));
      if (!missing || !path.endsWith(".test.ts")) continue;
      stripped.delete(path);
      changed = true;
    }
  }
  return new Map(
    [...stripped].map(([path, text]) => [
      path,
      path.endsWith(".ts") ? pruned(path, text, (file) => stripped.has(file) || isThere(file)) : text,
    ]),
  );
}

/** The files that these lead to by relative imports, themselves included. */
export function reachable(files: TemplateFiles, from: readonly string[]): TemplateFiles {
  const found = new Set<string>();
  const visit = (path: string): void => {
    const text = files.get(path);
    if (text === undefined || found.has(path)) return;
    found.add(path);
    importsOf(path, text).forEach(visit);
  };
  from.forEach(visit);
  return new Map([...files].filter(([path]) => found.has(path)));
}

function withoutBlocks(text: string, path: string): string {
  let part: "kept" | "sample" | "else" = "kept";
  const lines = text.split("\n").flatMap((line) => {
    const [, mark] = /sample:(begin|else|end)\b/.exec(line) ?? [];
    if (mark === undefined) {
      if (part === "else") return [path.endsWith(".md") ? line : line.replace(/^(\s*)(?:\/\/|#) ?/, "$1")];
      return part === "sample" ? [] : [line];
    }
    const expected = part === "kept" ? ["begin"] : part === "sample" ? ["else", "end"] : ["end"];
    if (!expected.includes(mark)) throw new Error(`${path}: sample:${mark} without its other half`);
    part = mark === "begin" ? "sample" : mark === "else" ? "else" : "kept";
    return [];
  });
  if (part !== "kept") throw new Error(`${path}: sample:begin without sample:end`);
  return lines.join("\n").replaceAll(/\n{3,}/g, "\n\n");
}

const IMPORT = /^import (?:type )?(?:\{([^}]*)\}|(\w+)|\* as (\w+))? ?(?:from )?"([^"]+)";\n/gm;

function importsOf(path: string, text: string): string[] {
  return Array.from(text.matchAll(IMPORT), ([, , , , from = ""]) => from)
    .filter((from) => from.startsWith("."))
    .map((from) => posix.join(posix.dirname(path), from));
}

/** A statement at the top of a module, with its comment: a constant, type or function. */
const STATEMENT =
  /^(?:\/\*\*(?:(?!\*\/)[^])*\*\/\n)?(?:const|type|(?:async )?function) (\w+)\b(?:[^\n]*;\n|[^\n]*\n(?:(?:[ \t][^\n]*)?\n)*?[)\]}][^\n]*\n)\n?/gm;

/** Leaves out imports of files that are not there, and again and again what nothing uses then. */
function pruned(path: string, text: string, isThere: (path: string) => boolean): string {
  const gone: string[] = [];
  let now = text.replaceAll(IMPORT, (...[all, names, , , from = ""]: string[]) => {
    if (!from.startsWith(".") || isThere(posix.join(posix.dirname(path), from))) return all ?? "";
    gone.push(...namesIn(names).map(localName));
    return "";
  });
  now = gone.reduce(withoutElement, now);
  for (let before = ""; before !== now;) {
    before = now;
    const isUsed = (name: string, besides: string): boolean => count(before, name) > count(besides, name);
    now = now.replaceAll(STATEMENT, (all, name: string) => (isUsed(name, all) ? all : ""));
    now = now.replaceAll(IMPORT, (all, names: string | undefined) => {
      const used = namesIn(names).filter((name) => isUsed(localName(name), localName(name)));
      if (names === undefined || used.length === namesIn(names).length) return all;
      return used.length === 0 ? "" : all.replace(/\{[^}]*\}/, `{ ${used.join(", ")} }`);
    });
  }
  return now;
}

function namesIn(names = ""): string[] {
  return names.split(",").flatMap((name) => (name.trim() === "" ? [] : [name.trim()]));
}

/** `b` of `a as b`. */
function localName(name: string): string {
  return name.split(" as ").at(-1) ?? name;
}

/** Takes a name out of the lists that it is in, and a member whose list is then empty. */
function withoutElement(text: string, name: string): string {
  const inList = new RegExp(
    `(?<=\\[[^\\]]*), ${name}\\b(?=[^\\]]*\\])|(?<=\\[)${name}\\b(?:, )?(?=[^\\]]*\\])`,
    "g",
  );
  return text.replaceAll(inList, "").replaceAll(/^ *\w+: \[\],\n/gm, "");
}

function count(text: string, name: string): number {
  return [...text.matchAll(new RegExp(`\\b${name}\\b`, "g"))].length;
}
