import { describe, expect, it } from 'vitest';
import { exactRow } from '../../../src/session/exactRow';
import { exactSlopes, type ExactSlopes } from '../../../src/session/exactSlopes';
import type { Session } from '../../../src/session/session';
import { activitySession } from './sampleSession';

async function all(session: Session, units: 'original' | 'model'): Promise<ExactSlopes[]> {
  const rows: ExactSlopes[] = [];
  for await (const chunk of exactSlopes(session, [0], units)) rows.push(...chunk);
  return rows;
}

describe('slopes of every row', () => {
  it('are those of the reference, row by row and in the order of the table', async () => {
    const session = await activitySession();
    const { binding } = session.connected();
    const rows = await all(session, 'original');
    expect(rows.map(({ row }) => row)).toEqual([...binding.rows]);
    for (const { row, forecasts, slopes } of rows) {
      const exact = exactRow(session.network, binding, session.switched, row, [0]);
      expect(forecasts[0]).toBe(exact.forecasts[0]);
      slopes.forEach((slope, input) => expect(slope / exact.slopes[0]![input]!).toBeCloseTo(1, 14));
    }
  });

  it('are in model units what the network takes and gives', async () => {
    const session = await activitySession();
    const { inputs, outputs } = session.connected().binding;
    const [original, model] = [await all(session, 'original'), await all(session, 'model')];
    const spread = ({ scaling }: { readonly scaling: (typeof inputs)[number]['scaling'] }): number =>
      scaling.kind === 'affine' ? scaling.spread : 1;
    model.forEach(({ slopes }, row) =>
      slopes.forEach((slope, input) => {
        const converted = (original[row]!.slopes[input]! * spread(inputs[input]!)) / spread(outputs[0]!);
        expect(slope / converted).toBeCloseTo(1, 12);
      }),
    );
  });

  it('are given in chunks, none left out, however many rows there are', async () => {
    const header =
      'calls_made,emails_answered,forms_filled,site_visits,meetings_held,reports_written,records_checked,complaints_handled';
    const lines = Array.from({ length: 9000 }, (_, row) => `${row % 7},1,2,${row % 3},0,1,2,0`);
    const session = await activitySession([header, ...lines].join('\n'));
    const rows = await all(session, 'original');
    expect(rows).toHaveLength(9000);
    expect(rows.every(({ row }, place) => row === place)).toBe(true);
    expect(rows[8999]!.slopes).toEqual(rows[8999 % 21]!.slopes);
  });
});

describe('one input in numbers', () => {
  it('has the same effects, statistics and measures whether it is drawn or not', async () => {
    const session = await activitySession();
    const request = { output: 0, input: 1, units: 'model' } as const;
    const call = { signal: new AbortController().signal, progress: () => undefined };
    const drawn = await session.input(request, call);
    const plain = await session.input({ ...request, drawn: false }, call);
    const { scatter, curve, worst, parts, ...numbers } = drawn;
    expect(plain).toEqual(numbers);
    expect([scatter, curve, worst, parts]).not.toContain(undefined);
  });

  it('follows the rules that its rows are chosen by', async () => {
    const session = await activitySession();
    const call = { signal: new AbortController().signal, progress: () => undefined };
    const view = { output: 0, units: 'original', filter: { kind: 'failing', rule: 0 } } as const;
    const shown = async (input: string): Promise<number> => {
      session.setRules([{ expect: 'never falls', input, level: 'warning' }]);
      return (await session.input({ ...view, input: 0, drawn: false }, call)).statistics?.count ?? 0;
    };
    const first = await shown('calls_made');
    expect(await shown('records_checked')).not.toBe(first);
    expect(await shown('calls_made')).toBe(first);
  });
});
