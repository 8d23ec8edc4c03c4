import type { NetworkBuilder, Tensor } from '../../network/builder';
import type { Activation, Combination, Comparison } from '../../network/network';
import { cellsOf, type RClosure, type RValue } from '../containers/rValues';
import { maxRSteps } from '../limits';
import { recognisedActivation } from './activationPatterns';
import { expressionOf, type Expression } from './expression';
import { entriesOf, numbersOf } from './fields';

/** What names mean inside an expression: the tensors it is about, and the environment of the function it stands in. */
export interface Scope {
  readonly tensors: ReadonlyMap<string, Tensor>;
  readonly environment?: RValue;
}

/**
 * Lowers expressions of R in which every function is one of arithmetic, of R's elementwise mathematics, or a function
 * stored beside it that is made of those. Anything else gives undefined: it is not known what it would compute.
 */
export class ExpressionLowering {
  private readonly builder: NetworkBuilder;
  private readonly variables = new Map<RValue, ReadonlyMap<string, RValue>>();
  private steps = 0;

  constructor(builder: NetworkBuilder) {
    this.builder = builder;
  }

  /** The value of an R function of one argument, applied to every element of x. */
  apply(closure: RClosure, args: readonly Tensor[], depth = 0): Tensor | undefined {
    const body = expressionOf(closure.body);
    const formals = [...cellsOf(closure.formals, 20)];
    if (!body || depth > 8 || args.length > formals.length) return undefined;
    const activation = args.length === 1 ? usualActivation(closure) : undefined;
    if (activation && args[0]) return this.builder.activation(args[0], activation);
    const tensors = new Map<string, Tensor>();
    for (const [i, cell] of formals.entries()) {
      const given = args[i] ?? this.defaultOf(cell.car, closure, depth);
      if (given) tensors.set(cell.tag ?? '', given);
    }
    return this.lower(body, { tensors, environment: closure.environment }, depth);
  }

  /** The value of an expression. */
  lower(expression: Expression, scope: Scope, depth = 0): Tensor | undefined {
    if (++this.steps > maxRSteps) return undefined;
    if (expression.kind === 'number') return this.number(expression.value);
    if (expression.kind === 'text') return undefined;
    if (expression.kind === 'symbol')
      return scope.tensors.get(expression.name) ?? this.variable(expression.name, scope);
    if (expression.name === '{')
      return this.block(
        expression.args.map((arg) => arg.value),
        scope,
        depth,
      );
    const args: Tensor[] = [];
    for (const arg of expression.args) {
      const named = arg.name !== undefined && !(expression.name === 'log' && arg.name === 'base' && args.length === 1);
      const lowered = named ? undefined : this.lower(arg.value, scope, depth);
      if (!lowered) return undefined;
      args.push(lowered);
    }
    const stored = this.lookUp(expression.name, scope.environment);
    if (stored) return stored.kind === 'closure' ? this.apply(stored, args, depth + 1) : undefined;
    return this.call(expression.name, args);
  }

  /** Statements one after the other: assignments of names, then the value. */
  private block(statements: readonly Expression[], scope: Scope, depth: number): Tensor | undefined {
    const tensors = new Map(scope.tensors);
    const inner: Scope = { ...scope, tensors };
    let value: Tensor | undefined;
    for (const statement of statements) {
      const [target, source] = assignment(statement) ?? [undefined, statement];
      value = this.lower(source, inner, depth);
      if (!value) return undefined;
      if (target !== undefined) tensors.set(target, value);
    }
    return value;
  }

  private defaultOf(value: RValue, closure: RClosure, depth: number): Tensor | undefined {
    const expression = expressionOf(value);
    return expression && this.lower(expression, { tensors: new Map(), environment: closure.environment }, depth + 1);
  }

  private variable(name: string, scope: Scope): Tensor | undefined {
    const stored = this.lookUp(name, scope.environment);
    if (stored) {
      const numbers = numbersOf(stored);
      return numbers?.length === 1 ? this.number(numbers[0]!) : undefined;
    }
    return name === 'pi' ? this.number(Math.PI) : undefined;
  }

  private number(value: number): Tensor {
    return this.builder.constant(Float64Array.of(value), [1]);
  }

  /** A variable stored with the function, looked for from its own environment outwards. */
  private lookUp(name: string, start: RValue | undefined): RValue | undefined {
    let environment = start;
    for (let outwards = 0; outwards < 20 && environment?.kind === 'environment'; outwards++) {
      if (environment.name !== undefined) return undefined;
      const variables =
        this.variables.get(environment) ?? new Map(entriesOf(environment).map((entry) => [entry.name, entry.value]));
      this.variables.set(environment, variables);
      const found = variables.get(name);
      if (found) return found;
      environment = environment.enclosure;
    }
    return undefined;
  }

  private call(name: string, args: readonly Tensor[]): Tensor | undefined {
    const [first, second, third] = args;
    if (!first) return undefined;
    if (args.length === 1) return this.functionOfOne(name, first);
    if (args.length === 2 && second) return this.functionOfTwo(name, first, second);
    if (args.length === 3 && name === 'ifelse' && second && third) return this.builder.select(first, second, third);
    return undefined;
  }

