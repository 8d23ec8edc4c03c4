import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { RowOrder } from '../../src/session/service';
import { orderByChosen, orderRows } from '../actions';
import type { App } from '../app';
import { select } from '../parts/controls';
import type { Drawn } from '../parts/controls';
import { css, painted, sized } from '../parts/directives';
import type { LaneOrder, PageState } from '../state';
import { chosenLane, cursorCell, laneHeight, lanesInView, orderOf, outputOf, outputUnit, shownLanes } from '../view';
import { count } from '../words/numbers';
import { slopesWords, spanWithUnit, withUnit } from '../words/slopes';
import { laneRow, measureOf, spreadOfInput } from './lane';
import type { LaneFrame } from './lane';
import { openCanvas, paintForecast } from './laneCanvas';
import { legend } from './legend';
import { paletteOf } from './palette';
import { pointerHandlers } from './pointer';
import { liveReading, readingLine } from './readingLine';

/** The map: one lane per input, rows to the right, with legend and reading line. */
export function slopeMap(app: App): TemplateResult {
  const { state } = app.store;
  const all = shownLanes(state);
  const height = laneHeight(all.length);
  return html`<div class="map ${height === 46 ? '' : 'dense'} ${all.length > 60 ? 'virtual' : ''} lanes-${height}">
    ${lanes(app, height)} ${footNote(state)} ${legend(app)} ${readingLine(app)} ${liveReading(state)}
  </div>`;
}

function lanes(app: App, height: LaneFrame['height']): TemplateResult {
  const { state } = app.store;
  const { from, lanes: inView } = lanesInView(state);
  const all = shownLanes(state);
  const frame = frameOf(app, height);
  const pointer = pointerHandlers(app);
  return html`<div
    class="lanes"
    role="grid"
    aria-label=${slopesWords.mapName(outputName(state))}
    aria-rowcount=${all.length + 2}
    aria-colcount=${state.answers.raster?.cells ?? 1}
    ${css(cursorPlace(state))}
    @pointermove=${pointer.move}
    @pointerdown=${pointer.down}
    @pointerup=${pointer.up}
    @dblclick=${pointer.double}
    @scroll=${(event: Event) => {
      const { currentTarget: target } = event;
      if (target instanceof Element) app.store.show({ lanesTop: target.scrollTop, lanesHeight: target.clientHeight });
    }}
  >
    <div class="lanes-top" role="rowgroup">${heads(app)} ${forecastLane(app)}</div>
    <div
      class="lanes-body"
      role="rowgroup"
      ${css({ '--before': `${from * height}px`, height: `${all.length * height}px` })}
    >
      ${repeat(
        inView,
        (lane) => lane.input,
        (lane, index) => laneRow(frame, lane, from + index),
      )}
    </div>
    ${all.length === 0 ? html`<p class="soft note">${state.screen.find ? slopesWords.noneFound() : slopesWords.noneFails()}</p>` : nothing}
  </div>`;
}

/** Cursor and brush as CSS properties: moving them draws nothing anew. */
function cursorPlace(state: PageState): Readonly<Record<string, string>> {
  const cells = state.answers.raster?.cells ?? 1;
  const cell = cursorCell(state);
  const { brush } = state.screen;
  const [from, to] = brush ? [Math.min(brush.from, brush.to), Math.max(brush.from, brush.to) + 1] : [0, 0];
  return {
    '--cursor': cell === undefined ? '-9999px' : `${((100 * (cell + 0.5)) / cells).toFixed(3)}%`,
    '--brush-from': `${((100 * from) / cells).toFixed(3)}%`,
    '--brush-wide': `${((100 * (to - from)) / cells).toFixed(3)}%`,
  };
}

function frameOf(app: App, height: LaneFrame['height']): LaneFrame {
  const all = app.store.state.answers.lanes?.lanes ?? [];
  const by = app.store.state.choices.lanesBy;
  const strongest = all.reduce((most, lane) => Math.max(most, measureOf(lane, by)), 0);
  const largestStep = all.reduce((most, lane) => {
    const { min, max } = lane.statistics;
    return lane.kind === 'switched' ? most : Math.max(most, Math.max(-min, max) * spreadOfInput(lane));
  }, 0);
  return { app, height, strongest, largestStep, effectUnit: effectUnit(app.store.state) };
}

function heads(app: App): TemplateResult {
  const { state } = app.store;
  const hasReach = state.answers.lanes?.lanes.some((lane) => lane.reach !== undefined) ?? false;
  const orders: LaneOrder[] = ['effect', ...(hasReach ? (['reach'] as const) : []), 'below', 'name', 'model'];
  return html`<div class="lane-head" role="row" aria-rowindex="1">
    <span role="columnheader">${slopesWords.input()}</span>
    <span role="columnheader" class="effect"
      >${select<LaneOrder>({
        label: slopesWords.lanesBy(),
        dress: 'bare',
        value: state.choices.lanesBy,
        options: orders.map((value) => ({ value, text: slopesWords.laneOrder(value) })),
        choose: (lanesBy) => {
          app.store.choose({ lanesBy });
        },
      })}${effectHead(state)}</span
    >
    <span role="columnheader" class="row-order">${rowOrder(app)}</span>
    <span role="columnheader" class="spread">${slopesWords.spread()}</span>
    <span role="columnheader">${slopesWords.rule()}</span>
  </div>`;
}

