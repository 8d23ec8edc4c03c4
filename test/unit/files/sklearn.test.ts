import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { readModel } from '../../../src/files/read';
import type { Reading } from '../../../src/files/reading';
import { forward } from '../../../src/network/forward';
import type { InputPort, Network } from '../../../src/network/network';
import { arrayOf, dictOf, globalOf, instanceOf, listOf, pickle, valueOf, type PicklePart } from './pickleWriter';

const fixtures = path.join(import.meta.dirname, '../../fixtures');

interface Steps {
  readonly name: string;
  readonly columns: readonly string[] | null;
  readonly x: readonly (readonly (number | string)[])[];
  readonly y: readonly (readonly number[])[];
}

function read(name: string, bytes: Uint8Array, answers: ReadonlyMap<string, string> = new Map()): Promise<Reading> {
  const folder = { list: () => Promise.resolve([]), read: () => Promise.resolve(undefined) };
  return readModel({ name, bytes }, { folder, answers });
}

async function refusal(...parts: readonly PicklePart[]): Promise<string> {
  const reading = await read('m.pkl', pickle(0x80, 4, ...parts, '.'));
  expect(reading.network).toBeUndefined();
  return reading.problems.map((problem) => problem.message).join(' ');
}

describe('steps, encoders, wrappers and estimators give the forecasts of scikit-learn', () => {
  const cases = ['cases.json', 'cases-more.json', 'cases-kernels.json'].flatMap(
    (file) => JSON.parse(readFileSync(path.join(fixtures, 'sklearn-steps', file), 'utf8')) as readonly Steps[],
  );

  it.each(cases)('$name', async ({ name, columns, x, y }) => {
    const bytes = new Uint8Array(readFileSync(path.join(fixtures, 'sklearn-steps', `${name}.joblib`)));
    const { network, problems } = await read(`${name}.joblib`, bytes);
    expect(problems.filter((problem) => problem.severity === 'error')).toEqual([]);
    x.forEach((row, at) => {
      const named = new Map(row.map((value, i) => [columns?.[i] ?? `x${i}`, value]));
      evaluate(network!, named).forEach((value, i) => {
        expect(Math.abs(value - y[at]![i]!)).toBeLessThan(1e-9 * Math.max(1, Math.abs(value)));
      });
    });
  });
});

/** The outputs of a network at one row of named values. */
function evaluate(network: Network, row: ReadonlyMap<string, number | string>): readonly number[] {
  const values = network.inputs.map((port) => portVector(port, row));
  for (const { op, inputs, size } of network.nodes)
    values.push(
      forward(
        op,
        inputs.map((at) => values[at]!),
        size,
      ),
    );
  return network.outputs.flatMap((output) => [...values[output.value]!]);
}

function portVector(port: InputPort, row: ReadonlyMap<string, number | string>): Float64Array {
  if (!port.levels) {
    const names = port.features ?? Array.from({ length: port.size }, (_, i) => `x${i}`);
    return Float64Array.from(names, (name) => Number(row.get(name)));
  }
  const vector = new Float64Array(port.size);
  const at = port.levels.indexOf(String(row.get(port.name)));
  if (at >= 0) vector[at] = 1;
  else if (port.unknown === 'last') vector[port.size - 1] = 1;
  return vector;
}

const network = (attributes: Record<string, Uint8Array> = {}): Uint8Array =>
  instanceOf(
    'sklearn.neural_network._multilayer_perceptron',
    'MLPRegressor',
    dictOf({
      activation: valueOf('tanh'),
      out_activation_: valueOf('identity'),
      coefs_: listOf(arrayOf([1, 2, 3, 4], [2, 2]), arrayOf([1, 1], [2, 1])),
      intercepts_: listOf(arrayOf([0, 0]), arrayOf([5])),
      n_features_in_: valueOf(2),
      ...attributes,
    }),
  );
const scaler = (mean: readonly number[]): Uint8Array =>
  instanceOf(
    'sklearn.preprocessing._data',
    'StandardScaler',
    dictOf({ mean_: arrayOf(mean), scale_: arrayOf(mean.map(() => 2)) }),
  );

