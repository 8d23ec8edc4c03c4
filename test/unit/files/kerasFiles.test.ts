import { readFileSync } from 'node:fs';
import path from 'node:path';
import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { openZip } from '../../../src/files/containers/zip';
import type { Json, JsonObject } from '../../../src/files/json';
import { isObject } from '../../../src/files/json';
import { kerasHdf5 } from '../../../src/files/keras/kerasHdf5';
import { kerasJson } from '../../../src/files/keras/kerasJson';
import { kerasZip } from '../../../src/files/keras/kerasZip';
import type { Folder, Format } from '../../../src/files/reading';
import { tfjsLayers } from '../../../src/files/tfjs/tfjsLayers';
import type { Network } from '../../../src/network/network';
import { folderOf, jsonBytes, outputsAt, problemOf, readLayers, wave, weight } from './layersModel';

const fixtures = path.join(import.meta.dirname, '../../fixtures/keras');
const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(path.join(fixtures, name)));

async function read(format: Format, name: string, bytes: Uint8Array, folder: Folder = folderOf({})): Promise<Network> {
  const file = { name, bytes };
  expect(format.matches(file)).toBe(true);
  const { network } = await format.read(file, { folder, answers: new Map() });
  if (!network) throw new Error('no network');
  return network;
}

/** A `.keras` file whose architecture was changed. */
function changed(name: string, change: (config: JsonObject) => Json): Uint8Array {
  const entries = openZip(fixture(name), name);
  const config: unknown = JSON.parse(new TextDecoder().decode(entries.get('config.json')!.read(1e6)));
  const files = [...entries].map(([entry, content]) => [entry, content.read(1e7)] as const);
  const given = isObject(config as Json) ? (config as JsonObject) : {};
  return zipSync({ ...Object.fromEntries(files), 'config.json': jsonBytes(change(given)) });
}

/** The same change as a replacement of words in the configuration. */
function reworded(name: string, from: string | RegExp, to: string): Uint8Array {
  return changed(name, (config) => JSON.parse(JSON.stringify(config).replace(from, to)) as Json);
}

describe('what a network says of itself', () => {
  it('names format, framework, layers, sizes, parameters and activations', async () => {
    const network = await read(kerasZip, 'model.keras', fixture('k3_nested/model.keras'));
    expect(network.source).toMatchObject({ file: 'model.keras', format: 'keras3-zip', framework: 'Keras 3.15.1' });
    expect(network.source.layers).toContainEqual({
      name: 'encoder/dense_2',
      kind: 'Dense',
      size: 3,
      parameters: 12,
      activation: 'tanh',
    });
    expect(network.source.layers.map((layer) => layer.kind)).not.toContain('InputLayer');
    expect(new Set(network.nodes.map((node) => node.origin))).toContain('encoder/dense_2');
  });

  it('names inputs by their layers, in the model’s order, and outputs by theirs', async () => {
    const inputs = await read(kerasZip, 'm.keras', fixture('k3_dict_inputs/model.keras'));
    expect(inputs.inputs).toEqual([
      { name: 'size', size: 2 },
      { name: 'age_years', size: 1 },
      { name: 'location', size: 2 },
    ]);
    const outputs = await read(kerasHdf5, 'm.h5', fixture('k2_h5/multi_output/model.h5'));
    expect(outputs.outputs.map(({ name, size }) => ({ name, size }))).toEqual([
      { name: 'cost', size: 1 },
      { name: 'time', size: 2 },
    ]);
  });

  it('takes a text for a StringLookup', async () => {
    const network = await read(kerasZip, 'm.keras', fixture('k3_string_lookup/model.keras'));
    expect(network.inputs[0]).toEqual({
      name: 'region',
      size: 5,
      levels: ['east', 'north', 'south', 'west'],
      unknown: 'first',
    });
  });

  it('takes a vocabulary that adapt learned from the assets', async () => {
    const name = 'k3_string_lookup/model.keras';
    const bytes = reworded(name, /"vocabulary":\[[^\]]*\]/, '"vocabulary":null');
    const entries = [...openZip(bytes, name)].map(([entry, content]) => [entry, content.read(1e7)] as const);
    const vocabulary = new TextEncoder().encode('[UNK]\neast\nnorth\nsouth\nwest\n');
    const files = { ...Object.fromEntries(entries), 'assets/layers/string_lookup/vocabulary.txt': vocabulary };
    const network = await read(kerasZip, 'm.keras', zipSync(files));
    expect(network.inputs[0]?.levels).toEqual(['east', 'north', 'south', 'west']);
    expect((await problemOf(read(kerasZip, 'm.keras', bytes))).message).toContain('vocabulary that is not in the file');
  });

  it('is recognised by content, not by the ending', () => {
    const zip = fixture('k3_sequential/model.keras');
    expect(kerasZip.matches({ name: 'model.bin', bytes: zip })).toBe(true);
    expect(kerasHdf5.matches({ name: 'model.keras', bytes: fixture('k2_h5/sequential/model.h5') })).toBe(true);
    expect(kerasZip.matches({ name: 'other.zip', bytes: zipSync({ 'a.txt': new Uint8Array(3) }) })).toBe(false);
    expect(kerasJson.matches({ name: 'a.json', bytes: jsonBytes({ mean: [1] }) })).toBe(false);
    expect(tfjsLayers.matches({ name: 'model.json', bytes: fixture('tfjs_graph/ops/model.json') })).toBe(false);
    expect(tfjsLayers.matches({ name: 'model.json', bytes: fixture('tfjs_layers/no_format/model.json') })).toBe(true);
  });
});

