import { describe, expect, it } from 'vitest';
import type { Json, JsonObject } from '../../../src/files/json';
import { outputsAt, problemOf, readLayers } from './layersModel';

const x: JsonObject = {
  class_name: '__keras_tensor__',
  config: { shape: [], dtype: 'float32', keras_history: ['x', 0, 0] },
};
const second: JsonObject = { ...x, config: { shape: [], dtype: 'float32', keras_history: ['second', 0, 0] } };
const all: JsonObject = { class_name: '__slice__', config: { start: null, stop: null, step: null } };

function slice(start: number | null, stop: number | null, step: number | null = null): JsonObject {
  return { class_name: '__slice__', config: { start, stop, step } };
}

/** A Functional model of Keras 3 with one operator on an input (and a second one of the same shape). */
function operator(
  shape: readonly number[],
  className: string,
  args: readonly Json[],
  config: JsonObject,
  outputs = 1,
): JsonObject {
  const input = (name: string): JsonObject => ({
    class_name: 'InputLayer',
    name,
    config: { name, batch_shape: [null, ...shape] },
    inbound_nodes: [],
  });
  const used = JSON.stringify(args).includes('"second"');
  const operation = {
    module: 'keras.src.ops.numpy',
    class_name: className,
    name: 'op',
    config: { name: 'op', ...config },
    inbound_nodes: [{ args, kwargs: {} }],
  };
  return {
    class_name: 'Functional',
    config: {
      name: 'model',
      layers: [input('x'), ...(used ? [input('second')] : []), operation],
      input_layers: [['x', 0, 0], ...(used ? [['second', 0, 0]] : [])],
      output_layers: Array.from({ length: outputs }, (_, tensor) => ['op', 0, tensor]),
    },
  };
}

async function apply(
  shape: readonly number[],
  row: readonly number[],
  className: string,
  args: readonly Json[] = [x],
  config: JsonObject = {},
  outputs = 1,
): Promise<number[]> {
  return outputsAt(await readLayers(operator(shape, className, args, config, outputs)), row);
}

function close(actual: readonly number[], expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length);
  actual.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 10));
}

