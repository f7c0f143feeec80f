/** One line of a CODEOWNERS file: who must agree to a change of the paths that it matches. */
interface Line {
  readonly pattern: string;
  readonly owners: readonly string[];
}

/** `*`, or a path from the root, of a folder where it ends in a slash. No other form: a reader must see what it means. */
const PATTERN = /^(?:\*|\/[\w.@/-]+)$/;
const OWNER = /^@[\w-]+\/[\w-]+$/;

/** Reads a CODEOWNERS file. @throws SyntaxError where a line has another form than the two that we use */
export function parseCodeOwners(source: string): readonly Line[] {
  return source.split("\n").flatMap((line, index) => {
    const [pattern, ...owners] = line
      .replace(/(^|\s)#.*/, "")
      .split(/\s+/)
      .filter(Boolean);
    if (pattern === undefined) return [];
    const strange = PATTERN.test(pattern) ? owners.find((owner) => !OWNER.test(owner)) : pattern;
    if (strange === undefined) return [{ pattern, owners }];
    throw new SyntaxError(
      `CODEOWNERS line ${index + 1}: "${strange}" (expected *, /path/to/file or /folder/, then @organisation/team)`,
    );
  });
}

/** Whose review GitHub asks for where `path` changes: the last line that matches decides, alone. */
export function codeOwnersOf(lines: readonly Line[], path: string): readonly string[] {
  return lines.findLast(({ pattern }) => matches(pattern, `/${path}`))?.owners ?? [];
}

/** The lines that decide about none of the paths. */
export function idleLines(lines: readonly Line[], paths: readonly string[]): readonly string[] {
  const deciding = new Set(
    paths.map((path) => lines.findLast(({ pattern }) => matches(pattern, `/${path}`))),
  );
  return lines.filter((line) => !deciding.has(line)).map(({ pattern }) => pattern);
}

function matches(pattern: string, path: string): boolean {
  if (pattern === "*") return true;
  return pattern.endsWith("/") ? path.startsWith(pattern) : path === pattern;
}
