import type { ActiveElement } from 'chart.js';
import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { InputView, Scatter } from '../../../src/session/inputQuestion';
import type { App } from '../../app';
import { cssValue, paletteOf } from '../../map/palette';
import { charted, plainOptions, zeroLine } from '../../parts/chart';
import type { PointChart } from '../../parts/chart';
import { select } from '../../parts/controls';
import { asTableButton, chartTable, shownTable } from '../../parts/shownAsTable';
import type { ChartTable } from '../../parts/shownAsTable';
import { isWithoutTable } from '../../view';
import { count, signed, tableValue } from '../../words/numbers';
import { inputWords } from '../../words/input';
import { slopeWithUnit } from '../../words/slopes';
import { binsPlugin } from './bins';

type Dots = Extract<Scatter, { readonly kind: 'dots' }>;
type Dataset = PointChart['data']['datasets'][number];

/** The slope of every row against the value of the input. */
export function scatterCard(app: App, view: InputView, scatter: Scatter): TemplateResult {
  const { theme } = app.store.state.screen;
  const isAlone = isWithoutTable(app.store.state);
  const table = (): ChartTable => tableOf(view, scatter, isAlone);
  return html`<section class="card">
    <header>
      <h2 class="grow">${inputWords.slopeAtEach()}</h2>
      ${scatter.kind === 'dots' && !app.store.state.answers.state?.stored ? colourChoice(app, view) : nothing}
      ${asTableButton(app, 'scatter')}
    </header>
    <p class="caption">
      ${inputWords.slopeCaption(scatter.kind === 'bins', isAlone)} ${inputWords.turns([...scatter.turns])}
    </p>
    <div class="axis-name micro soft">${inputWords.slopeAxis(view.unit)}</div>
    <div class="plot">
      <canvas
        role="img"
        aria-label=${label(view, scatter, isAlone)}
        ${charted([scatter, theme], () => chartOf(app, view, scatter))}
      >
        ${chartTable(table())}
      </canvas>
    </div>
    <p class="pointed micro soft" role="status">${scatter.kind === 'dots' ? pointedText(app, view, scatter) : ''}</p>
    ${shownTable(app, 'scatter', table)}
  </section>`;
}

function colourChoice({ store }: App, view: InputView): TemplateResult {
  const lanes = (store.state.answers.lanes?.lanes ?? []).filter(
    ({ input, kind }) => input !== view.input && kind !== 'switched',
  );
  const { colourBy } = store.state.choices;
  return select({
    label: inputWords.colourBy(),
    labelled: true,
    value: colourBy === undefined ? '' : String(colourBy),
    options: [
      { value: '', text: inputWords.bySign() },
      ...lanes.map(({ input, name }) => ({ value: String(input), text: name })),
    ],
    choose: (input) => {
      store.choose({ colourBy: input === '' ? undefined : Number(input) });
    },
  });
}

function label(view: InputView, scatter: Scatter, isAlone: boolean): string {
  const { below, rows } = countsOf(scatter);
  return inputWords.scatterSentence(view.name, below, inputWords.rowsOrPoints(rows, isAlone), [...scatter.turns]);
}

function countsOf(scatter: Scatter): { readonly below: number; readonly rows: number } {
  if (scatter.kind === 'dots')
    return { below: scatter.slopes.filter((slope) => slope < 0).length, rows: scatter.rows.length };
  const line = (at: number): number => scatter.y.min + ((at + 0.5) / scatter.lines) * (scatter.y.max - scatter.y.min);
  let [below, rows] = [0, 0];
  scatter.counts.forEach((some, cell) => {
    rows += some;
    if (line(Math.floor(cell / scatter.columns)) < 0) below += some;
  });
  return { below, rows };
}

function chartOf(app: App, view: InputView, scatter: Scatter): PointChart {
  const palette = paletteOf(app.store.state.screen.theme);
  if (scatter.kind === 'bins') {
    const options = plainOptions({ name: view.name, ...scatter.x }, scatter.y);
    return {
      type: 'scatter',
      data: { datasets: [] },
      options,
      plugins: [binsPlugin(scatter, palette), zeroLine(inputWords.belowZero())],
    };
  }
  const groups = groupsOf(scatter);
  const datasets = groups.map(({ places, isBelow, isBeyond }) => dotsOf(app, scatter, places, isBelow, isBeyond));
  const rowUnder = (elements: readonly ActiveElement[]): number | undefined => {
    const [first] = elements;
    const place = first && groups[first.datasetIndex]?.places[first.index];
    return place === undefined ? undefined : scatter.rows[place];
  };
  return {
    type: 'scatter',
    data: { datasets },
    plugins: [zeroLine(inputWords.belowZero())],
    options: {
      ...plainOptions({ name: view.name, whole: view.kind === 'whole number', ...endsOf(scatter.shown) }, {}),
      interaction: { mode: 'nearest', intersect: true },
      onHover: (_, elements) => {
        const pointed = rowUnder(elements);
        if (pointed !== app.store.state.screen.pointed) app.store.show({ pointed });
      },
      onClick: (_, elements) => {
        const row = rowUnder(elements);
        if (row !== undefined && !app.store.state.answers.state?.stored && !isWithoutTable(app.store.state))
          app.store.choose({ row, apart: { input: view.input, row } });
      },
    },
  };
}

