import type { Network } from '../network/network';
import { derivativeOf } from './derivatives';
import { locateOutput } from './layout';

/**
 * The reference interpreter: plain float64, one row at a time, straight from the derivative table. It is slow and
 * obviously right; the kernels are tested against it, and it is tested against the frameworks' own numbers. It also
 * answers exact questions about single rows.
 */

/** All values (ports first, then nodes) of a network at one row; `row` holds one vector per input port, in model units. */
export function referenceValues(network: Network, row: readonly Float64Array[]): Float64Array[] {
  const values = [...row];
  for (const node of network.nodes) {
    const inputs = node.inputs.map((input) => values[input]!);
    values.push(derivativeOf(node.op).forward(node.op, inputs, node.size));
  }
  return values;
}

/** The outputs, joined in the order of the network's output ports. */
export function referenceOutputs(network: Network, values: readonly Float64Array[]): Float64Array {
  return Float64Array.from(network.outputs.flatMap((output) => [...values[output.value]!]));
}

/**
 * The adjoints ∂y/∂value of every value (ports first, then nodes) for one output element: `output` counts the elements
 * of all output ports joined.
 */
export function referenceAdjoints(network: Network, values: readonly Float64Array[], output: number): Float64Array[] {
  const adjoints = values.map((value) => new Float64Array(value.length));
  const { value, element } = locateOutput(network, output);
  adjoints[value]![element] = 1;
  const ports = network.inputs.length;
  for (let number = values.length - 1; number >= ports; number--) {
    const node = network.nodes[number - ports]!;
    const adjoint = adjoints[number]!;
    if (adjoint.every((weight) => weight === 0)) continue;
    const at = { inputs: node.inputs.map((input) => values[input]!), output: values[number]! };
    const into = node.inputs.map((_, position) => new Float64Array(at.inputs[position]!.length));
    derivativeOf(node.op).pullback(node.op, at, adjoint, into);
    // One value may be taken twice by a node, so contributions are added after the rule has run.
    node.inputs.forEach((input, position) => into[position]!.forEach((part, i) => (adjoints[input]![i]! += part)));
  }
  return adjoints;
}

/** The Jacobian at one row, [output element][input element], ports joined in their order. */
export function referenceJacobian(network: Network, values: readonly Float64Array[]): Float64Array[] {
  const outputs = network.outputs.reduce((sum, output) => sum + output.size, 0);
  return Array.from({ length: outputs }, (_, output) => {
    const adjoints = referenceAdjoints(network, values, output);
    return Float64Array.from(network.inputs.flatMap((_port, port) => [...adjoints[port]!]));
  });
}

/** The tangents of every value along one input element (all input ports joined): forward mode. */
export function referenceTangents(network: Network, values: readonly Float64Array[], input: number): Float64Array[] {
  let offset = 0;
  const tangents: Float64Array[] = network.inputs.map((port) => {
    const tangent = new Float64Array(port.size);
    if (input >= offset && input < offset + port.size) tangent[input - offset] = 1;
    offset += port.size;
    return tangent;
  });
  network.nodes.forEach((node, index) => {
    const at = { inputs: node.inputs.map((value) => values[value]!), output: values[network.inputs.length + index]! };
    tangents.push(
      derivativeOf(node.op).pushforward(
        node.op,
        at,
        node.inputs.map((value) => tangents[value]!),
      ),
    );
  });
  return tangents;
}

/**
 * The Hessian of one output element at one row, [input][input]: H_ij = Σ over nodes of `bend` with the tangents of i
 * and j (H = Σ_l T_lᵀ diag(s_l) T_l, written for any operation). It is 0 almost everywhere for piecewise linear networks.
 *
 * @param elements the input elements it is wanted for, all of them when not given; row and column k belong to elements[k]
 */
export function referenceHessian(
  network: Network,
  values: readonly Float64Array[],
  output: number,
  elements: readonly number[] = allElements(network),
): Float64Array[] {
  const adjoints = referenceAdjoints(network, values, output);
  const size = elements.length;
  const tangents = elements.map((input) => referenceTangents(network, values, input));
  const hessian = tangents.map(() => new Float64Array(size));
  network.nodes.forEach((node, index) => {
    const number = network.inputs.length + index;
    const at = { inputs: node.inputs.map((value) => values[value]!), output: values[number]! };
    const along = tangents.map((all) => node.inputs.map((value) => all[value]!));
    for (let i = 0; i < size; i++) {
      for (let j = 0; j <= i; j++) {
        const bent = derivativeOf(node.op).bend(node.op, at, adjoints[number]!, along[i]!, along[j]!);
        hessian[i]![j]! += bent;
        if (i !== j) hessian[j]![i]! += bent;
      }
    }
  });
  return hessian;
}

function allElements(network: Network): number[] {
  return Array.from({ length: network.inputs.reduce((sum, port) => sum + port.size, 0) }, (_, input) => input);
}

/** Cuts one vector of all input elements into one vector per port. */
export function splitRow(network: Pick<Network, 'inputs'>, row: Float64Array): Float64Array[] {
  let offset = 0;
  return network.inputs.map((port) => row.slice(offset, (offset += port.size)));
}
