import type { Pulls } from '../findings/checked';
import type { Network } from '../network/network';
import type { Binding } from '../table/binding';
import { usualNumber } from '../table/columns';
import { toModel, modelPerOriginal, toOriginal } from '../table/scaling';
import { referenceAdjoints, referenceOutputs, referenceValues, splitRow } from '../slopes/reference';
import { boundStatistics } from './boundStatistics';
import { scaledColumn } from './computeSlopes';
import { modelRow } from './exactRow';

/** Steps of the straight way. */
const steps = 64;
/** Above this share of the difference the parts miss too much to be told. */
const mostMissed = 0.05;

/**
 * What each number adds on the straight way from the average row to a row, categories as in the row: slopes summed along
 * it (integrated gradients, Sundararajan, Taly and Yan 2017), by the midpoint rule, in original units. Undefined where
 * the sum misses the difference of the forecasts.
 */
export function pullsAt(network: Network, binding: Binding, row: number, output: number): Pulls | undefined {
  const { scaling } = binding.outputs[output]!;
  const ends = binding.inputs.map((bound) => {
    const statistics = boundStatistics(bound, binding.rows);
    return statistics && { from: usualNumber(statistics), to: scaledColumn(bound).at(row) };
  });
  const valuesAt = (share: number) => {
    const x = modelRow(network, binding, row);
    ends.forEach((end, flat) => {
      const { input, scaling: own } = binding.inputs[flat]!;
      if (end) x[input.element] = toModel(own, end.from + share * (end.to - end.from));
    });
    return referenceValues(network, splitRow(network, x));
  };
  const forecastAt = (share: number) => toOriginal(scaling, referenceOutputs(network, valuesAt(share))[output]!);
  const parts = new Float64Array(binding.inputs.length);
  for (let step = 0; step < steps; step++) {
    const share = (step + 0.5) / steps;
    const values = valuesAt(share);
    const perY = 1 / modelPerOriginal(scaling, toOriginal(scaling, referenceOutputs(network, values)[output]!));
    const adjoints = referenceAdjoints(network, values, output);
    const joined = Float64Array.from(network.inputs.flatMap((_port, port) => [...adjoints[port]!]));
    ends.forEach((end, flat) => {
      if (!end) return;
      const { input, scaling: own } = binding.inputs[flat]!;
      const perX = modelPerOriginal(own, end.from + share * (end.to - end.from));
      parts[flat]! += (perY * joined[input.element]! * perX * (end.to - end.from)) / steps;
    });
  }
  const [from, to] = [forecastAt(0), forecastAt(1)];
  const sum = parts.reduce((total, part) => total + part, 0);
  return Math.abs(sum - (to - from)) <= mostMissed * Math.abs(to - from) ? { from, parts } : undefined;
}
