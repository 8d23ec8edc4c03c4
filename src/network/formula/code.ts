import type { Comparison } from '../network';
import type { Expression, FunctionName } from './expression';
import { loweredActivation } from './lowered';

/** How one language writes the parts of an expression; arguments are text already written. */
export interface Dialect {
  number(value: number): string;
  input(index: number): string;
  step(name: string): string;
  /** 1 where the text `input` is `level`, else 0. */
  level(input: string, level: string): string;
  readonly times: string;
  power(base: string, exponent: string): string;
  quotient(over: string, under: string): string;
  call(name: FunctionName | 'exp' | 'log', of: string): string;
  extreme(how: 'max' | 'min', of: readonly string[]): string;
  choice(how: Comparison, left: string, right: string, then: string, otherwise: string): string;
}

/** How tightly a piece of text holds together: a sum must be bracketed within a product, a product within a power. */
type Binding = 'sum' | 'product' | 'atom';

interface Written {
  readonly text: string;
  readonly binding: Binding;
}

/** An expression in a language; activations are written in functions the language has. */
export function written(expression: Expression, dialect: Dialect): string {
  return write(expression, dialect).text;
}

function write(expression: Expression, dialect: Dialect): Written {
  const inside = (part: Expression): string => write(part, dialect).text;
  const held = (part: Expression): string => bracketed(write(part, dialect), 'atom');
  switch (expression.kind) {
    case 'number':
      return { text: dialect.number(expression.value), binding: expression.value < 0 ? 'sum' : 'atom' };
    case 'input':
      return { text: dialect.input(expression.index), binding: 'atom' };
    case 'step':
      return { text: dialect.step(expression.name), binding: 'atom' };
    case 'level':
      return { text: dialect.level(dialect.input(expression.index), expression.level), binding: 'atom' };
    case 'sum':
      return writeSum(expression, dialect);
    case 'product':
      return {
        text: expression.factors.map((factor) => bracketed(write(factor, dialect), 'product')).join(dialect.times),
        binding: 'product',
      };
    case 'quotient':
      return { text: dialect.quotient(held(expression.over), held(expression.under)), binding: 'product' };
    case 'power':
      return { text: dialect.power(held(expression.base), held(expression.exponent)), binding: 'product' };
    case 'extreme':
      return { text: dialect.extreme(expression.how, expression.of.map(inside)), binding: 'atom' };
    case 'activation':
      return write(loweredActivation(expression.activation, expression.of, expression.element), dialect);
    case 'exponential':
      return { text: dialect.call('exp', inside(expression.of)), binding: 'atom' };
    case 'logarithm':
      return { text: dialect.call('log', inside(expression.of)), binding: 'atom' };
    case 'function':
      return { text: dialect.call(expression.name, inside(expression.of)), binding: 'atom' };
    case 'choice': {
      const { how, left, right, then, otherwise } = expression;
      return { text: dialect.choice(how, held(left), held(right), inside(then), inside(otherwise)), binding: 'atom' };
    }
  }
}

function writeSum({ constant, terms }: Extract<Expression, { kind: 'sum' }>, dialect: Dialect): Written {
  const parts = terms.map(({ factor, of }) => {
    const size = Math.abs(factor);
    const text = bracketed(write(of, dialect), 'product');
    return { negative: factor < 0, text: size === 1 ? text : `${dialect.number(size)}${dialect.times}${text}` };
  });
  if (constant !== 0) parts.unshift({ negative: constant < 0, text: dialect.number(Math.abs(constant)) });
  if (parts.length === 0) return { text: dialect.number(0), binding: 'atom' };
  const [first, ...rest] = parts;
  const text = [
    `${first!.negative ? '-' : ''}${first!.text}`,
    ...rest.map((part) => `${part.negative ? '-' : '+'} ${part.text}`),
  ].join(' ');
  return { text, binding: parts.length === 1 && !first!.negative ? 'product' : 'sum' };
}

function bracketed({ text, binding }: Written, needed: 'product' | 'atom'): string {
  const loose = binding === 'sum' || (binding === 'product' && needed === 'atom');
  return loose ? `(${text})` : text;
}

/** Comparison signs as most languages write them. */
export const comparisonSigns: Readonly<Record<Comparison, string>> = {
  equal: '==',
  notEqual: '!=',
  less: '<',
  lessOrEqual: '<=',
  greater: '>',
  greaterOrEqual: '>=',
};

/** Names as identifiers: letters, digits and _, none twice, none of those taken. */
export function identifiers(names: readonly string[], taken: readonly string[] = []): string[] {
  const used = new Set(taken);
  return names.map((name) => {
    const plain = name
      .normalize('NFKD')
      .replace(/[^A-Za-z0-9_]+/g, '_')
      .replace(/^_+|_+$/g, '');
    const start = /^[A-Za-z]/.test(plain) ? plain : `x_${plain}`;
    let chosen = start;
    for (let copy = 2; used.has(chosen); copy++) chosen = `${start}_${copy}`;
    used.add(chosen);
    return chosen;
  });
}

/** Words that no input may be called in some language, and names the code itself uses. */
export const reservedNames: readonly string[] =
  'and as assert async await break case catch class const continue def default del delete do elif else enum except export extends false finally for from function global if implements import in instanceof interface is lambda let math new nonlocal not np null or package pass next private protected public raise repeat return static super switch this throw true try typeof undefined var void while with yield None True False NULL NA NaN Inf TRUE FALSE T F erf erf_of_one roundEven Math Object String eval arguments result x y c exp log tanh sqrt abs max min'.split(
    ' ',
  );
