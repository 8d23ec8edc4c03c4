import { NetworkBuilder } from '../../network/builder';
import type { Network, Source } from '../../network/network';
import { elements } from '../../network/tensor';
import { ProblemError, type Problem } from '../../problem';
import { protobufFieldNumbers } from '../containers/protobuf';
import { maxOnnxNumbers } from '../limits';
import type { Format, NamedBytes, Reading, ReadOptions } from '../reading';
import { refuse } from '../refuse';
import { isCounted } from '../rows/countedRows';
import type { Value } from '../rows/value';
import { mixesRowsCode, shapesCode, type Surroundings } from './call';
import { readExternalFiles } from './externalData';
import { allAxesFixed, graphInputs, type GraphInput } from './graphInputs';
import { classNames, slopedOutputs } from './graphOutputs';
import { Lowering } from './lowering';
import { readModelProto, type GraphProto, type ModelProto } from './modelProto';
import type { ExternalFiles } from './tensorData';
import { ScopeValues } from './scopeValues';
import { TextTable } from './textTable';

/** ONNX models (https://onnx.ai/onnx/intro), operator set 7 and newer, with weights inside or beside the file. */
export const onnx: Format = { name: 'onnx', matches, read };

/** Problems that a fixed first axis has if it is not that of the rows. */
const doubtsRows = new Set([mixesRowsCode, shapesCode]);

/** What is needed to lower a model, apart from how its inputs are seen. */
interface Opened {
  readonly model: ModelProto;
  readonly graph: GraphProto;
  readonly externalFiles: ExternalFiles;
  readonly file: string;
}

/** A ModelProto has a graph (field 7) and, unlike other protobuf files, begins with fields of that message only. */
function matches({ bytes }: NamedBytes): boolean {
  const numbers = protobufFieldNumbers(bytes, 4096);
  return numbers.includes(7) && numbers.every((number) => modelFields.has(number));
}

const modelFields = new Set([1, 2, 3, 4, 5, 6, 7, 8, 14, 20, 25, 26]);

async function read(file: NamedBytes, options: ReadOptions): Promise<Reading> {
  const model = readModelProto(file.bytes, file.name);
  const { graph } = model;
  if (!graph) {
    return refuse(file.name, {
      code: 'onnx-no-graph',
      message: `${file.name} has no graph.`,
      remedy: 'Save the model again with the tool that made it.',
    });
  }
  const externalFiles = await readExternalFiles(model, options.folder, file.name);
  const network = networkOf({ model, graph, externalFiles, file: file.name });
  return { network, questions: [], settled: new Map(), problems: newerSets(model, file.name) };
}

/** The newest operator sets whose operators are known here, by domain. */
const knownSets = new Map([
  ['', 28],
  ['ai.onnx.ml', 5],
]);

/** A newer operator set may have changed what an operator does. */
function newerSets({ opsets }: ModelProto, file: string): Problem[] {
  return [...knownSets].flatMap(([domain, known]): Problem[] => {
    const version = opsets.get(domain) ?? 0;
    if (version <= known) return [];
    return [
      {
        code: 'onnx-newer-operators',
        message: `${file} is written for operator set ${version} of ${domain || 'ai.onnx'}; Slopescope knows it up to ${known}.`,
        file,
        remedy: 'Compare some forecasts with those of the tool that made it, or export it for an older operator set.',
        severity: 'warning',
      },
    ];
  });
}

/** The network; a first axis of fixed length that turns out not to be that of the rows belongs to the row. */
function networkOf(opened: Opened): Network {
  try {
    return withTexts(opened, true);
  } catch (error) {
    if (!(error instanceof ProblemError) || !doubtsRows.has(error.problem.code)) throw error;
    if (!allAxesFixed(opened.graph)) throw error;
    return withTexts(opened, false);
  }
}

/** A graph with text inputs is lowered twice: once to learn the levels its encoders know, then with them. */
function withTexts(opened: Opened, fixedAreRows: boolean): Network {
  const texts = new TextTable();
  const network = lowered(opened, texts, undefined, fixedAreRows);
  return texts.levels.size === 0 ? network : lowered(opened, new TextTable(), texts.levels, fixedAreRows);
}

function lowered(
  opened: Opened,
  texts: TextTable,
  levels: ReadonlyMap<string, readonly string[]> | undefined,
  fixedAreRows: boolean,
): Network {
  const { model, graph, externalFiles, file } = opened;
  const builder = new NetworkBuilder();
  const { inputs, rows } = graphInputs(graph, fixedAreRows, file);
  const around: Surroundings = {
    file,
    builder,
    texts,
    externalFiles,
    rows,
    counted: new WeakSet(),
    narrow: new WeakSet(),
    spend: allowance(maxOnnxNumbers),
  };
  const values = new ScopeValues();
  values.store(graph, around);
  for (const input of inputs) values.set(input.name, inputValue(input, around, levels));
  const outputs = slopedOutputs(graph, file);
  const lowering = new Lowering(model, around);
  lowering.graph(
    graph.nodes,
    values,
    outputs.map((output) => output.name),
  );
  for (const { name } of outputs) {
    const value = values.get(name);
    if (!value) return refuseOutput(name, 'onnx-output-missing', 'nothing that Slopescope computes', file);
    if (value.type === 'text')
      return refuseOutput(name, 'onnx-only-labels', 'a text or a label, which has no slopes', file);
    if (isCounted({ around }, value))
      return refuseOutput(name, mixesRowsCode, 'computed from how many rows there are', file);
    const features = classNames(graph, elements(value.tensor.shape), externalFiles, file);
    builder.output(name, value.tensor, features);
  }
  return builder.finish(graph.name || file, sourceOf(model, file, lowering));
}

/** A port for the numbers of an input; each text of a row is a column with a port of its own, if an encoder reads it. */
function inputValue(
  { name, shape, batch, type }: GraphInput,
  { builder, texts }: Surroundings,
  levels: ReadonlyMap<string, readonly string[]> | undefined,
): Value {
  if (type !== 'text') return { tensor: builder.input(name, shape), batch, type };
  const count = elements(shape);
  const entries = Float64Array.from({ length: count }, (_, i) => {
    const column = count === 1 ? name : `${name}[${i}]`;
    return texts.column(column, builder, levels?.get(column));
  });
  return { tensor: builder.constant(entries, shape), batch, type };
}

function sourceOf({ producerName, producerVersion, opsets }: ModelProto, file: string, { layers }: Lowering): Source {
  const producer = [producerName, producerVersion].filter((part) => part !== '').join(' ');
  const version = opsets.get('');
  const parts = [producer, version === undefined ? '' : `opset ${version}`].filter((part) => part !== '');
  return { file, format: onnx.name, layers, ...(parts.length > 0 ? { framework: parts.join(', ') } : {}) };
}

function refuseOutput(name: string, code: string, what: string, file: string): never {
  return refuse(file, {
    code,
    message: `The output "${name}" of ${file} is ${what}.`,
    remedy: 'Export the network with its probabilities, scores or forecast as an output.',
    part: name,
  });
}

/** A counter that says no once the given number is used up. */
function allowance(total: number): (numbers: number) => boolean {
  let left = total;
  return (numbers) => (left -= numbers) >= 0;
}
