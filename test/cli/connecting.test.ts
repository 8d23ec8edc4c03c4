/** How a table is connected, on the command line and by slopescope.json. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { slopescope } from './run';

const folder = mkdtempSync(path.join(os.tmpdir(), 'slopescope-connecting-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => path.join(folder, name);

/** y = age + 3 in city_A, − 2 in city_B, nothing in city_C: weights of one layer, as safetensors. */
const weights = [1, 3, -2, 0];
const header = JSON.stringify({
  'fc.weight': { dtype: 'F64', shape: [1, 4], data_offsets: [0, 32] },
  'fc.bias': { dtype: 'F64', shape: [1], data_offsets: [32, 40] },
});
const bytes = Buffer.alloc(8 + header.length + 40);
bytes.writeBigUInt64LE(BigInt(header.length));
bytes.write(header, 8);
weights.forEach((weight, index) => bytes.writeDoubleLE(weight, 8 + header.length + 8 * index));
writeFileSync(at('model.safetensors'), bytes);
const rows = Array.from({ length: 9 }, (_, row) => [row, ...[0, 1, 2].map((city) => (row % 3 === city ? 1 : 0))]);
writeFileSync(at('cities.csv'), ['age,city_A,city_B,city_C', ...rows.map((row) => row.join(','))].join('\n'));
const model = [at('model.safetensors'), '--data', at('cities.csv'), '--answer', 'output=linear'];

interface Slopes {
  readonly inputs: readonly string[];
  readonly jacobian: readonly (readonly (readonly (number | null)[])[])[];
}

