import { lowerOperator } from '../operators/table';
import {
  isValue,
  listValue,
  tensorValue,
  type LoweringContext,
  type TensorValue,
  type TorchValue,
} from '../operators/values';
import { flagSetting, numberSetting, numbersSetting, textSetting, type SavedModule } from './savedModule';

/** How a class of torch.nn becomes operations: their name and arguments after the input, by name. */
type ModuleRule = (module: SavedModule, context: LoweringContext, x: TensorValue) => TorchValue;

/** An operation whose arguments are settings of the module under the same or another name. */
function rule(
  operator: string,
  settings: (
    module: SavedModule,
    context: LoweringContext,
  ) => Readonly<Record<string, TorchValue | undefined>> = () => ({}),
): ModuleRule {
  return (module, context, x) => {
    const named = Object.entries(settings(module, context)).filter(
      (entry): entry is [string, TorchValue] => entry[1] !== undefined,
    );
    const result = lowerOperator(context, operator, [x], named);
    return isValue(result, 'list') ? (result.items[0] ?? null) : result;
  };
}

const unchanged: ModuleRule = (_module, _context, x) => x;

/** Parameters and buffers as arguments. */
function held(module: SavedModule, context: LoweringContext, name: string): TorchValue | undefined {
  const array = module.arrays.get(name);
  return array && tensorValue(context.builder.constant(array.values, array.shape), false);
}

function listed(numbers: readonly number[] | undefined): TorchValue | undefined {
  return numbers && listValue(numbers);
}

const linear = rule('linear', (module, context) => ({
  weight: held(module, context, 'weight'),
  bias: held(module, context, 'bias'),
}));

const batchNorm = rule('batch_norm', (module, context) => ({
  weight: held(module, context, 'weight'),
  bias: held(module, context, 'bias'),
  running_mean: held(module, context, 'running_mean'),
  running_var: held(module, context, 'running_var'),
  eps: numberSetting(module, 'eps', 1e-5),
}));

const layerNorm = rule('layer_norm', (module, context) => ({
  normalized_shape: listed(numbersSetting(module, 'normalized_shape')),
  weight: held(module, context, 'weight'),
  bias: held(module, context, 'bias'),
  eps: numberSetting(module, 'eps', 1e-5),
}));

/** Without an epsilon of its own RMSNorm takes that of the number type. */
const rmsNorm = rule('rms_norm', (module, context) => ({
  normalized_shape: listed(numbersSetting(module, 'normalized_shape')),
  weight: held(module, context, 'weight'),
  eps: numberSetting(module, 'eps', 2 ** -23),
}));

const groupNorm = rule('group_norm', (module, context) => ({
  num_groups: numberSetting(module, 'num_groups', 1),
  weight: held(module, context, 'weight'),
  bias: held(module, context, 'bias'),
  eps: numberSetting(module, 'eps', 1e-5),
}));

/** With running statistics instance normalisation is batch normalisation in use. */
const instanceNorm: ModuleRule = (module, context, x) => {
  if (module.arrays.has('running_mean')) return batchNorm(module, context, x);
  return rule('instance_norm', (inner, into) => ({
    weight: held(inner, into, 'weight'),
    bias: held(inner, into, 'bias'),
    eps: numberSetting(inner, 'eps', 1e-5),
  }))(module, context, x);
};

const convolution = (operator: string): ModuleRule =>
  rule(operator, (module, context) => ({
    weight: held(module, context, 'weight'),
    bias: held(module, context, 'bias'),
    stride: listed(numbersSetting(module, 'stride')),
    padding: textSetting(module, 'padding') ?? listed(numbersSetting(module, 'padding')),
    dilation: listed(numbersSetting(module, 'dilation')),
    groups: numberSetting(module, 'groups', 1),
  }));

const maxPool = (operator: string): ModuleRule =>
  rule(operator, (module) => ({
    kernel_size: listed(numbersSetting(module, 'kernel_size')),
    stride: listed(numbersSetting(module, 'stride')),
    padding: listed(numbersSetting(module, 'padding')),
    dilation: listed(numbersSetting(module, 'dilation')),
    ceil_mode: flagSetting(module, 'ceil_mode', false),
  }));

const meanPool = (operator: string): ModuleRule =>
  rule(operator, (module) => ({
    kernel_size: listed(numbersSetting(module, 'kernel_size')),
    stride: listed(numbersSetting(module, 'stride')),
    padding: listed(numbersSetting(module, 'padding')),
    ceil_mode: flagSetting(module, 'ceil_mode', false),
    count_include_pad: flagSetting(module, 'count_include_pad', true),
  }));

const constantPad = rule('constant_pad_nd', (module) => ({
  pad: listed(numbersSetting(module, 'padding')),
  value: numberSetting(module, 'value', 0),
}));

/** Old models leave the dimension open: then it is the channels, or for three axes the rows. */
function softmaxDimension(module: SavedModule, x: TensorValue): number {
  return numberSetting(module, 'dim', x.tensor.shape.length === 2 ? 0 : 1);
}

const softmax =
  (operator: string): ModuleRule =>
  (module, context, x) =>
    rule(operator, () => ({ dim: softmaxDimension(module, x) }))(module, context, x);

/** softmax(−x) */
const softmin: ModuleRule = (module, context, x) => {
  const negative = lowerOperator(context, 'neg', [x]);
  return isValue(negative, 'tensor') ? softmax('softmax')(module, context, negative) : negative;
};

const unflatten = rule('unflatten', (module) => ({
  dim: numberSetting(module, 'dim', 1),
  sizes: listed(numbersSetting(module, 'unflattened_size')),
}));

