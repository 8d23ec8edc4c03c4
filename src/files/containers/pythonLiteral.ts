import { maxNesting } from '../limits';

/** What a Python literal can be: plain data. Tuples and lists are both lists here. */
export type Literal = null | boolean | number | string | readonly Literal[] | ReadonlyMap<string, Literal>;

/**
 * Reads a Python literal of numbers, texts, tuples, lists and dictionaries with text keys, as numpy writes it into its
 * headers. Gives undefined for anything else: names, calls and operators are code, and code is never run.
 */
export function parsePythonLiteral(text: string): Literal | undefined {
  const parser: Parser = { text, at: 0, depth: 0 };
  const value = literal(parser);
  skipBlanks(parser);
  return parser.at === text.length ? value : undefined;
}

/** Whether a literal is a dictionary. */
export function isLiteralDict(value: Literal | undefined): value is ReadonlyMap<string, Literal> {
  return value instanceof Map;
}

/** The items of a tuple or list, else undefined. */
export function literalItems(value: Literal | undefined): readonly Literal[] | undefined {
  return isList(value) ? value : undefined;
}

function isList(value: Literal | undefined): value is readonly Literal[] {
  return Array.isArray(value);
}

interface Parser {
  readonly text: string;
  at: number;
  depth: number;
}

const words: ReadonlyMap<string, Literal> = new Map<string, Literal>([
  ['True', true],
  ['False', false],
  ['None', null],
]);

function literal(parser: Parser): Literal | undefined {
  skipBlanks(parser);
  const first = parser.text[parser.at];
  if (first === '{') return nested(parser, dictionary);
  if (first === '(') return nested(parser, (inner) => sequence(inner, ')'));
  if (first === '[') return nested(parser, (inner) => sequence(inner, ']'));
  if (first === "'" || first === '"' || /^[ub]['"]/i.test(parser.text.slice(parser.at, parser.at + 2)))
    return quoted(parser);
  const word = match(parser, /[A-Za-z]+(?!\w)/y);
  if (word !== undefined) return words.get(word);
  const number = match(parser, /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/y);
  if (number === undefined) return undefined;
  match(parser, /[lL]/y); // Python 2 wrote long numbers as 3L.
  return Number(number);
}

function nested(parser: Parser, read: (parser: Parser) => Literal | undefined): Literal | undefined {
  if (parser.depth >= maxNesting) return undefined;
  parser.depth++;
  parser.at++;
  const value = read(parser);
  parser.depth--;
  return value;
}

function sequence(parser: Parser, end: string): Literal | undefined {
  const items: Literal[] = [];
  while (!passed(parser, end)) {
    const item = literal(parser);
    if (item === undefined) return undefined;
    items.push(item);
    if (passed(parser, ',')) continue;
    // A single value in round brackets is that value, not a tuple of one.
    return passed(parser, end) ? (end === ')' && items.length === 1 ? items[0] : items) : undefined;
  }
  return items;
}

function dictionary(parser: Parser): Literal | undefined {
  const entries = new Map<string, Literal>();
  while (!passed(parser, '}')) {
    const key = literal(parser);
    if (typeof key !== 'string' || !passed(parser, ':')) return undefined;
    const value = literal(parser);
    if (value === undefined) return undefined;
    entries.set(key, value);
    if (!passed(parser, ',')) return passed(parser, '}') ? entries : undefined;
  }
  return entries;
}

function quoted(parser: Parser): string | undefined {
  const body = match(parser, /[ubUB]?(?:'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*")/y);
  if (body === undefined) return undefined;
  const inner = body.replace(/^[ubUB]/, '').slice(1, -1);
  return inner.replace(/\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)/g, (_, escape: string) =>
    escape.length > 1 ? String.fromCharCode(parseInt(escape.slice(1), 16)) : (escapes.get(escape) ?? escape),
  );
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['r', '\r'],
]);

function passed(parser: Parser, sign: string): boolean {
  skipBlanks(parser);
  if (parser.text[parser.at] !== sign) return false;
  parser.at++;
  return true;
}

function skipBlanks(parser: Parser): void {
  match(parser, /\s*/y);
}

function match(parser: Parser, pattern: RegExp): string | undefined {
  pattern.lastIndex = parser.at;
  const found = pattern.exec(parser.text)?.[0];
  if (found !== undefined) parser.at += found.length;
  return found;
}
