import type { JsonObject } from '../json';

/** Layers that attention layers make for themselves, by the attribute that holds them, as Keras would describe them. */
export function innerLayers(className: string, config: JsonObject): Readonly<Record<string, JsonObject>> {
  if (className === 'MultiHeadAttention') {
    const shape = config.output_shape;
    const axes = 'opqrstuvw'.slice(0, Array.isArray(shape) ? Math.max(shape.length, 1) : 1);
    return projections(config, { heads: '...c,chd->...hd', output: `...hd,hd${axes}->...${axes}`, axes });
  }
  if (groupedQueryClasses.has(className))
    return projections(config, { heads: '...c,chd->...hd', output: '...hd,hdo->...o', axes: 'o' });
  return {};
}

/** Grouped-query attention under both of its names. */
const groupedQueryClasses: ReadonlySet<string> = new Set(['GroupQueryAttention', 'GroupedQueryAttention']);

interface Equations {
  /** Of queries, keys and values: the last axis to heads × width. */
  readonly heads: string;
  readonly output: string;
  /** Letters of the output's own axes. */
  readonly axes: string;
}

/** In the order in which Keras makes them, which is that of their weights. */
function projections(config: JsonObject, { heads, output, axes }: Equations): Readonly<Record<string, JsonObject>> {
  const product = (name: string, equation: string, biasAxes: string, activation?: string): JsonObject => ({
    class_name: 'EinsumDense',
    config: {
      name,
      equation,
      bias_axes: config.use_bias === false ? null : biasAxes,
      activation: activation ?? null,
      trainable: config.trainable ?? true,
    },
  });
  return {
    query_dense: product('query', heads, 'hd'),
    key_dense: product('key', heads, 'hd'),
    ...(config.use_gate === true ? { gate_dense: product('gate', heads, 'hd', 'sigmoid') } : {}),
    value_dense: product('value', heads, 'hd'),
    output_dense: product('attention_output', output, axes),
  };
}
