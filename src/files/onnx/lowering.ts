import { ShapeError } from '../../network/builder';
import type { Layer } from '../../network/network';
import { elements } from '../../network/tensor';
import { maxNesting, maxOnnxNodes } from '../limits';
import { refuse } from '../refuse';
import { noteCountedRows, refuseCountedRows, refuseCountedValue } from '../rows/countedRows';
import type { Value } from '../rows/value';
import { Call, shapesCode, type Surroundings } from './call';
import { isProduct, layerOf } from './layerOf';
import type { AttributeProto, FunctionProto, ModelProto, NodeProto } from './modelProto';
import { numbersUseOf } from './numbersUse';
import { operatorOf } from './operatorTable';
import { neededNodes, nodeName } from './order';
import { refusalOf } from './refusedOperators';
import { withRuns } from './runs';
import { ScopeValues } from './scopeValues';

/** A list of nodes with what they see: the main graph, or the body of a function at one of its calls. */
interface Scope {
  readonly nodes: readonly NodeProto[];
  readonly values: ScopeValues;
  readonly opsets: ReadonlyMap<string, number>;
  /** Name of the call this scope stands in, with a slash; empty for the main graph. */
  readonly prefix: string;
  readonly depth: number;
}

/** Lowers the nodes of one model's graph; functions of the model are written out where they are called. */
export class Lowering {
  /** The layers met so far, as the file names them. */
  readonly layers: Layer[] = [];
  private readonly model: ModelProto;
  private readonly around: Surroundings;
  private readonly functions: ReadonlyMap<string, FunctionProto>;
  /** Results of products with weights, for telling a bias from other constants. */
  private readonly products = new Set<Value>();
  private nodesLeft = maxOnnxNodes;

  constructor(model: ModelProto, around: Surroundings) {
    this.model = model;
    this.around = around;
    this.functions = new Map(model.functions.map((body) => [functionKey(body.domain, body.name, body.overload), body]));
  }

  /** Lowers what leads to the wanted values; `values` holds the inputs and stored tensors and takes the results. */
  graph(nodes: readonly NodeProto[], values: ScopeValues, wanted: readonly string[]): void {
    this.scope({ nodes, values, opsets: this.model.opsets, prefix: '', depth: 0 }, wanted);
  }

  private scope(scope: Scope, wanted: readonly string[]): void {
    const { nodes, values } = scope;
    const given = (name: string): boolean => values.has(name);
    const ordered = neededNodes({ nodes, wanted, given, file: this.around.file });
    for (const node of ordered) this.node(node, scope);
  }

  private node(node: NodeProto, scope: Scope): void {
    if (--this.nodesLeft < 0) this.tooManyNodes();
    const name = scope.prefix + nodeName(node);
    this.around.builder.at(name);
    const inputs = node.inputs.map((input) => scope.values.get(input));
    const missing = node.inputs.find((input, k) => input !== '' && !inputs[k]);
    const body = this.functions.get(functionKey(node.domain, node.operator, node.overload));
    const call = new Call(node, name, scope.opsets.get(node.domain) ?? 1, inputs, this.around);
    if (missing !== undefined) return refuseMissingOutput(call, missing);
    const outputs = this.outputsOf(call, body, scope);
    node.outputs.forEach((output, k) => {
      const value = outputs[k];
      if (output !== '' && value) scope.values.set(output, value);
    });
    if (!body) this.note(call, outputs);
  }

  private outputsOf(call: Call, body: FunctionProto | undefined, scope: Scope): readonly (Value | undefined)[] {
    if (body) return this.written(body, call, scope.depth);
    const isChoice = call.node.operator === 'If' && call.node.domain === '';
    return isChoice ? this.chosen(call, scope) : this.lowered(call);
  }

  /** The branch of an If whose condition is the same in every row: exporters write one where a shape decides. */
  private chosen(call: Call, scope: Scope): readonly (Value | undefined)[] {
    const condition = call.value(0).tensor.constant?.[0];
    const branch = call.attribute(condition === 0 ? 'else_branch' : 'then_branch')?.graph;
    if (condition === undefined || !branch) return this.refused(call);
    refuseCountedValue(call, call.value(0));
    this.expectShallow(call, scope.depth);
    const values = new ScopeValues(scope.values);
    values.store(branch, this.around);
    const wanted = branch.outputs.map((output) => output.name);
    const inner = {
      nodes: branch.nodes,
      values,
      opsets: scope.opsets,
      prefix: `${call.name}/`,
      depth: scope.depth + 1,
    };
    this.scope(inner, wanted);
    return wanted.map((output) => values.get(output));
  }

