import { posix } from "node:path";

/** What is counted of the source. */
export interface Figures {
  /** Lines and files, without tests, what only tests use, and generated code. */
  readonly lines: number;
  readonly files: number;
  /** Of these, outside the core: what is not a part of every answer. */
  readonly outsideCore: { readonly lines: number; readonly files: number };
  readonly testLines: number;
  readonly helperLines: number;
  /** Files of `SHORT_LINES` or fewer. */
  readonly shortFiles: readonly string[];
  readonly longest: { readonly file: string; readonly lines: number };
  /** Files that import each other, directly or through others, types included. */
  readonly importCircles: readonly (readonly string[])[];
  /** Files of the same name in two apps that share most of their lines. */
  readonly twins: readonly (readonly [string, string])[];
  readonly exports: number;
  /** Exports without a docstring, as `file:line`. */
  readonly undocumented: readonly string[];
  /** The share of comment lines among all lines that are not empty, 0 to 1. */
  readonly commentShare: number;
  /** Comment lines over `WIDEST_COMMENT` columns, as `file:line`. */
  readonly wideComments: readonly string[];
}

/** A file this short is often half an idea. */
const SHORT_LINES = 20;
const WIDEST_COMMENT = 100;
/** Shorter files may look the same by chance. */
const TWIN_LINES = 25;
const TWIN_SHARE = 0.8;

const SOURCE = /\.(?:ts|mts|js|mjs|cjs|jsx)$/;
const NOT_COUNTED = /generated|\.d\.m?ts$/;
const TEST = /\.test\.ts$/;
const HELPER = /^packages\/testing\/|\/(?:testing|fixtures)\//;
const CORE = /^(?:packages\/(?:upstream-client|screen|bff|identity|domain-clients)|apps\/[a-z]+-bff)\//;
const EXPORT =
  /^export (?:default )?(?:async )?(?:abstract )?(?:function\*?|class|const|let|type|interface) \w/;

/**
 * Counts files, which are texts by their path from the root.
 *
 * @param folders what the paths of the counted files begin with; empty: all. Circles and twins with
 *   other folders count too
 */
export function figuresOf(texts: ReadonlyMap<string, string>, folders: readonly string[] = []): Figures {
  const all = [...texts.keys()].filter((file) => SOURCE.test(file) && !NOT_COUNTED.test(file)).toSorted();
  const isChosen = (file: string): boolean =>
    folders.length === 0 || folders.some((folder) => file.startsWith(folder));
  const linesOf = (file: string): string[] => (texts.get(file) ?? "").replace(/\n$/, "").split("\n");
  const sum = (files: readonly string[]): number =>
    files.reduce((total, file) => total + linesOf(file).length, 0);

  const source = all.filter((file) => !TEST.test(file) && !HELPER.test(file));
  const files = source.filter(isChosen);
  const outside = files.filter((file) => !CORE.test(file));
  const inspected = files.map((file) => inspect(file, linesOf(file)));
  const comments = inspected.reduce((total, one) => total + one.comments, 0);
  const notEmpty = inspected.reduce((total, one) => total + one.notEmpty, 0);
  const longest = files.toSorted((one, other) => linesOf(other).length - linesOf(one).length)[0] ?? "";
  return {
    lines: sum(files),
    files: files.length,
    outsideCore: { lines: sum(outside), files: outside.length },
    testLines: sum(all.filter((file) => isChosen(file) && TEST.test(file))),
    helperLines: sum(all.filter((file) => isChosen(file) && HELPER.test(file) && !TEST.test(file))),
    shortFiles: files.filter((file) => linesOf(file).length <= SHORT_LINES),
    longest: { file: longest, lines: longest === "" ? 0 : linesOf(longest).length },
    importCircles: circlesOf(importsOf(source, texts)).filter((circle) => circle.some(isChosen)),
    twins: twinsOf(source, linesOf).filter((pair) => pair.some(isChosen)),
    exports: inspected.reduce((total, one) => total + one.exports, 0),
    undocumented: inspected.flatMap((one) => one.undocumented),
    commentShare: notEmpty === 0 ? 0 : comments / notEmpty,
    wideComments: inspected.flatMap((one) => one.wide),
  };
}

