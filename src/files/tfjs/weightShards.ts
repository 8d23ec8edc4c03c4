import { halfToNumber } from '../containers/hdf5/datatype';
import type { Json, JsonObject } from '../json';
import { isList, isObject } from '../json';
import type { StoredWeight } from '../keras/weights';
import { maxWeightBytes } from '../limits';
import { elements } from '../../network/tensor';
import type { Folder } from '../reading';
import { refuse } from '../refuse';

/**
 * The weights a TensorFlow.js manifest lists, in its order. Within a group the shards are joined and the weights follow
 * one another without padding, so a weight may begin at any byte and cross the end of a shard.
 */
export async function readWeightShards(
  manifest: Json | undefined,
  folder: Folder,
  file: string,
): Promise<StoredWeight[]> {
  if (!isList(manifest)) return malformed(file);
  const weights: StoredWeight[] = [];
  for (const group of manifest) {
    if (!isObject(group) || !isList(group.paths) || !isList(group.weights)) return malformed(file);
    const specs = group.weights.map((spec) => (isObject(spec) ? readSpec(spec, file) : malformed(file)));
    const size = specs.reduce((sum, spec) => sum + spec.bytes, 0);
    const bytes = await joinShards(group.paths, size, folder, file);
    let start = 0;
    for (const spec of specs) {
      const part = bytes.subarray(start, (start += spec.bytes));
      weights.push({ path: spec.name, shape: spec.shape, read: () => spec.decode(part) });
    }
  }
  return weights;
}

interface WeightSpec {
  readonly name: string;
  readonly shape: readonly number[];
  /** Length in the shards. */
  readonly bytes: number;
  readonly decode: (bytes: Uint8Array) => Float64Array;
}

type Getter = (view: DataView, at: number) => number;

const storedTypes: Readonly<Record<string, readonly [size: number, get: Getter]>> = {
  float32: [4, (view, at) => view.getFloat32(at, true)],
  float64: [8, (view, at) => view.getFloat64(at, true)],
  float16: [2, (view, at) => halfToNumber(view.getUint16(at, true))],
  int32: [4, (view, at) => view.getInt32(at, true)],
  int16: [2, (view, at) => view.getInt16(at, true)],
  int8: [1, (view, at) => view.getInt8(at)],
  uint8: [1, (view, at) => view.getUint8(at)],
  uint16: [2, (view, at) => view.getUint16(at, true)],
  bool: [1, (view, at) => view.getUint8(at)],
};

/** A quantised weight is q · scale + min as a 32-bit number; float16 has no scale. */
function readSpec(spec: JsonObject, file: string): WeightSpec {
  const { name, shape, dtype } = spec;
  if (typeof name !== 'string' || !isList(shape)) return malformed(file);
  const lengths = shape.map((length) =>
    typeof length === 'number' && Number.isInteger(length) && length >= 0 ? length : malformed(file),
  );
  const quantization = isObject(spec.quantization) ? spec.quantization : undefined;
  const said = quantization?.dtype ?? dtype;
  const word = typeof said === 'string' ? said : 'unknown';
  const stored = Object.hasOwn(storedTypes, word) ? storedTypes[word] : undefined;
  if (!stored) {
    return refuse(file, {
      code: 'tfjs-weight-type',
      message: `The weight ${name} in ${file} is of the type ${word}, which Slopescope does not read.`,
      remedy: 'Convert the model again without quantisation.',
      part: name,
    });
  }
  const [size, get] = stored;
  const scale = numberOr(quantization?.scale, 1);
  const least = numberOr(quantization?.min, 0);
  const scaled = quantization !== undefined && word !== 'float16';
  return {
    name,
    shape: lengths,
    bytes: elements(lengths) * size,
    decode: (bytes) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      return Float64Array.from({ length: elements(lengths) }, (_, i) => {
        const value = get(view, i * size);
        return scaled ? Math.fround(value * scale + least) : value;
      });
    },
  };
}

function numberOr(value: Json | undefined, fallback: number): number {
  return typeof value === 'number' ? value : fallback;
}

async function joinShards(paths: readonly Json[], size: number, folder: Folder, file: string): Promise<Uint8Array> {
  const shards: Uint8Array[] = [];
  const names = paths.map((path) => (typeof path === 'string' ? path : malformed(file)));
  for (const path of names) shards.push(await readShard(path, folder, file));
  const there = shards.reduce((sum, shard) => sum + shard.length, 0);
  if (there < size || size > maxWeightBytes) {
    refuse(file, {
      code: 'tfjs-shard-short',
      message: `The weights of ${file} need ${size} bytes, but ${names.join(', ')} hold only ${there}.`,
      remedy: 'Copy or download all files of the model again.',
    });
  }
  const [only] = shards;
  if (only && shards.length === 1) return only;
  const joined = new Uint8Array(there);
  let start = 0;
  for (const shard of shards) {
    joined.set(shard, start);
    start += shard.length;
  }
  return joined;
}

/** Shards lie in the folder of the model; a path that leads out of it is not followed. */
async function readShard(path: string, folder: Folder, file: string): Promise<Uint8Array> {
  const parts = path.split('/');
  if (path.includes('\\') || path.includes(':') || path.startsWith('/') || parts.includes('..')) {
    refuse(file, {
      code: 'path-outside',
      message: `${file} looks for its weights at ${path}, outside of its own folder; such paths are not followed.`,
      remedy: 'Put the weights files beside the model file and correct the paths in its weightsManifest.',
      part: path,
    });
  }
  const bytes = await folder.read(parts.filter((part) => part !== '.' && part !== '').join('/'));
  if (bytes) return bytes;
  refuse(file, {
    code: 'tfjs-shard-missing',
    message: `${path} is missing: ${file} keeps its weights there.`,
    remedy: `Put ${path} into the folder of ${file}.`,
    part: path,
  });
}

function malformed(file: string): never {
  refuse(file, {
    code: 'tfjs-manifest-invalid',
    message: `${file} does not list its weights in a readable way (weightsManifest).`,
    remedy: 'Convert or save the model again with TensorFlow.js.',
  });
}
