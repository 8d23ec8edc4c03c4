import { tfjsLayers } from '../../../src/files/tfjs/tfjsLayers';
import type { Json, JsonObject } from '../../../src/files/json';
import type { Folder } from '../../../src/files/reading';
import { forward } from '../../../src/network/forward';
import type { Network } from '../../../src/network/network';
import { ProblemError, type Problem } from '../../../src/problem';

/** A weight of a model under test: its name, shape and numbers. */
export interface TestWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** Numbers that look random but never change: sin of their place. */
export function wave(count: number, start = 1): number[] {
  return Array.from({ length: count }, (_, i) => Math.fround(Math.sin(1.7 * (i + start))));
}

/** A weight filled with `wave`. */
export function weight(name: string, shape: readonly number[], start = 1): TestWeight {
  return {
    name,
    shape,
    values: wave(
      shape.reduce((product, length) => product * length, 1),
      start,
    ),
  };
}

/** A folder with the given files and nothing else. */
export function folderOf(files: Readonly<Record<string, Uint8Array>>): Folder {
  return {
    list: () => Promise.resolve(Object.keys(files)),
    read: (path) => Promise.resolve(files[path]),
  };
}

/** JSON as the bytes of a file. */
export function jsonBytes(json: Json): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(json));
}

/** Reads a layers model with these layers: the shortest way to any Keras model with weights. */
export async function readLayers(topology: JsonObject, weights: readonly TestWeight[] = []): Promise<Network> {
  const bytes = new Uint8Array(Float32Array.from(weights.flatMap((one) => one.values)).buffer);
  const manifest = [
    { paths: ['w.bin'], weights: weights.map(({ name, shape }) => ({ name, shape, dtype: 'float32' })) },
  ];
  const file = { name: 'model.json', bytes: jsonBytes({ modelTopology: topology, weightsManifest: manifest }) };
  const reading = await tfjsLayers.read(file, { folder: folderOf({ 'w.bin': bytes }), answers: new Map() });
  if (!reading.network) throw new Error('no network');
  return reading.network;
}

/** A Sequential of Keras 3 whose rows have the given shape. */
export function sequential(shape: readonly number[], ...layers: readonly JsonObject[]): JsonObject {
  const input = { class_name: 'InputLayer', config: { name: 'x', batch_shape: [null, ...shape] } };
  return { class_name: 'Sequential', config: { name: 'model', layers: [input, ...layers] }, keras_version: '3.10.0' };
}

/** A layer of a Sequential. */
export function layer(className: string, config: JsonObject = {}): JsonObject {
  return { class_name: className, config: { name: className.toLowerCase(), ...config } };
}

/** The problem that the reading ends in. */
export async function problemOf(reading: Promise<unknown>): Promise<Problem> {
  try {
    await reading;
  } catch (error) {
    if (error instanceof ProblemError) return error.problem;
    throw error;
  }
  throw new Error('The file was read.');
}

/** All outputs of a network at one row, its ports fed one after the other. */
export function outputsAt(network: Network, row: readonly number[]): number[] {
  let next = 0;
  const values: Float64Array[] = network.inputs.map((port) =>
    Float64Array.from({ length: port.size }, () => row[next++]!),
  );
  for (const node of network.nodes) {
    values.push(
      forward(
        node.op,
        node.inputs.map((input) => values[input]!),
        node.size,
      ),
    );
  }
  return network.outputs.flatMap((output) => [...values[output.value]!]);
}
