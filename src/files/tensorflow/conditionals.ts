import { Attributes } from './attributes';
import type { NodeDef } from './graphDef';
import { isControl, referenceOf, type Body, type Reference } from './references';
import { readTensor } from './tensorProto';

/** Steps back that may be taken to find the constant a choice depends on. */
const maxSteps = 32;

/**
 * The truth value that a choice of TensorFlow 1 (Switch) depends on, if it is a constant of the graph: networks keep
 * one for "are we training?", whose default is no.
 */
export function constantTruth(reference: Reference, body: Body, file: string): boolean | undefined {
  let node = body.nodes.get(reference.node);
  let turned = false;
  for (let step = 0; node && step < maxSteps; step++) {
    if (node.operator === 'Const') {
      const message = new Attributes(node.attributes).tensor('value');
      const number = message && readTensor(message, node.name, file).numbers[0];
      return number === undefined ? undefined : (number !== 0) !== turned;
    }
    if (node.operator === 'LogicalNot') turned = !turned;
    else if (!['Identity', 'PlaceholderWithDefault', 'Squeeze', 'Reshape'].includes(node.operator)) return undefined;
    node = body.nodes.get(referenceOf(node.inputs[0] ?? '', body).node);
  }
  return undefined;
}

/**
 * The inputs of a Merge that are on the side taken: those that do not come, by data or control inputs, from the other
 * side of a Switch whose choice is constant.
 */
export function liveInputs(merge: NodeDef, body: Body, file: string): readonly string[] {
  const live = merge.inputs.filter((input) => !isControl(input) && !isDead(input, body, file));
  return live.length > 0 ? live.slice(0, 1) : merge.inputs;
}

function isDead(input: string, body: Body, file: string): boolean {
  const seen = new Set<NodeDef>();
  const stack = [input];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const reference = referenceOf(next, body);
    const node = body.nodes.get(reference.node);
    if (node?.operator === 'Switch' || node?.operator === 'RefSwitch') {
      const taken = constantTruth(referenceOf(node.inputs[1] ?? '', body), body, file);
      if (taken !== undefined && !isControl(next) && (reference.output === 1) !== taken) return true;
    }
    if (!node || seen.has(node) || node.operator === 'Merge' || node.operator === 'RefMerge') continue;
    seen.add(node);
    stack.push(...node.inputs);
  }
  return false;
}
