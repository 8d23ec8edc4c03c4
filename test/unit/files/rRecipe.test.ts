import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { RValue } from '../../../src/files/containers/rValues';
import { referenceJacobian, referenceValues } from '../../../src/slopes/reference';
import { networkOf, neuralnet, outputsAt, reading } from './rObjects';
import { list, logical, matrix, numbers, rds, texts } from './rWriter';

interface Expected {
  readonly rows: readonly Readonly<Record<string, number | string>>[];
  readonly y: readonly number[];
  readonly slopes: Readonly<Record<string, readonly number[]>>;
}

const folder = path.join(import.meta.dirname, '../../fixtures/r/workflow-recipe');
const named = (values: Readonly<Record<string, number>>): RValue =>
  numbers(Object.values(values), { names: texts(Object.keys(values)) });

/** A trained recipe over a and b, with the target y. */
function recipe(steps: readonly RValue[], made: readonly string[] = ['a', 'b', 'y']): RValue {
  return list(
    {
      var_info: list({ variable: texts(['a', 'b', 'y']), role: texts(['predictor', 'predictor', 'outcome']) }),
      term_info: list({ variable: texts(made) }),
      steps: list(steps),
    },
    ['recipe'],
  );
}

function step(kind: string, fields: Readonly<Record<string, RValue>>): RValue {
  return list({ trained: logical(true), skip: logical(false), ...fields }, [`step_${kind}`, 'step']);
}

const centred = (values: Readonly<Record<string, number>>): RValue => step('center', { means: named(values) });
const beside = async (rec: RValue) => reading(rds(list({ net: neuralnet(), rec })));

describe('recipes of R', () => {
  it('follows every step of a workflow to its network, and gives forecasts in units of the data', async () => {
    const expected = JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8')) as Expected;
    const read = await reading(new Uint8Array(readFileSync(path.join(folder, 'model.rds'))));
    const network = networkOf(read);
    expect(network.inputs.map((port) => port.name)).toEqual(['calls', 'forms', 'age', 'fee', 'city', 'size']);
    expect(network.outputs[0]?.name).toBe('minutes');
    expect(read.problems.map((problem) => problem.code)).toEqual(['scaler-of-target-too']);
    expected.rows.forEach((row, at) => {
      const ports = network.inputs.map(({ name, levels }) =>
        levels
          ? Float64Array.from(levels, (level) => (level === row[name] ? 1 : 0))
          : Float64Array.of(Number(row[name])),
      );
      const values = referenceValues(network, ports);
      expect(values[network.outputs[0]!.value]![0]).toBeCloseTo(expected.y[at]!, 10);
      const slopes = referenceJacobian(network, values)[0]!;
      Object.values(expected.slopes).forEach((column, input) => expect(slopes[input]).toBeCloseTo(column[at]!, 7));
    });
  });

  it('applies a recipe beside a network that takes what it makes', async () => {
    const plain = networkOf(await reading(rds(neuralnet())));
    const shifted = networkOf(await beside(recipe([centred({ a: 1, b: 2 }), centred({ a: 3, b: 4 })])));
    expect(outputsAt(shifted, [[5], [7]])).toEqual(outputsAt(plain, [[1, 1]]));
    const ranges = matrix(
      [
        [0, 0],
        [10, 10],
      ],
      ['a', 'b'],
    );
    const ranged = networkOf(await beside(recipe([step('range', { ranges, clipping: logical(true) })])));
    expect(outputsAt(ranged, [[5], [20]])).toEqual(outputsAt(plain, [[0.5, 1]]));
  });

  it('leaves a recipe alone that makes other columns than the network takes', async () => {
    const read = await beside(recipe([centred({ a: 1, b: 2 }), centred({ a: 1, b: 2 })], ['PC1', 'y']));
    expect(outputsAt(networkOf(read), [[1, 1]])).toEqual(
      outputsAt(networkOf(await reading(rds(neuralnet()))), [[1, 1]]),
    );
  });

  it.each([
    ['r-recipe-step', step('spatialsign', {}), 'The recipe step "spatialsign" in model.rds cannot be followed.'],
    [
      'r-recipe-step',
      step('log', { columns: texts(['y']) }),
      'The recipe step "log" in model.rds changes the target y for new rows too, which Slopescope does not undo.',
    ],
    [
      'r-recipe-untrained',
      list({ trained: logical(false) }, ['step_log', 'step']),
      'The recipe in model.rds was not trained: its step_log knows no numbers.',
    ],
  ])('refuses with %s', async (code, one, message) => {
    expect((await beside(recipe([one]))).problems).toMatchObject([{ code, message }]);
  });

  it('refuses a workflow around another model by its class', async () => {
    const workflow = (fit: RValue): RValue => list({ fit: list({ fit: list({ fit }) }) }, ['workflow']);
    const messages = async (fit: RValue): Promise<string[]> =>
      (await reading(rds(workflow(fit)))).problems.map((problem) => problem.message);
    expect(await messages(list({}, ['brulee_mlp']))).toEqual([
      'model.rds holds a tidymodels workflow around an object of class brulee_mlp, not a network that can be read.',
    ]);
    expect((await reading(rds(list({ fit: list({}) }, ['workflow'])))).problems).toMatchObject([
      { code: 'r-workflow', message: 'model.rds holds a tidymodels workflow that is not fitted.' },
    ]);
  });
});
