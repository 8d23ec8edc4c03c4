import { protobufMessage, type ProtobufMessage } from '../containers/protobuf';

/** The parts of onnx.proto that a reader needs; names as in the specification, in this project's spelling. */
export interface ModelProto {
  readonly producerName: string;
  readonly producerVersion: string;
  readonly graph: GraphProto | undefined;
  /** Version of the operator set by domain; the default domain is the empty name. */
  readonly opsets: ReadonlyMap<string, number>;
  readonly functions: readonly FunctionProto[];
}

/** A graph of nodes with its stored tensors. */
export interface GraphProto {
  readonly name: string;
  readonly nodes: readonly NodeProto[];
  readonly initializers: readonly TensorProto[];
  readonly sparseInitializers: readonly SparseTensorProto[];
  readonly inputs: readonly ValueInfoProto[];
  readonly outputs: readonly ValueInfoProto[];
}

/** One operation; an empty name among inputs or outputs means that it is left out. */
export interface NodeProto {
  readonly name: string;
  readonly operator: string;
  readonly domain: string;
  /** Which of several functions of the same name is meant; empty for operators. */
  readonly overload: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: ReadonlyMap<string, AttributeProto>;
  /** Values of the surrounding graph that graphs in the attributes (branches, bodies) take. */
  readonly captured: readonly string[];
}

/** A constant property of a node, or the name of a property of the function it stands in. */
export interface AttributeProto {
  readonly name: string;
  /** Name of the calling node's attribute whose value this one takes; empty outside functions. */
  readonly reference: string;
  readonly float: number | undefined;
  readonly integer: number | undefined;
  readonly text: string | undefined;
  readonly tensor: TensorProto | undefined;
  readonly sparseTensor: SparseTensorProto | undefined;
  readonly graph: GraphProto | undefined;
  readonly floats: Float64Array;
  readonly integers: readonly number[];
  readonly texts: readonly string[];
}

/** A stored tensor; its numbers are decoded by `tensorData.ts` when they are needed. */
export interface TensorProto {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dataType: number;
  /** Where the numbers lie outside the file: `location`, `offset`, `length`. */
  readonly external: ReadonlyMap<string, string> | undefined;
  readonly content: ProtobufMessage;
}

/** A stored tensor of which only some numbers are not 0. */
export interface SparseTensorProto {
  readonly dims: readonly number[];
  readonly values: TensorProto | undefined;
  readonly indices: TensorProto | undefined;
}

/** Name and type of a graph's input or output. */
export interface ValueInfoProto {
  readonly name: string;
  readonly type: TypeProto | undefined;
}

/** A tensor's element type and axes (undefined where nothing is said), or something that is no tensor. */
export type TypeProto =
  | { readonly kind: 'tensor'; readonly elementType: number; readonly axes: readonly AxisLength[] | undefined }
  | { readonly kind: 'sequence' | 'map' | 'sparseTensor' | 'optional' };

/** Length of an axis: a number, a name, or nothing. */
export type AxisLength = number | string | undefined;

/** An operator the model defines itself. */
export interface FunctionProto {
  readonly name: string;
  readonly domain: string;
  readonly overload: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly NodeProto[];
  readonly opsets: ReadonlyMap<string, number>;
  /** Attributes that have a default value. */
  readonly defaults: ReadonlyMap<string, AttributeProto>;
}

/** Decodes the structure of an ONNX file; field numbers are those of onnx.proto. */
export function readModelProto(bytes: Uint8Array, file: string): ModelProto {
  const message = protobufMessage(bytes, file);
  return {
    producerName: message.text(2) ?? '',
    producerVersion: message.text(3) ?? '',
    graph: message.message(7, graphProto),
    opsets: opsetImports(message, 8),
    functions: message.messages(25, functionProto),
  };
}

/** The names ONNX uses for one domain: `ai.onnx` is the long form of the empty default. */
function normalDomain(domain: string): string {
  return domain === 'ai.onnx' ? '' : domain;
}

function graphProto(message: ProtobufMessage): GraphProto {
  return {
    name: message.text(2) ?? '',
    nodes: message.messages(1, nodeProto),
    initializers: message.messages(5, tensorProto),
    sparseInitializers: message.messages(15, sparseTensorProto),
    inputs: message.messages(11, valueInfoProto),
    outputs: message.messages(12, valueInfoProto),
  };
}

