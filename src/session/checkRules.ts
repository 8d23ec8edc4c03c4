import type { Call } from '../ask';
import type { Checked, CheckedInput, OutputBounds } from '../findings/checked';
import { betweenOf, failingBetween } from '../findings/between';
import { checkRules as checkAll, checkRule, findingsOf, type NumberedResult, type RuleResult } from '../findings/check';
import { breaks, demandOf, isMendable, isSlopeRule, ruleWords } from '../findings/expectations';
import type { Between, Finding } from '../findings/finding';
import type { Rule } from '../findings/rule';
import { suggestRules } from '../findings/suggestions';
import type { Network } from '../network/network';
import { locateOutput } from '../slopes/layout';
import type { Binding, BoundInput } from '../table/binding';
import { toOriginal } from '../table/scaling';
import { blackBoxOf, differenceWords } from '../network/blackBox';
import { boundStatistics } from './boundStatistics';
import { describeModel } from './describeModel';
import { computeForecasts, scaledColumn, scaledOutput, type Computation } from './computeSlopes';
import { exactRow } from './exactRow';
import { layerParts, type PartsOfRow } from './layerParts';
import { levelChanges } from './levelChanges';
import { boundsOf } from './outputBounds';
import { outputReach } from './outputReach';
import type { OutputSlopes } from './outputSlopes';
import { pullsAt } from './pulls';
import type { Findings, RuleStatus } from './service';
import type { Connection, SessionState } from './sessionState';
import type { Beyond } from './slopeMap';
import { searchBetween, searchedForecasts } from './rangeSearch';

/**
 * What was found for slopes under rules. Both are replaced, never changed, when the table, the scaling or the rules
 * change, so an answer holds as long as both are the same objects.
 */
interface Known {
  readonly rules: readonly Rule[];
  readonly checked: Promise<Checked>;
  findings?: Promise<Findings>;
}

const knownFor = new WeakMap<OutputSlopes, Known>();

/** All rules with how they stand, the findings worst first, and rules that could be added; worked out once. */
export async function checkRules(session: SessionState, output: number, call: Call): Promise<Findings> {
  const connection = session.connected();
  const slopes = await connection.cache.slopes(output, call);
  const known = knownOf(session, connection, slopes);
  known.findings ??= known.checked.then((checked) =>
    findingsFor(known.rules, checked, connection.computation(slopes.output)),
  );
  return known.findings;
}

function knownOf(session: SessionState, connection: Connection, slopes: OutputSlopes): Known {
  const before = knownFor.get(slopes);
  if (before?.rules === session.rules) return before;
  const known: Known = { rules: session.rules, checked: checkedOutput(session, connection, slopes) };
  knownFor.set(slopes, known);
  // What could not be worked out is tried again when it is asked for.
  known.checked.catch(() => knownFor.delete(slopes));
  return known;
}

async function findingsFor(rules: readonly Rule[], checked: Checked, computation: Computation): Promise<Findings> {
  const results: NumberedResult[] = [];
  const betweens = new Map<number, Between>();
  for (const result of checkAll(rules, checked, { explain: true })) {
    const between = await searched(result, checked, computation, rules.length);
    if (between) betweens.set(result.number, between);
    results.push(between && result.rule.check === 'ranges' ? failingBetween(result, checked, between) : result);
  }
  const findings = findingsOf(results);
  return {
    findings: findings.map((finding) => marked(finding, computation)),
    rules: rules.map((rule, number) => {
      const result = results.find((candidate) => candidate.number === number);
      if (!result) return elsewhere(rule);
      const between = betweens.get(number);
      const finding = findings.findIndex((candidate) => candidate === result.finding);
      return { ...standing(result, finding), ...(between ? { between } : {}) };
    }),
    suggestions: suggestRules(checked, rules),
    rowsFailing: rowsFailing(results, checked.rows.length),
  };
}

/** Slopes of a black box are no derivatives, and its findings say so. */
function marked(finding: Finding, { network }: Computation): Finding {
  if (!blackBoxOf(network) || !isSlopeRule(finding.rule)) return finding;
  return { ...finding, message: `${finding.message} Slopes ${differenceWords}.` };
}

/** A search nobody asked for may take so many products of weights in all; one that a rule asks for takes what it takes. */
const mostUnasked = 2e9;

