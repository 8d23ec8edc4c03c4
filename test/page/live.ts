import { readFileSync } from 'node:fs';
import { readCsv } from '../../src/files/csv/readCsv';
import { readModel } from '../../src/files/read';
import type { TableChoice } from '../../src/session/connection';
import type { SessionService } from '../../src/session/service';
import { Session } from '../../src/session/session';
import { textColumns } from '../../src/session/textColumns';
import { storedAnswersText } from '../../src/storedAnswers';
import type { PanelState } from '../../src/views/panelService';
import { testEngine, unheard } from '../unit/session/sessions';
import type { LiveAnswers } from './browser';

/** What a panel says of a real session: a table where one is connected. */
function stateOf(session: Session): PanelState {
  const { connection } = session;
  return {
    phase: connection ? 'ready' : 'no table',
    model: session.file.name,
    ...(connection ? { table: connection.table.name } : {}),
    problems: [],
    restricted: false,
    settings: { units: 'original', rowOrder: 'forecast', colourScale: 'each', singleKeys: true },
    hints: [],
    stored: false,
  };
}

/** Answers a page from a real session; `others` answers what a session does not. */
export function liveAnswers(
  session: Session,
  others: Readonly<Record<string, (request: never) => unknown>> = {},
): LiveAnswers {
  const own: Record<keyof SessionService | 'state', (request: never) => unknown> = {
    state: () => stateOf(session),
    describe: () => session.describe(),
    data: () => session.data(),
    lanes: (request) => session.lanes(request, unheard),
    map: (request) => session.map(request, unheard),
    row: (request) => session.row(request, unheard),
    tableRows: (request) => session.tableRows(request, unheard),
    findings: (request) => session.findings(request, unheard),
    fromFileAlone: (request) => session.fromFileAlone(request),
    input: (request) => session.input(request, unheard),
    pairs: (request) => session.pairs(request, unheard),
    surface: (request) => session.surface(request, unheard),
    whatIf: (request) => session.whatIf(request, unheard),
    networkPicture: (request) => session.networkPicture(request),
    formula: (request) => session.formula(request),
    range: (request) => session.range(request, unheard),
  };
  const all: Readonly<Record<string, (request: never) => unknown>> = { ...own, ...others };
  return async (name, text) => {
    const given = JSON.parse(text) as readonly never[];
    const answer = await all[name]?.(given[0]!);
    return storedAnswersText([{ name, ...(given.length > 0 ? { request: given[0] } : {}), answer }]);
  };
}

/** A fixture's model, with its table where one is named (columns by name, else in order); what the file leaves open is answered. */
export async function fixtureSession(
  path: string,
  table?: string,
  answers: Readonly<Record<string, string>> = {},
  choice: TableChoice = {},
): Promise<Session> {
  const folder = { list: () => Promise.resolve([]), read: () => Promise.resolve(undefined) };
  const at = (name: string): URL => new URL(`../fixtures/${name}`, import.meta.url);
  const file = { name: path.replace(/^.*\//, ''), bytes: new Uint8Array(readFileSync(at(path))) };
  const reading = await readModel(file, { folder, answers: new Map(Object.entries(answers)) });
  const session = new Session(file, reading, await testEngine());
  if (table !== undefined) {
    const bytes = new Uint8Array(readFileSync(at(table)));
    const named = { name: table.replace(/^.*\//, ''), textColumns: textColumns(session.network, {}) };
    const read = readCsv(bytes, named).table!;
    if (!session.connect(read, choice).binding) session.connect(read, { ...choice, byPosition: true });
  } else if (reading.table) session.connect(reading.table, {});
  return session;
}
