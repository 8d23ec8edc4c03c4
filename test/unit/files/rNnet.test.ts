import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { RValue } from '../../../src/files/containers/rValues';
import { referenceJacobian, referenceValues } from '../../../src/slopes/reference';
import { networkOf, nnet, outputsAt, reading, terms } from './rObjects';
import { language, list, logical, numbers, rds, symbol, texts } from './rWriter';

const sigmoid = (z: number): number => 1 / (1 + Math.exp(-z));
const messages = async (value: RValue, answers: Readonly<Record<string, string>> = {}): Promise<string[]> =>
  (await reading(rds(value), answers)).problems.map((problem) => problem.message);

describe('nnet objects', () => {
  it('reads the true, logistic output of the example of NeuralSens, and says what is odd about it', async () => {
    const read = await reading(new Uint8Array(readFileSync('test/fixtures/neuralsens/demand_nnet.rds')));
    const network = networkOf(read);
    const [, ...lines] = readFileSync('test/fixtures/neuralsens/ns_demand_scaled.csv', 'utf8').trim().split('\n');
    const slopes = lines.map((line) => {
      const [, wd = NaN, temp = NaN] = line.replaceAll('"', '').split(',').map(Number);
      return referenceJacobian(network, referenceValues(network, [Float64Array.of(wd, temp)]))[0]!;
    });
    const mean = (input: number): number => slopes.reduce((sum, row) => sum + row[input]!, 0) / slopes.length;
    expect(slopes).toHaveLength(1980);
    expect(mean(0)).toBeCloseTo(0.2864342, 7);
    expect(mean(1)).toBeCloseTo(-0.1213841, 7);
    expect(read.problems.map((problem) => problem.code)).toEqual(['r-logistic-output']);
  });

  it('clips the logistic at 15', async () => {
    const network = networkOf(await reading(rds(nnet([0, 1], 1, 1, { coefnames: texts(['`my x`']) }, false))));
    expect(network.inputs[0]?.features).toEqual(['my x']);
    expect([14.9, 15.1, -15.1].map((x) => outputsAt(network, [[x]])[0])).toEqual([sigmoid(14.9), 1, 0]);
  });

  it('reads multinom: the intercept is an input, softmax over the classes', async () => {
    const wts = [0, 0, 0, 0, 0.5, 2, 0, -1, 1];
    const object = nnet(
      wts,
      2,
      3,
      { coefnames: texts(['(Intercept)', 'x']), lev: texts(['a', 'b', 'c']), softmax: logical(true) },
      true,
      ['multinom', 'nnet'],
    );
    const network = networkOf(await reading(rds(object)));
    expect(network.inputs[0]?.features).toEqual(['x']);
    expect(network.outputs[0]?.features).toEqual(['P(a)', 'P(b)', 'P(c)']);
    const weights = [1, Math.exp(0.5 + 2 * 3), Math.exp(-1 + 3)];
    const total = weights.reduce((sum, value) => sum + value, 0);
    outputsAt(network, [[3]]).forEach((value, i) => expect(value).toBeCloseTo(weights[i]! / total, 12));
  });

  it('refuses wirings that contradict themselves', async () => {
    const message =
      'The nnet object in model.rds contradicts itself: its units, connections and weights do not fit each other.';
    for (const parts of [
      { wts: numbers([1]) },
      { conn: numbers([0, 2]) },
      { nconn: numbers([0, 0, 3, 2]) },
      { n: numbers([-1, 2, 1]) },
      { n: texts(['a']) },
    ])
      expect(await messages(nnet([0, 1], 1, 1, parts))).toEqual([message]);
  });

  const shop = terms(
    [
      ['y', symbol('y'), 'numeric'],
      ['supp', symbol('supp'), 'factor'],
      ['dose', symbol('dose'), 'factor'],
      ['log(week)', language('log(week)'), 'numeric'],
    ],
    ['supp', 'dose', 'log(week)', 'supp:log(week)'],
    [
      [0, 0, 0, 0],
      [1, 0, 0, 1],
      [0, 1, 0, 0],
      [0, 0, 1, 1],
    ],
  );
  const levels = list({ supp: texts(['OJ', 'VC']), dose: texts(['low', 'mid', 'high']) });
  const features = ['suppVC', 'dosemid', 'dosehigh', 'log(week)', 'suppVC:log(week)'];
  const shopNet = nnet([1, 10, 100, 200, 3, 5], 5, 1, { terms: shop, coefnames: texts(features), xlevels: levels });

  it('takes factors as texts and formulas from their columns when the table has those', async () => {
    const read = await reading(rds(shopNet), {}, ['week', 'supp', 'dose', 'other']);
    const network = networkOf(read);
    expect(network.inputs.map((port) => [port.name, port.levels])).toEqual([
      ['supp', ['OJ', 'VC']],
      ['dose', ['low', 'mid', 'high']],
      ['week', undefined],
    ]);
    expect(outputsAt(network, ['VC', 'high', [Math.E]])[0]).toBeCloseTo(1 + 10 + 200 + 3 + 5, 10);
    expect(outputsAt(network, ['OJ', 'low', [1]])[0]).toBeCloseTo(1, 10);
  });

  it('takes the model-matrix columns when the table has those, or none is known', async () => {
    for (const columns of [undefined, features, ['supp']]) {
      const network = networkOf(await reading(rds(shopNet), {}, columns));
      expect(network.inputs.map((port) => port.features)).toEqual([features]);
      expect(outputsAt(network, [[1, 0, 1, 2, 2]])[0]).toBeCloseTo(1 + 10 + 200 + 6 + 10, 10);
    }
  });

  it.each([
    ['contr.sum', ['g1', 'g2'], [1, 0], [-1, -1]],
    ['contr.helmert', ['g1', 'g2'], [-1, -1], [0, 2]],
    ['contr.SAS', ['ga', 'gb'], [1, 0], [0, 0]],
    ['contr.poly', ['g.L', 'g.Q'], [-Math.SQRT1_2, 1 / Math.sqrt(6)], [Math.SQRT1_2, 1 / Math.sqrt(6)]],
  ])('codes factors by %s', async (contrast, names, first, last) => {
    const formula = terms(
      [
        ['y', symbol('y'), 'numeric'],
        ['g', symbol('g'), 'factor'],
      ],
      ['g'],
      [[0], [1]],
    );
    const parts = {
      terms: formula,
      coefnames: texts(names),
      xlevels: list({ g: texts(['a', 'b', 'c']) }),
      contrasts: list({ g: texts([contrast]) }),
    };
    const network = networkOf(await reading(rds(nnet([0, 1, 10], 2, 1, parts)), {}, ['g']));
    expect(outputsAt(network, ['a'])[0]).toBeCloseTo(first[0]! + 10 * first[1]!, 12);
    expect(outputsAt(network, ['c'])[0]).toBeCloseTo(last[0]! + 10 * last[1]!, 12);
  });

  it('takes the features themselves when the formula calls a function it does not know', async () => {
    const formula = terms(
      [
        ['y', symbol('y'), 'numeric'],
        ['own(a)', language('own(a)'), 'numeric'],
      ],
      ['own(a)'],
      [[0], [1]],
    );
    const object = nnet([0, 1], 1, 1, { terms: formula, coefnames: texts(['own(a)']) });
    const network = networkOf(await reading(rds(object), {}, ['a']));
    expect(network.inputs.map((port) => port.features)).toEqual([['own(a)']]);
  });

  it('gives the first factor all its levels without an intercept', async () => {
    const formula = terms(
      [
        ['y', symbol('y'), 'numeric'],
        ['g', symbol('g'), 'factor'],
      ],
      ['g'],
      [[0], [1]],
      0,
    );
    const parts = { terms: formula, coefnames: texts(['ga', 'gb']), xlevels: list({ g: texts(['a', 'b']) }) };
    const network = networkOf(await reading(rds(nnet([0, 1, 10], 2, 1, parts)), {}, ['g']));
    expect([outputsAt(network, ['a'])[0], outputsAt(network, ['b'])[0]]).toEqual([1, 10]);
  });
});
