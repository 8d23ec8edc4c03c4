import type { Operator } from './call';
import { activations } from './operators/activations';
import { arithmetic } from './operators/arithmetic';
import { blockOperators } from './operators/blocks';
import { constants } from './operators/constants';
import { convolutions } from './operators/convolution';
import { gradients } from './operators/gradients';
import { joining } from './operators/joining';
import { linear } from './operators/linear';
import { normalisation } from './operators/normalisation';
import { poolings } from './operators/pooling';
import { ranking } from './operators/ranking';
import { reductions } from './operators/reductions';
import { selecting } from './operators/selecting';
import { shapes } from './operators/shapes';

/** Every operator Slopescope lowers. A new one is a function in one of these groups. */
const operators: ReadonlyMap<string, Operator> = new Map(
  [
    activations,
    arithmetic,
    blockOperators,
    constants,
    convolutions,
    gradients,
    joining,
    linear,
    normalisation,
    poolings,
    ranking,
    reductions,
    selecting,
    shapes,
  ].flatMap((group) => Object.entries(group)),
);

/** The function that lowers nodes of this operator, if there is one. */
export function operatorOf(name: string): Operator | undefined {
  return operators.get(name);
}

/** Names of all operators Slopescope lowers, for the table in the README. */
export function supportedOperators(): readonly string[] {
  return [...operators.keys()].filter((name) => !name.startsWith('_')).sort();
}
