import { NetworkBuilder } from '../../network/builder';
import { forward } from '../../network/forward';
import type { RModel } from './model';

/** Rows that are replayed: enough to tell two functions apart. */
const maxRows = 50;

/**
 * How far a model's forecasts lie from those stored beside it, relative to their size, at the first rows whose stored
 * forecasts are numbers; undefined when there are none.
 */
export function largestMiss(
  lower: NonNullable<RModel['lower']>,
  rows: readonly Float64Array[],
  stored: readonly Float64Array[],
): number | undefined {
  const builder = new NetworkBuilder();
  builder.output('y', lower(builder, builder.input('x', [rows[0]?.length ?? 0])));
  const network = builder.finish('replay', { file: '', format: '', layers: [] });
  const output = network.outputs[0]?.value ?? 0;
  let worst: number | undefined;
  rows.slice(0, maxRows).forEach((row, number) => {
    const expected = stored[number];
    if (!expected?.every(Number.isFinite) || !row.every(Number.isFinite)) return;
    const values = [row];
    for (const node of network.nodes)
      values.push(
        forward(
          node.op,
          node.inputs.map((input) => values[input]!),
          node.size,
        ),
      );
    values[output]!.forEach((value, i) => {
      const miss = Math.abs(value - (expected[i] ?? NaN)) / Math.max(1, Math.abs(value));
      worst = Math.max(worst ?? 0, Number.isNaN(miss) ? Infinity : miss);
    });
  });
  return worst;
}
