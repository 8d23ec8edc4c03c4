import { describe, expect, it } from 'vitest';
import { markdownOf } from '../../../src/session/exports/markdown';
import { networkOf, node } from '../slopes/networks';
import { csvOf, sessionOf, unheard } from './sessions';

const rows = 120_000;
const view = { output: 0, units: 'original' } as const;

/** y = |a|, falling in every sixth row: as regular as the rows of a first picture must not be. */
function session() {
  const network = networkOf([1], [node({ kind: 'activation', activation: { kind: 'abs' } }, [0], 1)]);
  const lines = Array.from({ length: rows }, (_, row) => [row % 6 === 3 ? -1 : 2]);
  return sessionOf(network, csvOf(['a'], lines));
}

describe('a table of many rows', () => {
  it('begins with a picture of evenly drawn rows that keep no step with the table', async () => {
    const { lanes, computed } = await (await session()).lanes(view, unheard);
    const { below, count } = lanes[0]!.statistics;
    expect(computed).toBe(count);
    expect(count).toBe(20_000);
    expect(below / count).toBeCloseTo(1 / 6, 2);
  });

  it('has the picture ready before the whole is computed', async () => {
    const opened = await session();
    const whole = opened.findings(view, unheard);
    const { computed } = await opened.lanes(view, unheard);
    expect(computed).toBe(20_000);
    await whole;
    expect((await opened.lanes(view, unheard)).computed).toBe(rows);
  });

  it('is exported whole', async () => {
    expect(await markdownOf(await session(), 0, unheard)).toContain('20\u2009000 (17\u2009%)');
  });
});
