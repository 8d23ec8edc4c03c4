import { beforeAll, describe, expect, it } from 'vitest';
import { NetworkBuilder } from '../../../src/network/builder';
import type { Network } from '../../../src/network/network';
import type { Rule } from '../../../src/findings/rule';
import type { ComparedWhatIfRequest, Comparison } from '../../../src/session/compareQuestion';
import { compareSessions } from '../../../src/session/compareView';
import { secondModel } from '../../../src/session/secondModel';
import { identity, type ScalingSet } from '../../../src/table/scaling';
import { csvOf, sessionOf, testEngine, unheard } from './sessions';

const names = ['x1', 'x2', 'x3', 'y'];
/** In rows 1 and 3 the slope of x2 is below 0 in the curved network, whose slope is x1² − 1. */
const rows = [
  [0.5, 1, 2, 0],
  [2, 1, 2, 4],
  [-0.5, 2, 1, -1],
  [3, 2, 5, 9],
];

beforeAll(async () => {
  await testEngine();
}, 120_000);

/** y = x1 − x2 + x1² x2 */
function curved(): Network {
  const build = new NetworkBuilder();
  const x = build.input('x', [2], ['x1', 'x2']);
  const [first, second] = [build.take(x, 0, [0]), build.take(x, 0, [1])];
  const product = build.combine('multiply', build.activation(first, { kind: 'square' }), second);
  build.output('y', build.combine('add', build.combine('subtract', first, second), product));
  return build.finish('curved', { file: 'test', format: 'test', layers: [] });
}

/** y = first + second */
function sum(inputs: readonly [string, string]): Network {
  const build = new NetworkBuilder();
  const x = build.input('x', [2], inputs);
  build.output('y', build.combine('add', build.take(x, 0, [0]), build.take(x, 0, [1])));
  return build.finish('sum', { file: 'test', format: 'test', layers: [] });
}

/** y = weights · x, under the names of a file. */
function weighted(inputs: readonly string[], outputs: Readonly<Record<string, readonly number[]>>): Network {
  const build = new NetworkBuilder();
  const x = build.input('x', [inputs.length], inputs);
  for (const [name, weights] of Object.entries(outputs))
    build.output(name, build.dense(x, Float64Array.from(weights), new Float64Array(1)));
  return build.finish('weighted', { file: 'test', format: 'test', layers: [] });
}

const never: Rule = { expect: 'never falls', input: 'x2', level: 'warning' };

interface Given {
  readonly csv?: string;
  readonly scalings?: readonly (ScalingSet | undefined)[];
  readonly rules?: readonly Rule[];
}

/** Two networks on one table, as the panel and the command line ask them. */
async function beside(
  first: Network,
  second: Network,
  { csv = csvOf(names, rows), scalings = [], rules = [never] }: Given,
) {
  const [one, two] = [await sessionOf(first, csv, scalings[0], {}), await sessionOf(second, csv, scalings[1], {})];
  one.setRules(rules);
  return secondModel(one, two, { name: 'other', hash: '' });
}

/** The comparison of one output; fails where the models cannot be compared. */
async function compared(first: Network, second: Network, given: Given = {}, output = 0): Promise<Comparison> {
  const answer = await (await beside(first, second, given)).compare(output, unheard);
  if ('message' in answer) throw new Error(answer.message);
  return answer;
}

/** What both say of a changed row; fails where they cannot be compared. */
async function both(first: Network, second: Network, request: ComparedWhatIfRequest, given: Given = {}) {
  const answer = await (await beside(first, second, given)).whatIf(request, unheard);
  if ('message' in answer) throw new Error(answer.message);
  return answer;
}

