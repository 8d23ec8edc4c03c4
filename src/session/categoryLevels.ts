import { columnStatistics } from '../table/columns';
import { changeable, changesBetween } from './inputEffects';
import { type Scene, summaryOf } from './scene';
import type { InputView } from './inputQuestion';

/** Rows that switches are averaged over, and levels shown. */
const switchedRows = 5000;
const shownLevels = 200;

/** Each level of a category against the commonest: average, lowest and highest change of the forecast. */
export async function categoryLevels(scene: Scene, input: number): Promise<NonNullable<InputView['levels']>> {
  const it = changeable(scene, input, switchedRows);
  const port = scene.connection.network.inputs[scene.binding.inputs[input]!.input.port]!;
  const offset = port.unknown === 'first' ? 1 : 0;
  const commonest = summaryOf(scene.binding, input, scene.slopes.rows).usual;
  const nameOf = (element: number): string => port.levels?.[element - offset] ?? 'other texts';
  const from = new Float64Array(it.points.count).fill(commonest);
  const lines = [];
  for (let element = 0; element < Math.min(port.size, shownLevels); element++) {
    if (element === commonest) continue;
    const changes = await changesBetween(it, from, new Float64Array(it.points.count).fill(element));
    const { mean, min, max } = columnStatistics(changes);
    const rows = it.values.reduce((many, value) => (value === element ? many + 1 : many), 0);
    lines.push({ level: nameOf(element), rows, average: mean, lowest: min, highest: max });
  }
  return { commonest: nameOf(commonest), lines: lines.sort((a, b) => b.average - a.average) };
}
