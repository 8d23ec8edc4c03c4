import type { FlatInput, FlatOutput } from '../network/features';
import type { Problem } from '../problem';
import { matchNames } from './matching';
import { identity, scalingFault, type Scaling, type ScalingSet } from './scaling';

/** A scaling for every input and output. */
export interface MatchedScalings {
  readonly inputs: readonly Scaling[];
  readonly outputs: readonly Scaling[];
  readonly problems: readonly Problem[];
}

/**
 * Gives every input its scaling: by name where the scaler knows names (an input's own or its column's), else by order
 * over all inputs or over the numeric ones. Texts are never scaled.
 */
export function scalingsFor(
  inputs: readonly FlatInput[],
  outputs: readonly FlatOutput[],
  table: string,
  set: ScalingSet | undefined,
  columnNames: readonly (string | undefined)[],
): MatchedScalings {
  if (!set) return { inputs: inputs.map(() => identity), outputs: [], problems: [] };
  const matched = inputScalings(inputs, set, columnNames, table);
  const scaledOutputs = set.outputs ?? [];
  const problems = [...matched.problems];
  if (scaledOutputs.length > 0 && scaledOutputs.length !== outputs.length) {
    problems.push(countsDiffer(set, table, `${scaledOutputs.length} outputs`, `the model has ${outputs.length}`));
  }
  matched.scalings.forEach((scaling, index) => {
    const fault = scalingFault(scaling);
    if (fault) problems.push(unusable(set, table, inputs[index]!.name, fault));
  });
  scaledOutputs.forEach((scaling, index) => {
    const fault = scalingFault(scaling);
    if (fault) problems.push(unusable(set, table, outputs[index]?.name ?? 'the output', fault));
  });
  return { inputs: matched.scalings, outputs: scaledOutputs, problems };
}

function inputScalings(
  inputs: readonly FlatInput[],
  set: ScalingSet,
  columnNames: readonly (string | undefined)[],
  table: string,
): { readonly scalings: readonly Scaling[]; readonly problems: readonly Problem[] } {
  if (set.inputs.length === 0) return { scalings: inputs.map(() => identity), problems: [] };
  const byName = set.names && scalingsByName(inputs, set, set.names, columnNames);
  if (byName)
    return {
      scalings: byName.scalings,
      problems: [
        ...(byName.unscaled.length > 0 ? [partlyScaled(set, table, byName.unscaled)] : []),
        ...(set.outputs === undefined && byName.unused.length > 0 ? [moreColumns(set, table, byName.unused)] : []),
      ],
    };
  if (set.inputs.length === inputs.length)
    return {
      scalings: set.inputs.map((scaling, index) => (inputs[index]!.kind === 'text' ? identity : scaling)),
      problems: [],
    };
  const numeric = inputs.filter(({ kind }) => kind === 'number');
  if (set.inputs.length === numeric.length) {
    const scalings = inputs.map((input) => (input.kind === 'text' ? identity : set.inputs[numeric.indexOf(input)]!));
    return { scalings, problems: [] };
  }
  const problem = countsDiffer(
    set,
    table,
    `${set.inputs.length} columns`,
    `the model has ${numeric.length} numeric inputs`,
  );
  return { scalings: [], problems: [problem] };
}

function scalingsByName(
  inputs: readonly FlatInput[],
  set: ScalingSet,
  names: readonly string[],
  columnNames: readonly (string | undefined)[],
):
  | { readonly scalings: readonly Scaling[]; readonly unscaled: readonly string[]; readonly unused: readonly string[] }
  | undefined {
  const byInput = matchNames(
    inputs.map(({ name }) => name),
    names,
  );
  const byColumn = matchNames(
    columnNames.map((name, index) => name ?? inputs[index]!.name),
    names,
  );
  const places = inputs.map((input, index) =>
    input.kind === 'text' ? undefined : (byInput[index] ?? byColumn[index]),
  );
  if (places.every((place) => place === undefined)) return undefined;
  const unscaled = inputs.filter(({ kind }, index) => kind === 'number' && places[index] === undefined);
  return {
    scalings: places.map((place) => (place === undefined ? identity : (set.inputs[place] ?? identity))),
    unscaled: unscaled.map(({ name }) => name),
    unused: names.filter((_, place) => !places.includes(place)),
  };
}

function countsDiffer(set: ScalingSet, file: string, has: string, but: string): Problem {
  return {
    code: 'scaler-count',
    message: `The scaler (${set.origin}) is for ${has}, but ${but}.`,
    file,
    remedy: 'Choose the scaler that was saved with this model, or none.',
    severity: 'error',
  };
}

function unusable(set: ScalingSet, file: string, name: string, fault: string): Problem {
  return {
    code: 'scaler-unusable',
    message: `The scaler (${set.origin}) ${fault} for ${name}.`,
    file,
    remedy: 'Correct the scaler file, or choose none.',
    severity: 'error',
  };
}

function partlyScaled(set: ScalingSet, file: string, names: readonly string[]): Problem {
  return {
    code: 'scaler-partial',
    message: `The scaler (${set.origin}) does not know ${names.slice(0, 5).join(', ')}; these inputs go in as they are.`,
    file,
    severity: 'info',
  };
}

/** A scaler of a whole table knows the target too, and cannot say whether the network was trained on it scaled. */
function moreColumns(set: ScalingSet, file: string, names: readonly string[]): Problem {
  return {
    code: 'scaler-more-columns',
    message: `The scaler (${set.origin}) also knows ${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}, no input of the model. Forecasts are shown as the model gives them; if the target was scaled for training, they are in scaled units.`,
    file,
    remedy: 'Give a scaler file that names the scaling of the target, as in {"target": {"mean": 40, "std": 10}}.',
    severity: 'info',
  };
}
