import type { Finding } from '../src/findings/finding';
import type { Rule } from '../src/findings/rule';
import type { RowFilter, RowOrder } from '../src/session/service';
import type { PanelGoal, PanelService } from '../src/views/panelService';
import type { Asked } from '../src/ask';
import type { App } from './app';
import { focusNext } from './parts/focus';
import {
  activeLane,
  chosenLane,
  cursorCell,
  hasLines,
  laneHeight,
  orderOf,
  outputOf,
  shownLanes,
  unitsOf,
} from './view';

/** Asks the host to do something; what goes wrong is said in the page. */
export function tell<K extends keyof PanelService>(
  { store, host }: App,
  name: K,
  ...asked: Asked<PanelService, K>
): void {
  host.asker.call(name, ...asked).then(
    () => undefined,
    (error: unknown) => store.answer({ trouble: error instanceof Error ? error.message : String(error) }),
  );
}

/** Shows another tab. */
export function openTab({ store }: App, tab: string): void {
  store.choose({ tab });
}

/** Shows another output; of a stored report with the row that is held for it. */
export function chooseOutput({ store }: App, output: number): void {
  const { stored } = store.state.answers.state ?? {};
  const held = stored ? stored.outputs.find((each) => each.output === output) : undefined;
  store.choose({ output, ...(held ? { row: held.row, finding: undefined, order: undefined } : {}) });
  store.show({ cell: undefined });
}

/** Chooses an input: its finding opens, its lane is shaded. */
export function chooseInput({ store }: App, input: number): void {
  const { answers } = store.state;
  const name = answers.lanes?.lanes.find((lane) => lane.input === input)?.name;
  const finding = answers.findings?.findings.findIndex((each) => each.input === name) ?? -1;
  store.choose({ input, finding: finding < 0 ? undefined : finding });
  store.show({ active: input });
}

/** Opens a finding: its input is chosen, its worst row is read. */
export function openFinding({ store }: App, number: number): void {
  const { answers } = store.state;
  const finding = answers.findings?.findings[number];
  if (!finding) return;
  const input = answers.lanes?.lanes.find((lane) => lane.name === finding.input)?.input;
  store.choose({
    finding: number,
    row: finding.rows.worstRows[0],
    ...(input === undefined ? {} : { input }),
  });
  store.show({ cell: undefined, active: input, tableRow: 0 });
}

/** The finding after or before the open one, round and round. */
export function stepFinding(app: App, by: 1 | -1): void {
  const { answers, choices } = app.store.state;
  const count = answers.findings?.findings.length ?? 0;
  if (count === 0) return;
  const start = choices.finding ?? (by > 0 ? -1 : 0);
  openFinding(app, (start + by + count) % count);
}

/** The input after or before the chosen one, as the lanes stand. */
export function stepInput(app: App, by: 1 | -1): void {
  const lanes = shownLanes(app.store.state);
  const at = lanes.findIndex((lane) => lane.input === app.store.state.choices.input);
  const next = lanes[Math.min(lanes.length - 1, Math.max(0, at + by))];
  if (next) chooseInput(app, next.input);
}

/** Moves the keyboard to another lane, and brings it into view. */
export function moveLane({ store }: App, by: number): void {
  const lanes = shownLanes(store.state);
  const at = lanes.findIndex((lane) => lane.input === activeLane(store.state)?.input);
  const to = Math.min(lanes.length - 1, Math.max(0, at + by));
  const lane = lanes[to];
  if (!lane) return;
  if (lanes.length > 60) {
    const height = laneHeight(lanes.length);
    const { lanesTop, lanesHeight } = store.state.screen;
    const top = Math.min(to * height, Math.max(lanesTop, (to + 3) * height - lanesHeight));
    store.show({ lanesTop: Math.max(0, top) });
  }
  store.show({ active: lane.input });
  focusNext(`#lane-${lane.input}`);
}

/** Puts the cursor on a cell; the reading line follows. */
export function moveCell({ store }: App, cell: number): void {
  const cells = store.state.answers.raster?.cells ?? 0;
  if (cells > 0) store.show({ cell: Math.min(cells - 1, Math.max(0, cell)) });
}

/** The next or previous cell of the active lane in which any row breaks its rule. */
export function stepFall(app: App, by: 1 | -1): void {
  const { state } = app.store;
  const raster = state.answers.raster;
  const share = raster?.lanes.get(activeLane(state)?.input ?? -1)?.share;
  if (!raster || !share) return;
  for (
    let cell = (cursorCell(state) ?? (by > 0 ? -1 : raster.cells)) + by;
    cell >= 0 && cell < raster.cells;
    cell += by
  )
    if (share[cell]! > 0) {
      moveCell(app, cell);
      return;
    }
}

