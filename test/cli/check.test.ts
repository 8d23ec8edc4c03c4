/** `slopescope check` as CI services meet it: several files, awkward tables, SARIF and JUnit by their specifications. */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Finding } from '../../src/findings/finding';
import { sample, slopescope } from './run';
import { junitFaults, sarifFaults } from './schemas.mjs';

const folder = mkdtempSync(path.join(os.tmpdir(), 'slopescope-check-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const model = path.relative(folder, sample('duration.keras'));
const scaler = path.relative(folder, sample('duration.scaler.json'));
const [header = '', ...lines] = readFileSync(sample('activities.csv'), 'utf8').trim().split('\n');

function write(name: string, text: string): string {
  mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
  writeFileSync(path.join(folder, name), text);
  return path.join(folder, name);
}

const entry = (data: string, rules: readonly object[], more: object = {}) => ({ model, data, scaler, rules, ...more });
const rulesFile = (name: string, models: readonly object[]) =>
  write(name, JSON.stringify({ version: 1, models }, null, 2));

interface Location {
  readonly physicalLocation: {
    readonly artifactLocation: { readonly uri: string };
    readonly region: { readonly startLine: number; readonly startColumn: number };
  };
}

interface Log {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly name: string; readonly rules: readonly { readonly id: string }[] } };
    readonly invocations: readonly {
      readonly executionSuccessful: boolean;
      readonly toolExecutionNotifications: readonly { readonly message: { readonly text: string } }[];
    }[];
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly message: { readonly text: string };
      readonly locations: readonly Location[];
      readonly relatedLocations: readonly Location[];
    }[];
  }[];
}

/** The schema of SARIF 2.1.0, and what its specification demands beyond that of the properties that are written. */
function expectSarif(log: Log): void {
  expect(sarifFaults(log)).toEqual([]);
  expect(log.version).toBe('2.1.0');
  for (const { tool, results, invocations } of log.runs) {
    expect(tool.driver.name).not.toBe('');
    expect(new Set(tool.driver.rules.map(({ id }) => id)).size).toBe(tool.driver.rules.length);
    for (const { executionSuccessful } of invocations) expect(typeof executionSuccessful).toBe('boolean');
    for (const { ruleId, ruleIndex, level, message, locations, relatedLocations } of results) {
      expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
      expect(['none', 'note', 'warning', 'error']).toContain(level);
      expect(message.text).not.toBe('');
      for (const { physicalLocation } of [...locations, ...relatedLocations]) {
        expect(() => new URL(physicalLocation.artifactLocation.uri, 'file:///')).not.toThrow();
        expect(physicalLocation.artifactLocation.uri).not.toMatch(/[\s\\]/);
        expect(physicalLocation.region.startLine).toBeGreaterThanOrEqual(1);
        expect(physicalLocation.region.startColumn).toBeGreaterThanOrEqual(1);
      }
    }
  }
}

describe('SARIF', () => {
  it('points to lines of the table through a byte order mark, CRLF, quoted line ends and letters of several bytes', async () => {
    const odd = ['\ufeffnote äöü\u{1f600}', header].join(',');
    const rows = lines.slice(0, 300).map((line, index) => (index === 0 ? `"two\r\nlines ü",${line}` : `ü,${line}`));
    const table = write('odd täble.csv', [odd, ...rows].join('\r\n'));
    const outcome = await slopescope(
      'check',
      sample('duration.keras'),
      '--data',
      table,
      '--scaler',
      sample('duration.scaler.json'),
      '--columns',
      header.split(',').slice(0, 8).join(','),
      '--rule',
      'calls_made never falls',
      '--format',
      'sarif',
    );
    expect(outcome.status, outcome.stderr).toBe(1);
    const log = JSON.parse(outcome.stdout) as Log;
    expectSarif(log);
    const [result] = log.runs[0]!.results;
    const [place] = result!.locations;
    const row = Number(/at row (\d+)/.exec(result!.message.text)?.[1]);
    // The header is one line, the first row two.
    expect(place!.physicalLocation.region.startLine).toBe(row + 2);
    expect(place!.physicalLocation.artifactLocation.uri).toMatch(/odd%20t%C3%A4ble\.csv$/);
  });

  it('points to the rule in slopescope.json, and tells rules that were not checked', async () => {
    write('data/a.csv', [header, ...lines].join('\n'));
    const rules = rulesFile('sarif/slopescope.json', []);
    const text = `\ufeff{ "version": 1, "models": [ {\r\n "model": ${JSON.stringify(path.join('..', model))}, "data": "../data/a.csv", "scaler": ${JSON.stringify(path.join('..', scaler))},\r\n "rules": [ /* ü\u{1f600} */ { "inputs": ["calls_made"], "expect": "never falls" },\r\n   { "inputs": ["calls_mad"], "expect": "never falls" } ] } ] }`;
    writeFileSync(rules, text);
    const outcome = await slopescope('check', rules, '--format', 'sarif');
    expect(outcome.status, outcome.stderr).toBe(2);
    const log = JSON.parse(outcome.stdout) as Log;
    expectSarif(log);
    const [run] = log.runs;
    expect(run!.results[0]!.locations[0]!.physicalLocation.region).toEqual({ startLine: 3, startColumn: 23 });
    expect(run!.invocations[0]!.executionSuccessful).toBe(false);
    expect(run!.invocations[0]!.toolExecutionNotifications[0]!.message.text).toContain('calls_mad is not an input');
    expect(outcome.stderr).toContain('Did you mean calls_made?');
  });
});

