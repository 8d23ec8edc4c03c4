import type { Tensor } from '../../../network/builder';
import { elements } from '../../../network/tensor';
import { maxMatrixElements } from '../../limits';
import type { LayerCall, LayerKind } from '../layerCall';
import { inputOf, limitSize, unsupported } from '../layerCall';
import type { OutputMode } from './categories';
import { encoded, oneHot, oneHotOf } from './categories';
import type { Lookup } from './lookups';
import { readNumberLookup, readTextLookup } from './lookups';

/** Layers that turn codes, words and ranges into vectors: their outputs are steps, with slope 0. */
export const preprocessingLayers: Readonly<Record<string, LayerKind>> = {
  CategoryEncoding: { lower: lowerCategoryEncoding },
  Discretization: { lower: lowerDiscretization },
  IntegerLookup: { lower: lowerIntegerLookup },
  StringLookup: { lower: lowerStringLookup },
};

function lowerCategoryEncoding(call: LayerCall): Tensor {
  const { builder, config } = call;
  if (call.named.has('count_weights')) return unsupported(call, 'weighs its counts');
  const mode = config.text('output_mode', 'multi_hot');
  const x = inputOf(call);
  const tokens = config.count('num_tokens');
  limitSize(call, tokens * elements(x.shape));
  return encoded(builder, oneHot(builder, x, 0, tokens), modeOf(call, mode));
}

/** Number of the bin: how many boundaries are not above the value. */
function lowerDiscretization(call: LayerCall): Tensor {
  const { builder, config } = call;
  const boundaries = config.numbers('bin_boundaries') ?? config.numbers('bins');
  if (!boundaries) {
    return unsupported(
      call,
      'has no bin boundaries in the file',
      'Give the boundaries when making the layer (bin_boundaries=[…]) and save the model again.',
    );
  }
  const x = inputOf(call);
  const column = builder.reshape(x, [...x.shape, 1]);
  const edges = builder.constant(Float64Array.from(boundaries), [boundaries.length]);
  const reached = builder.compare('greaterOrEqual', column, edges);
  const mode = config.text('output_mode', 'int');
  if (mode === 'int') return builder.reduce('sum', reached, [reached.shape.length - 1], false);
  limitSize(call, boundaries.length ** 2, maxMatrixElements);
  // In bin b: boundary b − 1 is reached (there is none below the first) and boundary b is not.
  const bins = boundaries.length + 1;
  const matrix = new Float64Array(bins * boundaries.length);
  boundaries.forEach((_, edge) => {
    matrix[edge * boundaries.length + edge] = -1;
    matrix[(edge + 1) * boundaries.length + edge] = 1;
  });
  const first = Float64Array.from({ length: bins }, (_, bin) => (bin === 0 ? 1 : 0));
  return encoded(builder, builder.dense(reached, matrix, first), modeOf(call, mode));
}

/** What is left over when no token (and not the mask) is met is the unknown. */
function lowerIntegerLookup(call: LayerCall): Tensor {
  const { builder } = call;
  const lookup = readNumberLookup(call);
  const masked = lookup.mask === undefined ? [] : [lookup.mask];
  limitSize(call, lookup.depth * lookup.tokens.length, maxMatrixElements);
  const known = oneHotOf(builder, inputOf(call), [...lookup.tokens, ...masked]);
  const width = known.shape.at(-1)!;
  const places = placesOf(lookup, masked.length);
  if (lookup.mode === 'int') {
    // The unknown's number everywhere, and for each token the way from there to its own.
    const unknown = lookup.unknown ?? 0;
    const weights = Float64Array.from(places, (place) => Math.max(place, 0) - unknown);
    return builder.reshape(builder.dense(known, weights, Float64Array.of(unknown)), known.shape.slice(0, -1));
  }
  const matrix = selection(places, lookup.depth);
  const bias = new Float64Array(lookup.depth);
  if (lookup.unknown !== undefined) {
    bias[lookup.unknown] = 1;
    matrix.fill(-1, lookup.unknown * width, (lookup.unknown + 1) * width);
  }
  return encoded(builder, builder.dense(known, matrix, bias), lookup.mode);
}

/** The text port gives a one-hot vector over [unknown, tokens…, mask]. */
function lowerStringLookup(call: LayerCall): Tensor {
  const { builder } = call;
  const lookup = readTextLookup(call);
  const x = inputOf(call);
  const unknown = lookup.unknown === undefined ? [] : [lookup.unknown];
  const places = [...unknown, ...placesOf(lookup, lookup.mask === undefined ? 0 : 1)];
  if (x.shape.length !== 1 || x.shape[0] !== places.length)
    return unsupported(call, 'is given something else than a text input');
  if (lookup.mode === 'int')
    return builder.dense(
      x,
      Float64Array.from(places, (place) => Math.max(place, 0)),
    );
  if (lookup.depth === places.length && places.every((place, element) => place === element)) return x;
  limitSize(call, lookup.depth * places.length, maxMatrixElements);
  return builder.dense(x, selection(places, lookup.depth));
}

/** The places of the tokens, and for each mask −1: it has no place in a vector, and is 0 as an integer. */
function placesOf(lookup: Lookup<unknown>, masks: number): number[] {
  return [...lookup.tokens.map((_, token) => lookup.start + token), ...new Array<number>(masks).fill(-1)];
}

/** The matrix [depth][places] that moves each element to its place. */
function selection(places: readonly number[], depth: number): Float64Array {
  const matrix = new Float64Array(depth * places.length);
  places.forEach((place, element) => {
    if (place >= 0) matrix[place * places.length + element] = 1;
  });
  return matrix;
}

function modeOf(call: LayerCall, mode: string): OutputMode {
  if (mode === 'binary') return 'multi_hot';
  return mode === 'one_hot' || mode === 'multi_hot' || mode === 'count'
    ? mode
    : unsupported(call, `has the output mode ${mode}, which Slopescope does not read`);
}
