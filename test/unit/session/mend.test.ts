/** Programs that mend a model: Python takes them, and they read the table and scale it as the session does. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Rule } from '../../../src/findings/rule';
import { modelRow } from '../../../src/session/exactRow';
import { mendCode } from '../../../src/session/mend/mendCode';
import type { Session } from '../../../src/session/session';
import type { ScalingSet } from '../../../src/table/scaling';
import { goldenCases, goldenCsv } from '../goldenCases';
import { canRunPython } from '../network/languages';
import { multilayer } from '../slopes/networks';
import { goldenSession } from './goldenSession';
import { csvOf, sessionOf } from './sessions';

const folder = mkdtempSync(path.join(os.tmpdir(), 'slopescope-mend-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Compiles programs, and runs what they do before the network is built: [rows in model units, masks] of each. */
const runner = `
import json, sys
for place in sys.argv[1:]:
    code = open(place + ".py", encoding="utf-8").read()
    compile(code, place, "exec")
    head = code[: code.index("# ---- the network")]
    frameworks = ("import tensorflow", "import keras", "import torch", "from torch")
    lines = [line for line in head.split("\\n") if not line.startswith(frameworks)]
    names = {}
    exec("\\n".join(lines), names)
    print(json.dumps([names["to_model"](names["x"]).tolist(), names["masks"].tolist()]))
`;

/** What the programs make of their tables. */
function run(places: readonly string[]): (readonly [number[][], number[][]])[] {
  const output = execFileSync('python3', ['-W', 'ignore', '-c', runner, ...places], { encoding: 'utf8', cwd: folder });
  const lines = output.trim().split('\n');
  return lines.map((line) => JSON.parse(line) as [number[][], number[][]]);
}

/** Writes a program with its table; undefined where there is no code. */
function written(session: Session, name: string, csv: string, rules: readonly Rule[]): string | undefined {
  const place = path.join(folder, name);
  const made = mendCode(session, 0, rules, { model: `${name}.keras`, table: `${place}.csv` });
  if (made.kind === 'none') return undefined;
  writeFileSync(`${place}.py`, made.code);
  writeFileSync(`${place}.csv`, csv);
  return place;
}

function modelRows(session: Session): number[][] {
  const { binding, network } = session.connected();
  return Array.from(binding.rows, (row) => [...modelRow(network, binding, row)]);
}

const risesBy = (input: string): Rule => ({ expect: 'always rises', input, level: 'warning' });

describe('the code that mends a model', () => {
  it.skipIf(!canRunPython)(
    'compiles for every fixture of numbers, and takes its rows as the session does',
    async () => {
      const made: { readonly place: string; readonly session: Session }[] = [];
      for (const [number, fixture] of goldenCases().entries()) {
        if (fixture.golden.expect === 'refuse' || fixture.golden.x.length === 0) continue;
        const csv = goldenCsv(fixture);
        const session = await goldenSession(fixture, csv, number % 2 === 0);
        const input = session?.describe().inputs.find(({ kind }) => kind !== 'switched');
        if (!session || !input) continue;
        const rules: Rule[] = [risesBy(input.name), { expect: 'forecast between', low: 0, high: 1, level: 'error' }];
        const place = written(session, `fixture${number}`, csv, rules);
        if (place) made.push({ place, session });
      }
      process.stdout.write(`programs that mend: ${made.length}\n`);
      expect(made.length).toBeGreaterThan(150);
      const results = run(made.map(({ place }) => place));
      made.forEach(({ place, session }, index) => {
        expect(results[index]![0].length, place).toBe(session.connected().binding.rows.length);
        results[index]![0].flat().forEach((value, at) => {
          expect(Math.abs(value - modelRows(session).flat()[at]!), place).toBeLessThanOrEqual(
            1e-12 * Math.max(1, Math.abs(value)),
          );
        });
      });
    },
  );

  it.skipIf(!canRunPython)('knows logarithms, conditions, texts beside numbers, and names with quotes', async () => {
    const network = multilayer([3, 4, 1], { kind: 'tanh' });
    const csv = ['a "big" \\ name;b;c;region', '1,5;2;3;north', '2;4;;south', '7,25;8;9;"s;x"', '1;2;3;north'].join(
      '\n',
    );
    const scalings: ScalingSet = {
      inputs: [
        { kind: 'logAffine', shift: 1, centre: 0.5, spread: 2 },
        { kind: 'affine', centre: 1, spread: 3 },
        { kind: 'identity' },
      ],
      outputs: [{ kind: 'logAffine', shift: 0, centre: 1, spread: 2 }],
      origin: 'test',
    };
    const session = await sessionOf(network, csv, scalings, { byPosition: true });
    const [first] = session.describe().inputs;
    const rules: Rule[] = [
      { ...risesBy(first!.name), where: [{ column: 'b', above: 2 }] },
      {
        ...risesBy(first!.name),
        where: [
          { column: 'region', levels: ['north'] },
          { column: 'b', atMost: 2 },
        ],
      },
    ];
    const place = written(session, 'awkward', csv, rules);
    const [[rows, masks]] = run([place!]) as [[number[][], number[][]]];
    expect(rows).toHaveLength(3);
    rows.flat().forEach((value, at) => expect(value).toBeCloseTo(modelRows(session).flat()[at]!, 12));
    expect(masks).toEqual([
      [0, 1],
      [1, 0],
      [0, 1],
    ]);
  });

  it.skipIf(!canRunPython)('reads yes and no, rows behind a note, and groups of thousands, or stops', async () => {
    const network = multilayer([2, 3, 1], { kind: 'tanh' });
    const csv = ['# written by hand', 'a,urgent', '"1,234.5",True', '"22,000.25",False', '3.5,True'].join('\n');
    const session = await sessionOf(network, csv, undefined, { byPosition: true });
    const place = written(session, 'answers', csv, [risesBy(session.describe().inputs[0]!.name)]);
    expect(run([place!])[0]![0]).toEqual([
      [1234.5, 1],
      [22000.25, 0],
      [3.5, 1],
    ]);
    writeFileSync(`${place!}.csv`, csv.replace('3.5', '4.5'));
    expect(() => run([place!])).toThrow('when this was written it gave 3');
  });

  it('says why there is none', async () => {
    const network = multilayer([2, 3, 1], { kind: 'tanh' });
    const session = await sessionOf(network, csvOf(['a', 'b'], [[1, 2]]));
    const files = { model: 'm.npz', table: 't.csv' };
    const why = (rule: Rule) => {
      const made = mendCode(session, 0, [rule], files);
      return made.kind === 'none' ? made.why : '';
    };
    expect(why({ expect: 'no effect', input: 'a', level: 'warning' })).toBe('There is no penalty for "no effect".');
    expect(why(risesBy('a'))).toBe('');
    session.disconnect();
    expect(why(risesBy('a'))).toContain('Connect a table first');
  });
});