describe('JUnit', () => {
  it('counts its tests as it lists them; an info fails none, what cannot be checked is an error', async () => {
    write('data/a.csv', [header, ...lines].join('\n'));
    const never = (input: string, more: object = {}) => ({ inputs: [input], expect: 'never falls', ...more });
    const rules = rulesFile('junit.json', [
      entry('data/a.csv', [
        never('calls_made', { level: 'info' }),
        never('site_visits'),
        never('nothing'),
        never('forms_filled', { where: 'calls_made > 999' }),
      ]),
    ]);
    const { stdout, status } = await slopescope('check', rules, '--format', 'junit');
    expect(status).toBe(2);
    expect(await junitFaults(stdout)).toEqual([]);
    const [, tests, failures, errors] = /tests="(\d+)" failures="(\d+)" errors="(\d+)"/.exec(stdout)!.map(Number);
    expect([tests, failures, errors]).toEqual([4, 1, 2]);
    expect(stdout.match(/<testcase /g)).toHaveLength(4);
    expect(stdout.match(/<failure /g)).toHaveLength(1);
    expect(stdout.match(/<error /g)).toHaveLength(2);
    expect(stdout).toContain('<system-out>');
    expect(stdout).toContain('No row of a.csv meets calls_made &gt; 999.');
  });
});

describe('the schemas', () => {
  it('refuse what is none', async () => {
    expect(sarifFaults({ version: '2.1.0', runs: [{ results: [] }] })).toContain(
      "/runs/0 must have required property 'tool'",
    );
    expect(sarifFaults({ version: '2.0.0', runs: [] })).toHaveLength(1);
    expect(await junitFaults('<testsuites><testsuite><testcase/></testsuite></testsuites>')).not.toEqual([]);
  });

  it('take awkward names and sentences', async () => {
    const odd = `a "<b>" & 'ü' \u{1f600}\u0001.csv`;
    write(`data/${odd}`, [header, ...lines].join('\n'));
    const why = 'time > 0 & "always" <so>\u0007]]>';
    const rules = rulesFile('odd.json', [
      entry(`data/${odd}`, [
        { inputs: ['*'], expect: 'never falls', why },
        { inputs: ['calls_made'], expect: 'never falls', check: 'ranges', level: 'info', why },
        { expect: 'forecast at least', limit: 0, level: 'error' },
        { expect: 'forecast at most', limit: 10, level: 'info' },
        { inputs: ['calls_mad'], expect: 'never falls' },
      ]),
    ]);
    const [sarif, junit] = await Promise.all(
      ['sarif', 'junit'].map((format) => slopescope('check', rules, '--format', format)),
    );
    expect(sarifFaults(JSON.parse(sarif!.stdout))).toEqual([]);
    expect(await junitFaults(junit!.stdout)).toEqual([]);
  });
});

