import type { Curve, InputView } from '../session/inputQuestion';
import type { Session } from '../session/session';
import { type ChangeWish, changesOf } from '../session/inputEffects';
import type { Setting } from '../session/changedPoints';
import { levelOf } from '../session/levelNames';
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
  const wishes = wishesOf(session, given);
  if (given.csv) {
    await writeOut(given, await rowByRow(session, given, wishes));
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
        ...wishes.get(input),
        ...(given.group === undefined ? {} : { groupBy: given.group }),
        ...(given.curve === undefined ? {} : { curve: given.curve }),
      };
      views.push(await session.input(request, unheard));
    }
  }
  await writeOut(
    given,
    given.json
      ? `${JSON.stringify({
          ...(standIn ? { note: standIn } : {}),
          ...(ranges ? { ranges } : {}),
          effects: views.map(plain),
        })}\n`
      : `${[...(standIn === '' ? [] : [standIn]), ...views.map(told)].join('\n\n')}\n`,
  );
  return 0;
}

/** What is asked for of each input beside the usual changes. */
function wishesOf(session: Session, given: CommonArguments): ReadonlyMap<number, ChangeWish> {
  const { step, between: text } = given;
  const inputs = chosenInputs(session, given.inputs);
  const wishes = new Map(
    inputs.map((input): [number, ChangeWish] => {
      const between = text === undefined ? undefined : betweenOf(session, input, text);
      return [input, { ...(step === undefined ? {} : { step }), ...(between ? { between } : {}) }];
    }),
  );
  if (text !== undefined && [...wishes.values()].every(({ between }) => between === undefined))
    throw new UsageError(`--between is "${text}"; ${whatIsBetween(session, inputs)}.`);
  return wishes;
}

/** Two levels of a category, whose names may hold colons, or two numbers; undefined where the text is neither. */
function betweenOf(session: Session, input: number, text: string): ChangeWish['between'] {
  const { levels } = session.describe().inputs[input]!;
  const colons = Array.from(text.matchAll(/:/g), ({ index }) => index);
  if (levels) {
    const pairs = colons.map((at) => [text.slice(0, at).trim(), text.slice(at + 1).trim()] as const);
    return pairs.find(([from, to]) => from !== to && levels.includes(from) && levels.includes(to));
  }
  const [from = NaN, to = NaN, ...more] = text.split(':').map((part) => (part.trim() === '' ? NaN : Number(part)));
  return Number.isFinite(from) && Number.isFinite(to) && from !== to && more.length === 0 ? [from, to] : undefined;
}

function whatIsBetween(session: Session, inputs: readonly number[]): string {
  const categories = inputs.map((input) => session.describe().inputs[input]!).filter(({ levels }) => levels);
  const levels = categories.map((category) => `${category.name} has the levels ${category.levels?.join(', ')}`);
  const numbers = 'write two different numbers as A:B, such as 0:10';
  return levels.length === 0 ? numbers : `${numbers}, or two levels of a category: ${levels.join('; ')}`;
}

/** One line per output, input, row: the slope and every change there, as CSV. */
async function rowByRow(
  session: Session,
  given: CommonArguments,
  wishes: ReadonlyMap<number, ChangeWish>,
): Promise<string> {
  const lines = ['row,line,output,input,change,from,to,effect'];
  for (const output of chosenOutputs(session, given.outputs)) {
    const scene = await sceneOf(session, { output, units: given.units }, unheard);
    const { rows, slopes } = scene.slopes;
    for (const input of chosenInputs(session, given.inputs)) {
      const names = [scene.output.name, scene.inputs[input]!.name].map(csvText);
      const value = valuesAt(scene.binding, input, rows);
      const add = (
        kind: string,
        position: number,
        from: number | string,
        to: number | string,
        effect: number,
      ): void => {
        const row = rows[position]!;
        const line = scene.connection.table.lines[row]!;
        lines.push([row + 1, line, ...names, kind, from, to, effect].join(','));
      };
      slopes[input]!.forEach((slope, position) => add('slope', position, '', '', slope));
      for (const { kind, from, to, changes } of await changesOf(scene, input, wishes.get(input) ?? {}, unheard)) {
        const isCategory = scene.inputs[input]!.levels !== undefined;
        const at = (setting: Setting, position: number): number | string => {
          if ('shift' in setting) return value[position]! + setting.shift;
          return isCategory ? csvText(levelOf(scene.connection, input, setting.level)) : setting.level;
        };
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
  const { name, outputName, kind, unit, effects: lines, groups, levels, statistics, measures, curve, answer } = view;
  return {
    input: name,
    output: outputName,
    kind,
    unit,
    ...(answer === undefined ? {} : { answer }),
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
    ...[view.answer ?? '', view.sentence].filter(Boolean),
    ...(lines.length === 0 ? [] : inColumns(head, lines)),
    ...remarks(view),
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

/** What must be known to read the lines: those of one remark together. */
function remarks({ effects: lines }: InputView): string[] {
  const remarked = lines.filter(({ remark }) => remark !== undefined);
  const medians = remarked.map(({ change, median, unit }) => `${change}: ${shortNumber(median)} ${unit}`);
  const [first] = remarked;
  return first ? [`${first.remark} Medians: ${medians.join(' · ')}.`] : [];
}
