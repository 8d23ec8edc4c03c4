import { getNodeValue, type Node } from 'jsonc-parser';
import { matchNames } from '../table/matching';
import { nearestName } from '../table/names';
import type { Problem, Severity } from '../problem';
import { parseConditions } from './conditions';
import { expectations, isForecastRule, isSlopeRule, limitsOf } from './expectations';
import {
  comparedWith,
  levelsFrom,
  limitsFrom,
  outputFor,
  rulesForInputs,
  type ParsedRules,
  type RuleSubject,
} from './parseRule';
import type { Condition, Expectation, Rule } from './rule';
import { choiceOf, membersOf, optional, textOf, type RulesText } from './rulesText';

/** A rule of `slopescope.json` before its names are looked up in a model: it may mean several inputs. */
export interface WrittenRule {
  /** Names and patterns (`forms_*`); empty for a forecast rule. */
  readonly inputs: readonly string[];
  /** Everything else, with its place in the file. */
  readonly rule: Rule;
}

const ruleKeys = [
  'inputs',
  'output',
  'expect',
  'limit',
  'between',
  'other',
  'per',
  'levels',
  'units',
  'check',
  'ranges',
  'where',
  'tolerance',
  'allowRows',
  'allowShare',
  'level',
  'why',
];

/** Reads one rule; what is wrong with it becomes a problem at its line, and the rule is left out. */
export function writtenRule(node: Node, source: RulesText): WrittenRule | undefined {
  if (node.type !== 'object') {
    source.fault(
      'rules-form',
      node.offset,
      'each rule must be an object',
      'Write { "inputs": ["x"], "expect": "never falls" }.',
    );
    return undefined;
  }
  const faults = source.problems.length;
  const members = membersOf(node, ruleKeys, source);
  const expect = expectationOf(members.get('expect'), node, source);
  if (!expect) return undefined;
  const { line, column } = source.placeAt(node.offset);
  const rule: Rule = {
    expect,
    ...limitsOfRule(members, expect, node, source),
    ...comparisonOfRule(members, expect, node, source),
    ...levelsOfRule(members, expect, node, source),
    ...optional('output', textOf(members, 'output', source)),
    ...optional('units', choiceOf(members, 'units', ['original', 'model'] as const, source)),
    ...optional('check', choiceOf(members, 'check', ['rows', 'step', 'ranges'] as const, source)),
    ...optional('ranges', rangesOf(members, source)),
    ...optional('tolerance', numberOf(members, 'tolerance', source)),
    ...optional('allowRows', numberOf(members, 'allowRows', source)),
    ...optional('allowShare', numberOf(members, 'allowShare', source, 1)),
    ...optional('where', whereOf(members, source)),
    level: choiceOf(members, 'level', levels, source) ?? 'warning',
    ...optional('why', textOf(members, 'why', source)),
    written: { file: source.file, line, column },
  };
  const inputs = inputsOf(members, expect, node, source);
  checkNeedsSlopes(members, rule, source);
  if (source.problems.length > faults) return undefined;
  return { inputs, rule };
}

/** The rules for one model that a written rule means, and problems at its line where it names what is not there. */
export function resolveRule(
  written: WrittenRule,
  subject: RuleSubject,
): { readonly rules: readonly Rule[]; readonly problems: readonly Problem[] } {
  const place = written.rule.written;
  const parsed = parsedFor(written, subject);
  const problem = (code: string, what: string, remedy: string, severity: Severity): Problem => ({
    code,
    message: place ? `${place.file} line ${place.line}: ${what}.` : `${what}.`,
    file: place?.file ?? subject.model,
    ...(place ? { place: { kind: 'line', line: place.line, column: place.column } } : {}),
    remedy,
    severity,
  });
  if (parsed.kind === 'fault') {
    return { rules: [], problems: [problem('rule-unknown-name', parsed.fault, parsed.remedy, 'error')] };
  }
  const unknown = Object.keys(written.rule.ranges ?? {}).find(
    (name) => matchNames([name], subject.inputs)[0] === undefined,
  );
  if (unknown === undefined) return { rules: parsed.rules, problems: [] };
  const near = nearestName(unknown, subject.inputs);
  const remedy = near ? `Did you mean ${near}?` : `The inputs are ${subject.inputs.slice(0, 10).join(', ')}.`;
  const what = `"ranges" names ${unknown}, which is not an input of ${subject.model}`;
  return { rules: [], problems: [problem('rule-unknown-name', what, remedy, 'error')] };
}

/** A written rule with its names as the model spells them. */
function parsedFor({ rule, inputs }: WrittenRule, subject: RuleSubject): ParsedRules {
  const output = outputFor(rule.output, rule.expect, subject);
  if (output.kind === 'fault') return output;
  const compared = rule.other === undefined ? {} : comparedWith(rule.other, rule.per, subject);
  if ('fault' in compared) return { kind: 'fault', ...compared };
  const named: Rule = { ...rule, ...compared, ...(output.name === undefined ? {} : { output: output.name }) };
  return inputs.length === 0 ? { kind: 'rules', rules: [named] } : rulesForInputs(inputs, named, subject);
}

const levels = ['error', 'warning', 'info'] as const;

function expectationOf(node: Node | undefined, rule: Node, source: RulesText): Expectation | undefined {
  const text: unknown = node && getNodeValue(node);
  const known = expectations.find((expect) => expect === text);
  if (known) return known;
  const near = typeof text === 'string' ? nearestName(text, expectations) : undefined;
  const what = node ? `"${String(text)}" is nothing that can be expected` : 'this rule does not say what it expects';
  const remedy = near ? `Did you mean "${near}"?` : `Possible are ${expectations.join(', ')}.`;
  source.fault('rules-expect', node?.offset ?? rule.offset, what, remedy);
  return undefined;
}

