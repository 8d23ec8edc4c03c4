import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { Lane, MapLane } from '../../src/session/service';
import { filterRows, openLine, orderByChosen, whatIfRow } from '../actions';
import type { App } from '../app';
import { button } from '../parts/controls';
import { css } from '../parts/directives';
import type { Drawn } from '../parts/controls';
import type { PageState } from '../state';
import { hasTab } from '../tabs/names';
import { activeLane, chosenLane, cursorCell, hasLines, orderOf, outputUnit } from '../view';
import { number, signed, spoken } from '../words/numbers';
import { readingWords, withUnit } from '../words/slopes';

/** At most so many inputs stand in the reading line; the others are in the Table view. */
const MOST_INPUTS = 12;

/** What is under the pointer or the keyboard: one row, or the rows that share a cell. Its height never changes. */
export function readingLine(app: App): TemplateResult {
  const { state } = app.store;
  const all = state.answers.lanes?.lanes ?? [];
  const lanes = all.slice(0, MOST_INPUTS);
  const shared = sharedCell(state);
  return html`<section class="reading" aria-label=${readingWords.name()}>
    <header>
      <div class="grow clip">${shared ? sharedTitle(state, shared) : rowTitle(state)}</div>
      ${all.length > MOST_INPUTS ? button(readingWords.allInputs(all.length), () => showTable(app), 'link') : nothing}
      ${orderButton(app)} ${shared ? showRowsButton(app, shared) : rowButtons(app)}
    </header>
    <table ${css({ '--inputs': String(lanes.length) })}>
      <thead>
        <tr>
          <td></td>
          ${lanes.map((lane) => html`<th scope="col" class=${mark(state, lane)} title=${lane.name}>${lane.name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${shared ? sharedRows(state, lanes, shared) : readRows(state, lanes)}
      </tbody>
    </table>
  </section>`;
}

function showTable(app: App): void {
  app.store.choose({ view: 'table' });
}

function rowTitle(state: PageState): Drawn {
  const { reading } = state.answers;
  if (!reading) return html`<span class="soft">${readingWords.nothing()}</span>`;
  const unit = outputUnit(state);
  const parts = [readingWords.forecast(reading.forecast, unit)];
  if (reading.actual !== undefined && !Number.isNaN(reading.actual))
    parts.push(readingWords.actual(reading.actual, unit));
  if (reading.atKink) parts.push(readingWords.kink());
  return html`<span class="strong">${readingWords.row(reading.row)}</span>
    <span class="soft">${parts.join(', ')}</span>`;
}

function orderButton(app: App): Drawn {
  const { state } = app.store;
  const chosen = chosenLane(state);
  const order = orderOf(state);
  const isOrdered = order.by === 'slope' && order.input === chosen?.input;
  if (!chosen || chosen.kind === 'switched' || isOrdered) return nothing;
  return button(readingWords.orderBySlope(), () => {
    orderByChosen(app);
  });
}

function rowButtons(app: App): Drawn {
  const { state } = app.store;
  const { reading } = state.answers;
  if (!reading) return nothing;
  return html`${
    hasLines(state)
      ? button(readingWords.openLine(reading.line), () => {
          openLine(app);
        })
      : nothing
  }
  ${hasTab(state, 'whatIf') && !state.answers.state?.stored ? button(readingWords.whatIf(), () => whatIfRow(app, reading.row)) : nothing}`;
}

function readRows(state: PageState, lanes: readonly Lane[]): TemplateResult {
  const { reading } = state.answers;
  const hasSteps = reading !== undefined && lanes.some((lane) => !Number.isNaN(reading.steps[lane.input] ?? NaN));
  const cells = (text: (lane: Lane) => string, sign?: (lane: Lane) => number): TemplateResult[] =>
    lanes.map(
      (lane) =>
        html`<td class="${mark(state, lane)} ${(sign?.(lane) ?? 0) < 0 ? 'neg' : ''}" title=${text(lane)}>
          ${text(lane)}
        </td>`,
    );
  const slope = (lane: Lane): number => reading?.slopes[lane.input] ?? NaN;
  const step = (lane: Lane): number => reading?.steps[lane.input] ?? NaN;
  return html`<tr>
      <th scope="row">${readingWords.value()}</th>
      ${cells((lane) => readingWords.cell(reading?.values[lane.input]))}
    </tr>
    <tr>
      ${rowHead(readingWords.slope(outputUnit(state)))} ${cells((lane) => signed(slope(lane)), slope)}
    </tr>
    <tr>
      ${rowHead(readingWords.step(outputUnit(state)))}
      ${hasSteps ? cells((lane) => signed(step(lane)), step) : cells(() => '–')}
    </tr>`;
}

/** All of it stands in the tip where a long unit is cut. */
function rowHead(text: string): TemplateResult {
  return html`<th scope="row" title=${text}>${text}</th>`;
}

/** The rows of the cell under the cursor, when there are several. */
interface SharedCell {
  readonly cell: number;
  readonly from: number;
  readonly to: number;
}

function sharedCell({ screen, answers }: PageState): SharedCell | undefined {
  const { cell } = screen;
  const [from, to] = cell === undefined ? [] : [answers.raster?.starts[cell], answers.raster?.starts[cell + 1]];
  return cell !== undefined && from !== undefined && to !== undefined && to > from + 1 ? { cell, from, to } : undefined;
}

function sharedTitle(state: PageState, { cell, from, to }: SharedCell): TemplateResult {
  const lane = chosenLane(state) ?? activeLane(state);
  const cells = lane && state.answers.raster?.lanes.get(lane.input);
  const slopes =
    lane && cells && lane.kind !== 'switched'
      ? readingWords.cellSlopes(lane.name, cells.lowest[cell]!, meanOf(cells, cell), lane.unit)
      : '';
  return html`<span class="strong">${readingWords.sharedCell(to - from, state.answers.lanes?.shown ?? 0)}</span>
    <span class="soft">${slopes}</span>`;
}

function showRowsButton(app: App, { from, to }: SharedCell): Drawn {
  if (app.store.state.answers.state?.stored) return nothing;
  return button(readingWords.showRows(to - from), () => {
    filterRows(app, { kind: 'positions', order: orderOf(app.store.state), from, to });
  });
}

function sharedRows(state: PageState, lanes: readonly Lane[], { cell }: SharedCell): TemplateResult {
  const row = (value: (cells: MapLane) => number): TemplateResult[] =>
    lanes.map((lane) => {
      const cells = state.answers.raster?.lanes.get(lane.input);
      const slope = cells && lane.kind !== 'switched' ? value(cells) : NaN;
      return html`<td class="${mark(state, lane)} ${slope < 0 ? 'neg' : ''}" title=${signed(slope)}>
        ${signed(slope)}
      </td>`;
    });
  return html`<tr>
      ${rowHead(readingWords.lowest(outputUnit(state)))} ${row((cells) => cells.lowest[cell]!)}
    </tr>
    <tr>
      ${rowHead(readingWords.mean(outputUnit(state)))} ${row((cells) => meanOf(cells, cell))}
    </tr>
    <tr>
      <th scope="row">&nbsp;</th>
      ${lanes.map((lane) => html`<td class=${mark(state, lane)}></td>`)}
    </tr>`;
}

/** The mean slope of all rows of a cell, from the means of its two parts. */
function meanOf({ share, below, rest }: MapLane, cell: number): number {
  const part = share[cell]!;
  return (part > 0 ? part * below[cell]! : 0) + (part < 1 ? (1 - part) * rest[cell]! : 0);
}

function mark({ choices }: PageState, lane: Lane): string {
  return choices.input === lane.input ? 'on' : '';
}

let saidLast = '';
let said: ReturnType<typeof setTimeout> | undefined;

/** The same for screen readers, said when the cursor has rested for 150 ms. */
export function liveReading(state: PageState): TemplateResult {
  const sentence = spokenReading(state);
  return html`<div class="unseen" role="status" id="said"></div>
    ${later(sentence)}`;
}

function later(sentence: string): typeof nothing {
  if (sentence !== saidLast) {
    saidLast = sentence;
    clearTimeout(said);
    said = setTimeout(() => {
      const place = document.getElementById('said');
      if (place) place.textContent = sentence;
    }, 150);
  }
  return nothing;
}

function spokenReading(state: PageState): string {
  const lane = activeLane(state);
  const shared = sharedCell(state);
  const { reading, raster } = state.answers;
  if (!lane) return '';
  if (shared) {
    const cells = raster?.lanes.get(lane.input);
    const count = readingWords.sharedCell(shared.to - shared.from, state.answers.lanes?.shown ?? 0);
    if (!cells || lane.kind === 'switched') return spoken(count);
    const slopes = readingWords.cellSlopes(
      lane.name,
      cells.lowest[shared.cell]!,
      meanOf(cells, shared.cell),
      lane.unit,
    );
    return spoken(`${count}. ${slopes}`);
  }
  if (!reading || cursorCell(state) === undefined) return '';
  const slope = reading.slopes[lane.input] ?? NaN;
  const side = slope < 0 ? readingWords.below() : slope > 0 ? readingWords.above() : readingWords.atZero();
  const value = readingWords.cell(reading.values[lane.input]);
  const withItsUnit = `${number(slope)} ${lane.unit}`;
  const forecast = withUnit(reading.forecast, outputUnit(state));
  return spoken(readingWords.spokenRow(reading.row, lane.name, value, withItsUnit, side, forecast));
}
