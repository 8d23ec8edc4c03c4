import type { Tensor } from '../../../network/builder';
import { elements } from '../../../network/tensor';
import type { LayerCall, LayerKind, Value } from '../layerCall';
import { limitSize, rowAxis, trained, unsupported } from '../layerCall';

/** Attention over the steps or features of one row. */
export const attentionLayers: Readonly<Record<string, LayerKind>> = {
  MultiHeadAttention: { lower: lowerMultiHead },
  GroupQueryAttention: { lower: lowerGrouped },
  GroupedQueryAttention: { lower: lowerGrouped },
  Attention: {
    variables: (config) =>
      [
        ...(config.flag('use_scale', false) ? ['scale'] : []),
        ...(config.text('score_mode', 'dot') === 'concat' ? ['concat_score_weight'] : []),
      ].map(trained),
    lower: (call) => lowerPlain(call, plainScores),
  },
  AdditiveAttention: {
    variables: (config) => (config.flag('use_scale', true) ? [trained('scale')] : []),
    lower: (call) => lowerPlain(call, additiveScores),
  },
};

/** Queries, keys and values, each with its steps on the axis before the last. */
interface Sequences {
  readonly query: Tensor;
  readonly key: Tensor;
  readonly value: Tensor;
}

/** The layer's arguments by position or name; without a key the value is the key too. */
function argumentsOf(call: LayerCall): Sequences {
  const names = ['query', 'value', 'key', 'query_mask', 'value_mask', 'key_mask', 'attention_mask'];
  const given = (name: string): Value | undefined => {
    const value = call.named.get(name) ?? flatPositional(call)[names.indexOf(name)];
    return value?.kind === 'none' ? undefined : value;
  };
  if (names.slice(3).some((name) => given(name)))
    return unsupported(call, 'is given a mask, which Slopescope does not read');
  const tensor = (name: string): Tensor | undefined => {
    const value = given(name);
    return value?.kind === 'tensor' ? value.tensor : undefined;
  };
  const [query, value] = [tensor('query'), tensor('value')];
  if (!query || !value) return unsupported(call, 'is not given a query and a value');
  return { query, value, key: tensor('key') ?? value };
}

/** Keras 2 writes the first argument as a list of one tensor. */
function flatPositional({ positional }: LayerCall): readonly Value[] {
  return positional.flatMap((value) => (value.kind === 'list' ? value.items : [value]));
}

function flag(call: LayerCall, name: string): boolean {
  const value = call.named.get(name);
  return value?.kind === 'value' && Boolean(value.value);
}

/**
 * softmax(q kᵀ / √key_dim) v in each head, over the attention axes together; heads are then joined by the output's
 * product (Vaswani et al. 2017, equation 1).
 */
function lowerMultiHead(call: LayerCall): readonly Tensor[] {
  const given = argumentsOf(call);
  const rank = given.query.shape.length;
  const middle = given.query.shape.map((_, axis) => axis).slice(0, -1);
  const axes = call.config.numbers('attention_axes')?.map((axis) => rowAxis(call, axis, rank)) ?? middle;
  const lead = middle.filter((axis) => !axes.includes(axis));
  const parts = projected(call, given);
  const keyWidth = parts.query.shape.at(-1)!;
  const steps = axes.map((axis) => given.query.shape[axis]!);
  const heads = (x: Tensor): Tensor => headsFirst(call, x, lead, axes);
  const { output, scores } = attend(call, [heads(parts.query), heads(parts.key), heads(parts.value)], keyWidth);
  // From [lead, heads, steps, width] back to the order of the query's axes, heads and width last.
  const spread = call.builder.reshape(output, [...output.shape.slice(0, -2), ...steps, output.shape.at(-1)!]);
  const places = [...lead, rank - 1, ...axes];
  const order = [...middle, rank - 1].map((axis) => places.indexOf(axis));
  return finished(call, given.query, call.builder.transpose(spread, [...order, places.length]), scores);
}

/** As multi-head attention, with several heads of queries to one head of keys and values. */
function lowerGrouped(call: LayerCall): readonly Tensor[] {
  const given = argumentsOf(call);
  const parts = projected(call, given);
  const repeats = call.config.count('num_query_heads') / call.config.count('num_key_value_heads');
  const repeated = (x: Tensor): Tensor => {
    const heads = Array.from({ length: x.shape[1]! * repeats }, (_, head) => Math.floor(head / repeats));
    return call.builder.take(x, 1, heads);
  };
  const heads = (x: Tensor): Tensor => headsFirst(call, x, [], [0]);
  const sequences = [heads(parts.query), heads(repeated(parts.key)), heads(repeated(parts.value))] as const;
  const { output, scores } = attend(call, sequences, call.config.count('head_dim'));
  return finished(call, given.query, call.builder.transpose(output, [1, 0, 2]), scores);
}

function projected(call: LayerCall, { query, key, value }: Sequences): Sequences {
  return {
    query: call.part('query_dense', query),
    key: call.part('key_dense', key),
    value: call.part('value_dense', value),
  };
}

