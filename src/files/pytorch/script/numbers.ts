import { numberIn, isValue, type TorchValue } from '../operators/values';

/** Arithmetic of numbers and comparisons, by TorchScript's signs. */
const arithmetic: ReadonlyMap<string, (a: number, b: number) => number | boolean> = new Map<
  string,
  (a: number, b: number) => number | boolean
>([
  ['+', (a, b) => a + b],
  ['-', (a, b) => a - b],
  ['*', (a, b) => a * b],
  ['/', (a, b) => a / b],
  ['//', (a, b) => Math.floor(a / b)],
  ['%', (a, b) => a - b * Math.floor(a / b)],
  ['**', (a, b) => a ** b],
  ['==', (a, b) => a === b],
  ['!=', (a, b) => a !== b],
  ['<', (a, b) => a < b],
  ['<=', (a, b) => a <= b],
  ['>', (a, b) => a > b],
  ['>=', (a, b) => a >= b],
  ['&', (a, b) => a & b],
  ['|', (a, b) => a | b],
]);

/** Names under which operations on plain numbers are written as functions. */
const signOfFunction: ReadonlyMap<string, string> = new Map([
  ['add', '+'],
  ['sub', '-'],
  ['mul', '*'],
  ['div', '/'],
  ['floordiv', '//'],
  ['remainder', '%'],
  ['pow', '**'],
  ['eq', '=='],
  ['ne', '!='],
  ['lt', '<'],
  ['le', '<='],
  ['gt', '>'],
  ['ge', '>='],
  ['__and__', '&'],
  ['__or__', '|'],
  ['__is__', 'is'],
  ['__isnot__', 'is not'],
]);

/** Operations on tensors by sign. */
export const functionOfSign: ReadonlyMap<string, string> = new Map([
  ['+', 'add'],
  ['-', 'sub'],
  ['*', 'mul'],
  ['/', 'div'],
  ['//', 'floor_divide'],
  ['**', 'pow'],
  ['@', 'matmul'],
  ['==', 'eq'],
  ['!=', 'ne'],
  ['<', 'lt'],
  ['<=', 'le'],
  ['>', 'gt'],
  ['>=', 'ge'],
  ['&', 'bitwise_and'],
  ['|', 'bitwise_or'],
]);

/** Functions of one number. */
const functions: ReadonlyMap<string, (a: number) => number> = new Map<string, (a: number) => number>([
  ['neg', (a) => -a],
  ['abs', Math.abs],
  ['ceil', Math.ceil],
  ['floor', Math.floor],
  ['round', Math.round],
  ['sqrt', Math.sqrt],
  ['exp', Math.exp],
  ['log', Math.log],
]);

/** The result of a sign on two values that are no tensors; undefined when it cannot be known. */
export function plainBinary(sign: string, a: TorchValue, b: TorchValue): TorchValue | undefined {
  if (sign === 'is' || sign === 'is not') {
    if (a !== null && b !== null) return undefined;
    return (a === b) === (sign === 'is');
  }
  if (typeof a === 'string' && typeof b === 'string') return textBinary(sign, a, b);
  if (isValue(a, 'list') && isValue(b, 'list') && sign === '+')
    return { kind: 'list', items: [...a.items, ...b.items] };
  if (isValue(b, 'list') && (sign === 'in' || sign === 'not in')) return b.items.includes(a) === (sign === 'in');
  if (isPlain(a) && isPlain(b)) {
    const result = arithmetic.get(sign)?.(Number(a), Number(b));
    return typeof a === 'boolean' && typeof b === 'boolean' && (sign === '&' || sign === '|') ? result !== 0 : result;
  }
  if (isValue(a, 'rows') || isValue(b, 'rows')) return rowsBinary(sign, a, b);
  if (isValue(a, 'name') || isValue(b, 'name')) return sign === '==' ? false : sign === '!=' ? true : undefined;
  return undefined;
}

/** A function of plain numbers; undefined when it is none, or the arguments are no numbers. */
export function plainFunction(name: string, args: readonly TorchValue[]): TorchValue | undefined {
  const [first, second] = args;
  const sign = signOfFunction.get(name);
  if (sign !== undefined && first !== undefined && second !== undefined) return plainBinary(sign, first, second);
  const single = functions.get(name);
  return single && isPlain(first) && args.length === 1 ? single(Number(first)) : undefined;
}

/** The truth of a value; undefined when it depends on the data. */
export function truth(value: TorchValue): boolean | undefined {
  if (value === null) return false;
  if (typeof value === 'string') return value !== '';
  if (isValue(value, 'list')) return value.items.length > 0;
  const number = numberIn(value);
  return number === undefined ? undefined : number !== 0;
}

/** The number of rows is not known, but it is taken to be more than 1; products with known numbers keep it. */
function rowsBinary(sign: string, a: TorchValue, b: TorchValue): TorchValue | undefined {
  if (isValue(b, 'rows')) return sign === '*' && typeof a === 'number' ? { ...b, times: b.times * a } : undefined;
  if (!isValue(a, 'rows') || typeof b !== 'number') return undefined;
  if (sign === '*') return { ...a, times: a.times * b };
  if (sign === '//' || sign === '/') return { ...a, times: a.times / b };
  if (b > 1) return undefined;
  return sign === '!=' || sign === '>' || sign === '>=' ? true : /^(==|<|<=)$/.test(sign) ? false : undefined;
}

function textBinary(sign: string, a: string, b: string): TorchValue | undefined {
  if (sign === '+') return a + b;
  if (sign === '==') return a === b;
  return sign === '!=' ? a !== b : undefined;
}

function isPlain(value: TorchValue | undefined): value is number | boolean {
  return typeof value === 'number' || typeof value === 'boolean';
}
