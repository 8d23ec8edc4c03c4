import type { Case, Failing } from './case';
import type { Checked } from './checked';
import type { Reason } from './finding';
import { drawn, evenlyDrawnRows, rowsOf, rowsSeen } from './caseRows';
import { isSlopeRule } from './expectations';
import { mostTelling, unitName, type LayerParts } from './layerParts';
import { count, listed, percent, signed } from './words';

/** One hidden unit's part of the slope: at the worst row, and on average over the rows looked at. */
interface Pull {
  readonly name: string;
  readonly atWorst: number;
  /** Where the rule fails. */
  readonly failing: number;
  /** Where it holds; NaN where no such row was looked at. */
  readonly holding: number;
  /** In how many of the failing rows looked at it pulls the wrong way. */
  readonly wrong: number;
}

/** How the units pull, and how many rows that was looked at in. */
interface Pulls {
  readonly failing: number;
  readonly holding: number;
  readonly pulls: readonly Pull[];
}

/** A second unit, and what goes around the layer, is named when its part counts for at least this share of the first one's. */
const worthNaming = 0.2;

/** The share of all that pulls, from which on the one or two units named are said to explain it. */
const fewUnits = 0.25;

/**
 * The hidden units that turn the slope, in the layer where a few of them explain most: the exact parts of the slope by
 * unit, compared between rows in which the rule fails and rows in which it holds, so that a unit that always pulls is not
 * blamed for what it does everywhere.
 */
export function units(it: Case): Reason | undefined {
  const { side, rows } = it;
  const told = toldParts(it);
  if (!told) return undefined;
  const layer = told.layers[told.told]!;
  const seen = pullsOf(it, told);
  const [first, second] = seen.pulls
    .filter(({ atWorst }) => atWorst * side > 0)
    .sort((a, b) => side * (blame(b) - blame(a)) || side * (b.atWorst - a.atWorst));
  if (!first) return undefined;
  const isWorthNaming = second !== undefined && side * second.atWorst > worthNaming * side * first.atWorst;
  const named = isWorthNaming ? [first, second] : [first];
  const [verb, verbs, where] = side < 0 ? ['pulls', 'pull', 'down'] : ['pushes', 'push', 'up'];
  const parts = listed(named.map(({ name, atWorst }) => `${name} (${signed(atWorst)})`));
  const row = count((rows.worstRows[0] ?? 0) + 1);
  const how = named.length === 1 ? verb : verbs;
  const opening = `${named.length === 1 ? 'Hidden unit' : 'Hidden units'} ${parts} ${how} the slope ${where} at row ${row}`;
  const share = shareWords(named, told, side);
  return {
    kind: 'units',
    message: `${opening}${share}${averageWords(first, seen, it)}${aroundWords(layer, first, side)}.`,
  };
}

/** The parts of the slope at the worst row, and the layer in which a few units explain most of what pulls it there. */
export function toldParts({ checked, rule, input, worst, side }: Case): Told | undefined {
  if (!isSlopeRule(rule) || rule.check === 'step') return undefined;
  const layers = checked.layerParts?.(input, worst) ?? [];
  if (layers.length === 0) return undefined;
  return { layers, told: mostTelling(layers.map(({ parts }) => parts.map((part) => Math.max(0, side * part)))) };
}

interface Told {
  readonly layers: readonly LayerParts[];
  readonly told: number;
}

/**
 * How much of what pulls the named units are: ", 87 % of all that does in dense_1, the hidden layer (of 2) where a few
 * units explain most"; or that they are just the first of many.
 */
function shareWords(named: readonly Pull[], { layers, told }: Told, side: number): string {
  const { parts, around, origin } = layers[told]!;
  const all = [...parts, around?.part ?? 0].reduce((sum, part) => sum + Math.max(0, side * part), 0);
  const share = named.reduce((sum, { atWorst }) => sum + Math.abs(atWorst), 0) / all;
  const does = `, ${percent(share)} of all that does`;
  if (share < fewUnits) return `${does} in ${origin}: many units add up to it`;
  return layers.length === 1
    ? does
    : `${does} in ${origin}, the hidden layer (of ${count(layers.length)}) where a few units explain most`;
}

