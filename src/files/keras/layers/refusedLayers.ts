import type { LayerRefusal } from '../layerCall';

/** Why a layer class of Keras is refused, and what to do; each completes "The layer NAME (CLASS) in FILE …". */
export interface RefusedLayer {
  readonly code?: LayerRefusal;
  readonly what: string;
  readonly remedy: string;
}

const lambda: RefusedLayer = {
  code: 'layer-own-code',
  what: 'holds Python code, and code in a file is never run',
  remedy:
    'Open an export of the model instead (model.export("folder")), or replace the Lambda layer by operations of keras.ops.',
};
const recurrent: RefusedLayer = {
  code: 'layer-recurrent',
  what: 'is recurrent; Slopescope reads networks that turn one row into outputs step by step',
  remedy: 'Use a network of Dense, Conv1D or similar layers over the same inputs.',
};
const image: RefusedLayer = {
  code: 'layer-image',
  what: 'works on images; Slopescope is made for networks on tables',
  remedy: 'Open a network whose inputs are columns of a table.',
};
const hashing: RefusedLayer = {
  what: 'hashes its input, which Slopescope does not compute',
  remedy: 'Use StringLookup or IntegerLookup with a vocabulary instead.',
};
const text: RefusedLayer = {
  what: 'cuts a text into words; Slopescope is made for networks on tables',
  remedy: 'Use StringLookup for columns of words.',
};

const language: RefusedLayer = {
  what: 'belongs to a language model; Slopescope is made for networks on tables',
  remedy: 'Open a network whose inputs are columns of a table.',
};

const byClass: readonly (readonly [RefusedLayer, readonly string[]])[] = [
  [lambda, ['Lambda']],
  [
    recurrent,
    [
      ...['LSTM', 'GRU', 'SimpleRNN', 'RNN', 'Bidirectional', 'CuDNNLSTM', 'CuDNNGRU', 'StackedRNNCells'],
      ...['LSTMCell', 'GRUCell', 'SimpleRNNCell', 'ConvLSTM1D', 'ConvLSTM2D', 'ConvLSTM3D'],
    ],
  ],
  [hashing, ['Hashing', 'HashedCrossing']],
  [text, ['TextVectorization']],
  [language, ['ReversibleEmbedding']],
];

/** The reason for a layer class, or undefined when the class is not one of Keras's known ones. */
export function refusedLayer(className: string): RefusedLayer | undefined {
  const listed = byClass.find(([, classes]) => classes.includes(className));
  if (listed) return listed[0];
  // Everything over two or three axes, and the layers that resize, cut or change pictures.
  const overPictures = /(?:Conv|Pooling|Pool|Cropping|ZeroPadding|UpSampling|Dropout|Conv2D|Conv3D)[23]D/;
  return overPictures.test(className) || /[23]DTranspose$|^(?:Resizing|CenterCrop|Random\w+)$/.test(className)
    ? image
    : undefined;
}
