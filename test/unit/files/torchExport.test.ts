import { zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { networkIn, outputsAt, refusalOf } from './reading';
import { dictOf } from './pickleWriter';
import { doubles, TorchWriter } from './torchWriter';

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const tensor = (name: string): Json => ({ as_tensor: { name } });
const named = (name: string, arg: Json): Json => ({ name, arg, kind: 1 });
const lengths = (sizes: readonly number[]): Json => sizes.map((size) => ({ as_int: size }));

function node(target: string, inputs: readonly Json[], outputs: readonly Json[], stack = ''): Json {
  return { target, inputs, outputs, metadata: { nn_module_stack: stack }, name: 'n' };
}

/** A program with parameter `w` [2, 2] = 1 2 / 3 4 and one input `x` of two numbers per row. */
function program(nodes: readonly Json[], output: string): Json {
  const parameter = { parameter: { arg: { name: 'p_w' }, parameter_name: 'w' } };
  const input = { user_input: { arg: tensor('x') } };
  return {
    graph_module: {
      graph: {
        inputs: [tensor('p_w'), tensor('x')],
        outputs: [tensor(output)],
        nodes,
        tensor_values: { x: { dtype: 8, sizes: [{ as_expr: { expr_str: 's0' } }, { as_int: 2 }] } },
      },
      signature: { input_specs: [parameter, input], output_specs: [{ user_output: { arg: tensor(output) } }] },
    },
    schema_version: { major: 8, minor: 0 },
  };
}

const text = (value: Json): Uint8Array => new TextEncoder().encode(JSON.stringify(value));

const meta = { dtype: 8, sizes: lengths([2, 2]), strides: lengths([2, 1]), storage_offset: { as_int: 0 } };

/** An archive of torch 2.8 and newer. */
function archive(value: Json, weights = doubles([1, 2, 3, 4]), described: Json = meta): Uint8Array {
  return zipSync({
    'm/archive_format': text('pt2'),
    'm/models/model.json': text(value),
    'm/data/weights/model_weights_config.json': text({
      config: { w: { path_name: 'weight_0', use_pickle: false, tensor_meta: described } },
    }),
    'm/data/weights/weight_0': weights,
  });
}

const linear = node(
  'torch.ops.aten.linear.default',
  [named('input', tensor('x')), named('weight', tensor('p_w'))],
  [tensor('y')],
  'L,,m.Net;L0,fc,torch.nn.modules.linear.Linear',
);

describe('programs of torch.export', () => {
  it('are followed node by node', async () => {
    const network = await networkIn('m.pt2', archive(program([linear], 'y')));
    expect(outputsAt(network, [1, 1])).toEqual([3, 7]);
    expect(network.source).toMatchObject({
      format: 'pt2',
      layers: [{ name: 'fc', kind: 'Linear', size: 2, parameters: 4 }],
    });
    expect(network.inputs[0]?.name).toBe('x');
  });

  it('with symbols for the rows, lists of tensors, items and settings', async () => {
    const nodes = [
      linear,
      node(
        'torch.ops.aten.sym_size.int',
        [named('self', tensor('x')), named('dim', { as_int: 0 })],
        [{ as_sym_int: { as_name: 's' } }],
      ),
      node(
        '_operator.ge',
        [named('', { as_sym_int: { as_name: 's' } }), named('', { as_int: 0 })],
        [{ as_sym_bool: { as_name: 'g' } }],
      ),
      node('torch.ops.aten._assert_scalar.default', [named('self', { as_sym_bool: { as_name: 'g' } })], []),
      node(
        'torch.ops.aten.view.default',
        [named('self', tensor('y')), named('size', { as_sym_ints: [{ as_name: 's' }, { as_int: 2 }] })],
        [tensor('v')],
      ),
      node(
        'torch.ops.aten.split.Tensor',
        [named('self', tensor('v')), named('split_size', { as_int: 1 }), named('dim', { as_int: 1 })],
        [{ as_tensors: [{ name: 'a' }, { name: 'b' }] }],
      ),
      node(
        'torch.ops.aten.cat.default',
        [named('tensors', { as_tensors: [{ name: 'b' }, { name: 'a' }] }), named('dim', { as_int: -1 })],
        [tensor('c')],
      ),
      node(
        'torch.ops.aten.hardtanh.default',
        [named('self', tensor('c')), named('min_val', { as_float: -5 }), named('max_val', { as_float: 5 })],
        [tensor('h')],
      ),
      node(
        'torch.ops.aten.max.dim',
        [named('self', tensor('h')), named('dim', { as_int: 1 }), named('keepdim', { as_bool: true })],
        [tensor('m'), tensor('at')],
      ),
    ];
    expect(outputsAt(await networkIn('m.pt2', archive(program(nodes, 'h'))), [1, 1])).toEqual([5, 3]);
    expect(outputsAt(await networkIn('m.pt2', archive(program(nodes, 'm'))), [1, -1])).toEqual([-1]);
  });

  it('of older versions keep their weights in a file of torch.save', async () => {
    const writer = new TorchWriter();
    const state = writer.zip(dictOf({ w: writer.tensor({ shape: [2, 2], values: [1, 2, 3, 4] }) }));
    const file = zipSync({
      'serialized_exported_program.json': text(program([linear], 'y')),
      'serialized_state_dict.pt': state,
      'serialized_constants.pt': new Uint8Array(0),
      version: text('2.4'),
    });
    expect(outputsAt(await networkIn('m.pt2', file), [1, 1])).toEqual([3, 7]);
  });

  it('are refused with the name of what cannot be followed', async () => {
    const quantised = node(
      'torch.ops.quantized_decomposed.quantize_per_tensor.default',
      [named('input', tensor('x'))],
      [tensor('y')],
    );
    expect(await refusalOf('m.pt2', archive(program([quantised], 'y')))).toBe(
      'torch.ops.quantized_decomposed.quantize_per_tensor.default in m.pt2 is not among the operations Slopescope knows.',
    );
    const unknown = node('torch.ops.aten.fft_fft.default', [named('self', tensor('x'))], [tensor('y')]);
    expect(await refusalOf('m.pt2', archive(program([unknown], 'y')))).toContain(
      'aten::fft_fft in m.pt2 cannot be followed',
    );
    const dangling = node('torch.ops.aten.relu.default', [named('self', tensor('nothing'))], [tensor('y')]);
    expect(await refusalOf('m.pt2', archive(program([dangling], 'y')))).toBe(
      'm.pt2 is not a usable archive of torch.export: it refers to nothing, which is not computed before.',
    );
    expect(await refusalOf('m.pt2', archive(program([linear], 'z')))).toContain('its output z is no tensor');
  });

  it('are refused when their weights are missing, short, absurd or no numbers', async () => {
    const value = program([linear], 'y');
    expect(await refusalOf('m.pt2', archive(value, doubles([1, 2])))).toContain('holds only 2');
    expect(await refusalOf('m.pt2', archive(value, doubles([1, 2, 3, NaN])))).toContain('hold NaN or infinite numbers');
    const absurd = { ...meta, sizes: lengths([2 ** 40, 2]), strides: lengths([0, 0]) };
    expect(await refusalOf('m.pt2', archive(value, doubles([1, 2]), absurd))).toContain('holds only 2');
    const complex = { ...meta, dtype: 10 };
    expect(await refusalOf('m.pt2', archive(value, doubles([1, 2]), complex))).toContain(
      'is not described by a type of numbers',
    );
    expect(await refusalOf('m.pt2', zipSync({ 'models/model.json': text(value) }))).toContain(
      'the tensor w is missing',
    );
    expect(await refusalOf('m.pt2', zipSync({ 'models/model.json': text({}) }))).toContain('graph_module is missing');
    const none = zipSync({ 'models/a.json': text({}), 'models/b.json': text({}) });
    expect(await refusalOf('m.pt2', none)).toBe('m.pt2 holds 2 graphs where one is needed.');
  });
});