describe('columns that look like one category', () => {
  it('stay numbers until it is asked for, and that is said', async () => {
    const { status, stdout, stderr } = await slopescope('slopes', ...model, '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ inputs: ['age', 'city_A', 'city_B', 'city_C'] });
    expect(stderr).toContain('3 columns of cities.csv look like one category, city; they are treated as numbers.');
    expect(stderr).toContain('--category "city_*" treats them as one.');
  });

  it.each(['city_*', 'city_A, city_B, city_C'])('are one by --category %s', async (columns) => {
    const { stdout, stderr } = await slopescope('slopes', ...model, '--category', columns, '--json');
    const { inputs, jacobian } = JSON.parse(stdout) as Slopes;
    expect(inputs).toEqual(['age', 'city']);
    expect(jacobian[0]![0]).toEqual([1, null]);
    expect(stderr).not.toContain('category');
    const effects = await slopescope('effects', ...model, '--category', columns, '--input', 'city', '--json');
    const { levels } = (JSON.parse(effects.stdout) as { effects: { levels: unknown }[] }).effects[0]!;
    expect(levels).toMatchObject({
      commonest: 'A',
      lines: [
        { level: 'C', average: -3 },
        { level: 'B', average: -5 },
      ],
    });
  });

  it('are one by slopescope.json, whose rules are on the category', async () => {
    const rules = [
      { inputs: ['city'], expect: 'levels in order', levels: ['B', 'C', 'A'] },
      { inputs: ['city'], expect: 'levels in order', levels: ['A', 'B'] },
      { inputs: ['*'], expect: 'never falls' },
    ];
    const entry = { model: 'model.safetensors', data: 'cities.csv', answers: { output: 'linear' }, rules };
    const check = async (categories: object) => {
      writeFileSync(at('slopescope.json'), JSON.stringify({ version: 1, models: [{ ...entry, ...categories }] }));
      const { status, stdout } = await slopescope('check', at('slopescope.json'), '--format', 'json');
      const { passed, failed } = JSON.parse(stdout) as { passed: number; failed: number };
      return { status, passed, failed };
    };
    expect(await check({ categories: { city: 'city_*' } })).toEqual({ status: 1, passed: 2, failed: 1 });
    expect(await check({})).toEqual({ status: 1, passed: 4, failed: 2 });
    expect(await check({ categories: { city: 3 } })).toMatchObject({ status: 2 });
    expect(await check({ categories: { city: ['city_A', 'town'] } })).toMatchObject({ status: 2 });
  });

  it('need a table', async () => {
    const { status, stderr } = await slopescope(
      'effects',
      at('model.safetensors'),
      '--answer',
      'output=linear',
      '--category',
      'a*',
    );
    expect(status).toBe(2);
    expect(stderr).toContain('--category needs a table');
  });
});

describe('how a table is written', () => {
  const options = ['slopes', at('model.safetensors'), '--answer', 'output=linear', '--json', '--data'];
  const [head, ...body] = ['größe|a|b|c', '1,5|1|0|0', '2,5|0|1|0', '3,5|0|0|1'];

  it('is found, or said', async () => {
    writeFileSync(at('bars.csv'), [head, ...body].join('\n'));
    const inputsBy = async (...more: string[]) => {
      const { status, stdout } = await slopescope(...options, at('bars.csv'), ...more);
      return { status, inputs: (JSON.parse(stdout) as Partial<Slopes>).inputs };
    };
    expect(await inputsBy()).toEqual({ status: 0, inputs: ['größe', 'a', 'b', 'c'] });
    expect(await inputsBy('--delimiter', '|', '--decimal', ',', '--encoding', 'UTF-8')).toMatchObject({ status: 0 });
    expect((await inputsBy('--encoding', 'Windows-1252')).inputs?.[0]).toBe('grÃ¶ÃŸe');
    expect(await inputsBy('--delimiter', ';')).toMatchObject({ status: 2 });
    expect((await slopescope(...options, at('bars.csv'), '--delimiter', 'x')).status).toBe(2);
  });

  it('is kept in slopescope.json', async () => {
    writeFileSync(at('points.csv'), ['a;b;c;d', '1,500;1;0;0', '2,500;0;1;0', '3,500;0;0;1'].join('\n'));
    const rules = [{ expect: 'forecast at most', limit: 100 }];
    const check = async (csv: object) => {
      const entry = { model: 'model.safetensors', data: 'points.csv', answers: { output: 'linear' }, rules, csv };
      writeFileSync(at('slopescope.json'), JSON.stringify({ version: 1, models: [entry] }));
      return (await slopescope('check', at('slopescope.json'))).status;
    };
    expect(await check({ decimal: ',' })).toBe(0);
    expect(await check({ decimal: '.' })).toBe(2);
    expect(await check({ delimiter: 'x' })).toBe(2);
  });
});

describe('scalings', () => {
  it('are taken from the table and its true values where this is said', async () => {
    const lines = Array.from({ length: 6 }, (_, row) => [row, row % 2, (row * 3) % 4, (row * 5) % 3, 100 + row ** 2]);
    writeFileSync(at('scaled.csv'), ['a,b,c,d,y', ...lines.map((line) => line.join(','))].join('\n'));
    const slopeBy = async (...more: string[]) => {
      const wanted = ['--data', at('scaled.csv'), '--answer', 'output=linear', '--json', '--quiet', ...more];
      const { stdout } = await slopescope('slopes', at('model.safetensors'), ...wanted);
      return (JSON.parse(stdout) as Slopes).jacobian[0]![0]![0]!;
    };
    const deviation = (column: number): number => {
      const mean = lines.reduce((sum, line) => sum + line[column]!, 0) / lines.length;
      return Math.sqrt(lines.reduce((sum, line) => sum + (line[column]! - mean) ** 2, 0) / (lines.length - 1));
    };
    expect(await slopeBy()).toBe(1);
    expect(await slopeBy('--scaler', 'table')).toBeCloseTo(1 / deviation(0), 12);
    expect(await slopeBy('--scaler', 'table', '--output-scaler', 'table')).toBeCloseTo(deviation(4) / deviation(0), 12);
    const { status } = await slopescope(
      'effects',
      at('model.safetensors'),
      '--scaler',
      'table',
      '--answer',
      'output=linear',
    );
    expect(status).toBe(2);
  });
});
