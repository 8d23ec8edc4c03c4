import type { Case } from './case';
import type { Checked } from './checked';
import type { Reason } from './finding';
import { drawn, rowsOf } from './caseRows';
import { count, listed, signed } from './words';

/** One hidden unit's part of the slope: at the worst row, and on average where the rule fails and where it holds. */
interface Pull {
  readonly name: string;
  readonly atWorst: number;
  readonly failing: number;
  readonly holding: number;
  /** Share of the failing rows in which it pulls the wrong way. */
  readonly share: number;
}

/** A second unit is named when its part counts for at least this share of the first one's. */
const worthNaming = 0.2;

/**
 * The hidden units that turn the slope: the exact parts of the slope by unit (they sum to it), compared between rows in
 * which the rule fails and rows in which it holds, so that a unit that always pulls is not blamed for what it does everywhere.
 */
export function units(it: Case): Reason | undefined {
  const { rule, side, rows } = it;
  const pulls = rule.check === 'step' ? [] : pullsOf(it);
  const [first, second] = pulls
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
  return { kind: 'units', message: `${opening}${averageWords(first, it)}.` };
}

/** When it is active: "; h2_2 gives −8.33 on average where the rule fails (below 0 in 74 of the 75 failing rows), −3.66 elsewhere". */
function averageWords({ name, failing, holding, share }: Pull, { side, found }: Case): string {
  if (Number.isNaN(failing)) return '';
  const rows = rowsOf(Math.round(share * found.failing.length), found);
  const there = `; ${name} gives ${signed(failing)} on average where the rule fails (${side < 0 ? 'below' : 'above'} 0 in ${rows})`;
  return Number.isNaN(holding) ? there : `${there}, ${signed(holding)} elsewhere`;
}

/** How much more a unit pulls where the rule fails. */
function blame({ failing, holding }: Pull): number {
  return failing - holding;
}

function pullsOf({ checked, input, worst, found, side }: Case): readonly Pull[] {
  const made = checked.unitParts?.(input, worst);
  if (!made) return [];
  const most = checked.unitRows ?? 0;
  const fails = partsAt(checked, input, drawn(found.failing, most));
  const others = drawn(found.positions, 4 * most).filter((position) => !includes(found.failing, position));
  const holds = partsAt(checked, input, drawn(others, most));
  return made.names.map((name, unit) => ({
    name,
    atWorst: made.parts[unit]!,
    failing: averageOf(fails, unit),
    // Where every row fails there is nothing to compare with.
    holding: averageOf(holds, unit),
    share: fails.filter((parts) => parts[unit]! * side > 0).length / Math.max(1, fails.length),
  }));
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

function partsAt(checked: Checked, input: number, positions: Uint32Array): readonly Float64Array[] {
  return Array.from(positions).flatMap((position) => checked.unitParts?.(input, position)?.parts ?? []);
}

function averageOf(lines: readonly Float64Array[], unit: number): number {
  return lines.reduce((sum, parts) => sum + parts[unit]!, 0) / lines.length;
}

/** The rule wants the slope to be more than nothing, and every unit is off for this input where it fails. */
export function dead(it: Case): Reason | undefined {
  const { checked, input, found, rule } = it;
  const looked = rule.check === 'step' ? new Uint32Array() : drawn(found.failing, checked.unitRows ?? 0);
  const lines = partsAt(checked, input, looked);
  const off = lines.filter((parts) => parts.every((part) => part === 0));
  const [first] = off;
  if (!first || off.length < looked.length / 2) return undefined;
  const many = Math.round((off.length / looked.length) * found.failing.length);
  return {
    kind: 'dead',
    message: `In ${rowsOf(many, found)} no hidden unit passes ${checked.inputs[input]!.name} on: all ${count(first.length)} parts of the slope are 0, the units are off.`,
    remedy: 'Train again with leaky ReLU or softplus units, or from other starting weights.',
  };
}
