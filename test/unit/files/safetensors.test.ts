import { describe, expect, it } from 'vitest';
import { networkIn, outputsAt, readBytes, refusalOf } from './reading';

interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly number[];
}

function file(
  header: Readonly<Record<string, Entry | Readonly<Record<string, string>>>>,
  data: Uint8Array,
): Uint8Array {
  const text = new TextEncoder().encode(`${JSON.stringify(header)}   `);
  const whole = new Uint8Array(8 + text.length + data.length);
  new DataView(whole.buffer).setBigUint64(0, BigInt(text.length), true);
  whole.set(text, 8);
  whole.set(data, 8 + text.length);
  return whole;
}

const halves = Uint8Array.of(0, 0x3c, 0, 0x40);
const weight: Entry = { dtype: 'F16', shape: [1, 2], data_offsets: [0, 4] };

describe('safetensors', () => {
  it.each<[string, readonly number[]]>([
    ['F16', [0, 0x3c, 0, 0x40]],
    ['BF16', [0x80, 0x3f, 0, 0x40]],
    ['F32', [0, 0, 0x80, 0x3f, 0, 0, 0, 0x40]],
    ['I8', [1, 2]],
    ['U16', [1, 0, 2, 0]],
    ['F8_E4M3', [0x38, 0x40]],
    ['F8_E5M2', [0x3c, 0x40]],
  ])('reads %s', async (dtype, bytes) => {
    const header = { 'fc.weight': { dtype, shape: [1, 2], data_offsets: [0, bytes.length] } };
    const network = await networkIn('m.safetensors', file(header, Uint8Array.from(bytes)), { output: 'linear' });
    expect(outputsAt(network, [10, 100])).toEqual([210]);
  });

  it('takes activations and names from the metadata, and kernels as [in, out]', async () => {
    const header = {
      __metadata__: { format: 'flax', output_activation: 'sigmoid', feature_names: '["a", "b"]' },
      'Dense_0/kernel': { ...weight, shape: [2, 1] },
    };
    const reading = await readBytes('m.safetensors', file(header, halves));
    expect(reading.settled.get('orientation')).toBe('in,out');
    expect(reading.network?.inputs[0]?.features).toEqual(['a', 'b']);
    expect(outputsAt(reading.network!, [1, 1])[0]).toBeCloseTo(1 / (1 + Math.exp(-3)), 12);
  });

  it('reads a tensor that two layers share under both of its names', async () => {
    const square: Entry = { dtype: 'U8', shape: [2, 2], data_offsets: [0, 4] };
    const header = {
      __metadata__: { format: 'pt', 'fc2.weight': 'fc1.weight' },
      'fc1.weight': square,
      'fc2.bias': { ...square, shape: [2], data_offsets: [4, 6] },
    };
    const bytes = file(header, Uint8Array.of(1, 2, 3, 4, 5, 6));
    const network = await networkIn('m.safetensors', bytes, { hidden: 'linear', output: 'linear' });
    expect(outputsAt(network, [1, 0])).toEqual([12, 21]);
    const alone = { ...header, __metadata__: { format: 'pt' } };
    expect(
      await refusalOf('m.safetensors', file(alone, Uint8Array.of(1, 2, 3, 4, 5, 6)), { output: 'linear' }),
    ).toContain('fc2.bias [2] in m.safetensors has no weights beside it');
  });

  it('finds the order of layers that are stored by name', async () => {
    const part = (shape: readonly number[], start: number): Entry => ({
      dtype: 'U8',
      shape,
      data_offsets: [start, start + shape.reduce((product, length) => product * length, 1)],
    });
    const header = {
      'bn1.bias': part([2], 0),
      'bn1.running_mean': part([2], 2),
      'bn1.running_var': part([2], 4),
      'bn1.weight': part([2], 6),
      'fc1.weight': part([2, 1], 8),
      'fc2.weight': part([2, 2], 10),
      'out.weight': part([1, 2], 14),
    };
    const answers = { hidden: 'relu', output: 'linear', order: 'norm,activation' };
    const network = await networkIn('m.safetensors', file(header, new Uint8Array(16).fill(1)), answers);
    expect(network.source.layers.map((layer) => layer.name)).toEqual(['fc1', 'bn1', 'fc2', 'out']);
  });

  it('is refused with what is wrong', async () => {
    const message = (header: Parameters<typeof file>[0], data = halves): Promise<string> =>
      refusalOf('m.safetensors', file(header, data));
    expect(await message({ a: { ...weight, dtype: 'C64' } })).toContain('the tensor a has numbers of type C64');
    expect(await message({ a: { ...weight, shape: [2 ** 30, 2 ** 30] } })).toContain(
      'does not fit its 4 bytes of data',
    );
    expect(await message({ a: { ...weight, data_offsets: [4, 0] } })).toContain('does not fit its -4 bytes of data');
    expect(await message({ a: { ...weight, data_offsets: [0] } })).toContain('has no usable shape or data_offsets');
    expect(await message({ a: weight, b: { ...weight, data_offsets: [2, 6] } }, new Uint8Array(6))).toContain(
      'the tensor b overlaps another',
    );
    expect(await message({ a: weight }, halves.subarray(0, 3))).toContain('its data end before the tensor a does');
    expect(
      await refusalOf('m.safetensors', Uint8Array.of(5, 0, 0, 0, 0, 0, 0, 0, 0x5b, 0x31, 0x5d, 0x20, 0x20)),
    ).toContain('its header is not a JSON object');
    expect(await refusalOf('m.safetensors', Uint8Array.of(255, 255, 0, 0, 0, 0, 0, 0, 0x7b))).toContain(
      'is larger than the file',
    );
    expect(await refusalOf('m.safetensors', Uint8Array.of(1, 2, 3))).toContain('not a usable safetensors file');
  });
});