/** What lies beside the rows of a rule that holds at them. */
async function searched(
  { rule, holds, failing }: NumberedResult,
  checked: Checked,
  computation: Computation,
  rules: number,
): Promise<Between | undefined> {
  const asked = rule.check === 'ranges';
  if (!holds || (failing.length > 0 && !asked)) return undefined;
  const parameters = parametersOf(computation.network);
  if (!asked && searchedForecasts * rules * Math.max(1, parameters) > mostUnasked) return undefined;
  const found = await searchBetween(computation, checked, rule);
  return found && betweenOf(rule, checked, found);
}

/** Positions at which a rule fails, ascending: what the filter of a finding shows. */
export async function failingPositions(
  session: SessionState,
  connection: Connection,
  rule: Rule | undefined,
  slopes: OutputSlopes,
): Promise<Uint32Array> {
  if (!rule) return new Uint32Array();
  return checkRule(rule, await knownOf(session, connection, slopes).checked, { explain: false }).failing;
}

/** What the map's lower parts and rails show for each input: its first slope rule, or slopes below 0. */
export function lanesBeyond(session: SessionState): (input: number) => Beyond {
  const names = describeModel(session).inputs.map((input) => input.name);
  return (input) => {
    const rule = session.rules.find(
      (candidate) => candidate.input === names[input] && isSlopeRule(candidate) && candidate.check !== 'step',
    );
    if (!rule || rule.units === 'model') return (slope) => slope < 0;
    const demand = demandOf(rule);
    return (slope) => breaks(demand, slope);
  };
}

/** How the first rule on an input stands, for its lane. */
export function ruleStatus(findings: Findings, input: string): RuleStatus | undefined {
  const rule = findings.rules.findIndex((candidate) => candidate.rule.input === input);
  const found = findings.rules[rule];
  if (!found || found.problem !== undefined || found.elsewhere !== undefined) return undefined;
  const finding = found.finding === undefined ? undefined : findings.findings[found.finding];
  return {
    rule,
    words: found.words,
    holds: found.holds,
    failing: finding?.rows.count ?? 0,
    share: finding?.rows.share ?? 0,
  };
}

function standing(result: RuleResult, finding: number): Findings['rules'][number] {
  return {
    rule: result.rule,
    words: ruleWords(result.rule),
    holds: result.holds,
    ...(finding >= 0 ? { finding } : {}),
    ...(isMendable(result.rule) ? { isMendable: true } : {}),
    ...(result.problem ? { problem: [result.problem.message, result.problem.remedy ?? ''].join(' ').trim() } : {}),
  };
}

/** A rule for another output stands in the list, so that rules keep their numbers, but is not checked here. */
function elsewhere(rule: Rule): Findings['rules'][number] {
  return { rule, words: ruleWords(rule), holds: true, elsewhere: rule.output ?? '' };
}

function rowsFailing(results: readonly RuleResult[], rows: number): number {
  const failing = new Uint8Array(rows);
  let many = 0;
  for (const result of results) {
    if (result.holds) continue;
    for (const position of result.failing) {
      if (failing[position] === 0) many++;
      failing[position] = 1;
    }
  }
  return many;
}

