/**
 * A column of a table: its head, and whether its cells are numbers, which are aligned to the right.
 */
export type Column = { readonly head: string; readonly numbers?: boolean };

type Rows = readonly (readonly string[])[];

/** A table for a terminal. */
export function textTable(columns: readonly Column[], rows: Rows): string {
  const { lines, widths } = padded(columns, rows);
  const [head = [], ...body] = lines;
  const rule = widths.map((width) => "─".repeat(width));
  return [head, rule, ...body].map((cells) => cells.join("  ").trimEnd()).join("\n");
}

/** A table in Markdown, laid out as the formatter does it. */
export function markdownTable(columns: readonly Column[], rows: Rows): string {
  const { lines, widths } = padded(columns, rows);
  const [head = [], ...body] = lines;
  const rule = columns.map(({ numbers = false }, index) => {
    const dashes = "-".repeat((widths[index] ?? 0) - 1);
    return numbers ? `${dashes}:` : `${dashes}-`;
  });
  return [head, rule, ...body].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

/** The heads and the rows, with each column as wide as its widest cell, and at least 3. */
function padded(columns: readonly Column[], rows: Rows) {
  const all = [columns.map(({ head }) => head), ...rows];
  const widths = columns.map((_, index) => Math.max(3, ...all.map((row) => row[index]?.length ?? 0)));
  const lines = all.map((row) =>
    columns.map(({ numbers = false }, index) => {
      const [cell, width] = [row[index] ?? "", widths[index] ?? 0];
      return numbers ? cell.padStart(width) : cell.padEnd(width);
    }),
  );
  return { lines, widths };
}
