// TensorFlow.js on the same workloads: slopes by tf.grad, one gradient per output.
import { createRequire } from 'node:module';
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

/** Seconds for all rows of a workload: the best of some repeats over `rows` rows, scaled up; slopes of row 0 to compare. */
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
  const seconds = [];
  const sample = [];
  for (let repeat = 0; repeat < repeats; repeat++) {
    const start = performance.now();
    for (let output = 0; output < outputs; output++) {
      const one = outputs === 1 ? forward : (value) => tf.slice(forward(value), [0, output], [rows, 1]);
      const slopes = tf.tidy(() => tf.grad(one)(points));
      const result = await slopes.data();
      if (repeat === 0) sample.push(...result.slice(0, inputs));
      slopes.dispose();
    }
    seconds.push((performance.now() - start) / 1000);
  }
  for (const { kernel, bias } of layers) tf.dispose([kernel, bias]);
  points.dispose();
  return { seconds: Math.min(...seconds) * (workload.rows / rows), sample };
}
