import { flatInputs, flatOutputs } from '../network/features';
import type { Activation, Network, Op } from '../network/network';

/** "8 inputs → 12 tanh → 8 tanh → 1 output": the network in one line, as its dense layers and activations have it. */
export function structureLine(network: Network): string {
  const inputs = flatInputs(network).length;
  const outputs = flatOutputs(network).length;
  const hidden = hiddenLayers(network).map(({ size, activation }) =>
    activation ? `${size} ${activation}` : `${size}`,
  );
  const shown =
    hidden.length > 6 ? [...hidden.slice(0, 3), `… ${hidden.length - 5} layers …`, ...hidden.slice(-2)] : hidden;
  return [
    `${inputs} ${inputs === 1 ? 'input' : 'inputs'}`,
    ...shown,
    `${outputs} ${outputs === 1 ? 'output' : 'outputs'}`,
  ].join(' → ');
}

/** A hidden layer: units and the activation that follows, by its specification's name. */
export interface HiddenLayer {
  readonly size: number;
  readonly activation?: string;
  /** Value number (ports first, then nodes) of the layer's result after its activation. */
  readonly value: number;
  readonly origin: string;
}

/** The layers of units between the inputs and the outputs: each dense map with the activation that takes it; the last map before the outputs is none. */
export function hiddenLayers(network: Network): HiddenLayer[] {
  const ports = network.inputs.length;
  const outputs = new Set(network.outputs.map((output) => output.value));
  const layers = network.nodes.flatMap((node, index): HiddenLayer[] => {
    if (node.op.kind !== 'dense') return [];
    const value = ports + index;
    const next = network.nodes.findIndex(
      (follower) => follower.inputs.includes(value) && activationName(follower.op) !== undefined,
    );
    const follower = network.nodes[next];
    const name = follower && activationName(follower.op);
    return [
      {
        size: node.size,
        value: follower ? ports + next : value,
        origin: node.origin,
        ...(name ? { activation: name } : {}),
      },
    ];
  });
  return layers.filter((layer) => !leadsStraightToOutput(network, layer.value, outputs));
}

/** The last step of an output that is squashed to probabilities, for the log-odds switch. */
export function lastStep(network: Network): 'sigmoid' | 'softmax' | undefined {
  const node = network.nodes[(network.outputs[0]?.value ?? 0) - network.inputs.length];
  if (node?.op.kind === 'softmax' && node.op.how === 'softmax') return 'softmax';
  if (node && isSigmoid(node.op)) return 'sigmoid';
  return undefined;
}

/** The network up to the value that the last sigmoid or softmax of each output takes: its outputs are log-odds. Undefined when there is no such step. */
export function beforeLastStep(network: Network): Network | undefined {
  if (!lastStep(network)) return undefined;
  const outputs = network.outputs.map((output) => {
    const node = network.nodes[output.value - network.inputs.length];
    const squashes = node !== undefined && (node.op.kind === 'softmax' || isSigmoid(node.op));
    return squashes ? { ...output, value: node.inputs[0]! } : output;
  });
  return { ...network, outputs };
}

function isSigmoid(op: Op): boolean {
  return op.kind === 'activation' && ['sigmoid', 'clippedSigmoid'].includes(op.activation.kind);
}

/** Whether only scaling, rearranging and joining lie between a value and the outputs. */
function leadsStraightToOutput(network: Network, value: number, outputs: ReadonlySet<number>): boolean {
  if (outputs.has(value)) return true;
  const users = network.nodes.flatMap((node, index) =>
    node.inputs.includes(value) ? [{ node, value: network.inputs.length + index }] : [],
  );
  return (
    users.length > 0 &&
    users.every(
      ({ node, value: next }) =>
        ['scale', 'gather', 'concat', 'softmax'].includes(node.op.kind) &&
        leadsStraightToOutput(network, next, outputs),
    )
  );
}

/** Activations under the names people know them by. */
function activationName(op: Op): string | undefined {
  if (op.kind !== 'activation') return undefined;
  const names: Partial<Record<Activation['kind'], string>> = {
    leakyRelu: 'leaky relu',
    thresholdedRelu: 'thresholded relu',
    hardSigmoid: 'hard sigmoid',
    hardSilu: 'hard silu',
    geluTanh: 'gelu',
    logSigmoid: 'log sigmoid',
    clippedSigmoid: 'logistic',
    scaledTanh: 'tanh',
  };
  return names[op.activation.kind] ?? op.activation.kind;
}
