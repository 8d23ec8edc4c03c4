/** NeuralSens' own documentation numbers, from the weights of its daily-demand network. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { slopeStatistics } from '../../src/slopes/statistics';
import { slopescope } from './run';

const folder = path.join(import.meta.dirname, '../fixtures/neuralsens');

/** Mean, standard deviation and root mean square of the slopes by WD and TEMP. */
async function measures(output: string) {
  const given = [
    '--data',
    path.join(folder, 'ns_demand_scaled.csv'),
    '--columns',
    'WD,TEMP',
    '--json',
    '--scaler',
    'none',
  ];
  const answers = ['--answer', 'hidden=sigmoid', '--answer', `output=${output}`];
  const outcome = await slopescope('slopes', path.join(folder, 'demand.npz'), ...given, ...answers);
  expect(outcome.status, outcome.stderr).toBe(0);
  const { jacobian } = JSON.parse(outcome.stdout) as { jacobian: number[][][] };
  return [0, 1].map((input) => {
    const { mean, deviation, rootMeanSquare } = slopeStatistics(Float64Array.from(jacobian, (row) => row[0]![input]!));
    return [mean, deviation, rootMeanSquare];
  });
}

describe('the daily-demand network of NeuralSens', () => {
  it.each([
    // The published table assumes a linear output.
    [
      'linear',
      [
        [2.70933, 1.1827, 2.956103],
        [-1.520092, 4.172399, 4.439684],
      ],
    ],
    // The saved model's output is logistic.
    [
      'sigmoid',
      [
        [0.2864342, 0.3230052, 0.4316528],
        [-0.1213841, 0.6491817, 0.6602712],
      ],
    ],
  ])('with a %s output', async (output, published) => {
    const ours = await measures(output);
    ours.forEach((line, input) =>
      line.forEach((value, k) => expect(Math.abs(value - published[input]![k]!)).toBeLessThan(5e-6)),
    );
  });
});
