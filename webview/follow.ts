import type { Findings, Lanes, RowRequest } from '../src/session/service';
import type { PanelNotice } from '../src/views/panelService';
import type { App } from './app';
import { leadTo, tell } from './actions';
import { runCommand } from './commands';
import type { PageState, Raster } from './state';
import { cellsOf, hasRanges, isWithoutTable, lanesInView, orderOf, outputOf, rasterKey, viewOf } from './view';
import { tableQuestion } from './map/tableWindow';
import { firstQuestions } from './screens/firstScreen';
import { slopesTab } from './tabs/slopesTab';
import { scalingQuestions } from './screens/scalingPart';
import { chosenTab, tabsOf } from './tabs/tabs';
import type { Question } from './questions';

/** Asks the host for whatever the page needs next: at first, when the user chooses, and when something has changed. */
export function follow(app: App): void {
  const asking = new Asking(app);
  app.host.listen((notice) => {
    hear(app, asking, notice);
  });
  app.store.follow((now, before) => {
    if (now.choices !== before.choices) rememberSoon(app);
    asking.follow(now, before);
  });
  asking.everything();
}

function hear(app: App, asking: Asking, notice: PanelNotice): void {
  if (notice.kind === 'command') runCommand(app, notice.command);
  else if (notice.kind === 'progress') showProgress(app, notice.progress ?? undefined);
  else if (notice.kind !== 'changed') leadTo(app, notice);
  else if (notice.what === 'state' || notice.what === 'data') asking.everything();
  else asking.slopes();
}

let waitsToShow: ReturnType<typeof setTimeout> | undefined;

/** Work of less than 300 ms shows nothing. */
function showProgress({ store }: App, progress: PageState['answers']['progress']): void {
  store.answer({ progress });
  if (progress) waitsToShow ??= setTimeout(() => store.show({ busy: true }), 300);
  else {
    clearTimeout(waitsToShow);
    waitsToShow = undefined;
    store.show({ busy: false });
  }
}

let willRemember = false;

function rememberSoon({ store, host }: App): void {
  if (willRemember) return;
  willRemember = true;
  queueMicrotask(() => {
    willRemember = false;
    host.remember(store.state.choices);
  });
}

/** The questions under way: per topic only the latest counts, earlier ones are cancelled. */
class Asking {
  readonly #app: App;
  readonly #latest = new Map<string, AbortController>();
  #lastMap = '';
  #shownOutput: number | undefined;
  /** The requests of the open tab, as text by topic. */
  readonly #ofTab = new Map<string, string>();

  constructor(app: App) {
    this.#app = app;
  }

  /** Asks only for what the change makes necessary. */
  follow(now: PageState, before: PageState): void {
    if (now.answers.state?.phase === 'no table') this.#tab(now);
    this.#tellOutput(now);
    if (now.answers.state?.phase !== 'ready') return;
    const viewChanged = JSON.stringify(viewOf(now)) !== JSON.stringify(viewOf(before));
    if (viewChanged && before.answers.state?.phase === 'ready') this.slopes();
    if (now.answers.lanes && this.#lacksCells(now)) this.#map(now);
    if (this.#wantsOtherRow(now, before)) this.#row(now);
    const table = tableQuestion(now);
    if (table && JSON.stringify(table) !== JSON.stringify(tableQuestion(before))) this.#table(now);
    this.#tab(now);
  }

  /** What is exported is about the output that is shown, so the host must know it. */
  #tellOutput(state: PageState): void {
    const output = outputOf(state);
    if (!state.answers.model || state.answers.state?.stored || output === this.#shownOutput) return;
    this.#shownOutput = output;
    tell(this.#app, 'showing', { output });
  }

  /** Asks for everything again: a file, the connection or the phase has changed. */
  everything(): void {
    const { host, store } = this.#app;
    void this.#ask('state', async (signal) => {
      const state = await host.asker.call('state', undefined, { signal });
      this.#ofTab.clear();
      if (state.phase !== store.state.answers.state?.phase) store.answer(ofAnotherPhase);
      store.answer({ state, trouble: undefined });
      if (state.phase === 'refused') this.#whatWasRead();
      if (state.phase === 'reading' || state.phase === 'refused') return;
      const model = await host.asker.call('describe', undefined, { signal });
      store.answer({ model });
      if (model.questions.length > 0) this.#answerFits();
      if (state.phase === 'no table') this.#withoutTable();
      else store.answer({ data: await host.asker.call('data', undefined, { signal }) });
      if (state.phase === 'ready') this.slopes();
    });
  }

  /** A refused model may still have layers to show; when it has not, nobody needs to know. */
  #whatWasRead(): void {
    const { host, store } = this.#app;
    host.asker.call('describe').then(
      (model) => {
        store.answer({ model });
      },
      () => undefined,
    );
  }