/** What is counted of one file, line by line. */
function inspect(file: string, lines: readonly string[]) {
  let [comments, notEmpty, exports, inBlock] = [0, 0, 0, false];
  const [undocumented, wide]: [string[], string[]] = [[], []];
  lines.forEach((line, index) => {
    const text = line.trim();
    if (text === "") return;
    notEmpty += 1;
    if (inBlock || text.startsWith("//") || text.startsWith("/*")) {
      comments += 1;
      if (line.length > WIDEST_COMMENT) wide.push(`${file}:${index + 1}`);
    }
    if (text.startsWith("/*") && !text.includes("*/")) inBlock = true;
    else if (text.includes("*/")) inBlock = false;
    if (!EXPORT.test(line)) return;
    exports += 1;
    const before = lines.slice(0, index).findLast((earlier) => earlier.trim() !== "");
    if (before?.trim().endsWith("*/") !== true) undocumented.push(`${file}:${index + 1}`);
  });
  return { comments, notEmpty, exports, undocumented, wide };
}

/** The relative imports of each file, among these files. */
function importsOf(
  files: readonly string[],
  texts: ReadonlyMap<string, string>,
): ReadonlyMap<string, readonly string[]> {
  const known = new Set(files);
  return new Map(
    files.map((file) => {
      const named = (texts.get(file) ?? "").matchAll(/\b(?:from|import)\s*\(?\s*"(\.[^"]+)"/g);
      const imported = Array.from(named, ([, path = ""]) => posix.join(posix.dirname(file), path));
      return [file, imported.filter((path) => known.has(path))];
    }),
  );
}

/** Strongly connected components: Tarjan's algorithm (SIAM J. Comput. 1, 1972). */
function circlesOf(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const stack: string[] = [];
  const circles: string[][] = [];
  const visit = (file: string): number => {
    const own = order.size;
    order.set(file, own);
    lowest.set(file, own);
    stack.push(file);
    for (const next of graph.get(file) ?? []) {
      const reached = order.has(next) ? (stack.includes(next) ? order.get(next) : undefined) : visit(next);
      lowest.set(file, Math.min(lowest.get(file) ?? own, reached ?? own));
    }
    const low = lowest.get(file) ?? own;
    if (low === own) {
      const circle = stack.splice(stack.indexOf(file));
      if (circle.length > 1) circles.push(circle.toSorted());
    }
    return low;
  };
  for (const file of graph.keys()) if (!order.has(file)) visit(file);
  return circles;
}

/** Pairs of files with the same path in two apps: copies that must be changed together. */
function twinsOf(files: readonly string[], linesOf: (file: string) => readonly string[]): [string, string][] {
  const inApps = files.filter(
    (file) => /^apps\/[^/]+\/src\/.*\.ts$/.test(file) && linesOf(file).length > TWIN_LINES,
  );
  const byPath = Map.groupBy(inApps, (file) => posix.basename(file));
  return [...byPath.values()].flatMap((same) =>
    same.flatMap((one, index) =>
      same
        .slice(index + 1)
        .filter((other) => one.split("/")[1] !== other.split("/")[1])
        .filter((other) => shared(linesOf(one), linesOf(other)) >= TWIN_SHARE)
        .map((other): [string, string] => [one, other]),
    ),
  );
}

/** The share of the longer file's lines that the other has too, 0 to 1. */
function shared(one: readonly string[], other: readonly string[]): number {
  const left = Map.groupBy(
    other.filter((line) => line.trim() !== ""),
    (line) => line,
  );
  const own = one.filter((line) => line.trim() !== "");
  const found = own.filter((line) => left.get(line)?.pop() !== undefined).length;
  return found / Math.max(own.length, other.filter((line) => line.trim() !== "").length);
}
