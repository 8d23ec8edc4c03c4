import { compareSessions, laneCells } from './compareView';
import { rulesForSecond, sameOutput } from './comparedInputs';
import type { NotCompared, SecondModel } from './compareQuestion';
import { comparedWhatIf } from './compareWhatIf';
import type { Session } from './session';

/** Two connected sessions, asked together: the second follows the rules of the first and its choice of output. */
export function secondModel(
  first: Session,
  second: Session,
  { name, hash }: Pick<SecondModel, 'name' | 'hash'>,
): SecondModel {
  let followed: Session['rules'] | undefined;
  /** Both outputs, under the same rules; the reason where the second model has no such output. */
  const outputsFor = (output: number): readonly [number, number] | NotCompared => {
    if (followed !== first.rules) second.setRules(rulesForSecond(first, second));
    followed = first.rules;
    const same = sameOutput(first, second, output);
    return same === undefined ? noSuchOutput(first, second, output) : [output, same];
  };
  return {
    name,
    hash,
    compare: async (output, call) => {
      const outputs = outputsFor(output);
      return 'message' in outputs ? outputs : compareSessions(first, second, outputs, call, laneCells);
    },
    whatIf: async (request, call) => {
      const outputs = outputsFor(request.output);
      return 'message' in outputs ? outputs : comparedWhatIf(first, second, outputs, request, call);
    },
  };
}

/** A second model that could not be opened on the table says so to every question. */
export function notOpened(reason: NotCompared, { name, hash }: Pick<SecondModel, 'name' | 'hash'>): SecondModel {
  return { name, hash, compare: () => Promise.resolve(reason), whatIf: () => Promise.resolve(reason) };
}

function noSuchOutput(first: Session, second: Session, output: number): NotCompared {
  const outputs = second.describe().outputs.map(({ name }) => name);
  return {
    message: `${second.file.name} has no output ${first.describe().outputs[output]!.name}; it has ${outputs.join(', ')}.`,
    remedy: 'Choose an output that both models have.',
  };
}
