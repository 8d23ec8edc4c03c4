import { operatorRemedy } from './call';

/** Why an operator has no place in Slopescope: both complete sentences about a node. */
export interface OperatorRefusal {
  readonly code: string;
  readonly because: string;
  readonly remedy: string;
}

interface Kind {
  readonly code: string;
  readonly operators: RegExp;
  readonly because: string;
  readonly remedy: string;
}

const kinds: readonly Kind[] = [
  {
    code: 'tensorflow-control-flow',
    operators:
      /^(Stateless)?(While|If|Case)$|^_(While|If)$|^(Ref)?(Enter|Exit|NextIteration|Switch|Merge)$|^(LoopCond|SwitchN|For|TensorList\w*|TensorArray\w*)$/,
    because: 'is control flow: it chooses or repeats a part of the graph while it runs',
    remedy: 'Save the network without loops and without choices that depend on the data.',
  },
  {
    code: 'tensorflow-lookup-table',
    operators: /^(Mutable|Anonymous)*\w*HashTable\w*$|^(Initialize|LookupTable)\w*$/,
    because: 'belongs to a look-up table from texts or numbers to numbers',
    remedy: 'Save the network without the look-up layer and encode the column before it, or save it as .keras.',
  },
  {
    code: 'tensorflow-text',
    operators:
      /String|Regex|^(AsString|ParseSingleExample|ParseSequenceExample\w*|DecodeCSV|DecodeRaw|Substr|UnicodeScript)$/,
    because: 'works on texts',
    remedy: 'Do that step before the network and save the network with numbers as inputs.',
  },
  {
    code: 'tensorflow-random',
    operators: /Random|^(Multinomial|TruncatedNormal|ParameterizedTruncatedNormal|Rng\w*|StatelessMultinomial)$/,
    because: 'draws random numbers, so its slopes would differ from run to run',
    remedy: 'Save the network for inference, without random layers.',
  },
  {
    code: 'tensorflow-recurrent',
    operators: /RNN|^(Block)?LSTM\w*$|^GRU\w*$/,
    because: 'is recurrent: it carries a memory from step to step, so a row alone has no slopes',
    remedy: 'Use a network without recurrent layers, with past values as columns of their own.',
  },
  {
    code: 'tensorflow-quantised',
    operators: /^(Fake)?Quant|^Dequantize|^Requantiz|^_?Quantized/,
    because: 'belongs to a quantised network: a step function, which has no useful slopes',
    remedy: 'Save the float network it was made from.',
  },
  {
    code: 'tensorflow-rank',
    operators: /^(InTopK|InTopKV2|Unique\w*|Where|NonMaxSuppression\w*|Bincount|RaggedBincount|SparseBincount)$/,
    because: 'gives positions or counts instead of numbers that change smoothly',
    remedy: 'Save the network without that step, with its scores as the output.',
  },
  {
    code: 'tensorflow-decision-forest',
    operators: /^(SimpleMLInference|BoostedTrees|Tree|DecisionTree)\w*$/,
    because: 'is a forest of decision trees: its forecasts are steps, which have no slopes',
    remedy: 'Slopescope is for neural networks and linear models.',
  },
  {
    code: 'tensorflow-custom-code',
    operators: /^(PyFunc|PyFuncStateless|EagerPyFunc|CustomCall|XlaCallModule|TfLiteSubgraphExecute)$/,
    because: 'calls code that is not part of the graph; Slopescope never runs code from a file',
    remedy: 'Save the network with TensorFlow operators only.',
  },
];

/** Why a node that nothing here lowers is refused. */
export function refusalOf(operator: string): OperatorRefusal {
  const kind = kinds.find(({ operators }) => operators.test(operator));
  if (kind) return { code: kind.code, because: kind.because, remedy: `${kind.remedy} ${operatorRemedy}` };
  return {
    code: 'tensorflow-unknown-operator',
    because: 'is an operator Slopescope does not know',
    remedy: `Save the network with simpler layers. ${operatorRemedy}`,
  };
}

/** Whether an operator belongs to the loops of TensorFlow 1, whose graphs run in circles. */
export function isLoop(operator: string): boolean {
  return /^(Ref)?(Enter|Exit|NextIteration)$|^LoopCond$/.test(operator);
}
