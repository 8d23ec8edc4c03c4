import { readCsv } from '../../../src/files/csv/readCsv';
import { Session } from '../../../src/session/session';
import { textColumns } from '../../../src/session/textColumns';
import { readingOf, type Case } from '../goldenCases';
import { testEngine } from './sessions';

/** Spreads of the scalings that a session may be given, all around the same centre. */
export const [inputSpread, outputSpread, centre] = [3, 7, 0.1];

/** A fixture's network beside a table, with or without scalings; undefined where the two cannot be connected. */
export async function goldenSession(fixture: Case, csv: string, scaled: boolean): Promise<Session | undefined> {
  const [model] = fixture.models;
  const bare = await readingOf(fixture, model!, new Map());
  const reading = bare.questions.length > 0 ? await readingOf(fixture, model!, fixture.answers) : bare;
  if (!reading.network) return undefined;
  const texts = textColumns(reading.network, {});
  const { table } = readCsv(new TextEncoder().encode(csv), { name: 'data.csv', textColumns: texts });
  const session = new Session({ name: fixture.name, bytes: new Uint8Array() }, reading, await testEngine());
  const { inputs, outputs } = session.describe();
  const affine = (spread: number) => ({ kind: 'affine', centre, spread }) as const;
  const scalings = {
    inputs: inputs.map(() => affine(inputSpread)),
    outputs: outputs.map(() => affine(outputSpread)),
    origin: 'test',
  };
  session.setScaling(scaled ? scalings : undefined);
  return session.connect(table!, { byPosition: true }).binding ? session : undefined;
}