/** Orders the rows; the cursor stays on the row that is read. */
export function orderRows({ store }: App, order: RowOrder): void {
  const row = store.state.answers.reading?.row;
  store.choose(row === undefined ? { order } : { order, row });
  store.show({ cell: undefined, brush: undefined });
}

/** Orders the rows by the slope of the chosen input. */
export function orderByChosen(app: App): void {
  const lane = chosenLane(app.store.state);
  if (lane && lane.kind !== 'switched') orderRows(app, { by: 'slope', input: lane.input });
}

/** Looks only at some rows, or at all again; a stored report holds all rows only. */
export function filterRows({ store }: App, filter: RowFilter | undefined): void {
  if (store.state.answers.state?.stored) return;
  store.choose({ filter });
  store.show({ cell: undefined, brush: undefined, tableRow: 0 });
}

/** Shows what the page was opened for. */
export function leadTo(app: App, goal: PanelGoal): void {
  const { output, row } = goal;
  if (goal.kind === 'what if') {
    app.store.choose({ output, row, tab: 'whatIf' });
    return;
  }
  const { rule, input } = goal;
  const finding = app.store.state.answers.findings?.rules[rule]?.finding;
  app.store.choose({ output, row, finding, tab: 'slopes', ...(input === undefined ? {} : { input }) });
  filterRows(app, { kind: 'failing', rule });
}

/** The rows in which the open finding's rule fails. */
export function filterToFinding(app: App): void {
  const { answers, choices } = app.store.state;
  const rule = answers.findings?.rules.findIndex((each) => each.finding === choices.finding && !each.holds) ?? -1;
  if (choices.finding !== undefined && rule >= 0) filterRows(app, { kind: 'failing', rule });
}

/** Looks only at the rows of the brushed cells. */
export function filterToBrush(app: App): void {
  const { screen, answers } = app.store.state;
  if (!screen.brush || !answers.raster) return;
  const [first, last] = [Math.min(screen.brush.from, screen.brush.to), Math.max(screen.brush.from, screen.brush.to)];
  const { starts } = answers.raster;
  filterRows(app, { kind: 'positions', order: orderOf(app.store.state), from: starts[first]!, to: starts[last + 1]! });
}

/** Esc: takes back the brush, else the filter, else the selection. */
export function stepBack(app: App): void {
  const { screen, choices } = app.store.state;
  if (screen.keys || screen.goTo) app.store.show({ keys: false, goTo: false });
  else if (screen.brush) app.store.show({ brush: undefined });
  else if (screen.find) app.store.show({ find: undefined });
  else if (choices.filter) filterRows(app, undefined);
  else app.store.choose({ input: undefined, finding: undefined });
}

/** Reads a row by its number as people count, from 1. */
export function goToRow({ store }: App, number: number): void {
  const rows = store.state.answers.lanes?.rows ?? 0;
  if (!Number.isInteger(number) || number < 1 || number > rows) return;
  store.choose({ row: number - 1 });
  store.show({ cell: undefined, goTo: false });
}

/** Opens the CSV at the line of the row that is read. */
export function openLine(app: App): void {
  const { answers } = app.store.state;
  if (answers.reading && hasLines(app.store.state)) tell(app, 'openLine', { line: answers.reading.line });
}

/** Opens What if for a row. */
export function whatIfRow(app: App, row: number): void {
  app.store.choose({ row, tab: 'whatIf' });
}

/** Map or table. */
export function toggleView({ store }: App): void {
  store.choose({ view: store.state.choices.view === 'map' ? 'table' : 'map' });
}

/** Original or model units. */
export function toggleUnits({ store }: App): void {
  store.choose({ units: unitsOf(store.state) === 'original' ? 'model' : 'original' });
}

/** Replaces all rules; the host answers with a notice when they have been checked. */
export function setRules(app: App, rules: readonly Rule[]): void {
  tell(app, 'setRules', { rules });
}

/** Goes to the rules tab with the chosen input's line in view. */
export function editRule(app: App, finding?: Finding): void {
  const lanes = app.store.state.answers.lanes?.lanes;
  const input = lanes?.find((lane) => lane.name === finding?.input)?.input ?? app.store.state.choices.input;
  app.store.choose({ tab: 'rules', ...(input === undefined ? {} : { input }) });
  if (input !== undefined) focusNext(`#rule-${input} select`);
}

/** Opens the program that trains the model again so that a rule holds. */
export function mend(app: App, rule: Rule): void {
  tell(app, 'mend', { output: outputOf(app.store.state), rule });
}
