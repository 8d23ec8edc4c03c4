/** Cells as columns of text: the first and the last to the left, numbers between them to the right. */
export function inColumns(head: readonly string[], cells: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, column) => Math.max(title.length, ...cells.map((row) => row[column]!.length)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) =>
        column === 0 || column === head.length - 1 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!),
      )
      .join('  ')
      .trimEnd();
  return [line(head), ...cells.map(line)];
}

/** A number with four digits for a table, or all its whole digits; nothing for none. */
export function shortNumber(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '';
  return Math.abs(value) >= 1e4 && Math.abs(value) < 1e15 ? value.toFixed(0) : value.toPrecision(4);
}
