/** The daily-demand network of NeuralSens' documentation, its weights written into an .npz. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { referenceJacobian, referenceValues } from '../../../src/slopes/reference';
import { networkIn } from './reading';
import { npz } from './numpyWriter';

const folder = path.join(import.meta.dirname, '../../fixtures/neuralsens');

/** nnet keeps, unit by unit, the bias and then the weights: five hidden units of two inputs, one output. */
function weightsFile(): Uint8Array {
  const stored = JSON.parse(readFileSync(path.join(folder, 'demand_nnet_2-5-1.json'), 'utf8')) as { wts: number[] };
  const unit = (at: number): number[] => stored.wts.slice(at * 3, at * 3 + 3);
  const units = [0, 1, 2, 3, 4].map(unit);
  const [bias, ...output] = stored.wts.slice(15);
  return npz({
    W1: { shape: [2, 5], values: [...units.map((numbers) => numbers[1]!), ...units.map((numbers) => numbers[2]!)] },
    b1: { shape: [5], values: units.map((numbers) => numbers[0]!) },
    W2: { shape: [5, 1], values: output },
    b2: { shape: [1], values: [bias!] },
    feature_names: ['WD', 'TEMP'],
  });
}

function rowsOf(): number[][] {
  const [, ...lines] = readFileSync(path.join(folder, 'ns_demand_scaled.csv'), 'utf8').trim().split('\n');
  return lines.map((line) =>
    line
      .split(',')
      .map((cell) => Number(cell.replaceAll('"', '')))
      .slice(1),
  );
}

/** Mean, standard deviation (n − 1) and root mean square of each slope. */
async function measures(output: string): Promise<number[][]> {
  const network = await networkIn('demand.npz', weightsFile(), { hidden: 'sigmoid', output });
  const slopes = rowsOf().map(
    (row) => referenceJacobian(network, referenceValues(network, [Float64Array.from(row)]))[0]!,
  );
  return [0, 1].map((input) => {
    const column = slopes.map((row) => row[input]!);
    const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
    const squares = column.reduce((sum, value) => sum + (value - mean) ** 2, 0);
    const root = Math.sqrt(column.reduce((sum, value) => sum + value * value, 0) / column.length);
    return [mean, Math.sqrt(squares / (column.length - 1)), root];
  });
}

describe('the daily demand network', () => {
  it.each([
    [
      'linear',
      [
        [2.709328, 1.182701, 2.956101],
        [-1.52009, 4.172399, 4.439684],
      ],
    ],
    [
      'sigmoid',
      [
        [0.2864342, 0.3230052, 0.4316528],
        [-0.1213841, 0.6491817, 0.6602712],
      ],
    ],
  ])('has the published slopes with a %s output', async (output, expected) => {
    const found = await measures(output);
    expected.forEach((numbers, input) =>
      numbers.forEach((number, at) => expect(Math.abs(found[input]![at]! - number)).toBeLessThan(5e-6)),
    );
  });
});