describe('two models on one table', () => {
  it('match what is equal of unequal inputs and list the rest', async () => {
    const { inputs, onlyFirst, onlySecond, oppositeRows, rows: common } = await compared(curved(), sum(['x3', 'x2']));
    expect(inputs).toHaveLength(1);
    expect(inputs[0]).toMatchObject({ name: 'x2', oppositeRows: 2, opposite: 0.5, places: [2, 2] });
    // The mean of x1² − 1, and of 1.
    expect(inputs[0]!.averages).toEqual([(0.25 + 4 + 0.25 + 9) / 4 - 1, 1]);
    expect([onlyFirst, onlySecond, oppositeRows, common]).toEqual([['x1'], ['x3'], 2, 4]);
  });

  it('show the slope of the second less that of the first in lanes, by the forecast of the first', async () => {
    const csv = csvOf(names, rows);
    const sessions = [
      await sessionOf(curved(), csv, undefined, {}),
      await sessionOf(sum(['x1', 'x2']), csv, undefined, {}),
    ] as const;
    const { inputs } = await compareSessions(...sessions, [0, 0], unheard, 4);
    const lane = inputs.find(({ name }) => name === 'x2')!.lane!;
    // Forecasts of the first −0.25, 5, −2, 19: rows 3, 1, 2, 4. Slopes 1 − (x1² − 1).
    expect([...lane.lowest]).toEqual([1.75, 1.75, -2, -7]);
    expect([...lane.share]).toEqual([0, 0, 1, 1]);
    expect(lane.largest).toBe(7);
    const plain = await compareSessions(...sessions, [0, 0], unheard);
    expect(plain.inputs.every((input) => input.lane === undefined)).toBe(true);
  });

  it('say how far they miss, on all rows, and which signs differ', async () => {
    const { sentence, forecast, findings } = await compared(curved(), sum(['x1', 'x2']));
    // Forecasts −0.25, 5, −2, 19 and 1.5, 3, 1.5, 5 for 0, 4, −1, 9.
    expect(forecast.misses).toEqual([(0.25 + 1 + 1 + 10) / 4, (1.5 + 1 + 2.5 + 4) / 4]);
    expect(forecast).toMatchObject({ average: (1.75 + 2 + 3.5 + 14) / 4, largest: 14 });
    expect(sentence).toBe('Average misses differ (3.06 and 2.25), and 2 inputs differ in sign in 2 rows.');
    expect(findings.map(({ length }) => length)).toEqual([1, 0]);
  });

  it('find nothing between a model and itself', async () => {
    const { sentence, oppositeRows } = await compared(curved(), curved());
    expect(oppositeRows).toBe(0);
    expect(sentence).toBe('Same average miss (3.06 and 3.06); no slope has opposite signs in any row.');
  });

  it('compare the rows that both can use', async () => {
    const gap = csvOf(names, rows).replace('0.5,1,2,0', ',1,2,0');
    const { rows: common, inputs } = await compared(curved(), sum(['x3', 'x2']), { csv: gap });
    expect(common).toBe(3);
    expect(inputs[0]!.averages[0]).toBeCloseTo((4 + 0.25 + 9) / 3 - 1, 12);
  });

  it('say so when nothing is in common', async () => {
    const { sentence, inputs } = await compared(sum(['x1', 'x2']), sum(['x3', 'x4']), {
      csv: csvOf(['x1', 'x2', 'x3', 'x4'], rows),
      rules: [],
    });
    expect(inputs).toEqual([]);
    // 1.5, 3, 1.5, 5 and 2, 6, 0, 14.
    expect(sentence).toBe('Forecasts differ by 3.50 on average; the models have no input in common that has a slope.');
  });

  it('with the same model are the same in every number', async () => {
    const scaling: ScalingSet = { inputs: [{ kind: 'affine', centre: 1, spread: 2 }, identity], origin: 'test' };
    for (const scalings of [[], [scaling, scaling]]) {
      const { forecast, moved, inputs, oppositeRows, findings } = await compared(curved(), curved(), { scalings });
      expect(forecast).toMatchObject({ average: 0, largest: 0 });
      expect(moved).toEqual([]);
      expect(oppositeRows).toBe(0);
      for (const { averages, effects, places, lane } of inputs) {
        expect([averages[0], effects[0], places[0]]).toEqual([averages[1], effects[1], places[1]]);
        expect(lane!.largest).toBe(0);
      }
      expect(findings[0]).toEqual(findings[1]);
    }
  });

  it('of opposite slope disagree in every row', async () => {
    const [up, down] = [weighted(['x1'], { y: [2] }), weighted(['x1'], { y: [-2] })];
    const { sentence, inputs, oppositeRows } = await compared(up, down, { rules: [] });
    expect(oppositeRows).toBe(4);
    expect(inputs[0]).toMatchObject({ averages: [2, -2], oppositeRows: 4, opposite: 1 });
    expect(inputs[0]!.effects[0]).toBe(inputs[0]!.effects[1]);
    expect(sentence).toContain('1 input differs in sign in 4 rows.');
  });

  it('are matched by column, in whatever order the inputs stand', async () => {
    const first = weighted(['x1', 'x2', 'x3'], { y: [1, -2, 3] });
    const second = weighted(['x3', 'x1', 'x2'], { y: [3, 1, -2] });
    const { inputs, forecast, oppositeRows } = await compared(first, second, { rules: [] });
    expect(forecast.largest).toBe(0);
    expect(oppositeRows).toBe(0);
    expect(inputs.map(({ name, averages }) => [name, ...averages])).toEqual(
      expect.arrayContaining([
        ['x1', 1, 1],
        ['x2', -2, -2],
        ['x3', 3, 3],
      ]),
    );
  });

  it('compare the outputs of one name, else those of one place, and say where there is none', async () => {
    const first = weighted(['x1'], { low: [1], high: [5], third: [7] });
    const second = weighted(['x1'], { high: [6], low: [2] });
    const averages = async (output: number): Promise<unknown> =>
      (await compared(first, second, { rules: [] }, output)).inputs[0]!.averages;
    expect(await averages(0)).toEqual([1, 2]);
    expect(await averages(1)).toEqual([5, 6]);
    const other = await beside(first, second, { rules: [] });
    expect(await other.compare(2, unheard)).toMatchObject({ message: 'test has no output third; it has high, low.' });
    const renamed = weighted(['x1'], { dense_7: [3] });
    expect((await compared(weighted(['x1'], { dense_3: [1] }), renamed, { rules: [] })).outputs).toEqual([
      'dense_3',
      'dense_7',
    ]);
  });

  it('say which findings are new, gone, still there, and which cannot be told', async () => {
    const falls = (inputs: readonly string[], weights: readonly number[]) => weighted(inputs, { y: weights });
    const rule = (input: string, output?: string): Rule => ({
      ...never,
      input,
      ...(output === undefined ? {} : { output }),
    });
    const found = async (first: Network, second: Network, rules: readonly Rule[]): Promise<unknown> =>
      (await compared(first, second, { rules })).findings.map((side) => side.map(({ other }) => other));
    const rules = [rule('x1'), rule('x2')];
    expect(await found(falls(['x1', 'x2'], [-1, 1]), falls(['x1', 'x2'], [1, -1]), rules)).toEqual([
      ['holds'],
      ['holds'],
    ]);
    expect(await found(falls(['x1', 'x2'], [-1, 1]), falls(['x1', 'x2'], [-9, 1]), rules)).toEqual([
      ['fails'],
      ['fails'],
    ]);
    expect(await found(falls(['x1', 'x2'], [-1, 1]), falls(['x2', 'x3'], [1, 1]), rules)).toEqual([['unchecked'], []]);
    // The rule names the first model's output, which the second has under another name.
    const [one, two] = [weighted(['x1'], { dense_3: [-1] }), weighted(['x1'], { dense_7: [-1] })];
    expect(await found(one, two, [rule('x1', 'dense_3')])).toEqual([['fails'], ['fails']]);
  });

  it('name the rows whose forecasts moved most', async () => {
    const { moved } = await compared(curved(), sum(['x1', 'x2']));
    // Forecasts −0.25, 5, −2, 19 and 1.5, 3, 1.5, 5 for 0, 4, −1, 9.
    expect(moved).toEqual([
      { row: 3, line: 5, forecasts: [19, 5], actual: 9 },
      { row: 2, line: 4, forecasts: [-2, 1.5], actual: -1 },
      { row: 1, line: 3, forecasts: [5, 3], actual: 4 },
      { row: 0, line: 2, forecasts: [-0.25, 1.5], actual: 0 },
    ]);
  });

  it('are compared in original units, each with its own scaling', async () => {
    const scaled = (spread: number): ScalingSet => ({
      inputs: [{ kind: 'affine', centre: 0, spread }],
      origin: 'test',
    });
    const given = { scalings: [scaled(2), scaled(10)], rules: [] };
    // 4 per spread of 2, and 20 per spread of 10: both 2 per one.
    const { inputs, forecast } = await compared(weighted(['x1'], { y: [4] }), weighted(['x1'], { y: [20] }), given);
    expect(inputs[0]!.averages).toEqual([2, 2]);
    expect(forecast.largest).toBeCloseTo(0, 12);
  });
});

