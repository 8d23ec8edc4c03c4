import type { Problem } from '../../src/problem';
import { words } from './words';

/** A way on from a refusal: what to do, and where it helps the code that does it where the model was trained. */
export interface Way {
  readonly title: string;
  readonly text?: string;
  readonly code?: string;
  /** What the page itself can do. */
  readonly act?: 'chooseTable' | 'chooseWeights' | 'mapColumns' | 'recompute';
}

/** What a refusal page says: the sentence, and up to three ways on. What was found is the problem's own message. */
interface Refusal {
  readonly sentence: string;
  readonly ways: readonly Way[];
}

/** Everything else the refusal page says. */
export const refusalWords = {
  layers: () => words('The layers of the file'),
  ways: () => words('What you can do'),
  also: () => words('Also found'),
  copyCode: () => words('Copy the code'),
  copyReport: () => words('Copy what was found'),
  showLog: () => words('Show log'),
  values: (size: number) => words('{0} values', size),
};

/** The sentence and the ways for a problem. */
export function refusalOf(problem: Problem): Refusal {
  const found = cases.find(({ codes }) => codes.test(problem.code));
  const { sentence, ways } = (found?.say ?? anything)(problem);
  const remedy: Way[] = problem.remedy ? [{ title: problem.remedy }] : [];
  return { sentence, ways: [...remedy, ...ways].slice(0, 3) };
}

/** Refusals of one kind, by the problem's code: its message holds names of the user's, which may sound like anything. */
interface Case {
  readonly codes: RegExp;
  readonly say: (problem: Problem) => Refusal;
}

const cases: readonly Case[] = [
  { codes: /^layer-own-code$/, say: ownLayer },
  { codes: /^layer-(recurrent|image)$/, say: kerasSequences },
  { codes: /^layer-|^keras-model-custom$|^tensorflow-custom-code$|^torch-module-class$/, say: oneLayer },
  { codes: /-(recurrent|image|sequence)$|^weights-convolution$/, say: sequences },
  { codes: /-(quantised|unknown-operator|operator-unknown)$|^torch-operator$/, say: unknownStep },
  { codes: /^(keras-weights-missing|keras-weights-only|weights-missing|weights-not-hdf5)$/, say: weightsOnly },
  { codes: /^r-handle$/, say: pointer },
  {
    codes: /(damaged|truncated|cut-off|short|empty|invalid|entry-missing|shard-missing|external-missing)$/,
    say: damaged,
  },
  { codes: /^(sklearn|pickle|joblib)-/, say: ownPickle },
  { codes: /^torch-/, say: ownTorch },
  { codes: /^rows-all-left-out$/, say: noRows },
  { codes: /^columns-missing$/, say: columnsMissing },
  { codes: /^(csv|column|columns|rows|target)-/, say: table },
  { codes: /^forecast-not-finite$/, say: notFinite },
  { codes: /^rules?-/, say: rulesFile },
  { codes: /^stopped$/, say: stopped },
];

function anything({ file }: Problem): Refusal {
  return { sentence: words('Slopescope cannot use {0}.', file), ways: [otherModel()] };
}

function otherModel(): Way {
  return {
    title: words('Export the model to ONNX'),
    text: words('What a network computes on each row becomes plain ONNX steps, which Slopescope reads.'),
  };
}

function ownLayer({ file, place }: Problem): Refusal {
  const layer = place?.kind === 'part' ? place.name : '';
  const code = [
    'import keras, numpy as np',
    '',
    `model = keras.saving.load_model("${file}", safe_mode=False)`,
    `at = [layer.name for layer in model.layers].index("${layer}")`,
    'rest = keras.Sequential(model.layers[at + 1:])',
    'rest.build(model.layers[at].output.shape)',
    'rest.save("after_lambda.keras")',
    '',
    '# and the table the rest reads:',
    `front = keras.Model(model.inputs, model.get_layer("${layer}").output)`,
    'np.savetxt("after_lambda.csv", front.predict(x), delimiter=",")',
  ].join('\n');
  return {
    sentence: oneLayer().sentence,
    ways: [
      {
        title: words('Save the part after this layer'),
        text: words(
          'Run this where the model was trained, then open the new file. It runs the code in the model: only do so with a file you trust.',
        ),
        ...(layer === '' ? {} : { code }),
      },
      otherModel(),
    ],
  };
}

