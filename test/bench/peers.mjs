// TensorFlow.js on the same workloads: slopes by tf.grad, one gradient per output. Hessians by tf.grad of the slopes, one
// per input; the slopes are written out there, since tf.grad of tf.grad does not see through tanh (4.22).
import { createRequire } from 'node:module';
import { stopwatch } from './stopwatch.mjs';
import { layersOf } from './workloads.mjs';

const require = createRequire(import.meta.url);

/** Loads TensorFlow.js with a backend ('wasm' or 'cpu'); gives a function that measures a workload. */
export async function createPeer(backend) {
  const tf = require('@tensorflow/tfjs');
  // Without it every first use prints advice and every result is checked.
  tf.enableProdMode();
  if (backend === 'wasm') {
    const { setWasmPaths } = require('@tensorflow/tfjs-backend-wasm');
    const folder = require.resolve('@tensorflow/tfjs-backend-wasm/package.json').replace('package.json', 'dist/');
    setWasmPaths(folder);
  }
  await tf.setBackend(backend);
  await tf.ready();
  return (workload, x, rows, repeats) => measure(tf, workload, x, rows, repeats);
}

/** Wall-clock and processor seconds for all rows of a workload, the best of some repeats over `rows` rows scaled up; results of row 0 to compare. */
async function measure(tf, workload, x, rows, repeats) {
  const inputs = workload.sizes[0];
  const outputs = workload.sizes.at(-1);
  const layers = layersOf(workload).map(({ weights, bias, width, out }) => ({
    kernel: tf.tidy(() => tf.transpose(tf.tensor2d(Float32Array.from(weights), [out, width]))),
    bias: tf.tensor1d(Float32Array.from(bias)),
  }));
  const data = new Float32Array(rows * inputs);
  for (let row = 0; row < rows; row++)
    for (let input = 0; input < inputs; input++) data[row * inputs + input] = x[input * workload.rows + row];
  const points = tf.tensor2d(data, [rows, inputs]);
  const forward = (value) =>
    layers.reduce((before, { kernel, bias }, layer) => {
      const sum = tf.add(tf.matMul(before, kernel), bias);
      return layer + 1 < layers.length ? tf[workload.activation](sum) : sum;
    }, value);
  const one = (value, place) => tf.slice(value, [0, place], [rows, 1]);
  const slopes = outputs === 1 ? [tf.grad(forward)] : range(outputs).map((o) => tf.grad((x) => one(forward(x), o)));
  const asked = workload.hessian
    ? range(inputs).map((i) => tf.grad((x) => one(slopesOfTanh(tf, layers, x), i)))
    : slopes;
  const best = { seconds: Infinity, cpu: Infinity };
  const sample = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const spent = stopwatch();
    for (const [line, ask] of asked.entries()) {
      const answer = tf.tidy(() => ask(points));
      const result = await answer.data();
      // Of a Hessian the lower triangle.
      if (repeat === 0) sample.push(...result.slice(0, workload.hessian ? line + 1 : inputs));
      answer.dispose();
    }
    const { seconds, cpu } = spent();
    best.seconds = Math.min(best.seconds, seconds);
    best.cpu = Math.min(best.cpu, cpu);
  }
  for (const { kernel, bias } of layers) tf.dispose([kernel, bias]);
  points.dispose();
  const scale = workload.rows / rows;
  return { seconds: best.seconds * scale, cpu: best.cpu * scale, sample };
}

/** Slopes of a network of one output with tanh between its layers: back through each layer with 1 − tanh². */
function slopesOfTanh(tf, layers, x) {
  const hidden = layers.slice(0, -1).reduce((values, { kernel, bias }) => {
    const sum = tf.add(tf.matMul(values.at(-1) ?? x, kernel), bias);
    return [...values, tf.tanh(sum)];
  }, []);
  const head = tf.transpose(layers.at(-1).kernel);
  return hidden.reduceRight(
    (adjoint, value, layer) =>
      tf.matMul(tf.mul(adjoint, tf.sub(1, tf.square(value))), layers[layer].kernel, false, true),
    head,
  );
}

function range(count) {
  return Array.from({ length: count }, (_, number) => number);
}
