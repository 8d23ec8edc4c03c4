import { protobufMessage } from '../containers/protobuf';
import { maxJsonBytes } from '../limits';
import type { Format, NamedBytes, Reading, ReadOptions } from '../reading';
import { refuse } from '../refuse';
import { openTensorBundle, type TensorBundle } from './bundle/tensorBundle';
import { ProblemError, type Problem } from '../../problem';
import { readBlackBox } from './blackBox';
import { readGraphNetwork, type GraphRequest } from './graphNetwork';
import { constantWidths } from './graphPorts';
import { readKerasLayers } from './kerasLayers';
import { readMetaGraphs, type MetaGraph } from './metaGraph';
import { bodyOf, referenceOf, type Body } from './references';
import { chooseSignature, signatureInputs, signatureOutputs } from './signatures';
import { BinaryMessage } from './syntax/binaryMessage';
import type { Message } from './syntax/message';
import { textMessage } from './syntax/textMessage';
import { variableReader } from './variables';

/**
 * SavedModel folders of TensorFlow 1 and 2 (https://www.tensorflow.org/guide/saved_model): `saved_model.pb` or, in text
 * form, `saved_model.pbtxt`, with the weights in the folder `variables` beside it.
 */
export const savedModel: Format = { name: 'savedmodel', matches, read };

/** A schema version (field 1) of 1 and a list of graphs (field 2), of which each begins with its description (field 1). */
function matches({ bytes }: NamedBytes): boolean {
  const versioned = bytes[0] === 0x08 && bytes[1] === 0x01;
  const at = versioned ? 2 : 0;
  if (bytes[at] === 0x12) return isMetaGraph(bytes.subarray(at + 1, at + 32), versioned);
  return /^\s*(#[^\n]*\n\s*)*(saved_model_schema_version\s*:|meta_graphs\s*[:{<])/.test(
    new TextDecoder('latin1').decode(bytes.subarray(0, 4096)),
  );
}

/** Behind the length of the first graph comes its field 1 or, if it has no description, 2. */
function isMetaGraph(bytes: Uint8Array, versioned: boolean): boolean {
  const length = bytes.findIndex((byte) => byte < 128) + 1;
  const tag = bytes[length];
  return tag === 0x0a || (versioned && tag === 0x12);
}

async function read(file: NamedBytes, options: ReadOptions): Promise<Reading> {
  const { name } = file;
  const meta = chosenGraph(readMetaGraphs(openMessage(file)), name);
  const choice = chooseSignature(meta.signatures, options, name);
  if (choice.kind === 'asked') return { questions: [choice.question], settled: new Map(), problems: [] };
  const { signature } = choice;
  const body = bodyOf(meta.graph.nodes, meta.graph.functions, name);
  const bundle = await openTensorBundle(options.folder, 'variables/variables', name);
  const keras = await readKerasLayers(meta, options.folder, name);
  const request: GraphRequest = {
    file: name,
    format: savedModel.name,
    framework: frameworkOf(meta, keras.version),
    body,
    inputs: signatureInputs(signature, body, name),
    outputs: signatureOutputs(signature, body, name),
    weights: undefined,
    variable: variableReader(meta, body, bundle, name),
    widths: [...storedWidths(bundle), ...constantWidths(body)],
    describe: keras.describe,
  };
  try {
    const reading = readGraphNetwork(request);
    return { ...reading, problems: [...reading.problems, ...orderOfInputs(request)] };
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const asked = { tags: meta.tags, signature: choice.name, initial: initialNodes(meta, body) };
    return readBlackBox(request, asked, error.problem, options.blackBoxes);
  }
}

/** Signatures keep their inputs under names and in no order, so that columns taken by position need to know the one taken. */
function orderOfInputs({ file, inputs }: GraphRequest): Problem[] {
  if (inputs.length < 2) return [];
  const names = inputs.map((input) => input.name);
  const shown = names.length > 12 ? `${names.slice(0, 12).join(', ')}, …` : names.join(', ');
  return [
    {
      code: 'tensorflow-inputs-by-name',
      message: `${file} keeps its inputs in no order; they are taken in that of their names: ${shown}.`,
      file,
      remedy: 'Where columns are taken by position, they must stand in this order.',
      severity: 'info',
    },
  ];
}

/** Nodes that run when the model is loaded. */
function initialNodes({ restoreNode, signatures }: MetaGraph, body: Body): string[] {
  const initial = signatures.get('__saved_model_init_op');
  const named = [...(initial?.outputs.values() ?? [])].flatMap(({ tensor }) => (tensor === undefined ? [] : [tensor]));
  return [
    ...named.map((tensor) => referenceOf(tensor, body).node),
    ...(restoreNode === undefined ? [] : [restoreNode]),
  ];
}

/** The outermost message of a file in binary or text form. */
export function openMessage({ name, bytes }: NamedBytes): Message {
  if (!isText(bytes)) return new BinaryMessage(protobufMessage(bytes, name));
  if (bytes.length > maxJsonBytes)
    return refuse(name, {
      code: 'tensorflow-text-too-large',
      message: `${name} is ${Math.round(bytes.length / 2 ** 20)} MB of text, more than Slopescope reads.`,
      remedy: 'Save the model in binary form.',
    });
  return textMessage(new TextDecoder().decode(bytes), name);
}

/** Text form begins with a word, a comment or white space; a binary file has a length or a number as second byte. */
function isText(bytes: Uint8Array): boolean {
  return bytes.subarray(0, 16).every((byte) => byte === 9 || byte === 10 || byte === 13 || (byte >= 32 && byte < 127));
}

/** The graph for forecasts: the tags tell it from one for training. */
function chosenGraph(graphs: readonly MetaGraph[], file: string): MetaGraph {
  const graph = graphs.find(({ tags }) => tags.includes('serve')) ?? graphs[0];
  return (
    graph ??
    refuse(file, {
      code: 'tensorflow-no-graph',
      message: `${file} has no graph.`,
      remedy: 'Save the model again with the tool that made it.',
    })
  );
}

function frameworkOf({ version }: MetaGraph, keras: string | undefined): string | undefined {
  const parts = [version ? `TensorFlow ${version}` : '', keras ? `Keras ${keras}` : ''].filter((part) => part !== '');
  return parts.length > 0 ? parts.join(', ') : undefined;
}

function storedWidths(bundle: TensorBundle | undefined): number[] {
  return bundle?.shapes().flatMap((shape) => (shape?.length === 2 && shape[0] ? [shape[0]] : [])) ?? [];
}