/** What takes the same side past the layer, where it counts. */
function aroundWords({ around }: LayerParts, first: Pull, side: number): string {
  if (!around || side * around.part <= worthNaming * side * first.atWorst) return '';
  return `; ${signed(around.part)} goes around that layer${around.joins === '' ? '' : ` and joins it again at ${around.joins}`}`;
}

/**
 * When it is active: "; h2_2 gives −8.33 on average where the rule fails (below 0 in 74 of the 75 failing rows), −3.66
 * elsewhere"; where not all rows were looked at, on how many evenly drawn ones.
 */
function averageWords({ name, failing, holding, wrong }: Pull, seen: Pulls, { side, found }: Case): string {
  if (seen.failing === 0) return '';
  const beyond = `${side < 0 ? 'below' : 'above'} 0 in`;
  const there =
    seen.failing === found.failing.length
      ? `where the rule fails (${beyond} ${rowsOf(wrong, found)})`
      : `on ${evenlyDrawnRows(seen.failing)} (${beyond} ${wrong === seen.failing ? 'all' : count(wrong)} of them)`;
  const words = `; ${name} gives ${signed(failing)} on average ${there}`;
  if (seen.holding === 0) return words;
  const isAll = seen.holding === found.positions.length - found.failing.length;
  return `${words}, ${signed(holding)} ${isAll ? 'elsewhere' : `on ${count(seen.holding)} evenly drawn others`}`;
}

/** How much more a unit pulls where the rule fails. */
function blame({ failing, holding }: Pull): number {
  return failing - holding;
}

function pullsOf(it: Case, { layers, told }: Told): Pulls {
  const { checked, input, found, side } = it;
  const layer = layers[told]!;
  const most = checked.unitRows ?? 0;
  const toldOf = (lines: PartsByRow) => lines.map((all) => all[told]!.parts);
  const fails = toldOf(partsWhereItFails(it));
  const others = drawn(found.positions, 4 * most).filter((position) => !includes(found.failing, position));
  const holds = toldOf(partsAt(checked, input, drawn(others, most)));
  const pulls = Array.from(layer.parts, (part, unit) => ({
    name: unitName(layer, unit),
    atWorst: part,
    failing: averageOf(fails, unit),
    holding: averageOf(holds, unit),
    wrong: fails.filter((parts) => parts[unit]! * side > 0).length,
  }));
  return { failing: fails.length, holding: holds.length, pulls };
}

/** Whether an ascending list holds a position, by halving. */
function includes(ascending: Uint32Array, position: number): boolean {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ascending[middle]! < position) low = middle + 1;
    else high = middle;
  }
  return ascending[low] === position;
}

/** By row, the parts at its layers. */
type PartsByRow = readonly (readonly LayerParts[])[];

const known = new WeakMap<Failing, PartsByRow>();

/** The parts at evenly drawn failing rows, computed when they are first asked for. */
function partsWhereItFails({ checked, input, found }: Case): PartsByRow {
  const parts = known.get(found) ?? partsAt(checked, input, drawn(found.failing, checked.unitRows ?? 0));
  known.set(found, parts);
  return parts;
}

function partsAt(checked: Checked, input: number, positions: Uint32Array): PartsByRow {
  return Array.from(positions, (position) => checked.layerParts?.(input, position) ?? []);
}

function averageOf(lines: readonly Float64Array[], unit: number): number {
  return lines.reduce((sum, parts) => sum + parts[unit]!, 0) / lines.length;
}

/** The rule wants the slope to be more than nothing, and every unit of a layer is off for this input where it fails. */
export function dead(it: Case): Reason | undefined {
  const { checked, input, found, rule } = it;
  const looked = rule.check === 'step' ? [] : partsWhereItFails(it);
  const off = looked.flatMap((layers) => layers.find(isOff) ?? []);
  const [first] = off;
  if (!first || off.length < looked.length / 2) return undefined;
  return {
    kind: 'dead',
    message: `In ${rowsSeen(off.length, looked.length, found)} no hidden unit passes ${checked.inputs[input]!.name} on: all ${count(first.parts.length)} parts of the slope are 0, the units are off.`,
    remedy: 'Train again with leaky ReLU or softplus units, or from other starting weights.',
  };
}

function isOff({ parts, around }: LayerParts): boolean {
  return around === undefined && parts.every((part) => part === 0);
}
