import { describe, expect, it } from 'vitest';
import { parseRulesFile } from '../../../src/findings/rulesFile';
import { resolveRule } from '../../../src/findings/writtenRule';

const text = `{ // rules of the team
  "$schema": "slopescope://schema/1", "version": 1,
  "models": [ {
    "model": "models/duration.keras", "data": "data/activities.csv", "target": "duration",
    "units": { "duration": "min", "calls_made": "call" }, "scaler": "in file",
    "columns": { "approvals": "n_appr", "year": 2024 }, "answers": { "hidden": "relu" },
    "rules": [
      { "inputs": ["calls_made", "forms_*"], "output": "duration", "expect": "never falls" },
      { "inputs": ["visits_made"], "expect": "slope at least", "limit": 5, "level": "error", "allowRows": 3,
        "why": "a visit takes 5 min at the very least" },
      { "inputs": ["visits_made"], "expect": "slope between", "between": [0, 9], "where": "calls_made < 20", "check": "step" },
      { "expect": "forecast at least", "limit": 0, "check": "ranges", "ranges": { "calls_made": [0, 30] } },
    ] } ]
}`;

const subject = {
  model: 'duration.keras',
  inputs: ['calls_made', 'visits_made', 'forms_filled', 'forms_sent'],
  outputs: ['duration'],
};

const faults = (json: string) =>
  parseRulesFile('slopescope.json', json).problems.map(({ message, remedy }) => `${message} ${remedy ?? ''}`);

const withRule = (rule: string) => `{ "version": 1, "models": [ { "model": "m.keras", "rules": [\n${rule}\n] } ] }`;

