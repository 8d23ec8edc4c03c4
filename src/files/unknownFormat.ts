import type { Problem } from '../problem';
import type { NamedBytes } from './reading';

/** A kind of file that is not read: what it is, and what to do instead. */
interface UnreadKind {
  readonly name: RegExp;
  readonly what: string;
  readonly remedy: string;
}

const onnx = 'Export the network as ONNX and open that.';

const kinds: readonly UnreadKind[] = [
  {
    name: /\.(index|meta)$|\.data-\d+-of-\d+$|^checkpoint$/i,
    what: 'a part of a TensorFlow checkpoint: weights without the network that uses them',
    remedy:
      'Load it into the model (model.load_weights, or Saver.restore) and save that with model.save("model.keras") or model.export("folder"); in TensorFlow 1, tf.compat.v1.saved_model.simple_save.',
  },
  {
    name: /\.(ya?ml)$/i,
    what: 'a YAML text, which Slopescope does not read',
    remedy: 'Write its weights as JSON: json.dump(yaml.safe_load(open("net.yaml")), open("net.json", "w")).',
  },
  {
    name: /\.(csv|tsv|txt|dat)$/i,
    what: 'a text or table, not a model',
    remedy:
      'Open it as the table of a model. Weights written with numpy.savetxt go into one file by numpy.savez("net.npz", W1=numpy.loadtxt("W1.txt"), b1=numpy.loadtxt("b1.txt"), …).',
  },
  {
    name: /\.mat$/i,
    what: 'a MAT file of version 4',
    remedy: 'Load it in MATLAB and save it again: save("net.mat", "W1", "b1", "W2", "b2", "-v7").',
  },
  {
    name: /\.tflite$/i,
    what: 'a TensorFlow Lite model',
    remedy: 'Open the Keras model or SavedModel it was made from.',
  },
  { name: /\.(mlmodel|mlpackage)$/i, what: 'a Core ML model', remedy: onnx },
  { name: /\.(engine|plan|trt)$/i, what: 'a TensorRT engine', remedy: 'Open the ONNX file it was built from.' },
  { name: /\.(pdmodel|pdparams)$/i, what: 'a PaddlePaddle model', remedy: onnx },
  { name: /\.(caffemodel|prototxt)$/i, what: 'a Caffe model', remedy: onnx },
  {
    name: /\.(gguf|ggml)$/i,
    what: 'a language model (GGUF)',
    remedy: 'Slopescope is for networks that take the columns of a table.',
  },
  { name: /\.pmml$/i, what: 'a PMML document', remedy: onnx },
  {
    name: /\.(jls|bson|jld2?)$/i,
    what: 'a file of Julia',
    remedy: 'Save its weights with NPZ.jl: npzwrite("net.npz", Dict("W1" => W1, "b1" => b1)).',
  },
  {
    name: /\.(msgpack|pbtxt?|flax)$/i,
    what: 'in no form that Slopescope knows',
    remedy: 'Save the parameters with numpy.savez("net.npz", W1=…, b1=…), or export the network as ONNX.',
  },
];

/** Says of a file that no reader wants what it probably is, by its name, and what to do. */
export function unknownFormat({ name }: Pick<NamedBytes, 'name'>): Problem {
  const kind = kinds.find((candidate) => candidate.name.test(name));
  return {
    code: 'format-unknown',
    message: kind ? `${name} is ${kind.what}.` : `${name} is in no format that Slopescope knows.`,
    file: name,
    remedy: kind?.remedy ?? 'Save the network as .keras, .onnx, .npz or one of the other formats listed in the README.',
    severity: 'error',
  };
}
