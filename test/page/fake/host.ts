import { answer } from '../../../src/ask';
import type { Rule } from '../../../src/findings/rule';
import type { Problem } from '../../../src/problem';
import type { PanelNotice, PanelState } from '../../../src/views/panelService';
import { fakeService } from './service';
import type { FakeHost } from './service';
import { liveService } from './live';
import { activityTable, millionTable } from './table';
import { wideService } from './wide';

/** What tests reach in the page. */
export interface FakeWindow {
  readonly asked: { readonly name: string; readonly request: unknown }[];
  /** Questions the page has asked and not been answered yet. */
  waiting: number;
  readonly host: FakeHost;
  readonly notice: (notice: PanelNotice) => void;
}

declare global {
  interface Window {
    fake: FakeWindow;
    acquireVsCodeApi: () => unknown;
  }
}

const settings: PanelState['settings'] = {
  units: 'original',
  rowOrder: 'forecast',
  colourScale: 'each',
  singleKeys: true,
};

start();

/** Stands in for VS Code: a port made of window messages, and a state that survives a reload. */
function start(): void {
  const parameters = new URLSearchParams(location.search);
  const scenario = parameters.get('scenario') ?? 'sample';
  const table = scenario === 'million' ? millionTable() : activityTable(Number(parameters.get('rows') ?? 500));
  const rules = table.inputs.map(({ name }): Rule => ({ expect: 'never falls', input: name, level: 'warning' }));
  const host: FakeHost = {
    table: scenario === 'one' ? { ...table, inputs: table.inputs.slice(0, 1) } : table,
    state: stateOf(scenario, parameters.get('problem'), parameters.get('compared')),
    rules: scenario === 'unruled' ? [] : scenario === 'one' ? rules.slice(0, 1) : rules,
    changed: (what) => {
      notice({ kind: 'changed', what });
    },
    ...(scenario === 'probability' ? { lastStep: 'sigmoid' as const } : {}),
  };
  const shape = parameters.get('shape');
  if (shape) host.shape = shape;
  const notice = (said: PanelNotice): void => {
    window.postMessage({ notice: said });
  };
  const asked: FakeWindow['asked'] = [];
  window.fake = { asked, host, notice, waiting: 0 };
  window.addEventListener('message', ({ data }: MessageEvent<{ reply?: number }>) => {
    if (data.reply !== undefined) window.fake.waiting--;
  });
  const toHost: ((message: unknown) => void)[] = [];
  answer(
    {
      post: (message) => {
        window.postMessage(message);
      },
      listen: (receive) => {
        toHost.push(receive);
        return () => undefined;
      },
    },
    scenario === 'wide' ? wideService(host) : scenario === 'live' ? liveService(host) : fakeService(host),
  );
  window.acquireVsCodeApi = () => ({
    postMessage: (message: { name?: string; request?: unknown }) => {
      if (message.name) {
        asked.push({ name: message.name, request: message.request });
        window.fake.waiting++;
      }
      for (const receive of toHost) queueMicrotask(() => receive(structuredClone(message)));
    },
    getState: () => JSON.parse(sessionStorage.getItem('state') ?? 'null') as unknown,
    setState: (state: unknown) => {
      sessionStorage.setItem('state', JSON.stringify(state));
    },
  });
}

function stateOf(scenario: string, problem: string | null, compared: string | null): PanelState {
  const problems: Problem[] = problem ? [JSON.parse(problem) as Problem] : [];
  const phases: Record<string, PanelState['phase']> = {
    first: 'no table',
    questions: 'questions',
    refused: 'refused',
    reading: 'reading',
  };
  return {
    phase: phases[scenario] ?? 'ready',
    model: 'duration.keras',
    table: 'activities.csv',
    problems,
    restricted: false,
    settings,
    ...(compared === null ? {} : { compared }),
    hints: ['always-open'],
    stored: false,
  };
}
