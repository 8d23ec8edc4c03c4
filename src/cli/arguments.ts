import { parseArgs } from 'node:util';
import type { TableChoice } from '../session/connection';
import type { Curve } from '../session/inputQuestion';
import { reportTabs, type ReportTab } from '../storedAnswers';
import { categoryName } from '../table/categories';
import { nearestName } from '../table/names';
import { isRowsWanted } from '../table/rowsTaken';
import { decimals, delimiters, encodings, type GivenDialect } from '../table/table';

/** Something wrong with the command line itself: shown as it is, exit status 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** What every command may be told about the model and the table. */
export interface CommonArguments {
  readonly models: readonly string[];
  readonly data?: string;
  readonly byPosition: boolean;
  readonly columns?: readonly string[];
  /** Yes/no columns taken as one category, by its name. */
  readonly categories?: Readonly<Record<string, string | readonly string[]>>;
  readonly scaler?: string;
  readonly outputScaler?: 'none' | 'table';
  /** How the table's file is written, where it is said, and which of its rows are read. */
  readonly dialect: GivenDialect;
  readonly units: 'original' | 'model';
  /** Names of outputs; none: all of them. */
  readonly outputs: readonly string[];
  /** Rows a to b of the table, from 1, both included. */
  readonly rows?: { readonly from: number; readonly to: number };
  readonly weights?: string;
  readonly answers: ReadonlyMap<string, string>;
  readonly threads: number;
  readonly quiet: boolean;
  /** Where to write; standard output without it. */
  readonly file?: string;
  readonly json: boolean;
  readonly csv: boolean;
  /** `slopescope slopes`: a numpy array, asked for by name or by the ending of the file. */
  readonly npy: boolean;
  readonly rules: readonly string[];
  /** `slopescope audit`: the table of slopes that another tool made. */
  readonly slopes?: string;
  /** Names of one or two inputs: what effects or pairs are asked for. */
  readonly inputs: readonly string[];
  /** A step in the input's units. */
  readonly step?: number;
  /** Two values of an input, or two levels of a category, to go between, as A:B. */
  readonly between?: string;
  /** A column whose groups effects are told apart by. */
  readonly group?: string;
  /** The curve that `slopescope effects` adds. */
  readonly curve?: Curve['kind'];
  /** Usual values of inputs, by name, where there is no table. */
  readonly ranges: ReadonlyMap<string, readonly [number, number]>;
  /** The language of a formula. */
  readonly language?: string;
  readonly format: 'text' | 'json' | 'sarif' | 'junit';
  /** `slopescope report`: tabs beside Slopes and Rules. */
  readonly include: readonly ReportTab[];
  /** `slopescope report`: the model that the Compare tab sets beside the first. */
  readonly other?: string;
  /** `slopescope bench`: raw rows and repetitions. */
  readonly rawRows?: string;
  readonly repeats: number;
  /** `slopescope bench`: second derivatives instead of slopes. */
  readonly hessian: boolean;
  readonly model?: string;
  /** How slopescope.json connects the table. */
  readonly choice?: TableChoice;
  /** `slopescope check`: the program that mends the model instead of the findings. */
  readonly mend: boolean;
  readonly help: boolean;
  readonly version: boolean;
}

const options = {
  data: { type: 'string', short: 'd' },
  'by-position': { type: 'boolean' },
  columns: { type: 'string' },
  category: { type: 'string', multiple: true },
  scaler: { type: 'string' },
  'output-scaler': { type: 'string' },
  delimiter: { type: 'string' },
  decimal: { type: 'string' },
  encoding: { type: 'string' },
  units: { type: 'string' },
  output: { type: 'string', multiple: true },
  rows: { type: 'string' },
  weights: { type: 'string' },
  answer: { type: 'string', multiple: true },
  threads: { type: 'string' },
  quiet: { type: 'boolean', short: 'q' },
  out: { type: 'string', short: 'o' },
  json: { type: 'boolean' },
  csv: { type: 'boolean' },
  npy: { type: 'boolean' },
  rule: { type: 'string', multiple: true },
  slopes: { type: 'string' },
  input: { type: 'string', multiple: true },
  step: { type: 'string' },
  between: { type: 'string' },
  range: { type: 'string', multiple: true },
  group: { type: 'string' },
  curve: { type: 'string' },
  as: { type: 'string' },
  format: { type: 'string' },
  include: { type: 'string' },
  with: { type: 'string' },
  model: { type: 'string' },
  repeats: { type: 'string' },
  hessian: { type: 'boolean' },
  mend: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean' },
} as const;

