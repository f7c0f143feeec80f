import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { UsageError } from "../command-line.ts";
import type { Terminal, Values } from "../command-line.ts";
import type { SIZE_OPTIONS } from "../options.ts";
import { figuresOf } from "./figures.ts";
import type { Figures } from "./figures.ts";

/**
 * `npm run size`: prints the figures of the files that git knows or would add.
 *
 * @param folders what the paths of the counted files begin with; empty: all
 */
export function printSize(
  { json = false, list = false }: Values<typeof SIZE_OPTIONS>,
  folders: readonly string[],
  { root, output }: Pick<Terminal, "root" | "output">,
): number {
  const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 64 * 1024 * 1024,
  });
  const files = listed
    .split("\n")
    .filter((file) => /\.[cm]?[jt]sx?$/.test(file) && existsSync(join(root, file)));
  const empty = folders.find((folder) => !files.some((file) => file.startsWith(folder)));
  if (empty !== undefined) throw new UsageError(`no source file's path begins with ${JSON.stringify(empty)}`);
  const texts = new Map(files.map((file) => [file, readFileSync(join(root, file), "utf8")]));
  const figures = figuresOf(texts, folders);
  output.write(json ? `${JSON.stringify(figures, undefined, 2)}\n` : renderFigures(figures, list));
  return 0;
}

/** One line per figure; with `list`, also what was found. */
export function renderFigures(figures: Figures, list: boolean): string {
  const { lines, files, outsideCore, testLines, helperLines, longest, exports } = figures;
  const documented = exports - figures.undocumented.length;
  const rows: [what: string, value: string, found?: readonly string[]][] = [
    ["source lines", `${lines} in ${files} files`],
    ["outside the core", `${outsideCore.lines} in ${outsideCore.files} files`],
    ["tests", `${testLines} lines, and ${helperLines} of what they share`],
    ["files of 20 lines or fewer", String(figures.shortFiles.length), figures.shortFiles],
    ["longest file", `${longest.lines} (${longest.file})`],
    [
      "import circles",
      String(figures.importCircles.length),
      figures.importCircles.map((circle) => circle.join(" <-> ")),
    ],
    ["alike in two apps", String(figures.twins.length), figures.twins.map((pair) => pair.join(" and "))],
    [
      "exports with a docstring",
      `${percent(exports === 0 ? 1 : documented / exports)} of ${exports}`,
      figures.undocumented,
    ],
    ["comment lines", percent(figures.commentShare)],
    ["comment lines over 100 columns", String(figures.wideComments.length), figures.wideComments],
  ];
  return rows
    .map(([what, value, found = []]) => {
      const more = list ? found.map((one) => `    ${one}\n`).join("") : "";
      return `${what.padEnd(32)}${value}\n${more}`;
    })
    .join("");
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)}%`;
}
