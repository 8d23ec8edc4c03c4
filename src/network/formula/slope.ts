import { constant, type Expression, type Formula, type FunctionName, type Step, sum } from './expression';
import { loweredActivation } from './lowered';

/**
 * The derivative of a formula by one of its inputs, written out by the chain rule: each step x gets a second step x' beside
 * it. At kinks it holds to the same sides as the network's slopes.
 */
export function slopeFormula(formula: Formula, input: number): Formula {
  const moving = new Set<string>();
  const steps: Step[] = [];
  for (const step of formula.steps) {
    const derived = derivative(step.expression, input, moving);
    steps.push(step);
    if (derived.kind === 'number' && derived.value === 0) continue;
    moving.add(step.name);
    steps.push({ name: `${step.name}'`, expression: derived });
  }
  const outputs = formula.outputs.map(({ name, expression }) => ({
    name: `${name}'`,
    expression: derivative(expression, input, moving),
  }));
  return { ...formula, steps, outputs };
}

function derivative(expression: Expression, input: number, moving: ReadonlySet<string>): Expression {
  const of = (part: Expression): Expression => derivative(part, input, moving);
  switch (expression.kind) {
    case 'number':
    case 'level':
      return constant(0);
    case 'input':
      return constant(expression.index === input ? 1 : 0);
    case 'step':
      return moving.has(expression.name) ? { kind: 'step', name: `${expression.name}'` } : constant(0);
    case 'sum':
      return sum(
        0,
        expression.terms.map((term) => ({ factor: term.factor, of: of(term.of) })),
      );
    case 'product':
      return sum(
        0,
        expression.factors.map((factor, place) => ({
          factor: 1,
          of: product([of(factor), ...expression.factors.filter((_, other) => other !== place)]),
        })),
      );
    case 'quotient':
      return quotientSlope(expression.over, expression.under, of);
    case 'power':
      return powerSlope(expression, of);
    case 'extreme':
      return extremeSlope(expression.how, expression.of, of);
    case 'activation':
      return of(loweredActivation(expression.activation, expression.of, expression.element));
    case 'exponential':
      return product([expression, of(expression.of)]);
    case 'logarithm':
      return quotient(of(expression.of), expression.of);
    case 'function':
      return product([functionSlope(expression.name, expression.of), of(expression.of)]);
    case 'choice':
      return choice(expression, of(expression.then), of(expression.otherwise));
  }
}

type Slope = (part: Expression) => Expression;

function quotientSlope(over: Expression, under: Expression, of: Slope): Expression {
  const first = quotient(of(over), under);
  const second = quotient(product([over, of(under)]), product([under, under]));
  return minus(first, second);
}

function powerSlope({ base, exponent }: Extract<Expression, { kind: 'power' }>, of: Slope): Expression {
  const lower: Expression = { kind: 'power', base, exponent: sum(-1, [{ factor: 1, of: exponent }]) };
  const byBase = product([exponent, lower, of(base)]);
  const byExponent = product([{ kind: 'power', base, exponent }, { kind: 'logarithm', of: base }, of(exponent)]);
  return sum(0, [
    { factor: 1, of: byBase },
    { factor: 1, of: byExponent },
  ]);
}

/** The slope of the part that is the largest (smallest); of two equal ones that of the first. */
function extremeSlope(how: 'max' | 'min', parts: readonly Expression[], of: Slope): Expression {
  const [first, ...rest] = parts;
  if (!first) return constant(0);
  if (rest.length === 0) return of(first);
  const others: Expression = rest.length === 1 ? rest[0]! : { kind: 'extreme', how, of: rest };
  const test: Extract<Expression, { kind: 'choice' }> = {
    kind: 'choice',
    how: how === 'max' ? 'greaterOrEqual' : 'lessOrEqual',
    left: first,
    right: others,
    then: first,
    otherwise: others,
  };
  return choice(test, of(first), extremeSlope(how, rest, of));
}

function choice(
  { how, left, right }: Extract<Expression, { kind: 'choice' }>,
  then: Expression,
  otherwise: Expression,
): Expression {
  if (then.kind === 'number' && otherwise.kind === 'number' && then.value === otherwise.value) return then;
  return { kind: 'choice', how, left, right, then, otherwise };
}

function functionSlope(name: FunctionName, x: Expression): Expression {
  const call = (other: FunctionName): Expression => ({ kind: 'function', name: other, of: x });
  const square = (part: Expression): Expression => product([part, part]);
  const one = constant(1);
  switch (name) {
    case 'tanh':
      return minus(one, square(call('tanh')));
    case 'sigmoid':
      return product([call('sigmoid'), minus(one, call('sigmoid'))]);
    case 'softplus':
      return call('sigmoid');
    case 'expm1':
      return { kind: 'exponential', of: x };
    case 'log1p':
      return quotient(one, sum(1, [{ factor: 1, of: x }]));
    case 'sqrt':
      return quotient(constant(0.5), call('sqrt'));
    case 'sin':
      return call('cos');
    case 'cos':
      return sum(0, [{ factor: -1, of: call('sin') }]);
    case 'tan':
      return sum(1, [{ factor: 1, of: square(call('tan')) }]);
    case 'sinh':
      return call('cosh');
    case 'cosh':
      return call('sinh');
    case 'asin':
      return quotient(one, root(minus(one, square(x))));
    case 'acos':
      return quotient(constant(-1), root(minus(one, square(x))));
    case 'atan':
      return quotient(one, sum(1, [{ factor: 1, of: square(x) }]));
    case 'asinh':
      return quotient(one, root(sum(1, [{ factor: 1, of: square(x) }])));
    case 'acosh':
      return quotient(one, root(sum(-1, [{ factor: 1, of: square(x) }])));
    case 'atanh':
      return quotient(one, minus(one, square(x)));
    case 'abs':
      return call('sign');
    case 'erf':
      return product([
        constant(2 / Math.sqrt(Math.PI)),
        { kind: 'exponential', of: sum(0, [{ factor: -1, of: square(x) }]) },
      ]);
    case 'sign':
    case 'floor':
    case 'ceil':
    case 'round':
    case 'truncate':
      return constant(0);
  }
}

function root(of: Expression): Expression {
  return { kind: 'function', name: 'sqrt', of };
}

function minus(a: Expression, b: Expression): Expression {
  return sum(0, [
    { factor: 1, of: a },
    { factor: -1, of: b },
  ]);
}

function quotient(over: Expression, under: Expression): Expression {
  return over.kind === 'number' && over.value === 0 ? over : { kind: 'quotient', over, under };
}

/** A product made simple: 0 with a factor of 0, numbers put together in front. */
function product(factors: readonly Expression[]): Expression {
  const flat = factors.flatMap((factor) => (factor.kind === 'product' ? factor.factors : [factor]));
  const size = flat.reduce((total, factor) => (factor.kind === 'number' ? total * factor.value : total), 1);
  const rest = flat.filter((factor) => factor.kind !== 'number');
  if (size === 0 || rest.length === 0) return constant(size);
  const joined: Expression = rest.length === 1 ? rest[0]! : { kind: 'product', factors: rest };
  return size === 1 ? joined : sum(0, [{ factor: size, of: joined }]);
}