/** Reads the arguments after the command's name. Throws `UsageError` in plain words. */
export function readArguments(argv: readonly string[], command: string): CommonArguments {
  const { values, positionals } = parsed(argv);
  const forms = (['json', 'csv', 'npy'] as const).filter((form) => values[form]);
  if (forms.length > 1) throw new UsageError(`--${forms[0]!} and --${forms[1]!} cannot both be written; choose one.`);
  const most = command === 'compare' ? 2 : 1;
  if (positionals.length > most)
    throw new UsageError(
      `${command} takes ${most === 1 ? 'one file' : 'two models'}; ${positionals[most]!} is one too many.`,
    );
  return {
    models: positionals,
    ...(values.data === undefined ? {} : { data: values.data }),
    byPosition: values['by-position'] ?? false,
    ...(values.columns === undefined ? {} : { columns: values.columns.split(',').map((name) => name.trim()) }),
    ...(values.category === undefined ? {} : { categories: Object.fromEntries(values.category.map(category)) }),
    ...(values.scaler === undefined ? {} : { scaler: values.scaler }),
    ...(values['output-scaler'] === undefined
      ? {}
      : { outputScaler: oneOf('--output-scaler', values['output-scaler'], ['none', 'table']) }),
    dialect: dialectOf(values),
    units: oneOf('--units', values.units ?? 'original', ['original', 'model']),
    outputs: values.output ?? [],
    // `bench` takes a file of raw rows where the other commands take an interval of rows.
    ...(values.rows === undefined
      ? {}
      : command === 'bench'
        ? { rawRows: values.rows }
        : isRowsWanted(values.rows)
          ? {}
          : { rows: interval(values.rows) }),
    ...(values.weights === undefined ? {} : { weights: values.weights }),
    answers: new Map((values.answer ?? []).map(answer)),
    threads: values.threads === undefined ? 0 : wholeNumber('--threads', values.threads, 1),
    quiet: values.quiet ?? false,
    ...(values.out === undefined ? {} : { file: values.out }),
    json: values.json ?? false,
    csv: values.csv ?? false,
    npy: values.npy ?? (forms.length === 0 && values.out?.endsWith('.npy') === true),
    rules: values.rule ?? [],
    ...(values.slopes === undefined ? {} : { slopes: values.slopes }),
    inputs: values.input ?? [],
    ...(values.step === undefined ? {} : { step: stepSize(values.step) }),
    ...(values.between === undefined ? {} : { between: values.between }),
    ranges: new Map((values.range ?? []).map(namedRange)),
    ...(values.group === undefined ? {} : { group: values.group }),
    ...(values.curve === undefined ? {} : { curve: oneOf('--curve', values.curve, ['average', 'accumulated']) }),
    ...(values.as === undefined ? {} : { language: values.as }),
    format: oneOf('--format', values.format ?? (values.json ? 'json' : 'text'), ['text', 'json', 'sarif', 'junit']),
    ...(values.model === undefined ? {} : { model: values.model }),
    include: values.include === undefined ? [] : includedTabs(values.include),
    ...(values.with === undefined ? {} : { other: values.with }),
    repeats: values.repeats === undefined ? 5 : wholeNumber('--repeats', values.repeats, 1),
    hessian: values.hessian ?? false,
    mend: values.mend ?? false,
    help: values.help ?? false,
    version: values.version ?? false,
  };
}

function parsed(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(
      error instanceof Error ? `${firstSentence(error.message)}.${meant(error.message)}` : String(error),
    );
  }
}

function firstSentence(text: string): string {
  return text.split(/\.\s|\n/)[0]!.replace(/\.$/, '');
}

