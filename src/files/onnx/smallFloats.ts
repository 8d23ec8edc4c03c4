/** Floating-point numbers of 8 bits or fewer, as weights are stored in them (https://onnx.ai/onnx/technical/float8.html). */
export interface SmallFloat {
  readonly name: string;
  readonly decode: (bits: number) => number;
}

/** How the bits are split, and which of them are no finite numbers. */
interface Form {
  readonly exponent: number;
  readonly mantissa: number;
  readonly bias: number;
  /** The highest exponent as in IEEE 754, only all bits set, only the negative zero, or none. */
  readonly special: 'highest exponent' | 'all bits' | 'negative zero' | 'none';
}

/** Sign, exponent and mantissa, from the highest bit down; exponent 0 means numbers without the leading one. */
function decoder({ exponent, mantissa, bias, special }: Form): (bits: number) => number {
  const highest = 2 ** exponent - 1;
  return (bits) => {
    const fraction = bits & (2 ** mantissa - 1);
    const power = (bits >> mantissa) & highest;
    const sign = (bits >> (mantissa + exponent)) & 1 ? -1 : 1;
    const full = fraction === 2 ** mantissa - 1;
    if (special === 'negative zero' && sign < 0 && power === 0 && fraction === 0) return NaN;
    if (special === 'all bits' && power === highest && full) return NaN;
    if (special === 'highest exponent' && power === highest) return fraction === 0 ? sign * Infinity : NaN;
    const leading = power === 0 ? 0 : 1;
    return sign * (leading + fraction / 2 ** mantissa) * 2 ** (Math.max(power, 1) - bias);
  };
}

/** By the numbers of TensorProto.DataType. */
export const float8s: ReadonlyMap<number, SmallFloat> = new Map([
  [17, { name: 'float8e4m3fn', decode: decoder({ exponent: 4, mantissa: 3, bias: 7, special: 'all bits' }) }],
  [18, { name: 'float8e4m3fnuz', decode: decoder({ exponent: 4, mantissa: 3, bias: 8, special: 'negative zero' }) }],
  [19, { name: 'float8e5m2', decode: decoder({ exponent: 5, mantissa: 2, bias: 15, special: 'highest exponent' }) }],
  [20, { name: 'float8e5m2fnuz', decode: decoder({ exponent: 5, mantissa: 2, bias: 16, special: 'negative zero' }) }],
  [24, { name: 'float8e8m0', decode: (bits) => (bits === 255 ? NaN : 2 ** (bits - 127)) }],
]);

/** Numbers of four bits, of which two share a byte. */
export const float4: SmallFloat = {
  name: 'float4e2m1',
  decode: decoder({ exponent: 2, mantissa: 1, bias: 1, special: 'none' }),
};
