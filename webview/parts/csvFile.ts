/** A text to be saved as a file of its own; `name` with its ending, without the model's. */
export interface TextFile {
  readonly name: string;
  readonly text: string;
}

/** A table as CSV: numbers with full precision and a decimal point, none where there is none; texts quoted where they must be. */
export function csvFile(
  name: string,
  heads: readonly string[],
  lines: readonly (readonly (number | string | undefined)[])[],
): TextFile {
  const text = [heads, ...lines].map((line) => `${line.map(cell).join(',')}\n`).join('');
  return { name: `${fileName(name)}.csv`, text };
}

/** Names of inputs may hold signs that names of files may not. */
function fileName(name: string): string {
  return name.replace(/[^\p{L}\p{N}._-]+/gu, '_');
}

/** `duration (min)`; the name alone where no unit is known. */
export function withUnitHead(name: string, unit: string): string {
  return unit === '' ? name : `${name} (${unit})`;
}

function cell(value: number | string | undefined): string {
  if (value === undefined || Number.isNaN(value)) return '';
  const text = String(value);
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
