/** Every text that the extension's host and its page say, in English, sorted. */
export function translatableTexts(): string[];
