// What one core can do with 128-bit multiply and add: the yardstick of the benchmark.
import { multiplyAdd } from './tile';

/** Twelve independent chains of `rounds` float32 multiply-adds each (96 operations a round); gives their sum so that nothing is left out. */
export function multiplyAddLoop(rounds: i32): f32 {
  const factor = f32x4.splat(<f32>0.999);
  const step = f32x4.splat(<f32>0.001);
  let a = step, b = step, c = step, d = step, e = step, f = step;
  let g = step, h = step, i = step, j = step, k = step, l = step;
  for (let round = 0; round < rounds; round++) {
    a = multiplyAdd<f32>(a, factor, step);
    b = multiplyAdd<f32>(b, factor, step);
    c = multiplyAdd<f32>(c, factor, step);
    d = multiplyAdd<f32>(d, factor, step);
    e = multiplyAdd<f32>(e, factor, step);
    f = multiplyAdd<f32>(f, factor, step);
    g = multiplyAdd<f32>(g, factor, step);
    h = multiplyAdd<f32>(h, factor, step);
    i = multiplyAdd<f32>(i, factor, step);
    j = multiplyAdd<f32>(j, factor, step);
    k = multiplyAdd<f32>(k, factor, step);
    l = multiplyAdd<f32>(l, factor, step);
  }
  const first = f32x4.add(f32x4.add(f32x4.add(a, b), f32x4.add(c, d)), f32x4.add(e, f));
  const second = f32x4.add(f32x4.add(f32x4.add(g, h), f32x4.add(i, j)), f32x4.add(k, l));
  const sum = f32x4.add(first, second);
  return f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 3);
}