function nodeProto(message: ProtobufMessage): NodeProto {
  const attributes = message.messages(5, attributeProto);
  return {
    name: message.text(3) ?? '',
    operator: message.text(4) ?? '',
    domain: normalDomain(message.text(7) ?? ''),
    overload: message.text(8) ?? '',
    inputs: message.texts(1),
    outputs: message.texts(2),
    attributes: new Map(attributes.map((attribute) => [attribute.name, attribute])),
    captured: attributes.flatMap(({ graph }) => (graph ? capturedNames(graph) : [])),
  };
}

function capturedNames({ nodes, initializers, inputs, outputs }: GraphProto): string[] {
  const own = new Set([...initializers, ...inputs].map(({ name }) => name));
  for (const node of nodes) for (const output of node.outputs) own.add(output);
  const used = [...nodes.flatMap((node) => [...node.inputs, ...node.captured]), ...outputs.map(({ name }) => name)];
  return [...new Set(used)].filter((name) => name !== '' && !own.has(name));
}

function attributeProto(message: ProtobufMessage): AttributeProto {
  return {
    name: message.text(1) ?? '',
    reference: message.text(21) ?? '',
    float: message.float(2),
    integer: message.integer(3),
    text: message.text(4),
    tensor: message.message(5, tensorProto),
    sparseTensor: message.message(22, sparseTensorProto),
    graph: message.message(6, graphProto),
    floats: message.floats(7),
    integers: message.integers(8),
    texts: message.texts(9),
  };
}

function tensorProto(message: ProtobufMessage): TensorProto {
  const entries = message.messages(13, (entry) => [entry.text(1) ?? '', entry.text(2) ?? ''] as const);
  return {
    name: message.text(8) ?? '',
    dims: message.integers(1),
    dataType: message.integer(2) ?? 0,
    external: message.integer(14) === 1 ? new Map(entries) : undefined,
    content: message,
  };
}

function sparseTensorProto(message: ProtobufMessage): SparseTensorProto {
  return {
    values: message.message(1, tensorProto),
    indices: message.message(2, tensorProto),
    dims: message.integers(3),
  };
}

function valueInfoProto(message: ProtobufMessage): ValueInfoProto {
  return { name: message.text(1) ?? '', type: message.message(2, typeProto) };
}

function typeProto(message: ProtobufMessage): TypeProto {
  if (message.has(4)) return { kind: 'sequence' };
  if (message.has(5)) return { kind: 'map' };
  if (message.has(8)) return { kind: 'sparseTensor' };
  if (message.has(9)) return { kind: 'optional' };
  const tensor = message.message(1, (type) => ({
    elementType: type.integer(1) ?? 0,
    axes: type.message(2, (shape) => shape.messages(1, axisLength)),
  }));
  return { kind: 'tensor', elementType: tensor?.elementType ?? 0, axes: tensor?.axes };
}

function axisLength(message: ProtobufMessage): AxisLength {
  const name = message.text(2);
  if (name) return name;
  return message.integer(1);
}

function functionProto(message: ProtobufMessage): FunctionProto {
  const defaults = message.messages(11, attributeProto);
  return {
    name: message.text(1) ?? '',
    domain: normalDomain(message.text(10) ?? ''),
    overload: message.text(13) ?? '',
    inputs: message.texts(4),
    outputs: message.texts(5),
    nodes: message.messages(7, nodeProto),
    opsets: opsetImports(message, 9),
    defaults: new Map(defaults.map((attribute) => [attribute.name, attribute])),
  };
}

/** A domain may be imported twice (old converters do); the newer version counts. */
function opsetImports(message: ProtobufMessage, field: number): Map<string, number> {
  const opsets = new Map<string, number>();
  for (const [domain, version] of message.messages(
    field,
    (entry) => [normalDomain(entry.text(1) ?? ''), entry.integer(2) ?? 0] as const,
  )) {
    opsets.set(domain, Math.max(version, opsets.get(domain) ?? 0));
  }
  return opsets;
}
