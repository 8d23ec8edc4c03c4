import type { Tensor } from '../../../network/builder';
import { elements, mapIndices, strides, transposed } from '../../../network/tensor';
import { maxMatrixElements } from '../../limits';
import { layerActivation } from '../activations';
import type { LayerCall, LayerKind } from '../layerCall';
import { inputOf, kernelAndBias, limitSize, trained, unsupported } from '../layerCall';
import { attentionLayers } from './attentionLayers';
import { oneHot } from './categories';

const same: LayerKind = { lower: inputOf };

/** Dense and its relatives, embeddings, and the layers that do nothing once training is over. */
export const coreLayers: Readonly<Record<string, LayerKind>> = {
  Dense: { variables: kernelAndBias('kernel'), lower: lowerDense },
  EinsumDense: {
    variables: (config) => ['kernel', ...(config.at('bias_axes') === undefined ? [] : ['bias'])].map(trained),
    lower: lowerEinsumDense,
  },
  Embedding: { variables: () => [trained('embeddings')], lower: lowerEmbedding },
  Masking: { lower: lowerMasking },
  Identity: same,
  ActivityRegularization: same,
  Dropout: same,
  SpatialDropout1D: same,
  AlphaDropout: same,
  GaussianDropout: same,
  GaussianNoise: same,
};

/** Layers that behave otherwise while training; called with `training=True` in the graph they never stop. */
export const trainingLayers: ReadonlySet<string> = new Set([
  'Dropout',
  'SpatialDropout1D',
  'AlphaDropout',
  'GaussianDropout',
  'GaussianNoise',
  'BatchNormalization',
  'SpectralNormalization',
  ...Object.keys(attentionLayers),
]);

function lowerDense(call: LayerCall): Tensor {
  const { builder, config, weights } = call;
  const x = inputOf(call);
  const width = x.shape.at(-1);
  if (width === undefined) return unsupported(call, 'is given a single number without an axis');
  const units = config.count('units');
  const kernel = weights.get('kernel', [width, units]);
  const bias = config.flag('use_bias', true) ? weights.get('bias', [units]) : undefined;
  return layerActivation(call, builder.dense(x, transposed(kernel, width, units), bias));
}

/** A product over named axes as in `"abc,cd->abd"`; the batch is the first letter or hidden in `...`. */
function lowerEinsumDense(call: LayerCall): Tensor {
  const { builder, config, weights } = call;
  const x = inputOf(call);
  const [inputs, kernels, outputs] = axisNames(call, config.text('equation', ''), x.shape.length);
  const kernelShape = weights.shapeOf('kernel');
  const lengths = new Map<string, number>();
  const note = (names: readonly string[], shape: readonly number[]): void => {
    names.forEach((name, axis) => {
      const known = lengths.get(name) ?? shape[axis]!;
      if (known !== shape[axis]) unsupported(call, 'has a kernel that does not fit its equation');
      lengths.set(name, known);
    });
  };
  note(inputs, x.shape);
  note(kernels, kernelShape);
  const shape = outputs.map((name) => lengths.get(name) ?? unsupported(call, 'has an equation that makes up an axis'));
  const kernel = weights.get('kernel', kernelShape);
  limitSize(
    call,
    [...lengths.values()].reduce((product, length) => product * length, 1),
    maxMatrixElements,
  );
  limitSize(call, elements(shape) * elements(x.shape), maxMatrixElements);
  const matrix = einsumMatrix({ inputs, kernels, outputs }, lengths, kernel);
  const y = builder.linear(x, matrix, new Float64Array(elements(shape)), shape);
  return layerActivation(call, addEinsumBias(call, y, outputs));
}

