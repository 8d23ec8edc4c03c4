import { pairLines, pairsScope } from '../session/pairsView';
import type { CommonArguments } from './arguments';
import { chosenOutputs } from './openFiles';
import { openWithOrWithoutTable } from './openPoints';
import { unheard, writeOut } from './output';

/** `slopescope interactions MODEL --data CSV`: all pairs of inputs, the strongest in words and with Friedman's H. */
export async function interactions(given: CommonArguments): Promise<number> {
  const { session, note: standIn, ranges } = await openWithOrWithoutTable(given);
  const parts = [];
  for (const output of chosenOutputs(session, given.outputs)) {
    const view = await session.pairs({ output, units: given.units, friedman: true }, unheard);
    const pairs = [...view.pairs]
      .sort((a, b) => b.strength - a.strength)
      .map((pair) => ({ ...pair, first: view.inputs[pair.first]!.name, second: view.inputs[pair.second]!.name }));
    const name = session.describe().outputs[output]!.name;
    parts.push({
      json: {
        output: name,
        method: view.method,
        unit: view.unit,
        rows: view.rows,
        of: view.of,
        friedmanRows: view.friedmanRows,
        pairs,
        leftOut: view.leftOut,
      },
      text: [`${name}: ${view.sentence}`, view.caption, pairsScope(view), ...pairLines(view)].join('\n'),
    });
  }
  const json = JSON.stringify({
    ...(standIn ? { note: standIn } : {}),
    ...(ranges ? { ranges } : {}),
    interactions: parts.map((part) => part.json),
  });
  await writeOut(
    given,
    given.json
      ? `${json}\n`
      : `${[...(standIn === '' ? [] : [standIn]), ...parts.map((part) => part.text)].join('\n\n')}\n`,
  );
  return 0;
}
