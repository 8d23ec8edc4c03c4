import type { NetworkBuilder, Tensor } from '../../network/builder';

/** The probabilities of all classes: of two classes only the second is carried from step to step. */
export function classTensors(builder: NetworkBuilder, tensor: Tensor): Tensor {
  if (tensor.shape[0] !== 1) return tensor;
  const first = builder.scale(tensor, Float64Array.of(-1), Float64Array.of(1));
  return builder.concat([first, tensor], 0);
}

/** Each divided by the sum of all; where the sum is 0, all classes are as likely. */
export function normalised(builder: NetworkBuilder, each: Tensor): Tensor {
  const count = each.shape[0]!;
  const sum = builder.reduce('sum', each, [0], true);
  const none = builder.compare('equal', sum, builder.constant(Float64Array.of(0), [1]));
  const divisor = builder.select(none, builder.constant(Float64Array.of(1), [1]), sum);
  const equal = builder.constant(new Float64Array(count).fill(1 / count), [count]);
  return builder.select(none, equal, builder.combine('divide', each, divisor));
}

/** `P(setosa)`, …; of two classes the second alone. */
export function probabilityNames(classes: readonly string[]): readonly string[] {
  const named = classes.length === 2 ? classes.slice(1) : classes;
  return named.map((name) => `P(${name})`);
}