  /** Lists the node if it is a layer to people; a network whose weights are not numbers gives no forecasts. */
  private note(call: Call, outputs: readonly (Value | undefined)[]): void {
    const afterProduct = call.inputs.some((input) => input && this.products.has(input));
    const layer = layerOf(call, outputs, afterProduct);
    for (const output of outputs) if (output && isProduct(call.node)) this.products.add(output);
    if (!layer) return;
    this.layers.push(layer);
    const constants = call.inputs.flatMap((input) => input?.tensor.constant ?? []);
    // An infinity that is added to scores hides a position or a class.
    const hides = call.node.operator === 'Add' ? -Infinity : 0;
    const sound = (number: number) => Number.isFinite(number) || number === hides;
    if (layer.parameters === 0 || constants.every((numbers) => numbers.every(sound))) return;
    call.refuse(
      'weights-not-finite',
      'has weights that are infinite or not a number',
      'Train the network again: its training diverged.',
    );
  }

  private lowered(call: Call): readonly Value[] {
    const operator = operatorOf(call.node);
    if (!operator) return this.refused(call);
    try {
      const use = numbersUseOf(call.node);
      refuseCountedRows(call, use, call.inputs);
      const result = operator(call);
      const outputs = 'tensor' in result ? [result] : result;
      // A constant's numbers stand in the file, so their size has been checked already.
      if (call.node.operator !== 'Constant')
        outputs.forEach((output) => call.expectRoom([elements(output.tensor.shape)]));
      noteCountedRows(call, use, call.inputs, outputs);
      return withRuns(call, outputs);
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      return call.refuse(
        shapesCode,
        `does not fit its inputs: ${error.message}`,
        'Save the model again with the tool that made it.',
      );
    }
  }

  /** A call of a function of the model: its nodes, with the call's values and attributes in place of the names. */
  private written(body: FunctionProto, call: Call, depth: number): readonly (Value | undefined)[] {
    this.expectShallow(call, depth);
    const values = new ScopeValues();
    body.inputs.forEach((input, k) => {
      const value = call.inputs[k];
      if (value) values.set(input, value);
    });
    const given = new Map([...body.defaults, ...call.node.attributes]);
    const nodes = body.nodes.map((node) => withoutOmitted(resolved(node, given), body, values));
    const opsets = new Map([...this.model.opsets, ...body.opsets]);
    const used = body.outputs.filter((_, k) => (call.node.outputs[k] ?? '') !== '');
    this.scope({ nodes, values, opsets, prefix: `${call.name}/`, depth: depth + 1 }, used);
    return body.outputs.map((output) => values.get(output));
  }

  private refused(call: Call): never {
    const { code, because, remedy } = refusalOf(call.node);
    return call.refuse(code, because, remedy);
  }

  private expectShallow(call: Call, depth: number): void {
    if (depth < maxNesting) return;
    call.refuse('onnx-function-too-deep', 'calls functions within functions without end', 'Save the model again.');
  }

  private tooManyNodes(): never {
    const { file } = this.around;
    return refuse(file, {
      code: 'onnx-too-large',
      message: `The graph in ${file} has more than ${maxOnnxNodes} nodes.`,
      remedy: 'Slopescope is for networks on tables; use a smaller network.',
    });
  }
}

/** Some operators have further outputs (positions, masks, statistics) that nothing here gives. */
function refuseMissingOutput(call: Call, name: string): never {
  return call.refuse(
    'onnx-output-missing',
    `takes the value "${name}", a further output of an operator that Slopescope does not compute`,
    'Export the network without that output.',
  );
}

/** A node of a function's body with the call's attributes in place of references to them. */
function resolved(node: NodeProto, given: ReadonlyMap<string, AttributeProto>): NodeProto {
  const attributes = new Map<string, AttributeProto>();
  for (const [name, attribute] of node.attributes) {
    const actual = attribute.reference === '' ? attribute : given.get(attribute.reference);
    if (actual) attributes.set(name, actual);
  }
  return { ...node, attributes };
}

/** Inputs of the function that the call leaves out are left out in its body too. */
function withoutOmitted(node: NodeProto, body: FunctionProto, values: ScopeValues): NodeProto {
  const inputs = node.inputs.map((input) => (body.inputs.includes(input) && !values.has(input) ? '' : input));
  return { ...node, inputs };
}

function functionKey(domain: string, name: string, overload: string): string {
  return JSON.stringify([domain, name, overload]);
}