/** The option that was most likely meant by an unknown one. */
function meant(message: string): string {
  const unknown = /^Unknown option '(-[^']*)'/.exec(message)?.[1];
  if (unknown === undefined) return '';
  const name = unknown.replace(/^-+/, '');
  const letters = name.replaceAll('-', '');
  const beginning = Object.keys(options).filter(
    (known) => letters.length > 1 && known.replaceAll('-', '').startsWith(letters),
  );
  const near = beginning.length === 1 ? beginning[0] : nearestName(name, Object.keys(options));
  return near === undefined ? '' : ` Did you mean --${near}?`;
}

function oneOf<T extends string>(name: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) throw new UsageError(`${name} is "${value}"; it can be ${allowed.join(', ')}.`);
  return found;
}

/** What --delimiter, --decimal and --encoding say, and --rows of a large table; blanks and tabs may be named. */
function dialectOf(given: {
  readonly delimiter?: string;
  readonly decimal?: string;
  readonly encoding?: string;
  readonly rows?: string;
}): GivenDialect {
  const { delimiter, decimal, encoding, rows } = given;
  const named = { tab: '\t', '\\t': '\t', blank: ' ', space: ' ' }[delimiter ?? ''] ?? delimiter;
  return {
    ...(named === undefined ? {} : { delimiter: oneOf('--delimiter', named, delimiters) }),
    ...(decimal === undefined ? {} : { decimal: oneOf('--decimal', decimal, decimals) }),
    ...(encoding === undefined ? {} : { encoding: oneOf('--encoding', encoding, encodings) }),
    ...(rows !== undefined && isRowsWanted(rows) ? { rows } : {}),
  };
}

/** `city_*`, or `city_a,city_b,city_c`: the name and the columns of a category. */
function category(text: string): [string, string | readonly string[]] {
  const names = text.split(',').map((name) => name.trim());
  const columns = names.length === 1 ? names[0]! : names;
  return [categoryName(columns), columns];
}

/** `input,pairs,whatif` or `all`, in the order of the page. */
function includedTabs(text: string): readonly ReportTab[] {
  const names = reportTabs.map((tab) => tab.toLowerCase());
  const wanted = text.split(',').map((name) => oneOf('--include', name.trim().toLowerCase(), [...names, 'all']));
  return reportTabs.filter((tab) => wanted.includes('all') || wanted.includes(tab.toLowerCase()));
}

function wholeNumber(name: string, text: string, least: number): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < least)
    throw new UsageError(`${name} is "${text}"; it must be a whole number from ${least}.`);
  return number;
}

function stepSize(text: string): number {
  const number = Number(text);
  if (text.trim() === '' || !Number.isFinite(number) || number === 0)
    throw new UsageError(`--step is "${text}"; it must be a number other than 0.`);
  return number;
}

/** `A:B`, two different numbers. */
function twoNumbers(option: string, text: string): readonly [number, number] {
  const [from = NaN, to = NaN, ...more] = text.split(':').map((part) => (part.trim() === '' ? NaN : Number(part)));
  if (!Number.isFinite(from) || !Number.isFinite(to) || from === to || more.length > 0)
    throw new UsageError(`${option} is "${text}"; write two numbers as A:B, such as 0:10.`);
  return [from, to];
}

/** `NAME=LOW:HIGH` */
function namedRange(text: string): [string, readonly [number, number]] {
  const at = text.lastIndexOf('=');
  if (at < 1) throw new UsageError(`--range is "${text}"; write --range NAME=LOW:HIGH, such as calls=0:24.`);
  const [low, high] = twoNumbers('--range', text.slice(at + 1));
  return [text.slice(0, at), [Math.min(low, high), Math.max(low, high)]];
}

/** `A:B` with rows from 1; either end may be left out. */
function interval(text: string): { readonly from: number; readonly to: number } {
  const match = /^(\d*):(\d*)$/.exec(text);
  const from = Number(match?.[1] === '' ? 1 : match?.[1]);
  const to = match?.[2] === '' ? Infinity : Number(match?.[2]);
  if (!match || from < 1 || to < from)
    throw new UsageError(
      `--rows is "${text}"; write --rows A:B with row numbers from 1, such as 1:100, or every:N, first:N or all.`,
    );
  return { from, to };
}

function answer(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1) throw new UsageError(`--answer is "${text}"; write --answer ID=VALUE, such as hidden=relu.`);
  return [text.slice(0, at), text.slice(at + 1)];
}
