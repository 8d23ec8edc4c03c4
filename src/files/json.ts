import { maxJsonBytes, maxJsonDepth } from './limits';
import { refuse } from './refuse';

/** What a JSON text can hold. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

/** A JSON object; a missing key gives undefined. */
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** Whether a JSON value is an object (not a list, not null). */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a JSON value is a list. */
export function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/**
 * Parses a JSON text. Python writes `NaN` and `Infinity`, which JSON does not know: they become null and a number out of
 * range (which is infinite). `part` names the text where it is only a part of the file.
 */
export function parseJson(bytes: Uint8Array, file: string, part?: string): Json {
  const subject = part === undefined ? file : `${part} in ${file}`;
  const place = part === undefined ? {} : { part };
  if (bytes.length > maxJsonBytes) {
    refuse(file, {
      code: 'json-too-large',
      message: `${subject} is ${Math.round(bytes.length / 2 ** 20)} MB of JSON, absurdly large for a description.`,
      remedy: 'Save the model again; if it came from somebody else, do not trust it.',
      ...place,
    });
  }
  const text = new TextDecoder().decode(bytes);
  const parsed = tolerantParse(text);
  if (parsed) return parsed.value;
  if (isTooDeep(text)) {
    refuse(file, {
      code: 'json-too-deep',
      message: `${subject} holds lists within lists more than ${maxJsonDepth} levels deep, which no description of a network does.`,
      remedy: 'Save the model again; if it came from somebody else, do not trust it.',
      ...place,
    });
  }
  refuse(file, {
    code: 'json-invalid',
    message: `${subject} is not valid JSON: it is cut off or damaged.`,
    remedy: 'Copy or download the whole file again, or save the model again.',
    ...place,
  });
}

/**
 * The keys of a JSON object and its values, for formats that recognise themselves by them. Of a text that is cut off,
 * the words in its head that look like keys, without values: the format's reader then says what is wrong.
 */
export function quietObject(bytes: Uint8Array): JsonObject | undefined {
  const first = bytes.subarray(0, 64).find((byte) => byte > 0x20 && byte < 0x80);
  if (first !== openingBrace && first !== quotationMark) return undefined;
  const value = tolerantParse(bytes.length > maxJsonBytes ? '' : new TextDecoder().decode(bytes))?.value;
  if (value !== undefined) return isObject(value) ? value : undefined;
  const head = new TextDecoder().decode(bytes.subarray(0, headBytes));
  const keys = Array.from(head.matchAll(/"(\w+)"\s*:/g), (match): [string, JsonObject] => [match[1] ?? '', {}]);
  return Object.fromEntries(keys);
}

/** A JSON value where the bytes are one as a whole; undefined for everything else. */
export function quietJson(bytes: Uint8Array): Json | undefined {
  const first = bytes.subarray(0, 64).find((byte) => byte > 0x20);
  if ((first !== openingBrace && first !== openingBracket) || bytes.length > maxJsonBytes) return undefined;
  return tolerantParse(new TextDecoder().decode(bytes))?.value;
}

const openingBracket = 0x5b;
const openingBrace = 0x7b;
const quotationMark = 0x22;
const headBytes = 4096;

/** `json.dump(model.to_json(), file)` writes a text that holds JSON: it is parsed again. */
function tolerantParse(text: string): { readonly value: Json } | undefined {
  const parsed = tryParse(text) ?? tryParse(withoutPythonNumbers(text));
  return typeof parsed?.value === 'string' ? tolerantParse(parsed.value) : parsed;
}

function tryParse(text: string): { readonly value: Json } | undefined {
  if (isTooDeep(text)) return undefined;
  try {
    return { value: JSON.parse(text) as Json };
  } catch {
    return undefined;
  }
}

/** Whether brackets outside of texts nest deeper than readers, which call themselves for each level, shall follow. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '"') quoted = !quoted;
    else if (quoted) at += character === '\\' ? 1 : 0;
    else if (character === '[' || character === '{') depth++;
    else if (character === ']' || character === '}') depth--;
    if (depth > maxJsonDepth) return true;
  }
  return false;
}

function withoutPythonNumbers(text: string): string {
  return text.replace(/"[^"\\]*(?:\\.[^"\\]*)*"|NaN|Infinity/g, (token) =>
    token === 'NaN' ? 'null' : token === 'Infinity' ? '1e999' : token,
  );
}
