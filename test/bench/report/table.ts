/**
 * A column of a table: its head, and whether its cells are numbers, which are aligned to the right.
 */
export type Column = { readonly head: string; readonly numbers?: boolean };

/** A table in Markdown, laid out as the formatter does it, so that a terminal can show it too. */
export function markdownTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const all = [columns.map(({ head }) => head), ...rows];
  const widths = columns.map((_, index) => Math.max(3, ...all.map((row) => row[index]?.length ?? 0)));
  const [head = "", ...body] = all.map((row) => {
    const cells = columns.map(({ numbers = false }, index) => {
      const [cell, width] = [row[index] ?? "", widths[index] ?? 0];
      return numbers ? cell.padStart(width) : cell.padEnd(width);
    });
    return `| ${cells.join(" | ")} |`;
  });
  const rule = columns.map(({ numbers }, index) => {
    const dashes = "-".repeat((widths[index] ?? 0) - 1);
    return numbers === true ? `${dashes}:` : `${dashes}-`;
  });
  return [head, `| ${rule.join(" | ")} |`, ...body].join("\n");
}
