import type { Activation, Node } from '../../network/network';
import type { SessionState } from '../sessionState';
import type { PythonNetwork } from './mendPlan';

/** More weights are not written into code. */
const mostWeights = 200_000;

/** A network of layers in a row, built again in PyTorch with its weights written out; undefined for any other. */
export function torchNetwork({ network, file }: SessionState): PythonNetwork | undefined {
  const layers = layersInARow(network);
  if (!layers) return undefined;
  const stem = file.name.replace(/\.[^.]*$/, '');
  // Weights alone go back into the kind of file they came from.
  const isNumpy = network.source.format.startsWith('np') && layers.every(({ isConstant }) => !isConstant);
  return {
    needs: 'torch',
    imports: ['import base64', 'import numpy as np', 'import torch', 'from torch.nn import functional'],
    saveAs: `${stem}-mended.${isNumpy ? 'npz' : 'pt'}`,
    build: [
      'def packed(text, *shape):',
      '    """numbers of float64 written as base64"""',
      '    return torch.tensor(np.frombuffer(base64.b64decode(text), "<f8").reshape(shape).copy())',
      '',
      '',
      'torch.manual_seed(1)',
      'network = torch.nn.ModuleDict()',
      ...layers.flatMap(({ made }) => made),
      '',
      '',
      'def forward(z):',
      ...layers.map(({ step }) => `    z = ${step}`),
      '    return z',
      '',
      '',
      'optimizer = torch.optim.Adam(network.parameters(), RATE)',
    ],
    train: training,
    keep: [
      'def weights():',
      '    return {name: value.clone() for name, value in network.state_dict().items()}',
      '',
      '',
      'def restore(kept):',
      '    network.load_state_dict(kept)',
      '',
    ],
    save: isNumpy ? numpySave : ['torch.save(network.state_dict(), SAVE_AS)'],
    library: 'torch',
  };
}

const training = [
  'def look_at(z):',
  '    z = z.clone().requires_grad_(True)',
  '    y = forward(z)',
  '    (slopes,) = torch.autograd.grad(y[:, OUTPUT].sum(), z, create_graph=True)',
  '    return y, slopes',
  '',
  '',
  'def look(z):',
  '    y, slopes = look_at(torch.tensor(z))',
  '    return y.detach().numpy(), slopes.detach().numpy()',
  '',
  '',
  'def step(rows, targets, scales, masks, spread, strength):',
  '    y, slopes = look_at(torch.tensor(to_model(rows)))',
  '    one = y[:, OUTPUT]',
  '    original = slopes * output_slope(one)[:, None] * torch.tensor(per_original(rows).copy())',
  '    loss = (((y[: len(targets)] - torch.tensor(targets)) / spread) ** 2).mean()',
  '    for k in range(len(RULES)):',
  '        beyond = penalty(k, one, slopes, original, scales, functional.relu)',
  '        loss = loss + strength * torch.mean(torch.tensor(masks[:, k]) * beyond)',
  '    optimizer.zero_grad()',
  '    loss.backward()',
  '    optimizer.step()',
];

/** W1, b1, W2, b2, … with the weights of an input in a row. */
const numpySave = [
  'arrays = {}',
  'for k, layer in enumerate(network.values(), 1):',
  '    arrays[f"W{k}"], arrays[f"b{k}"] = layer.weight.detach().numpy().T, layer.bias.detach().numpy()',
  'np.savez(SAVE_AS, **arrays)',
];

interface TorchLayer {
  /** Lines that make its weights. */
  readonly made: readonly string[];
  /** What it makes of `z`. */
  readonly step: string;
  /** It holds numbers that are not trained. */
  readonly isConstant?: boolean;
}

