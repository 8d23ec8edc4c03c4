import type { Activation, Comparison } from '../network';

/**
 * A network written out: plain data between the graph and the languages it is written in. Each step names one unit; the
 * outputs are expressions in inputs and steps.
 */
export interface Formula {
  readonly inputs: readonly string[];
  readonly steps: readonly Step[];
  readonly outputs: readonly Step[];
  /** What was left out or rounded, in words; empty when the formula is the network exactly. */
  readonly notes: readonly string[];
}

/** One named number per row. */
export interface Step {
  readonly name: string;
  readonly expression: Expression;
}

/** An expression over inputs and earlier steps. */
export type Expression =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'input'; readonly index: number }
  | { readonly kind: 'step'; readonly name: string }
  /** 1 where a text input holds this level, else 0. */
  | { readonly kind: 'level'; readonly index: number; readonly level: string }
  /** constant + Σ factor · of */
  | { readonly kind: 'sum'; readonly constant: number; readonly terms: readonly Term[] }
  | { readonly kind: 'product'; readonly factors: readonly Expression[] }
  | { readonly kind: 'quotient'; readonly over: Expression; readonly under: Expression }
  | { readonly kind: 'power'; readonly base: Expression; readonly exponent: Expression }
  | { readonly kind: 'extreme'; readonly how: 'max' | 'min'; readonly of: readonly Expression[] }
  /** `element` chooses the parameter of activations that have one per element. */
  | { readonly kind: 'activation'; readonly activation: Activation; readonly of: Expression; readonly element: number }
  | { readonly kind: 'exponential'; readonly of: Expression }
  | { readonly kind: 'logarithm'; readonly of: Expression }
  | { readonly kind: 'function'; readonly name: FunctionName; readonly of: Expression }
  | {
      readonly kind: 'choice';
      readonly how: Comparison;
      readonly left: Expression;
      readonly right: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    };

/** Functions of one variable that every language has or can be given. */
export type FunctionName =
  | 'log1p'
  | 'expm1'
  | 'sqrt'
  | 'tanh'
  | 'sin'
  | 'cos'
  | 'tan'
  | 'asin'
  | 'acos'
  | 'atan'
  | 'sinh'
  | 'cosh'
  | 'asinh'
  | 'acosh'
  | 'atanh'
  | 'abs'
  | 'sign'
  | 'floor'
  | 'ceil'
  | 'round'
  | 'truncate'
  | 'erf'
  | 'sigmoid'
  | 'softplus';

/** One summand with its factor. */
export interface Term {
  readonly factor: number;
  readonly of: Expression;
}

/** What tells an expression that is but a name from other names; undefined for every other expression. */
function nameKey(expression: Expression): string | undefined {
  if (expression.kind === 'input') return `i${expression.index}`;
  if (expression.kind === 'step') return `s${expression.name}`;
  return expression.kind === 'level' ? `l${expression.index} ${expression.level}` : undefined;
}

/** A constant. */
export function constant(value: number): Expression {
  return { kind: 'number', value };
}

/**
 * constant + Σ factor · of, made simple: sums within sums are merged, terms of the same name joined, zeros dropped, and a
 * lone number or a bare name comes out as such.
 */
export function sum(offset: number, terms: readonly Term[]): Expression {
  let total = offset;
  const joined = new Map<string, Term>();
  const add = (term: Term): void => {
    if (term.factor === 0) return;
    if (term.of.kind === 'number') total += term.factor * term.of.value;
    else if (term.of.kind === 'sum') {
      total += term.factor * term.of.constant;
      for (const inner of term.of.terms) add({ factor: term.factor * inner.factor, of: inner.of });
    } else {
      const key = nameKey(term.of) ?? `e${joined.size}`;
      const before = joined.get(key);
      joined.set(key, before ? { factor: before.factor + term.factor, of: term.of } : term);
    }
  };
  for (const term of terms) add(term);
  const left = [...joined.values()].filter((term) => term.factor !== 0);
  if (left.length === 0) return constant(total);
  const [only] = left;
  if (total === 0 && left.length === 1 && only!.factor === 1) return only!.of;
  return { kind: 'sum', constant: total, terms: left };
}
