import { createRequire } from 'node:module';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { BlackBoxes, BoxAnswer, BoxInput, BoxRequest } from '../files/reading';

const packageName = '@tensorflow/tfjs-node';

/** The little of @tensorflow/tfjs-node that is used. */
interface Tensorflow {
  readonly tensor: (values: Float32Array | Int32Array, shape: readonly number[], type: string) => Tensor;
  readonly node: {
    readonly loadSavedModel: (folder: string, tags: readonly string[], signature: string) => Promise<SavedModel>;
  };
  readonly version?: { readonly 'tfjs-node'?: string };
}

interface Tensor {
  dataSync(): ArrayLike<number>;
  dispose(): void;
}

interface SavedModel {
  predict(inputs: Readonly<Record<string, Tensor>>): Readonly<Record<string, Tensor>>;
  dispose(): void;
}

/** Models that are loaded, by folder: a folder that was saved again must be loaded again. */
const loaded = new Map<string, SavedModel>();

/**
 * Runs SavedModels by @tensorflow/tfjs-node where it is installed beside one of the given folders. It is looked for and
 * loaded only when a model needs it.
 */
export function tensorflowNode(modelFolder: string, searched: readonly string[]): BlackBoxes {
  return async (request) => {
    const place = searched.map(moduleIn).find((found) => found !== undefined);
    if (place === undefined) return { kind: 'absent' };
    try {
      return await running(modelFolder, place, request);
    } catch (error) {
      return { kind: 'failed', reason: firstLine(error) };
    }
  };
}

function moduleIn(folder: string): string | undefined {
  try {
    return createRequire(path.join(folder, 'package.json')).resolve(packageName);
  } catch {
    return undefined;
  }
}

async function running(
  modelFolder: string,
  place: string,
  { tags, signature, inputs, outputs }: BoxRequest,
): Promise<BoxAnswer> {
  // Its messages about processors and drivers are for developers of TensorFlow.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '3';
  const tensorflow: unknown = createRequire(place)(place);
  if (!isTensorflow(tensorflow)) return { kind: 'failed', reason: `${place} is not ${packageName}` };
  loaded.get(modelFolder)?.dispose();
  const model = await tensorflow.node.loadSavedModel(modelFolder, [...tags], signature);
  loaded.set(modelFolder, model);
  const values = (rows: readonly Float64Array[], count: number): Float64Array[] => {
    const given = inputs.map((input, k): [string, Tensor] => [
      input.name,
      tensorOf(tensorflow, input, rows[k]!, count),
    ]);
    const results = model.predict(Object.fromEntries(given));
    const numbers = outputs.map((name) => Float64Array.from(results[name]?.dataSync() ?? []));
    for (const tensor of [...given.map(([, tensor]) => tensor), ...Object.values(results)]) tensor.dispose();
    return numbers;
  };
  const version = tensorflow.version?.['tfjs-node'];
  const runner = [packageName, version].filter(Boolean).join(' ');
  return { kind: 'running', box: { runner, values, pause: async () => setImmediate() } };
}

function tensorOf({ tensor }: Tensorflow, { shape, whole }: BoxInput, values: Float64Array, rows: number): Tensor {
  const given = [rows, ...shape];
  return whole ? tensor(Int32Array.from(values), given, 'int32') : tensor(Float32Array.from(values), given, 'float32');
}

function isTensorflow(value: unknown): value is Tensorflow {
  if (typeof value !== 'object' || value === null || !('tensor' in value) || !('node' in value)) return false;
  const { node } = value;
  return typeof node === 'object' && node !== null && 'loadSavedModel' in node;
}

function firstLine(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  return (text.split('\n')[0] ?? '').replace(/\.$/, '');
}
