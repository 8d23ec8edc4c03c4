import type { Condition, Rule } from '../../src/findings/rule';

/** The rules as `slopescope.json` writes them: those that differ only in their input share one entry. */
export function rulesText(rules: readonly Rule[]): string {
  const groups = new Map<string, { readonly rule: Rule; readonly inputs: string[] }>();
  for (const rule of rules) {
    const key = JSON.stringify(written(rule, []));
    const group = groups.get(key) ?? { rule, inputs: [] };
    if (rule.input !== undefined) group.inputs.push(rule.input);
    groups.set(key, group);
  }
  const lines = [...groups.values()].map(({ rule, inputs }) => `  ${spaced(written(rule, inputs))}`);
  return lines.length === 0 ? '"rules": []' : `"rules": [\n${lines.join(',\n')}\n]`;
}

function written(rule: Rule, inputs: readonly string[]): Record<string, unknown> {
  const { low, high } = rule;
  const limits = rule.expect.endsWith('between') ? { between: [low, high] } : { limit: low ?? high };
  const entries = {
    ...(inputs.length > 0 ? { inputs } : {}),
    output: rule.output,
    expect: rule.expect,
    ...limits,
    other: rule.other,
    per: rule.per,
    levels: rule.levels,
    units: rule.units === 'model' ? 'model' : undefined,
    check: rule.check === 'rows' ? undefined : rule.check,
    ranges: rule.ranges,
    tolerance: rule.tolerance,
    allowRows: rule.allowRows,
    allowShare: rule.allowShare,
    where: rule.where?.map(conditionText).join(' and '),
    level: rule.level === 'warning' ? undefined : rule.level,
    why: rule.why,
  };
  return Object.fromEntries(Object.entries(entries).filter(([, value]) => value !== undefined));
}

function conditionText({ column, above, atLeast, below, atMost, levels }: Condition): string {
  const parts = [
    above === undefined ? '' : `${column} > ${above}`,
    atLeast === undefined ? '' : `${column} >= ${atLeast}`,
    below === undefined ? '' : `${column} < ${below}`,
    atMost === undefined ? '' : `${column} <= ${atMost}`,
    levels ? `${column} = ${levels.join(' or ')}` : '',
  ];
  return parts.filter((part) => part !== '').join(' and ');
}

/** One line with a space after each colon and comma. */
function spaced(value: object): string {
  const text = (part: unknown): string => {
    if (Array.isArray(part)) return `[${part.map((each) => JSON.stringify(each)).join(', ')}]`;
    return typeof part === 'object' && part !== null ? spaced(part) : JSON.stringify(part);
  };
  return `{ ${Object.entries(value)
    .map(([key, part]) => `"${key}": ${text(part)}`)
    .join(', ')} }`;
}
