import type { NodeProto } from './modelProto';

/** Why a kind of operator has no place in Slopescope: both complete sentences about a node. */
export interface OperatorRefusal {
  readonly code: string;
  readonly because: string;
  readonly remedy: string;
}

const kinds: readonly (OperatorRefusal & { readonly operators: readonly string[] })[] = [
  {
    code: 'onnx-quantised',
    operators: [
      'ConvInteger',
      'DequantizeLinear',
      'DynamicQuantizeLinear',
      'MatMulInteger',
      'QLinearConv',
      'QLinearMatMul',
      'QuantizeLinear',
    ],
    because: 'belongs to a quantised network: a step function, which has no useful slopes',
    remedy: 'Open the float network it was made from.',
  },
  {
    code: 'onnx-recurrent',
    operators: ['CausalConvWithState', 'GRU', 'LSTM', 'LinearAttention', 'RNN', 'TensorScatter'],
    because: 'is recurrent: it carries a memory from step to step, so a row alone has no slopes',
    remedy: 'Use a network without recurrent layers, with past values as columns of their own.',
  },
  {
    code: 'onnx-control-flow',
    operators: ['If', 'Loop', 'Scan', 'SequenceMap'],
    because: 'is control flow: it chooses or repeats a part of the graph while it runs',
    remedy: 'Export the network by tracing, so that the choice is made once.',
  },
  {
    code: 'onnx-tree-ensemble',
    operators: ['TreeEnsemble', 'TreeEnsembleClassifier', 'TreeEnsembleRegressor'],
    because: 'is a tree ensemble: its forecasts are steps, which have no slopes',
    remedy: 'Slopescope is for neural networks and linear models.',
  },
  {
    code: 'onnx-support-vectors',
    operators: ['SVMClassifier', 'SVMRegressor'],
    because: 'is a support vector machine, which Slopescope does not read',
    remedy: 'Slopescope is for neural networks and linear models.',
  },
  {
    code: 'onnx-random',
    operators: ['Bernoulli', 'Multinomial', 'RandomNormal', 'RandomNormalLike', 'RandomUniform', 'RandomUniformLike'],
    because: 'draws random numbers, so its slopes would differ from run to run',
    remedy: 'Export the network for inference, without random layers.',
  },
  {
    code: 'onnx-sequence',
    operators: [
      'ConcatFromSequence',
      'Optional',
      'OptionalGetElement',
      'OptionalHasElement',
      'SequenceAt',
      'SequenceConstruct',
      'SequenceEmpty',
      'SequenceErase',
      'SequenceInsert',
      'SequenceLength',
      'SplitToSequence',
    ],
    because: 'works on sequences or optional values instead of tensors',
    remedy: 'Export the network with tensors only.',
  },
  {
    code: 'onnx-text',
    operators: [
      'CastMap',
      'DictVectorizer',
      'RegexFullMatch',
      'StringConcat',
      'StringNormalizer',
      'StringSplit',
      'TfIdfVectorizer',
    ],
    because: 'works on texts or dictionaries',
    remedy: 'Do that step before the network and export the network with numbers as inputs.',
  },
  {
    code: 'onnx-image',
    operators: ['DeformConv', 'ImageDecoder', 'MaxRoiPool', 'MaxUnpool', 'RoiAlign'],
    because: 'is for images: the data choose which parts of a picture it takes',
    remedy: 'Slopescope is for networks on tables; export the network without that part.',
  },
  {
    code: 'onnx-bits',
    operators: ['BitCast', 'BitwiseNot'],
    because: 'depends on how many bits a number is stored in, which Slopescope does not follow',
    remedy: 'Export the network with arithmetic instead.',
  },
  {
    code: 'onnx-rank',
    operators: ['NonMaxSuppression', 'Unique'],
    because: 'gives as many values as the data decide, which Slopescope does not follow',
    remedy: 'Export the network without that last step, with its scores as the output.',
  },
];

/** Why a node that nothing here lowers is refused. */
export function refusalOf(node: NodeProto): OperatorRefusal {
  if (node.domain !== '' && node.domain !== 'ai.onnx.ml') {
    return {
      code: 'onnx-unknown-operator',
      because: `belongs to the operator set "${node.domain}", which Slopescope does not read`,
      remedy: 'Export the network with standard operators only, before any optimiser for one runtime.',
    };
  }
  const kind = kinds.find(({ operators }) => operators.includes(node.operator));
  return (
    kind ?? {
      code: 'onnx-unknown-operator',
      because: 'is an operator Slopescope does not know',
      remedy: 'Export the network with simpler layers; the README lists all operators that Slopescope reads.',
    }
  );
}