const flatten = rule('flatten', (module) => ({
  start_dim: numberSetting(module, 'start_dim', 1),
  end_dim: numberSetting(module, 'end_dim', -1),
}));

/** Classes of torch.nn that map each row by itself. */
export const moduleRules: ReadonlyMap<string, ModuleRule> = new Map<string, ModuleRule>([
  ['Linear', linear],
  ['LazyLinear', linear],
  ['NonDynamicallyQuantizableLinear', linear],
  ['Identity', unchanged],
  ['Dropout', unchanged],
  ['Dropout1d', unchanged],
  ['Dropout2d', unchanged],
  ['Dropout3d', unchanged],
  ['AlphaDropout', unchanged],
  ['FeatureAlphaDropout', unchanged],
  ['Flatten', flatten],
  ['Unflatten', unflatten],
  ['BatchNorm1d', batchNorm],
  ['BatchNorm2d', batchNorm],
  ['LazyBatchNorm1d', batchNorm],
  ['SyncBatchNorm', batchNorm],
  ['LayerNorm', layerNorm],
  ['RMSNorm', rmsNorm],
  ['GroupNorm', groupNorm],
  ['InstanceNorm1d', instanceNorm],
  ['InstanceNorm2d', instanceNorm],
  ['Conv1d', convolution('conv1d')],
  ['Conv2d', convolution('conv2d')],
  ['MaxPool1d', maxPool('max_pool1d')],
  ['MaxPool2d', maxPool('max_pool2d')],
  ['AvgPool1d', meanPool('avg_pool1d')],
  ['AvgPool2d', meanPool('avg_pool2d')],
  [
    'AdaptiveAvgPool1d',
    rule('adaptive_avg_pool1d', (module) => ({ output_size: listed(numbersSetting(module, 'output_size')) })),
  ],
  [
    'AdaptiveMaxPool1d',
    rule('adaptive_max_pool1d', (module) => ({ output_size: listed(numbersSetting(module, 'output_size')) })),
  ],
  ['ConstantPad1d', constantPad],
  ['ZeroPad1d', constantPad],
  ['ConstantPad2d', constantPad],
  ['ZeroPad2d', constantPad],
  ['ReLU', rule('relu')],
  ['ReLU6', rule('relu6')],
  ['Sigmoid', rule('sigmoid')],
  ['Tanh', rule('tanh')],
  ['SiLU', rule('silu')],
  ['Mish', rule('mish')],
  ['SELU', rule('selu')],
  ['Hardsigmoid', rule('hardsigmoid')],
  ['Hardswish', rule('hardswish')],
  ['LogSigmoid', rule('log_sigmoid')],
  ['Softsign', rule('softsign')],
  ['Tanhshrink', rule('tanhshrink')],
  ['LeakyReLU', rule('leaky_relu', (module) => ({ negative_slope: numberSetting(module, 'negative_slope', 0.01) }))],
  [
    'RReLU',
    rule('rrelu', (module) => ({
      lower: numberSetting(module, 'lower', 1 / 8),
      upper: numberSetting(module, 'upper', 1 / 3),
    })),
  ],
  ['PReLU', rule('prelu', (module, context) => ({ weight: held(module, context, 'weight') }))],
  ['ELU', rule('elu', (module) => ({ alpha: numberSetting(module, 'alpha', 1) }))],
  ['CELU', rule('celu', (module) => ({ alpha: numberSetting(module, 'alpha', 1) }))],
  ['GELU', rule('gelu', (module) => ({ approximate: textSetting(module, 'approximate') ?? 'none' }))],
  [
    'Softplus',
    rule('softplus', (module) => ({
      beta: numberSetting(module, 'beta', 1),
      threshold: numberSetting(module, 'threshold', 20),
    })),
  ],
  ['Softshrink', rule('softshrink', (module) => ({ lambd: numberSetting(module, 'lambd', 0.5) }))],
  ['Hardshrink', rule('hardshrink', (module) => ({ lambd: numberSetting(module, 'lambd', 0.5) }))],
  [
    'Hardtanh',
    rule('hardtanh', (module) => ({
      min_val: numberSetting(module, 'min_val', -1),
      max_val: numberSetting(module, 'max_val', 1),
    })),
  ],
  [
    'Threshold',
    rule('threshold', (module) => ({
      threshold: numberSetting(module, 'threshold', 0),
      value: numberSetting(module, 'value', 0),
    })),
  ],
  ['GLU', rule('glu', (module) => ({ dim: numberSetting(module, 'dim', -1) }))],
  ['Softmax', softmax('softmax')],
  ['LogSoftmax', softmax('log_softmax')],
  ['Softmin', softmin],
]);

/** Classes that stand between layers and hold no weights, by what `hidden` and `output` call them. */
export function activationText(module: SavedModule): string | undefined {
  const setting = (name: string, otherwise: number): string => `(${numberSetting(module, name, otherwise)})`;
  switch (module.className) {
    case 'LeakyReLU':
      return `leakyRelu${setting('negative_slope', 0.01)}`;
    case 'ELU':
      return `elu${setting('alpha', 1)}`;
    case 'Softplus':
      return `softplus${setting('beta', 1)}`;
    case 'GELU':
      return textSetting(module, 'approximate') === 'tanh' ? 'geluTanh' : 'gelu';
    case 'ReLU':
    case 'ReLU6':
    case 'Sigmoid':
    case 'Tanh':
    case 'SiLU':
    case 'Mish':
    case 'SELU':
    case 'Hardsigmoid':
    case 'Hardswish':
    case 'Hardtanh':
    case 'LogSigmoid':
    case 'Softsign':
    case 'Softmax':
    case 'LogSoftmax':
      return module.className;
    default:
      return undefined;
  }
}