describe('an architecture and its weights', () => {
  const json = fixture('k2_json_old/nested/model.json');
  const weights = fixture('k2_json_old/nested/model_weights.h5');

  it.each(['net.weights.h5', 'net_weights.h5', 'NET.h5', 'weights.hdf5', 'model.weights.h5', 'anything.h5'])(
    'finds %s beside it',
    async (name) => {
      const network = await read(kerasJson, 'net.json', json, folderOf({ [name]: weights, 'readme.txt': json }));
      expect(network.source.format).toBe('keras-json+weights');
    },
  );

  it('asks for the weights when there are none, or several', async () => {
    const none = await problemOf(read(kerasJson, 'net.json', json));
    expect(none.message).toBe('net.json holds only the architecture of the network; its weights are not beside it.');
    expect(none.remedy).toContain('--weights');
    const several = folderOf({ 'epoch1.h5': weights, 'epoch2.h5': weights });
    expect((await problemOf(read(kerasJson, 'net.json', json, several))).message).toContain('epoch1.h5, epoch2.h5');
  });

  it('reads a JSON text that was written as JSON once more', async () => {
    const twice = jsonBytes(new TextDecoder().decode(json));
    expect((await read(kerasJson, 'net.json', twice, folderOf({ 'net.h5': weights }))).outputs.length).toBe(1);
  });

  it('takes the weights of a whole model, and refuses those of another one', async () => {
    const whole = folderOf({ 'net.h5': fixture('k2_h5/nested/model.h5') });
    expect((await read(kerasJson, 'net.json', json, whole)).outputs.length).toBe(1);
    const other = folderOf({ 'net.h5': fixture('k2_h5/sequential/model.h5') });
    expect((await problemOf(read(kerasJson, 'net.json', json, other))).code).toMatch(/^weights-/);
    const text = folderOf({ 'net.h5': json });
    expect((await problemOf(read(kerasJson, 'net.json', json, text))).code).toBe('weights-not-hdf5');
  });
});