describe('a changed row in two models', () => {
  const [first, second] = [weighted(['x1', 'x2'], { low: [0, 0], y: [1, -2] }), weighted(['x3', 'x1'], { y: [10, 3] })];

  it('moves both where both take the input, and says where one stays', async () => {
    const request = {
      output: 1,
      row: 1,
      changes: [
        { input: 0, value: 5 },
        { input: 1, value: 7 },
      ],
    };
    // Row 2: x1 2, x2 1, x3 2.
    expect(await both(first, second, request)).toEqual({
      row: 1,
      before: [2 - 2, 20 + 6],
      after: [5 - 14, 20 + 15],
      slopes: [{ input: 0, slopes: [1, 3] }],
      unmoved: ['x2'],
    });
  });

  it('is of no use where the second model leaves the row out', async () => {
    const csv = csvOf(names, rows).replace('2,1,2,4', '2,1,,4');
    const model = await beside(first, second, { csv, rules: [] });
    expect(await model.whatIf({ output: 1, row: 1, changes: [] }, unheard)).toMatchObject({
      message: 'test leaves row 2 out: it has no number there for one of its inputs.',
    });
    expect(await model.whatIf({ output: 1, row: 0, changes: [] }, unheard)).toMatchObject({ row: 0 });
  });

  it('goes through the scaling of each', async () => {
    const scaling: ScalingSet = { inputs: [{ kind: 'affine', centre: 1, spread: 2 }], origin: 'test' };
    const one = weighted(['x1'], { y: [1] });
    const request = { output: 0, row: 0, changes: [{ input: 0, value: 4 }] };
    const answer = await both(one, one, request, { scalings: [undefined, scaling] });
    expect(answer.after).toEqual([4, 1.5]);
    expect(answer.slopes).toEqual([{ input: 0, slopes: [1, 0.5] }]);
  });
});
