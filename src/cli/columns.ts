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

/** A number with four digits for a table; nothing for none. */
export function shortNumber(value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '' : value.toPrecision(4);
}
