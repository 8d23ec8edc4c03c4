import { Attributes } from './attributes';
import { namedSlice, type TensorSlice } from './bundle/tensorSlice';
import type { NodeDef } from './graphDef';
import { bodyOf, isControl, referenceOf, type Body } from './references';
import { holdsElements, readTensor } from './tensorProto';

/** What a variable is filled with: a tensor of the checkpoint, or a part of one. */
export interface StoredPart {
  readonly key: string;
  /** Undefined for the whole tensor. */
  readonly slice: TensorSlice | undefined;
}

/** Where a value comes from that is assigned to a variable: an output of RestoreV2. */
interface Restored {
  readonly node: NodeDef;
  readonly output: number;
}

const assignments = new Set(['AssignVariableOp', 'Assign']);

/** Steps back that are taken from an assignment to what restores its value. */
const maxSteps = 16;

/**
 * For each node of the main graph that stands for a variable what the checkpoint has for it, as the graph itself fills
 * its variables: RestoreV2 reads named tensors, each is assigned to a variable. In TensorFlow 2 this happens in a
 * function that the main graph calls with its variables.
 */
export function restoredParts(main: Body, file: string): Map<string, StoredPart> {
  const parts = new Map<string, StoredPart>();
  for (const [variable, part] of assignedIn(main, file)) parts.set(variable, part);
  for (const call of main.nodes.values()) {
    const body = main.functions.get(new Attributes(call.attributes).function('f')?.name ?? call.operator);
    if (!body?.nodes.some((node) => assignments.has(node.operator))) continue;
    const data = call.inputs.filter((input) => !isControl(input));
    for (const [argument, part] of assignedIn(bodyOf(body.nodes, main.functions, file), file)) {
      const input = data[body.inputs.indexOf(argument)];
      const variable = input === undefined ? undefined : throughIdentities(input, main);
      if (variable !== undefined && !parts.has(variable)) parts.set(variable, part);
    }
  }
  return parts;
}

/** Names of variables (nodes or arguments) that are assigned in a body, with the tensors they are restored from. */
function assignedIn(body: Body, file: string): [string, StoredPart][] {
  const listed = new Map<NodeDef, StoredPart[]>();
  return [...body.nodes.values()].flatMap((node): [string, StoredPart][] => {
    if (!assignments.has(node.operator)) return [];
    const [variable = '', value = ''] = node.inputs;
    const restored = restoredFrom(value, body);
    if (!restored) return [];
    const parts = listed.get(restored.node) ?? listedParts(restored.node, body, file);
    listed.set(restored.node, parts);
    const part = parts[restored.output];
    return part ? [[throughIdentities(variable, body), part]] : [];
  });
}

function restoredFrom(value: string, body: Body): Restored | undefined {
  let reference = referenceOf(value, body);
  for (let step = 0; step < maxSteps; step++) {
    const node = body.nodes.get(reference.node);
    if (!node) return undefined;
    if (node.operator === 'RestoreV2') return { node, output: reference.output };
    if (!['Identity', 'Cast', 'Reshape'].includes(node.operator)) return undefined;
    reference = referenceOf(node.inputs[0] ?? '', body);
  }
  return undefined;
}

/** The node or argument behind Identity nodes. */
function throughIdentities(input: string, body: Body): string {
  let name = referenceOf(input, body).node;
  for (let step = 0; step < maxSteps; step++) {
    const node = body.nodes.get(name);
    if (node?.operator !== 'Identity') return name;
    name = referenceOf(node.inputs[0] ?? '', body).node;
  }
  return name;
}

/** What each output of a RestoreV2 node reads. */
function listedParts(restore: NodeDef, body: Body, file: string): StoredPart[] {
  const slices = listedTexts(restore, 2, body, file);
  return listedTexts(restore, 1, body, file).map((key, output) => ({ key, slice: namedSlice(slices[output] ?? '') }));
}

/** A constant list of texts that a node takes. */
function listedTexts(node: NodeDef, input: number, body: Body, file: string): readonly string[] {
  const list = body.nodes.get(referenceOf(node.inputs[input] ?? '', body).node);
  const message = list && new Attributes(list.attributes).tensor('value');
  return message && holdsElements(message) ? (readTensor(message, list.name, file).texts ?? []) : [];
}
