import { transposed } from '../../network/tensor';
import { keyText } from './arrayNames';
import type { BareArray, BareFile, Orientation } from './bareFile';
import { bareProblem, shapeText } from './bareFile';
import type { Candidate } from './leftOut';
import { ProblemError } from '../../problem';

/** One step of the network as the arrays tell it. */
export type Part = DensePart | NormPart | PreluPart;

interface PartName {
  /** The layer's name for people: `fc1`, `W1`. */
  readonly name: string;
  /** Where it stands among the others. */
  readonly key: readonly (string | number)[];
}

/** A weight matrix and its bias; a `vector` has no orientation: it maps its length to one number. */
export interface DensePart extends PartName {
  readonly kind: 'dense';
  readonly weight: BareArray;
  readonly rows: number;
  readonly columns: number;
  readonly vector: boolean;
  readonly bias?: Float64Array;
}

/** A normalisation: with `mean` and `variance` those of training (batch), without them those of each row (layer). */
export interface NormPart extends PartName {
  readonly kind: 'norm';
  /** `centred`: by mean and variance; `rootMeanSquare`: by the root of the mean square alone. */
  readonly how: 'centred' | 'rootMeanSquare';
  readonly size: number;
  readonly factor?: Float64Array;
  readonly offset?: Float64Array;
  readonly mean?: Float64Array;
  readonly variance?: Float64Array;
  readonly epsilon: number;
}

/** A leaky relu with learned slopes, one for all or one per unit. */
interface PreluPart extends PartName {
  readonly kind: 'prelu';
  readonly alpha: Float64Array;
}

/** Parts that are named, and vectors that are biases by name but belong to no layer by name. */
export interface NamedParts {
  readonly parts: readonly Part[];
  readonly looseBiases: readonly Candidate[];
  /** Arrays that were not used, in the order of the file. */
  readonly unused: readonly Candidate[];
}

/** Puts the arrays whose names say what they are together to layers, in the order of the file. */
export function namedParts(file: BareFile, candidates: readonly Candidate[]): NamedParts {
  const groups = new Map<string, Candidate[]>();
  for (const candidate of candidates) {
    const key = keyText(candidate.parsed.key);
    groups.set(key, [...(groups.get(key) ?? []), candidate]);
  }
  const parts: Part[] = [];
  const looseBiases: Candidate[] = [];
  const unused: Candidate[] = [];
  for (const group of groups.values()) {
    const part = partOf(file, group);
    if (part) parts.push(...part);
    else if (group.every((member) => member.parsed.role === 'bias')) looseBiases.push(...group);
    else unused.push(...group);
  }
  return { parts, looseBiases, unused };
}

/** Input and output length of a weight matrix in an orientation. */
export function lengthsOf(part: DensePart, orientation: Orientation): readonly [number, number] {
  if (part.vector || orientation === 'in,out') return [part.rows, part.columns];
  return [part.columns, part.rows];
}

/** The weights as [out][in]; with a `biasRow` the first or last input is left out, whose weights are the bias. */
export function outInWeights(part: DensePart, orientation: Orientation, biasRow?: 'first' | 'last'): Float64Array {
  const [inputs, outputs] = lengthsOf(part, orientation);
  const { values } = part.weight;
  const matrix = orientation === 'in,out' && !part.vector ? transposed(values, part.rows, part.columns) : values;
  if (!biasRow) return matrix;
  const skipped = biasRow === 'first' ? 1 : 0;
  const kept = new Float64Array(outputs * (inputs - 1));
  for (let out = 0; out < outputs; out++) {
    const start = out * inputs + skipped;
    kept.set(matrix.subarray(start, start + inputs - 1), out * (inputs - 1));
  }
  return kept;
}

/** The bias that is a row of the weights ([in,out]) or a column of them ([out,in]): the first or the last. */
export function biasOfRow(part: DensePart, orientation: Orientation, biasRow: 'first' | 'last'): Float64Array {
  const [inputs, outputs] = lengthsOf(part, orientation);
  const at = biasRow === 'first' ? 0 : inputs - 1;
  const [step, start] = orientation === 'in,out' ? [1, at * outputs] : [inputs, at];
  return Float64Array.from({ length: outputs }, (_, out) => part.weight.values[start + out * step]!);
}

/** A dense part from a vector, a matrix, or a stack of matrices (one layer each). */
export function denseParts(weight: Candidate, bias?: Candidate): DensePart[] {
  const { shape, parsed } = weight;
  const name = layerName(weight.name, parsed.role !== undefined);
  const base = { kind: 'dense' as const, name, key: parsed.key, ...(bias ? { bias: bias.values } : {}) };
  if (shape.length < 2) {
    return [{ ...base, weight, rows: weight.values.length, columns: 1, vector: true }];
  }
  const [rows = 1, columns = 1] = shape.slice(-2);
  if (shape.length === 2) return [{ ...base, weight, rows, columns, vector: false }];
  const area = rows * columns;
  return Array.from({ length: shape[0]! }, (_, at): DensePart => {
    const layer = { name: `${weight.name}[${at}]`, shape: [rows, columns] };
    const values = weight.values.subarray(at * area, (at + 1) * area);
    const stacked = bias && bias.values.length / shape[0]!;
    const own = stacked ? { bias: bias.values.subarray(at * stacked, (at + 1) * stacked) } : {};
    const { name: label } = layer;
    return {
      kind: 'dense',
      name: label,
      key: [...parsed.key, at],
      weight: { ...layer, values },
      rows,
      columns,
      vector: false,
      ...own,
    };
  });
}

