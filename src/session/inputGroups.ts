import type { Call } from '../ask';
import { number } from '../findings/words';
import { positionsByGroup, summariseChanges } from '../slopes/effects';
import { quantiles } from '../slopes/statistics';
import type { GroupLine } from './inputQuestion';
import { forecastsSet } from './changedPoints';
import type { Scene } from './scene';

/**
 * Average slope and exact change of the rows of each group: levels of a text column, few numbers as they are, else quarters.
 * The change is one more of a number, or the switch from 0 to 1 of a yes/no input. Empty for inputs without a slope.
 */
export async function groupLines(scene: Scene, input: number, columnName: string, call: Call): Promise<GroupLine[]> {
  const column = scene.connection.table.columns.find(({ name }) => name === columnName);
  const { rows, slopes, forecast } = scene.slopes;
  const own = slopes[input]!;
  if (!column || own.length === 0) return [];
  const isSwitch = scene.inputs[input]!.kind === 'yes/no';
  const settings = isSwitch ? [{ level: 1 }, { level: 0 }] : [{ shift: 1 }];
  const [after, before = forecast] = await forecastsSet(scene.computation, rows, input, settings, call);
  const { codes, names } =
    column.kind === 'text'
      ? {
          codes: Int32Array.from(rows, (row) => column.codes[row]!),
          names: (code: number) => column.levels[code] ?? '',
        }
      : numberGroups(Float64Array.from(rows, (row) => column.values[row]!));
  return [...positionsByGroup(codes)].map(([code, members]) => {
    const slope = summariseChanges(Float64Array.from(members, (position) => own[position]!));
    const step = summariseChanges(Float64Array.from(members, (position) => after![position]! - before[position]!));
    return {
      group: code < 0 ? 'no value' : names(code),
      rows: members.length,
      averageSlope: slope.average,
      error: slope.error,
      averageStep: step.average,
      stepError: step.error,
    };
  });
}

function numberGroups(values: Float64Array): { readonly codes: Int32Array; readonly names: (code: number) => string } {
  const distinct = new Set<number>();
  for (const value of values) {
    if (!Number.isNaN(value)) distinct.add(value);
    if (distinct.size > 8) break;
  }
  if (distinct.size <= 8) {
    const levels = [...distinct].sort((a, b) => a - b);
    return { codes: Int32Array.from(values, (value) => levels.indexOf(value)), names: (code) => number(levels[code]!) };
  }
  const cuts = quantiles(values, [0, 0.25, 0.5, 0.75, 1]);
  return {
    codes: Int32Array.from(values, (value) =>
      Number.isNaN(value) ? -1 : cuts.slice(1, 4).filter((cut) => value > cut).length,
    ),
    names: (code) => `${number(cuts[code]!)} to ${number(cuts[code + 1]!)}`,
  };
}