  private functionOfOne(name: string, x: Tensor): Tensor | undefined {
    if (name === '(' || name === '+' || name === 'I' || name === 'as.numeric' || name === 'identity') return x;
    const activation = functionsOfOne.get(name);
    if (activation) return this.builder.activation(x, activation);
    if (name === 'pnorm') return this.normalShare(x);
    if (name === 'log2') return this.builder.combine('divide', this.logarithm(x), this.number(Math.LN2));
    return name === 'log10' ? this.builder.combine('divide', this.logarithm(x), this.number(Math.LN10)) : undefined;
  }

  /** The share of the normal distribution below x: (1 + erf(x / √2)) / 2. */
  private normalShare(x: Tensor): Tensor {
    const scaled = this.builder.combine('multiply', x, this.number(Math.SQRT1_2));
    const raised = this.builder.combine('add', this.builder.activation(scaled, { kind: 'erf' }), this.number(1));
    return this.builder.combine('multiply', raised, this.number(0.5));
  }

  private logarithm(x: Tensor): Tensor {
    return this.builder.activation(x, { kind: 'log' });
  }

  private functionOfTwo(name: string, a: Tensor, b: Tensor): Tensor | undefined {
    const how = combinations.get(name);
    if (how) return this.builder.combine(how, a, b);
    const comparison = comparisons.get(name);
    if (comparison) return this.builder.compare(comparison, a, b);
    if (name === 'log') return this.builder.combine('divide', this.logarithm(a), this.logarithm(b));
    return undefined;
  }
}

/** The activation that a function of one argument spells in one of the usual ways; its stable form is then computed. */
export function usualActivation(closure: RClosure): Activation | undefined {
  const body = expressionOf(closure.body);
  const [first] = cellsOf(closure.formals, 1);
  const usual = body && first?.tag ? inX(body, first.tag) : undefined;
  return usual && recognisedActivation(usual);
}

/** R's elementwise functions. */
const functionsOfOne: ReadonlyMap<string, Activation> = new Map<string, Activation>([
  ['-', { kind: 'negative' }],
  ['exp', { kind: 'exponential' }],
  ['expm1', { kind: 'expm1' }],
  ['log', { kind: 'log' }],
  ['log1p', { kind: 'log1p' }],
  ['sqrt', { kind: 'sqrt' }],
  ['abs', { kind: 'abs' }],
  ['sin', { kind: 'sin' }],
  ['cos', { kind: 'cos' }],
  ['tan', { kind: 'tan' }],
  ['asin', { kind: 'asin' }],
  ['acos', { kind: 'acos' }],
  ['atan', { kind: 'atan' }],
  ['sinh', { kind: 'sinh' }],
  ['cosh', { kind: 'cosh' }],
  ['tanh', { kind: 'tanh' }],
  ['asinh', { kind: 'asinh' }],
  ['acosh', { kind: 'acosh' }],
  ['atanh', { kind: 'atanh' }],
  ['plogis', { kind: 'sigmoid' }],
  ['sign', { kind: 'sign' }],
  ['floor', { kind: 'floor' }],
  ['ceiling', { kind: 'ceil' }],
  ['round', { kind: 'round' }],
  ['trunc', { kind: 'truncate' }],
  ['!', { kind: 'not' }],
]);

const combinations: ReadonlyMap<string, Combination> = new Map<string, Combination>([
  ['+', 'add'],
  ['-', 'subtract'],
  ['*', 'multiply'],
  ['/', 'divide'],
  ['^', 'pow'],
  ['pmax', 'max'],
  ['pmin', 'min'],
]);

const comparisons: ReadonlyMap<string, Comparison> = new Map<string, Comparison>([
  ['<', 'less'],
  ['<=', 'lessOrEqual'],
  ['>', 'greater'],
  ['>=', 'greaterOrEqual'],
  ['==', 'equal'],
  ['!=', 'notEqual'],
]);

function assignment(statement: Expression): readonly [string, Expression] | undefined {
  if (statement.kind !== 'call' || (statement.name !== '<-' && statement.name !== '=')) return undefined;
  const [target, source] = statement.args;
  return target?.value.kind === 'symbol' && source ? [target.value.name, source.value] : undefined;
}

/** The expression with the function's argument called x; undefined if it also speaks of another x. */
function inX(expression: Expression, argument: string): Expression | undefined {
  if (expression.kind === 'symbol') {
    if (expression.name === argument) return { kind: 'symbol', name: 'x' };
    return expression.name === 'x' ? undefined : expression;
  }
  if (expression.kind !== 'call') return expression;
  const args = expression.args.map((arg) => ({ ...arg, value: inX(arg.value, argument) }));
  const whole = args.flatMap((arg) => (arg.value ? [{ ...arg, value: arg.value }] : []));
  return whole.length === args.length ? { ...expression, args: whole } : undefined;
}