describe('containers', () => {
  it('names, layers and framework come from the file', async () => {
    const names = listOf(valueOf('age'), valueOf('bmi'));
    const reading = await read(
      'm.pkl',
      pickle(0x80, 4, network({ feature_names_in_: names, _sklearn_version: valueOf('1.5.0') }), '.'),
    );
    expect(reading.network?.inputs[0]?.features).toEqual(['age', 'bmi']);
    expect(reading.network?.source).toMatchObject({ file: 'm.pkl', format: 'pickle', framework: 'scikit-learn 1.5.0' });
    expect(reading.network?.source.layers).toEqual([
      { name: 'hidden 1', kind: 'MLPRegressor', size: 2, parameters: 6, activation: 'tanh' },
      { name: 'output', kind: 'MLPRegressor', size: 1, parameters: 3, activation: 'identity' },
    ]);
  });

  it('a dictionary of model, scalers and names gives all three', async () => {
    const bundle = dictOf({
      net: network(),
      y_scaler: scaler([7]),
      x_scaler: scaler([1, 3]),
      columns: listOf(valueOf('a'), valueOf('b')),
    });
    const reading = await read('bundle.pkl', pickle(0x80, 4, bundle, '.'));
    expect(reading.network?.inputs[0]?.features).toEqual(['a', 'b']);
    expect(reading.scalings).toEqual({
      inputs: [
        { kind: 'affine', centre: 1, spread: 2 },
        { kind: 'affine', centre: 3, spread: 2 },
      ],
      outputs: [{ kind: 'affine', centre: 7, spread: 2 }],
      origin: 'bundle.pkl (StandardScaler, StandardScaler)',
    });
  });

  it('a scaler for other columns is said to be one', async () => {
    const reading = await read('m.pkl', pickle(0x80, 4, network(), scaler([1, 2, 3]), 0x86, '.'));
    expect(reading.scalings).toBeUndefined();
    expect(reading.problems[0]?.message).toBe(
      'The StandardScaler in m.pkl is for 3 columns, but the network has 2 inputs: it is not used.',
    );
  });

  it('several models are a question, and its answer opens one', async () => {
    const bytes = pickle(0x80, 4, dictOf({ a: network(), b: network({ activation: valueOf('relu') }) }), '.');
    expect((await read('m.pkl', bytes)).questions).toEqual([
      { id: 'object', ask: 'm.pkl holds 2 models: which one shall be opened?', choices: ['a', 'b'], guess: 'a' },
    ]);
    const opened = await read('m.pkl', bytes, new Map([['object', 'b']]));
    expect(opened.network?.source.layers[0]?.activation).toBe('relu');
    expect((await read('m.pkl', bytes, new Map([['object', 'c']]))).problems[0]?.message).toBe(
      'm.pkl holds no model called c.',
    );
  });

  it('a model inside an object of the user’s own class is opened with a warning', async () => {
    const reading = await read(
      'm.pkl',
      pickle(0x80, 4, instanceOf('__main__', 'Forecaster', dictOf({ model: network() })), '.'),
    );
    expect(reading.network).toBeDefined();
    expect(reading.problems[0]?.message).toContain('an object of the class Forecaster, whose code is not in m.pkl');
  });

  it('weights alone are read like those of an npz', async () => {
    const arrays = dictOf({
      W1: arrayOf([1, 2, 3, 4, 5, 6], [3, 2]),
      b1: arrayOf([0, 1]),
      W2: arrayOf([1, 2], [2, 1]),
      b2: arrayOf([3]),
    });
    const reading = await read(
      'w.pkl',
      pickle(0x80, 4, arrays, '.'),
      new Map([
        ['hidden', 'tanh'],
        ['output', 'linear'],
      ]),
    );
    expect(reading.network?.inputs[0]?.size).toBe(3);
    expect(reading.network?.source.format).toBe('pickle');
  });

  it('a Keras model that lies whole in the pickle is opened, with the scaler beside it', async () => {
    const keras = new Uint8Array(readFileSync(path.join(fixtures, 'keras/activity/model.keras')));
    const model = pickle(
      globalOf('builtins', 'getattr'),
      globalOf('keras.src.models.functional', 'Functional'),
      valueOf('_unpickle_model'),
      pickle(0x86, 'R', '('),
      pickle(globalOf('_io', 'BytesIO'), ')', 0x81, '(', valueOf(keras), 'K', 0, 'N', 't', 'b'),
      't',
      'R',
    );
    const reading = await read('m.pkl', pickle(0x80, 4, listOf(model, scaler([1, 2, 3, 4, 5, 6, 7, 8])), '.'));
    expect(reading.network?.source.format).toContain('keras');
    expect(reading.scalings?.inputs).toHaveLength(8);
  });
});

