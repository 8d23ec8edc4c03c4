import type { Curve, InputView } from '../session/inputQuestion';
import type { Session } from '../session/session';
import { type ChangeWish, changesOf } from '../session/inputEffects';
import type { Setting } from '../session/points';
import { sceneOf, valuesAt } from '../session/scene';
import { UsageError, type CommonArguments } from './arguments';
import { inColumns, shortNumber } from './columns';
import { chosenInputs, chosenOutputs } from './openFiles';
import { openWithOrWithoutTable } from './openPoints';
import { unheard, writeOut } from './output';

/** `slopescope effects MODEL --data CSV`: what each change of each input does to each output; with --csv row by row. */
export async function effects(given: CommonArguments): Promise<number> {
  const { session, note: standIn, ranges } = await openWithOrWithoutTable(given);
  checkGroup(session, given.group);
  if (given.curve !== undefined && !given.json) throw new UsageError('--curve is written with --json.');
  if (given.csv) {
    await writeOut(given, await rowByRow(session, given));
    return 0;
  }
  const views: InputView[] = [];
  for (const output of chosenOutputs(session, given.outputs)) {
    for (const input of chosenInputs(session, given.inputs)) {
      const request = {
        output,
        input,
        units: given.units,
        drawn: false as const,
        ...wishOf(given),
        ...(given.group === undefined ? {} : { groupBy: given.group }),
        ...(given.curve === undefined ? {} : { curve: given.curve }),
      };
      views.push(await session.input(request, unheard));
    }
  }
  await writeOut(
    given,
    given.json
      ? `${JSON.stringify({ ...(ranges ? { note: standIn, ranges } : {}), effects: views.map(plain) })}\n`
      : `${[...(standIn === '' ? [] : [standIn]), ...views.map(told)].join('\n\n')}\n`,
  );
  return 0;
}

function wishOf({ step, between }: CommonArguments): ChangeWish {
  return { ...(step === undefined ? {} : { step }), ...(between === undefined ? {} : { between }) };
}

/** One line per output, input, row: the slope and every change there, as CSV. */
async function rowByRow(session: Session, given: CommonArguments): Promise<string> {
  const lines = ['row,line,output,input,change,from,to,effect'];
  for (const output of chosenOutputs(session, given.outputs)) {
    const scene = await sceneOf(session, { output, units: given.units }, unheard);
    const { rows, slopes } = scene.slopes;
    for (const input of chosenInputs(session, given.inputs)) {
      const names = [scene.output.name, scene.inputs[input]!.name].map(csvText);
      const value = valuesAt(scene.binding, input, rows);
      const add = (kind: string, position: number, from: number | '', to: number | '', effect: number): void => {
        const row = rows[position]!;
        const line = scene.connection.table.lines[row]!;
        lines.push([row + 1, line, ...names, kind, from, to, effect].join(','));
      };
      slopes[input]!.forEach((slope, position) => add('slope', position, '', '', slope));
      for (const { kind, from, to, changes } of await changesOf(scene, input, wishOf(given), unheard)) {
        const at = (setting: Setting, position: number): number =>
          'shift' in setting ? value[position]! + setting.shift : setting.level;
        changes.forEach((effect, position) => add(kind, position, at(from, position), at(to, position), effect));
      }
    }
  }
  return `${lines.join('\n')}\n`;
}

function csvText(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function checkGroup(session: Session, group: string | undefined): void {
  const { table } = session.connected();
  const names = table.columns.map(({ name }) => name);
  if (group !== undefined && !names.includes(group))
    throw new UsageError(`${table.name} has no column ${group}; it has ${names.join(', ')}.`);
}

/** What JSON tells of one input: numbers, without what is drawn. */
function plain(view: InputView) {
  const { name, outputName, kind, unit, effects: lines, groups, levels, statistics, measures, curve } = view;
  return {
    input: name,
    output: outputName,
    kind,
    unit,
    effects: lines,
    ...(groups ? { groups } : {}),
    ...(levels ? { levels } : {}),
    ...(statistics ? { statistics } : {}),
    ...(measures
      ? { measures: { ...measures, alphaMeans: [...measures.alphaMeans], overOrder: [...measures.overOrder] } }
      : {}),
    ...(curve ? { curve: plainCurve(curve) } : {}),
  };
}

/** The forecast along the input: on average and in single rows, which count from 1. */
function plainCurve({ kind, at, average, singles, over, note }: Curve) {
  return {
    kind,
    at: [...at],
    average: [...average],
    singles: singles.map(({ row, forecast }) => ({ row: row + 1, forecast: [...forecast] })),
    rows: over.rows,
    of: over.of,
    note,
  };
}

function told(view: InputView): string {
  const head = ['change', 'on average', '± error', 'lowest', 'highest', 'at average row', 'slope misses', 'unit'];
  const lines = view.effects.map((effect) => [
    effect.change,
    shortNumber(effect.average),
    shortNumber(effect.error),
    shortNumber(effect.lowest),
    shortNumber(effect.highest),
    shortNumber(effect.atAverage),
    effect.nonLinearity === undefined ? '' : `${(100 * effect.nonLinearity).toFixed(1)} %`,
    effect.unit,
  ]);
  const groups = view.groups?.lines.map((line) => [
    line.group,
    String(line.rows),
    shortNumber(line.averageSlope),
    shortNumber(line.error),
    shortNumber(line.averageStep),
    shortNumber(line.stepError),
    '',
  ]);
  const levels = view.levels?.lines.map((line) => [
    line.level,
    String(line.rows),
    shortNumber(line.average),
    shortNumber(line.error),
    shortNumber(line.lowest),
    shortNumber(line.highest),
    '',
  ]);
  return [
    `${view.name} → ${view.outputName}: ${view.title}`,
    ...(view.sentence === '' ? [] : [view.sentence]),
    ...(lines.length === 0 ? [] : inColumns(head, lines)),
    ...(groups
      ? inColumns(
          [
            view.groups!.column,
            'rows',
            'average slope',
            '± error',
            view.kind === 'yes/no' ? '0 to 1' : '+1',
            '± error',
            '',
          ],
          groups,
        )
      : []),
    ...(levels
      ? inColumns(
          [`against ${view.levels!.commonest}`, 'rows', 'on average', '± error', 'lowest', 'highest', ''],
          levels,
        )
      : []),
    ...(view.measures?.sentences ?? []),
  ].join('\n');
}
