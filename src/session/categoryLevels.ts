import type { Call } from '../ask';
import { summariseChanges } from '../slopes/effects';
import type { InputView } from './inputQuestion';
import { levelOf } from './levelNames';
import { forecastsSet } from './changedPoints';
import { evenlyDrawn, type Scene, summaryOf, valuesAt } from './scene';

/** Levels listed, and forecasts that are computed for all of them together: long tables of many levels are drawn from. */
const shownLevels = 200;
const mostForecasts = 8_000_000;

/** Each level of a category against the commonest: average, error, lowest and highest change of the forecast. */
export async function categoryLevels(
  scene: Scene,
  input: number,
  call: Call,
): Promise<NonNullable<InputView['levels']>> {
  const { rows } = scene.slopes;
  const port = scene.connection.network.inputs[scene.binding.inputs[input]!.input.port]!;
  const nameOf = (element: number): string => levelOf(scene.connection, input, element);
  const commonest = summaryOf(scene.binding, input, rows).usual;
  const counts = new Map<number, number>();
  for (const element of valuesAt(scene.binding, input, rows)) counts.set(element, (counts.get(element) ?? 0) + 1);
  const others = Array.from({ length: port.size }, (_, element) => element)
    .filter((element) => element !== commonest)
    .sort((a, b) => (counts.get(b) ?? 0) - (counts.get(a) ?? 0) || a - b);
  const listed = others.slice(0, shownLevels);
  const positions = evenlyDrawn(rows.length, Math.ceil(mostForecasts / (listed.length + 1)));
  const drawn = positions.map((position) => rows[position]!);
  const settings = [commonest, ...listed].map((level) => ({ level }));
  const [before, ...after] = await forecastsSet(scene.computation, drawn, input, settings, call);
  const lines = listed.map((element, place) => {
    const changes = after[place]!.map((forecast, row) => forecast - before![row]!);
    const { average, error, lowest, highest } = summariseChanges(changes);
    return { level: nameOf(element), rows: counts.get(element) ?? 0, average, error, lowest, highest };
  });
  return {
    commonest: nameOf(commonest),
    over: { rows: drawn.length, of: rows.length },
    more: others.length - listed.length,
    lines: lines.sort((a, b) => b.average - a.average),
  };
}
