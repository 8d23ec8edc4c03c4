import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Progress } from '../../src/ask';
import type { Rule } from '../../src/findings/rule';
import { ModelThread, type ThreadEnd } from '../../src/worker/modelThread';
import type { FileSource } from '../../src/worker/threadService';

const root = fileURLToPath(new URL('../..', import.meta.url));
const script = path.join(root, 'dist/worker.js');
const sample = path.join(root, 'media/sample');
const view = { output: 0, units: 'original' } as const;
const neverFalls: Rule = { expect: 'never falls', input: 'calls_made', level: 'warning' };

const noFiles = { list: () => [], read: () => undefined };
const open: ModelThread[] = [];

function start(onDied: (end: ThreadEnd) => void = () => undefined): ModelThread {
  const thread = new ModelThread(script, 2, noFiles, onDied);
  open.push(thread);
  return thread;
}

function source(file: string): FileSource {
  return { kind: 'path', path: file, name: path.basename(file) };
}

function openModel(thread: ModelThread, file = path.join(sample, 'duration.keras')) {
  return thread.asker.call('openModel', { model: source(file), answers: {}, virtualFolder: false });
}

async function openSample(thread: ModelThread, table = path.join(sample, 'activities.csv')): Promise<void> {
  await openModel(thread);
  await thread.asker.call('connectTable', { table: source(table), choice: {} });
}

/** The sample's rows again and again, so many that an answer takes long enough to be cancelled. */
function longTable(folder: string, times: number): string {
  const [header, ...rows] = readFileSync(path.join(sample, 'activities.csv'), 'utf8').trim().split('\n');
  const file = path.join(folder, 'long.csv');
  writeFileSync(file, [header, ...Array.from({ length: times }, () => rows.join('\n'))].join('\n'));
  return file;
}

beforeAll(() => {
  if (!existsSync(script)) throw new Error('dist/worker.js is missing: npm run build makes it.');
});

afterEach(() => {
  for (const thread of open.splice(0)) thread.dispose();
});

