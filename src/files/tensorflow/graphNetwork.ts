import { NetworkBuilder } from '../../network/builder';
import type { Layer, Network } from '../../network/network';
import { ProblemError, type Problem } from '../../problem';
import { maxTensorflowNumbers } from '../limits';
import type { Reading } from '../reading';
import { refuse } from '../refuse';
import { isCounted } from '../rows/countedRows';
import { mixesRowsCode, shapesCode, type Surroundings } from './call';
import { elementType } from './dataType';
import {
  allAxesFixed,
  graphInputs,
  hasOpenWidth,
  type DeclaredInput,
  type GraphInput,
  type OpenChoices,
} from './graphInputs';
import { heldValue, type Held } from './held';
import { Lowering } from './lowering';
import type { Body, Reference } from './references';
import type { StoredTensor } from './tensorProto';

/** A graph with what is asked of it; all formats of TensorFlow end here. */
export interface GraphRequest {
  readonly file: string;
  /** As in `Source.format`. */
  readonly format: string;
  readonly framework: string | undefined;
  readonly body: Body;
  readonly inputs: readonly DeclaredInput[];
  readonly outputs: readonly DeclaredOutput[];
  /** Elements of constants by node name, where they lie beside the graph. */
  readonly weights: ReadonlyMap<string, () => StoredTensor> | undefined;
  /** The stored variable that a node of the main graph stands for. */
  readonly variable: (node: string) => StoredTensor;
  /** Widths an input may have whose own shape leaves it open, the likeliest first. */
  readonly widths: readonly number[];
  /** Layers for people, made of those that the nodes tell. */
  readonly describe: (layers: readonly Layer[]) => readonly Layer[];
}

/** An output of the graph as the file declares it. */
export interface DeclaredOutput {
  readonly name: string;
  readonly reference: Reference;
}

/** Problems that a wrong guess about open axes has. */
const doubtsShapes = new Set([mixesRowsCode, shapesCode]);

/** Guesses of an open width that are tried: a wrong one fails at the first product. */
const maxWidths = 32;

/** Reads the network out of a graph. */
export function readGraphNetwork(request: GraphRequest): Reading {
  const { network, remarks } = firstThatFits(request);
  return { network, questions: [], settled: new Map(), problems: remarks };
}

/** Natural order of names: `output_2` before `output_10`. */
export function compareNames(a: string, b: string): number {
  const [left, right] = [a, b].map((name) => name.split(/(\d+)/));
  for (let k = 0; k < Math.min(left!.length, right!.length); k++) {
    const [x, y] = [left![k]!, right![k]!];
    if (x === y) continue;
    const difference = Number(x) - Number(y);
    return k % 2 === 1 && difference !== 0 ? difference : x < y ? -1 : 1;
  }
  return left!.length - right!.length;
}

interface Lowered {
  readonly network: Network;
  readonly remarks: readonly Problem[];
}

/** What shapes leave open is settled by what the graph can do: the first reading whose shapes fit counts. */
function firstThatFits(request: GraphRequest): Lowered {
  let problem: ProblemError | undefined;
  for (const choices of choicesFor(request)) {
    try {
      return lowered(request, choices);
    } catch (error) {
      if (!(error instanceof ProblemError) || !doubtsShapes.has(error.problem.code)) throw error;
      problem ??= error;
    }
  }
  throw problem ?? new Error('there are always choices');
}

function choicesFor({ inputs, widths }: GraphRequest): OpenChoices[] {
  if (hasOpenWidth(inputs)) {
    const tried = [...new Set(widths)].slice(0, maxWidths);
    return (tried.length > 0 ? tried : [undefined]).map((width) => ({ fixedAreRows: true, width }));
  }
  const rowsFirst: OpenChoices = { fixedAreRows: true, width: undefined };
  return allAxesFixed(inputs) ? [rowsFirst, { fixedAreRows: false, width: undefined }] : [rowsFirst];
}

function lowered(request: GraphRequest, choices: OpenChoices): Lowered {
  const { file, format, framework, body, outputs, weights, variable } = request;
  const builder = new NetworkBuilder();
  const remarks: Problem[] = [];
  const numeric = request.inputs.filter(({ type }) => elementType(type) !== 'text');
  const { inputs, rows } = graphInputs(numeric, choices, file);
  let left = maxTensorflowNumbers;
  const spend = (numbers: number): boolean => (left -= numbers) >= 0;
  const counted = new WeakSet<Float64Array>();
  const around: Surroundings = { file, builder, rows, counted, weights, variable, spend, remarks };
  const lowering = new Lowering(body, around);
  for (const input of inputs) lowering.feed(input.reference, port(builder, input));
  for (const { type, reference } of request.inputs)
    if (elementType(type) === 'text') lowering.feed(reference, { kind: 'texts', texts: [] });
  const results = lowering.results(outputs.map(({ reference }) => reference));
  results.forEach((held, k) => {
    const { name } = outputs[k]!;
    if (held.kind === 'open') return held.refuse();
    if (held.kind !== 'value') return refuseOutput(name, 'is no tensor of numbers', file);
    if (isCounted({ around }, held.value)) return refuseOutput(name, 'is computed from how many rows there are', file);
    builder.output(name, held.value.tensor);
  });
  const layers = request.describe(lowering.layers.layers);
  const network = builder.finish(file, { file, format, layers, ...(framework ? { framework } : {}) });
  // An operator that reads texts has been refused by its name before.
  if (network.inputs.length === 0) return refuseTexts(file);
  return { network, remarks };
}

function port(builder: NetworkBuilder, { name, shape, batch, type }: GraphInput): Held {
  return heldValue({ tensor: builder.input(name, shape), batch, type });
}

function refuseTexts(file: string): never {
  return refuse(file, {
    code: 'tensorflow-text',
    message: `${file} has no input that takes numbers.`,
    remedy: 'Encode texts before the network and save the network with numbers as inputs.',
  });
}

function refuseOutput(name: string, because: string, file: string): never {
  return refuse(file, {
    code: 'tensorflow-output',
    message: `The output "${name}" of ${file} ${because}.`,
    remedy: 'Save the network with its probabilities, scores or forecast as an output.',
    part: name,
  });
}