describe('what is no network is refused in words', () => {
  it('a net of skorch, which only names the function it prints with', async () => {
    const net = instanceOf('skorch.regressor', 'NeuralNetRegressor', dictOf({ sink: globalOf('builtins', 'print') }));
    expect(await refusal(net)).toBe(
      'm.pkl holds a NeuralNetRegressor of skorch, whose PyTorch module lies in it as a pickle of its own.',
    );
  });

  it('AdaBoost by what it does to its members', async () => {
    const of = (member: string): Uint8Array =>
      instanceOf(
        'sklearn.ensemble._weight_boosting',
        'AdaBoostRegressor',
        dictOf({ estimators_: listOf(instanceOf('sklearn.any', member, dictOf({}))) }),
      );
    expect(await refusal(of('MLPRegressor'))).toContain('the weighted median or vote of its members');
    expect(await refusal(of('DecisionTreeRegressor'))).toContain('a tree ensemble: no slopes');
  });

  const sklearn = (module: string, name: string, attributes: Record<string, Uint8Array> = {}): Uint8Array =>
    instanceOf(`sklearn.${module}`, name, dictOf(attributes));

  it.each([
    [
      sklearn('ensemble._forest', 'RandomForestRegressor'),
      'm.pkl holds a RandomForestRegressor, a tree ensemble: no slopes.',
    ],
    [
      instanceOf('xgboost.sklearn', 'XGBRegressor', dictOf({})),
      'm.pkl holds an XGBRegressor, a tree ensemble: no slopes.',
    ],
    [instanceOf('lightgbm.sklearn', 'LGBMRegressor', dictOf({})), 'm.pkl holds an LGBMRegressor, a tree ensemble'],
    [
      instanceOf('pandas.core.frame', 'DataFrame', dictOf({})),
      'm.pkl holds a pandas DataFrame: a data frame, not a model.',
    ],
    [
      instanceOf('torch.nn.modules.container', 'Sequential', dictOf({})),
      'm.pkl holds a Sequential of PyTorch inside an ordinary pickle.',
    ],
    [scaler([1, 2]), 'm.pkl holds a StandardScaler: a scaler, not a network.'],
    [network({ coefs_: valueOf(null) }), 'm.pkl holds an MLPRegressor that is not fitted: no coefs_.'],
    [
      sklearn('naive_bayes', 'CategoricalNB'),
      'm.pkl holds a CategoricalNB (sklearn.naive_bayes.CategoricalNB), which is not a network',
    ],
    [
      sklearn('pipeline', 'Pipeline', {
        steps: listOf(
          pickle(valueOf('q'), sklearn('decomposition', 'SparsePCA'), 0x86),
          pickle(valueOf('m'), network(), 0x86),
        ),
      }),
      'm.pkl: the step "q" is a SparsePCA: it cannot be read.',
    ],
    [
      pickle(globalOf('shop', 'load_model'), valueOf('x'), 0x85, 'R'),
      'm.pkl is refused: the pickle calls shop.load_model: nothing is run.',
    ],
    [
      dictOf({ epochs: valueOf(3), name: valueOf('x') }),
      'm.pkl holds a dictionary with the entries epochs, name, not a model.',
    ],
    [
      network({ activation: valueOf('swish') }),
      'activation of MLPRegressor "mlpregressor" in m.pkl is "swish", which is no activation of scikit-learn.',
    ],
    [
      network({ intercepts_: listOf(arrayOf([0, NaN]), arrayOf([5])) }),
      'intercepts_[0] of MLPRegressor "mlpregressor" in m.pkl holds numbers that are not finite (NaN or Inf).',
    ],
    [
      network({ coefs_: listOf(arrayOf([1, 2, 3, 4], [2, 2]), arrayOf([1, 1, 1], [3, 1])) }),
      'coefs_[1] of MLPRegressor "mlpregressor" in m.pkl of shape [3, 1] does not fit the layers beside it.',
    ],
    [
      sklearn('linear_model._base', 'LinearRegression', {
        coef_: instanceOf('scipy.sparse._csr', 'csr_matrix', dictOf({})),
      }),
      'is a sparse matrix',
    ],
  ])('%#', async (content, expected) => {
    expect(await refusal(content)).toContain(expected);
  });

  it.each([
    ['pipelines', 'pipeline', 'Pipeline', 'steps', [] as readonly Uint8Array[]],
    ['unions', 'pipeline', 'FeatureUnion', 'transformer_list', []],
  ])('%s that double in each of thirty levels end', async (_, module, name, attributeName, inner) => {
    let part = sklearn(module, name, { [attributeName]: listOf(...inner) });
    for (let level = 0; level < 30; level++) {
      const entry = pickle(valueOf('a'), 'h', level, 0x86);
      part = pickle(part, 'q', level, '0', sklearn(module, name, { [attributeName]: listOf(entry, entry) }));
    }
    const last = pickle(
      part,
      'q',
      40,
      '0',
      sklearn('pipeline', 'Pipeline', {
        steps: listOf(pickle(valueOf('t'), 'h', 40, 0x86), pickle(valueOf('m'), network(), 0x86)),
      }),
    );
    expect(await refusal(last)).toContain(
      'm.pkl names the same parts so often that the model would be far larger than the file.',
    );
  });

  it('one large matrix named as every layer ends', async () => {
    const weights = pickle(arrayOf(new Array<number>(250_000).fill(0.1), [500, 500]), 'q', 0, '0');
    const bias = pickle(arrayOf(new Array<number>(500).fill(0)), 'q', 1, '0');
    const layers = 2000;
    const many = (index: number): Uint8Array => listOf(...Array.from({ length: layers }, () => pickle('h', index)));
    const model = pickle(
      weights,
      bias,
      network({ coefs_: many(0), intercepts_: many(1), n_features_in_: valueOf(500) }),
    );
    expect(await refusal(model)).toContain('m.pkl names the same parts so often');
  });

  it('estimators within themselves end', async () => {
    const steps = pickle(']', 'q', 1, '(', pickle(valueOf('again'), 'h', 0, 0x86), 'e');
    const pipeline = pickle(
      globalOf('sklearn.pipeline', 'Pipeline'),
      ')',
      0x81,
      'q',
      0,
      '}',
      valueOf('steps'),
      steps,
      's',
      'b',
    );
    expect(await refusal(pipeline)).toContain('m.pkl holds estimators within estimators without end.');
  });
});
