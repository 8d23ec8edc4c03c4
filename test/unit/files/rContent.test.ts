import { describe, expect, it } from 'vitest';
import type { RValue } from '../../../src/files/containers/rValues';
import { file, networkOf, neuralnet, nnet, outputsAt, reading } from './rObjects';
import { closure, environmentOf, frame, integers, language, list, matrix, numbers, rData, rds, texts } from './rWriter';

/** A matrix with names along both sides. */
function withNames(
  rows: readonly (readonly number[])[],
  rowNames: readonly string[],
  columnNames: readonly string[],
): RValue {
  const plain = matrix(rows);
  if (plain.kind !== 'double') throw new Error(plain.kind);
  const dimnames = list([texts(rowNames), texts(columnNames)]);
  return { ...plain, attributes: new Map([...plain.attributes, ['dimnames', dimnames]]) };
}

const messages = async (value: RValue, answers: Readonly<Record<string, string>> = {}): Promise<string[]> =>
  (await reading(rds(value), answers)).problems.map((problem) => problem.message);

describe('caret and scalings beside a model', () => {
  const train = (preProcess: RValue): RValue =>
    list(
      {
        method: texts(['nnet']),
        finalModel: nnet([0, 1, 10], 2, 1, { coefnames: texts(['a', 'b']), xNames: texts(['a', 'b']) }),
        preProcess,
        trainingData: frame({ a: numbers([1, 2]), b: numbers([3, 4]), '.outcome': numbers([5, 6]) }),
        call: language('train(mpg)'),
      },
      ['train'],
    );
  const named = (values: Readonly<Record<string, number>>): RValue =>
    numbers(Object.values(values), { names: texts(Object.keys(values)) });

  it('applies centre, scale and range in order', async () => {
    const preProcess = list(
      {
        method: list({ center: texts(['a']), scale: texts(['a']), range: texts(['b']) }),
        mean: named({ a: 4 }),
        std: named({ a: 2 }),
        ranges: matrix([[10], [30]], ['b']),
        rangeBounds: numbers([-1, 1]),
      },
      ['preProcess'],
    );
    const read = await reading(rds(train(preProcess)));
    expect(read.scalings?.inputs).toEqual([
      { kind: 'affine', centre: 4, spread: 2 },
      { kind: 'affine', centre: 20, spread: 10 },
    ]);
    expect(read.table?.columns.map((column) => column.name)).toEqual(['a', 'b', 'output']);
    expect(networkOf(read).source.framework).toBe('R 4.2.2, caret, nnet');
  });

  it('puts principal components into the graph', async () => {
    const rotation = matrix([
      [1, 0],
      [0, 1],
      [2, 3],
    ]);
    const withNames: RValue = {
      ...rotation,
      attributes: new Map([
        ['dim', integers([3, 2])],
        ['dimnames', list([texts(['p', 'q', 'r']), texts(['PC1', 'PC2'])])],
      ]),
    } as RValue;
    const preProcess = list(
      {
        method: list({ pca: texts(['p', 'q', 'r']), center: texts(['p']) }),
        mean: named({ p: 1, q: 0, r: 0 }),
        std: named({ p: 2, q: 1, r: 1 }),
        rotation: withNames,
      },
      ['preProcess'],
    );
    const network = networkOf(await reading(rds(train(preProcess))));
    expect(network.inputs[0]?.features).toEqual(['p', 'q', 'r']);
    expect(outputsAt(network, [[5, 7, 1]])[0]).toBeCloseTo(2 + 2 + 10 * (7 + 3), 12);
  });

  it('bends columns inside the graph, by the power R found and the logarithms it tends to', async () => {
    const preProcess = list(
      {
        method: list({ YeoJohnson: texts(['a']), BoxCox: texts(['b']), center: texts(['a', 'b']) }),
        yj: named({ a: 0.5 }),
        bc: list({ b: list({ lambda: numbers([2]), fudge: numbers([0.2]) }, ['BoxCoxTrans']) }),
        mean: named({ a: 0, b: 4 }),
      },
      ['preProcess'],
    );
    const network = networkOf(await reading(rds(train(preProcess))));
    const yeoJohnson = (x: number): number => (x < 0 ? -((1 - x) ** 1.5 - 1) / 1.5 : (Math.sqrt(x + 1) - 1) / 0.5);
    for (const x of [-3, -0.5, 0, 2])
      expect(outputsAt(network, [[x, 3]])[0]).toBeCloseTo(yeoJohnson(x) + 10 * ((9 - 1) / 2 - 4), 12);
  });

  it('keeps logarithms of Box-Cox as scalings, so that both units can be shown', async () => {
    const preProcess = list(
      {
        method: list({ BoxCox: texts(['a', 'b']), center: texts(['a']), scale: texts(['a']) }),
        bc: list({ a: list({ lambda: numbers([0]) }), b: list({ lambda: numbers([1]) }) }),
        mean: named({ a: 4 }),
        std: named({ a: 2 }),
      },
      ['preProcess'],
    );
    expect((await reading(rds(train(preProcess)))).scalings?.inputs).toEqual([
      { kind: 'logAffine', shift: 0, centre: 4, spread: 2 },
      { kind: 'identity' },
    ]);
  });

  it('leaves rows with gaps to the table and says so', async () => {
    const preProcess = list({ method: list({ knnImpute: texts(['a']) }) }, ['preProcess']);
    expect(await messages(train(preProcess))).toEqual([
      'The preProcess step "knnImpute" in model.rds fills gaps; rows with gaps are left out instead.',
    ]);
  });

  it('refuses steps and methods it does not know, by name', async () => {
    const strange = list({ method: list({ strangeStep: texts(['a']) }) }, ['preProcess']);
    expect(await messages(train(strange))).toEqual([
      'The preProcess step "strangeStep" in model.rds is not supported.',
    ]);
    const forest = list({ method: texts(['rf']), finalModel: list([], ['randomForest']) }, ['train']);
    expect(await messages(forest)).toEqual([
      'model.rds holds a model trained by caret with method "rf" (class randomForest), not a network that can be read.',
    ]);
  });

  it.each([
    ['means and sds by name', { net: neuralnet(), means: named({ b: 2, a: 1 }), sds: named({ b: 4, a: 3 }) }],
    [
      'a list of its own',
      { net: neuralnet(), scaler: list({ mean: named({ a: 1, b: 2 }), sd: named({ a: 3, b: 4 }) }) },
    ],
    ['camel case', { net: neuralnet(), xMean: numbers([1, 2]), xSd: numbers([3, 4]) }],
    [
      'attributes of scale()',
      {
        net: neuralnet(),
        data: numbers([0, 0], {
          dim: integers([1, 2]),
          'scaled:center': named({ a: 1, b: 2 }),
          'scaled:scale': named({ a: 3, b: 4 }),
        }),
      },
    ],
    [
      'minima and maxima',
      {
        net: neuralnet(),
        lo: list({ a: numbers([1]), b: numbers([2]) }),
        hi: list({ a: numbers([4]), b: numbers([6]) }),
      },
    ],
    [
      'rows of a matrix',
      {
        net: neuralnet(),
        stats: withNames(
          [
            [1, 2],
            [3, 4],
          ],
          ['mean', 'sd'],
          ['a', 'b'],
        ),
      },
    ],
    [
      'columns of a matrix',
      {
        net: neuralnet(),
        stats: withNames(
          [
            [2, 4],
            [1, 3],
          ],
          ['b', 'a'],
          ['mean', 'sd'],
        ),
      },
    ],
    [
      'a data frame with a column of names',
      {
        net: neuralnet(),
        scaler: frame({ feature: texts(['b', 'a']), mean: numbers([2, 1]), sd: numbers([4, 3]) }),
      },
    ],
    ['a minimum and a range', { net: neuralnet(), min: named({ a: 1, b: 2 }), range: named({ a: 3, b: 4 }) }],
    [
      'the two rows of apply(x, 2, range)',
      {
        net: neuralnet(),
        ranges: matrix(
          [
            [1, 2],
            [4, 6],
          ],
          ['a', 'b'],
        ),
      },
    ],
    [
      'lists called scale_x and scale_y',
      {
        net: neuralnet(),
        scale_x: list({ mean: named({ a: 1, b: 2 }), sd: named({ a: 3, b: 4 }) }),
        scale_y: list({ mean: numbers([0]), sd: numbers([1]) }),
      },
    ],
    [
      'a recipe that only normalises',
      {
        net: neuralnet(),
        rec: list(
          {
            steps: list([
              list({ means: named({ a: 1, b: 2 }), sds: named({ a: 3, b: 4 }) }, ['step_normalize', 'step']),
            ]),
          },
          ['recipe'],
        ),
      },
    ],
  ])('finds a scaling given as %s', async (_, parts) => {
    const read = await reading(rds(list(parts)));
    expect(read.scalings?.inputs).toEqual([
      { kind: 'affine', centre: 1, spread: 3 },
      { kind: 'affine', centre: 2, spread: 4 },
    ]);
  });

  it('reads weights in a plain list, column by column as R keeps them, but not those of a package of its own', async () => {
    const weights = {
      W1: matrix([
        [1, 2],
        [3, 4],
        [5, 6],
      ]),
      b1: numbers([0.5, -0.5]),
      W2: matrix([[1], [10]]),
      b2: numbers([0.25]),
    };
    const answers = { hidden: 'relu', output: 'linear' };
    expect(outputsAt(networkOf(await reading(rds(list(weights)), answers)), [[1, 0, 1]])).toEqual([6.5 + 75 + 0.25]);
    const withFunction = rds(list({ ...weights, Th: closure('tanh(x)') }));
    expect((await reading(withFunction, answers)).problems).toMatchObject([{ code: 'r-no-network' }]);
  });

  it('leaves a scaled matrix of a workspace alone that the network was not trained on', async () => {
    const scaledAs = (rows: readonly (readonly number[])[]): RValue => {
      const plain = matrix(rows);
      const attributes = { 'scaled:center': numbers([5]), 'scaled:scale': numbers([2]) };
      return plain.kind === 'double'
        ? { ...plain, attributes: new Map([...plain.attributes, ...Object.entries(attributes)]) }
        : plain;
    };
    const fit = (forecasts: readonly number[]): Record<string, RValue> => ({
      'fitted.values': matrix(forecasts.map((value) => [value])),
      residuals: matrix([[0.5], [0.5]]),
    });
    const found = async (forecasts: readonly number[]): Promise<unknown> => {
      const net = nnet([1, 10], 1, 1, fit(forecasts));
      return (await reading(rds(list({ net, S: scaledAs([[-1], [1]]) })))).scalings;
    };
    expect(await found([-9, 11])).toMatchObject({ inputs: [{ centre: 5, spread: 2 }] });
    expect(await found([31, 51])).toBeUndefined();
  });

  it('names the inputs of nnet(x, y) as the scaler beside it does', async () => {
    const parts = { net: nnet([0, 1, 10], 2, 1), means: named({ p: 1, q: 2 }), sds: named({ p: 3, q: 4 }) };
    expect(networkOf(await reading(rds(list(parts)))).inputs[0]?.features).toEqual(['p', 'q']);
    const preProcess = list({ method: list({ center: texts(['p', 'q', 'output']) }), mean: named({ p: 1, q: 2 }) }, [
      'preProcess',
    ]);
    const beside = await reading(rds(list({ net: nnet([0, 1, 10], 2, 1), preProcess })));
    expect(networkOf(beside).inputs[0]?.features).toEqual(['p', 'q']);
    expect(beside.scalings?.inputs).toMatchObject([{ centre: 1 }, { centre: 2 }]);
  });

  it('scales the target by a preProcess object that knows it', async () => {
    const preProcess = list(
      {
        method: list({ center: texts(['a', 'b', 'y']), scale: texts(['a', 'b', 'y']) }),
        mean: named({ a: 1, b: 2, y: 3 }),
        std: named({ a: 4, b: 5, y: 6 }),
      },
      ['preProcess'],
    );
    const read = await reading(rds(list({ net: neuralnet(), preProcess })));
    expect(read.scalings?.outputs).toEqual([{ kind: 'affine', centre: 3, spread: 6 }]);
  });

  it('scales the target too, and gives stored data in original units', async () => {
    const parts = {
      net: neuralnet({ data: frame({ a: numbers([0, 1]), b: numbers([1, 0]), y: numbers([0, 1]) }) }),
      mins: named({ a: 1, b: 2, y: 100 }),
      maxs: named({ a: 3, b: 6, y: 300 }),
    };
    const read = await reading(rData(parts));
    expect(read.settled.get('object')).toBe('net');
    expect(read.scalings).toMatchObject({
      origin: 'maxs and mins in model.rds',
      outputs: [{ centre: 100, spread: 200 }],
    });
    expect(read.table?.columns.map((column) => column.kind === 'number' && [...column.values])).toEqual([
      [1, 3],
      [6, 2],
      [100, 300],
    ]);
    expect(read.problems.map((problem) => problem.message)).toEqual([
      'The scaling by maxs and mins in model.rds also holds y: the network is taken to give it scaled, and its forecasts are shown in original units.',
    ]);
  });

  it('says when a scaling is matched by position or cannot be undone', async () => {
    const byPosition = list({ net: neuralnet(), x_mean: numbers([1, 2]), x_sd: numbers([3, 4]) });
    expect(await messages(byPosition)).toEqual([
      "The scaling by x_sd and x_mean in model.rds does not name the network's inputs; it is taken in their order.",
    ]);
    const flat = list({ net: neuralnet(), mean: named({ a: 1, b: 2 }), sd: named({ a: 0, b: 4 }) });
    expect(await messages(flat)).toEqual([
      'The scaling by sd and mean in model.rds has a spread of 0 or a missing value and is not used.',
    ]);
  });
});

