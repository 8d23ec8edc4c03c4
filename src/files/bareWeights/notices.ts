import type { Problem } from '../../problem';
import { parseName } from './arrayNames';
import { bareProblem, shapeText, type BareFile } from './bareFile';
import type { Chain } from './chain';
import type { Candidate } from './leftOut';
import { lengthsOf } from './parts';

/** What was decided without being asked, and what was left aside. */
export function noticesOf(file: BareFile, chain: Chain, unused: readonly Candidate[]): Problem[] {
  return [...gap(file, chain), ...oneAfterAnother(file, chain), ...epsilons(file, chain), ...leftAside(file, unused)];
}

function gap(file: BareFile, chain: Chain): Problem[] {
  const missing = missingLayer(file, chain);
  if (missing === undefined) return [];
  const message = `The layers in ${file.file} are numbered, and number ${missing} is not there: the others fit each other and are read as they are.`;
  const remedy = 'Check that no layer was left out when the weights were saved.';
  return [bareProblem(file, 'weights-numbers-gap', message, remedy, 'warning')];
}

/** Around a layer that gives as many numbers as it takes there can be a skip, and it can be used more than once. */
function oneAfterAnother(file: BareFile, { parts, orientation }: Chain): Problem[] {
  const square = parts.flatMap((part) => {
    if (part.kind !== 'dense') return [];
    const [inputs, outputs] = lengthsOf(part, orientation);
    return inputs === outputs && inputs > 1 ? [part.name] : [];
  });
  if (square.length === 0 || parts.length < 2) return [];
  const named = square.length > 3 ? `${square.slice(0, 3).join(', ')}, …` : square.join(', ');
  const message = `${file.file} holds weights only, and its layers are read one after another. A skip around ${named}, or using a layer twice, would not show.`;
  const remedy = 'If the network does more than that, export it as ONNX or TorchScript and open that.';
  return [bareProblem(file, 'weights-one-after-another', message, remedy, 'info')];
}

function epsilons(file: BareFile, chain: Chain): Problem[] {
  const norms = chain.parts.filter((part) => part.kind === 'norm');
  const [first] = norms;
  if (!first) return [];
  const list = norms.map((part) => part.name).join(', ');
  const across = norms.filter((part) => part.how === 'centred' && !part.mean).map((part) => part.name);
  const kind =
    across.length === 0 ? '' : ` ${across.join(', ')} is read as a LayerNorm, whose arrays a GroupNorm shares.`;
  const message = `The epsilon of ${list} is not in ${file.file}: ${first.epsilon.toFixed(first.epsilon < 1e-6 ? 9 : 5)}, the usual one, was taken.${kind}`;
  const remedy = 'Save the whole model, or export it, if it was trained otherwise.';
  return [bareProblem(file, 'weights-norm-epsilon', message, remedy, 'info')];
}

/** Of a state dict every array is a part of the network; elsewhere vectors may be anything. */
function leftAside(file: BareFile, unused: readonly Candidate[]): Problem[] {
  const matrix = (array: Candidate): boolean => array.shape.length === 2 && array.shape.every((length) => length > 1);
  const shown = file.dialect === 'torch' ? unused : unused.filter(matrix);
  return shown.map((array) =>
    bareProblem(
      file,
      'weights-unused',
      `The array ${array.name} ${shapeText(array.shape)} in ${file.file} was taken to be no layer.`,
      'If it is one, name it like the others.',
      file.dialect === 'torch' ? 'warning' : 'info',
    ),
  );
}

/** The first number that W1, W2, W4 leave out; modules of a Sequential without weights leave gaps of their own. */
function missingLayer(file: BareFile, { parts }: Chain): number | undefined {
  if (parts.length < 2 || parts.some((part) => part.kind !== 'dense' || part.name.includes('.'))) return undefined;
  const numbers = parts.map((part) => part.key.at(-1));
  const stems = new Set(parts.map((part) => part.key.slice(0, -1).join('.')));
  // A Sequential numbers its activations too.
  if (file.dialect === 'torch' && stems.has('')) return undefined;
  if (stems.size !== 1 || !numbers.every((number) => typeof number === 'number')) return undefined;
  // arr_0, arr_1, … number the biases too.
  const known = new Set(file.arrays.map(({ name }) => parseName(name).key.at(-1)));
  return numbers.flatMap((number, at) =>
    at > 0 && number === numbers[at - 1]! + 2 && !known.has(number - 1) ? [number - 1] : [],
  )[0];
}
