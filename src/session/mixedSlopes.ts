import { mixedDifference } from '../slopes/interactions';
import { referenceAdjoints, referenceHessian, referenceOutputs, referenceValues, splitRow } from '../slopes/reference';
import { modelPerOriginal, type Scaling, toOriginal } from '../table/scaling';
import { modelRow } from './exactRow';
import { forecastsAt, pointsAtRows, withLine } from './points';
import type { Scene } from './scene';

/**
 * Exact mixed second derivatives ∂²y/∂a∂b of chosen inputs at one row, [a][b], in the scene's units. With y = g(m) and m the
 * network of scaled inputs: ∂²y/∂a∂b = (g′ H_ab + g″ J_a J_b) a′ b′, and g′ J_a a″ more on the diagonal.
 */
export function exactMixedSlopes(scene: Scene, row: number, inputs: readonly number[]): Float64Array[] {
  const { network } = scene.connection;
  const { binding } = scene;
  const { output } = scene.slopes;
  const values = referenceValues(network, splitRow(network, modelRow(network, binding, row)));
  const elements = inputs.map((input) => binding.inputs[input]!.input.element);
  const hessian = referenceHessian(network, values, output, elements);
  const adjoints = referenceAdjoints(network, values, output);
  const joined = network.inputs.flatMap((_port, port) => [...adjoints[port]!]);
  const { scaling } = binding.outputs[output]!;
  const forecast = toOriginal(scaling, referenceOutputs(network, values)[output]!);
  const perModel = 1 / modelPerOriginal(scaling, forecast);
  // y = exp(s m + c) − shift gives g″ = s g′; straight scalings have g″ = 0.
  const bend = scaling.kind === 'logAffine' ? scaling.spread * perModel : 0;
  const { lines } = pointsAtRows(binding, Uint32Array.of(row));
  const moves = inputs.map((input) => modelPerOriginal(binding.inputs[input]!.scaling, lines[input]![0]!));
  return inputs.map((first, i) =>
    Float64Array.from(inputs, (second, j) => {
      const [a, b] = [joined[elements[i]!]!, joined[elements[j]!]!];
      const mixed = (perModel * hessian[i]![j]! + bend * a * b) * moves[i]! * moves[j]!;
      return first === second
        ? mixed + perModel * a * secondMove(binding.inputs[first]!.scaling, lines[first]![0]!)
        : mixed;
    }),
  );
}

/** Mixed differences over one typical step of both inputs (± half a spread) around each row, per unit of both. */
export async function steppedMixedSlopes(
  scene: Scene,
  rows: Uint32Array,
  first: { readonly input: number; readonly spread: number },
  second: { readonly input: number; readonly spread: number },
): Promise<Float64Array> {
  const points = pointsAtRows(scene.binding, rows);
  const corner = (a: number, b: number): Promise<Float64Array> =>
    forecastsAt(
      scene.computation,
      withLine(
        withLine(
          points,
          first.input,
          points.lines[first.input]!.map((x) => x + (a * first.spread) / 2),
        ),
        second.input,
        points.lines[second.input]!.map((x) => x + (b * second.spread) / 2),
      ),
    );
  const [upUp, upDown, downUp, downDown] = [
    await corner(1, 1),
    await corner(1, -1),
    await corner(-1, 1),
    await corner(-1, -1),
  ];
  return upUp.map((bothUp, row) =>
    mixedDifference(
      { bothUp, firstUp: upDown[row]!, secondUp: downUp[row]!, bothDown: downDown[row]! },
      first.spread,
      second.spread,
    ),
  );
}

/** d²(model) / d(original)² */
function secondMove(scaling: Scaling, original: number): number {
  return scaling.kind === 'logAffine' ? -1 / ((original + scaling.shift) ** 2 * scaling.spread) : 0;
}
