import type { Binding } from './binding';
import { columnStatistics } from './columns';
import { identity, type Scaling, type ScalingSet } from './scaling';

/**
 * The scaling that the table itself suggests: each number column by its mean and spread (n − 1) over the usable rows,
 * texts and fixed values as they are. For models whose inputs were scaled before training by a scaler nobody kept.
 * The outputs are scaled by the columns of true values; those without one stay as they are.
 */
export function scalingOfTable(binding: Binding): ScalingSet {
  const inputs = binding.inputs.map(({ source }) =>
    source.kind === 'numbers' ? standard(source.values, binding.rows) : identity,
  );
  const outputs = binding.outputs.map(({ target }) => {
    const column = target === undefined ? undefined : binding.table.columns[target];
    return column?.kind === 'number' ? standard(column.values, binding.rows) : identity;
  });
  const origin = `mean and spread of ${binding.table.name}`;
  return { inputs, outputs, origin };
}

function standard(values: Float64Array, rows: Uint32Array): Scaling {
  const { mean, deviation, count } = columnStatistics(values, rows);
  if (count === 0) return identity;
  return { kind: 'affine', centre: mean, spread: deviation > 0 ? deviation : 1 };
}
