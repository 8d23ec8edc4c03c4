import { referenceAdjoints, referenceValues, splitRow } from '../slopes/reference';
import { slopeUnit } from '../table/units';
import { identity, modelPerOriginal, type Scaling, toModel, toOriginal } from '../table/scaling';
import { referenceOutputs } from '../slopes/reference';
import { describeModel } from './describeModel';
import type { FileAlone, FileAloneRequest } from './service';
import type { SessionState } from './sessionState';
import { evenSpread, usualRanges } from './usualRanges';

/** Points the ranges are looked at. */
const points = 2000;

/**
 * Slopes over the model's usual ranges when there is no table: the scaler's average ± 2 spreads (or the ranges the user
 * gave), at 2 000 points that fill the box evenly. Found, never proven.
 */
export function fromFileAlone(session: SessionState, request: FileAloneRequest): FileAlone {
  const { inputs, outputs } = describeModel(session);
  const scalings = inputs.map((_, index): Scaling => session.scaling?.inputs[index] ?? identity);
  const usual = request.ranges ?? usualRanges(session);
  const output = outputs[request.output];
  if (usual?.length !== inputs.length || !output || inputs.some((input) => input.kind === 'switched')) return {};
  const slopesAt = (at: Float64Array): Float64Array => originalSlopes(session, scalings, at, request.output);
  const centre = Float64Array.from(usual, ({ low, high }) => (low + high) / 2);
  const atAverage = slopesAt(centre);
  const lowest = Float64Array.from(atAverage);
  const highest = Float64Array.from(atAverage);
  for (let point = 1; point <= points; point++) {
    const slopes = slopesAt(
      Float64Array.from(usual, ({ low, high }, input) => low + (high - low) * evenSpread(point, input, usual.length)),
    );
    slopes.forEach((slope, input) => {
      lowest[input] = Math.min(lowest[input]!, slope);
      highest[input] = Math.max(highest[input]!, slope);
    });
  }
  return {
    lines: inputs.map((input, index) => ({
      input: index,
      name: input.name,
      low: usual[index]!.low,
      high: usual[index]!.high,
      atAverage: atAverage[index]!,
      lowest: lowest[index]!,
      highest: highest[index]!,
      verdict: verdict(lowest[index]!, highest[index]!),
      unit: slopeUnit(output, input),
    })),
  };
}

function originalSlopes(
  session: SessionState,
  scalings: readonly Scaling[],
  at: Float64Array,
  output: number,
): Float64Array {
  const { network } = session;
  const values = referenceValues(
    network,
    splitRow(
      network,
      at.map((x, index) => toModel(scalings[index]!, x)),
    ),
  );
  const adjoints = referenceAdjoints(network, values, output);
  const outputScaling = session.scaling?.outputs?.[output] ?? identity;
  const forecast = toOriginal(outputScaling, referenceOutputs(network, values)[output]!);
  const perY = 1 / modelPerOriginal(outputScaling, forecast);
  const joined = network.inputs.flatMap((_port, port) => [...adjoints[port]!]);
  return at.map((x, index) => perY * joined[index]! * modelPerOriginal(scalings[index]!, x));
}

function verdict(
  lowest: number,
  highest: number,
): 'rises and falls' | 'no fall found' | 'no rise found' | 'no effect found' {
  if (lowest < 0) return highest > 0 ? 'rises and falls' : 'no rise found';
  return highest > 0 ? 'no fall found' : 'no effect found';
}
