// The workloads of the benchmark: dense layers with random weights, the same for every peer.

/** Rows of W3 and W4 are many; a peer that would take minutes runs `peerRows` and its time is scaled up (marked ~). */
export const workloads = [
  { name: 'W1', rows: 100_000, sizes: [12, 64, 64, 1], activation: 'relu', cpuRows: 5_000 },
  { name: 'W2', rows: 100_000, sizes: [12, 64, 64, 1], activation: 'tanh', cpuRows: 5_000 },
  { name: 'W3', rows: 1_000_000, sizes: [20, 64, 64, 1], activation: 'relu', wasmRows: 100_000, cpuRows: 5_000 },
  { name: 'W4', rows: 10_000, sizes: [100, 512, 512, 512, 1], activation: 'relu', cpuRows: 100 },
  { name: 'W5', rows: 500, sizes: [8, 16, 1], activation: 'relu' },
  { name: 'W6', rows: 100_000, sizes: [20, 64, 64, 10], activation: 'relu', wasmRows: 20_000, cpuRows: 500 },
  { name: 'W7', rows: 10_000, sizes: [8, 32, 32, 1], activation: 'tanh', hessian: true, oursRows: 500 },
];

/** Floating-point operations of all slopes of a row: one pass of values and one per output, two operations per weight. */
export function operations({ sizes }) {
  const weights = sizes.slice(1).reduce((sum, size, layer) => sum + size * sizes[layer], 0);
  return 2 * weights * (1 + sizes.at(-1));
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
    const activation = { kind: 'activation', activation: { kind: workload.activation } };
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
function uniform(seed) {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 31 - 1;
  };
}
