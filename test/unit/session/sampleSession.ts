import { readFileSync } from 'node:fs';
import { readCsv } from '../../../src/files/csv/readCsv';
import { readModel } from '../../../src/files/read';
import { Session } from '../../../src/session/session';
import type { ScalingSet } from '../../../src/table/scaling';
import { pairCount, type Plan } from '../../../src/slopes/plan';
import {
  referenceAdjoints,
  referenceHessian,
  referenceOutputs,
  referenceValues,
  splitRow,
} from '../../../src/slopes/reference';
import type { EngineJob, EngineResult, SlopeEngine } from '../../../src/slopes/engine';
import type { Network } from '../../../src/network/network';
import type { Call } from '../../../src/ask';

const activity = new URL('../../fixtures/keras/activity/', import.meta.url);

/** A call that is never cancelled. */
export const call: Call = { signal: new AbortController().signal, progress: () => undefined };

/** A session on a CSV text (or the fixture's table) with the activity fixture's model and scaler. */
export async function activitySession(csv?: string): Promise<Session> {
  const folder = { list: () => Promise.resolve([]), read: () => Promise.resolve(undefined) };
  const file = { name: 'model.keras', bytes: new Uint8Array(readFileSync(new URL('model.keras', activity))) };
  const reading = await readModel(file, { folder, answers: new Map() });
  const data = csv === undefined ? readFileSync(new URL('data.csv', activity)) : new TextEncoder().encode(csv);
  const { table } = readCsv(new Uint8Array(data), { name: 'activities.csv' });
  if (!reading.network || !table) throw new Error('The activity fixture cannot be read.');
  const session = new Session(file, reading, referenceEngine(reading.network));
  session.setScaling(activityScaling());
  const result = session.connect(table, {});
  if (!result.binding) throw new Error(result.problems.map(({ message }) => message).join(' '));
  return session;
}

function activityScaling(): ScalingSet {
  const scaler = JSON.parse(readFileSync(new URL('scaler.json', activity), 'utf8')) as {
    mean: number[];
    std: number[];
  };
  const inputs = scaler.mean.map((centre, index) => ({ kind: 'affine', centre, spread: scaler.std[index]! }) as const);
  return { inputs, origin: 'scaler.json' };
}

/** An engine that asks the float64 reference row by row. */
export function referenceEngine(network: Network): SlopeEngine {
  const run = (plan: Plan, { rows, x, slopes }: EngineJob): EngineResult => {
    const { outputs, inputs, elements } = plan;
    const along = elements.length > 0 ? elements : Array.from({ length: inputs }, (_, input) => input);
    const y = new Float64Array(outputs.length * rows);
    const jacobian = new Float64Array(slopes ? outputs.length * along.length * rows : 0);
    const hessian = new Float64Array(slopes ? pairCount(plan) * rows : 0);
    for (let row = 0; row < rows; row++) {
      const line = Float64Array.from({ length: inputs }, (_, input) => x[input * rows + row]!);
      const values = referenceValues(network, splitRow(network, line));
      const given = referenceOutputs(network, values);
      outputs.forEach((output, place) => {
        y[place * rows + row] = given[output]!;
        if (!slopes) return;
        const adjoints = referenceAdjoints(network, values, output);
        const joined = network.inputs.flatMap((_, port) => [...adjoints[port]!]);
        along.forEach((input, k) => (jacobian[(place * along.length + k) * rows + row] = joined[input]!));
        if (elements.length === 0) return;
        referenceHessian(network, values, output, elements).forEach((second, i) =>
          second.subarray(0, i + 1).forEach((value, j) => (hessian[((i * (i + 1)) / 2 + j) * rows + row] = value)),
        );
      });
    }
    return { y, jacobian, hessian, atKink: new Uint8Array(rows) };
  };
  return { width: 1, run: (plan, job) => Promise.resolve(run(plan, job)), close: () => undefined };
}
