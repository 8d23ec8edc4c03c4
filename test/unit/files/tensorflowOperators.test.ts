/** Every TensorFlow operator on one row: its value by its definition, and its slopes against central differences. */
import { describe, expect, it } from 'vitest';
import { supportedOperators } from '../../../src/files/tensorflow/operatorTable';
import { elementwise, gradientCases, type GraphCase } from './tensorflowElementwiseCases';
import { networkOf, outputsAt, slopesAt } from './tensorflowGraph';
import {
  joiningCases,
  linearCases,
  normalisingCases,
  rankingCases,
  selectingCases,
  shapeCases,
} from './tensorflowTensorCases';
import { windowCases } from './tensorflowWindowCases';

const cases = [
  ...elementwise,
  ...gradientCases,
  ...linearCases,
  ...shapeCases,
  ...joiningCases,
  ...selectingCases,
  ...normalisingCases,
  ...rankingCases,
  ...windowCases,
];

function notation({ shape, x, nodes }: GraphCase): string {
  return `x = Placeholder f64[?,${(shape ?? [x.length]).join(',')}]\n${nodes}\nresult = Identity(y)`;
}

describe.each(cases)('$op $about', (entry) => {
  it('gives its value', async () => {
    const values = outputsAt(await networkOf(notation(entry)), entry.x);
    expect(values.length).toBe(entry.y.length);
    values.forEach((value, i) => expect(value).toBeCloseTo(entry.y[i]!, 6));
  });

  it('gives its slopes', async () => {
    const network = await networkOf(notation(entry));
    const slopes = slopesAt(network, entry.x);
    const step = 1e-6;
    entry.x.forEach((_, input) => {
      const moved = (by: number) =>
        outputsAt(
          network,
          entry.x.map((x, i) => (i === input ? x + by : x)),
        );
      const [above, below] = [moved(step), moved(-step)];
      entry.y.forEach((__, output) => {
        const difference = entry.steps ? 0 : (above[output]! - below[output]!) / (2 * step);
        const slope = slopes[output]![input]!;
        expect(Math.abs(slope - difference)).toBeLessThan(1e-4 * Math.max(1, Math.abs(difference)));
      });
    });
  });
});

describe('the table of operators', () => {
  it('has a case above for every operator on numbers', () => {
    const tested = new Set(
      cases.flatMap(({ op, nodes }) => [op, ...Array.from(nodes.matchAll(/= (\w+)\(/g), ([, name]) => name)]),
    );
    const others = [
      // Constants and variables: in the tests of graphs and SavedModels.
      'Const',
      'L2Loss',
      'Placeholder',
      'PlaceholderV2',
      'ReadVariableOp',
      'ResourceGather',
      'ResourceGatherNd',
      'VariableShape',
    ];
    expect(supportedOperators().filter((name) => !tested.has(name))).toEqual(others);
  });
});
