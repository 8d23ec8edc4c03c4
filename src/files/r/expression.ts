import { cellsOf, type RValue } from '../containers/rValues';
import { maxRSteps } from '../limits';
import { numbersOf, textsOf } from './fields';

/** The tree of an R expression as far as it can be a formula of numbers; parentheses and byte code are gone. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'text'; readonly value: string }
  | { readonly kind: 'symbol'; readonly name: string }
  | { readonly kind: 'call'; readonly name: string; readonly args: readonly Argument[] };

/** An argument of a call, with its name where it is given one. */
export interface Argument {
  readonly name?: string;
  readonly value: Expression;
}

/** R's operators of two arguments by how tightly they bind; a sign of one argument binds like `unaryBinding`. */
export const binding: ReadonlyMap<string, number> = new Map(
  [['<-', '='], ['~'], ['==', '!=', '<', '<=', '>', '>='], ['+', '-'], ['*', '/'], [':'], ['^']].flatMap(
    (names, level) => names.map((name): [string, number] => [name, level]),
  ),
);
/** Between `:` and `^`. */
export const unaryBinding = 5.5;

/**
 * The expression of an R value (call, symbol, constant or byte code). Undefined where it holds anything that is no
 * formula (functions called by an expression, vectors, missing arguments) or is too long.
 */
export function expressionOf(value: RValue): Expression | undefined {
  let steps = 0;
  const convert = (part: RValue, depth: number): Expression | undefined => {
    if (++steps > maxRSteps || depth > 500) return undefined;
    if (part.kind === 'bytecode') return part.constants[0] && convert(part.constants[0], depth + 1);
    if (part.kind === 'symbol') return part.name === '' ? undefined : { kind: 'symbol', name: part.name };
    if (part.kind !== 'language') return constantOf(part);
    const [head, ...cells] = cellsOf(part, maxRSteps);
    const name = head?.car.kind === 'symbol' ? head.car.name : qualifiedName(head?.car);
    if (name === undefined) return undefined;
    const args: Argument[] = [];
    for (const cell of cells) {
      const converted = convert(cell.car, depth + 1);
      if (!converted) return undefined;
      args.push({ value: converted, ...(cell.tag === undefined ? {} : { name: cell.tag }) });
    }
    return simplified(name, args);
  };
  return convert(value, 0);
}

/** The expression as one would write it in R, for people and for names; shortened in the middle of long ones. */
export function deparse(expression: Expression): string {
  const text = write(expression, -1);
  return text.length > 200 ? `${text.slice(0, 150)} … ${text.slice(-40)}` : text;
}

/**
 * A call of the expression's function with these arguments; parentheses, braces and return around one thing vanish,
 * and arithmetic of numbers is done.
 */
export function simplified(name: string, args: readonly Argument[]): Expression {
  const first = args[0]?.value;
  const second = args[1]?.value;
  if (first && args.length === 1) {
    if (name === '(' || name === '{' || name === 'return') return first;
    if (first.kind === 'number' && name === '-') return { kind: 'number', value: -first.value };
  }
  if (first?.kind === 'number' && second?.kind === 'number' && args.length === 2) {
    const value = arithmetic(name, first.value, second.value);
    if (value !== undefined) return { kind: 'number', value };
  }
  return { kind: 'call', name, args };
}

function arithmetic(name: string, a: number, b: number): number | undefined {
  if (name === '+') return a + b;
  if (name === '-') return a - b;
  if (name === '*') return a * b;
  if (name === '/') return a / b;
  return name === '^' ? a ** b : undefined;
}

function constantOf(value: RValue): Expression | undefined {
  const text = textsOf(value);
  if (text?.length === 1) return { kind: 'text', value: text[0] ?? '' };
  const numbers = numbersOf(value);
  return numbers?.length === 1 ? { kind: 'number', value: numbers[0]! } : undefined;
}

/** `stats::plogis` is plogis: functions of numbers mean the same wherever they are taken from. */
function qualifiedName(head: RValue | undefined): string | undefined {
  if (head?.kind !== 'language' || head.car.kind !== 'symbol' || !/^:::?$/.test(head.car.name)) return undefined;
  const name = [...cellsOf(head, 3)][2]?.car;
  return name?.kind === 'symbol' ? name.name : undefined;
}

function write(expression: Expression, outer: number): string {
  if (expression.kind === 'number') return numeral(expression.value, outer);
  if (expression.kind === 'text') return JSON.stringify(expression.value);
  if (expression.kind === 'symbol') return symbolText(expression.name);
  const { name, args } = expression;
  const level = binding.get(name);
  const [left, right] = args;
  if (level !== undefined && left && right && args.length === 2) {
    const blank = level >= 5 || name === '/' ? '' : ' ';
    const rightLevel = name === '^' ? level - 0.5 : level;
    const text = `${write(left.value, level - (name === '^' ? 0 : 0.5))}${blank}${name}${blank}${write(right.value, rightLevel)}`;
    return level <= outer ? `(${text})` : text;
  }
  if (level !== undefined && left && args.length === 1) {
    const text = `${name}${write(left.value, unaryBinding - 0.5)}`;
    return outer > 3 ? `(${text})` : text;
  }
  if (name === '{') return `{ ${args.map((arg) => write(arg.value, -1)).join('; ')} }`;
  if ((name === '$' || name === '@') && left && right) return `${write(left.value, 9)}${name}${write(right.value, 9)}`;
  const list = args.map((arg) => (arg.name === undefined ? '' : `${arg.name} = `) + write(arg.value, -1));
  if ((name === '[' || name === '[[') && list.length > 0)
    return `${list[0] ?? ''}${name}${list.slice(1).join(', ')}${name === '[' ? ']' : ']]'}`;
  return `${symbolText(name)}(${list.join(', ')})`;
}

function numeral(value: number, outer: number): string {
  return value < 0 && outer > 3 ? `(${value})` : String(value);
}

function symbolText(name: string): string {
  return /^[\p{L}.][\p{L}\p{N}._]*$/u.test(name) ? name : `\`${name}\``;
}
