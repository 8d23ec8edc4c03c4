import type { Question, ReadOptions } from '../reading';
import { refuse } from '../refuse';
import { elementType } from './dataType';
import type { DeclaredInput } from './graphInputs';
import { compareNames, type DeclaredOutput } from './graphNetwork';
import type { Signature, TensorInfo } from './metaGraph';
import { referenceOf, type Body } from './references';

/** The signature to read, or the question which one. */
export type SignatureChoice =
  | { readonly kind: 'chosen'; readonly name: string; readonly signature: Signature }
  | { readonly kind: 'asked'; readonly question: Question };

/** The name TensorFlow gives the signature that serves forecasts. */
const defaultName = 'serving_default';

/** Id of the question which signature is meant. */
const questionId = 'signature';

/**
 * Which of a SavedModel's signatures gives forecasts: the one the user named, the default one, or the only one that
 * takes and gives numbers. Signatures that run the same nodes count as one.
 */
export function chooseSignature(
  signatures: ReadonlyMap<string, Signature>,
  options: Pick<ReadOptions, 'answers'>,
  file: string,
): SignatureChoice {
  const served = new Map([...signatures].filter(([name]) => !name.startsWith('__saved_model_')));
  const answer = options.answers.get(questionId) ?? '';
  const answered = served.size > 1 ? served.get(answer) : undefined;
  if (answered) return { kind: 'chosen', name: answer, signature: answered };
  const numeric = [...served].filter(([, signature]) => takesNumbers(signature) && givesNumbers(signature));
  const candidates = numeric.length > 0 ? numeric : [...served].filter(([, signature]) => givesNumbers(signature));
  const [first] = candidates;
  if (!first) return refuseSignatures(served, file);
  const preferred = candidates.find(([name]) => name === defaultName) ?? first;
  const others = candidates.filter(([, signature]) => runOf(signature) !== runOf(preferred[1]));
  if (preferred[0] === defaultName || others.length === 0)
    return { kind: 'chosen', name: preferred[0], signature: preferred[1] };
  const choices = candidates.map(([name]) => name).sort(compareNames);
  const ask = `${file} can be asked for several forecasts: which of its signatures do you mean?`;
  const guess = choices.find((name) => /predict|call|forward/.test(name)) ?? choices[0]!;
  return { kind: 'asked', question: { id: questionId, ask, choices, guess } };
}

/** The inputs of a signature in the natural order of their names; the file stores them in no order. */
export function signatureInputs({ inputs }: Signature, body: Body, file: string): DeclaredInput[] {
  return sorted(inputs).map(([name, info]) => ({
    name,
    reference: referenceOf(tensorOf(name, info, file), body),
    type: info.type,
    shape: info.shape,
  }));
}

/** The outputs that have slopes, in the natural order of their names: labels are dropped where there are scores too. */
export function signatureOutputs({ outputs }: Signature, body: Body, file: string): DeclaredOutput[] {
  const real = sorted(outputs).filter(([, info]) => isReal(info));
  if (real.length === 0) return refuseLabels(outputs, file);
  return real.map(([name, info]) => ({ name, reference: referenceOf(tensorOf(name, info, file), body) }));
}

function sorted(infos: ReadonlyMap<string, TensorInfo>): [string, TensorInfo][] {
  return [...infos].sort(([a], [b]) => compareNames(a, b));
}

function takesNumbers({ inputs }: Signature): boolean {
  const types = [...inputs.values()].map((info) => elementType(info.type));
  return types.length > 0 && types.every((type) => type !== undefined && type !== 'text');
}

function givesNumbers({ outputs }: Signature): boolean {
  return [...outputs.values()].some(isReal);
}

/** A signature may leave the type of a tensor out. */
function isReal({ type }: TensorInfo): boolean {
  return type === 0 || elementType(type) === 'real';
}

function runOf(signature: Signature): string {
  const tensors = (infos: ReadonlyMap<string, TensorInfo>) => [...infos.values()].map((info) => info.tensor).sort();
  return JSON.stringify([tensors(signature.inputs), tensors(signature.outputs)]);
}

function tensorOf(name: string, { tensor }: TensorInfo, file: string): string {
  return (
    tensor ??
    refuse(file, {
      code: 'tensorflow-sparse',
      message: `"${name}" of ${file} is a sparse or composite tensor, which Slopescope does not read.`,
      remedy: 'Save the network with ordinary (dense) tensors as inputs and outputs.',
      part: name,
    })
  );
}

function refuseSignatures(served: ReadonlyMap<string, Signature>, file: string): never {
  const [only] = served.values();
  if (only && only.outputs.size > 0) return refuseLabels(only.outputs, file);
  return refuse(file, {
    code: 'tensorflow-no-signature',
    message: `${file} has no signature, so it does not say what its inputs and outputs are.`,
    remedy: 'Save the model with model.export(folder), or with tf.saved_model.save(model, folder, signatures=…).',
  });
}

function refuseLabels(outputs: ReadonlyMap<string, TensorInfo>, file: string): never {
  const names = [...outputs.keys()].map((name) => `"${name}"`).join(', ');
  return refuse(file, {
    code: 'tensorflow-only-labels',
    message: `${file} gives only texts or whole numbers (${names}): they jump from one to the next and have no slopes.`,
    remedy: 'Save the network with its probabilities, scores or forecast as an output.',
  });
}