describe('slopescope.json', () => {
  it('gives models with their tables and rules', () => {
    const { models, problems } = parseRulesFile('slopescope.json', text);
    expect(problems).toEqual([]);
    expect(models).toHaveLength(1);
    expect(models[0]).toMatchObject({
      model: 'models/duration.keras',
      data: 'data/activities.csv',
      target: 'duration',
      units: { duration: 'min', calls_made: 'call' },
      scaler: 'in file',
      columns: { approvals: 'n_appr', year: 2024 },
      answers: { hidden: 'relu' },
      line: 3,
    });
    expect(models[0]?.rules.map(({ inputs }) => inputs)).toEqual([
      ['calls_made', 'forms_*'],
      ['visits_made'],
      ['visits_made'],
      [],
    ]);
    expect(models[0]?.rules[1]?.rule).toEqual({
      expect: 'slope at least',
      low: 5,
      level: 'error',
      allowRows: 3,
      why: 'a visit takes 5 min at the very least',
      written: { file: 'slopescope.json', line: 9, column: 7 },
    });
    expect(models[0]?.rules[2]?.rule).toMatchObject({
      low: 0,
      high: 9,
      check: 'step',
      where: [{ column: 'calls_made', below: 20 }],
    });
  });

  it('gives one rule per input that a model has', () => {
    const [entry] = parseRulesFile('slopescope.json', text).models;
    const [first, , , ranges] = entry?.rules ?? [];
    expect(resolveRule(first!, subject).rules.map(({ input, output }) => [input, output])).toEqual([
      ['calls_made', 'duration'],
      ['forms_filled', 'duration'],
      ['forms_sent', 'duration'],
    ]);
    expect(resolveRule(ranges!, subject)).toMatchObject({
      rules: [{ expect: 'forecast at least', low: 0, check: 'ranges', ranges: { calls_made: [0, 30] } }],
      problems: [],
    });
  });

  it('says that a range is for an unknown input, or is none', () => {
    const misspelt = text.replace('"calls_made": [0, 30]', '"calls_mad": [0, 30]');
    const [entry] = parseRulesFile('slopescope.json', misspelt).models;
    expect(resolveRule(entry!.rules[3]!, subject).problems).toMatchObject([
      { code: 'rule-unknown-name', severity: 'error', remedy: 'Did you mean calls_made?' },
    ]);
    const turned = parseRulesFile('slopescope.json', text.replace('[0, 30]', '[30, 0]'));
    expect(turned.problems).toMatchObject([{ code: 'rules-ranges' }]);
  });

  it('says at its line that a rule is on an unknown input, with the nearest', () => {
    const [entry] = parseRulesFile('slopescope.json', text.replace('"calls_made", "forms_*"', '"calls_mad"')).models;
    expect(resolveRule(entry!.rules[0]!, subject).problems).toEqual([
      {
        code: 'rule-unknown-name',
        message: 'slopescope.json line 8: calls_mad is not an input of duration.keras.',
        file: 'slopescope.json',
        place: { kind: 'line', line: 8, column: 7 },
        remedy: 'Did you mean calls_made?',
        severity: 'error',
      },
    ]);
  });

  it.each([
    ['{ "version": 1\n "models": [] }', 'slopescope.json line 1: a comma is missing.'],
    ['{ "version": 1, "models": [ }', 'slopescope.json line 1: a value is missing.'],
    ['{ "models": [] ', 'slopescope.json line 1: a closing } is missing.'],
    ['{ models: [] }', 'slopescope.json line 1: a word stands without quotes.'],
    ['', 'slopescope.json line 1: a value is missing.'],
    ['[]', 'slopescope.json line 1: the file must hold an object with models.'],
    ['{ "version": 2, "models": [] }', 'slopescope.json line 1: the version is 2, this Slopescope reads version 1.'],
    ['{ "models": {} }', 'slopescope.json line 1: "models" must be a list.'],
    ['{ "models": [ { "data": "a.csv" } ] }', 'slopescope.json line 1: this entry names no model.'],
    ['{ "models": [ { "model": 3 } ] }', 'slopescope.json line 1: "model" must be a text in quotes.'],
    ['{ "modells": [], "models": [] }', 'slopescope.json line 1: "modells" means nothing here. Did you mean "models"?'],
    [
      '{ "models": [ { "model": "m", "csv": { "rows": "every 8" } } ] }',
      'slopescope.json line 1: "rows" cannot be "every 8". Write "every:8", "first:5000000" or "all".',
    ],
    [
      '{ "models": [ { "model": "m", "units": { "a": 3 } } ] }',
      'slopescope.json line 1: "units" must give texts such as "min".',
    ],
  ])('%s is told in plain words', (json, expected) => {
    expect(faults(json)[0]).toContain(expected);
  });

  it.each([
    [
      '{ "inputs": ["a"], "expect": "never fals" }',
      '"never fals" is nothing that can be expected. Did you mean "never falls"?',
    ],
    ['{ "inputs": ["a"] }', 'this rule does not say what it expects.'],
    ['{ "expect": "never falls" }', 'this rule names no input. Add "inputs": ["name"], or ["*"] for all.'],
    ['{ "inputs": ["a"], "expect": "slope at least" }', '"slope at least" needs a limit. Add "limit": 0.'],
    [
      '{ "inputs": ["a"], "expect": "slope between", "between": [3, 0] }',
      'the lower limit 3 is above the upper limit 0.',
    ],
    ['{ "inputs": ["a"], "expect": "slope between", "limit": 3 }', '"slope between" needs two limits.'],
    ['{ "inputs": ["a"], "expect": "forecast at least", "limit": 3 }', 'a forecast rule is for no single input.'],
    [
      '{ "inputs": ["a"], "expect": "never falls", "level": "fatal" }',
      '"level" cannot be "fatal". Possible are error, warning, info.',
    ],
    ['{ "inputs": ["a"], "expect": "never falls", "allowShare": 2 }', '"allowShare" must be a number between 0 and 1.'],
    ['{ "inputs": ["a"], "expect": "never falls", "tolerance": -1 }', '"tolerance" must be a number of 0 or more.'],
    ['{ "inputs": ["a"], "expect": "never falls", "where": "b is 3" }', '"b is 3" is not a condition on a column.'],
    ['{ "input": "a", "expect": "never falls" }', '"input" means nothing here. Did you mean "inputs"?'],
    ['"never falls"', 'each rule must be an object.'],
  ])('the rule %s is left out with its line', (rule, expected) => {
    const json = withRule(`{ "inputs": ["a"], "expect": "never rises" },\n${rule}`);
    expect(faults(json)[0]).toContain(`slopescope.json line 3: ${expected}`);
    expect(
      parseRulesFile('slopescope.json', json).models[0]?.rules.map(({ rule: { expect: words } }) => words),
    ).toEqual(['never rises']);
  });
});