/** What fits beside a bar, in letters. */
const EFFECT_LETTERS = 8;

/** The unit beside each effect; empty where it is too long for that and stands in the head. */
function effectUnit(state: PageState): string {
  const { lanesBy } = state.choices;
  const unit = outputUnit(state);
  const texts = (state.answers.lanes?.lanes ?? []).map((lane) => withUnit(measureOf(lane, lanesBy), unit));
  return texts.every((text) => text.length <= EFFECT_LETTERS) ? unit : '';
}

function effectHead(state: PageState): Drawn {
  const unit = outputUnit(state);
  if (effectUnit(state) === unit || !['effect', 'reach'].includes(state.choices.lanesBy)) return nothing;
  return html`<span class="effect-unit clip" title=${unit}>${unit}</span>`;
}

/** "500 rows, ordered by …" */
function rowOrder(app: App): TemplateResult {
  const { state } = app.store;
  const order = orderOf(state);
  const rows = state.answers.lanes;
  const text =
    rows && rows.computed < rows.rows
      ? slopesWords.rowsSoFar(rows.computed)
      : slopesWords.rowsOrderedBy(rows?.shown ?? 0);
  const options = rowOrders(state).map((each) => ({
    value: JSON.stringify(each),
    text: slopesWords.rowOrder(each, nameOf(state, each)),
    order: each,
  }));
  return html`<span class="nowrap">${text}</span> ${select({
      label: text,
      dress: 'bare',
      value: JSON.stringify(order),
      options,
      choose: (value) => {
        const found = options.find((option) => option.value === value);
        if (found?.order.by === 'slope' && found.order.input === state.choices.input) orderByChosen(app);
        else if (found) orderRows(app, found.order);
      },
    })}`;
}

/** Forecast and row always; slope and value of the chosen input, and whatever is chosen now. */
function rowOrders(state: PageState): readonly RowOrder[] {
  const chosen = chosenLane(state);
  const order = orderOf(state);
  const input = chosen?.input;
  const orders: RowOrder[] = [{ by: 'forecast' }, { by: 'row' }];
  if (input !== undefined && chosen?.kind !== 'switched') orders.push({ by: 'slope', input });
  if (input !== undefined) orders.push({ by: 'value', input });
  const isListed = orders.some((each) => JSON.stringify(each) === JSON.stringify(order));
  return isListed ? orders : [...orders, order];
}

function nameOf(state: PageState, order: RowOrder): string {
  return 'input' in order ? (state.answers.model?.inputs[order.input]?.name ?? '') : '';
}

function forecastLane(app: App): TemplateResult {
  const { state } = app.store;
  const { lanes, raster } = state.answers;
  const unit = outputUnit(state);
  const range = lanes ? spanWithUnit(lanes.forecast.min, lanes.forecast.max, unit) : '';
  return html`<div class="lane forecast-lane" role="row" aria-rowindex="2">
    <div class="two" role="rowheader">
      <span>${slopesWords.forecast()}</span><span class="small soft clip" title=${range}>${range}</span>
    </div>
    <span role="gridcell" class="effect"></span>
    <div
      class="strip"
      role="gridcell"
      ${sized((stripWidth) => {
        app.store.show({ stripWidth });
      })}
    >
      <i class="tip"></i
      ><canvas
        aria-hidden="true"
        ${painted([raster, lanes?.forecast, state.screen.theme, state.screen.stripWidth], (canvas) => {
          const { context, width } = openCanvas(canvas, 30);
          if (raster && lanes) {
            paintForecast(context, width, 30, raster.forecast, lanes.forecast, paletteOf(state.screen.theme));
          }
        })}
      ></canvas>
    </div>
    <span class="spread" role="gridcell"></span><span role="gridcell"></span>
  </div>`;
}

/** With many inputs: which lanes stand here, and how many rows share a cell. */
function footNote(state: PageState): Drawn {
  const all = shownLanes(state);
  const { from, lanes: inView } = lanesInView(state);
  if (all.length <= 60) return nothing;
  const perCell = (state.answers.lanes?.shown ?? 0) / (state.answers.raster?.cells ?? 1);
  const to = Math.min(all.length, from + inView.length);
  return html`<p class="small soft note">
    ${slopesWords.lanesShown(from + 1, to, all.length)} ${perCell >= 2 ? slopesWords.cellStandsFor(perCell) : nothing}
  </p>`;
}

function outputName(state: PageState): string {
  const output = outputOf(state);
  return state.answers.model?.outputs[output]?.name ?? count(output + 1);
}
