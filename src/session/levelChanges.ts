import type { CheckedInput, LevelChanges } from '../findings/checked';
import { isFor } from '../findings/check';
import { orderedLevels, type OrderedLevels } from '../findings/levelOrder';
import type { Rule } from '../findings/rule';
import { toModel } from '../table/scaling';
import { computeForecasts } from './computeSlopes';
import { describeModel } from './describeModel';
import type { OutputSlopes } from './outputSlopes';
import type { Connection, SessionState } from './sessionState';

/** What one level sets: network input elements and the numbers they take, in model units. */
type Setting = readonly (readonly [element: number, value: number])[];

/** For each rule on an order of levels of this output, how the forecast changes from level to level at every row. */
export async function levelChanges(
  session: SessionState,
  connection: Connection,
  slopes: OutputSlopes,
  inputs: readonly CheckedInput[],
): Promise<ReadonlyMap<Rule, LevelChanges>> {
  const names = describeModel(session).outputs.map(({ name }) => name);
  const output = { output: { name: names[slopes.output]!, unit: '' }, outputs: names };
  const changes = new Map<Rule, LevelChanges>();
  for (const rule of session.rules) {
    if (rule.expect !== 'levels in order' || !isFor(rule, output)) continue;
    const settings = settingsOf(orderedLevels(rule, inputs), connection);
    if (settings.length > 1) changes.set(rule, await changesOver(settings, rule, connection, slopes));
  }
  return changes;
}

async function changesOver(
  settings: readonly Setting[],
  rule: Rule,
  connection: Connection,
  { output, rows }: OutputSlopes,
): Promise<LevelChanges> {
  const { scaling } = connection.binding.outputs[output]!;
  const smallest = new Float64Array(rows.length).fill(Number.POSITIVE_INFINITY);
  const from = new Uint16Array(rows.length);
  let before: Float64Array | undefined;
  for (const [place, setting] of settings.entries()) {
    const forecast = await computeForecasts(connection.computation(output), rows, (x, part) => {
      for (const [element, value] of setting) x.fill(value, element * part.length, (element + 1) * part.length);
    });
    const now = rule.units === 'model' ? forecast.map((value) => toModel(scaling, value)) : forecast;
    before?.forEach((value, position) => {
      const change = now[position]! - value;
      // A number that is none is kept: it is a failing row, never a holding one.
      if (change >= smallest[position]! || Number.isNaN(smallest[position]!)) return;
      smallest[position] = change;
      from[position] = place - 1;
    });
    before = now;
  }
  return { smallest, from };
}

function settingsOf(levels: ReturnType<typeof orderedLevels>, { binding, network }: Connection): readonly Setting[] {
  switch (levels.kind) {
    case 'fault':
      return [];
    case 'values': {
      const bound = binding.inputs[levels.input]!;
      return levels.values.map((value) => [[bound.input.element, toModel(bound.scaling, value)]]);
    }
    case 'columns':
      return columnSettings(levels, binding);
    case 'category': {
      const { element, port } = binding.inputs[levels.input]!.input;
      const { size, unknown } = network.inputs[port]!;
      const first = unknown === 'first' ? 1 : 0;
      return levels.places.map((place) =>
        Array.from({ length: size }, (_, other) => [element + other, other === first + place ? 1 : 0] as const),
      );
    }
  }
}

function columnSettings(
  { inputs, rest }: Extract<OrderedLevels, { kind: 'columns' }>,
  { inputs: bound }: Connection['binding'],
): readonly Setting[] {
  return inputs.map((chosen) =>
    [...inputs, ...rest].map((input) => {
      const { input: flat, scaling } = bound[input]!;
      return [flat.element, toModel(scaling, input === chosen ? 1 : 0)] as const;
    }),
  );
}