describe('keras.ops in a Functional model', () => {
  it.each<[string, readonly Json[], JsonObject, readonly number[]]>([
    ['Exp2', [x], {}, [2, 0.25, 8]],
    ['OneHot', [second], { num_classes: 5, axis: -1, sparse: false }, [0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
    ['Rsqrt', [second], {}, [0.5, 1 / Math.sqrt(5), 1 / Math.sqrt(6)]],
    ['Power', [x, 2], {}, [1, 4, 9]],
    ['Power', [2, x], {}, [2, 0.25, 8]],
    ['Subtract', [1, x], {}, [0, 3, -2]],
    ['Multiply', [x, [[1, 2, 3]]], {}, [1, -4, 9]],
    ['Maximum', [x, second], {}, [4, 5, 6]],
    ['FloorDivide', [x, 2], {}, [0, -1, 1]],
    ['Mod', [x, 2], {}, [1, 0, 1]],
    ['Logaddexp', [x, 0], {}, [Math.log1p(Math.E), Math.log1p(Math.exp(-2)), Math.log1p(Math.exp(3))]],
    ['Clip', [x], { x_min: -1, x_max: 2 }, [1, -1, 2]],
    ['Where', [second, x, -1], {}, [1, -2, 3]],
    ['Threshold', [x], { threshold: 0, default_value: 9 }, [1, 9, 3]],
    ['Gelu', [x], { approximate: false }, [0.8413447460685429, -0.0455002638963584, 2.9959503059]],
    ['Sum', [x], { axis: 1, keepdims: true }, [2]],
    ['Mean', [x], { axis: -1, keepdims: false }, [2 / 3]],
    ['Var', [x], { axis: 1 }, [38 / 9]],
    ['Std', [x], { axis: 1 }, [Math.sqrt(38 / 9)]],
    ['Norm', [x], { ord: 1, axis: 1 }, [6]],
    ['Norm', [x], { ord: null, axis: 1 }, [Math.sqrt(14)]],
    ['Logsumexp', [x], { axis: 1 }, [Math.log(Math.E + Math.exp(-2) + Math.exp(3))]],
    ['CountNonzero', [x], { axis: 1 }, [3]],
    ['Cumsum', [x], { axis: 1 }, [1, -1, 2]],
    ['Flip', [x], { axis: 1 }, [3, -2, 1]],
    ['Roll', [x], { shift: 1, axis: 1 }, [3, 1, -2]],
    ['Repeat', [x], { repeats: 2, axis: 1 }, [1, 1, -2, -2, 3, 3]],
    ['Tile', [x], { repeats: [1, 2] }, [1, -2, 3, 1, -2, 3]],
    ['Take', [x, [2, 0]], { axis: 1 }, [3, 1]],
    [
      'Pad',
      [x],
      {
        pad_width: [
          [0, 0],
          [1, 0],
        ],
        mode: 'constant',
      },
      [0, 1, -2, 3],
    ],
    ['Stack', [[x, x]], { axis: 1 }, [1, -2, 3, 1, -2, 3]],
    ['Stack', [[x, x]], { axis: -1 }, [1, 1, -2, -2, 3, 3]],
    ['Reshape', [x], { newshape: [-1, 1, 3] }, [1, -2, 3]],
    ['GetItem', [x, [all, slice(null, null, -1)]], {}, [3, -2, 1]],
    ['GetItem', [x, [{ class_name: '__ellipsis__', config: {} }, slice(-2, null)]], {}, [-2, 3]],
    ['GetItem', [x, [all, 1]], {}, [-2]],
    [
      'Matmul',
      [
        x,
        [
          [1, 0],
          [0, 1],
          [1, 1],
        ],
      ],
      {},
      [4, 1],
    ],
    ['Einsum', [x, [1, 2, 3]], { subscripts: 'bi,i->b' }, [6]],
    ['Einsum', ['bi,bj->bij', x, second], {}, [4, 5, 6, -8, -10, -12, 12, 15, 18]],
    ['Tensordot', [x, [[1], [2], [3]]], { axes: 1 }, [6]],
    ['Normalize', [x], { axis: -1, order: 2 }, [1, -2, 3].map((value) => value / Math.sqrt(14))],
    ['Greater', [x, 0], {}, [1, 0, 1]],
    ['Cast', [x], { dtype: 'int32' }, [1, -2, 3]],
  ])('%s %j %j', async (className, args, config, expected) => {
    close(await apply([3], [1, -2, 3, 4, 5, 6], className, args, config), expected);
  });

  it('cuts into parts', async () => {
    close(await apply([3], [1, 2, 3], 'Split', [x], { indices_or_sections: 3, axis: 1 }, 3), [1, 2, 3]);
    close(await apply([3], [1, 2, 3], 'Split', [x], { indices_or_sections: [1], axis: -1 }, 2), [1, 2, 3]);
  });

  it('multiplies matrices within each row', async () => {
    close(await apply([2, 2], [1, 2, 3, 4, 5, 6, 7, 8], 'Matmul', [x, second]), [19, 22, 43, 50]);
    close(await apply([2, 2], [1, 2, 3, 4], 'Transpose', [x], { axes: [0, 2, 1] }), [1, 3, 2, 4]);
    close(await apply([2, 2], [1, 2, 3, 4], 'Swapaxes', [x], { axis1: 1, axis2: 2 }), [1, 3, 2, 4]);
    close(await apply([2, 2], [1, 2, 3, 4], 'Moveaxis', [x], { source: 1, destination: -1 }), [1, 3, 2, 4]);
  });

  it.each<[string, readonly Json[], JsonObject]>([
    ['Sum', [x], { axis: null }],
    ['Mean', [x], { axis: 0 }],
    ['Matmul', [x, second], {}],
    ['GetItem', [x, [0]], {}],
    ['Transpose', [x], { axes: [1, 0] }],
    ['Reshape', [x], { newshape: [3, -1] }],
    [
      'Add',
      [
        x,
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
      ],
      {},
    ],
    ['Take', [x, [0]], { axis: null }],
    ['Tile', [x], { repeats: [2, 1] }],
  ])('refuses %s %j %j, which mixes the rows of a batch', async (className, args, config) => {
    const problem = await problemOf(readLayers(operator([3], className, args, config)));
    expect(problem.code).toBe('layer-unsupported');
    expect(problem.message).toMatch(/batch|row/);
  });

  it('tells an operation from the layer of its name where an HDF5 file leaves the module out', async () => {
    const plain = (className: string, args: readonly Json[], config: JsonObject = {}): JsonObject => {
      const model = operator([3], className, args, config);
      return {
        ...model,
        config: JSON.parse(JSON.stringify(model.config).replace('"module":"keras.src.ops.numpy",', '')) as Json,
      };
    };
    const outputs = async (model: JsonObject): Promise<number[]> => outputsAt(await readLayers(model), [1, -2, 3]);
    close(await outputs(plain('Add', [x, 2])), [3, 0, 5]);
    close(await outputs(plain('Subtract', [1, x])), [0, 3, -2]);
    close(await outputs(plain('Reshape', [x], { newshape: [-1, 3, 1] })), [1, -2, 3]);
    const layer = readLayers(plain('Add', [[x, [[1, 1, 1]]]], { trainable: true }));
    expect((await problemOf(layer)).message).toContain('The layer op (Add) in model.json is given fixed numbers');
  });

  it('names an operator it does not read', async () => {
    expect((await problemOf(readLayers(operator([3], 'Fft', [x], {})))).message).toBe(
      'The layer op (Fft) in model.json is the operator fft, which Slopescope does not read.',
    );
  });
});

/** A Functional model of Keras 2 with one TensorFlow operator. */
function lambda(name: string, node: Json): JsonObject {
  const input = {
    class_name: 'InputLayer',
    name: 'x',
    config: { name: 'x', batch_input_shape: [null, 3] },
    inbound_nodes: [],
  };
  const layer = { class_name: 'TFOpLambda', name: 'op', config: { name: 'op', function: name }, inbound_nodes: [node] };
  return {
    class_name: 'Functional',
    config: { name: 'model', layers: [input, layer], input_layers: [['x', 0, 0]], output_layers: [['op', 0, 0]] },
    keras_version: '2.15.0',
  };
}

describe('TensorFlow operators in a Functional model of Keras 2', () => {
  it.each<[string, Json, readonly number[]]>([
    ['math.subtract', ['_CONSTANT_VALUE', -1, 1, { y: ['x', 0, 0] }], [0, 3, -2]],
    ['__operators__.rtruediv', ['x', 0, 0, { x: 6 }], [6, -3, 2]],
    ['math.floor_div', ['x', 0, 0, { y: 2 }], [0, -1, 1]],
    ['nn.bias_add', ['x', 0, 0, { bias: [1, 2, 3] }], [2, 0, 6]],
    ['math.xlogy', ['x', 0, 0, { y: 2 }], [1, -2, 3].map((value) => value * Math.LN2)],
    ['nn.crelu', ['x', 0, 0, {}], [1, 0, 3, 0, 2, 0]],
    [
      'math.add_n',
      [
        ['x', 0, 0, {}],
        ['x', 0, 0, {}],
      ],
      [2, -4, 6],
    ],
    ['math.reduce_sum', ['x', 0, 0, { axis: 1, keepdims: true }], [2]],
    ['clip_by_value', ['x', 0, 0, { clip_value_min: 0, clip_value_max: 2 }], [1, 0, 2]],
    ['nn.leaky_relu', ['x', 0, 0, { alpha: 0.5 }], [1, -1, 3]],
    ['nn.gelu', ['x', 0, 0, {}], [0.8413447460685429, -0.0455002638963584, 2.9959503059]],
    ['math.squared_difference', ['x', 0, 0, { y: ['x', 0, 0] }], [0, 0, 0]],
    ['linalg.matmul', ['x', 0, 0, { b: [[1], [1], [1]] }], [2]],
    [
      'stack',
      [
        ['x', 0, 0, { axis: 1 }],
        ['x', 0, 0, { axis: 1 }],
      ],
      [1, -2, 3, 1, -2, 3],
    ],
    ['where', ['x', 0, 0, { x: ['x', 0, 0], y: 5 }], [1, -2, 3]],
    ['math.divide_no_nan', ['x', 0, 0, { y: [[0, 2, 3]] }], [0, -1, 1]],
    ['expand_dims', ['x', 0, 0, { axis: -1 }], [1, -2, 3]],
    ['reshape', ['x', 0, 0, { shape: [-1, 3, 1] }], [1, -2, 3]],
    ['gather', ['x', 0, 0, { indices: [2], axis: 1 }], [3]],
  ])('%s %j', async (name, node, expected) => {
    close(outputsAt(await readLayers(lambda(name, node)), [1, -2, 3]), expected);
  });
});
