import { expect, it } from 'vitest';
import { interpolation, piecewise } from '../../../src/files/sklearn/piecewise';
import { NetworkBuilder } from '../../../src/network/builder';
import { referenceJacobian, referenceOutputs, referenceValues } from '../../../src/slopes/reference';

const builder = new NetworkBuilder();
const x = builder.input('x', [1]);
builder.output('y', piecewise(builder, x, interpolation([0, 0.3, 3], [0, 0.6, 3.3])));
const network = builder.finish('m', { file: 'm', format: 'test', framework: 'test', layers: [] });

it.each([
  [0.2, 0.4, 2],
  // 0.1 + 0.2 is the bound 0.3 but for its rounding: the slope is the mean of both sides.
  [0.1 + 0.2, 0.6, 1.5],
  [0.3, 0.6, 1.5],
  [0.4, 0.7, 1],
])('lines joined at bounds, at %d', (at, value, slope) => {
  const values = referenceValues(network, [Float64Array.of(at)]);
  expect(referenceOutputs(network, values)[0]).toBeCloseTo(value, 12);
  expect(referenceJacobian(network, values)[0]![0]).toBeCloseTo(slope, 12);
});