/** From the first dot to the last, with a little room for their size. */
function endsOf(values: Float64Array): { readonly min: number; readonly max: number } {
  const low = values.reduce((least, value) => Math.min(least, value), Infinity);
  const high = values.reduce((most, value) => Math.max(most, value), -Infinity);
  const room = (high - low || 1) / 50;
  return { min: low - room, max: high + room };
}

/** Dots apart by the side of zero and by whether they break the rule: each has its own mark. */
function groupsOf({
  slopes,
  beyond,
}: Dots): { readonly places: number[]; readonly isBelow: boolean; readonly isBeyond: boolean }[] {
  const groups = [false, true].flatMap((isBelow) =>
    [false, true].map((isBeyond) => ({ isBelow, isBeyond, places: [] as number[] })),
  );
  slopes.forEach((slope, place) => {
    groups[(slope < 0 ? 2 : 0) + (beyond[place] === 1 ? 1 : 0)]?.places.push(place);
  });
  return groups;
}

function dotsOf(app: App, dots: Dots, places: readonly number[], isBelow: boolean, isBeyond: boolean): Dataset {
  const palette = paletteOf(app.store.state.screen.theme);
  const { colour } = dots;
  const strength = document.body.className.includes('high-contrast') || isBeyond ? 'ff' : '99';
  const sign = `${isBelow ? palette.below : palette.above}${strength}`;
  const amount = (place: number): string =>
    colour ? palette.amount((colour.values[place]! - colour.min) / (colour.max - colour.min || 1)) : sign;
  return {
    data: places.map((place) => ({ x: dots.shown[place]!, y: dots.slopes[place]! })),
    pointStyle: isBeyond ? 'triangle' : 'circle',
    pointRotation: isBelow ? 180 : 0,
    pointRadius: isBeyond ? 4 : 2.5,
    pointBorderWidth: colour && isBelow ? 1 : 0,
    pointBorderColor: cssValue('--ss-neg-4'),
    pointBackgroundColor: colour ? places.map(amount) : sign,
  };
}

function pointedText({ store }: App, view: InputView, dots: Dots): string {
  const { pointed } = store.state.screen;
  const place = pointed === undefined ? -1 : dots.rows.indexOf(pointed);
  const isAlone = isWithoutTable(store.state);
  if (pointed === undefined || place < 0) return inputWords.pointHint(isAlone);
  const value = tableValue(dots.values[place]);
  const slope = slopeWithUnit(dots.slopes[place]!, view.unit);
  if (isAlone) return inputWords.pointedPoint(view.name, value, slope);
  return inputWords.pointed(pointed, view.name, value, slope);
}

/** At most twelve intervals of the input: rows, average slope, rows below 0. */
function tableOf(view: InputView, scatter: Scatter, isAlone: boolean): ChartTable {
  const heads = [view.name, inputWords.rowsColumn(isAlone), inputWords.slopeColumn(), inputWords.belowColumn()];
  const points = scatter.kind === 'dots' ? dotPoints(scatter) : binPoints(scatter);
  const low = Math.min(...points.map(({ x }) => x));
  const high = Math.max(...points.map(({ x }) => x));
  const wide = (high - low) / 12 || 1;
  const lines = Array.from({ length: 12 }, (_, at) => {
    const some = points.filter(({ x }) => Math.min(11, Math.floor((x - low) / wide)) === at);
    const rows = some.reduce((sum, point) => sum + point.rows, 0);
    const mean = some.reduce((sum, point) => sum + point.rows * point.y, 0) / rows;
    const below = some.reduce((sum, point) => sum + (point.y < 0 ? point.rows : 0), 0);
    return { rows, text: [tableValue(low + at * wide), count(rows), signed(mean), count(below)] };
  });
  return {
    label: label(view, scatter, isAlone),
    heads,
    lines: lines.filter(({ rows }) => rows > 0).map(({ text }) => text),
  };
}

interface CountedPoint {
  readonly x: number;
  readonly y: number;
  readonly rows: number;
}

function dotPoints({ values, slopes }: Dots): CountedPoint[] {
  return Array.from(values, (x, place) => ({ x, y: slopes[place]!, rows: 1 }));
}

function binPoints({ columns, lines, counts, x, y }: Extract<Scatter, { readonly kind: 'bins' }>): CountedPoint[] {
  return Array.from(counts, (rows, cell) => ({
    x: x.min + (((cell % columns) + 0.5) / columns) * (x.max - x.min),
    y: y.min + ((Math.floor(cell / columns) + 0.5) / lines) * (y.max - y.min),
    rows,
  })).filter(({ rows }) => rows > 0);
}
