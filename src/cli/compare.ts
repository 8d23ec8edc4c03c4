import { counted } from '../findings/words';
import type { ComparedFinding, Comparison, MovedRow } from '../session/compareQuestion';
import { sameOutput, rulesForSecond } from '../session/comparedInputs';
import { compareSessions } from '../session/compareView';
import { partWords } from '../table/rowsTaken';
import { UsageError, type CommonArguments } from './arguments';
import { inColumns, shortNumber } from './columns';
import { chosenOutputs, openSecond, openSession } from './openFiles';
import { unheard, writeOut } from './output';
import { rulesFrom } from './rules';

/** `slopescope compare MODEL OTHER --data CSV`: slopes, ranking, forecasts and findings of two models on the same rows. */
export async function compare(given: CommonArguments): Promise<number> {
  const [first, second] = given.models;
  if (first === undefined || second === undefined) throw new UsageError('Name two model files to compare.');
  const one = await openSession({ ...given, models: [first] });
  const two = await openSecond(given, second, one);
  one.setRules(rulesFrom(given.rules, one));
  two.setRules(rulesForSecond(one, two));
  const comparisons: { readonly output: string; readonly comparison: Comparison }[] = [];
  const alone: string[] = [];
  for (const output of chosenOutputs(one, given.outputs)) {
    const { name } = one.describe().outputs[output]!;
    const other = sameOutput(one, two, output);
    if (other === undefined) alone.push(name);
    else comparisons.push({ output: name, comparison: await compareSessions(one, two, [output, other], unheard) });
  }
  if (comparisons.length === 0) throw new UsageError(`${two.file.name} has no output ${alone.join(', ')}.`);
  const { name, part } = one.connected().table;
  const read = part ? { table: name, read: partWords(part) } : undefined;
  const json = {
    models: [first, second],
    ...(read ? { parts: [read] } : {}),
    comparisons: comparisons.map(({ output, comparison }) => ({ output, ...comparison })),
    outputsOnlyFirst: alone,
  };
  const parts = [
    ...(read ? [`Of ${name} is read ${read.read}.`] : []),
    `A is ${first}, B is ${second}.`,
    ...comparisons.map(({ output, comparison }) => told(output, comparison, given)),
    ...(alone.length > 0 ? [`Outputs only in A: ${alone.join(', ')}`] : []),
  ];
  await writeOut(given, given.json ? `${JSON.stringify(json)}\n` : `${parts.join('\n\n')}\n`);
  return 0;
}

function told(output: string, comparison: Comparison, given: CommonArguments): string {
  const { sentence, rows, onlyFirst, onlySecond, withoutSlope } = comparison;
  return [
    `${output}, ${counted(rows, 'row')}: ${sentence}`,
    '',
    ...forecastLines(comparison),
    '',
    ...slopeLines(comparison),
    ...(onlyFirst.length > 0 ? [`only in A: ${onlyFirst.join(', ')}`] : []),
    ...(onlySecond.length > 0 ? [`only in B: ${onlySecond.join(', ')}`] : []),
    ...(withoutSlope.length > 0 ? [`without a slope in one of them: ${withoutSlope.join(', ')}`] : []),
    '',
    ...findingLines(comparison, given),
  ].join('\n');
}

/** How far the forecasts are from each other, and the rows in which they moved most. */
function forecastLines({ forecast: { average, largest, unit }, moved }: Comparison): string[] {
  const inUnit = unit === '' ? '' : ` ${unit}`;
  if (moved.length === 0) return ['Forecasts are the same in every row.'];
  const hasActual = moved.some(({ actual }) => actual !== undefined);
  const cells = moved.map((each) => movedCells(each, hasActual));
  return [
    `Forecasts differ by ${shortNumber(average)}${inUnit} on average, by ${shortNumber(largest)}${inUnit} at most. They moved most in:`,
    ...inColumns(['row', 'line', 'A', 'B', 'B − A', ...(hasActual ? ['true value'] : []), ''], cells),
  ];
}

function movedCells({ row, line, forecasts: [a, b], actual }: MovedRow, hasActual: boolean): string[] {
  const numbers = [a, b, b - a].map(shortNumber);
  return [String(row + 1), String(line), ...numbers, ...(hasActual ? [shortNumber(actual)] : []), ''];
}

/** Input by input, as strong as they are in the first model. */
function slopeLines({ inputs }: Comparison): string[] {
  if (inputs.length === 0) return [];
  const pairs = ['average slope', 'typical effect', 'place'].flatMap((title) => [`${title} A`, 'B']);
  const head = ['input', ...pairs, 'rows of opposite sign', 'unit of slopes'];
  const cells = inputs.map(({ name, unit, averages, effects, places, oppositeRows, opposite }) => [
    name,
    ...averages.map(shortNumber),
    ...effects.map(shortNumber),
    ...places.map(String),
    oppositeRows === 0 ? 'none' : `${oppositeRows} (${(100 * opposite).toFixed(1)} %)`,
    unit,
  ]);
  return inColumns(head, cells);
}

/** Which findings are new, gone, or in both. */
function findingLines({ findings: [a, b] }: Comparison, { rules }: CommonArguments): string[] {
  if (rules.length === 0)
    return ['No rules were given: with --rule it also says which findings are new in B and which are gone.'];
  const those = (found: readonly ComparedFinding[], other: ComparedFinding['other']): readonly string[] =>
    found.filter((finding) => finding.other === other).map(({ message }) => `  ${message}`);
  const still = a.flatMap(({ other, rule, message }) => {
    const now = b.find((finding) => finding.rule === rule);
    return other === 'fails' && now ? [`  A: ${message}`, `  B: ${now.message}`] : [];
  });
  const parts: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ['New in B:', those(b, 'holds')],
    ['Gone in B:', those(a, 'holds')],
    ['Still there:', still],
    ['Found in A, cannot be checked in B:', those(a, 'unchecked')],
    ['Found in B, cannot be checked in A:', those(b, 'unchecked')],
  ];
  const all = parts.flatMap(([title, lines]) => (lines.length > 0 ? [title, ...lines] : []));
  return all.length > 0 ? all : ['No findings in either under these rules.'];
}
