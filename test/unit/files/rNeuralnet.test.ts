import { gzipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import type { RValue } from '../../../src/files/containers/rValues';
import { networkOf, neuralnet, outputsAt, reading } from './rObjects';
import { closure, environmentOf, factor, frame, list, logical, matrix, numbers, rds, texts } from './rWriter';

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const messages = async (value: RValue, answers: Readonly<Record<string, string>> = {}): Promise<string[]> =>
  (await reading(rds(value), answers)).problems.map((problem) => problem.message);

describe('neuralnet objects', () => {
  it('gives names, layers and values', async () => {
    const network = networkOf(await reading(gzipSync(rds(neuralnet(), { form: 'ascii' }))));
    expect(network.inputs[0]?.features).toEqual(['a', 'b']);
    expect(network.outputs[0]).toMatchObject({ name: 'y', features: ['y'] });
    expect(network.source).toMatchObject({ format: 'rds', framework: 'R 4.2.2, neuralnet' });
    expect(network.source.layers).toEqual([
      { name: 'hidden 1', kind: 'hidden', size: 1, parameters: 3, activation: 'logistic' },
      { name: 'output', kind: 'output', size: 1, parameters: 2, activation: 'linear' },
    ]);
    expect(outputsAt(network, [[1, 2]])[0]).toBeCloseTo(0.25 + 3 * sigmoid(0.5 + 1 - 4), 14);
  });

  it('uses act.fct at the output of objects without output.act.fct', async () => {
    const object = neuralnet({ 'act.fct': closure('tanh(x)', { type: 'tanh' }), 'linear.output': logical(false) });
    const read = await reading(rds(object));
    expect(read.settled.get('output')).toBe('tanh');
    expect(outputsAt(networkOf(read), [[1, 2]])[0]).toBeCloseTo(Math.tanh(0.25 + 3 * Math.tanh(-2.5)), 14);
  });

  it.each([
    ['log(1 + exp(x))', 'softplus', (z: number) => Math.log1p(Math.exp(z))],
    ['pmax(x, 0)', 'relu', (z: number) => Math.max(z, 0)],
    ['ifelse(0 < x, x, 0.1 * x)', 'leakyRelu', (z: number) => (z > 0 ? z : 0.1 * z)],
    ['1.7159 * tanh(2 / 3 * x)', 'scaledTanh', (z: number) => 1.7159 * Math.tanh((2 / 3) * z)],
    ['exp(-x^2)', 'function(x) exp(-x^2)', (z: number) => Math.exp(-z * z)],
    ['x * (x > 0) + sin(x)/2', 'function(x) x * (x > 0) + sin(x)/2', (z: number) => Math.max(z, 0) + Math.sin(z) / 2],
    ['stats(x)', undefined, undefined],
    ['max(0, x)', undefined, undefined],
  ])('understands act.fct = function(x) %s or asks', async (body, name, f) => {
    for (const compiled of [false, true]) {
      const act = closure(body, { type: 'function', compiled });
      const read = await reading(rds(neuralnet({ 'act.fct': act })));
      if (!f) {
        expect(read.questions.map((question) => question.id)).toEqual(['hidden']);
        continue;
      }
      expect(read.settled.get('hidden')).toBe(name);
      expect(outputsAt(networkOf(read), [[2, 1]])[0]).toBeCloseTo(0.25 + 3 * f(0.5), 12);
    }
  });

  it('follows functions and constants that are stored with act.fct', async () => {
    const environment = environmentOf({ alpha: numbers([0.2]), bump: closure('exp(-x^2)') });
    const act = closure('bump(x) + alpha * x', { environment });
    const network = networkOf(await reading(rds(neuralnet({ 'act.fct': act }))));
    expect(outputsAt(network, [[2, 1]])[0]).toBeCloseTo(0.25 + 3 * (Math.exp(-0.25) + 0.1), 12);
  });

  it('guesses the activation with which the stored forecasts come out, and takes an answer', async () => {
    const stored = [
      [1, 2],
      [3, 4],
    ].map(([a = 0, b = 0]) => [0.25 + 3 * Math.max(0, 0.5 + a - 2 * b)]);
    const object = neuralnet({ 'act.fct': closure('unknown(x)'), 'net.result': list([matrix(stored)]) });
    const [question] = (await reading(rds(object))).questions;
    expect(question).toMatchObject({ id: 'hidden', guess: 'relu' });
    const answered = await reading(rds(object), { hidden: 'relu' });
    expect(outputsAt(networkOf(answered), [[4, 1]])[0]).toBeCloseTo(0.25 + 3 * 2.5, 12);
    expect(await messages(object, { hidden: 'maxout' })).toEqual([
      'The answer hidden=maxout names no activation that is known for model.rds.',
    ]);
  });

  it('takes answers that say the same, refuses others', async () => {
    expect(networkOf(await reading(rds(neuralnet()), { hidden: 'sigmoid', output: 'identity' }))).toBeDefined();
    expect(await messages(neuralnet(), { hidden: 'relu' })).toEqual([
      'The answer hidden=relu contradicts model.rds, which says hidden=logistic.',
    ]);
  });

  it('shows the first repetition unless another is asked for', async () => {
    const weights = [1, 10].map((scale) => list([matrix([[0], [scale], [0]]), matrix([[0], [1]])]));
    const object = neuralnet({
      weights: list(weights),
      'result.matrix': matrix([
        [0.5, 0.2],
        [9, 9],
      ]),
    });
    const read = await reading(rds(object));
    expect(read.problems.map((problem) => problem.message)).toEqual([
      "model.rds holds 2 repetitions of the training; repetition 1 is shown, as R's predict() does. Repetition 2 has the lowest error.",
    ]);
    expect(outputsAt(networkOf(read), [[1, 0]])[0]).toBeCloseTo(sigmoid(1), 14);
    const second = networkOf(await reading(rds(object), { repetition: '2' }));
    expect(outputsAt(second, [[1, 0]])[0]).toBeCloseTo(sigmoid(10), 14);
    expect(await messages(object, { repetition: '3' })).toEqual([
      'model.rds holds 2 repetitions; there is no repetition 3.',
    ]);
  });

  it('gives the data and the generalized weights stored in the object', async () => {
    const read = await reading(
      rds(
        neuralnet({
          data: frame({
            b: numbers([2, 4]),
            a: numbers([1, 3]),
            kind: factor(['low', 'high'], [2, 1]),
            y: numbers([5, NaN]),
          }),
          'generalized.weights': list([
            matrix([
              [0.1, 0.2],
              [0.3, NaN],
            ]),
          ]),
        }),
      ),
    );
    expect(read.table?.columns.map((column) => column.name)).toEqual(['b', 'a', 'kind', 'y']);
    expect(read.table?.columns[2]).toMatchObject({ kind: 'text', levels: ['low', 'high'], codes: Int32Array.of(1, 0) });
    expect(read.table?.columns[3]).toMatchObject({ missing: Uint8Array.of(0, 1) });
    expect(read.generalizedWeights).toEqual([Float64Array.of(0.1, 0.2), Float64Array.of(0.3, NaN)]);
    const bare = await reading(rds(neuralnet({ response: matrix([[5], [6]]) })));
    expect(bare.table?.columns.map((column) => column.name)).toEqual(['a', 'b', 'y']);
  });

  it('names what is wrong with the weights', async () => {
    expect(await messages(neuralnet({ weights: list([]) }))).toEqual([
      'The neuralnet object in model.rds holds no weights: its training did not converge.',
    ]);
    expect(await messages(neuralnet({ weights: list([list([matrix([[0], [1]]), matrix([[0], [1], [1]])])]) }))).toEqual(
      ['The weight matrices 1 and 2 of the neuralnet object in model.rds do not fit each other.'],
    );
    expect(await messages(neuralnet({ weights: list([list([texts(['a'])])]) }))).toEqual([
      'Weights 1 of the neuralnet object in model.rds are no matrix of numbers.',
    ]);
    expect(await messages(neuralnet({ weights: list([list([matrix([[0], [Infinity]])])]) }))).toEqual([
      'Layer 1 of model.rds holds a weight that is no finite number.',
    ]);
  });

  it('warns when the stored forecasts or targets contradict the network', async () => {
    const other = neuralnet({ 'net.result': list([matrix([[7], [8]])]) });
    expect(await messages(other)).toEqual([
      expect.stringMatching(
        /^The forecasts stored in model\.rds differ from what its weights give \(by up to .* of their size\): the object was changed after its training\.$/,
      ),
    ]);
    const capped = neuralnet({ 'linear.output': logical(false), response: matrix([[-2], [6]]) });
    expect(await messages(capped)).toEqual([
      'The output of model.rds is logistic and stays between 0 and 1, but it was trained on values from -2.00 to 6.00.',
    ]);
  });
});
