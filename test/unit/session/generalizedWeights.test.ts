import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readModel } from '../../../src/files/read';
import { Session } from '../../../src/session/session';
import { referenceEngine } from './sampleSession';

async function problemsOf(name: string) {
  const place = new URL(`../../fixtures/r/${name}/model.rds`, import.meta.url);
  const folder = { list: () => Promise.resolve([]), read: () => Promise.resolve(undefined) };
  const file = { name: 'model.rds', bytes: new Uint8Array(readFileSync(place)) };
  const reading = await readModel(file, { folder, answers: new Map() });
  const session = new Session(file, reading, referenceEngine(reading.network!));
  session.connect(reading.table!, {});
  return (await session.data())?.problems ?? [];
}

describe("a neuralnet file's generalized weights", () => {
  it('are said to be slopes of the log-odds where signs differ', async () => {
    const note = (await problemsOf('cross-7-8-4-1')).find(({ code }) => code === 'generalized-weights-differ');
    expect(note?.severity).toBe('info');
    expect(note?.message).toMatch(
      /^\d+ of \d+ signs in the file's generalized weights differ: they are slopes of the log-odds, not of .+\.$/,
    );
  });

  it('are passed over where all signs are the same', async () => {
    const codes = (await problemsOf('nn-infert-logistic-output')).map(({ code }) => code);
    expect(codes).not.toContain('generalized-weights-differ');
  });
});
