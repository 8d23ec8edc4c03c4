import { number } from '../findings/words';
import type { Problem } from '../problem';
import { boundStatistics } from './boundStatistics';
import { forecastRanges } from './forecastRanges';
import type { Connection, SessionState } from './sessionState';

/** Warnings where the scaling in use, or none, looks wrong: the commonest causes of nonsense. */
export async function scalingDoubts(session: SessionState, connection: Connection): Promise<readonly Problem[]> {
  return [...farOutsideTraining(session, connection), ...(await missesAll(session, connection))];
}

/** Whether nothing says how the inputs were scaled, while the columns do not look scaled. */
export function isScalingOpen({ scalingChoice, scaling, connection }: SessionState): boolean {
  const isAsked = scalingChoice.inputs === undefined && scaling === undefined;
  return isAsked && connection !== undefined && !isStandardised(connection);
}

/** |z| beyond which scaled inputs lie far outside what the first layer saw in training. */
const farOutside = 10;

/** A warning where the scaled data lies far outside what a scaler gives: the commonest cause of nonsense. */
function farOutsideTraining(session: SessionState, { binding, table }: Connection): Problem[] {
  if (!session.scaling) return [];
  const far = binding.inputs.flatMap((bound) => {
    const { input, scaling } = bound;
    const statistics = boundStatistics(bound, binding.rows);
    if (!statistics || scaling.kind !== 'affine') return [];
    const { min, max } = statistics;
    const reach = Math.max(Math.abs(min - scaling.centre), Math.abs(max - scaling.centre)) / Math.abs(scaling.spread);
    return reach > farOutside ? [{ name: input.name, reach }] : [];
  });
  if (far.length === 0) return [];
  const worst = far.reduce((a, b) => (b.reach > a.reach ? b : a));
  return [
    {
      code: 'scaling-far-outside',
      message: `Scaled by ${session.scaling.origin}, ${worst.name} reaches ${worst.reach.toPrecision(3)} where the network was trained on about −3 to 3${far.length > 1 ? `; ${far.length - 1} more inputs lie beyond ${farOutside}` : ''}.`,
      file: table.name,
      remedy: 'Check that this is the right table, unit and scaler.',
      severity: 'warning',
    },
  ];
}

/** Numbers that went in unscaled, because nothing said otherwise, and forecasts that tell less of the truth than its mean does. */
async function missesAll(session: SessionState, connection: Connection): Promise<Problem[]> {
  if (!isScalingOpen(session)) return [];
  const { forecast, actual } = await forecastRanges(session, connection);
  if (!actual || actual.averageMiss < actual.deviation) return [];
  const span = ({ min, max }: { readonly min: number; readonly max: number }) => `${number(min)} to ${number(max)}`;
  return [
    {
      code: 'scaling-unsaid',
      message: `Nothing says how the inputs were scaled before training, so they go in as they are; the forecasts then run from ${span(forecast)}, the true values from ${span(actual)}.`,
      file: connection.given.name,
      remedy:
        'Name the scaler, choose mean and spread of the table, or choose none, if the network was trained on these numbers.',
      severity: 'warning',
    },
  ];
}

/** Means near 0 and spreads near 1 in all columns of numbers: they were scaled before they were written. */
function isStandardised({ binding, asNumbers }: Connection): boolean {
  return asNumbers.every((bound) => {
    const statistics = boundStatistics(bound, binding.rows);
    if (!statistics || statistics.constant || statistics.binary) return true;
    return Math.abs(statistics.mean) < 0.25 && Math.abs(Math.log(statistics.deviation)) < Math.log(1.5);
  });
}
