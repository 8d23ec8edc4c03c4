import { matchNames } from '../table/matching';
import { namePattern, nearestName } from '../table/names';
import type { Severity } from '../problem';
import { expectations, isForecastRule, limitsOf } from './expectations';
import { levelColumns } from './levelOrder';
import type { Expectation, Rule } from './rule';

/** What a rule may speak of. */
export interface RuleSubject {
  /** The model's file name, for messages. */
  readonly model: string;
  readonly inputs: readonly string[];
  /** Inputs without slopes; a pattern does not mean them. */
  readonly switched?: readonly string[];
  readonly outputs: readonly string[];
}

/** What rules may speak of in a model. */
export function ruleSubject(
  model: string,
  {
    inputs,
    outputs,
  }: {
    readonly inputs: readonly { readonly name: string; readonly kind: string }[];
    readonly outputs: readonly { readonly name: string }[];
  },
): RuleSubject {
  return {
    model,
    inputs: inputs.map(({ name }) => name),
    switched: inputs.flatMap(({ name, kind }) => (kind === 'switched' ? [name] : [])),
    outputs: outputs.map(({ name }) => name),
  };
}

/** Rules, one per input meant, or what is wrong in words for people. */
export type ParsedRules =
  | { readonly kind: 'rules'; readonly rules: readonly Rule[] }
  | { readonly kind: 'fault'; readonly fault: string; readonly remedy: string };

const numberPattern = '[+\\-\\u2212]?(?:\\d+\\.?\\d*|\\.\\d+)(?:e[+-]?\\d+)?';
const phrases = [
  ...expectations.map((expect) => ({ expect, pattern: phrasePattern(expect) })),
  // "city: small ≤ large"
  {
    expect: 'levels in order' as const,
    pattern: /^(?<input>.+?)\s*:\s*(?<levels>.+?(?:≤|<=).+?)(?: for (?<output>.+))?$/i,
  },
];

/**
 * Reads a rule as it is written on the command line: "calls_made never falls", "visits slope at least 5",
 * "forms_* slope between 0 and 3", "forecast at least 0", "calls_made matters at least as much as forms_sent",
 * "city levels in order small ≤ large" or "city: small ≤ large", each with " for OUTPUT" behind it where there are several.
 */
export function parseRule(words: string, subject: RuleSubject, level: Severity = 'warning'): ParsedRules {
  const text = words.trim().replace(/\s+/g, ' ');
  for (const { expect, pattern } of phrases) {
    const said = pattern.exec(text)?.groups;
    if (!said) continue;
    const details = detailsOf(expect, said, subject);
    if ('fault' in details) return { kind: 'fault', ...details };
    const meant = isForecastRule({ expect }) ? '' : unquoted(said.input ?? '');
    if (meant === '' && !isForecastRule({ expect })) return noInput(words, subject);
    const output = outputFor(said.output, expect, subject);
    if (output.kind === 'fault') return output;
    const rule = { expect, ...details, ...(output.name === undefined ? {} : { output: output.name }), level };
    return meant === '' ? { kind: 'rules', rules: [rule] } : rulesForInputs([meant], rule, subject);
  }
  return notARule(words);
}

/** What a rule says beside its expectation, from the words behind it; or what is wrong with them. */
function detailsOf(
  expect: Expectation,
  said: Readonly<Record<string, string | undefined>>,
  subject: RuleSubject,
): Pick<Rule, 'low' | 'high' | 'other' | 'per' | 'levels'> | Fault {
  switch (expect) {
    case 'matters at least as much as':
      return comparedWith(unquoted(said.other ?? ''), said.per?.toLowerCase() === 'one' ? 'one' : undefined, subject);
    case 'levels in order':
      return levelsFrom((said.levels ?? '').split(/\s*(?:≤|<=)\s*/).map(unquoted));
    default:
      return limitsFrom(expect, said.first, said.second);
  }
}

/** What is wrong with a rule, and what to write instead. */
interface Fault {
  readonly fault: string;
  readonly remedy: string;
}

/** The input a rule compares with, as the model spells it. */
export function comparedWith(
  words: string,
  per: 'spread' | 'one' | undefined,
  subject: RuleSubject,
): Pick<Rule, 'other' | 'per'> | Fault {
  const place = matchNames([words], subject.inputs)[0];
  if (place !== undefined) return { other: subject.inputs[place]!, ...(per === undefined ? {} : { per }) };
  const { fault, remedy } = unknownInput(words, subject);
  return { fault, remedy };
}

/** An order of levels: at least two, none twice. */
export function levelsFrom(levels: readonly string[]): Pick<Rule, 'levels'> | Fault {
  const remedy = 'Write the levels from the lowest forecast to the highest, as in small ≤ middle ≤ large.';
  if (levels.length < 2 || levels.includes('')) return { fault: 'an order needs at least two levels', remedy };
  const twice = levels.find((level, index) => levels.indexOf(level) < index);
  return twice === undefined ? { levels } : { fault: `the level ${twice} stands twice in the order`, remedy };
}

/** One rule per input that the names and patterns (`forms_*`) mean. */
export function rulesForInputs(names: readonly string[], rule: Rule, subject: RuleSubject): ParsedRules {
  const meant = new Set<string>();
  for (const name of names) {
    const found = inputsMeant(name, rule, subject);
    if (found.length === 0) return unknownInput(name, subject);
    for (const input of found) meant.add(input);
  }
  const inModelOrder = [...meant].sort((a, b) => subject.inputs.indexOf(a) - subject.inputs.indexOf(b));
  const inputs = inModelOrder.filter((input) => input !== rule.other);
  if (inputs.length > 0) return { kind: 'rules', rules: inputs.map((input) => ({ ...rule, input })) };
  return { kind: 'fault', fault: `${names.join(', ')} is compared with itself`, remedy: 'Name another input.' };
}

