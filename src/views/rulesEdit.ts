import {
  applyEdits,
  findNodeAtLocation,
  getLocation,
  getNodeValue,
  type JSONPath,
  modify,
  type Node,
  parseTree,
} from 'jsonc-parser';
import { limitsOf } from '../findings/expectations';
import { parseConditions } from '../findings/conditions';
import type { GivenDialect } from '../table/table';
import type { Condition, Rule } from '../findings/rule';

/** What is written of one model; paths are relative to the file. */
export interface SavedEntry {
  readonly model: string;
  readonly data?: string;
  readonly target?: string;
  readonly scaler?: string;
  readonly outputScaler?: 'none' | 'table';
  readonly csv?: GivenDialect;
  readonly columns?: Readonly<Record<string, string | number>>;
  /** Undefined takes away what was written. */
  readonly categories?: Readonly<Record<string, string | readonly string[]>> | undefined;
  readonly answers?: Readonly<Record<string, string>>;
  readonly rules: readonly Rule[];
}

/** A change of one rule, for one of the inputs it means. */
export type RuleChange =
  | { readonly kind: 'allow rows'; readonly rows: number }
  | { readonly kind: 'limits'; readonly expect: Rule['expect']; readonly low?: number; readonly high?: number }
  | { readonly kind: 'only where'; readonly where: string }
  | { readonly kind: 'turn off' };

/** A new slopescope.json without models. */
export const emptyRulesFile = `{\n  "$schema": "slopescope://schema/1",\n  "version": 1,\n  "models": []\n}\n`;

const format = { formattingOptions: { tabSize: 2, insertSpaces: true, eol: '\n' } };

/**
 * The text with a model's entry brought up to date, comments and order kept. The entry is the one with the same model
 * and table, else the model's only one.
 */
export function withEntry(text: string, entry: SavedEntry): string {
  const root = parseTree(text);
  const models = root && findNodeAtLocation(root, ['models']);
  const known = (models?.children ?? []).map((node) => ({
    model: valueAt(node, 'model'),
    data: valueAt(node, 'data'),
  }));
  const same = known.findIndex(({ model, data }) => model === entry.model && data === entry.data);
  const sameModel = known.filter(({ model }) => model === entry.model).length;
  const only = sameModel === 1 ? known.findIndex(({ model }) => model === entry.model) : -1;
  const found = same >= 0 ? same : only;
  const { model, rules, ...rest } = entry;
  const added = found < 0 ? inserted(text, ['models', known.length], { model }) : text;
  const place = ['models', found < 0 ? known.length : found];
  const settled = Object.entries(rest).reduce(
    (result, [key, value]) => replaced(result, [...place, key], value),
    added,
  );
  return replaced(settled, [...place, 'rules'], rules.map(writtenForm));
}

/**
 * The text with one rule changed for one input. A rule that means several inputs is split: the others keep it as it
 * was. `meant` are all inputs the rule means, so that a pattern can be written out.
 *
 * @param offset where the rule begins in the text
 */
export function withChangedRule(
  text: string,
  offset: number,
  about: { readonly input?: string; readonly meant: readonly string[] },
  change: RuleChange,
): string {
  const root = parseTree(text);
  const place = getLocation(text, offset + 1).path.slice(0, 4);
  const node = root && findNodeAtLocation(root, place);
  const number = place[3];
  if (node?.type !== 'object' || typeof number !== 'number') return text;
  const others = about.meant.filter((input) => input !== about.input);
  if (about.input === undefined || others.length === 0) {
    if (change.kind === 'turn off') return replaced(text, place, undefined);
    return Object.entries(changedMembers(membersOf(node), change)).reduce(
      (result, [key, value]) => replaced(result, [...place, key], value),
      text,
    );
  }
  const kept = replaced(text, [...place, 'inputs'], others);
  if (change.kind === 'turn off') return kept;
  const members = membersOf(node);
  const rule = { ...members, inputs: [about.input], ...changedMembers(members, change) };
  return inserted(kept, [...place.slice(0, 3), number + 1], withoutUndefined(rule));
}

/** A rule that stands in no file, changed; undefined when it is turned off. */
export function changedRule(rule: Rule, change: RuleChange): Rule | undefined {
  switch (change.kind) {
    case 'turn off':
      return undefined;
    case 'allow rows':
      return { ...rule, allowRows: change.rows };
    case 'limits': {
      const { expect, low, high } = change;
      const limits = { ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) };
      const kept = Object.entries(rule).filter(([key]) => key !== 'low' && key !== 'high');
      return { level: rule.level, ...Object.fromEntries(kept), expect, ...limits };
    }
    case 'only where': {
      const parsed = parseConditions(change.where);
      return parsed.kind === 'conditions' ? { ...rule, where: [...(rule.where ?? []), ...parsed.conditions] } : rule;
    }
  }
}

/** A rule as slopescope.json writes it. */
function writtenForm(rule: Rule): Record<string, unknown> {
  const { expect, input, output, other, per, levels, check, ranges, units } = rule;
  const { tolerance, allowRows, allowShare, level, why, where } = rule;
  return withoutUndefined({
    ...(input === undefined ? {} : { inputs: [input] }),
    expect,
    ...writtenLimits(rule),
    other,
    per,
    levels,
    output,
    check,
    ranges,
    units,
    ...(where && where.length > 0 ? { where: where.map(conditionText).join(' and ') } : {}),
    tolerance,
    allowRows,
    allowShare,
    ...(level === 'warning' ? {} : { level }),
    why,
  });
}

/** The members a change sets; undefined takes one away. */
function changedMembers(before: Readonly<Record<string, unknown>>, change: RuleChange): Record<string, unknown> {
  switch (change.kind) {
    case 'turn off':
      return {};
    case 'allow rows':
      return { allowRows: change.rows };
    case 'limits':
      return { expect: change.expect, limit: undefined, between: undefined, ...writtenLimits(change) };
    case 'only where':
      return { where: typeof before.where === 'string' ? `${before.where} and ${change.where}` : change.where };
  }
}

function writtenLimits({ expect, low, high }: Pick<Rule, 'expect' | 'low' | 'high'>): Record<string, unknown> {
  return { none: {}, low: { limit: low }, high: { limit: high }, both: { between: [low, high] } }[limitsOf(expect)];
}

/** A condition as `where` of slopescope.json writes it. */
export function conditionText({ column, above, atLeast, below, atMost, levels }: Condition): string {
  if (levels) return `${column} = ${levels.join(' or ')}`;
  const bounds: (readonly [sign: string, limit: number | undefined])[] = [
    ['>', above],
    ['>=', atLeast],
    ['<', below],
    ['<=', atMost],
  ];
  return bounds.flatMap(([sign, limit]) => (limit === undefined ? [] : `${column} ${sign} ${limit}`)).join(' and ');
}

function replaced(text: string, place: JSONPath, value: unknown): string {
  return applyEdits(text, modify(text, place, value, format));
}

function inserted(text: string, place: JSONPath, value: unknown): string {
  return applyEdits(text, modify(text, place, value, { ...format, isArrayInsertion: true }));
}

function membersOf(node: Node): Readonly<Record<string, unknown>> {
  const value: unknown = getNodeValue(node);
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function valueAt(node: Node, key: string): unknown {
  return findNodeAtLocation(node, [key])?.value;
}

function withoutUndefined(members: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}
