import { matchNames } from '../table/matching';
import { nearestName, plainName } from '../table/names';
import type { Severity } from '../problem';
import { expectations, limitsOf } from './expectations';
import type { Expectation, Rule } from './rule';

/** What a rule may speak of. */
export interface RuleSubject {
  /** The model's file name, for messages. */
  readonly model: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Rules, one per input meant, or what is wrong in words for people. */
export type ParsedRules =
  | { readonly kind: 'rules'; readonly rules: readonly Rule[] }
  | { readonly kind: 'fault'; readonly fault: string; readonly remedy: string };

const numberPattern = '([+\\-\\u2212]?(?:\\d+\\.?\\d*|\\.\\d+)(?:e[+-]?\\d+)?)';
const phrases = expectations.map((expect) => ({ expect, pattern: phrasePattern(expect) }));

/**
 * Reads a rule as it is written on the command line: "calls_made never falls", "visits slope at least 5",
 * "forms_* slope between 0 and 3", "forecast at least 0", each with " for OUTPUT" behind it where there are several.
 */
export function parseRule(words: string, subject: RuleSubject, level: Severity = 'warning'): ParsedRules {
  const text = words.trim().replace(/\s+/g, ' ');
  for (const { expect, pattern } of phrases) {
    const match = pattern.exec(text);
    if (!match) continue;
    const [, inputWords = '', first, second, outputWords] = match;
    const limits = limitsFrom(expect, first, second);
    if ('fault' in limits) return { kind: 'fault', ...limits };
    const meant = expect.startsWith('forecast') ? '' : unquoted(inputWords);
    if (meant === '' && !expect.startsWith('forecast')) return noInput(words, subject);
    const output = outputFor(outputWords, expect, subject);
    if (output.kind === 'fault') return output;
    const base = { expect, ...limits, ...(output.name === undefined ? {} : { output: output.name }), level };
    return meant === '' ? { kind: 'rules', rules: [base] } : rulesForInputs([meant], base, subject);
  }
  return notARule(words);
}

/** One rule per input that the names and patterns (`forms_*`) mean. */
export function rulesForInputs(names: readonly string[], rule: Rule, subject: RuleSubject): ParsedRules {
  const meant = new Set<number>();
  for (const name of names) {
    const found = inputsMeant(name, subject.inputs);
    if (found.length === 0) return unknownInput(name, subject);
    for (const input of found) meant.add(input);
  }
  const inputs = [...meant].sort((a, b) => a - b);
  return { kind: 'rules', rules: inputs.map((input) => ({ ...rule, input: subject.inputs[input]! })) };
}

/** The output that a rule names, as the model spells it. */
export function outputFor(
  words: string | undefined,
  expect: Expectation,
  subject: RuleSubject,
): { readonly kind: 'output'; readonly name?: string } | Extract<ParsedRules, { kind: 'fault' }> {
  if (words === undefined) {
    if (!expect.startsWith('forecast') || subject.outputs.length < 2) return { kind: 'output' };
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
): { readonly low?: number; readonly high?: number } | { readonly fault: string; readonly remedy: string } {
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
  const limits = {
    none: '()()',
    low: ` ${numberPattern}()`,
    high: ` ${numberPattern}()`,
    both: ` ${numberPattern} (?:and|to) ${numberPattern}`,
  };
  return new RegExp(`^(.*?)\\s*${words}${limits[limitsOf(expect)]}(?: for (.+))?$`, 'i');
}

function inputsMeant(name: string, inputs: readonly string[]): number[] {
  const exact = matchNames([name], inputs)[0];
  if (exact !== undefined) return [exact];
  if (!name.includes('*')) return [];
  const parts = name.split('*').map((part) => plainPattern(part));
  const pattern = new RegExp(`^${parts.join('.*')}$`);
  return inputs.flatMap((input, index) => (pattern.test(plainName(input)) ? [index] : []));
}

/** A piece of a pattern, compared as names are; `plainName` would trim the blanks and joints at its ends. */
function plainPattern(part: string): string {
  return part
    .toLowerCase()
    .replace(/[\s_.-]+/g, '_')
    .replace(/[^a-z0-9_]/g, '\\$&');
}

function unknownInput(name: string, { model, inputs }: RuleSubject): ParsedRules {
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
  const needed = near === undefined ? undefined : limitsOf(near);
  const hint =
    near === undefined
      ? 'A rule reads like "calls_made never falls", "visits slope at least 5" or "forecast at least 0".'
      : needed === 'none'
        ? `Did you mean "${near}"?`
        : `After "${near}" comes ${needed === 'both' ? 'a lower and an upper limit, as in "between 0 and 3"' : 'a number'}.`;
  return { kind: 'fault', fault: `"${text}" is not a rule`, remedy: hint };
}

function unquoted(text: string): string {
  return text.trim().replace(/^(["'])(.*)\1$/, '$2');
}
