import type { Network } from '../network/network';
import { referenceAdjoints, referenceOutputs, referenceValues, splitRow } from '../slopes/reference';
import { assembleRows } from '../table/assemble';
import type { Binding } from '../table/binding';
import { modelPerOriginal, toModel, toOriginal } from '../table/scaling';
import { scaledColumn } from './computeSlopes';

/** One row through the reference interpreter, in float64 and original units. */
export interface ExactRow {
  /** Per flat output. */
  readonly forecasts: Float64Array;
  /** [flat output][flat input]; NaN where the input is switched. */
  readonly slopes: readonly Float64Array[];
}

/** Exact forecasts and slopes at one row of the table, for all outputs or the ones named. */
export function exactRow(
  network: Network,
  binding: Binding,
  switched: readonly boolean[],
  row: number,
  outputs: readonly number[],
): ExactRow {
  const values = referenceValues(network, splitRow(network, modelRow(network, binding, row)));
  const given = referenceOutputs(network, values);
  const forecasts = given.map((y, output) => toOriginal(binding.outputs[output]!.scaling, y));
  const slopes = outputs.map((output) => {
    const adjoints = referenceAdjoints(network, values, output);
    const joined = Float64Array.from(network.inputs.flatMap((_port, port) => [...adjoints[port]!]));
    const perY = 1 / modelPerOriginal(binding.outputs[output]!.scaling, forecasts[output]!);
    return Float64Array.from(binding.inputs, (bound, flat) => {
      if (switched[flat]) return NaN;
      const column = scaledColumn(bound);
      return perY * joined[bound.input.element]! * column.modelPerOriginal(column.at(row));
    });
  });
  return { forecasts, slopes };
}

/** f(x + 1) − f(x) in original units for one numeric input at one row: the exact change, not a slope. */
export function exactStep(
  network: Network,
  binding: Binding,
  row: number,
  flat: number,
  output: number,
  step: number,
): number {
  const bound = binding.inputs[flat]!;
  if (bound.source.kind === 'levels') return NaN;
  const x = modelRow(network, binding, row);
  const before = forecastAt(network, binding, x, output);
  x[bound.input.element] = toModel(bound.scaling, scaledColumn(bound).at(row) + step);
  return forecastAt(network, binding, x, output) - before;
}

/** A row's numbers in model units, all ports joined. */
export function modelRow(network: Network, binding: Binding, row: number): Float64Array {
  const x = new Float64Array(network.inputs.reduce((sum, port) => sum + port.size, 0));
  assembleRows(binding, Uint32Array.of(row), x);
  return x;
}

function forecastAt(network: Network, binding: Binding, x: Float64Array, output: number): number {
  const values = referenceValues(network, splitRow(network, x));
  return toOriginal(binding.outputs[output]!.scaling, referenceOutputs(network, values)[output]!);
}