function oneLayer(): Refusal {
  return { sentence: words('Slopescope cannot read one layer of this model.'), ways: [otherModel()] };
}

function unknownStep({ place }: Problem): Refusal {
  const sentence =
    place?.kind === 'part'
      ? words('Slopescope does not know the step {0}.', place.name)
      : words('Slopescope does not know one step of this model.');
  return {
    sentence,
    ways: [
      {
        title: words('Open the original'),
        text: words(
          'Quantised and compiled copies hold steps without slopes; the network they were made from does not.',
        ),
      },
    ],
  };
}

function sequences(): Refusal {
  return { sentence: words('This model reads sequences or pictures; Slopescope reads tables.'), ways: [] };
}

function kerasSequences({ place }: Problem): Refusal {
  const layer = place?.kind === 'part' ? place.name : 'name_of_the_layer';
  return {
    sentence: sequences().sentence,
    ways: [
      {
        title: words('Save the dense part'),
        text: words(
          'The layers after it read one vector per row. Run this where the model was trained, then open the new file.',
        ),
        code: [
          `at = [layer.name for layer in model.layers].index("${layer}")`,
          'dense = keras.Sequential(model.layers[at + 1:])',
          'dense.build(model.layers[at].output.shape)',
          'dense.save("dense_part.keras")',
        ].join('\n'),
      },
    ],
  };
}

function ownPickle(problem: Problem): Refusal {
  return somethingElse(problem, [
    'import numpy as np',
    'arrays = {f"W{i}": w for i, w in enumerate(model.coefs_, 1)} | {f"b{i}": b for i, b in enumerate(model.intercepts_, 1)}',
    'np.savez("weights.npz", **arrays)',
  ]);
}

function ownTorch(problem: Problem): Refusal {
  return somethingElse(problem, [
    'import numpy as np',
    'np.savez("weights.npz", **{name: value.numpy() for name, value in model.state_dict().items()})',
  ]);
}

function somethingElse({ file }: Problem, code: readonly string[]): Refusal {
  return {
    sentence: words('{0} holds something that is not a network Slopescope reads.', file),
    ways: [
      {
        title: words('Save the weights as .npz'),
        text: words('Slopescope reads pickles as data and never runs them. Run this where the model was trained.'),
        code: code.join('\n'),
      },
      otherModel(),
    ],
  };
}

function weightsOnly(): Refusal {
  return {
    sentence: words("This file holds weights without the network's plan."),
    ways: [
      {
        title: words('Choose the other file…'),
        text: words('An architecture (.json) and its weights (.h5) lie in two files.'),
        act: 'chooseWeights',
      },
    ],
  };
}

function pointer(): Refusal {
  return {
    sentence: words('This file only points to a model that lives elsewhere.'),
    ways: [
      {
        title: words('Save the model itself'),
        code: [
          '# Keras',
          'model.save("model.keras")',
          '# H2O',
          'h2o.download_mojo(model)',
          '# R',
          'saveRDS(model, "model.rds")',
        ].join('\n'),
      },
    ],
  };
}

/** The problem's own message is the sentence: which file, after how many bytes. */
function damaged({ message }: Problem): Refusal {
  return { sentence: message, ways: [{ title: words('Was the download complete?') }] };
}

function noRows(): Refusal {
  return {
    sentence: words('No row has a number in every input.'),
    ways: [chooseData(), { title: words('Map columns…'), act: 'mapColumns' }],
  };
}

function columnsMissing({ message }: Problem): Refusal {
  return { sentence: message, ways: [{ title: words('Map columns…'), act: 'mapColumns' }, chooseData()] };
}

function table({ message }: Problem): Refusal {
  return { sentence: message, ways: [chooseData(), { title: words('Map columns…'), act: 'mapColumns' }] };
}

function notFinite({ message }: Problem): Refusal {
  return {
    sentence: message,
    ways: [{ title: words('Is this the right table, and are its units right?') }, chooseData()],
  };
}

function rulesFile({ message }: Problem): Refusal {
  return { sentence: message, ways: [] };
}

function stopped({ message }: Problem): Refusal {
  return { sentence: message, ways: [{ title: words('Compute again'), act: 'recompute' }, chooseData()] };
}

function chooseData(): Way {
  return { title: words('Choose other data…'), act: 'chooseTable' };
}
