import { NetworkBuilder } from '../../../network/builder';
import { elements } from '../../../network/tensor';
import { isZip, openZip } from '../../containers/zip';
import { isList, isObject, type Json, type JsonObject } from '../../json';
import type { Format, NamedBytes, Reading } from '../../reading';
import { refusal } from '../../refuse';
import { LayerLog } from '../layerLog';
import { lowerOperator } from '../operators/table';
import { isValue, listValue, tensorValue, type LoweringContext, type TorchValue } from '../operators/values';
import { plainBinary } from '../script/numbers';
import { openExported, isProgramEntry, type ExportedArchive } from './exportedArchive';

/** An archive of torch.export (.pt2): a graph of ATen operations with its parameters. */
export const exportedProgram: Format = {
  name: 'pt2',
  matches: ({ name, bytes }) => isZip(bytes) && holdsProgram(name, bytes),
  read: (file) => Promise.resolve(readProgram(file, openExported(file))),
};

function holdsProgram(name: string, bytes: Uint8Array): boolean {
  try {
    return [...openZip(bytes, name).keys()].some(isProgramEntry);
  } catch {
    return false;
  }
}

/** The state while the graph is followed. */
interface Following extends LoweringContext {
  readonly values: Map<string, TorchValue>;
  readonly archive: ExportedArchive;
  readonly layers: LayerLog;
}

function readProgram(file: NamedBytes, archive: ExportedArchive): Reading {
  const module = object(file.name, archive.program.graph_module, 'graph_module');
  const graph = object(file.name, module.graph, 'graph');
  const signature = object(file.name, module.signature, 'signature');
  const following: Following = {
    file: file.name,
    builder: new NetworkBuilder(),
    notes: [],
    values: new Map(),
    archive,
    layers: new LayerLog(),
  };
  bindInputs(following, graph, signature);
  for (const node of objects(graph.nodes)) followNode(following, node);
  const outputs = userOutputs(signature, graph);
  for (const name of outputs) {
    const value = following.values.get(name);
    if (!isValue(value, 'tensor')) throw damaged(file.name, `its output ${name} is no tensor`);
    following.builder.output(outputs.length === 1 ? 'output' : name, value.tensor);
  }
  if (outputs.length === 0) throw damaged(file.name, 'it has no output');
  const source = { file: file.name, format: 'pt2', framework: 'PyTorch', layers: following.layers.layers };
  const network = following.builder.finish(file.name.replace(/\.[^.]*$/, ''), source);
  const inputs = network.inputs.reduce((sum, port) => sum + port.size, 0);
  return { network, questions: [], settled: new Map([['inputs', String(inputs)]]), problems: following.notes };
}

/** Parameters and constants by the names the signature gives them; everything else is an input of the network. */
function bindInputs(following: Following, graph: JsonObject, signature: JsonObject): void {
  const tensors = isObject(graph.tensor_values) ? graph.tensor_values : {};
  for (const spec of objects(signature.input_specs)) {
    const [kind] = Object.keys(spec);
    const content = object(following.file, kind === undefined ? undefined : spec[kind], 'input_specs');
    if (kind === 'user_input') bindUserInput(following, tensors, content.arg);
    else if (kind === 'constant_input') following.values.set(text(content.name), argument(following, content.value));
    else bindStored(following, content);
  }
}

function bindStored(following: Following, content: JsonObject): void {
  const name = text(isObject(content.arg) ? content.arg.name : undefined);
  const stored = text(content.parameter_name ?? content.buffer_name ?? content.tensor_constant_name);
  const array = following.archive.tensor(stored);
  if (!array) throw damaged(following.file, `the tensor ${stored || name} is missing`, stored);
  const bad = array.values.find((value) => !Number.isFinite(value));
  if (bad !== undefined) {
    const what = `the weights ${stored} hold NaN or infinite numbers: the training of this network has failed`;
    throw damaged(following.file, what, stored);
  }
  following.values.set(name, tensorValue(following.builder.constant(array.values, array.shape), false));
}

/** The first axis holds the rows, unless the input has one axis of a fixed length. */
function bindUserInput(following: Following, tensors: JsonObject, arg: Json | undefined): void {
  const described = object(following.file, arg, 'input_specs');
  if (!isObject(described.as_tensor)) return;
  const name = text(described.as_tensor.name);
  const meta = object(following.file, tensors[name], `tensor_values ${name}`);
  const sizes = (isList(meta.sizes) ? meta.sizes : []).map((size) => (isObject(size) ? size.as_int : undefined));
  const single = sizes.length === 1 && typeof sizes[0] === 'number';
  const shape = (single ? sizes : sizes.slice(1)).map((size) => {
    if (typeof size === 'number' && size > 0) return size;
    throw damaged(following.file, `its input ${name} has a length that is not fixed besides the rows`, name);
  });
  const input = following.builder.input(name, [elements(shape)]);
  following.values.set(name, tensorValue(following.builder.reshape(input, shape), !single));
}

/** Arithmetic of lengths. */
const signs: ReadonlyMap<string, string> = new Map([
  ['_operator.add', '+'],
  ['_operator.sub', '-'],
  ['_operator.mul', '*'],
  ['_operator.floordiv', '//'],
  ['_operator.truediv', '/'],
]);

/** Checks of lengths that the exporter writes down: they give nothing. */
const isCheck = /assert|sym_constrain|^_operator\.(ge|gt|le|lt|eq|ne|and_|or_)$/;