/** [axes in their order, heads, width] as [lead, heads, steps, width], the attention axes joined to one of steps. */
function headsFirst(call: LayerCall, x: Tensor, lead: readonly number[], axes: readonly number[]): Tensor {
  const rank = x.shape.length;
  const turned = call.builder.transpose(x, [...lead, rank - 2, ...axes, rank - 1]);
  const steps = elements(axes.map((axis) => x.shape[axis]!));
  return call.builder.reshape(turned, [...turned.shape.slice(0, lead.length + 1), steps, x.shape[rank - 1]!]);
}

function attend(
  call: LayerCall,
  [query, key, value]: readonly [Tensor, Tensor, Tensor],
  keyWidth: number,
): { readonly output: Tensor; readonly scores: Tensor } {
  const { builder } = call;
  limitSize(call, elements(query.shape) * key.shape.at(-2)!);
  const scaled = builder.combine('divide', query, builder.constant(Float64Array.of(Math.sqrt(keyWidth)), [1]));
  const products = builder.matMul(scaled, swapped(call, key));
  const scores = builder.softmax('softmax', masked(call, products), [products.shape.length - 1]);
  return { output: builder.matMul(scores, value), scores };
}

function swapped({ builder }: LayerCall, x: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  const last = axes.length - 1;
  return builder.transpose(x, [...axes.slice(0, -2), last, last - 1]);
}

/** Keras takes 10⁹ from the scores of steps that must not be seen: what is left of them is exactly 0. */
const unseen = -1e9;

/** Later steps are not seen with a causal mask, those `sliding_window` or more away not with a window. */
function masked(call: LayerCall, scores: Tensor): Tensor {
  const causal = flag(call, 'use_causal_mask');
  const window = call.config.optionalNumber('sliding_window') ?? Infinity;
  if (!causal && window === Infinity) return scores;
  if (scores.shape.length > 3 || (call.config.numbers('attention_axes') ?? [1]).length > 1)
    return unsupported(call, 'has a mask over several axes, which Slopescope does not read');
  const [queries, keys] = scores.shape.slice(-2) as [number, number];
  const offsets = Float64Array.from({ length: queries * keys }, (_, place) => {
    const [query, key] = [Math.floor(place / keys), place % keys];
    return (causal && key > query) || Math.abs(query - key) >= window ? unseen : 0;
  });
  return call.builder.combine('add', scores, call.builder.constant(offsets, [queries, keys]));
}

function finished(call: LayerCall, query: Tensor, joined: Tensor, scores: Tensor): readonly Tensor[] {
  const gate = call.config.flag('use_gate', false) ? call.part('gate_dense', query) : undefined;
  const output = call.part('output_dense', gate ? call.builder.combine('multiply', joined, gate) : joined);
  return flag(call, 'return_attention_scores') ? [output, scores] : [output];
}

/** softmax(scores) v without projections; scores of queries × keys. */
function lowerPlain(call: LayerCall, scoresOf: (call: LayerCall, given: Sequences) => Tensor): readonly Tensor[] {
  const [query, value, key = value] = call.inputs;
  if (!query || !value || !key || call.inputs.length > 3)
    return unsupported(call, `is given ${call.inputs.length} tensors, but takes a query, a value and perhaps a key`);
  if (query.shape.length !== 2)
    return unsupported(call, `needs steps × channels, but is given [${query.shape.join(', ')}]`);
  limitSize(call, elements(query.shape) * key.shape[0]!);
  const products = masked(call, scoresOf(call, { query, value, key }));
  const scores = call.builder.softmax('softmax', products, [1]);
  const output = call.builder.matMul(scores, value);
  return flag(call, 'return_attention_scores') ? [output, scores] : [output];
}

/** scale · q kᵀ, or weight · Σ tanh(scale · (q + k)). */
function plainScores(call: LayerCall, { query, key }: Sequences): Tensor {
  const { builder, config, weights } = call;
  const stored = (name: string): Tensor => builder.constant(weights.get(name, []), []);
  const scaled = (x: Tensor): Tensor =>
    config.flag('use_scale', false) ? builder.combine('multiply', x, stored('scale')) : x;
  if (config.text('score_mode', 'dot') === 'dot') return scaled(builder.matMul(query, builder.transpose(key)));
  const angles = builder.activation(scaled(allPairs(call, query, key)), { kind: 'tanh' });
  return builder.combine('multiply', builder.reduce('sum', angles, [2], false), stored('concat_score_weight'));
}

/** Σ scale · tanh(q + k), with a scale per channel (Bahdanau et al. 2015). */
function additiveScores(call: LayerCall, { query, key }: Sequences): Tensor {
  const { builder, config, weights } = call;
  const angles = builder.activation(allPairs(call, query, key), { kind: 'tanh' });
  const width = query.shape.at(-1)!;
  const scale = config.flag('use_scale', true)
    ? builder.constant(weights.get('scale', [width]), [width])
    : builder.constant(Float64Array.of(1), []);
  return builder.reduce('sum', builder.combine('multiply', angles, scale), [2], false);
}

/** q + k for every query and every key: [queries, keys, channels]. */
function allPairs({ builder }: LayerCall, query: Tensor, key: Tensor): Tensor {
  const [queries = 0, width = 0] = query.shape;
  return builder.combine(
    'add',
    builder.reshape(query, [queries, 1, width]),
    builder.reshape(key, [1, key.shape[0]!, width]),
  );
}