describe('hostile and broken architectures', () => {
  const name = 'k3_sequential/model.keras';

  it.each<[string, Json]>([
    ['null', null],
    ['a list', []],
    ['no layers', { class_name: 'Sequential', config: {} }],
    ['layers of no kind', { class_name: 'Sequential', config: { layers: [1, 'two'] } }],
    ['an empty Sequential', { class_name: 'Sequential', config: { layers: [] } }],
    ['ports of no kind', { class_name: 'Functional', config: { layers: [], input_layers: 3, output_layers: [] } }],
  ])('refuses %s', async (_, json) => {
    expect(
      (
        await problemOf(
          read(
            kerasZip,
            'm.keras',
            changed(name, () => json),
          ),
        )
      ).code,
    ).toBe('keras-architecture-invalid');
  });

  it('refuses models nested without end', async () => {
    let model: JsonObject = { class_name: 'Sequential', config: { layers: [] } };
    for (let depth = 0; depth < 500; depth++)
      model = { class_name: 'Sequential', config: { name: `m${depth}`, layers: [model] } };
    expect(
      (
        await problemOf(
          read(
            kerasZip,
            'm.keras',
            changed(name, () => model),
          ),
        )
      ).code,
    ).toMatch(/^(keras|json)-/);
  });

  it('refuses sizes that the weights do not have, before taking memory', async () => {
    const bytes = reworded(name, /"units":\d+/, '"units":4000000000');
    expect(await problemOf(read(kerasZip, 'm.keras', bytes))).toMatchObject({ code: 'weights-shape' });
  });

  it('refuses a custom model class by name', async () => {
    const bytes = changed(name, (config) => ({ ...config, registered_name: 'mine>Net' }));
    const problem = await problemOf(read(kerasZip, 'm.keras', bytes));
    expect(problem.code).toBe('keras-model-custom');
    expect(problem.message).toContain('mine>Net');
  });

  it('is not led astray by names that every object has', async () => {
    const bytes = reworded(name, '"class_name":"Dense"', '"class_name":"constructor"');
    expect((await problemOf(read(kerasZip, 'm.keras', bytes))).code).toBe('layer-own-code');
  });

  it('refuses two layers of one name', async () => {
    const twice = reworded('k3_residual/model.keras', /"name":"block_1"/g, '"name":"block_0"');
    expect((await problemOf(read(kerasZip, 'm.keras', twice))).code).toBe('keras-layer-name-twice');
  });

  it('refuses a layer that never stops training', async () => {
    const node = (kwargs: JsonObject): JsonObject => {
      const tensor = { class_name: '__keras_tensor__', config: { keras_history: ['x', 0, 0] } };
      return { args: [tensor], kwargs };
    };
    const model = (kwargs: JsonObject): JsonObject => ({
      class_name: 'Functional',
      config: {
        name: 'm',
        layers: [
          { class_name: 'InputLayer', name: 'x', config: { batch_shape: [null, 1] }, inbound_nodes: [] },
          {
            class_name: 'Dropout',
            name: 'drop',
            config: { trainable: true, rate: 0.5 },
            inbound_nodes: [node(kwargs)],
          },
        ],
        input_layers: ['x', 0, 0],
        output_layers: ['drop', 0, 0],
      },
    });
    expect((await problemOf(readLayers(model({ training: true })))).message).toContain('training=True');
    expect(outputsAt(await readLayers(model({ training: false })), [3])).toEqual([3]);
  });

  it('refuses an input of varying length by name', async () => {
    const bytes = reworded(name, /"batch_shape":\[null,\d+\]/, '"batch_shape":[null,null]');
    expect((await problemOf(read(kerasZip, 'm.keras', bytes))).message).toContain('rows of varying length');
  });
});

describe('old files', () => {
  it('keeps the hard sigmoid of the Keras that wrote the file', async () => {
    const model = (version: string): Uint8Array =>
      jsonBytes({
        modelTopology: {
          keras_version: version,
          class_name: 'Sequential',
          config: [
            {
              class_name: 'Activation',
              config: { name: 'a', activation: 'hard_sigmoid', batch_input_shape: [null, 1] },
            },
          ],
        },
        weightsManifest: [],
      });
    const old = await read(tfjsLayers, 'model.json', model('2.15.0'));
    const current = await read(tfjsLayers, 'model.json', model('3.1.0'));
    expect(outputsAt(old, [1])).toEqual([0.7]);
    expect(outputsAt(current, [1])[0]).toBeCloseTo(4 / 6, 12);
    expect(old.inputs).toEqual([{ name: 'a_input', size: 1 }]);
  });
});

