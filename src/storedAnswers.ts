/**
 * Answers stored inside a report, so that the same page can show them where no host is: a list of questions with what
 * was answered, as JSON that keeps typed arrays and numbers JSON does not know.
 */
export interface StoredAnswers {
  readonly version: 1;
  readonly answers: readonly StoredAnswer[];
}

/** One question as the page asks it, with its answer. */
export interface StoredAnswer {
  /** A method of `PanelService`. */
  readonly name: string;
  readonly request?: unknown;
  readonly answer: unknown;
}

/** Tabs that a report holds when they are asked for; Slopes and Rules are always there. */
export const reportTabs = ['input', 'pairs', 'whatIf', 'network', 'formula', 'range'] as const;

/** One of the tabs a report can hold. */
export type ReportTab = (typeof reportTabs)[number];

/** What a report can answer; the page leaves out what would ask for more. */
export interface ReportContents {
  readonly tabs: readonly ReportTab[];
  /** The outputs that everything is stored for, in the model's order; never none. */
  readonly outputs: readonly ReportedOutput[];
}

/** What the tabs of a report can answer of one output. */
export interface ReportedOutput {
  readonly output: number;
  /** Flat inputs that Input, Network and Formula are stored for, strongest first. */
  readonly inputs: readonly number[];
  /** The row that What if and Network are stored for, from 0. */
  readonly row: number;
}

/**
 * The JSON text of stored answers, safe inside a `<script type="application/json">`. Typed arrays become
 * `{ "$": "Float32Array", "base64": … }` (little endian), NaN and infinities `{ "$": "number", "value": … }`.
 */
export function storedAnswersText(answers: readonly StoredAnswer[]): string {
  const stored: StoredAnswers = { version: 1, answers };
  return JSON.stringify(stored, (_, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) return { $: 'number', value: String(value) };
    if (ArrayBuffer.isView(value)) return { $: value.constructor.name, base64: base64(value) };
    return value;
  }).replaceAll('<', '\\u003c');
}

function base64(array: ArrayBufferView): string {
  const bytes = new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
  const parts: string[] = [];
  for (let start = 0; start < bytes.length; start += 8192) {
    parts.push(String.fromCharCode(...bytes.subarray(start, start + 8192)));
  }
  return btoa(parts.join(''));
}
