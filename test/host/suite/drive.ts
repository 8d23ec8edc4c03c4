/** What only the browser around VS Code can see and do; `webview` (a selector) sends the action into that webview. */
export interface Query {
  readonly selector?: string;
  readonly webview?: string;
  readonly name?: string;
  readonly key?: string;
  readonly script?: string;
  readonly limit?: number;
}

/** Asks the driver: `click`, `text`, `evaluate`, `press`, `picture`. */
export async function drive(action: string, query: Query = {}): Promise<unknown> {
  const address = process.env.HOST_DRIVER;
  if (!address) throw new Error('No driver: this test needs the browser.');
  const answer = await fetch(address, { method: 'POST', body: JSON.stringify({ action, ...query }) });
  const { value, error } = (await answer.json()) as { value?: unknown; error?: string };
  if (error !== undefined) throw new Error(error);
  return value;
}

/** The text of an element. */
export async function textOf(query: Query): Promise<string> {
  return String(await drive('text', query));
}

/** Waits until an element's text matches every pattern, and gives it; a failure tells the text that was there last. */
export async function textWith(query: Query, ...patterns: readonly RegExp[]): Promise<string> {
  let text = '';
  const matches = async () => {
    text = await textOf(query);
    return patterns.every((pattern) => pattern.test(text)) || undefined;
  };
  await until(patterns.join(' and '), matches).catch((error: unknown) => {
    throw new Error(`The text is: ${text}`, { cause: error });
  });
  return text;
}

/** Waits until `done` gives something, asking again after each short pause; fails with `what` after the limit. */
export async function until<T>(
  what: string,
  done: () => Promise<T | undefined> | T | undefined,
  limit = 30_000,
): Promise<T> {
  const end = Date.now() + limit;
  for (;;) {
    const found = await done();
    if (found !== undefined && found !== false) return found;
    if (Date.now() > end) throw new Error(`Waited ${limit / 1000} s for ${what}.`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}
