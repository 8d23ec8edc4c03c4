import type { Activation } from '../../network/network';
import type { Expression } from './expression';
import { parseExpression } from './expressionText';

/** A way in which people write an activation function: x is its argument, a, b and c stand for any number. */
interface Pattern {
  readonly expression: Expression;
  readonly activation: (numbers: ReadonlyMap<string, number>) => Activation;
}

function written(activation: Activation | Pattern['activation'], ...texts: readonly string[]): Pattern[] {
  const give = typeof activation === 'function' ? activation : (): Activation => activation;
  return texts.map((text) => ({ expression: parseExpression(text), activation: give }));
}

/** The constant that a letter of the pattern stands for. */
function constant(numbers: ReadonlyMap<string, number>, letter: string): number {
  return numbers.get(letter) ?? NaN;
}

const patterns: readonly Pattern[] = [
  ...written({ kind: 'linear' }, 'x', 'identity(x)', '1 * x'),
  ...written(
    { kind: 'sigmoid' },
    '1 / (1 + exp(-x))',
    'exp(x) / (1 + exp(x))',
    '(1 + exp(-x))^-1',
    'plogis(x)',
    '0.5 * (1 + tanh(0.5 * x))',
    '0.5 * (1 + tanh(x / 2))',
    '(1 + tanh(x / 2)) / 2',
  ),
  ...written(
    { kind: 'tanh' },
    'tanh(x)',
    '(exp(x) - exp(-x)) / (exp(x) + exp(-x))',
    '(exp(2 * x) - 1) / (exp(2 * x) + 1)',
    '(1 - exp(-2 * x)) / (1 + exp(-2 * x))',
    '2 / (1 + exp(-2 * x)) - 1',
    'sinh(x) / cosh(x)',
  ),
  ...written(
    { kind: 'relu' },
    'pmax(0, x)',
    'ifelse(x > 0, x, 0)',
    'ifelse(x >= 0, x, 0)',
    'ifelse(x < 0, 0, x)',
    'ifelse(x <= 0, 0, x)',
    'x * (x > 0)',
    'x * (x >= 0)',
    '(x + abs(x)) / 2',
    '0.5 * (x + abs(x))',
  ),
  ...written({ kind: 'softplus', beta: 1 }, 'log(1 + exp(x))', 'log1p(exp(x))'),
  ...written(
    (numbers) => ({ kind: 'softplus', beta: constant(numbers, 'a') }),
    'log(1 + exp(a * x)) / a',
    'log1p(exp(a * x)) / a',
  ),
  ...written(
    (numbers) => ({ kind: 'leakyRelu', alpha: constant(numbers, 'a') }),
    'ifelse(x > 0, x, a * x)',
    'ifelse(x >= 0, x, a * x)',
    'ifelse(x < 0, a * x, x)',
    'ifelse(x <= 0, a * x, x)',
  ),
  ...written(
    (numbers) => ({ kind: 'elu', alpha: constant(numbers, 'a') }),
    'ifelse(x > 0, x, a * (exp(x) - 1))',
    'ifelse(x >= 0, x, a * (exp(x) - 1))',
    'ifelse(x < 0, a * (exp(x) - 1), x)',
    'ifelse(x > 0, x, a * expm1(x))',
  ),
  ...written(
    { kind: 'elu', alpha: 1 },
    'ifelse(x > 0, x, exp(x) - 1)',
    'ifelse(x >= 0, x, exp(x) - 1)',
    'ifelse(x < 0, exp(x) - 1, x)',
    'ifelse(x > 0, x, expm1(x))',
  ),
  ...written({ kind: 'silu', beta: 1 }, 'x / (1 + exp(-x))', 'x * (1 / (1 + exp(-x)))', 'x * plogis(x)'),
  ...written({ kind: 'softsign' }, 'x / (1 + abs(x))'),
  ...written({ kind: 'mish' }, 'x * tanh(log(1 + exp(x)))', 'x * tanh(log1p(exp(x)))'),
  ...written({ kind: 'gelu' }, 'x * pnorm(x)'),
  ...written(
    (numbers) => ({ kind: 'scaledTanh', alpha: constant(numbers, 'a'), beta: constant(numbers, 'b') }),
    'a * tanh(b * x)',
  ),
];

/** The activation an expression in x spells, if it is one that people use; its stable form is then computed. */
export function recognisedActivation(expression: Expression): Activation | undefined {
  for (const pattern of patterns) {
    const numbers = new Map<string, number>();
    if (!matches(pattern.expression, expression, numbers)) continue;
    const activation = pattern.activation(numbers);
    // Negative factors would turn the kinked functions into others.
    if ([...numbers.values()].every((number) => number > 0)) return activation;
  }
  return undefined;
}

const commutative: ReadonlySet<string> = new Set(['+', '*', 'pmax', 'pmin']);
const mirrored: ReadonlyMap<string, string> = new Map([
  ['<', '>'],
  ['>', '<'],
  ['<=', '>='],
  ['>=', '<='],
]);

function matches(pattern: Expression, expression: Expression, numbers: Map<string, number>): boolean {
  if (pattern.kind === 'symbol' && pattern.name !== 'x') return bind(pattern.name, expression, numbers);
  if (pattern.kind === 'symbol') return expression.kind === 'symbol' && expression.name === 'x';
  if (pattern.kind === 'number') return expression.kind === 'number' && expression.value === pattern.value;
  if (pattern.kind !== 'call' || expression.kind !== 'call') return false;
  if (pattern.args.length !== expression.args.length || expression.args.some((arg) => arg.name !== undefined))
    return false;
  const values = expression.args.map((arg) => arg.value);
  const inOrder = (order: readonly Expression[]): boolean => {
    const found = new Map(numbers);
    if (!pattern.args.every((arg, i) => order[i] && matches(arg.value, order[i], found))) return false;
    found.forEach((number, letter) => numbers.set(letter, number));
    return true;
  };
  if (pattern.name === expression.name && inOrder(values)) return true;
  if (pattern.args.length !== 2) return false;
  const turned = commutative.has(pattern.name) ? pattern.name : mirrored.get(pattern.name);
  return turned === expression.name && inOrder(values.toReversed());
}

function bind(letter: string, expression: Expression, numbers: Map<string, number>): boolean {
  if (expression.kind !== 'number') return false;
  const known = numbers.get(letter);
  if (known !== undefined && known !== expression.value) return false;
  numbers.set(letter, expression.value);
  return true;
}