function limitsOfRule(
  members: ReadonlyMap<string, Node>,
  expect: Expectation,
  rule: Node,
  source: RulesText,
): { readonly low?: number; readonly high?: number } {
  const limits = limitsOf(expect);
  const node = members.get(limits === 'both' ? 'between' : 'limit');
  const given: unknown = node && getNodeValue(node);
  const numbers = (Array.isArray(given) ? given : [given]).filter((value) => typeof value === 'number');
  const wanted = { none: 0, low: 1, high: 1, both: 2 }[limits];
  if (limits === 'none') return {};
  if (numbers.length !== wanted) {
    const remedy = limits === 'both' ? 'Add "between": [0, 3].' : 'Add "limit": 0.';
    const what = limits === 'both' ? `"${expect}" needs two limits` : `"${expect}" needs a limit`;
    source.fault('rules-limit', node?.offset ?? rule.offset, what, remedy);
    return {};
  }
  const [first, second] = numbers;
  const result = limitsFrom(expect, first, second);
  if (!('fault' in result)) return result;
  source.fault('rules-limit', node?.offset ?? rule.offset, result.fault, result.remedy);
  return {};
}

function comparisonOfRule(
  members: ReadonlyMap<string, Node>,
  expect: Expectation,
  rule: Node,
  source: RulesText,
): Pick<Rule, 'other' | 'per'> {
  if (expect !== 'matters at least as much as') return {};
  const other = textOf(members, 'other', source);
  if (other === undefined && !members.has('other'))
    source.fault('rules-other', rule.offset, `"${expect}" names no other input`, 'Add "other": "name".');
  const per = choiceOf(members, 'per', ['spread', 'one'] as const, source);
  return { ...optional('other', other), ...optional('per', per) };
}

function levelsOfRule(
  members: ReadonlyMap<string, Node>,
  expect: Expectation,
  rule: Node,
  source: RulesText,
): Pick<Rule, 'levels'> {
  if (expect !== 'levels in order') return {};
  const node = members.get('levels');
  const given: unknown = node && getNodeValue(node);
  const known = (Array.isArray(given) ? given : []).filter((level) => ['string', 'number'].includes(typeof level));
  const read = levelsFrom(known.map(String));
  if (!('fault' in read)) return read;
  source.fault('rules-levels', node?.offset ?? rule.offset, read.fault, 'Add "levels": ["small", "large"].');
  return {};
}

/** Steps and ranges are for the slopes of one input, ranges also for forecasts. */
function checkNeedsSlopes(members: ReadonlyMap<string, Node>, rule: Rule, source: RulesText): void {
  const node = members.get('check');
  const fits = isSlopeRule(rule) || (isForecastRule(rule) && rule.check !== 'step');
  if (!node || fits || rule.check === undefined || rule.check === 'rows') return;
  const what = `"${rule.expect}" cannot be checked by "${rule.check}"`;
  source.fault('rules-check', node.offset, what, 'Leave out "check", or write "check": "rows".');
}

function inputsOf(
  members: ReadonlyMap<string, Node>,
  expect: Expectation,
  rule: Node,
  source: RulesText,
): readonly string[] {
  const node = members.get('inputs');
  if (isForecastRule({ expect })) {
    if (node)
      source.fault('rules-inputs', node.offset, 'a forecast rule is for no single input', 'Leave out "inputs".');
    return [];
  }
  const given: unknown = node && getNodeValue(node);
  const names =
    typeof given === 'string' ? [given] : Array.isArray(given) ? given.filter((name) => typeof name === 'string') : [];
  if (names.length === 0)
    source.fault(
      'rules-inputs',
      node?.offset ?? rule.offset,
      'this rule names no input',
      'Add "inputs": ["name"], or ["*"] for all.',
    );
  return names;
}

function whereOf(members: ReadonlyMap<string, Node>, source: RulesText): readonly Condition[] | undefined {
  const text = textOf(members, 'where', source);
  if (text === undefined) return undefined;
  const parsed = parseConditions(text);
  if (parsed.kind === 'conditions') return parsed.conditions;
  source.fault('rules-where', members.get('where')?.offset ?? 0, parsed.fault, parsed.remedy);
  return undefined;
}

function rangesOf(members: ReadonlyMap<string, Node>, source: RulesText): Rule['ranges'] {
  const node = members.get('ranges');
  if (!node) return undefined;
  const given: unknown = getNodeValue(node);
  const entries =
    typeof given === 'object' && given !== null && !Array.isArray(given) ? Object.entries(given) : undefined;
  const ranges = entries?.flatMap(([name, range]): [string, readonly [number, number]][] => {
    const numbers = Array.isArray(range) ? range.filter((end) => typeof end === 'number') : [];
    const [low, high] = numbers;
    return low !== undefined && high !== undefined && numbers.length === 2 && low < high ? [[name, [low, high]]] : [];
  });
  if (ranges && ranges.length === entries?.length) return Object.fromEntries(ranges);
  const remedy = 'Write "ranges": { "x": [0, 30] }.';
  source.fault('rules-ranges', node.offset, '"ranges" must give a lowest and a highest value by input', remedy);
  return undefined;
}

function numberOf(
  members: ReadonlyMap<string, Node>,
  key: string,
  source: RulesText,
  most = Number.POSITIVE_INFINITY,
): number | undefined {
  const node = members.get(key);
  if (!node) return undefined;
  const value: unknown = getNodeValue(node);
  if (typeof value === 'number' && value >= 0 && value <= most) return value;
  const wanted = most === 1 ? 'a number between 0 and 1' : 'a number of 0 or more';
  source.fault('rules-number', node.offset, `"${key}" must be ${wanted}`, `Write "${key}": 0.`);
  return undefined;
}
