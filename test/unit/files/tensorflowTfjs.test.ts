/** Graph models of TensorFlow.js: JSON in its spellings, weights beside it, signatures of old and new converters. */
import { describe, expect, it } from 'vitest';
import { readModel } from '../../../src/files/read';
import type { Reading } from '../../../src/files/reading';
import { floats, join } from './protobufWriter';
import { folderOf } from './tensorflowBundle';
import { outputsAt } from './tensorflowGraph';

type Json = Readonly<Record<string, unknown>>;

const shape = (...lengths: number[]): Json => ({ dim: lengths.map((size) => ({ size: String(size) })) });
const float: Json = { type: 'DT_FLOAT' };

function constant(name: string, ...lengths: number[]): Json {
  return {
    name,
    op: 'Const',
    attr: { dtype: float, value: { tensor: { dtype: 'DT_FLOAT', tensorShape: shape(...lengths) } } },
  };
}

const nodes: readonly Json[] = [
  { name: 'x', op: 'Placeholder', attr: { dtype: float, shape: { shape: shape(-1, 2) } } },
  constant('w', 2, 1),
  constant('b', 1),
  {
    name: 'y',
    op: '_FusedMatMul',
    input: ['x', 'w', 'b'],
    // BiasAdd and LeakyRelu in base64.
    attr: {
      fused_ops: { list: { s: ['Qmlhc0FkZA==', 'TGVha3lSZWx1'] } },
      leakyrelu_alpha: { f: 0.5 },
      num_args: { i: '1' },
    },
  },
];

const signature: Json = {
  inputs: { features: { name: 'x:0', dtype: 'DT_FLOAT', tensorShape: shape(-1, 2) } },
  outputs: { score: { name: 'y:0', dtype: 'DT_FLOAT', tensorShape: shape(-1, 1) } },
};

const manifest: readonly Json[] = [
  {
    paths: ['group1-shard1of1.bin'],
    weights: [
      { name: 'w', shape: [2, 1], dtype: 'float32' },
      {
        name: 'b',
        shape: [1],
        dtype: 'float32',
        quantization: { dtype: 'uint8', min: -10, scale: 0.5, original_dtype: 'float32' },
      },
    ],
  },
];

const shards = new Map([['group1-shard1of1.bin', join([floats([3, 4]), Uint8Array.of(4)])]]);

function read(model: Json, files: ReadonlyMap<string, Uint8Array> = shards): Promise<Reading> {
  const bytes = new TextEncoder().encode(JSON.stringify(model));
  return readModel({ name: 'model.json', bytes }, { folder: folderOf(files), answers: new Map() });
}

const model: Json = {
  format: 'graph-model',
  convertedBy: 'TensorFlow.js Converter v4.22.0',
  signature,
  modelTopology: { node: nodes, versions: { producer: 1994 } },
  weightsManifest: manifest,
};

async function problemOf(changed: Json, files?: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const { problems } = await read({ ...model, ...changed }, files);
  return problems[0]?.message ?? 'no problem';
}

describe('a graph model', () => {
  it('is read with its fused operators and quantised weights', async () => {
    const { network, problems } = await read(model);
    expect(problems).toEqual([]);
    expect(network?.inputs).toEqual([{ name: 'features', size: 2 }]);
    expect(network?.source).toEqual({
      file: 'model.json',
      format: 'tfjs-graph',
      framework: 'TensorFlow.js Converter v4.22.0',
      layers: [{ name: 'y', kind: '_FusedMatMul', size: 1, parameters: 3 }],
    });
    expect(outputsAt(network!, [1, 2])).toEqual([3]);
    expect(outputsAt(network!, [0, 0])).toEqual([-4]);
  });

  it.each([
    ['without a format', { format: undefined }],
    ['with its signature among the user data', { signature: undefined, userDefinedMetadata: { signature } }],
  ])('is read %s', async (_, changed) => {
    const { network } = await read({ ...model, ...changed });
    expect(network?.outputs[0]?.name).toBe('score');
    expect(outputsAt(network!, [1, 2])).toEqual([3]);
  });

  it('is read without a signature, by its placeholders', async () => {
    const { network } = await read({ ...model, signature: undefined });
    expect([network?.inputs[0]?.name, network?.outputs[0]?.name]).toEqual(['x', 'y']);
  });

  it('may write texts as lists of codes and names with underscores', async () => {
    const codes = (text: string) => Array.from(text, (character) => character.charCodeAt(0));
    const spelled = nodes.map((node) =>
      node.name === 'y' ? { ...node, attr: { fused_ops: { list: { s: [codes('BiasAdd'), codes('Relu')] } } } } : node,
    );
    const { network } = await read({ ...model, modelTopology: { node: spelled } });
    expect(outputsAt(network!, [0, 0])).toEqual([0]);
    const underscores = JSON.parse(JSON.stringify(nodes).replaceAll('tensorShape', 'tensor_shape')) as Json[];
    expect((await read({ ...model, modelTopology: { node: underscores } })).problems).toEqual([]);
  });

  it('may have control inputs and constants of its own', async () => {
    const own = { name: 'own', op: 'Const', attr: { value: { tensor: { dtype: 1, tensorShape: {}, floatVal: [2] } } } };
    const more = [...nodes, own, { name: 'z', op: 'Mul', input: ['y', 'own', '^w'] }];
    const outputs = { score: { name: 'z:0', dtype: 'DT_FLOAT' } };
    const { network, problems } = await read({
      ...model,
      modelTopology: { node: more },
      signature: { ...signature, outputs },
    });
    expect(problems).toEqual([]);
    expect(outputsAt(network!, [1, 2])).toEqual([6]);
  });
});

describe('a graph model is refused', () => {
  it.each([
    [
      'whose shard lies elsewhere',
      { weightsManifest: [{ ...manifest[0], paths: ['../secret.bin'] }] },
      'model.json looks for its weights at ../secret.bin, outside of its own folder; such paths are not followed.',
    ],
    [
      'whose shard is missing',
      { weightsManifest: [{ ...manifest[0], paths: ['gone.bin'] }] },
      'gone.bin is missing: model.json keeps its weights there.',
    ],
    [
      'whose constant has no weights',
      { weightsManifest: [] },
      'The Const node "w" in model.json has no value: it is not among the weights that the file lists (weightsManifest).',
    ],
    [
      'whose node is none',
      { modelTopology: { node: [7] } },
      'The graph in model.json is damaged: "node" does not hold what it should.',
    ],
    [
      'whose operator is unknown',
      { modelTopology: { node: nodes.map((node) => (node.name === 'y' ? { ...node, op: 'Swirl' } : node)) } },
      'The Swirl node "y" in model.json is an operator Slopescope does not know.',
    ],
    [
      'whose fused operator is unknown',
      {
        modelTopology: {
          node: nodes.map((node) =>
            node.name === 'y' ? { ...node, attr: { fused_ops: { list: { s: ['U3dpcmw='] } } } } : node,
          ),
        },
      },
      'The _FusedMatMul node "y" in model.json carries the operator Swirl, which Slopescope does not know.',
    ],
    [
      'without nodes',
      { modelTopology: 'nothing' },
      'model.json has no modelTopology, so it does not describe a network.',
    ],
  ])('%s', async (_, changed, message) => {
    expect(await problemOf(changed)).toContain(message);
  });
});
