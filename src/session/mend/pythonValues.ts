/** A text as Python writes it. */
export function pythonText(text: string): string {
  // JSON's escapes are Python's, but for characters outside the basic plane, which stand as themselves.
  return JSON.stringify(text).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}

/** A number as Python writes it, in full. */
export function pythonNumber(value: number): string {
  if (Number.isFinite(value)) return String(value);
  return Number.isNaN(value) ? 'float("nan")' : value > 0 ? 'float("inf")' : '-float("inf")';
}
