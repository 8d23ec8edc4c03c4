import { getNodeValue, parseTree, printParseErrorCode, type Node, type ParseError } from 'jsonc-parser';
import type { Problem } from '../problem';
import { isRowsWanted, type RowsWanted } from '../table/rowsTaken';
import { decimals, delimiters, encodings, type GivenDialect } from '../table/table';
import { choiceOf, membersOf, optional, RulesText, textOf } from './rulesText';
import { writtenRule, type WrittenRule } from './writtenRule';

/** `slopescope.json`: which models are checked on which tables by which rules. Paths are relative to the file. */
export interface RulesFile {
  readonly models: readonly ModelEntry[];
  readonly problems: readonly Problem[];
}

/** One model with its table and rules. */
export interface ModelEntry {
  readonly model: string;
  readonly data?: string;
  readonly target?: string;
  /** Units by column name. */
  readonly units: Readonly<Record<string, string>>;
  /** `in file`, `none`, `table`, or the path of a scaler file. */
  readonly scaler?: string;
  /** `none` or `table`; not given: what comes with the scaler of the inputs. */
  readonly outputScaler?: 'none' | 'table';
  /** How the table's file is written, and which of its rows are read, where it is said. */
  readonly csv: GivenDialect;
  /** Input name → column name or fixed number. */
  readonly columns: Readonly<Record<string, string | number>>;
  /** Category → the yes/no columns taken as one, listed or as a pattern; those not named stay numbers. */
  readonly categories: Readonly<Record<string, string | readonly string[]>>;
  /** Answers to what the model file cannot say. */
  readonly answers: Readonly<Record<string, string>>;
  readonly rules: readonly WrittenRule[];
  /** Line (from 1) where the entry begins. */
  readonly line: number;
}

/** Whether what is written as a scaler is a word of its own and no path. */
export function isScalerWord(scaler: string): scaler is 'none' | 'table' {
  return scaler === 'none' || scaler === 'table';
}

/**
 * Reads `slopescope.json`; comments and trailing commas are allowed. What is wrong becomes a problem at its line, and
 * everything that can still be understood is given.
 */
export function parseRulesFile(file: string, text: string): RulesFile {
  const source = new RulesText(file, text);
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  for (const { error, offset } of errors.slice(0, 1)) {
    const what = syntaxWords[printParseErrorCode(error)] ?? 'this is not JSON';
    source.fault(
      'rules-syntax',
      afterWord(text, offset),
      what,
      'Correct the file; until then its rules are not checked.',
    );
  }
  if (root?.type !== 'object') {
    if (errors.length === 0) source.fault('rules-form', 0, 'the file must hold an object with models', example);
    return { models: [], problems: source.problems };
  }
  const members = membersOf(root, ['$schema', 'version', 'models'], source);
  checkVersion(members.get('version'), source);
  const list = members.get('models');
  if (list?.type !== 'array') {
    if (errors.length === 0)
      source.fault('rules-form', list?.offset ?? root.offset, '"models" must be a list', example);
    return { models: [], problems: source.problems };
  }
  const models = (list.children ?? []).flatMap((node) => modelEntry(node, source) ?? []);
  return { models, problems: source.problems };
}

const example = 'Write { "version": 1, "models": [ { "model": "path", "data": "path", "rules": [ … ] } ] }.';

const syntaxWords: Readonly<Record<string, string>> = {
  CommaExpected: 'a comma is missing',
  ColonExpected: 'a colon is missing',
  CloseBraceExpected: 'a closing } is missing',
  CloseBracketExpected: 'a closing ] is missing',
  PropertyNameExpected: 'a name in quotes is missing',
  ValueExpected: 'a value is missing',
  EndOfFileExpected: 'there is text behind the end of the JSON',
  InvalidNumberFormat: 'this number is not written as JSON wants it',
  InvalidSymbol: 'a word stands without quotes',
  UnexpectedEndOfString: 'a closing quote is missing',
  UnexpectedEndOfComment: 'a comment is not closed',
  InvalidEscapeCharacter: 'a backslash must be doubled',
  InvalidCharacter: 'a character is not allowed here',
};

/** Where a missing sign was due: behind the last character before the place at which the parser noticed. */
function afterWord(text: string, offset: number): number {
  const before = text.slice(0, offset).trimEnd().length;
  return Math.max(0, before - 1);
}

