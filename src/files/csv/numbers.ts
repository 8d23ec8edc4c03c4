/** What a cell of a number column holds; the values are stored in the column's mask. */
export const cellKind = {
  number: 0,
  empty: 1,
  /** A word for "no value": NA, NaN, None, null. */
  noValue: 2,
  infinite: 3,
  text: 4,
} as const;

/** One of the values of `cellKind`. */
export type CellKind = (typeof cellKind)[keyof typeof cellKind];

/** How numbers are written in a file. */
export interface NumberForm {
  readonly decimal: '.' | ',';
  /** The sign between groups of three digits, only where the file shows it without doubt. */
  readonly thousands?: '.' | ',';
}

const zero = 48;
const minus = 45;
const plus = 43;
const carriageReturn = 13;
const lineFeed = 10;

/** Powers of ten that a double holds exactly. */
const powersOfTen = Float64Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));
const longestExact = 15;
const longestSplit = 19;

/**
 * Reads a number written plainly (`-12.5`, `.5`, `3e-7`) that begins at `start` and stores it in `values[row]`.
 *
 * The value always equals `Number(text)`: up to 15 digits, digits and power of ten are exact doubles and one rounded
 * operation joins them (Clinger 1990, "How to read floating point numbers accurately"); 16 to 19 digits are divided in
 * double-double arithmetic and accepted only where the rounding cannot be in doubt.
 *
 * @returns the position of the delimiter or line break behind it, or −1 when the cell holds anything else: nothing is
 * stored then. A line break must follow the cell within `bytes`.
 */
export function readPlainNumber(
  bytes: Uint8Array,
  start: number,
  delimiter: number,
  decimal: number,
  values: Float64Array,
  row: number,
): number {
  let at = start;
  let byte = bytes[at]!;
  const negative = byte === minus;
  if (negative || byte === plus) byte = bytes[++at]!;
  const first = at;
  let high = 0;
  let low = 0;
  let digits = 0;
  let fraction = -1;
  for (;;) {
    const digit = byte - zero;
    if (digit >= 0 && digit <= 9) {
      if (digits < longestExact) high = high * 10 + digit;
      else low = low * 10 + digit;
      if (high > 0) digits++;
      if (fraction >= 0) fraction++;
    } else if (byte === decimal && fraction < 0) fraction = 0;
    else break;
    byte = bytes[++at]!;
  }
  const written = at - first - (fraction >= 0 ? 1 : 0);
  if (written === 0 || digits > longestSplit) return -1;
  let exponent = fraction > 0 ? -fraction : 0;
  if ((byte | 32) === 101) {
    const behind = exponentEnd(bytes, at + 1);
    if (behind < 0) return -1;
    exponent += exponentValue(bytes, at + 1, behind);
    at = behind;
    byte = bytes[at]!;
  }
  if (byte !== delimiter && byte !== lineFeed && byte !== carriageReturn) return -1;
  const value = joined(high, low, digits, exponent);
  if (value < 0) return -1;
  values[row] = negative ? -value : value;
  return at;
}

/** Where the digits of an exponent end, or −1 when there are none or too many to be usual. */
function exponentEnd(bytes: Uint8Array, start: number): number {
  let at = start;
  if (bytes[at] === minus || bytes[at] === plus) at++;
  const first = at;
  while (bytes[at]! >= zero && bytes[at]! <= zero + 9) at++;
  return at === first || at - first > 4 ? -1 : at;
}

function exponentValue(bytes: Uint8Array, start: number, end: number): number {
  const signed = bytes[start] === minus || bytes[start] === plus;
  let value = 0;
  for (let at = signed ? start + 1 : start; at < end; at++) value = value * 10 + bytes[at]! - zero;
  return bytes[start] === minus ? -value : value;
}

