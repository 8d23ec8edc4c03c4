import { ShapeError } from '../../../network/builder';
import type { Tensor } from '../../../network/builder';
import { align } from '../../rows/broadcasting';
import { reshapeValue, transposeValue } from '../../rows/shapes';
import type { Value } from '../../rows/value';
import type { Call } from '../call';
import type { OperatorGroup } from './group';
import { lookedUp } from './lookup';

/** Turns pairs of numbers by angles that depend on their position (Su et al. 2021). */
export const rotation: OperatorGroup = { domain: '', operators: { RotaryEmbedding } };

function RotaryEmbedding(call: Call): Value {
  const x = call.value(0);
  const { builder } = call;
  const stacked = x.tensor.shape.length === 4;
  const [rows = 1, positions = 1, width = 1] = call.shapeOf(x);
  const heads = call.integer('num_heads', 0);
  if (!stacked && (x.tensor.shape.length !== 3 || !(heads > 0)))
    throw new ShapeError(`[${x.tensor.shape.join(', ')}] has no heads`);
  // [rows, positions, heads, size] from here on.
  const split = stacked
    ? transposeValue(call, x, [0, 2, 1, 3])
    : reshapeValue(call, x, [rows, positions, heads, width / heads]);
  const size = split.tensor.shape[3]!;
  const turned = call.integer('rotary_embedding_dim', 0) || size;
  const interleaved = call.integer('interleaved', 0) === 1;
  if (!(turned >= 2 && turned <= size && turned % 2 === 0))
    throw new ShapeError(`${turned} of ${size} numbers cannot be turned in pairs`);
  const half = Array.from({ length: turned / 2 }, (_, k) => k);
  const first = builder.take(split.tensor, 3, interleaved ? half.map((k) => 2 * k) : half);
  const second = builder.take(
    split.tensor,
    3,
    interleaved ? half.map((k) => 2 * k + 1) : half.map((k) => k + turned / 2),
  );
  const part = (tensor: Tensor): Value => ({ ...split, tensor });
  const { tensors, batch } = align(call, [part(first), part(second), angles(call, 1), angles(call, 2)]);
  const [a, b, cosine, sine] = tensors;
  const times = (left: Tensor, right: Tensor): Tensor => builder.combine('multiply', left, right);
  const real = builder.combine('subtract', times(a!, cosine!), times(b!, sine!));
  const imaginary = builder.combine('add', times(a!, sine!), times(b!, cosine!));
  const pairs = builder.concat([real, imaginary], 3);
  const order = half.flatMap((k) => [k, k + half.length]);
  const rest = Array.from({ length: size - turned }, (_, k) => turned + k);
  const whole = builder.concat(
    [
      interleaved ? builder.take(pairs, 3, order) : pairs,
      ...(rest.length > 0 ? [builder.take(split.tensor, 3, rest)] : []),
    ],
    3,
  );
  const result = { ...split, tensor: whole, batch };
  if (stacked) return transposeValue(call, result, [0, 2, 1, 3]);
  return reshapeValue(call, result, [rows, positions, width]);
}

/** Cosines or sines as [rows, positions, 1, half]: stored for each position, or looked up by the position's number. */
function angles(call: Call, index: number): Value {
  const cache = call.value(index);
  const at = call.optional(3);
  const found = at ? taken(call, cache, at) : cache;
  const { shape } = found.tensor;
  return { ...found, tensor: call.builder.reshape(found.tensor, [...shape.slice(0, -1), 1, shape.at(-1)!]) };
}

function taken(call: Call, cache: Value, at: Value): Value {
  const { constant, shape } = at.tensor;
  if (!constant) return lookedUp(call, cache, at, 0);
  const positions = call.builder.take(cache.tensor, 0, Array.from(constant));
  return {
    ...at,
    type: cache.type,
    tensor: call.builder.reshape(positions, [...shape, ...cache.tensor.shape.slice(1)]),
  };
}