function checkVersion(node: Node | undefined, source: RulesText): void {
  if (!node || node.value === 1) return;
  source.fault(
    'rules-version',
    node.offset,
    `the version is ${String(node.value)}, this Slopescope reads version 1`,
    'Update Slopescope, or write "version": 1.',
  );
}

const modelKeys = [
  'model',
  'data',
  'target',
  'units',
  'scaler',
  'outputScaler',
  'csv',
  'columns',
  'categories',
  'answers',
  'rules',
];

function modelEntry(node: Node, source: RulesText): ModelEntry | undefined {
  if (node.type !== 'object') {
    source.fault('rules-form', node.offset, 'each entry of "models" must be an object', example);
    return undefined;
  }
  const members = membersOf(node, modelKeys, source);
  const model = textOf(members, 'model', source);
  if (model === undefined) {
    if (!members.has('model'))
      source.fault('rules-form', node.offset, 'this entry names no model', 'Add "model": "path of the model".');
    return undefined;
  }
  const [data, target, scaler] = ['data', 'target', 'scaler'].map((key) => textOf(members, key, source));
  const rules = members.get('rules');
  if (rules && rules.type !== 'array') source.fault('rules-form', rules.offset, '"rules" must be a list', example);
  return {
    model,
    ...(data === undefined ? {} : { data }),
    ...(target === undefined ? {} : { target }),
    ...(scaler === undefined ? {} : { scaler }),
    ...optional('outputScaler', choiceOf(members, 'outputScaler', ['none', 'table'] as const, source)),
    csv: csvOf(members, source),
    units: recordOf(members, 'units', source, isText, 'texts such as "min"'),
    columns: recordOf(members, 'columns', source, isTextOrNumber, 'column names or numbers'),
    categories: recordOf(
      members,
      'categories',
      source,
      isTextOrTexts,
      'columns, such as "city_*" or ["city_a", "city_b"]',
    ),
    answers: recordOf(members, 'answers', source, isText, 'texts'),
    rules: (rules?.type === 'array' ? (rules.children ?? []) : []).flatMap((rule) => writtenRule(rule, source) ?? []),
    line: source.placeAt(node.offset).line,
  };
}

/** How the table's file is written, and which of its rows are read. */
function csvOf(members: ReadonlyMap<string, Node>, source: RulesText): ModelEntry['csv'] {
  const node = members.get('csv');
  if (node?.type !== 'object') {
    if (node) source.fault('rules-form', node.offset, '"csv" must be an object', 'Write { "delimiter": ";" }.');
    return {};
  }
  const own = membersOf(node, ['delimiter', 'decimal', 'encoding', 'rows'], source);
  return {
    ...optional('delimiter', choiceOf(own, 'delimiter', delimiters, source)),
    ...optional('decimal', choiceOf(own, 'decimal', decimals, source)),
    ...optional('encoding', choiceOf(own, 'encoding', encodings, source)),
    ...optional('rows', rowsOf(own, source)),
  };
}

function rowsOf(members: ReadonlyMap<string, Node>, source: RulesText): RowsWanted | undefined {
  const text = textOf(members, 'rows', source);
  if (text === undefined || isRowsWanted(text)) return text;
  const remedy = 'Write "every:8", "first:5000000" or "all".';
  source.fault('rules-choice', members.get('rows')!.offset, `"rows" cannot be ${JSON.stringify(text)}`, remedy);
  return undefined;
}

function recordOf<V>(
  members: ReadonlyMap<string, Node>,
  key: string,
  source: RulesText,
  fits: (value: unknown) => value is V,
  wanted: string,
): Readonly<Record<string, V>> {
  const node = members.get(key);
  if (!node) return {};
  const entries = (node.type === 'object' ? (node.children ?? []) : []).flatMap((property): [string, V][] => {
    const [name, value] = property.children ?? [];
    const given: unknown = value && getNodeValue(value);
    if (name && fits(given)) return [[String(name.value), given]];
    source.fault('rules-form', property.offset, `"${key}" must give ${wanted}`, 'Correct this entry.');
    return [];
  });
  if (node.type !== 'object')
    source.fault('rules-form', node.offset, `"${key}" must be an object`, `Write { "name": … }.`);
  return Object.fromEntries(entries);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isTextOrTexts(value: unknown): value is string | readonly string[] {
  return isText(value) || (Array.isArray(value) && value.every(isText));
}

function isTextOrNumber(value: unknown): value is string | number {
  return typeof value === 'string' || typeof value === 'number';
}