function axisNames(call: LayerCall, equation: string, rank: number): [string[], string[], string[]] {
  const plain = spelledOut(equation.replaceAll(' ', ''), rank);
  const match = /^(\.{3})?([a-zA-Z]+),([a-zA-Z]+)->(\.{3})?([a-zA-Z]*)$/.exec(plain);
  if (!match) return unsupported(call, `has the equation ${equation}, which Slopescope does not understand`);
  const [, dots, , , outDots] = match;
  const [inputs, kernels, outputs] = [letters(match[2]), letters(match[3]), letters(match[5])];
  // With "..." the leading axes are kept; without it the first letter is the batch.
  const kept = dots ? Array.from({ length: rank - inputs.length }, (_, axis) => `…${axis}`) : [];
  const [batch = ''] = inputs;
  const batchFits = dots ? outDots !== undefined : outputs[0] === batch && !kernels.includes(batch);
  const names = [...kept, ...(dots ? inputs : inputs.slice(1))];
  if (!batchFits || names.length !== rank)
    return unsupported(call, `has the equation ${equation}, which does not keep rows apart`);
  return [names, kernels, [...kept, ...(dots ? outputs : outputs.slice(1))]];
}

/** `"ab...,bd->ad..."` with letters of their own for the axes that the dots at the end stand for. */
function spelledOut(equation: string, rank: number): string {
  const match = /^([a-zA-Z]+)\.{3},([a-zA-Z]+)->([a-zA-Z]+)\.{3}$/.exec(equation);
  if (!match) return equation;
  const [, input = '', kernel = '', output = ''] = match;
  const unused = letters('abcdefghijklmnopqrstuvwxyz').filter(
    (letter) => !`${input}${kernel}${output}`.includes(letter),
  );
  const trailing = unused.slice(0, Math.max(rank + 1 - input.length, 0)).join('');
  return `${input}${trailing},${kernel}->${output}${trailing}`;
}

/** The letters of a term of an equation, one axis each. */
export function letters(term: string | undefined): string[] {
  return Array.from(term ?? '');
}

function einsumMatrix(
  names: {
    readonly inputs: readonly string[];
    readonly kernels: readonly string[];
    readonly outputs: readonly string[];
  },
  lengths: ReadonlyMap<string, number>,
  kernel: Float64Array,
): Float64Array {
  const all = [...new Set([...names.inputs, ...names.kernels])];
  const shape = all.map((name) => lengths.get(name)!);
  const place = (axes: readonly string[]): Int32Array => {
    const steps = strides(axes.map((name) => lengths.get(name)!));
    return mapIndices(shape, (index) => axes.reduce((sum, name, k) => sum + index[all.indexOf(name)]! * steps[k]!, 0));
  };
  const [rows, columns, cells] = [place(names.outputs), place(names.inputs), place(names.kernels)];
  const width = elements(names.inputs.map((name) => lengths.get(name)!));
  const matrix = new Float64Array(elements(names.outputs.map((name) => lengths.get(name)!)) * width);
  rows.forEach((row, i) => (matrix[row * width + columns[i]!]! += kernel[cells[i]!]!));
  return matrix;
}

function addEinsumBias(call: LayerCall, y: Tensor, outputs: readonly string[]): Tensor {
  const axes = call.config.text('bias_axes', '');
  if (axes === '') return y;
  // The bias has the lengths of its axes, and 1 for each axis of the output between and behind them.
  const first = outputs.findIndex((name) => axes.includes(name));
  const shape = outputs.map((name, axis) => (axes.includes(name) ? y.shape[axis]! : 1)).slice(first);
  return call.builder.combine('add', y, call.builder.constant(call.weights.get('bias', shape), shape));
}

/** An integer code per element picks a row of the table: the one-hot vector of the code times the table. */
function lowerEmbedding(call: LayerCall): Tensor {
  const { builder, config } = call;
  const x = inputOf(call);
  const codes = config.count('input_dim');
  const width = config.count('output_dim');
  const table = call.weights.get('embeddings', [codes, width]);
  limitSize(call, elements(x.shape) * codes, maxMatrixElements);
  return builder.dense(oneHot(builder, x, 0, codes), transposed(table, codes, width));
}

/** Steps whose values all equal `mask_value` become zeros (and later recurrent layers would skip them). */
function lowerMasking(call: LayerCall): Tensor {
  const { builder, config } = call;
  const x = inputOf(call);
  const value = builder.constant(Float64Array.of(config.number('mask_value', 0)), [1]);
  const some = builder.reduce('max', builder.compare('notEqual', x, value), [x.shape.length - 1], true);
  return builder.combine('multiply', x, some);
}
