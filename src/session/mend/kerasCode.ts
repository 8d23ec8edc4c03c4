import type { SessionState } from '../sessionState';
import type { MendFiles } from './mendCode';
import type { PythonNetwork } from './mendPlan';
import { pythonText } from './pythonValues';

/** Files that hold a whole Keras model, which Keras itself opens. */
const wholeModels: ReadonlySet<string> = new Set(['keras3-zip', 'keras-h5']);

/** A Keras model is trained by Keras; undefined for any other. */
export function kerasNetwork({ network, file }: SessionState, files: MendFiles): PythonNetwork | undefined {
  if (!wholeModels.has(network.source.format)) return undefined;
  const sizes = network.inputs.map(({ size }) => size);
  return {
    needs: 'tensorflow',
    imports: [
      'os.environ.setdefault("KERAS_BACKEND", "tensorflow")',
      'import numpy as np',
      'import tensorflow as tf',
      'import keras',
    ],
    saveAs: `${file.name.replace(/\.[^.]*$/, '')}-mended.keras`,
    build: [
      `MODEL = ${pythonText(files.model)}`,
      `SIZES = [${sizes.join(', ')}]  # of the model's inputs`,
      'keras.utils.set_random_seed(1)',
      'model = keras.models.load_model(MODEL, compile=False)',
      'optimizer = keras.optimizers.Adam(RATE)',
      '',
      '',
      'def forward(z):',
      '    parts = tf.split(z, SIZES, axis=1)',
      '    parts = [tf.reshape(part, [-1, *port.shape[1:]]) for part, port in zip(parts, model.inputs)]',
      '    parts = [tf.cast(part, port.dtype) for part, port in zip(parts, model.inputs)]',
      '    given = tf.nest.flatten(model(parts[0] if len(parts) == 1 else parts, training=False))',
      '    return tf.concat([tf.reshape(tf.cast(y, tf.float32), [tf.shape(z)[0], -1]) for y in given], axis=1)',
    ],
    train: training,
    keep: [
      'def weights():',
      '    return model.get_weights()',
      '',
      '',
      'def restore(kept):',
      '    model.set_weights(kept)',
      '',
    ],
    save: ['model.save(SAVE_AS)'],
    library: 'tf',
  };
}

const training = [
  'def look_at(z):',
  '    with tf.GradientTape() as tape:',
  '        tape.watch(z)',
  '        y = forward(z)',
  '        one = y[:, OUTPUT]',
  '    return y, tape.gradient(one, z)',
  '',
  '',
  'def look(z):',
  '    y, slopes = look_at(tf.constant(z, tf.float32))',
  '    return y.numpy().astype(float), slopes.numpy().astype(float)',
  '',
  '',
  '@tf.function(reduce_retracing=True)',
  'def step_at(z, factors, targets, scales, masks, spread, strength):',
  '    with tf.GradientTape() as tape:',
  '        y, slopes = look_at(z)',
  '        one = y[:, OUTPUT]',
  '        original = slopes * output_slope(one)[:, None] * factors',
  '        loss = tf.reduce_mean(((y[: tf.shape(targets)[0]] - targets) / spread) ** 2)',
  '        for k in range(len(RULES)):',
  '            beyond = penalty(k, one, slopes, original, scales, tf.nn.relu)',
  '            loss += strength * tf.reduce_mean(masks[:, k] * beyond)',
  '    moves = tape.gradient(loss, model.trainable_variables)',
  '    pairs = [(move, weight) for move, weight in zip(moves, model.trainable_variables) if move is not None]',
  '    optimizer.apply_gradients(pairs)',
  '',
  '',
  'def step(rows, *more):',
  '    values = [to_model(rows), per_original(rows), *more]',
  '    step_at(*[tf.constant(value, tf.float32) for value in values])',
];
