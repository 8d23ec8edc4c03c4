import { ShapeError, type Tensor } from '../../../network/builder';
import { elements, mapIndices } from '../../../network/tensor';
import { align } from '../../rows/broadcasting';
import { joined } from '../../rows/joining';
import { matrixProduct } from '../../rows/products';
import { reshapeValue, transposeValue } from '../../rows/shapes';
import type { Value } from '../../rows/value';
import type { Call } from '../call';
import type { OperatorGroup } from './group';

/** Attention between the positions of one row. */
export const attention: OperatorGroup = {
  domain: '',
  operators: { Attention },
  notes: { Attention: 'without nonpad_kv_seqlen' },
};

/**
 * softmax(scale · Q Kᵀ + mask) V for each head, where Q, K and V are [rows, heads, positions, size], or flat over the
 * heads. Positions of before may be inputs; further outputs are all keys, all values, and the scores at a chosen step.
 */
function Attention(call: Call): readonly Value[] {
  if (call.inputs[6])
    return call.refuse(
      'onnx-recurrent',
      'keeps a cache that is filled row by row',
      'Export the network without its cache.',
    );
  const flat = call.value(0).tensor.shape.length === 3;
  const queries = byHeads(call, call.value(0), call.integer('q_num_heads', 1));
  const keys = withPast(call, 4, byHeads(call, call.value(1), call.integer('kv_num_heads', 1)));
  const values = withPast(call, 5, byHeads(call, call.value(2), call.integer('kv_num_heads', 1)));
  const heads = queries.tensor.shape[1]!;
  const scale = call.float('scale', 1 / Math.sqrt(queries.tensor.shape[3]!));
  const turned = transposeValue(call, repeatedHeads(call, keys, heads), [0, 1, 3, 2]);
  const products = scaled(call, matrixProduct(call, queries, turned), scale);
  const kept = capped(call, products);
  const scores = masked(call, kept);
  const shares = { ...scores, tensor: sharesOf(call, scores.tensor) };
  const result = matrixProduct(call, shares, repeatedHeads(call, values, heads));
  const steps = [products, kept, scores, shares];
  const shown = steps[call.integer('qk_matmul_output_mode', 0)] ?? products;
  return [flat ? joinedHeads(call, result) : result, keys, values, shown];
}

function joinedHeads(call: Call, x: Value): Value {
  const turned = transposeValue(call, x, [0, 2, 1, 3]);
  const [rows = 1, positions = 1, count = 1, size = 1] = call.shapeOf(turned);
  return reshapeValue(call, turned, [rows, positions, count * size]);
}

/** Keys or values behind those of past positions, if an input gives some. */
function withPast(call: Call, index: number, x: Value): Value {
  const past = call.optional(index);
  return past ? joined(call, [past, x], 2) : x;
}

/** Softmax over the keys; where a mask or a window hides all of them, none has a share. */
function sharesOf(call: Call, scores: Tensor): Tensor {
  const { builder } = call;
  const windows = [call.integer('left_window_size', -1), call.integer('right_window_size', -1)];
  if (!call.inputs[3] && windows.every((size) => size < 0)) return builder.softmax('softmax', scores, [3]);
  const number = (value: number) => builder.constant(Float64Array.of(value), []);
  const hidden = builder.compare('equal', builder.reduce('max', scores, [3], true), number(-Infinity));
  const safe = builder.select(hidden, number(0), scores);
  return builder.select(hidden, number(0), builder.softmax('softmax', safe, [3]));
}

/** [rows, positions, heads × size] as [rows, heads, positions, size]; what has four axes already is left alone. */
function byHeads(call: Call, x: Value, heads: number): Value {
  const [rows = 1, positions = 1, width = 1, ...more] = call.shapeOf(x);
  if (more.length === 1) return x;
  if (x.tensor.shape.length !== 3) throw new ShapeError(`attention takes 3 or 4 axes, not ${x.tensor.shape.length}`);
  return transposeValue(call, reshapeValue(call, x, [rows, positions, heads, width / heads]), [0, 2, 1, 3]);
}

/** Several heads of the queries may share one head of keys and values. */
function repeatedHeads(call: Call, x: Value, heads: number): Value {
  const own = x.tensor.shape[1]!;
  if (own === heads || heads % own !== 0) return x;
  const positions = Array.from({ length: heads }, (_, head) => Math.floor((head * own) / heads));
  return { ...x, tensor: call.builder.take(x.tensor, 1, positions) };
}

/** Keeps scores within ± softcap, smoothly. */
function capped(call: Call, scores: Value): Value {
  const softcap = call.float('softcap', 0);
  if (softcap <= 0) return scores;
  const small = scaled(call, scores, 1 / softcap);
  return scaled(call, { ...small, tensor: call.builder.activation(small.tensor, { kind: 'tanh' }) }, softcap);
}

/** Adds the mask, which may be one of truth values, and hides the positions that causality or a window hides. */
function masked(call: Call, scores: Value): Value {
  const { builder } = call;
  const [, , queries = 1, keys = 1] = scores.tensor.shape;
  const causal = call.integer('is_causal', 0) === 1;
  const left = call.integer('left_window_size', -1);
  const right = causal ? 0 : call.integer('right_window_size', -1);
  // The queries stand behind the past positions.
  const past = call.inputs[4]?.tensor.shape[2] ?? 0;
  const hidden = mapIndices([queries, keys], ([query = 0, key = 0]) =>
    (left >= 0 && query + past - key > left) || (right >= 0 && key - query - past > right) ? 1 : 0,
  );
  const bias = Float64Array.from(hidden, (hides) => (hides === 1 ? -Infinity : 0));
  const base = { ...scores, tensor: builder.combine('add', scores.tensor, builder.constant(bias, [queries, keys])) };
  const mask = call.optional(3);
  if (!mask) return base;
  const none = builder.constant(Float64Array.of(0), []);
  const all = builder.constant(Float64Array.of(-Infinity), []);
  const added = mask.type === 'truth' ? { ...mask, tensor: builder.select(mask.tensor, none, all) } : mask;
  const { tensors, batch } = align(call, [base, padded(call, added, keys)]);
  return { ...base, tensor: builder.combine('add', tensors[0]!, tensors[1]!), batch };
}

/** A mask may end early: the keys after it are hidden. */
function padded(call: Call, mask: Value, keys: number): Value {
  const { shape } = mask.tensor;
  const missing = keys - (shape.at(-1) ?? 1);
  if (missing <= 0) return mask;
  const rest = [...shape.slice(0, -1), missing];
  const hidden = call.builder.constant(new Float64Array(elements(rest)).fill(-Infinity), rest);
  return { ...mask, tensor: call.builder.concat([mask.tensor, hidden], shape.length - 1) };
}

function scaled(call: Call, x: Value, factor: number): Value {
  const size = elements(x.tensor.shape);
  const tensor = call.builder.scale(x.tensor, new Float64Array(size).fill(factor), new Float64Array(size));
  return { ...x, tensor };
}
