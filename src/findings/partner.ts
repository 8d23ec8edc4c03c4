import { correlations } from './correlation';
import type { Reason } from './finding';
import type { Case } from './reasons';
import { number, signed } from './words';

/** Above this the network can hardly tell two inputs apart. */
const strong = 0.8;
const mostRows = 5000;
const mostInputs = 60;

/**
 * An input that moves together with this one and takes the opposite slope where the rule fails: between two such inputs
 * the training could shift effect from one to the other without any change of the forecasts it saw.
 */
export function partnerReason({ checked, input, found, side }: Case): Reason | undefined {
  const own = checked.inputs[input]!;
  if (!own.values) return undefined;
  const rows = drawnRows(checked.rows);
  const numeric = checked.inputs
    .map((each, index) => ({ ...each, index }))
    .filter((each) => each.values !== undefined && each.kind === 'number');
  const compared =
    numeric.length <= mostInputs ? numeric : numeric.filter(({ index }) => Math.abs(index - input) < mostInputs / 2);
  const columns = compared.map(({ values }) => Float64Array.from(rows, (row) => values![row]!));
  const place = compared.findIndex(({ index }) => index === input);
  const { matrix, inflation } = correlations(columns);
  let best: { readonly name: string; readonly r: number; readonly slope: number } | undefined;
  compared.forEach(({ name, slopes }, other) => {
    const r = matrix[place * compared.length + other]!;
    if (other === place || !(Math.abs(r) > Math.max(strong, Math.abs(best?.r ?? 0)))) return;
    const slope = meanAt(slopes, found.failing);
    if (slope * Math.sign(r) * side < 0) best = { name, r, slope };
  });
  if (!best) return undefined;
  const together = best.r > 0 ? 'rise together' : 'move against each other';
  const vif = inflation[place]!;
  const evidence = `correlation ${number(best.r)}, variance inflation ${vif === Number.POSITIVE_INFINITY ? 'without limit' : number(vif)}`;
  return {
    kind: 'partner',
    message: `${own.name} and ${best.name} ${together} in your table (${evidence}), so the network could not tell them apart; where the rule fails, the slope of ${best.name} is ${signed(best.slope)} on average.`,
  };
}

function drawnRows(rows: Uint32Array): Uint32Array {
  if (rows.length <= mostRows) return rows;
  return Uint32Array.from({ length: mostRows }, (_, index) => rows[Math.floor((index * rows.length) / mostRows)]!);
}

function meanAt(slopes: Float32Array | Float64Array, positions: Uint32Array): number {
  let sum = 0;
  for (const position of positions) sum += slopes[position]!;
  return sum / positions.length;
}
