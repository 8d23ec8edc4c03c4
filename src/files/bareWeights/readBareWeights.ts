import { ProblemError } from '../../problem';
import type { ReadOptions, Reading } from '../reading';
import { unnamedChains, withLooseBiases } from './assignment';
import { bareProblem, shapeText, type BareFile } from './bareFile';
import { buildNetwork } from './buildNetwork';
import { findChains, withBiasRow, type Chain, type Chains } from './chain';
import { featureNames, namedActivations, outputNames, scalingsIn } from './facts';
import { layerCandidates, type Candidate } from './leftOut';
import { noticesOf } from './notices';
import { namedParts, type Part } from './parts';
import { placesAfterDense } from './places';
import { Inquiry } from './questions';
import { refuseForeign } from './foreignLayers';
import { severalNetworks } from './severalNetworks';
import { vectorLayers } from './vectorLayers';

/**
 * Reads a network out of arrays whose roles are known only by name and shape. What cannot be known (activations, at
 * times the orientation or an order) becomes questions; what does not fit is a problem.
 */
export function readBareWeights(given: BareFile, options: ReadOptions): Reading {
  const inquiry = new Inquiry(given, options);
  const all = layerCandidates(given.arrays);
  refuseForeign(given, all);
  const vectors = vectorLayers(given, all, inquiry);
  if (!vectors) return unfinished(given, inquiry);
  const file = { ...given, vectorLayers: vectors };
  const candidates = severalNetworks(file, all, inquiry);
  if (!candidates) return unfinished(file, inquiry);
  const { chains, unused } = chainsOf(file, candidates);
  const chain = chooseChain(file, chains, inquiry, options);
  if (!chain) return unfinished(file, inquiry, denseCount(chains));
  refuseNotFinite(file, chain);
  refuseLoneBias(file, chain, candidates);
  return networkOf(file, chain, unused, inquiry);
}

function chainsOf(
  file: BareFile,
  candidates: readonly Candidate[],
): { readonly chains: Chains; readonly unused: readonly Candidate[] } {
  const named = namedParts(file, candidates);
  // PyTorch names a bias after its own layer, never after another.
  const parts = file.dialect === 'torch' ? named.parts : withLooseBiases(named, candidates);
  if (parts.some((part) => part.kind === 'dense')) {
    const chains = findChains(file, parts);
    if (chains.alternatives.length === 0) throw notChaining(file, candidates);
    return { chains, unused: named.unused };
  }
  const chains = unnamedChains(file, candidates);
  if (chains.alternatives.length === 0) throw notChaining(file, candidates);
  return { chains, unused: [] };
}

function chooseChain(file: BareFile, chains: Chains, inquiry: Inquiry, options: ReadOptions): Chain | undefined {
  const chain = inquiry.orientation(withoutBiasInputs(chains.alternatives, options.columns?.length));
  if (chain?.biasRow) return withBiasRowAsked(file, chain, inquiry);
  const { otherOrder } = chains;
  if (!chain || !otherOrder) return chain;
  const label = (candidate: Chain): string => candidate.parts.map((part) => part.name).join(',');
  const ask = `In which order do the layers in ${file.file} follow each other?`;
  const choice = inquiry.choice('layers', ask, [label(chain), label(otherOrder)], label(chain));
  return choice === undefined ? undefined : choice === label(chain) ? chain : otherOrder;
}

/** Code that appends a column of ones has the biases in the last row, code that puts it in front in the first. */
function withBiasRowAsked(file: BareFile, chain: Chain, inquiry: Inquiry): Chain | undefined {
  const rows = ['first', 'last'] as const;
  const ask = `${file.file} holds no biases, and its matrices fit each other only if one row of each is the bias: which?`;
  const answer = inquiry.choice('bias', ask, rows, 'first');
  const biasRow = rows.find((row) => row === answer);
  return biasRow && { ...chain, biasRow };
}

/** A single matrix with one row more than the table has columns holds its bias in the first row. */
function withoutBiasInputs(alternatives: readonly Chain[], columns: number | undefined): readonly Chain[] {
  const [first] = alternatives;
  if (columns === undefined || !first || alternatives.some((chain) => chain.inputs <= columns)) return alternatives;
  const bare = first.parts.length === 1 && first.parts.every((part) => part.kind === 'dense' && !part.bias);
  if (!bare) return alternatives;
  const orientations = alternatives.map((chain) => chain.orientation);
  const withBias = withBiasRow(first.parts, orientations).filter((chain) => chain.inputs <= columns);
  return withBias.length > 0 ? withBias : alternatives;
}

