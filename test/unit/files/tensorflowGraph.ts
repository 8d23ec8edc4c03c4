/**
 * Graphs for tests in a short notation, one node per line, turned into protobuf's text form:
 *
 *     x = Placeholder f32[?,2]
 *     w = f32[2,1] 3 4
 *     y = MatMul(x, w) transpose_b:false
 *
 * In texts (`str[2] a b_c`) an underscore stands for a blank.
 */
import type { Folder, Reading } from '../../../src/files/reading';
import { readModel } from '../../../src/files/read';
import type { Network } from '../../../src/network/network';
import { referenceJacobian, referenceOutputs, referenceValues } from '../../../src/slopes/reference';

const types: Readonly<Record<string, readonly [type: string, field: string]>> = {
  f32: ['DT_FLOAT', 'float_val'],
  f64: ['DT_DOUBLE', 'double_val'],
  i32: ['DT_INT32', 'int_val'],
  i64: ['DT_INT64', 'int64_val'],
  bool: ['DT_BOOL', 'bool_val'],
  str: ['DT_STRING', 'string_val'],
  res: ['DT_RESOURCE', 'int_val'],
};

/** The text form of a list of nodes: a GraphDef's content. */
export function graphText(notation: string): string {
  return nodeTexts(notation, 'node').join('\n');
}

/** The text form of a function of the library: arguments, nodes, and for each output the value it is. */
export function functionText(
  name: string,
  inputs: readonly string[],
  notation: string,
  outputs: Readonly<Record<string, string>>,
): string {
  const named = (field: string, names: readonly string[]) =>
    names.map((argument) => `${field} { name: "${argument}" type: DT_FLOAT }`);
  const results = Object.entries(outputs).map(([key, value]) => `ret { key: "${key}" value: "${value}" }`);
  return `function {
    signature { name: "${name}" ${named('input_arg', inputs).join(' ')} ${named('output_arg', Object.keys(outputs)).join(' ')} }
    ${nodeTexts(notation, 'node_def').join('\n')}
    ${results.join(' ')}
  }`;
}

/** The nodes of a graph with functions. */
export function graphWithFunctions(notation: string, ...functions: readonly string[]): string {
  return `${graphText(notation)}\nlibrary { ${functions.join('\n')} }`;
}

/** A reading of a graph's text form, as a file without anything beside it. */
export function readGraphText(text: string, folder: Folder = emptyFolder): Promise<Reading> {
  return readModel({ name: 'graph.pbtxt', bytes: new TextEncoder().encode(text) }, { folder, answers: new Map() });
}

/** The network of a graph in the short notation; fails with its problem otherwise. */
export async function networkOf(notation: string): Promise<Network> {
  return networkOfText(graphText(notation));
}

/** The network of a graph's text form. */
export async function networkOfText(text: string): Promise<Network> {
  const { network, problems } = await readGraphText(text);
  if (!network) throw new Error(problems.map((problem) => problem.message).join('\n'));
  return network;
}

/** The first problem of a graph in the short notation. */
export async function problemOf(notation: string): Promise<string> {
  const { problems } = await readGraphText(graphText(notation));
  return problems[0]?.message ?? 'no problem';
}

/** Outputs at one row, its numbers shared out over the inputs in their order. */
export function outputsAt(network: Network, row: readonly number[]): number[] {
  return [...referenceOutputs(network, valuesAt(network, row))];
}

/** The Jacobian at one row: [output][input]. */
export function slopesAt(network: Network, row: readonly number[]): number[][] {
  return referenceJacobian(network, valuesAt(network, row)).map((slopes) => [...slopes]);
}

export const emptyFolder: Folder = { list: () => Promise.resolve([]), read: () => Promise.resolve(undefined) };

function valuesAt(network: Network, row: readonly number[]) {
  let start = 0;
  return referenceValues(
    network,
    network.inputs.map((port) => Float64Array.from(row.slice(start, (start += port.size)))),
  );
}

function nodeTexts(notation: string, field: string): string[] {
  const lines = notation.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').map((line) => `${field} { ${nodeText(line)} }`);
}

function nodeText(line: string): string {
  const [, name = '', rest = ''] = /^(\S+) = (.*)$/.exec(line) ?? [];
  const head = `name: "${name}"`;
  const constant = /^(\w+)\[([\d,]*)\](.*)$/.exec(rest);
  if (constant) return `${head} op: "Const" ${constantText(constant[1]!, constant[2]!, constant[3]!)}`;
  const placeholder = /^Placeholder (\w+)(\[([?\d,]*)\])?$/.exec(rest);
  if (placeholder) {
    const shape = placeholder[2] === undefined ? 'unknown_rank: true' : dims(placeholder[3]!);
    const type = `attr { key: "dtype" value { type: ${types[placeholder[1]!]![0]} } }`;
    return `${head} op: "Placeholder" ${type} attr { key: "shape" value { shape { ${shape} } } }`;
  }
  const [, operator = '', inputs = '', attributes = ''] = /^(\S+?)\(([^)]*)\)(.*)$/.exec(rest) ?? [];
  const listed = inputs.split(',').map((input) => input.trim());
  return [
    head,
    `op: "${operator}"`,
    ...listed.filter((input) => input !== '').map((input) => `input: "${input}"`),
    ...Array.from(attributes.matchAll(/(\w+):(\[[^\]]*\]|\S+)/g), ([, key = '', value = '']) =>
      attributeText(key, value),
    ),
  ].join(' ');
}

function constantText(type: string, shape: string, numbers: string): string {
  const [dtype, field] = types[type]!;
  const values = numbers
    .trim()
    .split(/\s+/)
    .filter((number) => number !== '');
  const written = values.map(
    (value) => `${field}: ${type === 'str' ? JSON.stringify(value.replaceAll('_', ' ').trim()) : value}`,
  );
  const tensor = `dtype: ${dtype} tensor_shape { ${dims(shape)} } ${written.join(' ')}`;
  return `attr { key: "dtype" value { type: ${dtype} } } attr { key: "value" value { tensor { ${tensor} } } }`;
}

function dims(shape: string): string {
  const lengths = shape.split(',').filter((length) => length !== '');
  return lengths.map((length) => `dim { size: ${length === '?' ? -1 : length} }`).join(' ');
}

function attributeText(key: string, value: string): string {
  return `attr { key: "${key}" value { ${valueText(value)} } }`;
}

function valueText(value: string): string {
  if (value.startsWith('['))
    return `list { ${value
      .slice(1, -1)
      .split(',')
      .map((item) => valueText(item.trim()))
      .join(' ')} }`;
  if (value === 'true' || value === 'false') return `b: ${value}`;
  if (/^-?\d+$/.test(value)) return `i: ${value}`;
  if (/^-?\d*\.\d+$/.test(value)) return `f: ${value}`;
  if (value.startsWith('DT_')) return `type: ${value}`;
  if (value.startsWith('@')) return `func { name: "${value.slice(1)}" }`;
  if (value.startsWith('$')) return `placeholder: "${value.slice(1)}"`;
  return `s: "${value}"`;
}
