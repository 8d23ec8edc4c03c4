import type { Problem } from '../../problem';
import type { ScalingSet } from '../../table/scaling';
import type { Found } from './contents';
import type { Fitted } from './fitted';
import { objectScalings, scalerKind, type ColumnScalings } from './objectScalings';

/** A scaler of a file with where it lies, ready to be used for inputs or for the target. */
interface Candidate extends ColumnScalings {
  readonly path: string;
  readonly kind: string;
}

/** What the scalers of one file amount to, for a network with so many inputs and outputs when these are known. */
interface ChosenScalings {
  readonly scalings?: ScalingSet;
  readonly problems: readonly Problem[];
}

const targetWords = /(^|[._\s-])(y|target|targets|output|outputs|out|label|labels|response)($|[._\s\d-])/i;
const inputWords = /(^|[._\s-])(x|input|inputs|feature|features|in)($|[._\s\d-])/i;

/**
 * Which of the scalers that lie in one file belongs to the inputs and which to the outputs: by the words of their keys
 * (`x_scaler`, `scalers.target`), else by the number of columns. What stays open is a problem, not a guess.
 */
export function chooseScalings(
  file: string,
  found: readonly Found<Fitted>[],
  sizes?: { readonly inputs: number; readonly outputs: number },
): ChosenScalings {
  const candidates = found.flatMap(({ path, value }): Candidate[] => {
    const kind = scalerKind(value);
    const read = kind === undefined ? undefined : objectScalings(value);
    return read && kind !== undefined ? [{ ...read, path: path === '' ? kind : path, kind }] : [];
  });
  const targets = candidates.filter(({ path }) => targetWords.test(path) && !inputWords.test(path));
  const others = candidates.filter((candidate) => !targets.includes(candidate));
  const named = others.filter(({ path }) => inputWords.test(path));
  const pair = targets.length + named.length === 0 && !sizes ? inputsAndTarget(others) : undefined;
  const fitting = pair?.inputs ?? others.filter((one) => !sizes || one.scalings.length === sizes.inputs);
  const inputs = named.length > 0 ? named : fitting;
  const [input] = inputs;
  if (!input) return { problems: unused(file, candidates, found, sizes) };
  const bySize = pair?.targets ?? others.filter((one) => one !== input && one.scalings.length === sizes?.outputs);
  const rest = targets.length > 0 ? targets : bySize;
  const [output] = rest;
  const origins = [input, ...(output ? [output] : [])].map(({ kind }) => kind);
  const scalings: ScalingSet = {
    inputs: input.scalings,
    ...(input.names ? { names: input.names } : {}),
    ...(output ? { outputs: output.scalings } : {}),
    origin: `${file} (${origins.join(', ')})`,
  };
  const ambiguous = inputs.length > 1 ? [severalScalers(file, inputs)] : [];
  return { scalings, problems: [...ambiguous, ...clipping(file, input)] };
}

/** `(x_scaler, y_scaler)` saved together without names: the one of a single column beside one of several is the target's. */
function inputsAndTarget(
  pair: readonly Candidate[],
): { readonly inputs: readonly Candidate[]; readonly targets: readonly Candidate[] } | undefined {
  const targets = pair.filter((one) => one.scalings.length === 1);
  const inputs = pair.filter((one) => one.scalings.length > 1);
  return pair.length === 2 && targets.length === 1 ? { inputs, targets } : undefined;
}

function unused(
  file: string,
  candidates: readonly Candidate[],
  found: readonly Found<Fitted>[],
  sizes: { readonly inputs: number } | undefined,
): Problem[] {
  const [first] = candidates;
  if (first) {
    return [
      {
        code: 'scaler-size',
        message: `The ${first.kind} in ${file} is for ${first.scalings.length} columns, but the network has ${sizes?.inputs ?? 0} inputs: it is not used.`,
        file,
        remedy: 'Choose the scaler of this network.',
        severity: 'warning',
      },
    ];
  }
  const [other] = found;
  if (!other) return [];
  return [
    {
      code: 'scaler-unsupported',
      message: `The ${other.value.object.name} in ${file} does not scale each column by itself: it is not used.`,
      file,
      remedy: 'Save it together with the network in one Pipeline.',
      severity: 'warning',
    },
  ];
}

function severalScalers(file: string, inputs: readonly Candidate[]): Problem {
  return {
    code: 'scaler-several',
    message: `${file} holds several scalers for the inputs (${inputs.map(({ path }) => path).join(', ')}); the first is offered.`,
    file,
    remedy: 'Save only the scaler that belongs to the network.',
    severity: 'warning',
  };
}

function clipping(file: string, scaler: Candidate): Problem[] {
  if (!scaler.clips) return [];
  return [
    {
      code: 'scaler-clips',
      message: `The ${scaler.kind} in ${file} also clips values outside the range it was fitted on; slopes there are 0, but are shown unclipped.`,
      file,
      remedy: 'Save scaler and network together in one Pipeline to have the clipping counted.',
      severity: 'warning',
    },
  ];
}
