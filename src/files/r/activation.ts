import { NetworkBuilder, type Tensor } from '../../network/builder';
import type { Activation } from '../../network/network';
import { cellsOf, type RValue } from '../containers/rValues';
import { deparse, expressionOf } from './expression';
import { ExpressionLowering, usualActivation } from './expressionLowering';
import { attribute, textsOf } from './fields';

/** An activation as a model of R knows it. */
export interface UnitFunction {
  /** As R calls it: `logistic`, `tanh`, or the text of a function of the user's own. */
  readonly name: string;
  readonly apply: (builder: NetworkBuilder, x: Tensor) => Tensor;
}

const activations: ReadonlyMap<string, Activation> = new Map<string, Activation>([
  ['logistic', { kind: 'sigmoid' }],
  ['tanh', { kind: 'tanh' }],
  ['relu', { kind: 'relu' }],
  ['softplus', { kind: 'softplus', beta: 1 }],
  ['linear', { kind: 'linear' }],
  ['elu', { kind: 'elu', alpha: 1 }],
  ['silu', { kind: 'silu', beta: 1 }],
  ['gelu', { kind: 'gelu' }],
  ['softsign', { kind: 'softsign' }],
  ['exponential', { kind: 'exponential' }],
  ['sin', { kind: 'sin' }],
]);

const otherNames: ReadonlyMap<string, string> = new Map([
  ['sigmoid', 'logistic'],
  ['identity', 'linear'],
  ['swish', 'silu'],
  ['exp', 'exponential'],
]);

/** What a user can answer when a file's own function is not understood. */
export const activationChoices: readonly string[] = [...activations.keys()];

/** The activation of a name; undefined for unknown names. */
export function namedActivation(name: string): UnitFunction | undefined {
  const known = name.toLowerCase();
  const activation = activations.get(otherNames.get(known) ?? known);
  return activation && unitFunction(otherNames.get(known) ?? known, activation);
}

/** Whether two words mean the same activation. */
export function sameActivation(a: string, b: string): boolean {
  return a === b || (namedActivation(a)?.name ?? a) === (namedActivation(b)?.name ?? b);
}

/**
 * The activation an R function computes: by the name neuralnet notes at it, or by its source when that is made of known
 * mathematics alone. Undefined when it is not known what the function does; it is never run.
 */
export function functionActivation(value: RValue): UnitFunction | undefined {
  const type = textsOf(attribute(value, 'type'))?.[0];
  const named = type === undefined ? undefined : namedActivation(type);
  if (named) return named;
  if (value.kind === 'primitive') return namedActivation(value.name);
  if (value.kind !== 'closure') return undefined;
  const activation = usualActivation(value);
  if (activation) return unitFunction(nameOf(activation), activation);
  const body = expressionOf(value.body);
  const trial = new NetworkBuilder();
  if (!body || !new ExpressionLowering(trial).apply(value, [trial.input('x', [1])])) return undefined;
  return {
    name: `function(${[...cellsOf(value.formals, 1)][0]?.tag ?? ''}) ${deparse(body)}`,
    apply: (builder, x) => {
      const result = new ExpressionLowering(builder).apply(value, [x]);
      if (!result) throw new RangeError('A function that was understood is not understood any more.');
      return builder.broadcastTo(result, x.shape);
    },
  };
}

function unitFunction(name: string, activation: Activation): UnitFunction {
  return { name, apply: (builder, x) => builder.activation(x, activation) };
}

function nameOf(activation: Activation): string {
  const same = (other: Activation): boolean => JSON.stringify(other) === JSON.stringify(activation);
  return [...activations].find(([, other]) => same(other))?.[0] ?? activation.kind;
}