describe('several files', () => {
  it('are all checked, whatever one of them lacks', async () => {
    write('data/a.csv', [header, ...lines].join('\n'));
    write('data/b.csv', [header, ...lines.slice(0, 50)].join('\n'));
    const holds = [{ inputs: ['calls_made'], expect: 'slope at least', limit: -1000 }];
    const up = (file: string) => path.join('..', '..', file);
    const place = (data: string) => ({ ...entry(up(data), holds), model: up(model), scaler: up(scaler) });
    rulesFile('many/one/slopescope.json', [place('data/a.csv'), place('data/b.csv')]);
    rulesFile('many/two/slopescope.json', [place('data/a.csv')]);
    const fine = await slopescope('check', path.join(folder, 'many'), '--quiet');
    expect(fine.status, fine.stderr).toBe(0);
    expect(fine.stdout.match(/The rule holds/g)).toHaveLength(3);
    rulesFile('many/three/slopescope.json', [{ ...place('data/a.csv'), model: 'gone.keras' }]);
    write('many/four/slopescope.json', '{ "version": 1,\n "models": [ }');
    const outcome = await slopescope('check', path.join(folder, 'many'), '--quiet');
    expect(outcome.status).toBe(2);
    expect(outcome.stdout.match(/duration\.keras on/g)).toHaveLength(3);
    expect(outcome.stderr).toContain('gone.keras does not exist');
    expect(outcome.stderr).toContain('line 2: a value is missing');
  });

  it('of words run the other rules when one means nothing', async () => {
    const outcome = await slopescope(
      'check',
      sample('duration.keras'),
      '--data',
      sample('activities.csv'),
      '--rule',
      'calls_mad never falls',
      '--rule',
      'site_visits never falls',
      '--json',
    );
    expect(outcome.status).toBe(2);
    const { findings, problems } = JSON.parse(outcome.stdout) as {
      findings: unknown[];
      problems: { remedy: string }[];
    };
    expect(findings).toHaveLength(1);
    expect(problems[0]!.remedy).toBe('Did you mean calls_made?');
  });
});

describe('JSON', () => {
  it('takes the worst slope apart by the units of each hidden layer', async () => {
    const data = ['--data', sample('activities.csv'), '--scaler', sample('duration.scaler.json')];
    const asked = ['--rule', 'calls_made never falls', '--format', 'json'];
    const { stdout } = await slopescope('check', sample('duration.keras'), ...data, ...asked);
    const [finding] = (JSON.parse(stdout) as { findings: Finding[] }).findings;
    const { row, slope, layers } = finding!.parts!;
    expect(row).toBe(finding!.rows.worstRows[0]);
    expect(layers.map(({ name, size }) => `${name} ${size}`)).toEqual(['h1 24', 'h2 12']);
    for (const { units } of layers) {
      const sum = units.reduce((total, { part }) => total + part, 0);
      expect(Math.abs(sum / slope - 1)).toBeLessThan(1e-9);
      expect(Math.abs(sum / finding!.rows.worst - 1)).toBeLessThan(1e-6);
    }
  });
});

describe('awkward tables', () => {
  const check = (name: string, rows: readonly string[], ...rules: readonly string[]) =>
    slopescope(
      'check',
      sample('duration.keras'),
      '--data',
      write(name, [header, ...rows].join('\n')),
      '--scaler',
      sample('duration.scaler.json'),
      ...rules.flatMap((rule) => ['--rule', rule]),
    );

  it('may have one row, constant columns or missing values', async () => {
    const one = await check(
      'one.csv',
      lines.slice(0, 1),
      '* never rises',
      'calls_made matters at least as much as site_visits',
    );
    expect(one.status).toBe(1);
    expect(one.stdout).toContain('in 1 of 1 rows');
    const constant = await check(
      'constant.csv',
      Array.from({ length: 30 }, () => lines[0]!),
      '* never rises',
    );
    expect(constant.stdout).toContain('in 30 of 30 rows (100\u2009%)');
    const missing = await check(
      'missing.csv',
      lines.map((line, index) => (index % 10 === 0 ? line.replace(/^\d+/, '') : line)),
      'calls_made never falls',
    );
    expect(missing.stdout).toContain('of 450 rows');
    expect(missing.stderr).toContain('50 of 500 rows of missing.csv are left out');
  });
});
