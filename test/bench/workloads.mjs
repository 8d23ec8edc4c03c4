// The workloads of the benchmark: dense layers with random weights, the same for every peer.

/**
 * A peer that would take minutes runs `wasmRows` or `cpuRows` and its time is scaled up (marked ~). `dense` computes every
 * product although units are off; `hessian` asks for second derivatives instead of slopes.
 */
export const workloads = [
  { name: 'W1', rows: 100_000, sizes: [12, 64, 64, 1], activation: 'relu', cpuRows: 5_000 },
  { name: 'W2', rows: 100_000, sizes: [12, 64, 64, 1], activation: 'tanh', cpuRows: 5_000 },
  { name: 'W3', rows: 1_000_000, sizes: [20, 64, 64, 1], activation: 'relu', wasmRows: 100_000, cpuRows: 5_000 },
  { name: 'W4', rows: 10_000, sizes: [100, 512, 512, 512, 1], activation: 'relu', cpuRows: 100 },
  { name: 'W5', rows: 500, sizes: [8, 16, 1], activation: 'relu' },
  { name: 'W6', rows: 100_000, sizes: [20, 64, 64, 10], activation: 'relu', wasmRows: 20_000, cpuRows: 500 },
  { name: 'W6d', rows: 100_000, sizes: [20, 64, 64, 10], activation: 'relu', dense: true, wasmRows: 0, cpuRows: 0 },
  { name: 'W7', rows: 10_000, sizes: [8, 32, 32, 1], activation: 'tanh', hessian: true, cpuRows: 200 },
];

/** Lines of results per row. */
export function linesOf({ sizes, hessian }) {
  return hessian ? (sizes[0] * (sizes[0] + 1)) / 2 : sizes[0] * sizes.at(-1);
}

/**
 * Floating-point operations per row, two per weight: for slopes a pass of values and one per output, for Hessians a pass
 * of values, one of adjoints and one of tangents per input, and the products of every two tangents.
 */
export function operations({ sizes, hessian }) {
  const weights = sizes.slice(1).reduce((sum, size, layer) => sum + size * sizes[layer], 0);
  if (!hessian) return 2 * weights * (1 + sizes.at(-1));
  const units = sizes.slice(1, -1).reduce((sum, size) => sum + size, 0);
  return 2 * weights * (2 + sizes[0]) + 2 * units * linesOf({ sizes, hessian });
}

/** Weights and biases of each layer, weights as [out][in]. */
export function layersOf({ sizes }) {
  const next = uniform(12345);
  return sizes.slice(1).map((out, layer) => {
    const width = sizes[layer];
    const weights = Float64Array.from({ length: out * width }, () => (next() * 2.4) / Math.sqrt(width));
    return { width, out, weights, bias: Float64Array.from({ length: out }, () => next() * 0.3) };
  });
}

/** Rows as lines [input][row], in shared memory so that threads may read them. */
export function rowsOf({ sizes, rows }) {
  const next = uniform(999);
  const x = new Float32Array(new SharedArrayBuffer(4 * rows * sizes[0]));
  for (let i = 0; i < x.length; i++) x[i] = next() * 2;
  return x;
}

/** The network of a workload as plain data, in the form of src/network/network.ts. */
export function networkOf(workload) {
  const layers = layersOf(workload);
  const nodes = layers.flatMap(({ weights, bias, out }, layer) => {
    const dense = { op: { kind: 'dense', weights, bias }, inputs: [2 * layer], size: out, origin: `dense ${layer}` };
    // A slope of 0 below that is written as −0 keeps the kernels from the short cuts of relu.
    const kind = workload.dense ? { kind: 'leakyRelu', alpha: -Number.MIN_VALUE } : { kind: workload.activation };
    const activation = { kind: 'activation', activation: kind };
    const bend = { op: activation, inputs: [2 * layer + 1], size: out, origin: `activation ${layer}` };
    return layer + 1 < layers.length ? [dense, bend] : [dense];
  });
  const size = workload.sizes.at(-1);
  return {
    name: workload.name,
    inputs: [{ name: 'x', size: workload.sizes[0] }],
    outputs: [{ name: 'y', size, value: nodes.length }],
    nodes,
    source: { file: workload.name, format: 'bench', layers: [] },
  };
}

/** A repeatable stream of numbers in (−1, 1). */
export function uniform(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}