function partOf(file: BareFile, group: readonly Candidate[]): Part[] | undefined {
  const role = (wanted: Candidate['parsed']['role']): Candidate | undefined =>
    group.find((member) => member.parsed.role === wanted);
  const [weight, bias] = [role('weight'), role('bias')];
  const [mean, variance] = [role('mean'), role('variance')];
  const [gamma, beta] = [role('gamma'), role('beta')];
  const matrix = weight ?? unnamedMatrix(group, bias);
  const statistics = mean && variance ? { mean, variance } : {};
  const normalised = gamma !== undefined || 'mean' in statistics;
  if (normalised && matrix && matrix.shape.length > 1 && (gamma !== undefined || !flat(matrix))) {
    // W1, b1, gamma1 and beta1 share their number: a dense layer and the normalisation behind it.
    checkRank(file, matrix);
    return [...denseParts(matrix, bias), normPart(file, { ...statistics, factor: gamma, offset: beta })];
  }
  if (normalised) return [normPart(file, { ...statistics, factor: gamma ?? weight, offset: beta ?? bias })];
  if (!matrix) return undefined;
  if (flat(matrix) && matrix.shape.length < 2) {
    const paired = bias?.values.length === matrix.values.length && matrix.values.length > 1;
    if (paired) return [normPart(file, { factor: matrix, offset: bias })];
    if (file.dialect === 'torch') return [vectorPart(file, matrix)];
  }
  checkRank(file, matrix);
  return denseParts(matrix, bias);
}

/** `hidden` beside `hidden_bias`: a matrix whose name says no role, but that has a bias of its own. */
function unnamedMatrix(group: readonly Candidate[], bias: Candidate | undefined): Candidate | undefined {
  return bias && group.find((member) => member.parsed.role === undefined && member.shape.length === 2);
}

function flat(array: BareArray): boolean {
  return array.shape.filter((length) => length !== 1).length <= 1;
}

function checkRank(file: BareFile, weight: Candidate): void {
  const rank = weight.shape.length;
  if (rank <= 2 || (rank === 3 && file.dialect === 'numpy')) return;
  const what =
    rank === 3
      ? 'weights of a convolution (3-D): how its input is laid out is not in the file'
      : `weights of an image convolution (${rank}-D), not of a network over the columns of a table`;
  throw new ProblemError(
    bareProblem(
      file,
      'weights-convolution',
      `${weight.name} ${shapeText(weight.shape)} in ${file.file} holds ${what}.`,
      'Export the network as ONNX or TorchScript instead, if it takes the columns of a table.',
    ),
  );
}

interface NormArrays {
  readonly mean?: Candidate;
  readonly variance?: Candidate;
  readonly factor: Candidate | undefined;
  readonly offset: Candidate | undefined;
}

function normPart(file: BareFile, arrays: NormArrays): NormPart {
  const first = arrays.mean ?? arrays.factor ?? arrays.offset!;
  const part = (name: 'mean' | 'variance' | 'factor' | 'offset'): Partial<Record<typeof name, Float64Array>> => {
    const array = arrays[name];
    if (array && array.values.length !== first.values.length) {
      throw new ProblemError(
        bareProblem(
          file,
          'weights-norm-shape',
          `${array.name} ${shapeText(array.shape)} and ${first.name} ${shapeText(first.shape)} in ${file.file} belong to one normalisation but differ in length.`,
          'Save the weights again from the trained model.',
        ),
      );
    }
    return array ? { [name]: array.values } : {};
  };
  // Keras names its statistics "moving" and adds 1e-3 by default; PyTorch and most others add 1e-5.
  const epsilon = first.parsed.words.includes('moving') ? 1e-3 : 1e-5;
  return {
    kind: 'norm',
    how: 'centred',
    name: layerName(first.name, true),
    key: first.parsed.key,
    size: first.values.length,
    epsilon,
    ...part('mean'),
    ...part('variance'),
    ...part('factor'),
    ...part('offset'),
  };
}

/** A lone vector of weights: learned slopes, or the factors of a normalisation without offsets, as the user said. */
function vectorPart(file: BareFile, weight: Candidate): Part {
  const kind = file.vectorLayers?.get(weight.name) ?? 'PReLU';
  if (kind === 'PReLU') return prelu(weight);
  const norm = normPart(file, { factor: weight, offset: undefined });
  return kind === 'RMSNorm' ? { ...norm, how: 'rootMeanSquare', epsilon: 2 ** -23 } : norm;
}

function prelu(weight: Candidate): PreluPart {
  return { kind: 'prelu', name: layerName(weight.name, true), key: weight.parsed.key, alpha: weight.values };
}

/** `fc1.weight` is a part of layer `fc1`; other namings (`W1`) are kept as they are. */
function layerName(array: string, hasRole: boolean): string {
  const at = Math.max(array.lastIndexOf('.'), array.lastIndexOf('/'));
  return hasRole && at > 0 ? array.slice(0, at) : array;
}
