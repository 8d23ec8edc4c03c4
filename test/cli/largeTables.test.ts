/** Tables of which only some rows are read: asked, said, and marked beside every count. */
import { copyFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sample, slopescope } from './run';

const folder = mkdtempSync(path.join(os.tmpdir(), 'slopescope-large-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => path.join(folder, name);
const model = sample('duration.keras');
const part = 'every 3rd row of 500';

// More than can be read into memory at all; the file system keeps the empty part as a hole.
const [names = '', ...rows] = readFileSync(sample('activities.csv'), 'utf8').trim().split('\n');
writeFileSync(at('huge.csv'), `${[names, ...Array.from({ length: 20 }, () => rows.join('\n'))].join('\n')}\n`);
truncateSync(at('huge.csv'), 2 ** 33);

describe('a table of more than 2 GB', () => {
  it('is a question with its answers, exit status 3', async () => {
    const { status, stdout, stderr } = await slopescope('slopes', model, '--data', at('huge.csv'), '--json');
    expect(status).toBe(3);
    expect(stderr).toMatch(/^huge\.csv has about \d+ million rows, all of which take about \d+ GB of memory\. Which/);
    expect(stderr).toMatch(/\n {2}--rows every:\d+ \(every:\d+, first:\d+, all\)\n/);
    const { questions } = JSON.parse(stdout) as { questions: { id: string; option: string; choices: string[] }[] };
    expect(questions).toMatchObject([{ id: 'rows', option: '--rows' }]);
    expect(questions[0]?.choices.at(-1)).toBe('all');
  });

  it('is read from the disk as far as it is asked for', async () => {
    const { status, stdout, stderr } = await slopescope(
      'slopes',
      model,
      '--data',
      at('huge.csv'),
      '--rows',
      'first:9000',
    );
    expect(status).toBe(0);
    expect(stdout).toMatch(/^duration_minutes, 9000 rows \(the first 9\u2009000 of about \d+ million rows\)/);
    expect(stderr).toMatch(/huge\.csv is read in part: the first 9\u2009000 of about/);
    const interval = await slopescope('slopes', model, '--data', at('huge.csv'), '--rows', '2:40', '--json');
    expect(interval.status).toBe(0);
    expect(JSON.parse(interval.stdout)).toMatchObject({ rows: 39 });
    expect(interval.stdout).toContain('part-of-rows');
  });
});

describe('a table read in part', () => {
  const given = [model, '--data', sample('activities.csv'), '--rows', 'every:3'];

  it.each([
    ['check', 'text'],
    ['check', 'json'],
    ['check', 'sarif'],
    ['check', 'junit'],
  ])('says so in %s as %s', async (command, format) => {
    const rule = ['--rule', 'calls_made never falls', '--rule', 'forecast at least -5000'];
    const { status, stdout } = await slopescope(command, ...given, ...rule, '--format', format, '--quiet');
    expect(status).toBe(1);
    expect(stdout).toContain(`of 167 rows (15\u2009%; read is ${part})`);
    if (format === 'json')
      expect(JSON.parse(stdout)).toMatchObject({ parts: [{ table: 'activities.csv', read: part }] });
    else if (format !== 'sarif') expect(stdout).toContain(`activities.csv (${part})`);
  });

  it.each([
    ['slopes', []],
    ['slopes', ['--json']],
    ['effects', ['--input', 'calls_made']],
    ['effects', ['--input', 'calls_made', '--json']],
    ['interactions', ['--json']],
  ])('says so in %s %s', async (command, more) => {
    const { status, stdout } = await slopescope(command, ...given, ...more, '--quiet');
    expect(status).toBe(0);
    expect(stdout).toContain(part);
  });

  it('says so in a comparison and in the report', async () => {
    const [, ...table] = given;
    copyFileSync(model, at('other.keras'));
    copyFileSync(sample('duration.scaler.json'), at('other.scaler.json'));
    const compared = await slopescope('compare', model, at('other.keras'), ...table, '--quiet');
    expect(compared.stdout).toContain(part);
    await slopescope('report', ...given, '--rule', 'calls_made never falls', '-o', at('report.html'));
    const report = readFileSync(at('report.html'), 'utf8');
    expect(report).toContain(`read is ${part}`);
    expect(report).toContain(`activities.csv (${part}) sha256`);
  });

  it('is said in slopescope.json, and otherwise on the command line', async () => {
    const entry = {
      model,
      data: sample('activities.csv'),
      csv: { rows: 'every:3' },
      rules: [{ inputs: ['calls_made'], expect: 'never falls' }],
    };
    const models = [{ ...entry, model: path.relative(folder, model), data: path.relative(folder, entry.data) }];
    writeFileSync(at('slopescope.json'), JSON.stringify({ version: 1, models }));
    const file = await slopescope('check', at('slopescope.json'), '--quiet');
    expect(file.stdout).toContain(part);
    const all = await slopescope('check', at('slopescope.json'), '--quiet', '--rows', 'all');
    expect(all.stdout).toContain('75 of 500 rows');
    expect(all.stdout).not.toContain('in part');
  });

  it('cannot be asked for in words that mean nothing', async () => {
    const { status, stderr } = await slopescope('slopes', ...given.slice(0, 3), '--rows', 'every');
    expect(status).toBe(2);
    expect(stderr).toContain(
      '--rows is "every"; write --rows A:B with row numbers from 1, such as 1:100, or every:N, first:N or all.',
    );
  });
});
