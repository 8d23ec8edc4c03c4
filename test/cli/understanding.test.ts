/** Effects, interactions, formulas and comparisons from the command line, on the sample. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createContext, runInContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { fixture, sample, slopescope } from './run';

const given = [sample('duration.keras'), '--data', sample('activities.csv'), '--quiet'];

interface Effects {
  readonly effects: readonly {
    readonly input: string;
    readonly effects: readonly { readonly kind: string; readonly average: number }[];
    readonly groups?: { readonly lines: readonly { readonly rows: number }[] };
  }[];
}

interface Formulas {
  readonly formulas: readonly {
    readonly code: Readonly<Record<string, string>>;
    readonly check: { readonly row: number; readonly forecast: number };
  }[];
}

describe('slopescope effects', () => {
  it('agrees with the slopes and tells groups apart', async () => {
    const outcome = await slopescope('effects', ...given, '--json', '--input', 'calls_made', '--group', 'calls_made');
    expect(outcome.status, outcome.stderr).toBe(0);
    const [effect] = (JSON.parse(outcome.stdout) as Effects).effects;
    const slopes = await slopescope('slopes', ...given, '--json');
    const { inputs, jacobian } = JSON.parse(slopes.stdout) as { inputs: string[]; jacobian: number[][][] };
    const column = inputs.indexOf('calls_made');
    const mean = jacobian.reduce((sum, row) => sum + row[0]![column]!, 0) / jacobian.length;
    expect(effect!.effects.find(({ kind }) => kind === 'slope')!.average).toBeCloseTo(mean, 4);
    expect(effect!.groups!.lines.reduce((sum, { rows }) => sum + rows, 0)).toBe(jacobian.length);
  });

  it('goes from one level of a category to another, also row by row', async () => {
    const folder = fixture('keras/k3_string_lookup');
    const model = [`${folder}/model.keras`, '--data', `${folder}/data.csv`, '--by-position', '--quiet'];
    const outcome = await slopescope('effects', ...model, '--input', 'region', '--between', 'east:north', '--csv');
    expect(outcome.status, outcome.stderr).toBe(0);
    const [, first = ''] = outcome.stdout.split('\n');
    expect(first).toMatch(/^1,2,[^,]+,region,level,east,north,-?[\d.e-]+$/);
    const unknown = await slopescope('effects', ...model, '--between', 'east:mars');
    expect(unknown.status).toBe(2);
    expect(unknown.stderr).toMatch(
      /--between is "east:mars"; .* or two levels of a category: region has the levels .*east/,
    );
    const same = await slopescope('effects', ...given, '--between', '3:3');
    expect(same.stderr).toMatch(/--between is "3:3"; write two different numbers as A:B, such as 0:10\./);
  });

  it('answers first whether one more of an input can be read as one number', async () => {
    const boston = ['r/nn-boston-3/model.rds', 'r/nn-boston-3/data.csv'].map(fixture);
    const bent = await slopescope('effects', boston[0]!, '--data', boston[1]!, '--input', 'rm', '-q');
    const [, answer] = bent.stdout.split('\n');
    expect(answer).toMatch(
      /^\+1 in rm changes medv by \+0\.60 on average over 169 rows, by −0\.01 to \+1\.49 from row to row:/,
    );
    expect(answer).toMatch(
      /: no single number holds everywhere, as a coefficient of a regression would\. Its slope depends most on/,
    );
    expect(answer).toMatch(
      /One more is beyond what the data show \(0 to 1\.00\): \+1 spread \(0\.16\) is a step within them\.$/,
    );
    const cars = ['r/nn-hidden-0/model.rds', 'r/nn-hidden-0/data.csv'].map(fixture);
    const straight = await slopescope('effects', cars[0]!, '--data', cars[1]!, '--input', 'wt', '-q');
    expect(straight.stdout.split('\n')[1]).toBe(
      '+1 in wt changes mpg by −0.63 in every row, whatever the other inputs are: the network is linear, and this is its coefficient, as in a regression.',
    );
  });

  it('says which inputs and columns there are', async () => {
    const input = await slopescope('effects', ...given, '--input', 'nothing');
    expect(input.status).toBe(2);
    expect(input.stderr).toMatch(/has no input nothing; it has calls_made/);
    const group = await slopescope('effects', ...given, '--group', 'nothing');
    expect(group.status).toBe(2);
    expect(group.stderr).toMatch(/activities.csv has no column nothing/);
    const step = await slopescope('effects', ...given, '--step', '0');
    expect(step.stderr).toMatch(/--step is "0"; it must be a number other than 0/);
  });
});

describe('slopescope effects without a table', () => {
  it('spreads points over the ranges of the scaler and those given, and says so', async () => {
    const outcome = await slopescope('effects', sample('duration.keras'), '-q', '--json', '--range', 'activity[0]=0:9');
    expect(outcome.status, outcome.stderr).toBe(0);
    const { note, ranges, effects } = JSON.parse(outcome.stdout) as Effects & {
      note: string;
      ranges: Record<string, [number, number]>;
    };
    expect(note).toMatch(/^No table: .* which are no data\.$/);
    expect(ranges['activity[0]']).toEqual([0, 9]);
    expect(Object.keys(ranges)).toHaveLength(8);
    expect(effects).toHaveLength(8);
  });

  it('asks for ranges where the file tells none', async () => {
    const fitted = fixture('fitted/fitted.npz');
    const answers = ['--answer', 'hidden=tanh', '--answer', 'output=linear', '-q'];
    const outcome = await slopescope('effects', fitted, ...answers, '--range', 'input[0]=-1:1');
    expect(outcome.status).toBe(2);
    expect(outcome.stderr).toMatch(/the file tells none of input\[1\]\. Name a table with --data, or write --range/);
    const wrong = await slopescope('effects', fitted, ...answers, '--range', 'input[0]=1');
    expect(wrong.stderr).toMatch(/--range is "1"; write two numbers as A:B/);
    const interactions = ['--range', 'input[0]=-1:1', '--range', 'input[1]=-1:1', '--json'];
    expect((await slopescope('interactions', fitted, ...answers, ...interactions)).status).toBe(0);
  });
});

describe('a network fitted to y = x1 - x2 + x1² x2', () => {
  const given = [
    ...[fixture('fitted/fitted.npz'), '--data', fixture('fitted/fitted.csv'), '--columns', 'x1,x2', '--quiet'],
    ...['--answer', 'hidden=tanh', '--answer', 'output=linear'],
  ];

  it('has slopes of 1 + 2 x1 x2 by x1 (root mean squared miss 0.01) and x1² − 1 by x2, row by row', async () => {
    const outcome = await slopescope('effects', ...given, '--csv', '--between', '0:1');
    expect(outcome.status, outcome.stderr).toBe(0);
    const rows = readFileSync(fixture('fitted/fitted.csv'), 'utf8').trim().split('\n').slice(1);
    const misses: Record<string, number[]> = { x1: [], x2: [] };
    const [head, ...lines] = outcome.stdout.trim().split('\n');
    expect(head).toBe('row,line,output,input,change,from,to,effect');
    for (const [row, , , input, change, from, , effect] of lines.map((line) => line.split(','))) {
      const [x1, x2] = rows[Number(row) - 1]!.split(',').map(Number);
      if (change === 'unit') expect(Number(from)).toBe(input === 'x1' ? x1 : x2);
      if (change !== 'slope') continue;
      misses[input!]!.push(Number(effect) - (input === 'x1' ? 1 + 2 * x1! * x2! : x1! ** 2 - 1));
    }
    for (const list of Object.values(misses)) {
      expect(list).toHaveLength(400);
      expect(Math.sqrt(list.reduce((sum, miss) => sum + miss * miss, 0) / list.length)).toBeLessThan(0.01);
    }
  });
});

describe('slopescope interactions', () => {
  it('ranks all pairs', async () => {
    const outcome = await slopescope('interactions', ...given, '--json');
    const { interactions } = JSON.parse(outcome.stdout) as {
      interactions: { pairs: { strength: number; friedman?: number }[] }[];
    };
    const { pairs } = interactions[0]!;
    expect(pairs).toHaveLength(28);
    pairs.slice(1).forEach(({ strength }, place) => expect(strength).toBeLessThanOrEqual(pairs[place]!.strength));
    expect(pairs[0]!.friedman).toBeGreaterThan(0);
  });
});

describe('slopescope formula', () => {
  it('gives code that makes the forecast of the first row', async () => {
    const outcome = await slopescope('formula', ...given, '--json');
    const { code, check } = (JSON.parse(outcome.stdout) as Formulas).formulas[0]!;
    const slopes = await slopescope('slopes', ...given, '--json');
    expect(check.forecast).toBe((JSON.parse(slopes.stdout) as { y: number[][] }).y[0]![0]);
    const cells = firstRow();
    const call = `duration_minutes(${cells.join(', ')})`;
    expect(Number(runInContext(`${code.JavaScript!}\n${call}`, createContext({})))).toBeCloseTo(check.forecast, 9);
    const python = execFileSync('python3', ['-'], {
      input: `${code.Python!}\nprint(repr(float(${call})))`,
      encoding: 'utf8',
    });
    expect(Number(python)).toBeCloseTo(check.forecast, 9);
  });

  it('names the languages there are', async () => {
    const outcome = await slopescope('formula', ...given, '--as', 'Fortran');
    expect(outcome.status).toBe(2);
    expect(outcome.stderr).toMatch(/cannot be written as Fortran; there are .*Python/);
  });
});

describe('slopescope compare', () => {
  it('finds no difference between a model and itself', async () => {
    const outcome = await slopescope('compare', sample('duration.keras'), ...given, '--json');
    expect(outcome.status, outcome.stderr).toBe(0);
    const { comparisons } = JSON.parse(outcome.stdout) as {
      comparisons: { forecast: { largest: number }; inputs: { opposite: number }[] }[];
    };
    expect(comparisons[0]!.forecast.largest).toBe(0);
    expect(comparisons[0]!.inputs.every(({ opposite }) => opposite === 0)).toBe(true);
  });

  it('says what changed: where forecasts moved, which signs, which findings are new or gone', async () => {
    const other = fixture('keras/activity_norm_inside/model.keras');
    const rules = ['--rule', 'forms_filled slope at least -3', '--rule', 'calls_made never falls'];
    const outcome = await slopescope('compare', sample('duration.keras'), other, ...given.slice(1), ...rules);
    expect(outcome.status, outcome.stderr).toBe(0);
    const told = outcome.stdout;
    expect(told).toContain('A is ');
    expect(told).toContain('Average misses differ (13.1 and 14.1 min), and 8 inputs differ in sign in 359 rows.');
    expect(told).toMatch(
      /They moved most in:\nrow +line +A +B +B − A +true value\n293 +294 +813\.2 +743\.8 +-69\.35 +824\.8/,
    );
    expect(told).toMatch(/calls_made .* 100 \(20\.0 %\) +min per call\n/);
    expect(told).toMatch(/Gone in B:\n {2}forms_filled: slope below −3\.00 min per form in 6 of 500 rows/);
    expect(told).toMatch(
      /Still there:\n {2}A: calls_made: .* 75 of 500 rows.*\n {2}B: calls_made: .* 80 of 500 rows.* min per call/,
    );
  });

  it('sets the outputs of one name beside each other, and the same output twice only once', async () => {
    const model = fixture('keras/k3_softmax_iris/model.keras');
    const data = ['--data', fixture('keras/k3_softmax_iris/data.csv'), '--quiet'];
    const outcome = await slopescope(
      'compare',
      model,
      model,
      ...data,
      '--json',
      '--output',
      'species[2]',
      '--output',
      'species[0]',
      '--output',
      'species[0]',
    );
    expect(outcome.status, outcome.stderr).toBe(0);
    const { comparisons } = JSON.parse(outcome.stdout) as { comparisons: { output: string; outputs: string[] }[] };
    expect(comparisons.map(({ output, outputs }) => [output, ...outputs])).toEqual([
      ['species[2]', 'species[2]', 'species[2]'],
      ['species[0]', 'species[0]', 'species[0]'],
    ]);
  });

  it('wants two models', async () => {
    const outcome = await slopescope('compare', ...given);
    expect(outcome.status).toBe(2);
    expect(outcome.stderr).toMatch(/Name two model files to compare/);
  });
});

/** The inputs of the first row, in the order of the model's inputs. */
function firstRow(): string[] {
  const script =
    'import csv,sys\nrow = next(csv.DictReader(open(sys.argv[1])))\nprint(",".join(row[name] for name in sys.argv[2].split(",")))';
  const names =
    'calls_made,emails_answered,forms_filled,site_visits,meetings_held,reports_written,records_checked,complaints_handled';
  return execFileSync('python3', ['-c', script, sample('activities.csv'), names], { encoding: 'utf8' })
    .trim()
    .split(',');
}
