import { words } from './words';

const MINUS = '\u2212';
const THIN = '\u2009';
const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

let decimalSign = '.';

/** The language whose decimal sign numbers are written with. */
export function useLanguage(language: string): void {
  const parts = new Intl.NumberFormat(language || 'en').formatToParts(1.5);
  decimalSign = parts.find((part) => part.type === 'decimal')?.value ?? '.';
}

/**
 * A number for people: 3 significant digits, at most 2 decimals, true minus; below 0.005 scientific with 2 digits.
 * Whole digits are never rounded away: 12 345 stays 12 345.
 */
export function number(value: number): string {
  if (Number.isNaN(value)) return '–';
  return (value < 0 ? MINUS : '') + size(Math.abs(value));
}

/** A slope or a change: like `number`, with its sign always. */
export function signed(value: number): string {
  return (value > 0 ? '+' : '') + number(value);
}

/** A number with so many decimals, no more and no less; nothing is a minus zero. */
export function fixed(value: number, places: number): string {
  const text = Math.abs(value).toFixed(places);
  return (value < 0 && Number(text) !== 0 ? MINUS : '') + localised(text);
}

/** How many: all digits, thin spaces in thousands. */
export function count(value: number): string {
  return (value < 0 ? MINUS : '') + grouped(String(Math.abs(Math.round(value))));
}

/** About how many: "40 million". */
export function roundCount(value: number): string {
  const rounded = Number(value.toPrecision(2));
  if (rounded >= 1e9) return words('{0} billion', localised(String(rounded / 1e9)));
  return rounded >= 1e6 ? words('{0} million', localised(String(rounded / 1e6))) : count(rounded);
}

/** Bytes of memory in GB, or MB where they are few. */
export function memorySize(bytes: number): string {
  const [size, unit] = bytes >= 1e9 ? [bytes / 1e9, 'GB'] : [bytes / 1e6, 'MB'];
  return `${localised(String(Number(size.toPrecision(size < 10 ? 1 : 2))))} ${unit}`;
}

/** 8th, 2nd, 23rd. */
export function ordinal(value: number): string {
  const isTeen = Math.floor(value / 10) % 10 === 1;
  const ending = isTeen ? undefined : ['th', 'st', 'nd', 'rd'][value % 10];
  return `${value}${ending ?? 'th'}`;
}

/** A share 0 … 1 in per cent; below 10 % with one decimal; what is not nothing never reads as nothing, nor all. */
export function percent(share: number): string {
  if (Number.isNaN(share)) return '–';
  if (share > 0 && share < 0.0005) return `under 0${decimalSign}1${THIN}%`;
  if (share > 0.995 && share < 1) return `over 99${THIN}%`;
  const text = share > 0 && share < 0.0995 ? localised((100 * share).toFixed(1)) : String(Math.round(100 * share));
  return `${text}${THIN}%`;
}

/** Full precision, `.` decimal, as it is copied. */
export function exact(value: number): string {
  return Number.isNaN(value) ? '' : String(value);
}

/** A written number as a screen reader should say it: signs in words. */
export function spoken(text: string): string {
  return text.replaceAll(MINUS, 'minus ').replaceAll('+', 'plus ').replaceAll(THIN, '');
}

/** A table's value: numbers as they stand in the file as far as people need them, texts as they are. */
export function tableValue(value: number | string | undefined): string {
  if (value === undefined) return '–';
  if (typeof value === 'string') return value;
  return Number.isInteger(value) ? count(value) : number(value);
}

function size(value: number): string {
  if (value === Infinity) return '∞';
  if (value === 0) return '0';
  if (value < 0.005) return scientific(value);
  const rounded = Number(value.toPrecision(3));
  const places = rounded >= 100 ? 0 : rounded >= 10 ? 1 : 2;
  const [whole = '', fraction] = value.toFixed(places).split('.');
  return fraction === undefined ? grouped(whole) : `${whole}${decimalSign}${fraction}`;
}

function scientific(value: number): string {
  const [digits = '', exponent = '0'] = value.toExponential(1).split('e');
  const power = String(Math.abs(Number(exponent))).replaceAll(/\d/g, (digit) => SUPERSCRIPTS[Number(digit)] ?? '');
  return `${localised(digits)}${THIN}×${THIN}10${Number(exponent) < 0 ? '⁻' : ''}${power}`;
}

function grouped(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, THIN);
}

function localised(text: string): string {
  return text.replace('.', decimalSign);
}