  /** Asks again for everything that is made of slopes: rules, units, rows or the computation have moved on. */
  slopes(): void {
    const { host, store } = this.#app;
    if (store.state.answers.state?.phase !== 'ready') return;
    this.#ofTab.clear();
    void this.#ask('slopes', async (signal) => {
      const view = viewOf(store.state);
      const first = await host.asker.call('lanes', view, { signal });
      const isPart = first.computed < first.rows;
      // Findings are about all rows: the first picture of a long run is drawn without them.
      if (isPart) this.#show({ lanes: first, findings: undefined });
      const findings = await host.asker.call('findings', view, { signal });
      const lanes = isPart ? await host.asker.call('lanes', view, { signal }) : first;
      if (isPart) this.#ofTab.clear();
      this.#show({ lanes, findings });
    });
  }

  /** Shows what is made of slopes, and asks for the cells and rows that go with it. */
  #show(answers: { readonly lanes: Lanes; readonly findings: Findings | undefined }): void {
    const { store } = this.#app;
    store.answer({ ...answers, trouble: undefined });
    if (answers.findings) this.#startReading();
    this.#map(store.state, true);
    this.#row(store.state);
    if (store.state.choices.view === 'table') this.#table(store.state);
  }

  #withoutTable(): void {
    const { host, store } = this.#app;
    void this.#ask('candidates', async (signal) => {
      store.answer({ candidates: await host.asker.call('tablesThatFit', undefined, { signal }) });
    });
  }

  #answerFits(): void {
    const { host, store } = this.#app;
    void this.#ask('answerFits', async (signal) => {
      store.answer({ fittedQuestions: await host.asker.call('answerFits', undefined, { signal }) });
    });
  }

  /** On first sight the worst finding is open and its worst row is read. */
  #startReading(): void {
    const { store } = this.#app;
    const { choices, answers } = store.state;
    if (choices.row !== undefined || choices.input !== undefined) return;
    const first = answers.findings?.findings[0];
    const input = answers.lanes?.lanes.find((lane) => lane.name === first?.input) ?? answers.lanes?.lanes[0];
    const change = { row: first?.rows.worstRows[0] ?? 0, ...(input ? { input: input.input } : {}) };
    store.choose(first ? { ...change, finding: 0 } : change);
  }

  #lacksCells(state: PageState): boolean {
    if (state.screen.stripWidth === 0 || state.choices.view === 'table') return false;
    const raster = state.answers.raster;
    return raster?.key !== rasterKey(state) || lanesInView(state).lanes.some((lane) => !raster.lanes.has(lane.input));
  }

  #map(state: PageState, again = false): void {
    const { host, store } = this.#app;
    if (state.screen.stripWidth === 0 || !state.answers.lanes) return;
    const key = rasterKey(state);
    const old = state.answers.raster?.key === key && !again ? state.answers.raster : undefined;
    const inView = lanesInView(state).lanes.map((lane) => lane.input);
    const inputs = inView.filter((input) => !old?.lanes.has(input));
    // Asked once: a question that failed, or was answered without these lanes, is not repeated for ever.
    const question = JSON.stringify([key, inputs]);
    if (this.#lastMap === question && !again) return;
    this.#lastMap = question;
    void this.#ask('map', async (signal) => {
      const request = { ...viewOf(state), order: orderOf(state), cells: cellsOf(state), inputs };
      const { cells, starts, forecast, lanes } = await host.asker.call('map', request, { signal });
      const kept = [...(old?.lanes ?? [])].filter(([input]) => inView.includes(input));
      const merged: Raster['lanes'] = new Map([...kept, ...lanes.map((lane) => [lane.input, lane] as const)]);
      store.answer({ raster: { key, cells, starts, forecast, lanes: merged } });
    });
  }

  #wantsOtherRow(now: PageState, before: PageState): boolean {
    const changed = JSON.stringify(rowQuestion(now)) !== JSON.stringify(rowQuestion(before));
    return changed && now.answers.lanes !== undefined;
  }

  #row(state: PageState): void {
    const { host, store } = this.#app;
    const request = rowQuestion(state);
    if (!request) return;
    void this.#ask('row', async (signal) => {
      store.answer({ reading: await host.asker.call('row', request, { signal }) });
    });
  }

  #table(state: PageState): void {
    const { host, store } = this.#app;
    const question = tableQuestion(state);
    if (!question) return;
    void this.#ask('table', async (signal) => {
      const rows = await host.asker.call('tableRows', question.request, { signal });
      store.answer({
        table: { key: question.key, from: question.request.from, inputs: question.request.inputs, rows },
      });
    });
  }

  /** What the open tab asks, where it has not been asked yet. */
  #tab(state: PageState): void {
    const { host, store } = this.#app;
    for (const { topic, request, patient, ask } of openQuestions(state)) {
      const text = JSON.stringify(request);
      if (this.#ofTab.get(topic) === text || (patient && this.#latest.has(topic))) continue;
      this.#ofTab.set(topic, text);
      const asked = this.#ask(topic, async (signal) => {
        store.answer(await ask(host.asker, { signal }));
      });
      void asked.then((isLost) => {
        if (isLost) this.#ofTab.delete(topic);
        else if (patient) this.#tab(store.state);
      });
    }
  }

  /**
   * Asks; what the other side cancels is asked once more. Tells whether that was cancelled too: then it is left until
   * something else changes.
   */
  async #ask(topic: string, run: (signal: AbortSignal) => Promise<void>): Promise<boolean> {
    this.#latest.get(topic)?.abort();
    const controller = new AbortController();
    const { signal } = controller;
    this.#latest.set(topic, controller);
    try {
      await run(signal).catch((error: unknown) => {
        if (isCancelled(error) && !signal.aborted) return run(signal);
        throw error;
      });
    } catch (error) {
      if (!signal.aborted && isCancelled(error)) return true;
      if (!signal.aborted) this.#app.store.answer({ trouble: error instanceof Error ? error.message : String(error) });
    } finally {
      if (this.#latest.get(topic) === controller) this.#latest.delete(topic);
    }
    return false;
  }
}

