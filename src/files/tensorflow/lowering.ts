import { ShapeError } from '../../network/builder';
import { elements } from '../../network/tensor';
import { maxNesting, maxTensorflowNodes } from '../limits';
import { refuse } from '../refuse';
import { noteCountedRows, refuseCountedRows, refuseCountedValue } from '../rows/countedRows';
import type { Value } from '../rows/value';
import { resolvedAttributes, type FunctionName } from './attributes';
import { Call, shapesCode, type Surroundings } from './call';
import { constantTruth, liveInputs } from './conditionals';
import { exampleColumns } from './examples';
import type { FunctionDef, NodeDef } from './graphDef';
import { heldValue, valueOf, type Held } from './held';
import { LayerList } from './layerList';
import { numbersUseOf } from './numbersUse';
import { openSize } from './openSizes';
import { operatorOf } from './operatorTable';
import { constantTexts } from './operators/constants';
import { neededNodes } from './order';
import { bodyOf, isControl, referenceKey, referenceOf, type Body, type Reference } from './references';
import { isLoop, refusalOf } from './refusedOperators';

/** Nodes with what they see: the main graph, or the body of a function at one of its calls. */
interface Scope {
  readonly body: Body;
  /** Values by node and number of the output: inputs, arguments and results. */
  readonly values: Map<string, Held>;
  /** Name of the call this scope stands in, with a slash; empty for the main graph. */
  readonly prefix: string;
  readonly depth: number;
}

/** A function with what a call gives it. */
interface CalledFunction {
  readonly body: FunctionDef;
  readonly by: FunctionName;
  readonly inputs: readonly Held[];
}

const calls = new Set(['PartitionedCall', 'StatefulPartitionedCall']);
const choices = new Set(['If', 'StatelessIf']);
const merges = new Set(['Merge', 'RefMerge']);
const switches = new Set(['Switch', 'RefSwitch']);
const variables = new Set(['VarHandleOp', 'Variable', 'VariableV2']);
const examples = new Set(['ParseExample', 'ParseExampleV2']);
const passesHandles = new Set(['Identity', 'IdentityN', 'EnsureShape', 'StopGradient', 'Snapshot', 'DeepCopy']);

/** Lowers the nodes of one graph; functions of its library are written out where they are called. */
export class Lowering {
  readonly layers = new LayerList();
  private readonly around: Surroundings;
  private readonly main: Scope;
  private nodesLeft = maxTensorflowNodes;

  constructor(main: Body, around: Surroundings) {
    this.around = around;
    this.nodesLeft -= main.nodes.size;
    if (this.nodesLeft < 0) this.tooManyNodes();
    this.main = { body: main, values: new Map(), prefix: '', depth: 0 };
  }

  /** Gives a value of the main graph from outside: an input. */
  feed(reference: Reference, held: Held): void {
    this.main.values.set(referenceKey(reference), held);
  }

  /** Lowers what leads to the wanted values of the main graph and gives them, in order. */
  results(wanted: readonly Reference[]): readonly Held[] {
    return this.scope(this.main, wanted);
  }

  private scope(scope: Scope, wanted: readonly Reference[]): Held[] {
    const { body, values } = scope;
    const { file } = this.around;
    const given = (reference: Reference): boolean => values.has(referenceKey(reference));
    const inputsOf = (node: NodeDef): readonly string[] => this.inputsOf(node, scope);
    const { nodes, usedOutputs } = neededNodes({ body, wanted, given, inputsOf, file });
    for (const node of nodes) {
      const outputs = this.node(node, scope, usedOutputs.get(node.name) ?? new Set());
      outputs.forEach((held, output) => {
        if (held) values.set(referenceKey({ node: node.name, output }), held);
      });
    }
    return wanted.map((reference) => values.get(referenceKey(reference)) ?? this.noSuchOutput(reference));
  }

  /** A loop is refused by name before its circle is met; of a conditional only the side taken counts. */
  private inputsOf(node: NodeDef, scope: Scope): readonly string[] {
    if (isLoop(node.operator)) this.refuseOperator(this.callOf(node, scope, []));
    return merges.has(node.operator) ? liveInputs(node, scope.body, this.around.file) : node.inputs;
  }

  /** What stands on the outputs of a node; undefined for those nobody uses. */
  private node(node: NodeDef, scope: Scope, used: ReadonlySet<number>): readonly (Held | undefined)[] {
    const { operator } = node;
    const call = this.callOf(node, scope, this.heldInputs(node, scope));
    const { inputs } = call;
    this.around.builder.at(call.name);
    if (merges.has(operator)) return inputs.slice(0, 1);
    if (inputs.some((input) => input.kind === 'dead')) return deadOutputs(used);
    if (switches.has(operator)) return this.switched(call, scope);
    if (passesHandles.has(operator) && inputs.some((input) => input.kind !== 'value')) return inputs;
    if (variables.has(operator)) return [{ kind: 'variable', read: () => this.around.variable(node.name) }];
    const open = openSize(call);
    if (open) return [open];
    if (examples.has(operator)) return exampleColumns(call);
    const texts = operator === 'Const' ? constantTexts(call) : undefined;
    if (texts) return [texts];
    const called = this.calledBy(call, scope.body);
    return called ? this.written(called, call, scope, used) : this.held(call, this.lowered(call));
  }

  private heldInputs(node: NodeDef, scope: Scope): Held[] {
    const data = this.inputsOf(node, scope).filter((input) => !isControl(input));
    return data.map((input) => {
      const reference = referenceOf(input, scope.body);
      return scope.values.get(referenceKey(reference)) ?? this.noSuchOutput(reference);
    });
  }

