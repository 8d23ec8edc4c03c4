import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { referenceJacobian, referenceValues } from '../../../src/slopes/reference';
import { bindTable } from '../../../src/table/bindTable';
import { tableOf } from '../table/tables';
import { networkOf, nnet, outputsAt, reading, terms } from './rObjects';
import { language, list, logical, numbers, pairlist, rds, symbol, texts } from './rWriter';

/** A model that R fitted to a formula, with R's own forecasts and slopes. */
interface Expected {
  readonly rows: readonly (Readonly<Record<string, number>> & { readonly g: string })[];
  readonly y: readonly number[];
  readonly slopes: Readonly<Record<string, readonly number[]>>;
}

const folder = path.join(import.meta.dirname, '../../fixtures/r/formula-terms');

describe('formulas of R', () => {
  it('follows interactions, polynomials, scale, cbind, conditions and reordered factors as R does', async () => {
    const expected = JSON.parse(readFileSync(path.join(folder, 'expected.json'), 'utf8')) as Expected;
    const bytes = new Uint8Array(readFileSync(path.join(folder, 'model.rds')));
    const network = networkOf(await reading(bytes, {}, ['a', 'b', 'c', 'd', 'g']));
    expect(network.inputs.map((port) => port.name).toSorted()).toEqual(['a', 'b', 'c', 'd', 'g']);
    expected.rows.forEach((row, at) => {
      const ports = network.inputs.map(({ name, size, levels }) =>
        levels
          ? Float64Array.from({ length: size }, (_, level) => (levels[level] === row.g ? 1 : 0))
          : Float64Array.of(row[name]!),
      );
      const values = referenceValues(network, ports);
      const slopes = referenceJacobian(network, values)[0]!;
      expect(values[network.outputs[0]!.value]![0]).toBeCloseTo(expected.y[at]!, 10);
      let element = 0;
      for (const { name, size, levels } of network.inputs) {
        if (!levels) expect(slopes[element]).toBeCloseTo(expected.slopes[name]![at]!, 7);
        element += size;
      }
    });
  });

  const oneTerm = (name: string, expression: Parameters<typeof terms>[0][number][1], kind: string) =>
    terms(
      [
        ['y', symbol('y'), 'numeric'],
        [name, expression, kind],
      ],
      [name],
      [[0], [1]],
    );

  it('takes a product of two columns from those columns', async () => {
    const product = terms(
      [
        ['y', symbol('y'), 'numeric'],
        ['a', symbol('a'), 'numeric'],
        ['b', symbol('b'), 'numeric'],
      ],
      ['a', 'a:b'],
      [
        [0, 0],
        [1, 1],
        [0, 1],
      ],
    );
    const object = nnet([0, 1, 10], 2, 1, { terms: product, coefnames: texts(['a', 'a:b']) });
    const network = networkOf(await reading(rds(object), {}, ['a', 'b']));
    expect(outputsAt(network, [[2], [3]])).toEqual([2 + 10 * 6]);
  });

  it('leaves out columns of the formula that the training left out', async () => {
    const two = terms(
      [
        ['y', symbol('y'), 'numeric'],
        ['g', symbol('g'), 'factor'],
        ['a', symbol('a'), 'numeric'],
      ],
      ['g', 'a'],
      [
        [0, 0],
        [1, 0],
        [0, 1],
      ],
    );
    const parts = { terms: two, coefnames: texts(['gc']), xlevels: list({ g: texts(['a', 'b', 'c']) }) };
    const network = networkOf(await reading(rds(nnet([0, 1], 1, 1, parts)), {}, ['g', 'a']));
    expect(network.inputs.map((port) => port.name)).toEqual(['g']);
    expect(['a', 'b', 'c'].map((level) => outputsAt(network, [level])[0])).toEqual([0, 0, 1]);
  });

  it('keeps the features themselves when a basis was noted without its numbers', async () => {
    const poly = oneTerm('poly(a, 2)', language('poly(a, 2)'), 'nmatrix.2');
    const object = nnet([0, 1, 1], 2, 1, { terms: poly, coefnames: texts(['poly(a, 2)1', 'poly(a, 2)2']) });
    const network = networkOf(await reading(rds(object), {}, ['a']));
    expect(network.inputs.map((port) => port.features)).toEqual([['poly(a, 2)1', 'poly(a, 2)2']]);
  });

  it('takes raw powers without noted numbers', async () => {
    const cells = pairlist({ x: symbol('a'), degree: numbers([3]), raw: logical(true) });
    const poly = oneTerm(
      'p',
      { kind: 'language', car: symbol('poly'), cdr: cells, attributes: new Map() },
      'nmatrix.3',
    );
    const object = nnet([0, 1, 10, 100], 3, 1, { terms: poly, coefnames: texts(['p1', 'p2', 'p3']) });
    const network = networkOf(await reading(rds(object), {}, ['a']));
    expect(outputsAt(network, [[2]])[0]).toBeCloseTo(2 + 40 + 800, 12);
  });

  it('has no answer for a level that was not trained, as R has none', async () => {
    const parts = {
      terms: oneTerm('g', symbol('g'), 'factor'),
      coefnames: texts(['gb']),
      xlevels: list({ g: texts(['a', 'b']) }),
    };
    const network = networkOf(await reading(rds(nnet([0, 1], 1, 1, parts)), {}, ['g']));
    const { binding, problems } = bindTable(network, tableOf({ g: ['a', 'b', 'new'] }), {});
    expect([...(binding?.rows ?? [])]).toEqual([0, 1]);
    expect(problems.map(({ message }) => message)).toContain(
      'g holds "new" in 1 of 3 rows, which the model was not trained on; these rows are left out.',
    );
  });

  it('takes a condition as a factor of two levels', async () => {
    const condition = oneTerm('I(a > 1)', language('I(a > 1)'), 'logical');
    const object = nnet([0, 1], 1, 1, { terms: condition, coefnames: texts(['I(a > 1)TRUE']) });
    const network = networkOf(await reading(rds(object), {}, ['a']));
    expect([0, 1, 2].map((a) => outputsAt(network, [[a]])[0])).toEqual([0, 0, 1]);
  });
});
