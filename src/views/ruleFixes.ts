import { conditionsWords } from '../findings/conditions';
import { demandOf, isForecastRule, isSlopeRule } from '../findings/expectations';
import type { Finding } from '../findings/finding';
import type { Condition, Rule } from '../findings/rule';
import { conditionText, type RuleChange } from './rulesEdit';

/** The changes under which a rule holds again, apart from turning it off. */
export interface RuleFixes {
  /** As many rows may fail as do now. */
  readonly allow: Extract<RuleChange, { kind: 'allow rows' }>;
  /** The limit moved to the worst row; absent where the rule takes none, and where a row has no number. */
  readonly limit?: Extract<RuleChange, { kind: 'limits' }> & { readonly lowered: boolean; readonly to: number };
  /** The rule only outside the region that holds the failing rows, where that is one bound on one column. */
  readonly where?: Extract<RuleChange, { kind: 'only where' }> & { readonly words: string };
}

/** What can be done about a finding by changing its rule. */
export function fixesFor(finding: Finding): RuleFixes {
  const limit = movedLimit(finding);
  const where = outside(finding);
  return {
    allow: { kind: 'allow rows', rows: finding.rows.count },
    ...(limit ? { limit } : {}),
    ...(where ? { where } : {}),
  };
}

function movedLimit({ rule, rows: { worst } }: Finding): RuleFixes['limit'] {
  if (rule.expect === 'forecast can reach the target') return undefined;
  const hasLimits = isForecastRule(rule) || (isSlopeRule(rule) && rule.expect !== 'no effect');
  if (!Number.isFinite(worst) || !hasLimits) return undefined;
  const { low, high } = demandOf(rule);
  const subject = isForecastRule(rule) ? 'forecast' : 'slope';
  const lowered = Number.isFinite(low) && worst <= low;
  const to = outward(worst, lowered ? -1 : 1);
  const moved = (expect: Rule['expect'], limits: { readonly low?: number; readonly high?: number }) =>
    ({ kind: 'limits', expect, ...limits, lowered, to }) as const;
  if (rule.expect.endsWith('between')) return moved(rule.expect, lowered ? { low: to, high } : { low, high: to });
  return lowered ? moved(`${subject} at least`, { low: to }) : moved(`${subject} at most`, { high: to });
}

/** Three significant digits, never short of the value: at the limit the worst row must hold. */
function outward(value: number, direction: -1 | 1): number {
  if (value === 0) return 0;
  const step = 10 ** (Math.floor(Math.log10(Math.abs(value))) - 2);
  const steps = direction < 0 ? Math.floor(value / step) : Math.ceil(value / step);
  const digits = Math.max(0, -Math.floor(Math.log10(step)));
  const rounded = Number((steps * step).toFixed(Math.min(digits, 100)));
  return direction < 0 ? Math.min(rounded, value) : Math.max(rounded, value);
}

/** The complement of a region with one bound: of "calls_made > 15" it is "calls_made ≤ 15". */
function outside({ where: region }: Finding): RuleFixes['where'] {
  const [condition, ...others] = region?.conditions ?? [];
  const opposite = condition && others.length === 0 ? complement(condition) : undefined;
  return opposite && { kind: 'only where', where: conditionText(opposite), words: conditionsWords([opposite]) };
}

function complement({ column, above, atLeast, below, atMost, levels }: Condition): Condition | undefined {
  const bounds = [above, atLeast, below, atMost].filter((bound) => bound !== undefined);
  if (levels || bounds.length !== 1) return undefined;
  if (above !== undefined) return { column, atMost: above };
  if (atLeast !== undefined) return { column, below: atLeast };
  return below === undefined ? { column, above: atMost! } : { column, atLeast: below };
}
