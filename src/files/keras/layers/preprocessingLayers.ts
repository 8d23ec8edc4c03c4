import type { Tensor } from '../../../network/builder';
import type { LayerCall, LayerKind } from '../layerCall';
import { inputOf, unsupported } from '../layerCall';
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
  return encoded(builder, oneHot(builder, inputOf(call), 0, config.count('num_tokens')), modeOf(call, mode));
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

function lowerIntegerLookup(call: LayerCall): Tensor {
  const { builder } = call;
  const lookup = readNumberLookup(call);
  const x = inputOf(call);
  const masked = lookup.mask === undefined ? [] : [lookup.mask];
  const known = oneHotOf(builder, x, [...lookup.tokens, ...masked]);
  return presented(call, known, lookup, true);
}

/** The text port gives a one-hot vector over [unknown, tokens…, mask]. */
function lowerStringLookup(call: LayerCall): Tensor {
  const lookup = readTextLookup(call);
  const x = inputOf(call);
  const places = lookup.tokens.length + (lookup.unknown === undefined ? 0 : 1) + (lookup.mask === undefined ? 0 : 1);
  if (x.shape.length !== 1 || x.shape[0] !== places)
    return unsupported(call, 'is given something else than a text input');
  return presented(call, x, lookup, false);
}

/**
 * One-hot vectors over the tokens (and the mask) as the look-up gives them out: as an integer or in the places of a
 * longer vector. `computesUnknown`: the vectors have no element for the unknown yet, it is what is left over.
 */
function presented(call: LayerCall, vectors: Tensor, lookup: Lookup<unknown>, computesUnknown: boolean): Tensor {
  const { builder } = call;
  const { tokens, start, unknown, mode } = lookup;
  const width = vectors.shape.at(-1)!;
  const hasUnknown = unknown !== undefined;
  const offset = hasUnknown && !computesUnknown ? 1 : 0;
  const places = Array.from({ length: width }, (_, element): number => {
    if (element < offset) return unknown!;
    const token = element - offset;
    return token < tokens.length ? start + token : -1;
  });
  const rows = mode === 'int' ? 1 : lookup.depth;
  const matrix = new Float64Array(rows * width);
  const bias = new Float64Array(rows);
  const rest = computesUnknown && hasUnknown ? unknown : -1;
  if (rest >= 0) bias[mode === 'int' ? 0 : rest] = mode === 'int' ? rest : 1;
  places.forEach((place, element) => {
    if (mode === 'int') matrix[element] = Math.max(place, 0) - Math.max(rest, 0);
    else {
      if (place >= 0) matrix[place * width + element] = 1;
      if (rest >= 0) matrix[rest * width + element]! -= 1;
    }
  });
  const mapped = builder.dense(vectors, matrix, bias);
  if (mode === 'int') return computesUnknown ? builder.reshape(mapped, mapped.shape.slice(0, -1)) : mapped;
  return computesUnknown ? encoded(builder, mapped, mode) : mapped;
}

function modeOf(call: LayerCall, mode: string): OutputMode {
  if (mode === 'binary') return 'multi_hot';
  return mode === 'one_hot' || mode === 'multi_hot' || mode === 'count'
    ? mode
    : unsupported(call, `has the output mode ${mode}, which Slopescope does not read`);
}