function isCancelled(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

/** What was answered over rows is not about ranges, nor the other way round. */
const ofAnotherPhase = {
  lanes: undefined,
  findings: undefined,
  raster: undefined,
  reading: undefined,
  input: undefined,
  pairs: undefined,
  surface: undefined,
  range: undefined,
  whatIf: undefined,
  whatIfCurves: undefined,
};

/** What the part of the page in view asks. */
function openQuestions(state: PageState): readonly Question[] {
  if (state.choices.tab === 'data') return scalingQuestions();
  // A report answers everything at once, and is printed with all its tabs.
  if (state.answers.state?.stored && state.answers.lanes)
    return tabsOf(state).flatMap((tab) => tab.asks?.(state) ?? []);
  const tab = chosenTab(state);
  if (!isWithoutTable(state)) return state.answers.lanes ? (tab.asks?.(state) ?? []) : [];
  if (tab === slopesTab) return firstQuestions(state);
  if (!tab.needsValues) return tab.asks?.(state) ?? [];
  return hasRanges(state) ? [lanesOverRanges(state), ...(state.answers.lanes ? (tab.asks?.(state) ?? []) : [])] : [];
}

/** The inputs in the order of their effects over the ranges, which the tabs go by. */
function lanesOverRanges(state: PageState): Question {
  const request = viewOf(state);
  return {
    topic: 'lanes',
    request,
    ask: async (asker, options) => ({ lanes: await asker.call('lanes', request, options) }),
  };
}

/** The row to be read: the only one of the cell under the cursor, else the chosen one. */
function rowQuestion(state: PageState): RowRequest | undefined {
  const { screen, choices, answers } = state;
  const order = orderOf(state);
  if (screen.cell === undefined) {
    return choices.row === undefined ? undefined : { ...viewOf(state), row: choices.row, order };
  }
  const [from, to] = [answers.raster?.starts[screen.cell], answers.raster?.starts[screen.cell + 1]];
  return from !== undefined && to === from + 1 ? { ...viewOf(state), position: from, order } : undefined;
}