  /** From SpaceToBatchND to BatchToSpaceND the rows are dealt out to several. */
  private held({ node, inputs }: Call, results: readonly Value[]): Held[] {
    const dealt = node.operator === 'SpaceToBatchND' || inputs.some((input) => input.kind === 'blocks');
    const kind = dealt && node.operator !== 'BatchToSpaceND' ? 'blocks' : 'value';
    return results.map((value) => ({ kind, value }));
  }

  private callOf(node: NodeDef, scope: Scope, inputs: readonly Held[]): Call {
    return new Call(node, scope.prefix + node.name, inputs, this.around);
  }

  /** The function a node calls: by attribute, by its operator's name, or by a choice that is the same in every row. */
  private calledBy(call: Call, { functions }: Body): CalledFunction | undefined {
    const { node, attributes, inputs } = call;
    const own = functions.get(node.operator);
    if (own) return { body: own, by: { name: node.operator, attributes: node.attributes }, inputs };
    const chooses = choices.has(node.operator);
    if (!chooses && !calls.has(node.operator)) return undefined;
    const chooser = chooses ? valueOf(inputs[0]) : undefined;
    const condition = chooser?.tensor.constant;
    if (chooses && condition === undefined) return this.refuseOperator(call);
    if (chooser) refuseCountedValue(call, chooser);
    const by = attributes.function(chooses ? (condition?.[0] ? 'then_branch' : 'else_branch') : 'f');
    const body = by && functions.get(by.name);
    if (!body)
      return call.refuse(
        'tensorflow-function-missing',
        `calls the function "${by?.name ?? ''}", which is not in the file`,
        'Save the model again with the tool that made it.',
      );
    return { body, by, inputs: chooses ? inputs.slice(1) : inputs };
  }

  /** A call of a function: its nodes, with the call's values and attributes in place of the names. */
  private written(
    { body, by, inputs }: CalledFunction,
    call: Call,
    scope: Scope,
    used: ReadonlySet<number>,
  ): readonly (Held | undefined)[] {
    const { file } = this.around;
    if (scope.depth >= maxNesting)
      return call.refuse(
        'tensorflow-too-deep',
        'calls functions within functions without end',
        'Save the model again.',
      );
    this.nodesLeft -= body.nodes.length;
    if (this.nodesLeft < 0) this.tooManyNodes();
    const nodes = body.nodes.map((node) => ({
      ...node,
      attributes: resolvedAttributes(node.attributes, by.attributes),
    }));
    const inner = bodyOf(nodes, scope.body.functions, file);
    const values = new Map<string, Held>();
    body.inputs.forEach((name, k) => {
      const held = inputs[k];
      if (held) values.set(referenceKey({ node: name, output: 0 }), held);
    });
    const numbers = [...used].filter((output) => output < body.outputs.length).sort((a, b) => a - b);
    const wanted = numbers.map((output) => referenceOf(body.results.get(body.outputs[output]!) ?? '', inner));
    const results = this.scope(
      { body: inner, values, prefix: withoutCalls(`${call.name}/`), depth: scope.depth + 1 },
      wanted,
    );
    const outputs: (Held | undefined)[] = [];
    numbers.forEach((output, k) => (outputs[output] = results[k]));
    return outputs;
  }

  /** The value on the side that a constant condition takes, nothing on the other. */
  private switched(call: Call, scope: Scope): readonly Held[] {
    const held = heldValue(call.value(0));
    const condition = referenceOf(call.node.inputs[1] ?? '', scope.body);
    const taken = constantTruth(condition, scope.body, this.around.file);
    if (taken === undefined) return this.refuseOperator(call);
    const dead: Held = { kind: 'dead' };
    return taken ? [dead, held] : [held, dead];
  }

  private lowered(call: Call): readonly Value[] {
    const operator = operatorOf(call.node.operator);
    if (!operator) return this.refuseOperator(call);
    try {
      const use = numbersUseOf(call.node.operator);
      const inputs = call.inputs.map(valueOf);
      refuseCountedRows(call, use, inputs);
      const result = operator(call);
      const outputs = 'tensor' in result ? [result] : result;
      outputs.forEach((output) => call.expectRoom([elements(output.tensor.shape)]));
      noteCountedRows(call, use, inputs, outputs);
      this.layers.note(call, outputs);
      return outputs;
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      return call.refuse(
        shapesCode,
        `does not fit its inputs: ${error.message}`,
        'Save the model again with the tool that made it.',
      );
    }
  }

  private refuseOperator(call: Call): never {
    const { code, because, remedy } = refusalOf(call.node.operator);
    return call.refuse(code, because, remedy);
  }

  private noSuchOutput({ node, output }: Reference): never {
    const { file } = this.around;
    return refuse(file, {
      code: 'tensorflow-value-missing',
      message: `Something in ${file} needs output ${output} of the node "${node}", which does not have it.`,
      remedy: 'Save the model again with the tool that made it.',
      part: node,
    });
  }

  private tooManyNodes(): never {
    const { file } = this.around;
    return refuse(file, {
      code: 'tensorflow-too-large',
      message: `The graph in ${file} has more than ${maxTensorflowNodes} nodes.`,
      remedy: 'Slopescope is for networks on tables; use a smaller network.',
    });
  }
}

/** A path of names without those that calls of functions have of themselves: they say nothing to people. */
function withoutCalls(prefix: string): string {
  return prefix
    .replace(/(^|\/)(Stateful)?PartitionedCall(_\d+)?(?=\/)/g, '$1')
    .replace(/^\/+/, '')
    .replace(/\/{2,}/g, '/');
}

/** Nothing on any of the outputs that are used. */
function deadOutputs(used: ReadonlySet<number>): Held[] {
  return Array.from({ length: Math.max(...used, 0) + 1 }, () => ({ kind: 'dead' }));
}
