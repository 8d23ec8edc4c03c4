import {
  cellsOf,
  integerNA,
  isNA,
  noAttributes,
  type RAttributes,
  type RForeign,
  type RNumbers,
  type RTexts,
  type RValue,
} from './rValues';

/**
 * A value in one of R's compact forms (ALTREP), written out: sequences given by their start, texts not yet made from
 * their numbers, and vectors wrapped with what is known of their order. `reserve` is told how many elements will be
 * made from nothing, and throws when that is too many. Forms of other packages stay `foreign`.
 */
export function expandCompact(
  info: RValue,
  state: RValue,
  attributes: RAttributes,
  reserve: (elements: number) => void,
): RValue {
  const first = [...cellsOf(info, 1)][0]?.car;
  const name = first?.kind === 'symbol' ? first.name : '';
  const foreign: RForeign = { kind: 'foreign', name, attributes };
  if (name === 'compact_intseq' || name === 'compact_realseq')
    return sequence(name === 'compact_intseq', state, attributes, reserve) ?? foreign;
  const parts = partsOf(state);
  const content = parts[0];
  if (content && name.startsWith('wrap_')) return withAttributes(content, attributes);
  if (content && name === 'deferred_string') return textsOfNumbers(content, parts[1], attributes) ?? foreign;
  return foreign;
}

/** R's number of a text as as.character gives it: up to 15 digits, in the shorter of the plain and the e form. */
export function numberText(value: number, penalty = 0): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Inf' : '-Inf';
  const [mantissa = '', exponent = '0'] = Number(value.toPrecision(15)).toExponential().split('e');
  const power = Number(exponent);
  const sign = power < 0 ? '-' : '+';
  const scientific = `${mantissa}e${sign}${String(Math.abs(power)).padStart(2, '0')}`;
  const decimals = Math.max(0, mantissa.replace(/^-?\d\.?/, '').length - power);
  const plain = power >= 21 || decimals > 100 ? undefined : Number(value.toPrecision(15)).toFixed(decimals);
  return plain !== undefined && plain.length <= scientific.length + penalty ? plain : scientific;
}

function partsOf(state: RValue): readonly RValue[] {
  if (state.kind === 'list') return state.items;
  if (state.kind !== 'pairlist') return [];
  return [state.car, state.cdr];
}

/** The state is c(length, first, step). */
function sequence(
  whole: boolean,
  state: RValue,
  attributes: RAttributes,
  reserve: (elements: number) => void,
): RNumbers | undefined {
  if (state.kind !== 'double' || state.values.length < 3) return undefined;
  const [length = 0, start = 0, step = 0] = state.values;
  if (!(Number.isInteger(length) && length >= 0 && Math.abs(step) === 1)) return undefined;
  reserve(length);
  const at = (_: unknown, i: number): number => start + i * step;
  return whole
    ? { kind: 'integer', values: Int32Array.from({ length }, at), attributes }
    : { kind: 'double', values: Float64Array.from({ length }, at), attributes };
}

function textsOfNumbers(numbers: RValue, info: RValue | undefined, attributes: RAttributes): RTexts | undefined {
  const penalty = info?.kind === 'integer' ? (info.values[0] ?? 0) : 0;
  if (numbers.kind === 'integer')
    return {
      kind: 'character',
      values: Array.from(numbers.values, (value) => (value === integerNA ? null : String(value))),
      attributes,
    };
  if (numbers.kind !== 'double') return undefined;
  const text = (value: number, i: number): string | null => (isNA(numbers, i) ? null : numberText(value, penalty));
  return { kind: 'character', values: Array.from(numbers.values, text), attributes };
}

function withAttributes(value: RValue, attributes: RAttributes): RValue {
  if (attributes === noAttributes || !('attributes' in value)) return value;
  return { ...value, attributes: new Map([...value.attributes, ...attributes]) };
}
