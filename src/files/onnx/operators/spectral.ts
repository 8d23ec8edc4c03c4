import { ShapeError } from '../../../network/builder';
import { elements } from '../../../network/tensor';
import { expectDenseRoom } from '../../rows/products';
import { transposeValue } from '../../rows/shapes';
import type { Value } from '../../rows/value';
import type { Call, Operator } from '../call';
import type { OperatorGroup } from './group';

/** Fourier transforms, which are linear maps, and the constants that go with them. */
export const spectral: OperatorGroup = {
  domain: '',
  operators: {
    BlackmanWindow: cosineWindow([0.42, -0.5, 0.08]),
    DFT,
    HammingWindow: cosineWindow([25 / 46, -21 / 46]),
    HannWindow: cosineWindow([0.5, -0.5]),
    MelWeightMatrix,
    STFT,
  },
  notes: {
    BlackmanWindow: 'constant size',
    HammingWindow: 'constant size',
    HannWindow: 'constant size',
    MelWeightMatrix: 'of constants',
    STFT: 'constant window and frames',
  },
};

/** How many numbers go in and out, and whether each is complex: a pair of numbers. */
interface Transform {
  readonly from: number;
  readonly to: number;
  readonly complexIn: boolean;
  readonly complexOut: boolean;
  /** The factors of the real and imaginary part of number n in those of number k: cos and sin of an angle, scaled. */
  readonly factor: (k: number, n: number) => { readonly scale: number; readonly angle: number };
}

/** Along one axis; the last axis holds the real part, or both parts. */
function DFT(call: Call): Value {
  const x = call.value(0);
  const { shape } = x.tensor;
  const rank = shape.length;
  const axis = call.axis(axisOf(call), rank);
  const parts = shape[rank - 1]!;
  if (axis === x.batch || x.batch === rank - 1) return call.refuseMixedRows('transforms over the rows of a table');
  if (axis === rank - 1 || (parts !== 1 && parts !== 2))
    throw new ShapeError(`[${shape.join(', ')}] does not end with real and imaginary parts`);
  const inverse = call.integer('inverse', 0) === 1;
  const onesided = call.integer('onesided', 0) === 1;
  const length = shape[axis]!;
  const given = call.inputs[1] ? call.numbers(1, 'length')[0] : undefined;
  const size = given ?? (inverse && onesided ? 2 * (length - 1) : length);
  if (!(size >= 1)) throw new ShapeError(`a transform cannot have the length ${size}`);
  const half = Math.floor(size / 2) + 1;
  const from = Math.min(length, inverse && onesided ? half : size);
  const transform: Transform = {
    from,
    to: onesided && !inverse ? half : size,
    complexIn: parts === 2,
    complexOut: !(inverse && onesided),
    factor: (k, n) => {
      // A one-sided spectrum stands for its mirror image too.
      const mirrored = inverse && onesided && n > 0 && 2 * n !== size ? 2 : 1;
      return { scale: inverse ? mirrored / size : 1, angle: ((inverse ? 2 : -2) * Math.PI * ((k * n) % size)) / size };
    },
  };
  return transformed(call, { ...x, tensor: call.builder.take(x.tensor, axis, places(from)) }, axis, transform);
}

function axisOf(call: Call): number {
  if (call.version < 20) return call.integer('axis', 1);
  return call.inputs[2] ? (call.numbers(2, 'axis')[0] ?? -2) : -2;
}

/** Applies a transform along an axis by one matrix over the pairs of place and part. */
function transformed(call: Call, x: Value, axis: number, transform: Transform): Value {
  const { builder } = call;
  const rank = x.tensor.shape.length;
  const order = [...places(rank - 1).filter((other) => other !== axis), axis, rank - 1];
  const turned = transposeValue(call, x, order);
  const lead = turned.tensor.shape.slice(0, -2);
  const [widthIn, widthOut] = [transform.complexIn ? 2 : 1, transform.complexOut ? 2 : 1];
  const [inputs, outputs] = [transform.from * widthIn, transform.to * widthOut];
  expectDenseRoom(call, elements(lead), outputs, inputs);
  call.expectRoom([outputs, inputs]);
  const flat = builder.reshape(turned.tensor, [...lead, inputs]);
  const tensor = builder.reshape(builder.dense(flat, matrixOf(transform)), [...lead, transform.to, widthOut]);
  const back = places(rank).map((place) => order.indexOf(place));
  return transposeValue(call, { ...turned, tensor }, back);
}

