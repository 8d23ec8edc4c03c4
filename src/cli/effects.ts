import type { InputView } from '../session/inputQuestion';
import type { Session } from '../session/session';
import { UsageError, type CommonArguments } from './arguments';
import { inColumns, shortNumber } from './columns';
import { chosenInputs, chosenOutputs, openSession } from './openFiles';
import { unheard, writeOut } from './output';

/** `slopescope effects MODEL --data CSV`: what each change of each input does to each output. */
export async function effects(given: CommonArguments): Promise<number> {
  const session = await openSession(given);
  checkGroup(session, given.group);
  const views: InputView[] = [];
  for (const output of chosenOutputs(session, given.output)) {
    for (const input of chosenInputs(session, given.inputs)) {
      const request = {
        output,
        input,
        units: given.units,
        ...(given.step === undefined ? {} : { step: given.step }),
        ...(given.group === undefined ? {} : { groupBy: given.group }),
      };
      views.push(await session.input(request, unheard));
    }
  }
  await writeOut(
    given,
    given.json ? `${JSON.stringify({ effects: views.map(plain) })}\n` : `${views.map(told).join('\n\n')}\n`,
  );
  return 0;
}

function checkGroup(session: Session, group: string | undefined): void {
  const { table } = session.connected();
  const names = table.columns.map(({ name }) => name);
  if (group !== undefined && !names.includes(group))
    throw new UsageError(`${table.name} has no column ${group}; it has ${names.join(', ')}.`);
}

/** What JSON tells of one input: numbers, without what is drawn. */
function plain({ name, outputName, kind, unit, effects: lines, groups, levels, statistics, measures }: InputView) {
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
    '',
  ]);
  const levels = view.levels?.lines.map((line) => [
    line.level,
    String(line.rows),
    shortNumber(line.average),
    shortNumber(line.lowest),
    shortNumber(line.highest),
    '',
  ]);
  return [
    `${view.name} → ${view.outputName}: ${view.title}`,
    ...(view.sentence === '' ? [] : [view.sentence]),
    ...(lines.length === 0 ? [] : inColumns(head, lines)),
    ...(groups ? inColumns([view.groups!.column, 'rows', 'average slope', '± error', '+1', ''], groups) : []),
    ...(levels
      ? inColumns([`against ${view.levels!.commonest}`, 'rows', 'on average', 'lowest', 'highest', ''], levels)
      : []),
  ].join('\n');
}