/** The nodes of a network in which each takes only what the one before gives; undefined where it is another. */
function layersInARow({ inputs, outputs, nodes }: SessionState['network']): readonly TorchLayer[] | undefined {
  const last = inputs.length + nodes.length - 1;
  const isRow = nodes.every((node, index) => node.inputs.length === 1 && node.inputs[0] === index);
  if (inputs.length !== 1 || inputs[0]!.levels || outputs.length !== 1 || outputs[0]!.value !== last || !isRow)
    return undefined;
  const weights = nodes.reduce((sum, { op }) => sum + (op.kind === 'dense' ? op.weights.length : 0), 0);
  if (weights === 0 || weights > mostWeights) return undefined;
  const layers: TorchLayer[] = [];
  let dense = 0;
  for (const node of nodes) {
    const layer = node.op.kind === 'dense' ? denseLayer(node, ++dense) : stepOf(node);
    if (!layer) return undefined;
    layers.push(layer);
  }
  return layers;
}

function denseLayer({ op, size }: Node, number: number): TorchLayer | undefined {
  if (op.kind !== 'dense') return undefined;
  const width = op.weights.length / size;
  const name = `layer${number}`;
  return {
    made: [
      `network["${name}"] = torch.nn.Linear(${width}, ${size}, dtype=torch.float64)`,
      `network["${name}"].weight.data = packed("${base64(op.weights)}", ${size}, ${width})`,
      `network["${name}"].bias.data = packed("${base64(op.bias)}", ${size})`,
    ],
    step: `network["${name}"](z)`,
  };
}

function stepOf({ op, size }: Node): TorchLayer | undefined {
  if (op.kind === 'scale') {
    const packed = (values: Float64Array) => `packed("${base64(values)}", ${size})`;
    return { made: [], step: `z * ${packed(op.factor)} + ${packed(op.offset)}`, isConstant: true };
  }
  const step = op.kind === 'activation' ? activationStep(op.activation) : undefined;
  return step === undefined ? undefined : { made: [], step };
}

const plainSteps: Partial<Record<Activation['kind'], string>> = {
  linear: 'z',
  relu: 'torch.relu(z)',
  sigmoid: 'torch.sigmoid(z)',
  clippedSigmoid: 'torch.sigmoid(z)',
  logSigmoid: 'functional.logsigmoid(z)',
  tanh: 'torch.tanh(z)',
  softsign: 'functional.softsign(z)',
  exponential: 'torch.exp(z)',
  gelu: 'functional.gelu(z)',
  geluTanh: 'functional.gelu(z, approximate="tanh")',
  mish: 'functional.mish(z)',
  selu: 'functional.selu(z)',
  abs: 'torch.abs(z)',
  square: 'z * z',
  negative: '-z',
  erf: 'torch.erf(z)',
  sin: 'torch.sin(z)',
  cos: 'torch.cos(z)',
  atan: 'torch.atan(z)',
};

function activationStep(activation: Activation): string | undefined {
  switch (activation.kind) {
    case 'leakyRelu':
      return `functional.leaky_relu(z, ${activation.alpha})`;
    case 'elu':
      return `functional.elu(z, ${activation.alpha})`;
    case 'celu':
      return `functional.celu(z, ${activation.alpha})`;
    case 'softplus':
      return `functional.softplus(z, ${activation.beta})`;
    case 'silu':
      return `z * torch.sigmoid(${activation.beta} * z)`;
    case 'scaledTanh':
      return `${activation.alpha} * torch.tanh(${activation.beta} * z)`;
    case 'clip':
      return `torch.clamp(z, ${activation.low}, ${activation.high})`;
    case 'hardSigmoid':
      return `torch.clamp(${activation.alpha} * z + ${activation.beta}, 0, 1)`;
    default:
      return plainSteps[activation.kind];
  }
}

/** Numbers of float64, little-endian, as base64; without Node's Buffer, which a web worker has not. */
function base64(values: Float64Array): string {
  const bytes = new Uint8Array(values.length * 8);
  const view = new DataView(bytes.buffer);
  values.forEach((value, index) => {
    view.setFloat64(8 * index, value, true);
  });
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''));
}
