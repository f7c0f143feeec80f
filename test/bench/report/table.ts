/** A column of a table: its head, and whether it holds numbers, which stand to the right. */
export type Column = { readonly head: string; readonly numbers?: boolean };

/** Lays cells out in columns as wide as their widest cell. */
export function renderTable(columns: readonly Column[], rows: readonly (readonly string[])[]): string {
  const heads = columns.map(({ head }) => head);
  const widths = heads.map((head, index) =>
    Math.max(head.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    columns
      .map(({ numbers = false }, index) => {
        const cell = cells[index] ?? "";
        const width = widths[index] ?? 0;
        return numbers ? cell.padStart(width) : cell.padEnd(width);
      })
      .join("  ")
      .trimEnd();
  return [line(heads), line(widths.map((width) => "─".repeat(width))), ...rows.map(line)].join("\n");
}
