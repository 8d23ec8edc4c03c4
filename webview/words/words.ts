/** Translations by English text, as VS Code's bundles have them; empty: English. */
let bundle: Readonly<Record<string, string>> = {};

/** Takes the translations the host passes; called once, before the first picture. */
export function useWords(translations: Readonly<Record<string, string>>): void {
  bundle = translations;
}

/** A text for people in their language; `{0}`, `{1}` … are filled in, so a translator can move them. */
export function words(text: string, ...values: readonly (string | number)[]): string {
  return (bundle[text] ?? text).replace(/\{(\d+)\}/g, (whole, index: string) => String(values[Number(index)] ?? whole));
}

/** One or many: the first text for exactly 1, else the second; `{0}` is the count as it is to be read. */
export function plural(count: number, one: string, many: string, ...values: readonly (string | number)[]): string {
  return words(count === 1 ? one : many, ...values);
}

/** Names in a sentence: "a", "a and b", "a, b and c". */
export function listed(names: readonly string[]): string {
  if (names.length < 2) return names[0] ?? '';
  return words('{0} and {1}', names.slice(0, -1).join(', '), names.at(-1) ?? '');
}
