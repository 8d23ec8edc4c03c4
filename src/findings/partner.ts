import type { Case } from './case';
import { drawn } from './caseRows';
import type { Checked, CheckedInput } from './checked';
import { correlations, type Correlations } from './correlation';
import type { Reason } from './finding';
import { summaryOf } from './summary';
import { count, number, signed } from './words';

/** Above this the network can hardly tell two inputs apart. */
const strong = 0.8;
/** Beyond this many products of two numbers, correlations are measured on evenly drawn rows, and the reason says so. */
const mostProducts = 300e6;
const drawnRows = 5000;
/** More inputs are compared with their neighbours only. */
const mostInputs = 60;

/**
 * An input that moves together with this one and takes the opposite slope where the rule fails: between two such inputs
 * the training could shift effect from one to the other without any change of the forecasts it saw.
 */
export function partnerReason({ checked, input, found, side }: Case): Reason | undefined {
  const own = checked.inputs[input]!;
  if (!own.values) return undefined;
  const { compared, rows, matrix, inflation } = comparison(checked, input);
  const place = compared.findIndex(({ index }) => index === input);
  const spreads = compared.map(({ index }) => summaryOf(checked).inputs[index]!.values?.deviation ?? 0);
  const ownEffect = spreads[place]! * meanAt(own.slopes, found.failing);
  let best: Partner | undefined;
  compared.forEach(({ name, slopes }, other) => {
    const r = matrix[place * compared.length + other]!;
    if (other === place || !(Math.abs(r) > Math.max(strong, Math.abs(best?.r ?? 0)))) return;
    const slope = meanAt(slopes, found.failing);
    // As one moves by a spread, the other moves by r spreads: what the training saw is both together.
    const together = ownEffect + r * spreads[other]! * slope;
    if (slope * Math.sign(r) * side < 0 && together * side <= 0) best = { name, r, slope, together };
  });
  if (!best) return undefined;
  const moves = best.r > 0 ? 'rise together' : 'move against each other';
  const vif = inflation[place]!;
  const measured = rows.length < checked.rows.length ? `, on ${count(rows.length)} evenly drawn rows` : '';
  const evidence = `correlation ${number(best.r)}, variance inflation ${vif === Number.POSITIVE_INFINITY ? 'without limit' : number(vif)}${measured}`;
  const unit = checked.output.unit || checked.output.name;
  return {
    kind: 'partner',
    message: `${own.name} and ${best.name} ${moves} in your table (${evidence}), so the network could not tell them apart; where the rule fails, the slope of ${best.name} is ${signed(best.slope)} on average, and both together move the forecast by ${signed(best.together)} ${unit} per spread.`,
    remedy: `Leave ${own.name} or ${best.name} out, join both into one input, or collect rows in which only one of them moves.`,
  };
}

interface Partner {
  readonly name: string;
  readonly r: number;
  /** Its average slope where the rule fails. */
  readonly slope: number;
  /** Change of the forecast as this input moves by a spread and the partner along with it. */
  readonly together: number;
}

interface Comparison extends Correlations {
  readonly compared: readonly (CheckedInput & { readonly index: number })[];
  /** The rows it was measured on. */
  readonly rows: Uint32Array;
}

const comparisons = new WeakMap<Checked, Comparison>();

/** How the numeric inputs move together: once for all of them, or for the neighbours of an input where there are many. */
function comparison(checked: Checked, input: number): Comparison {
  const known = comparisons.get(checked);
  if (known) return known;
  const numeric = checked.inputs
    .map((each, index) => ({ ...each, index }))
    .filter((each) => each.values !== undefined && each.kind === 'number');
  const all = numeric.length <= mostInputs;
  const compared = all ? numeric : numeric.filter(({ index }) => Math.abs(index - input) < mostInputs / 2);
  const products = (checked.rows.length * compared.length * (compared.length + 1)) / 2;
  const rows = products <= mostProducts && all ? checked.rows : drawn(checked.rows, drawnRows);
  const columns = compared.map(({ values }) => values!);
  const means = compared.map(({ index }) => summaryOf(checked).inputs[index]!.values!.mean);
  const made = { compared, rows, ...correlations(columns, rows, rows === checked.rows ? means : undefined) };
  if (all) comparisons.set(checked, made);
  return made;
}

function meanAt(slopes: Float32Array | Float64Array, positions: Uint32Array): number {
  let sum = 0;
  for (const position of positions) sum += slopes[position]!;
  return sum / positions.length;
}
