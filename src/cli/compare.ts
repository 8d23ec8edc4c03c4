import type { Comparison } from '../session/compareQuestion';
import { compareSessions } from '../session/compareView';
import { UsageError, type CommonArguments } from './arguments';
import { inColumns, shortNumber } from './columns';
import { chosenOutputs, openSession } from './openFiles';
import { unheard, writeOut } from './output';

/** `slopescope compare MODEL OTHER --data CSV`: slopes, ranking and forecasts of two models on the same rows. */
export async function compare(given: CommonArguments): Promise<number> {
  const [first, second] = given.models;
  if (first === undefined || second === undefined) throw new UsageError('Name two model files to compare.');
  const one = await openSession({ ...given, models: [first] });
  const two = await openSession({ ...given, models: [second], quiet: true });
  const outputs = chosenOutputs(one, given.output);
  const others = chosenOutputs(two, given.output);
  const comparisons: { readonly output: string; readonly comparison: Comparison }[] = [];
  for (const [place, output] of outputs.slice(0, others.length).entries()) {
    const comparison = await compareSessions(one, two, [output, others[place]!], unheard);
    comparisons.push({ output: one.describe().outputs[output]!.name, comparison });
  }
  const json = {
    models: [first, second],
    comparisons: comparisons.map(({ output, comparison }) => ({ output, ...comparison })),
  };
  const text = comparisons.map(({ output, comparison }) => told(output, comparison)).join('\n\n');
  await writeOut(given, given.json ? `${JSON.stringify(json)}\n` : `${text}\n`);
  return 0;
}

function told(output: string, { sentence, rows, forecast, inputs, ...rest }: Comparison): string {
  const { onlyFirst, onlySecond, withoutSlope } = rest;
  const head = [
    'input',
    'average slope',
    'of the other',
    'effect',
    'of the other',
    'place',
    'of the other',
    'opposite signs',
    'unit',
  ];
  const cells = inputs.map(({ name, unit, averages, effects, places, opposite }) => [
    name,
    ...averages.map(shortNumber),
    ...effects.map(shortNumber),
    ...places.map(String),
    `${(100 * opposite).toFixed(1)} %`,
    unit,
  ]);
  return [
    `${output}, ${rows} rows: ${sentence}`,
    `forecasts differ by ${shortNumber(forecast.average)} on average, by ${shortNumber(forecast.largest)} at most`,
    ...inColumns(head, cells),
    ...(onlyFirst.length > 0 ? [`only in the first: ${onlyFirst.join(', ')}`] : []),
    ...(onlySecond.length > 0 ? [`only in the second: ${onlySecond.join(', ')}`] : []),
    ...(withoutSlope.length > 0 ? [`without a slope: ${withoutSlope.join(', ')}`] : []),
  ].join('\n');
}
