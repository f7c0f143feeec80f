import type { Column } from "./table.ts";

/** A table of Markdown, laid out as the formatter does. */
export function markdownTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const heads = columns.map(({ head }) => head);
  const widths = columns.map((_, index) =>
    Math.max(3, ...[heads, ...rows].map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string => {
    const padded = columns.map(({ numbers = false }, index) => {
      const [cell, width] = [cells[index] ?? "", widths[index] ?? 0];
      return numbers ? cell.padStart(width) : cell.padEnd(width);
    });
    return `| ${padded.join(" | ")} |`;
  };
  const rule = columns.map(({ numbers = false }, index) => {
    const width = widths[index] ?? 0;
    return numbers ? `${"-".repeat(width - 1)}:` : "-".repeat(width);
  });
  return [line(heads), `| ${rule.join(" | ")} |`, ...rows.map(line)].join("\n");
}
