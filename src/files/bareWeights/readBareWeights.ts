import { ProblemError, type Problem } from '../../problem';
import type { ReadOptions, Reading } from '../reading';
import { unnamedChains, withLooseBiases } from './assignment';
import { bareProblem, shapeText, type BareFile } from './bareFile';
import { buildNetwork } from './buildNetwork';
import { findChains, withBiasRow, type Chain, type Chains } from './chain';
import { featureNames, namedActivations, outputNames, scalingsIn } from './facts';
import { layerCandidates, type Candidate } from './leftOut';
import { namedParts } from './parts';
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
  return networkOf(file, chain, unused, inquiry);
}

function chainsOf(
  file: BareFile,
  candidates: readonly Candidate[],
): { readonly chains: Chains; readonly unused: readonly Candidate[] } {
  const named = namedParts(file, candidates);
  const parts = withLooseBiases(named, candidates);
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
  const notes = [...noticesOf(file, chain, unused)];
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

/** What was decided without being asked, and what was left aside. */
function noticesOf(file: BareFile, chain: Chain, unused: readonly Candidate[]): Problem[] {
  const notices: Problem[] = [];
  const missing = missingLayer(chain);
  if (missing !== undefined) {
    notices.push(
      bareProblem(
        file,
        'weights-numbers-gap',
        `The layers in ${file.file} are numbered, and number ${missing} is not there: the others fit each other and are read as they are.`,
        'Check that no layer was left out when the weights were saved.',
        'warning',
      ),
    );
  }
  const norms = chain.parts.filter((part) => part.kind === 'norm');
  const [first] = norms;
  if (first) {
    const list = norms.map((part) => part.name).join(', ');
    const across = norms.filter((part) => part.how === 'centred' && !part.mean).map((part) => part.name);
    const kind =
      across.length === 0 ? '' : ` ${across.join(', ')} is read as a LayerNorm, whose arrays a GroupNorm shares.`;
    const message = `The epsilon of ${list} is not in ${file.file}: ${first.epsilon.toFixed(first.epsilon < 1e-6 ? 9 : 5)}, the usual one, was taken.${kind}`;
    const remedy = 'Save the whole model, or export it, if it was trained otherwise.';
    notices.push(bareProblem(file, 'weights-norm-epsilon', message, remedy, 'info'));
  }
  const matrices = unused.filter((array) => array.shape.length === 2 && array.shape.every((length) => length > 1));
  for (const array of matrices) {
    notices.push(
      bareProblem(
        file,
        'weights-unused',
        `The array ${array.name} ${shapeText(array.shape)} in ${file.file} was taken to be no layer.`,
        'If it is one, name it like the others.',
        'info',
      ),
    );
  }
  return notices;
}

/** The first number that W1, W2, W4 leave out; modules of a Sequential without weights leave gaps of their own. */
function missingLayer({ parts }: Chain): number | undefined {
  if (parts.length < 2 || parts.some((part) => part.kind !== 'dense' || part.name.includes('.'))) return undefined;
  const numbers = parts.map((part) => part.key.at(-1));
  const stems = new Set(parts.map((part) => part.key.slice(0, -1).join('.')));
  if (stems.size !== 1 || !numbers.every((number) => typeof number === 'number')) return undefined;
  return numbers.flatMap((number, at) => (at > 0 && number === numbers[at - 1]! + 2 ? [number - 1] : []))[0];
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

function refuseNotFinite(file: BareFile, chain: Chain): void {
  for (const part of chain.parts) {
    const arrays =
      part.kind === 'dense'
        ? [part.weight.values, part.bias]
        : part.kind === 'norm'
          ? [part.factor, part.offset, part.mean, part.variance]
          : [part.alpha];
    const bad = arrays.flatMap((values) => values?.find((value) => !Number.isFinite(value)) ?? []);
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