/** The correctly rounded (high · 10^k + low) · 10^exponent, k digits standing in `low`; −1 where that takes more care. */
function joined(high: number, low: number, digits: number, exponent: number): number {
  if (high === 0) return 0;
  if (exponent < -22 || exponent > 22) return -1;
  if (digits <= longestExact) {
    return exponent < 0 ? high / powersOfTen[-exponent]! : high * powersOfTen[exponent]!;
  }
  if (exponent > 0) return -1;
  return dividedPrecisely(high, powersOfTen[digits - longestExact]!, low, powersOfTen[-exponent]!);
}

const splitter = 134217729;
/** Far above the rounding errors of the correction (some 2^-52), far below what decides a rounding. */
const doubt = 2 ** -45;

/** (high · factor + low) / divisor, correctly rounded, or −1 when the value lies too near the middle of two doubles. */
function dividedPrecisely(high: number, factor: number, low: number, divisor: number): number {
  const product = high * factor;
  const rest = low + productError(high, factor, product);
  const sum = product + rest;
  const sumError = rest - (sum - product);
  const quotient = sum / divisor;
  const back = quotient * divisor;
  const remainder = sum - back - productError(quotient, divisor, back) + sumError;
  const correction = remainder / divisor;
  const value = quotient + correction * (1 + doubt);
  return value === quotient + correction * (1 - doubt) ? value : -1;
}

/** a · b − product, exactly (Dekker 1971). */
function productError(a: number, b: number, product: number): number {
  const aScaled = splitter * a;
  const aHigh = aScaled - (aScaled - a);
  const aLow = a - aHigh;
  const bScaled = splitter * b;
  const bHigh = bScaled - (bScaled - b);
  const bLow = b - bHigh;
  return aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow);
}

const noValueWords = new Set([
  'na',
  'n/a',
  '#n/a',
  'nan',
  'none',
  'null',
  'nil',
  'missing',
  'nat',
  'n.a.',
  '<na>',
  '\\n',
  '#null!',
  '#div/0!',
  '#nv',
  '#value!',
  '#wert!',
  '#ref!',
  '#num!',
  '#name?',
  '.',
  '-',
  '--',
  '?',
]);
const infiniteWords = /^[+-]?(inf|infinity)$/i;
const decimalNumber = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const groupedNumber = {
  '.': /^[+-]?\d{1,3}(\.\d{3})+(,\d*)?$/,
  ',': /^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/,
};
/** Groups parted by a blank (plain, no-break or thin) or an apostrophe mean nothing else; what follows them is a decimal sign. */
export const blankGrouped = /^[+-]?\d{1,3}([ \u00a0\u2009\u202f'’])\d{3}(\1\d{3})*([.,]\d*)?$/;

/** Reads any cell of a number column and stores its number, or NaN, in `values[row]`; says what the cell holds. */
export function readNumberText(cell: string, form: NumberForm, values: Float64Array, row: number): CellKind {
  const value = numberFromText(cell, form);
  values[row] = value;
  if (!Number.isNaN(value)) {
    if (Number.isFinite(value)) return cellKind.number;
    values[row] = Number.NaN;
    return cellKind.infinite;
  }
  if (cell === '') return cellKind.empty;
  if (infiniteWords.test(cell)) return cellKind.infinite;
  return noValueWords.has(cell.toLowerCase()) ? cellKind.noValue : cellKind.text;
}

/** The number that a trimmed cell holds, NaN where it holds none; `Infinity` where it is too large for a double. */
function numberFromText(cell: string, form: NumberForm): number {
  let plain = cell.startsWith('\u2212') ? `-${cell.slice(1)}` : cell;
  if (form.thousands && groupedNumber[form.thousands].test(plain)) plain = plain.replaceAll(form.thousands, '');
  else if (blankGrouped.test(plain)) plain = plain.replace(/[^\d.,+-]/g, '');
  if (form.decimal === ',') {
    if (plain.includes('.')) return Number.NaN;
    plain = plain.replace(',', '.');
  }
  return decimalNumber.test(plain) ? Number(plain) : Number.NaN;
}