describe('files with other content', () => {
  it('finds a network inside an object of a class of its own, and says that the class may do more', async () => {
    const own = list({ net: neuralnet() }, ['my_fit']);
    expect((await reading(rds(own))).problems).toMatchObject([
      {
        code: 'r-inside-class',
        severity: 'warning',
        message:
          'The network net in model.rds is part of an object of class my_fit; what that class does around the network is not known and not shown.',
      },
    ]);
    expect(await messages(list({ fit: neuralnet() }, ['_nn', 'model_fit']))).toEqual([]);
  });

  it('asks which of several networks is meant', async () => {
    const two = rData({ first: neuralnet(), rest: list({ second: neuralnet() }) });
    const [question] = (await reading(two)).questions;
    expect(question).toEqual({
      id: 'object',
      ask: 'Which network of model.rds is meant?',
      choices: ['first', 'rest$second'],
    });
    expect(networkOf(await reading(two, { object: 'rest$second' })).name).toBe('rest$second');
    expect((await reading(two, { object: 'third' })).problems[0]?.message).toBe(
      'model.rds holds no network called third.',
    );
  });

  it.each([
    [
      list([], ['randomForest.formula', 'randomForest']),
      'model.rds holds a random forest (class randomForest.formula), not a network.',
    ],
    [list([], ['lm']), 'model.rds holds a linear model (class lm), not a network.'],
    [frame({ a: numbers([1]) }), 'model.rds holds a data frame, not a network.'],
    [closure('x'), 'model.rds holds a function (nothing in a file is ever run), not a network.'],
    [list({ a: numbers([1]), b: numbers([2]) }), 'model.rds holds a list of a, b, not a network.'],
    [list([], ['strange']), 'model.rds holds an object of class strange, not a network.'],
    [numbers([1]), 'model.rds holds numbers, not a network.'],
    [
      list([], ['keras.engine.sequential.Sequential', 'python.builtin.object']),
      'model.rds only points to a model that lives elsewhere (class keras.engine.sequential.Sequential); the model itself is not in it.',
    ],
    [
      list({ model: { kind: 'pointer', attributes: new Map() } }),
      'model.rds only points to a model that lives elsewhere (class externalptr); the model itself is not in it.',
    ],
  ] satisfies [RValue, string][])('refuses %# by what it holds', async (value, message) => {
    expect(await messages(value)).toEqual([message]);
    expect(file).toBe('model.rds');
  });

  it('lists the objects of a file without a network', async () => {
    const read = await reading(rData({ boston: frame({ a: numbers([1]) }), maxs: numbers([2]) }));
    expect(read.problems[0]?.message).toBe('model.rds holds no network among its objects: boston, maxs.');
  });

  it('looks into plain environments but not into those of functions', async () => {
    expect(networkOf(await reading(rds(environmentOf({ net: neuralnet() })))).name).toBe('net');
    const hidden = closure('x', { environment: environmentOf({ net: neuralnet() }) });
    expect(await messages(hidden)).toEqual([
      'model.rds holds a function (nothing in a file is ever run), not a network.',
    ]);
  });
});