describe('the thread of a model', () => {
  it('opens the sample and answers', async () => {
    const thread = start();
    const description = await openModel(thread);
    expect(description.inputs).toHaveLength(8);
    const data = await thread.asker.call('connectTable', {
      table: source(path.join(sample, 'activities.csv')),
      choice: {},
    });
    expect(data).toMatchObject({ rows: 500, usable: 500 });
    await thread.asker.call('setRules', { rules: [neverFalls] });
    const { findings, rules } = await thread.asker.call('findings', view);
    expect(findings[0]?.rows).toMatchObject({ count: 75, of: 500 });
    expect(rules).toHaveLength(1);
    const { lanes } = await thread.asker.call('lanes', view);
    expect(lanes).toHaveLength(8);
  });

  it('finds the tables that fit among others', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'slopescope-'));
    try {
      const thread = start();
      await openModel(thread);
      const other = path.join(folder, 'other.csv');
      writeFileSync(other, 'a,b\n1,2\n');
      const missing = path.join(folder, 'missing.csv');
      const whole = path.join(sample, 'activities.csv');
      const head = {
        kind: 'bytes',
        name: 'head.csv',
        bytes: readFileSync(whole).subarray(0, 2000),
        size: 4000,
      } as const;
      const sources = [source(missing), source(other), head, source(whole)];
      const tables = sources.map((table) => ({ source: table, sameFolder: table === sources[3] }));
      const found = await thread.asker.call('tablesThatFit', { tables, most: 3 });
      expect(found).toMatchObject([
        { index: 3, matched: 8, of: 8, target: 'duration_minutes', rows: { count: 500, exact: true } },
        { index: 2, matched: 8, of: 8, byPosition: true, rows: { exact: false } },
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('reads no more than 64 KB of a table that nobody has chosen (A5)', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'slopescope-'));
    try {
      const thread = start();
      await openModel(thread);
      const table = longTable(folder, 10);
      // More than can be read into memory at all; the file system keeps the empty part as a hole.
      const size = 2 ** 33;
      truncateSync(table, size);
      const [found] = await thread.asker.call('tablesThatFit', {
        tables: [{ source: source(table), sameFolder: true }],
        most: 1,
      });
      const head = readFileSync(path.join(sample, 'activities.csv'));
      expect(found).toMatchObject({ matched: 8, of: 8, rows: { exact: false } });
      expect(found!.rows.count / ((size / head.length) * 500)).toBeCloseTo(1, 1);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('asks which rows of a table are read that cannot be held in memory, and reads those', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'slopescope-'));
    try {
      const thread = start();
      await openModel(thread);
      const table = source(longTable(folder, 10));
      truncateSync(path.join(folder, 'long.csv'), 2 ** 33);
      const asked = await thread.asker.call('connectTable', { table, choice: {} });
      expect(asked).toMatchObject({ rows: 0, usable: 0, problems: [] });
      expect(asked.large?.choices[2]).toBe('all');
      expect(await thread.asker.call('data')).toEqual(asked);
      const dialect = { rows: 'first:2000' } as const;
      const data = await thread.asker.call('connectTable', { table, choice: {}, dialect });
      expect(data).toMatchObject({ rows: 2000, usable: 2000 });
      expect(data.part).toMatch(/^the first 2\u2009000 of about \d+ million rows$/);
      expect(data.problems.map(({ code }) => code)).toContain('part-of-rows');
      const { subline } = await thread.asker.call('lanes', view);
      expect(subline).toContain(`Read is ${data.part!}.`);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('answers the first picture of many rows before the whole is computed', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'slopescope-'));
    try {
      const thread = start();
      await openSample(thread, longTable(folder, 400));
      const answered: string[] = [];
      const note = async (name: string, asked: Promise<unknown>): Promise<void> => {
        await asked;
        answered.push(name);
      };
      const map = { ...view, order: { by: 'forecast' }, cells: 300, inputs: [0, 1] } as const;
      await Promise.all([
        note('findings', thread.asker.call('findings', view)),
        note('lanes', thread.asker.call('lanes', view)),
        note('map', thread.asker.call('map', map)),
      ]);
      expect(answered.at(-1)).toBe('findings');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('takes files that have no path here', async () => {
    const files = {
      list: () => ['duration.scaler.json'],
      read: ({ path: name }: { readonly path: string }) => new Uint8Array(readFileSync(path.join(sample, name))),
    };
    const thread = new ModelThread(script, 1, files, () => undefined);
    open.push(thread);
    const bytes = (name: string): FileSource => ({
      kind: 'bytes',
      bytes: new Uint8Array(readFileSync(path.join(sample, name))),
      name,
    });
    await thread.asker.call('openModel', { model: bytes('duration.keras'), answers: {}, virtualFolder: true });
    const data = await thread.asker.call('connectTable', { table: bytes('activities.csv'), choice: {} });
    expect(data.usable).toBe(500);
    const { scaler } = await thread.asker.call('describe');
    expect(scaler).toContain('duration.scaler.json');
  });

  it('tells how well each answer to an open question fits the first table with true values', async () => {
    const thread = start();
    const folder = path.join(root, 'test/fixtures/numpy/demand-goes-negative');
    const { questions } = await openModel(thread, path.join(folder, 'model.npz'));
    const places = [path.join(folder, 'gone.csv'), path.join(sample, 'activities.csv'), path.join(folder, 'data.csv')];
    const tables = places.map(source);
    const fitted = await thread.asker.call('answerFits', { tables, choice: {} });
    expect(fitted?.map(({ id }) => id)).toEqual(questions.map(({ id }) => id));
    const hidden = fitted?.find(({ id }) => id === 'hidden');
    expect(hidden).toMatchObject({ guess: 'relu', fit: { table: 'data.csv', target: 'demand', rows: 80 } });
    expect(hidden?.fit?.choices.find(({ choice }) => choice === 'relu')?.averageMiss).toBeCloseTo(44.13, 2);
    expect(await thread.asker.call('answerFits', { tables: tables.slice(0, 2), choice: {} })).toBeUndefined();
  });

  it('refuses a broken file in words and goes on', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'slopescope-thread-'));
    try {
      const broken = path.join(folder, 'broken.keras');
      writeFileSync(broken, readFileSync(path.join(sample, 'duration.keras')).subarray(0, 5000));
      const thread = start();
      const refused = await openModel(thread, broken);
      expect(refused.problems.some(({ severity }) => severity === 'error')).toBe(true);
      expect(refused.problems[0]?.message).toContain('broken.keras');
      copyFileSync(path.join(sample, 'duration.keras'), broken);
      expect((await openModel(thread, broken)).inputs).toHaveLength(8);
      const missing = source(path.join(folder, 'gone.csv'));
      await expect(thread.asker.call('connectTable', { table: missing, choice: {} })).rejects.toThrow(/gone\.csv/);
      expect((await thread.asker.call('describe')).inputs).toHaveLength(8);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('rejects a question that does not exist or comes too early', async () => {
    const thread = start();
    await expect(thread.asker.call('describe')).rejects.toThrow(/No model is open/);
    await openModel(thread);
    await expect(thread.asker.call('lanes', view)).rejects.toThrow();
  });
});

describe('a long answer', () => {
  it('reports progress, is stopped, keeps what it has, and can be asked again', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'slopescope-thread-'));
    try {
      const thread = start();
      const reports: Progress[] = [];
      const rows = 400 * 500;
      await openModel(thread);
      await thread.asker.call(
        'connectTable',
        { table: source(longTable(folder, 400)), choice: {} },
        { onProgress: (report) => reports.push(report) },
      );
      expect(reports.some(({ task }) => task === 'Reading long.csv')).toBe(true);
      const stopping = new AbortController();
      const seen: Progress[] = [];
      const cancelled = thread.asker.call('findings', view, {
        signal: stopping.signal,
        onProgress: (report) => {
          seen.push(report);
          void thread.asker.call('stop');
          stopping.abort();
        },
      });
      await expect(cancelled).rejects.toMatchObject({ name: 'AbortError' });
      expect(seen[0]?.of).toBeGreaterThan(0);
      const { computed, rows: all } = await thread.asker.call('lanes', view);
      expect(all).toBe(rows);
      expect(computed).toBeGreaterThan(0);
      expect(computed).toBeLessThanOrEqual(rows);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the end of a thread', () => {
  it('rejects what waits and what comes later once it is disposed', async () => {
    const thread = start();
    const waiting = openModel(thread);
    thread.dispose();
    await expect(waiting).rejects.toThrow(/closed/);
    await expect(thread.asker.call('describe')).rejects.toThrow(/closed/);
  });

  it('tells its owner when it dies, and a new one answers', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'slopescope-thread-'));
    try {
      const dying = path.join(folder, 'dying.js');
      writeFileSync(dying, "require('node:worker_threads').parentPort.once('message', () => process.exit(7));");
      const died = new Promise<ThreadEnd>((resolve) => {
        const thread = new ModelThread(dying, 1, noFiles, resolve);
        open.push(thread);
        void openModel(thread).catch((error: unknown) => expect(String(error)).toMatch(/closed/));
      });
      expect((await died).reason).toContain('7');
      const thread = start();
      await openSample(thread);
      expect((await thread.asker.call('lanes', view)).rows).toBe(500);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('the host beside a thread', () => {
  it('says how long opening a model and its table holds up the thread that asks', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'slopescope-thread-'));
    try {
      const table = longTable(folder, 20);
      const stretches: number[] = [];
      // The machine may be busy with other things: what the asking thread itself takes is in the least of several openings.
      for (let opening = 0; opening < 6; opening++) stretches.push(await longestStretch(() => openAndClose(table)));
      console.log(`Held up for at most ${Math.min(...stretches).toFixed(1)} ms at a time (least of 6 openings).`);
      expect(stretches).toHaveLength(6);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

async function openAndClose(table: string): Promise<void> {
  const thread = start();
  await openSample(thread, table);
  await thread.asker.call('findings', view);
  thread.dispose();
}

/** The longest time in ms for which the event loop did not turn meanwhile. */
async function longestStretch(work: () => Promise<void>): Promise<number> {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  await new Promise((resolve) => setImmediate(resolve));
  await work();
  delays.disable();
  return delays.max / 1e6;
}

describe('a second model in the thread', () => {
  const model = path.join(sample, 'duration.keras');
  const other = { model: source(model), answers: {}, virtualFolder: false };
  const compared = { output: 0, id: 'a', name: 'the version before 17:04', other, choice: {}, isEarlier: false };

  it('is compared under the rules of the first', async () => {
    const thread = start();
    await openSample(thread);
    await thread.asker.call('setRules', { rules: [neverFalls] });
    expect(await thread.asker.call('compare', compared)).toMatchObject({
      models: ['duration.keras', 'duration.keras'],
      rows: 500,
      oppositeRows: 0,
      forecast: { largest: 0 },
      findings: [[{ severity: 'warning' }], [{ severity: 'warning' }]],
    });
    await thread.asker.call('closeComparison');
  });

  it('stands in a report that is to hold it', async () => {
    const thread = start();
    await openSample(thread);
    const wish = { kind: 'report', outputs: [0], units: 'original', compared } as const;
    const { bytes } = await thread.asker.call('exportAs', wish);
    const html = new TextDecoder().decode(bytes);
    expect(html).toContain('"compared":"the version before 17:04"');
    expect(html).toContain('no slope has opposite signs in any row');
    const [hash] = /(?<=duration\.keras sha256 )[0-9a-f]{16}/.exec(html) ?? [];
    expect(html).toContain(`the version before 17:04 sha256 ${hash}`);
  });

  it('follows What if row by row, both from one answer', async () => {
    const thread = start();
    await openSample(thread);
    const changes = [{ input: 0, value: 12 }];
    const both = await thread.asker.call('compareWhatIf', { compared, row: 7, changes });
    const alone = await thread.asker.call('whatIf', { output: 0, row: 7, changes, from: 'average', curves: false });
    expect(both).toMatchObject({ row: 7, before: [alone.before, alone.before], after: [alone.after, alone.after] });
    expect('slopes' in both && both.slopes).toEqual(
      alone.inputs.map(({ input, slope }) => ({ input, slopes: [slope, slope] })),
    );
  });

  it('is refused with a reason where it is no network', async () => {
    const thread = start();
    await openSample(thread);
    const text = { kind: 'bytes' as const, name: 'notes.h5', bytes: new TextEncoder().encode('no model') };
    const request = { ...compared, other: { ...other, model: text, virtualFolder: true } };
    expect(await thread.asker.call('compare', request)).toMatchObject({
      message: expect.stringContaining('notes.h5 cannot be compared on this table: ') as string,
    });
  });

  it('can be the version before the last save, which is kept where it is told to', async () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'slopescope-'));
    try {
      const saved = path.join(folder, 'duration.keras');
      copyFileSync(model, saved);
      const thread = start();
      await openModel(thread, saved);
      await thread.asker.call('connectTable', { table: source(path.join(sample, 'activities.csv')), choice: {} });
      const place = path.join(folder, 'kept', 'before');
      expect(await thread.asker.call('keepVersion', { present: source(saved), place })).toBe(false);
      writeFileSync(saved, 'retrained');
      expect(await thread.asker.call('keepVersion', { present: source(saved), place })).toBe(true);
      expect(readFileSync(place)).toEqual(readFileSync(model));
      const before = {
        ...other,
        model: { kind: 'path' as const, path: place, name: 'duration.keras' },
        virtualFolder: true,
      };
      const request = { ...compared, other: before, isEarlier: true };
      expect(await thread.asker.call('compare', request)).toMatchObject({ rows: 500, forecast: { largest: 0 } });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