/** The output that a rule names, as the model spells it. */
export function outputFor(
  words: string | undefined,
  expect: Expectation,
  subject: RuleSubject,
): { readonly kind: 'output'; readonly name?: string } | Extract<ParsedRules, { kind: 'fault' }> {
  if (words === undefined) {
    if (!isForecastRule({ expect }) || subject.outputs.length < 2) return { kind: 'output' };
    const remedy = `Say which: ${subject.outputs.slice(0, 5).join(', ')}.`;
    return {
      kind: 'fault',
      fault: `${subject.model} has ${subject.outputs.length} outputs, and a forecast rule is for one`,
      remedy,
    };
  }
  const name = unquoted(words);
  const place = matchNames([name], subject.outputs)[0];
  if (place !== undefined) return { kind: 'output', name: subject.outputs[place]! };
  const near = nearestName(name, subject.outputs);
  const remedy = near ? `Did you mean ${near}?` : `Its outputs are ${subject.outputs.slice(0, 5).join(', ')}.`;
  return { kind: 'fault', fault: `${name} is not an output of ${subject.model}`, remedy };
}

/** Limits in their places, or what is wrong with them. */
export function limitsFrom(
  expect: Expectation,
  first: string | number | undefined,
  second: string | number | undefined,
): Pick<Rule, 'low' | 'high'> | Fault {
  const [one, two] = [first, second].map((limit) => Number(String(limit).replace('\u2212', '-')));
  switch (limitsOf(expect)) {
    case 'none':
      return {};
    case 'low':
      return { low: one! };
    case 'high':
      return { high: one! };
    case 'both':
      if (one! <= two!) return { low: one!, high: two! };
      return {
        fault: `the lower limit ${one!} is above the upper limit ${two!}`,
        remedy: 'Write the lower limit first.',
      };
  }
}

function phrasePattern(expect: Expectation): RegExp {
  const words = expect.replaceAll(' ', '\\s+');
  const first = ` (?<first>${numberPattern})`;
  const details = { none: '', low: first, high: first, both: `${first} (?:and|to) (?<second>${numberPattern})` };
  const behind: Partial<Record<Expectation, string>> = {
    'matters at least as much as': ' (?<other>.+?)(?: per (?<per>spread|one))?',
    'levels in order': ' (?<levels>.+?)',
  };
  const rest = behind[expect] ?? details[limitsOf(expect)];
  return new RegExp(`^(?<input>.*?)\\s*${words}${rest}(?: for (?<output>.+))?$`, 'i');
}

/** The inputs that a name or pattern means; an order of levels may also be for a category with one input per level. */
function inputsMeant(name: string, { expect, levels = [] }: Rule, { inputs, switched = [] }: RuleSubject): string[] {
  const exact = matchNames([name], inputs)[0];
  if (exact !== undefined) return [inputs[exact]!];
  if (expect === 'levels in order') return levelColumns(name, levels, inputs) ? [name] : [];
  if (!name.includes('*')) return [];
  const fits = namePattern(name);
  return inputs.filter((input) => fits(input) && !switched.includes(input));
}

function unknownInput(name: string, { model, inputs }: RuleSubject): Extract<ParsedRules, { kind: 'fault' }> {
  const near = nearestName(name, inputs);
  const some = inputs.length > 10 ? `${inputs.slice(0, 10).join(', ')}, …` : inputs.join(', ');
  const fault = name.includes('*') ? `No input of ${model} fits ${name}` : `${name} is not an input of ${model}`;
  return { kind: 'fault', fault, remedy: near ? `Did you mean ${near}?` : `Its inputs are ${some}.` };
}

function noInput(words: string, { inputs }: RuleSubject): ParsedRules {
  const fault = `"${words.trim()}" does not say which input it is for`;
  return {
    kind: 'fault',
    fault,
    remedy: `Begin with an input, as in "${inputs[0] ?? 'x'} never falls", or with * for all.`,
  };
}

function notARule(words: string): ParsedRules {
  const text = words.trim();
  const ends = text.split(/\s+/).slice(-2).join(' ');
  const nearest = nearestName(ends, expectations);
  const near = expectations.find((expect) => expect === nearest || text.toLowerCase().includes(expect));
  const hint =
    near === undefined
      ? 'A rule reads like "calls_made never falls", "visits slope at least 5" or "forecast at least 0".'
      : detailsHint(near);
  return { kind: 'fault', fault: `"${text}" is not a rule`, remedy: hint };
}

function detailsHint(expect: Expectation): string {
  if (expect === 'matters at least as much as') return `After "${expect}" comes another input.`;
  if (expect === 'levels in order') return `After "${expect}" come levels, as in "small ≤ middle ≤ large".`;
  const limits = limitsOf(expect);
  if (limits === 'none') return `Did you mean "${expect}"?`;
  return `After "${expect}" comes ${limits === 'both' ? 'a lower and an upper limit, as in "between 0 and 3"' : 'a number'}.`;
}

function unquoted(text: string): string {
  return text.trim().replace(/^(["'])(.*)\1$/, '$2');
}