/** The output as findings/ sees it. */
async function checkedOutput(session: SessionState, connection: Connection, slopes: OutputSlopes): Promise<Checked> {
  const { table, binding } = connection;
  const { inputs, outputs } = describeModel(session);
  const parameters = parametersOf(session.network);
  const target = table.columns[binding.outputs[slopes.output]?.target ?? -1];
  const columns = binding.inputs.map(scaledColumn);
  const output = scaledOutput(binding.outputs[slopes.output]!.scaling);
  const stepped = new Set(session.rules.filter((rule) => rule.check === 'step').map((rule) => rule.input));
  const checkedInputs: CheckedInput[] = [];
  const partsBy = new Map<number, PartsOfRow>();
  for (const [flat, input] of inputs.entries()) {
    const bound = binding.inputs[flat]!;
    const { source, scaling } = bound;
    const steps =
      stepped.has(input.name) && canStep(input.kind) ? await stepsAt(session, connection, slopes, flat) : undefined;
    checkedInputs.push({
      name: input.name,
      unit: input.unit,
      ...(input.column === undefined ? {} : { column: input.column }),
      kind: input.kind === 'switched' ? 'switched' : 'number',
      ...(source.kind === 'numbers' ? { values: source.values } : {}),
      ...statisticsOf(bound, binding, slopes),
      scaling,
      slopes: slopes.slopes[flat]!,
      ...(steps ? { steps } : {}),
      ...(input.levels ? { levels: input.levels } : {}),
    });
  }
  return {
    table,
    rows: slopes.rows,
    output: outputs[slopes.output]!,
    outputs: outputs.map(({ name }) => name),
    forecast: slopes.forecast,
    inputs: checkedInputs,
    atKink: slopes.atKink,
    ...(target?.kind === 'number' ? { actual: target.values } : {}),
    levelChanges: await levelChanges(session, connection, slopes, checkedInputs),
    exactSlopes: (input, positions) =>
      Float64Array.from(
        positions,
        (position) =>
          exactRow(session.network, binding, session.switched, slopes.rows[position]!, [slopes.output]).slopes[0]![
            input
          ]!,
      ),
    modelFactor: (input, position) =>
      columns[input]!.modelPerOriginal(columns[input]!.at(slopes.rows[position]!)) /
      output.modelPerOriginal(slopes.forecast[position]!),
    modelForecast: (position) => output.toModel(slopes.forecast[position]!),
    unitRows: Math.min(mostUnitRows, Math.floor(mostUnitProducts / Math.max(1, session.rules.length * parameters))),
    ...limitsOfOutput(connection, slopes.output),
    pulls: (position) => pullsAt(session.network, binding, slopes.rows[position]!, slopes.output),
    layerParts: (input, position) => {
      const parts = partsBy.get(input) ?? layerParts(session.network, binding, slopes.output, input);
      partsBy.set(input, parts);
      return parts(slopes.rows[position]!);
    },
  };
}

/** The statistics of a column that are known of all rows, when these are the rows. */
function statisticsOf(bound: BoundInput, { rows }: Binding, slopes: OutputSlopes): Pick<CheckedInput, 'statistics'> {
  const statistics = slopes.rows.length === rows.length ? boundStatistics(bound, rows) : undefined;
  return statistics ? { statistics } : {};
}

/** Rows that a slope's parts are averaged over, and products of weights that this may take for all rules together. */
const mostUnitRows = 60;
const mostUnitProducts = 2e7;

function parametersOf({ source }: Network): number {
  return source.layers.reduce((sum, layer) => sum + layer.parameters, 0);
}

function limitsOfOutput(connection: Connection, output: number): Pick<Checked, 'outputBounds' | 'reach'> {
  const bounds = outputBounds(connection, output);
  const { low, high } = outputReach(connection, output);
  // What a last step such as sigmoid only nears counts as reached: true values of 0 and 1 are what it is trained on.
  const reach = {
    low: Number.isFinite(bounds.low) ? bounds.low : low,
    high: Number.isFinite(bounds.high) ? bounds.high : high,
  };
  return { outputBounds: bounds, reach };
}

/** What the output's last step keeps the forecast between, in original units. */
function outputBounds({ network, binding }: Connection, output: number): OutputBounds {
  const bounds = boundsOf(network, locateOutput(network, output));
  if (!bounds) return { low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const { scaling } = binding.outputs[output]!;
  const [low, high] = [bounds.low, bounds.high].map((end) => toOriginal(scaling, end)).sort((a, b) => a - b);
  return { low: low!, high: high!, step: bounds.step };
}

function canStep(kind: string): boolean {
  return kind === 'whole number' || kind === 'yes/no';
}

/** Exact f(x + 1) − f(x) at every row; for yes/no inputs the switch from 0 to 1. */
async function stepsAt(
  session: SessionState,
  connection: Connection,
  slopes: OutputSlopes,
  flat: number,
): Promise<Float64Array> {
  const bound = connection.binding.inputs[flat]!;
  const column = scaledColumn(bound);
  const isSwitch = describeModel(session).inputs[flat]!.kind === 'yes/no';
  const forecastWith = (value: (row: number) => number): Promise<Float64Array> =>
    computeForecasts(session.computation(slopes.output), slopes.rows, (x, part) => {
      const first = bound.input.element * part.length;
      part.forEach((row, index) => (x[first + index] = column.toModel(value(row))));
    });
  const before = await forecastWith((row) => (isSwitch ? 0 : column.at(row)));
  const after = await forecastWith((row) => (isSwitch ? 1 : column.at(row) + 1));
  return after.map((forecast, position) => forecast - before[position]!);
}
