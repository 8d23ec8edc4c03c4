/** The columns' names and what had to be done to get them. */
export interface ColumnNames {
  /** Unique, trimmed, never empty. */
  readonly names: readonly string[];
  /** Names that stand there more than once, as written. */
  readonly duplicates: readonly string[];
  /** Number of the column that holds row names or row numbers under no name: the first one. */
  readonly index?: number;
}

/**
 * Names for the cells of a header line. A column without a name in front is the index that pandas and R write
 * (`Unnamed: 0` once pandas has read it again); other
 * columns without a name are named by their place; a name's second column is called `name (2)`.
 */
export function columnNames(header: readonly string[]): ColumnNames {
  const cells = header.map((cell) => cell.replace(/^\ufeff/, '').trim());
  const cut = cells.length > 1 && cells.at(-1) === '' ? cells.slice(0, -1) : cells;
  const written = new Set(cut);
  const counts = new Map<string, number>();
  const duplicates = new Set<string>();
  const names = cut.map((cell, index) => {
    const name = cell === '' ? `column ${index + 1}` : cell;
    const count = (counts.get(name) ?? 0) + 1;
    counts.set(name, count);
    if (count === 1) return name;
    duplicates.add(name);
    return numbered(name, count, written);
  });
  const hasIndex = cut.length > 1 && /^(?:|Unnamed: 0(?:\.\d+)?)$/.test(cut[0]!);
  return { names, duplicates: [...duplicates], ...(hasIndex ? { index: 0 } : {}) };
}

/** Names for the columns of a file without a header: x1, x2, … */
export function placeNames(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `x${index + 1}`);
}

/** `name (2)`, or with more brackets where the file itself uses that name. */
function numbered(name: string, count: number, written: ReadonlySet<string>): string {
  const candidate = `${name} (${count})`;
  return written.has(candidate) ? numbered(candidate, count, written) : candidate;
}
