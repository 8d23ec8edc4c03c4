import type { BareArray } from '../../bareWeights/bareFile';
import { openZip, type ZipEntry } from '../../containers/zip';
import { isObject, parseJson, type Json, type JsonObject } from '../../json';
import { maxJsonBytes, maxWeightBytes } from '../../limits';
import type { NamedBytes } from '../../reading';
import { refusal, refuse } from '../../refuse';
import { readArchivePickle, torchArchive } from '../archives';
import { leavesOf } from '../savedTree';
import { scalarTypes, tensorNumbers, type TorchTensor } from '../tensors';

/** An archive of torch.export: the graph as JSON, and its parameters and constants by name. */
export interface ExportedArchive {
  readonly program: JsonObject;
  tensor(name: string): BareArray | undefined;
}

/** The graph's entry, of torch 2.8 and newer (`models/<name>.json`) or older (at the top of the archive). */
const programName = /(?:^|\/)models\/([^/]+)\.json$/;
const oldProgramName = /(?:^|\/)serialized_exported_program\.json$/;

/** Whether an entry belongs to an archive of torch.export. */
export function isProgramEntry(name: string): boolean {
  return programName.test(name) || oldProgramName.test(name);
}

/** Opens a .pt2 archive; its tensors are read when they are asked for. */
export function openExported(file: NamedBytes): ExportedArchive {
  const entries = openZip(file.bytes, file.name);
  const names = [...entries.keys()].filter(isProgramEntry);
  const [name] = names;
  if (name === undefined || names.length > 1) {
    refuse(file.name, {
      code: 'pt2-program',
      message: `${file.name} holds ${names.length} graphs where one is needed.`,
      remedy: 'Save one exported program with torch.export.save.',
    });
  }
  const program = parseJson(entries.get(name)!.read(maxJsonBytes), file.name, name);
  if (!isObject(program)) throw damaged(file.name, `${name} is not a JSON object`);
  const own = programName.exec(name);
  const stem = name.slice(0, own ? own.index + (name[own.index] === '/' ? 1 : 0) : name.lastIndexOf('/') + 1);
  const tensors = own ? configured(file.name, entries, stem, own[1]!) : pickled(file.name, entries, stem);
  return { program, tensor: (tensor) => tensors(tensor) };
}

type Tensors = (name: string) => BareArray | undefined;

/** Weights and constants with a configuration that says where each lies and how. */
function configured(file: string, entries: ReadonlyMap<string, ZipEntry>, stem: string, model: string): Tensors {
  const order = entries.get(`${stem}byteorder`)?.read(16);
  const littleEndian = !order || new TextDecoder().decode(order).trim() !== 'big';
  const configurations = ['weights', 'constants'].map((kind) => {
    const entry = entries.get(`${stem}data/${kind}/${model}_${kind}_config.json`);
    const parsed = entry && parseJson(entry.read(maxJsonBytes), file, `data/${kind}`);
    const config = isObject(parsed) && isObject(parsed.config) ? parsed.config : {};
    return { folder: `${stem}data/${kind}/`, config };
  });
  return (name) => {
    for (const { folder, config } of configurations) {
      const described = config[name];
      if (!isObject(described)) continue;
      const path = folder + (typeof described.path_name === 'string' ? described.path_name : '');
      const entry = entries.get(path);
      if (described.use_pickle === true && entry) return savedTensors(file, entry.read(maxWeightBytes))('');
      return describedTensor(file, name, described.tensor_meta, littleEndian, () => entry?.read(maxWeightBytes));
    }
    return undefined;
  };
}

/** Older archives hold a saved state dict and saved constants. */
function pickled(file: string, entries: ReadonlyMap<string, ZipEntry>, stem: string): Tensors {
  const names = ['serialized_state_dict', 'serialized_constants'].flatMap((base) => [`${base}.pt`, `${base}.json`]);
  const saved = names.flatMap((name) => {
    const entry = entries.get(stem + name);
    return entry && entry.size > 0 ? [savedTensors(file, entry.read(maxWeightBytes))] : [];
  });
  return (name) => {
    for (const tensors of saved) {
      const found = tensors(name);
      if (found) return found;
    }
    return undefined;
  };
}

/** The tensors of a file of torch.save within the archive, by their keys joined with dots. */
function savedTensors(file: string, bytes: Uint8Array): Tensors {
  const archive = torchArchive(file, openZip(bytes, file));
  if (!archive) throw damaged(file, 'the archive of its weights holds no data.pkl');
  const leaves = leavesOf(readArchivePickle(archive, 'data.pkl', 'data'));
  return (name) => {
    const leaf = leaves.find((candidate) => candidate.kind === 'tensor' && candidate.path.join('.') === name);
    if (leaf?.kind !== 'tensor') return undefined;
    return { name, shape: leaf.tensor.shape, values: tensorNumbers(leaf.tensor, file, name) };
  };
}

/** The number types of the graph's own numbering (torch/_export/serde/schema.py). */
const numberedTypes: ReadonlyMap<number, string> = new Map([
  [1, 'uint8'],
  [2, 'int8'],
  [3, 'int16'],
  [4, 'int32'],
  [5, 'int64'],
  [6, 'float16'],
  [7, 'float32'],
  [8, 'float64'],
  [12, 'bool'],
  [13, 'bfloat16'],
  [28, 'uint16'],
  [29, 'float8_e4m3fn'],
  [30, 'float8_e5m2'],
]);

function describedTensor(
  file: string,
  name: string,
  meta: Json | undefined,
  littleEndian: boolean,
  load: () => Uint8Array | undefined,
): BareArray {
  const described = isObject(meta) ? meta : {};
  const type = scalarTypes.get(numberedTypes.get(typeof described.dtype === 'number' ? described.dtype : 0) ?? '');
  const [shape, strides] = [wholeNumbers(described.sizes), wholeNumbers(described.strides)];
  if (!type || !shape || strides?.length !== shape.length)
    throw damaged(file, `the tensor ${name} is not described by a type of numbers, sizes and strides`);
  const offset = wholeNumber(described.storage_offset) ?? 0;
  const storage = { torch: 'storage', key: name, type, count: 0, littleEndian, load } as const;
  const tensor: TorchTensor = { torch: 'tensor', storage, type, offset, shape, strides };
  return { name, shape, values: tensorNumbers(tensor, file, name) };
}

/** A list of `{ as_int: n }`. */
function wholeNumbers(value: Json | undefined): number[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const numbers = value.flatMap((item: Json) => wholeNumber(item) ?? []);
  return numbers.length === value.length && numbers.length <= 64 ? numbers : undefined;
}

function wholeNumber(value: Json | undefined): number | undefined {
  const number = isObject(value) ? value.as_int : value;
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0 ? number : undefined;
}

function damaged(file: string, what: string): Error {
  return refusal(file, {
    code: 'pt2-damaged',
    message: `${file} is not a usable archive of torch.export: ${what}.`,
    remedy: 'Save the program again with torch.export.save.',
  });
}