function followNode(following: Following, node: JsonObject): void {
  const target = text(node.target);
  const outputs = objects(node.outputs);
  const [, namespace, name] = /^torch\.ops\.(\w+)\.(\w+)/.exec(target) ?? [];
  if (isCheck.test(target)) {
    bindResults(following, outputs, { kind: 'name', name: target });
    return;
  }
  const inputs = objects(node.inputs).map((input) => [text(input.name), argument(following, input.arg)] as const);
  const place = following.layers.enter(
    following.builder,
    nodeModule(node) ?? { name: text(node.name) || target, kind: name ?? target },
  );
  const sign = signs.get(target);
  if (sign !== undefined) {
    const [left = null, right = null] = inputs.map(([, value]) => value);
    const known = plainBinary(sign, left, right);
    if (known === undefined) throw damaged(following.file, `what ${target} gives is not known`, target);
    bindResults(following, outputs, known);
    return;
  }
  if (target === '_operator.getitem') {
    const [list, at] = inputs.map(([, value]) => value);
    const item = isValue(list, 'list') && typeof at === 'number' ? list.items[at] : undefined;
    bindResults(following, outputs, item ?? null);
    return;
  }
  if (namespace !== 'aten' || name === undefined) {
    throw refusal(following.file, {
      code: 'torch-operator',
      message: `${target} in ${following.file} is not among the operations Slopescope knows.`,
      remedy: 'Export the model with torch.onnx.export.',
      part: target,
    });
  }
  const result = lowerOperator(following, name, [], inputs);
  following.layers.leave(
    place,
    result,
    inputs.map(([, value]) => value),
  );
  bindResults(following, outputs, result);
}

/** The module a node came from: its path and class, from the stack the exporter writes down. */
function nodeModule(node: JsonObject): { readonly name: string; readonly kind: string } | undefined {
  const stack = isObject(node.metadata) ? text(node.metadata.nn_module_stack) : '';
  const [, name, kind] = stack.split(';').at(-1)?.split(',') ?? [];
  return name && kind ? { name, kind: kind.slice(kind.lastIndexOf('.') + 1) } : undefined;
}

/** One output takes the value, several (or a list of tensors) its items. */
function bindResults(following: Following, outputs: readonly JsonObject[], value: TorchValue): void {
  const names = outputs.flatMap((output) => {
    if (isList(output.as_tensors)) return output.as_tensors.map(nameIn);
    const [single] = Object.values(output);
    return [nameIn(single)];
  });
  const several = names.length > 1 || outputs.some((output) => isList(output.as_tensors));
  names.forEach((name, at) => {
    const item = isValue(value, 'list') ? value.items[several ? at : 0] : value;
    following.values.set(name, item ?? null);
  });
}

function nameIn(value: Json | undefined): string {
  return isObject(value) ? text(value.name ?? value.as_name) : '';
}

/** An argument in the graph's JSON as a value; a name that was not computed is a damaged file. */
function argument(following: Following, arg: Json | undefined): TorchValue {
  const [kind, content] = isObject(arg) ? (Object.entries(arg)[0] ?? []) : [];
  const named = (value: Json | undefined): TorchValue => {
    const name = nameIn(value);
    const known = following.values.get(name);
    if (known === undefined)
      throw damaged(following.file, `it refers to ${name || 'a value without a name'}, which is not computed before`);
    return known;
  };
  const symbol = (value: Json | undefined): TorchValue =>
    isObject(value) && typeof value.as_int === 'number' ? value.as_int : named(value);
  switch (kind) {
    case 'as_tensor':
      return named(content);
    case 'as_tensors':
      return listValue((isList(content) ? content : []).map(named));
    case 'as_optional_tensors':
      return listValue((isList(content) ? content : []).map((item) => argument(following, item)));
    case 'as_sym_int':
    case 'as_sym_float':
    case 'as_sym_bool':
      return symbol(content);
    case 'as_sym_ints':
      return listValue((isList(content) ? content : []).map(symbol));
    case 'as_scalar_type':
      // The schema counts the types from 1, PyTorch itself from 0.
      return typeof content === 'number' ? content - 1 : null;
    case 'as_device':
    case 'as_layout':
    case 'as_memory_format':
      return { kind: 'name', name: kind };
    case 'as_float':
      // JSON has no NaN: the text of one is read as null.
      return content === null ? NaN : plain(content);
    case 'as_none':
    case undefined:
      return null;
    default:
      return plain(content);
  }
}

/** Numbers, truth values, texts and lists of them. */
function plain(content: Json | undefined): TorchValue {
  if (isList(content)) return listValue(content.map(plain));
  if (isObject(content) || content === undefined) return null;
  if (content === 'Infinity' || content === '-Infinity') return Number(content);
  return content;
}

/** Names of the values that the user gets, without changes of buffers. */
function userOutputs(signature: JsonObject, graph: JsonObject): string[] {
  const specs = objects(signature.output_specs).flatMap((spec) =>
    isObject(spec.user_output) ? [spec.user_output.arg] : [],
  );
  const args = specs.length > 0 ? specs : isList(graph.outputs) ? graph.outputs : [];
  return args.flatMap((arg) => (isObject(arg) && isObject(arg.as_tensor) ? [text(arg.as_tensor.name)] : []));
}

function object(file: string, value: Json | undefined, part: string): JsonObject {
  if (isObject(value)) return value;
  throw damaged(file, `${part} is missing`, part);
}

function objects(value: Json | undefined): readonly JsonObject[] {
  return isList(value) ? value.filter(isObject) : [];
}

function text(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}

function damaged(file: string, what: string, part?: string): Error {
  return refusal(file, {
    code: 'pt2-damaged',
    message: `${file} is not a usable archive of torch.export: ${what}.`,
    remedy: 'Save the program again with torch.export.save.',
    ...(part === undefined ? {} : { part }),
  });
}