describe('files of other tools', () => {
  it('gives layers without a name the one Keras would give', async () => {
    const dense = (units: number): JsonObject => ({ class_name: 'Dense', config: { units, use_bias: false } });
    const first = { class_name: 'Dense', config: { units: 2, use_bias: false, batch_input_shape: [null, 1] } };
    const model = { class_name: 'Sequential', config: { layers: [first, dense(1)] } };
    const network = await readLayers(model, [weight('dense_1/kernel', [2, 1], 5), weight('dense/kernel', [1, 2])]);
    expect(network.source.layers.map((layer) => layer.name)).toEqual(['dense', 'dense_1']);
    const [a, b, c, d] = [...wave(2), ...wave(2, 5)];
    expect(outputsAt(network, [1])[0]).toBeCloseTo(a! * c! + b! * d!, 12);
  });
});

describe('TensorFlow.js weights', () => {
  const base = {
    class_name: 'Sequential',
    config: {
      name: 's',
      layers: [{ class_name: 'Dense', config: { name: 'd', units: 1, batch_input_shape: [null, 2], use_bias: false } }],
    },
  };
  const model = (manifest: Json): Uint8Array => jsonBytes({ modelTopology: base, weightsManifest: manifest });
  const kernel = { name: 'd/kernel', shape: [2, 1], dtype: 'float32' };
  const floats = new Uint8Array(new Float32Array([2, 3]).buffer);

  it('joins shards that cut a number, and skips bytes of other weights', async () => {
    const other = { name: 'other', shape: [3], dtype: 'uint8' };
    const bytes = new Uint8Array([7, 7, 7, ...floats]);
    const folder = folderOf({ a: bytes.slice(0, 5), 'sub/b': bytes.slice(5) });
    const network = await read(
      tfjsLayers,
      'm.json',
      model([{ paths: ['a', './sub/b'], weights: [other, kernel] }]),
      folder,
    );
    expect(outputsAt(network, [10, 1])).toEqual([23]);
  });

  it('takes weights from several groups', async () => {
    const groups = [
      { paths: [], weights: [] },
      { paths: ['a'], weights: [kernel] },
    ];
    expect(outputsAt(await read(tfjsLayers, 'm.json', model(groups), folderOf({ a: floats })), [1, 1])).toEqual([5]);
  });

  it.each<[string, Json, string]>([
    ['an absolute path', [{ paths: ['/etc/passwd'], weights: [kernel] }], 'path-outside'],
    ['an address', [{ paths: ['https://example.org/w.bin'], weights: [kernel] }], 'path-outside'],
    ['a way up', [{ paths: ['a/../../b'], weights: [kernel] }], 'path-outside'],
    ['a missing shard', [{ paths: ['b'], weights: [kernel] }], 'tfjs-shard-missing'],
    [
      'a short shard',
      [{ paths: ['a'], weights: [kernel, { ...kernel, shape: [1000000, 1000000] }] }],
      'tfjs-shard-short',
    ],
    ['a negative length', [{ paths: ['a'], weights: [{ ...kernel, shape: [-2, 1] }] }], 'tfjs-manifest-invalid'],
    ['a type of its own', [{ paths: ['a'], weights: [{ ...kernel, dtype: 'complex64' }] }], 'tfjs-weight-type'],
    ['no list', 3, 'tfjs-manifest-invalid'],
  ])('refuses %s', async (_, manifest, code) => {
    expect((await problemOf(read(tfjsLayers, 'm.json', model(manifest), folderOf({ a: floats })))).code).toBe(code);
  });

  it('says that a model description is cut off', async () => {
    const bytes = model([]).slice(0, -3);
    expect((await problemOf(read(tfjsLayers, 'm.json', bytes))).code).toBe('json-invalid');
  });
});
