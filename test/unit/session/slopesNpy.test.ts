import { describe, expect, it } from 'vitest';
import { readNpy } from '../../../src/files/containers/npy';
import { exactSlopes } from '../../../src/session/exactSlopes';
import { exportFile } from '../../../src/session/exports/exportFile';
import { slopesNpy } from '../../../src/session/exports/slopesNpy';
import { activitySession, call } from './sampleSession';

const foot = { date: '', version: '', modelHash: '', tableHash: '' };

describe('slopes as a numpy array', () => {
  it('hold every slope bit by bit as [row][output][input]', async () => {
    const session = await activitySession();
    const wish = { kind: 'npy', outputs: [0], units: 'original', assets: { script: '', style: '', foot } } as const;
    const { name, bytes } = await exportFile(session, wish, call);
    expect(name).toBe('model.slopes.npy');
    const array = readNpy(bytes, name, '');
    const rows = session.connected().binding.rows.length;
    expect(array).toMatchObject({ kind: 'numbers', shape: [rows, 1, 8] });
    const expected: number[] = [];
    for await (const chunk of exactSlopes(session, [0], 'original'))
      for (const { slopes } of chunk) expected.push(...slopes);
    expect(array).toMatchObject({ values: Float64Array.from(expected) });
  });

  it('begin with format 1.0 and a description that ends at a multiple of 64 bytes', async () => {
    const session = await activitySession();
    const head = (await slopesNpy(session, [0], 'model')[Symbol.asyncIterator]().next()).value as Uint8Array;
    expect([...head.subarray(0, 8)]).toEqual([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
    expect(head.length % 64).toBe(0);
    expect(head.at(-1)).toBe(0x0a);
    expect(new DataView(head.buffer).getUint16(8, true)).toBe(head.length - 10);
  });
});