/** (re + i im) · scale · (cos + i sin), written out for the parts that are there. */
function matrixOf({ from, to, complexIn, complexOut, factor }: Transform): Float64Array {
  const [widthIn, widthOut] = [complexIn ? 2 : 1, complexOut ? 2 : 1];
  const matrix = new Float64Array(to * widthOut * from * widthIn);
  for (let k = 0; k < to; k++) {
    for (let n = 0; n < from; n++) {
      const { scale, angle } = factor(k, n);
      const [real, imaginary] = [scale * Math.cos(angle), scale * Math.sin(angle)];
      const put = (part: number, source: number, weight: number) => {
        if (part < widthOut && source < widthIn)
          matrix[(k * widthOut + part) * from * widthIn + n * widthIn + source] = weight;
      };
      put(0, 0, real);
      put(0, 1, -imaginary);
      put(1, 0, imaginary);
      put(1, 1, real);
    }
  }
  return matrix;
}

/** Transforms of frames that follow each other by a step, each times a window. */
function STFT(call: Call): Value {
  const x = call.value(0);
  const [, length = 0, parts = 1] = x.tensor.shape;
  if (x.batch !== undefined && x.batch !== 0) return call.refuseMixedRows('transforms over the rows of a table');
  const step = call.numbers(1, 'step')[0] ?? 0;
  const window = call.inputs[2] ? call.numbers(2, 'window') : undefined;
  const size = (call.inputs[3] ? call.numbers(3, 'length of a frame')[0] : undefined) ?? window?.length ?? 0;
  const frames = Math.floor((length - size) / step) + 1;
  if (!(step >= 1 && size >= 1 && frames >= 1) || (window && window.length !== size))
    throw new ShapeError(`frames of ${size} by ${step} do not fit ${length} places and their window`);
  const to = call.integer('onesided', 1) === 1 ? Math.floor(size / 2) + 1 : size;
  call.expectRoom([frames, size, parts]);
  const starts = places(frames).flatMap((frame) => places(size).map((place) => frame * step + place));
  const { builder } = call;
  const cut = builder.reshape(builder.take(x.tensor, 1, starts), [x.tensor.shape[0]!, frames, size, parts]);
  return transformed(call, { ...x, tensor: cut }, 2, {
    from: size,
    to,
    complexIn: parts === 2,
    complexOut: true,
    factor: (k, n) => ({ scale: window?.[n] ?? 1, angle: (-2 * Math.PI * ((k * n) % size)) / size }),
  });
}

/** Σ_j a_j cos(2π j n / N), where N is the size, or one less where the window is not periodic. */
function cosineWindow(coefficients: readonly number[]): Operator {
  return (call) => {
    const size = call.numbers(0, 'size')[0] ?? 0;
    call.expectRoom([size]);
    const period = call.integer('periodic', 1) === 1 ? size : size - 1;
    const numbers = Float64Array.from({ length: size }, (_, n) =>
      coefficients.reduce((sum, factor, j) => sum + factor * Math.cos((2 * Math.PI * j * n) / Math.max(period, 1)), 0),
    );
    return call.constant(numbers, [size]);
  };
}

/** Triangles over the frequencies of a spectrum, equally wide on the mel scale 2595 lg(1 + f/700). */
function MelWeightMatrix(call: Call): Value {
  const [bins = 0, size = 0, rate = 1, lowest = 0, highest = 0] = [0, 1, 2, 3, 4].map(
    (index) => call.numbers(index, 'frequencies')[0],
  );
  const rows = Math.floor(size / 2) + 1;
  call.expectRoom([rows, bins]);
  const mel = (frequency: number) => 2595 * Math.log10(1 + frequency / 700);
  const width = (mel(highest) - mel(lowest)) / (bins + 2);
  const edges = Array.from({ length: bins + 2 }, (_, k) => {
    const frequency = 700 * (10 ** ((k * width + mel(lowest)) / 2595) - 1);
    return Math.floor(((size + 1) * frequency) / rate);
  });
  const matrix = new Float64Array(rows * bins);
  for (let bin = 0; bin < bins; bin++) {
    const [low, centre, high] = [edges[bin]!, edges[bin + 1]!, edges[bin + 2]!];
    if (low === centre && centre < rows) matrix[centre * bins + bin] = 1;
    for (let row = low; row <= centre && row < rows && low < centre; row++)
      matrix[row * bins + bin] = (row - low) / (centre - low);
    for (let row = centre; row < high && row < rows; row++) matrix[row * bins + bin] = (high - row) / (high - centre);
  }
  return call.constant(matrix, [rows, bins]);
}

function places(count: number): number[] {
  return Array.from({ length: count }, (_, place) => place);
}
