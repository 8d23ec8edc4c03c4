import { elements } from '../../network/tensor';
import type { BareArray, BareFile } from '../bareWeights/bareFile';
import { withCodeGuess } from '../bareWeights/codeBeside';
import { metadataTexts } from '../bareWeights/facts';
import { readBareWeights } from '../bareWeights/readBareWeights';
import { isList, isObject, parseJson, type Json } from '../json';
import { maxArrayAxes, maxJsonBytes } from '../limits';
import { plainWeights } from '../pytorch/reparametrised';
import { scalarTypes, type ScalarType } from '../pytorch/tensors';
import type { Format, NamedBytes } from '../reading';
import { refusal } from '../refuse';

/** Weights in a .safetensors file: a length, a JSON header, and the tensors' bytes one after the other. */
export const safetensors: Format = {
  name: 'safetensors',
  matches: ({ name, bytes }) => /\.safetensors$/i.test(name) || hasHeader(bytes),
  read: async (file, options) => withCodeGuess(readBareWeights(bareFile(file), options), options.folder),
};

const lengthBytes = 8;

function headerLength(bytes: Uint8Array): number {
  if (bytes.length < lengthBytes) return 0;
  return Number(new DataView(bytes.buffer, bytes.byteOffset, lengthBytes).getBigUint64(0, true));
}

function hasHeader(bytes: Uint8Array): boolean {
  const length = headerLength(bytes);
  return length >= 2 && length <= bytes.length - lengthBytes && length <= maxJsonBytes && bytes[lengthBytes] === 0x7b;
}

const types: ReadonlyMap<string, string> = new Map([
  ['F64', 'float64'],
  ['F32', 'float32'],
  ['F16', 'float16'],
  ['BF16', 'bfloat16'],
  ['F8_E4M3', 'float8_e4m3fn'],
  ['F8_E5M2', 'float8_e5m2'],
  ['I64', 'int64'],
  ['I32', 'int32'],
  ['I16', 'int16'],
  ['I8', 'int8'],
  ['U8', 'uint8'],
  ['U16', 'uint16'],
  ['U32', 'uint32'],
  ['U64', 'uint64'],
  ['BOOL', 'bool'],
]);

interface Header {
  readonly tensors: readonly HeaderTensor[];
  readonly metadata: readonly (readonly [string, string])[];
}

interface HeaderTensor {
  readonly name: string;
  readonly type: ScalarType;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

function bareFile(file: NamedBytes): BareFile {
  const { tensors, metadata } = readHeader(file);
  const data = file.bytes.subarray(lengthBytes + headerLength(file.bytes));
  checkPlaces(file, tensors, data.length);
  const own = tensors.map((tensor): BareArray => ({ ...tensor, values: numbers(data, tensor) }));
  const tied = sharedTensors(own, metadata);
  const arrays = plainWeights(file.name, [...own, ...tied]);
  const framework = metadata.find(([key]) => key === 'format')?.[1];
  const torchNames = arrays.some((array) => /(^|\.)weight$/.test(array.name));
  const kernels = arrays.some((array) => /(^|[./])kernel$/.test(array.name));
  const convention = torchNames ? 'out,in' : kernels ? 'in,out' : undefined;
  return {
    file: file.name,
    format: 'safetensors',
    ...(framework === 'pt' ? { framework: 'PyTorch' } : framework ? { framework } : {}),
    arrays,
    texts: metadataTexts(metadata.filter(([key]) => !tied.some((array) => array.name === key))),
    dialect: torchNames ? 'torch' : 'numpy',
    ...(convention ? { convention } : {}),
    ordered: false,
    problems: [],
  };
}

/** `save_model` stores a tensor that two layers share once, and notes its other names: `{"fc2.weight": "fc1.weight"}`. */
function sharedTensors(own: readonly BareArray[], metadata: Header['metadata']): readonly BareArray[] {
  const stored = new Map(own.map((array) => [array.name, array]));
  return metadata.flatMap(([name, original]) => {
    const array = stored.has(name) ? undefined : stored.get(original);
    return array ? [{ ...array, name }] : [];
  });
}

function readHeader(file: NamedBytes): Header {
  const length = headerLength(file.bytes);
  if (length > file.bytes.length - lengthBytes || length > maxJsonBytes) {
    const declared = `the length of its header (${length} bytes) is larger than the file`;
    throw broken(file, 'safetensors-header-size', declared);
  }
  const parsed = parseJson(file.bytes.subarray(lengthBytes, lengthBytes + length), file.name, 'the header');
  if (!isObject(parsed)) throw broken(file, 'safetensors-header', 'its header is not a JSON object');
  const { __metadata__: metadata, ...tensors } = parsed;
  const entries = isObject(metadata) ? Object.entries(metadata) : [];
  return {
    tensors: Object.entries(tensors).map(([name, entry]) => headerTensor(file, name, entry)),
    metadata: entries.flatMap(([key, value]) => (typeof value === 'string' ? [[key, value] as const] : [])),
  };
}

function headerTensor(file: NamedBytes, name: string, entry: Json | undefined): HeaderTensor {
  const wrong = (what: string): Error => broken(file, 'safetensors-tensor', `the tensor ${name} ${what}`, name);
  if (!isObject(entry)) throw wrong('is not described');
  const [shape, offsets] = [wholeNumbers(entry.shape), wholeNumbers(entry.data_offsets)];
  const spelled = typeof entry.dtype === 'string' ? entry.dtype : '?';
  const type = scalarTypes.get(types.get(spelled) ?? '');
  if (!type) throw wrong(`has numbers of type ${spelled}, which Slopescope does not read`);
  const [start, end] = offsets ?? [];
  if (!shape || shape.length > maxArrayAxes || start === undefined || end === undefined || offsets?.length !== 2)
    throw wrong('has no usable shape or data_offsets');
  const size = elements(shape) * type.size;
  if (end - start !== size)
    throw wrong(
      `has the shape [${shape.join(', ')}] (${size} bytes), which does not fit its ${end - start} bytes of data`,
    );
  return { name, type, shape, start, end };
}

/** Each byte belongs to at most one tensor, and all lie in the file. */
function checkPlaces(file: NamedBytes, tensors: readonly HeaderTensor[], available: number): void {
  let end = 0;
  for (const tensor of [...tensors].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (tensor.start < end)
      throw broken(file, 'safetensors-overlap', `the tensor ${tensor.name} overlaps another`, tensor.name);
    if (tensor.end > available) {
      const what = `its data end before the tensor ${tensor.name} does (truncated: ${available} of ${tensor.end} bytes)`;
      throw broken(file, 'safetensors-truncated', what, tensor.name);
    }
    end = tensor.end;
  }
}

function numbers(data: Uint8Array, { type, start, end }: HeaderTensor): Float64Array {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  return Float64Array.from({ length: (end - start) / type.size }, (_, at) =>
    type.read(view, start + at * type.size, true),
  );
}

function broken(file: NamedBytes, code: string, what: string, part?: string): Error {
  return refusal(file.name, {
    code,
    message: `${file.name} is not a usable safetensors file: ${what}.`,
    remedy: 'Copy or download the whole file again, or save the weights again.',
    ...(part === undefined ? {} : { part }),
  });
}

function wholeNumbers(value: Json | undefined): number[] | undefined {
  if (!isList(value)) return undefined;
  const found = value.flatMap((item) =>
    typeof item === 'number' && Number.isSafeInteger(item) && item >= 0 ? [item] : [],
  );
  return found.length === value.length ? found : undefined;
}
