import { describe, expect, it } from 'vitest';
import { RecentlyUsed } from '../../../src/session/recentlyUsed';
import { SlopeCache } from '../../../src/session/slopeCache';
import type { SlopeEngine } from '../../../src/slopes/engine';
import { multilayer } from '../slopes/networks';
import { csvOf, sessionOf, testEngine } from './sessions';

describe('RecentlyUsed', () => {
  it('lets go what was asked for longest ago, and keeps the newest whatever its size', () => {
    const kept = new RecentlyUsed<string, number>(10, (bytes) => bytes);
    kept.set('a', 4);
    kept.set('b', 4);
    expect(kept.get('a')).toBe(4);
    kept.set('c', 4);
    expect(['a', 'b', 'c'].map((key) => kept.has(key))).toEqual([true, false, true]);
    kept.set('d', 40);
    expect(['a', 'c', 'd'].map((key) => kept.has(key))).toEqual([false, false, true]);
    expect(kept.get('b')).toBeUndefined();
  });

  it('makes room before something is taken', () => {
    const kept = new RecentlyUsed<string, number>(10, (bytes) => bytes);
    kept.set('a', 6);
    kept.makeRoom(4);
    expect(kept.has('a')).toBe(true);
    kept.makeRoom(5);
    expect(kept.has('a')).toBe(false);
  });
});

describe('SlopeCache', () => {
  it('computes an output again that the budget let go, and gives the same slopes', async () => {
    const rows = Array.from({ length: 30 }, (_, row) => [row / 7, Math.sin(row)]);
    const session = await sessionOf(multilayer([2, 5, 3], { kind: 'tanh' }), csvOf(['a', 'b'], rows));
    const { computation } = session.connected();
    const engine = await testEngine();
    let jobs = 0;
    const counting: SlopeEngine = { ...engine, run: (plan, job) => (jobs++, engine.run(plan, job)) };
    // 30 rows × (2 slopes of 4 bytes, a forecast of 8 and a mark of 1) are 510 bytes: room for two outputs.
    const cache = new SlopeCache((output) => ({ ...computation(output), engine: counting }), 1100);
    const first = await cache.slopes(0);
    await cache.slopes(1);
    expect(await cache.slopes(0)).toBe(first);
    expect(jobs).toBe(2);
    await cache.slopes(2);
    await cache.slopes(0);
    expect(jobs).toBe(3);
    await cache.slopes(1);
    expect(jobs).toBe(4);
    const again = await cache.slopes(0);
    expect(jobs).toBe(4);
    expect(again).toEqual(first);
    await cache.slopes(2);
    expect(await cache.slopes(0)).toEqual(first);
    expect(jobs).toBe(5);
  });

  /** A cache over three chunks of rows, whose engine waits until it is let go on. */
  async function waiting() {
    const rows = Array.from({ length: 20_000 }, (_, row) => [row / 7, Math.sin(row)]);
    const session = await sessionOf(multilayer([2, 5, 1], { kind: 'tanh' }), csvOf(['a', 'b'], rows));
    const engine = await testEngine();
    let goOn: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    const slow: SlopeEngine = { ...engine, run: (plan, job) => held.then(() => engine.run(plan, job)) };
    const { computation } = session.connected();
    return { cache: new SlopeCache((output) => ({ ...computation(output), engine: slow })), goOn, rows: rows.length };
  }

  it('computes all rows for who still asks when who began no longer does, and keeps no part', async () => {
    const { cache, goOn, rows } = await waiting();
    const first = new AbortController();
    const cancelled = cache.slopes(0, { signal: first.signal, progress: () => undefined });
    const asked = cache.slopes(0, { signal: new AbortController().signal, progress: () => undefined });
    first.abort();
    goOn();
    expect((await cancelled).rows.length).toBeLessThan(rows);
    expect((await asked).rows.length).toBe(rows);
    expect((await cache.slopes(0)).rows.length).toBe(rows);
  });

  it('keeps the rows it has when it is stopped', async () => {
    const { cache, goOn, rows } = await waiting();
    const asked = cache.slopes(0);
    cache.stop();
    goOn();
    const stopped = await asked;
    expect(stopped.rows.length).toBeLessThan(rows);
    expect(await cache.slopes(0)).toBe(stopped);
  });
});