function networkOf(file: BareFile, chain: Chain, unused: readonly Candidate[], inquiry: Inquiry): Reading {
  const places = placesAfterDense(chain.parts);
  const hiddenPlaces = places.slice(0, -1).filter((place) => place.activation).length;
  const said = namedActivations(file, hiddenPlaces);
  const norms = places.flatMap((place) => (place.order === undefined ? place.between : []));
  const order = inquiry.order(
    places,
    norms.map((part) => chain.parts[part]!.name),
  );
  const hidden = inquiry.hidden(hiddenPlaces, said.hidden);
  const output = inquiry.output(said.output);
  const scalings = scalingsIn(file, chain.inputs, chain.outputs);
  const notes = noticesOf(file, chain, unused);
  const found = { ...(scalings ? { scalings } : {}), questions: inquiry.questions, settled: inquiry.settled };
  const problems = [...file.problems, ...notes, ...inquiry.problems];
  if (!order || !hidden || !output) return { ...found, problems };
  const features = featureNames(file, chain.inputs);
  const targets = outputNames(file, chain.outputs);
  const network = buildNetwork(file, {
    chain,
    places,
    hidden,
    output,
    order,
    ...(features ? { features } : {}),
    ...(targets ? { outputNames: targets } : {}),
  });
  return { ...found, network, problems };
}

function denseCount({ alternatives }: Chains): number {
  return alternatives[0]?.parts.filter((part) => part.kind === 'dense').length ?? 0;
}

function unfinished(file: BareFile, inquiry: Inquiry, layers = 2): Reading {
  // The activations are open too: asked at once, not one after the other.
  inquiry.openActivations(layers - 1);
  return {
    questions: inquiry.questions,
    settled: inquiry.settled,
    problems: [...file.problems, ...inquiry.problems],
  };
}

function notChaining(file: BareFile, candidates: readonly Candidate[]): ProblemError {
  const matrices = candidates.filter((array) => array.shape.length >= 2);
  const list = (arrays: readonly Candidate[]): string =>
    `${arrays
      .slice(0, 8)
      .map((array) => `${array.name || 'array'} ${shapeText(array.shape)}`)
      .join(', ')}${arrays.length > 8 ? ', …' : ''}`;
  if (matrices.length > 0) {
    const message =
      matrices.length === 1
        ? matrices[0]!.shape.length > 3
          ? `${file.file} holds one array of shape ${shapeText(matrices[0]!.shape)}: no matrix and no stack of matrices.`
          : `${file.file}: the bias does not fit the weights (${list(candidates)}).`
        : `The layers in ${file.file} do not fit each other in any orientation: ${list(matrices)}.`;
    const remedy = 'Save only the weights and biases of one network, named W1, b1, W2, b2, …';
    return new ProblemError(bareProblem(file, 'weights-do-not-chain', message, remedy));
  }
  const [only] = candidates;
  const message =
    only && candidates.length === 1
      ? `${file.file} holds one vector of ${only.values.length} numbers and no weight matrix: there are no layers in it.`
      : `${file.file} holds no weight matrices of layers.`;
  return new ProblemError(
    bareProblem(file, 'weights-none', message, 'Save the weights of the network: one matrix for each layer.'),
  );
}

/** A state dict names each bias after its layer: one without a weight is what is left of a layer that is not whole. */
function refuseLoneBias(file: BareFile, chain: Chain, candidates: readonly Candidate[]): void {
  if (file.dialect !== 'torch') return;
  const used = new Set(chain.parts.flatMap(arraysOf));
  const alone = candidates.find((array) => array.parsed.role === 'bias' && !used.has(array.values));
  if (!alone) return;
  throw new ProblemError(
    bareProblem(
      file,
      'weights-bias-alone',
      `${alone.name} ${shapeText(alone.shape)} in ${file.file} has no weights beside it, so its layer is not whole.`,
      'Save all tensors of the network, shared ones too, or export it as ONNX or TorchScript.',
    ),
  );
}

function arraysOf(part: Part): readonly Float64Array[] {
  const arrays =
    part.kind === 'dense'
      ? [part.weight.values, part.bias]
      : part.kind === 'norm'
        ? [part.factor, part.offset, part.mean, part.variance]
        : [part.alpha];
  return arrays.flatMap((values) => values ?? []);
}

function refuseNotFinite(file: BareFile, chain: Chain): void {
  for (const part of chain.parts) {
    const bad = arraysOf(part).flatMap((values) => values.find((value) => !Number.isFinite(value)) ?? []);
    if (bad.length === 0) continue;
    const what = Number.isNaN(bad[0]) ? 'NaN (not a number)' : 'an infinite number';
    throw new ProblemError(
      bareProblem(
        file,
        'weights-not-finite',
        `The weights of ${part.name} in ${file.file} hold ${what}: the training of this network has failed.`,
        'Train the network again, or use an earlier checkpoint.',
      ),
    );
  }
}
