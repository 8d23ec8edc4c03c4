import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readNpy } from '../../src/files/containers/npy';
import { fixture, sample, slopescope } from './run';

const folder = mkdtempSync(path.join(os.tmpdir(), 'slopescope-commands-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const model = sample('duration.keras');
const table = sample('activities.csv');
const facts = {
  calls_made: 75,
  emails_answered: 84,
  forms_filled: 20,
  site_visits: 5,
  meetings_held: 15,
  reports_written: 48,
  records_checked: 191,
  complaints_handled: 43,
};

interface Checked {
  readonly findings: readonly { readonly input?: string; readonly rows: { readonly count: number } }[];
  readonly passed: number;
  readonly failed: number;
}

describe('slopescope check', () => {
  it('counts what TensorFlow counts on the sample, and exits with 1', async () => {
    const outcome = await slopescope(
      'check',
      model,
      '--data',
      table,
      '--rule',
      '* never falls',
      '--rule',
      'forecast at least 0',
      '--format',
      'json',
    );
    expect(outcome.status).toBe(1);
    const { findings, passed, failed } = JSON.parse(outcome.stdout) as Checked;
    const counts = Object.fromEntries(
      findings.flatMap((finding) => (finding.input ? [[finding.input, finding.rows.count]] : [])),
    );
    expect(counts).toEqual(facts);
    expect(findings.find((finding) => finding.input === undefined)?.rows.count).toBe(19);
    expect({ passed, failed }).toEqual({ passed: 0, failed: 9 });
  });

  it('exits with 0 when all rules hold, and with 2 when one names no input', async () => {
    expect(
      (await slopescope('check', model, '--data', table, '--rule', 'site_visits slope at least -100')).status,
    ).toBe(0);
    const outcome = await slopescope('check', model, '--data', table, '--rule', 'calls_mad never falls');
    expect(outcome.status).toBe(2);
    expect(outcome.stderr).toContain('Did you mean calls_made?');
  });

  it('reads slopescope.json and writes SARIF and JUnit', async () => {
    const rules = path.join(folder, 'slopescope.json');
    const written = {
      model: path.relative(folder, model),
      data: path.relative(folder, table),
      rules: [{ inputs: ['site_visits'], expect: 'never falls', why: 'a visit takes time' }],
    };
    writeFileSync(rules, JSON.stringify({ version: 1, models: [written] }, null, 2));
    const sarif = await slopescope('check', rules, '--format', 'sarif');
    expect(sarif.status).toBe(1);
    const log = JSON.parse(sarif.stdout) as {
      runs: { results: { ruleId: string; locations: { physicalLocation: { region: { startLine: number } } }[] }[] }[];
    };
    expect(log.runs[0]?.results[0]?.ruleId).toBe('never-falls');
    expect(log.runs[0]?.results[0]?.locations[0]?.physicalLocation.region.startLine).toBeGreaterThan(4);
    const junit = await slopescope('check', rules, '--format', 'junit');
    expect(junit.stdout).toContain('tests="1" failures="1"');
    const broken = path.join(folder, 'broken.json');
    writeFileSync(broken, '{ "version": 1\n "models": [] }');
    const refused = await slopescope('check', broken);
    expect(refused.status).toBe(2);
    expect(refused.stderr).toContain('a comma is missing');
  });
});

describe('slopescope slopes', () => {
  it('names the units that a slopescope.json beside the model gives', async () => {
    const { stdout } = await slopescope('slopes', model, '--data', table);
    expect(stdout).toContain('typical effect, min ');
    expect(stdout).toMatch(/calls_made .* 2\.989 .* min per call\n/);
  });

  it('converts by exactly the scalers between units', async () => {
    const read = async (units: string) =>
      JSON.parse(
        (await slopescope('slopes', model, '--data', table, '--json', '--rows', '1:20', '--units', units)).stdout,
      ) as { jacobian: number[][][]; rows: number };
    const [original, inModel] = [await read('original'), await read('model')];
    const { std } = JSON.parse(readFileSync(sample('duration.scaler.json'), 'utf8')) as { std: number[] };
    expect(original.rows).toBe(20);
    original.jacobian.forEach((row, index) =>
      row[0]!.forEach((slope, input) =>
        expect(slope * std[input]!).toBeCloseTo(inModel.jacobian[index]![0]![input]!, 9),
      ),
    );
  });

  it('applies the scaler beside the model also to a single row of counts', async () => {
    const forecast = async (rows: string) =>
      (
        JSON.parse((await slopescope('slopes', model, '--data', table, '--json', '--rows', rows)).stdout) as {
          y: number[][];
        }
      ).y[0]![0]!;
    expect(await forecast('1:1')).toBe(await forecast('1:40'));
  });

  it('writes a numpy array where the name of the file ends so', async () => {
    const target = path.join(folder, 'slopes.npy');
    const some = ['slopes', model, '--data', table, '--rows', '3:9'];
    expect((await slopescope(...some, '-o', target)).status).toBe(0);
    const array = readNpy(readFileSync(target), target, '');
    const { jacobian } = JSON.parse((await slopescope(...some, '--json')).stdout) as { jacobian: number[][][] };
    expect(array).toMatchObject({ shape: [7, 1, 8], values: Float64Array.from(jacobian.flat(2)) });
  });

  it('never overwrites a file', async () => {
    const target = path.join(folder, 'slopes.csv');
    expect((await slopescope('slopes', model, '--data', table, '--csv', '-o', target)).status).toBe(0);
    const before = readFileSync(target, 'utf8');
    expect(before.split('\n')[0]).toContain('slope[calls_made]');
    const again = await slopescope('slopes', model, '--data', table, '--csv', '-o', target);
    expect(again.status).toBe(2);
    expect(again.stderr).toContain('exists already');
    expect(readFileSync(target, 'utf8')).toBe(before);
  });

  it.each([
    ['no such file', ['slopes', 'nothing.keras', '--data', table], 'does not exist'],
    ['no table', ['slopes', model], 'Name a table with --data'],
    ['an unknown option', ['slopes', model, '--fast'], 'slopescope --help'],
    ['a misspelled option', ['slopes', model, '--colums', 'a'], 'Did you mean --columns?'],
    ['a shortened option', ['slopes', model, '--bypos'], 'Did you mean --by-position?'],
    ['an unknown command', ['slope', model], 'is no command of slopescope; did you mean slopes?'],
    ['two models', ['slopes', model, model, '--data', table], 'slopes takes one file'],
    ['two forms of output', ['slopes', model, '--data', table, '--json', '--csv'], 'cannot both be written'],
    ['a numpy array in CSV', ['slopes', model, '--data', table, '--csv', '--npy'], 'cannot both be written'],
    ['a tab there is not', ['report', model, '--data', table, '--include', 'pairs,maps'], '--include is "maps"'],
    ['rows beyond the table', ['slopes', model, '--data', table, '--rows', '999999:'], '--rows begins at row 999999'],
    ['a folder as table', ['slopes', model, '--data', folder], 'is a folder'],
    ['a new file in no folder', ['slopes', model, '--data', table, '-o', 'nowhere/x.csv'], 'its folder does not exist'],
    ['an unknown output', ['slopes', model, '--data', table, '--output', 'cost'], 'has no output cost'],
    [
      'an answer that is not asked',
      ['slopes', model, '--data', table, '--answer', 'hidden=tanh'],
      'which says hidden=relu',
    ],
  ])('says in words what is wrong: %s', async (_what, argv, words) => {
    const outcome = await slopescope(...argv);
    expect(outcome.status).toBe(2);
    expect(outcome.stderr).toContain(words);
  });

  it('tells with the slopes what is odd about the table', async () => {
    const odd = path.join(folder, 'odd.csv');
    const [header = '', first = '', second = ''] = readFileSync(table, 'utf8').split('\n');
    writeFileSync(odd, `${header},calls_made\n${first},1\n${second}\n`);
    const { stdout, stderr } = await slopescope('slopes', model, '--data', odd, '--json');
    const { problems } = JSON.parse(stdout) as { problems: { code: string }[] };
    const codes = problems.map(({ code }) => code);
    expect(codes).toContain('csv-duplicate-column');
    expect(codes).toContain('csv-ragged-row');
    expect(stderr).toContain('more than one column named calls_made');
  });

  it('ends quietly when nobody reads on', async () => {
    const child = spawn(process.execPath, ['dist/cli.js', 'slopes', model, '--data', table, '--json'], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let errors = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text));
    child.stdout.once('data', () => child.stdout.destroy());
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect([status, errors.includes('EPIPE')]).toEqual([0, false]);
  });

  it('explains one command', async () => {
    const { stdout } = await slopescope('inspect', '--help');
    expect(stdout).toContain('slopescope inspect MODEL');
    expect(stdout).not.toContain('slopescope report');
    expect(stdout).not.toContain('--by-position');
  });

  it('accepts an answer that agrees with the file', async () => {
    expect(
      (await slopescope('slopes', model, '--data', table, '--rows', '1:3', '--answer', 'hidden=relu')).status,
    ).toBe(0);
  });
});

describe('slopescope report', () => {
  it('writes one page that asks for nothing outside itself', async () => {
    const target = path.join(folder, 'report.html');
    expect(
      (
        await slopescope(
          'report',
          model,
          '--data',
          table,
          '--rule',
          '* never falls',
          '--include',
          'whatIf,range',
          '--with',
          fixture('keras/activity_norm_inside/model.keras'),
          '-o',
          target,
        )
      ).status,
    ).toBe(0);
    expect(existsSync(target)).toBe(true);
    const html = readFileSync(target, 'utf8');
    expect(html).toContain("default-src 'none'");
    expect(html).not.toMatch(/<(script|link|img)[^>]+(src|href)=/);
    expect(html).toContain('8 of 8 rules fail');
    expect(html).toContain('"tabs":["whatIf","range"]');
    expect(html).toMatch(/"compared":"model\.keras".*and 8 inputs differ in sign in 359 rows/);
    const [, footer = ''] = /<footer>(.*)<\/footer>/.exec(html) ?? [];
    expect(footer.match(/sha256 [0-9a-f]{16}/g)).toHaveLength(3);
  });

  it('holds all outputs of a few, those named, and of many the first, and says so', async () => {
    const outputsOf = async (name: string, ...more: readonly string[]) => {
      const target = path.join(folder, `${name}-${more.length}.html`);
      const from = fixture(`keras/${name}`);
      const { status, stderr } = await slopescope(
        'report',
        `${from}/model.keras`,
        '-d',
        `${from}/data.csv`,
        ...more,
        '-o',
        target,
      );
      expect(status, stderr).toBe(0);
      const contents = /"stored":\{.*?"outputs":(\[.*?\])\}/.exec(readFileSync(target, 'utf8'))?.[1] ?? '';
      return { held: (JSON.parse(contents) as { output: number }[]).map(({ output }) => output), stderr };
    };
    expect((await outputsOf('k3_softmax_iris')).held).toEqual([0, 1, 2]);
    expect((await outputsOf('k3_softmax_iris', '--output', 'species[2]', '--output', 'species[0]')).held).toEqual([
      0, 2,
    ]);
    const { held, stderr } = await outputsOf('k3_extremes');
    expect(held).toEqual([0]);
    expect(stderr).toContain('model.keras has 33 outputs; the report holds the first one, softplus[0].');
  });
});

describe('what a file of bare weights leaves open', () => {
  it('comes with the average miss of each choice where the table has true values', async () => {
    const [weights, data] = [
      fixture('numpy/demand-goes-negative/model.npz'),
      fixture('numpy/demand-goes-negative/data.csv'),
    ];
    const told = await slopescope('slopes', weights, '--data', data, '--json');
    expect(told.status).toBe(3);
    expect(told.stderr).toMatch(
      /--answer hidden=relu .*\n {2}relu fits well: average miss 44\.13 from demand in the first 80 rows/,
    );
    expect(told.stderr).toMatch(/\n {4}sigmoid +\d/);
    const { questions } = JSON.parse(told.stdout) as { questions: { fit: { choices: { choice: string }[] } }[] };
    expect(questions.map(({ fit }) => fit.choices.length)).toEqual([20, 22]);
    expect((await slopescope('slopes', weights)).stderr).not.toContain('average miss');
  });
});
