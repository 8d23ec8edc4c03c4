import { groupedDigits } from '../table/counts';

const minus = '\u2212';
const thinSpace = '\u2009';
const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/**
 * A number for people: 3 significant digits, at most 2 decimals, true minus; below 0.005 scientific with 2 digits.
 * Whole digits are never rounded away: 12 345 stays 12 345.
 */
export function number(value: number): string {
  if (Number.isNaN(value)) return 'not a number';
  return (value < 0 ? minus : '') + magnitude(Math.abs(value));
}

/** A slope or a change: like `number`, with its sign always. */
export function signed(value: number): string {
  return (value > 0 ? '+' : '') + number(value);
}

/** How many: all digits, thin spaces in thousands. */
export function count(value: number): string {
  return (value < 0 ? minus : '') + groupedDigits(Math.abs(Math.round(value)));
}

/** A share 0 … 1 in per cent; below 10 % with one decimal; what is not nothing never reads as nothing, nor all. */
export function percent(share: number): string {
  if (Number.isNaN(share)) return 'no share';
  if (share > 0 && share < 0.0005) return `under 0.1${thinSpace}%`;
  if (share > 0.995 && share < 1) return `over 99${thinSpace}%`;
  const text = share > 0 && share < 0.0995 ? (100 * share).toFixed(1) : String(Math.round(100 * share));
  return `${text}${thinSpace}%`;
}

/** "a", "a and b", "a, b and c". */
export function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** "1 row", "33 rows". */
export function counted(many: number, one: string, more = `${one}s`): string {
  return `${count(many)} ${many === 1 ? one : more}`;
}

function magnitude(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return '∞';
  if (value === 0) return '0';
  if (value < 0.005) return scientific(value);
  const rounded = Number(value.toPrecision(3));
  const places = rounded >= 100 ? 0 : rounded >= 10 ? 1 : 2;
  const [whole = '', fraction] = value.toFixed(places).split('.');
  return fraction === undefined ? groupedDigits(whole) : `${whole}.${fraction}`;
}

function scientific(value: number): string {
  const [digits = '', exponent = '0'] = value.toExponential(1).split('e');
  const power = Array.from(String(Math.abs(Number(exponent))), (digit) => superscripts[Number(digit)]).join('');
  return `${digits}${thinSpace}×${thinSpace}10${Number(exponent) < 0 ? '⁻' : ''}${power}`;
}
