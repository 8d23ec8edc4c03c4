import type { Plugin } from 'chart.js';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import type { RangeView } from '../../../src/session/rangeQuestion';
import type { App } from '../../app';
import { cssValue, paletteOf } from '../../map/palette';
import { charted, plainOptions } from '../../parts/chart';
import type { PointChart } from '../../parts/chart';
import { asTableButton, chartTable, shownTable } from '../../parts/shownAsTable';
import type { ChartTable } from '../../parts/shownAsTable';
import { isWithoutTable } from '../../view';
import { count, number } from '../../words/numbers';
import { rangeWords } from '../../words/range';
import { withUnit } from '../../words/slopes';

/** How many forecasts and true values lie where, and the limits, which are moved by their fields. */
export function histogramCard(app: App, view: RangeView): TemplateResult {
  const { theme } = app.store.state.screen;
  const table = (): ChartTable => tableOf(view);
  return html`<section class="card">
    <header>
      <h2 class="grow">${rangeWords.histogram()}</h2>
      ${app.store.state.answers.state?.stored ? nothing : html`${limit(app, view, 'lower')} ${limit(app, view, 'upper')}`}
      ${asTableButton(app, 'range')}
    </header>
    <p class="caption">${rangeWords.caption(view.histogram.actual !== undefined)}</p>
    <div class="axis-name micro soft">${rangeWords.rowsAxis(isWithoutTable(app.store.state))}</div>
    <div class="plot">
      <canvas role="img" aria-label=${label(view)} ${charted([view, theme], () => chartOf(app, view))}>
        ${chartTable(table())}
      </canvas>
    </div>
    ${shownTable(app, 'range', table)}
  </section>`;
}

/** A limit: arrows in its field move it by a fiftieth of the range. */
function limit({ store }: App, view: RangeView, side: 'lower' | 'upper'): TemplateResult {
  const step = stepOf(view);
  const value = store.state.choices.limits?.[side] ?? view[side];
  return html`<label class="field"
    ><span class="soft">${rangeWords.limit(side)}</span
    ><input
      class="text-field limit"
      type="number"
      step="any"
      .value=${live(value === undefined ? '' : String(value))}
      @change=${(event: Event) => {
        if (event.target instanceof HTMLInputElement) setLimit(store, side, event.target.valueAsNumber);
      }}
      @keydown=${(event: KeyboardEvent) => {
        const by = { ArrowUp: step, ArrowDown: -step }[event.key];
        if (by === undefined) return;
        event.preventDefault();
        const start = value ?? (side === 'lower' ? view.forecast.min : view.forecast.max);
        setLimit(store, side, Math.round(start / step) * step + by * (event.shiftKey ? 10 : 1));
      }}
  /></label>`;
}

function setLimit(store: App['store'], side: 'lower' | 'upper', value: number): void {
  const others = Object.entries(store.state.choices.limits ?? {}).filter(([key]) => key !== side);
  const all = Number.isNaN(value) ? others : [...others, [side, value] as const];
  store.choose({ limits: all.length === 0 ? undefined : Object.fromEntries(all) });
}

/** A round fiftieth of the range: 1, 2 or 5 times a power of ten. */
function stepOf({ forecast: { min, max } }: RangeView): number {
  const raw = (max - min) / 50 || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  return power * ([1, 2, 5].find((factor) => factor * power >= raw) ?? 10);
}

function label({ forecast, actual, unit }: RangeView): string {
  return rangeWords.label(
    forecast.rows,
    withUnit(forecast.min, unit),
    withUnit(forecast.max, unit),
    actual ? rangeWords.actualLabel(withUnit(actual.min, unit), withUnit(actual.max, unit)) : '',
  );
}

function chartOf(app: App, view: RangeView): PointChart {
  const { edges, forecast, actual } = view.histogram;
  const most = Math.max(1, ...forecast, ...(actual ?? []));
  const { lower, upper } = view;
  const ends = [edges[0] ?? 0, edges.at(-1) ?? 1, ...[lower, upper].filter((value) => value !== undefined)];
  const x = { name: rangeWords.axis(view.unit), min: Math.min(...ends), max: Math.max(...ends) };
  return {
    type: 'scatter',
    data: { datasets: [] },
    plugins: [bars(app, view), limitLines(view)],
    options: { ...plainOptions(x, { min: 0, max: 1.05 * most, whole: true }), events: [] },
  };
}

/** Forecasts as bars, orange beyond the limits; true values as an outline over them. */
function bars(app: App, view: RangeView): Plugin<'scatter' | 'line'> {
  const palette = paletteOf(app.store.state.screen.theme);
  const { edges, forecast, actual } = view.histogram;
  return {
    id: 'bars',
    beforeDatasetsDraw: ({ ctx, scales }) => {
      const [across, up] = [scales.x, scales.y];
      if (!across || !up) return;
      const ground = up.getPixelForValue(0);
      const side = (place: number): number => across.getPixelForValue(edges[place]!);
      forecast.forEach((rows, place) => {
        const middle = (edges[place]! + edges[place + 1]!) / 2;
        const isBeyond = middle < (view.lower ?? -Infinity) || middle > (view.upper ?? Infinity);
        ctx.fillStyle = isBeyond ? palette.below : palette.inkFaint;
        const top = up.getPixelForValue(rows);
        ctx.fillRect(side(place), top, Math.max(1, side(place + 1) - side(place) - 1), ground - top);
      });
      ctx.strokeStyle = palette.text;
      ctx.lineWidth = 1.5;
      ctx.beginPath();
      actual?.forEach((rows, place) => {
        ctx.lineTo(side(place), up.getPixelForValue(rows));
        ctx.lineTo(side(place + 1), up.getPixelForValue(rows));
      });
      ctx.stroke();
    },
  };
}

function limitLines({ lower, upper }: RangeView): Plugin<'scatter' | 'line'> {
  return {
    id: 'limits',
    afterDatasetsDraw: ({ ctx, chartArea, scales }) => {
      ctx.save();
      ctx.strokeStyle = cssValue('--vscode-foreground');
      ctx.setLineDash([4, 3]);
      for (const value of [lower, upper]) {
        if (value === undefined) continue;
        const at = Math.round(scales.x?.getPixelForValue(value) ?? 0) + 0.5;
        ctx.beginPath();
        ctx.moveTo(at, chartArea.top);
        ctx.lineTo(at, chartArea.bottom);
        ctx.stroke();
      }
      ctx.restore();
    },
  };
}

function tableOf(view: RangeView): ChartTable {
  const { edges, forecast, actual } = view.histogram;
  return {
    label: label(view),
    heads: [rangeWords.axis(view.unit), rangeWords.forecasts(), ...(actual ? [rangeWords.actuals()] : [])],
    lines: Array.from(forecast, (rows, place) => [
      rangeWords.bin(number(edges[place]!), number(edges[place + 1]!)),
      count(rows),
      ...(actual ? [count(actual[place] ?? 0)] : []),
    ]),
  };
}
