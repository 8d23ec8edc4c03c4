import type { Call } from '../ask';
import type { EngineResult } from '../slopes/engine';
import { compileHessianPlan } from '../slopes/hessianPlan';
import { mixedDifference } from '../slopes/interactions';
import { assembleRows } from '../table/assemble';
import { modelPerOriginal, toOriginal } from '../table/scaling';
import { chunkRows } from './computeSlopes';
import { forecastsChanged } from './changedPoints';
import { type Points, pointsAtRows } from './points';
import type { Scene } from './scene';

/** Averages over rows of the mixed slopes of one pair, and of their sizes. */
export interface MixedAverage {
  readonly mixed: number;
  readonly size: number;
}

/**
 * Averages of the exact mixed second derivatives ∂²y/∂a∂b over rows, for every two of the chosen inputs, in the scene's
 * units; pair (a, b), b < a, has number a (a − 1) / 2 + b. When the call is cancelled they are over the rows done so far.
 */
export async function exactMixedAverages(
  scene: Scene,
  rows: Uint32Array,
  inputs: readonly number[],
  call: Call,
): Promise<{ readonly pairs: readonly MixedAverage[]; readonly rows: number }> {
  const { binding, computation, connection } = scene;
  const elements = inputs.map((input) => binding.inputs[input]!.input.element);
  const plan = compileHessianPlan(connection.network, scene.slopes.output, elements);
  const count = (inputs.length * (inputs.length - 1)) / 2;
  const [sums, sizes] = [new Float64Array(count), new Float64Array(count)];
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    while (next < rows.length && !call.signal.aborted) {
      const part = rows.subarray(next, (next += chunkRows));
      const x = new Float64Array(plan.inputs * part.length);
      assembleRows(binding, part, x);
      addMixed(scene, part, inputs, await computation.engine.run(plan, { rows: part.length, x, slopes: true }), {
        sums,
        sizes,
      });
      done += part.length;
      call.progress({ task: 'Pairs', done, of: rows.length });
    }
  };
  await Promise.all(Array.from({ length: computation.engine.width }, work));
  return { pairs: Array.from(sums, (sum, pair) => ({ mixed: sum / done, size: sizes[pair]! / done })), rows: done };
}

/**
 * Adds up the mixed slopes of a chunk. With y = g(m) and m the network of scaled inputs:
 * ∂²y/∂a∂b = (g′ H_ab + g″ J_a J_b) a′ b′.
 */
function addMixed(
  { binding, slopes }: Scene,
  rows: Uint32Array,
  inputs: readonly number[],
  { y, jacobian, hessian }: EngineResult,
  { sums, sizes }: { readonly sums: Float64Array; readonly sizes: Float64Array },
): void {
  const { scaling } = binding.outputs[slopes.output]!;
  const perModel = y.map((value) => 1 / modelPerOriginal(scaling, toOriginal(scaling, value)));
  // y = exp(s m + c) − shift gives g″ = s g′; straight scalings have g″ = 0.
  const bend = scaling.kind === 'logAffine' ? scaling.spread : 0;
  const { lines } = pointsAtRows(binding, rows);
  const moves = inputs.map((input) =>
    lines[input]!.map((value) => modelPerOriginal(binding.inputs[input]!.scaling, value)),
  );
  let pair = 0;
  for (let a = 1; a < inputs.length; a++) {
    for (let b = 0; b < a; b++, pair++) {
      const line = ((a * (a + 1)) / 2 + b) * rows.length;
      for (let row = 0; row < rows.length; row++) {
        const curved = bend === 0 ? 0 : bend * jacobian[a * rows.length + row]! * jacobian[b * rows.length + row]!;
        const mixed = perModel[row]! * (hessian[line + row]! + curved) * moves[a]![row]! * moves[b]![row]!;
        sums[pair]! += mixed;
        sizes[pair]! += Math.abs(mixed);
      }
    }
  }
}

/** Mixed differences over one typical step of both inputs (± half a spread) around each point, per unit of both. */
export async function steppedMixedSlopes(
  scene: Scene,
  points: Points,
  first: { readonly input: number; readonly spread: number },
  second: { readonly input: number; readonly spread: number },
): Promise<Float64Array> {
  const moved = ({ input, spread }: typeof first, halves: number) => ({
    input,
    line: points.lines[input]!.map((x) => x + (halves * spread) / 2),
  });
  const corners = [
    [1, 1],
    [1, -1],
    [-1, 1],
    [-1, -1],
  ].map(([a, b]) => [moved(first, a!), moved(second, b!)]);
  const [upUp, upDown, downUp, downDown] = await forecastsChanged(scene.computation, points, corners);
  return upUp!.map((bothUp, row) =>
    mixedDifference(
      { bothUp, firstUp: upDown![row]!, secondUp: downUp![row]!, bothDown: downDown![row]! },
      first.spread,
      second.spread,
    ),
  );
}
