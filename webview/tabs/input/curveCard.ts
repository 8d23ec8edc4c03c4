import type { ScriptableLineSegmentContext } from 'chart.js';
import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { Curve, InputView } from '../../../src/session/inputQuestion';
import type { App } from '../../app';
import { cssValue, paletteOf } from '../../map/palette';
import { charted, plainOptions, rug } from '../../parts/chart';
import type { PointChart } from '../../parts/chart';
import { select } from '../../parts/controls';
import { asTableButton, chartTable, shownTable } from '../../parts/shownAsTable';
import type { ChartTable } from '../../parts/shownAsTable';
import type { CurveChoice } from '../../state';
import { inputWords } from '../../words/input';
import { count, tableValue } from '../../words/numbers';
import { isWithoutTable } from '../../view';
import { withUnit } from '../../words/slopes';

const choices: readonly CurveChoice[] = ['both', 'average', 'singles', 'accumulated'];

/** The forecast over the input's range: the average, and single rows with their falling pieces. */
export function curveCard(app: App, view: InputView, curve: Curve): TemplateResult {
  const { theme } = app.store.state.screen;
  const choice = app.store.state.choices.curves ?? 'both';
  const table = (): ChartTable => tableOf(view, curve, isWithoutTable(app.store.state));
  return html`<section class="card">
    <header>
      <h2 class="grow">${inputWords.curveTitle(view.name)}</h2>
      ${select<CurveChoice>({
        label: inputWords.curves(),
        value: choice,
        options: choices.map((value) => ({
          value,
          text: inputWords.curveChoice(value, isWithoutTable(app.store.state)),
        })),
        choose: (curves) => {
          app.store.choose({ curves });
        },
      })}
      ${asTableButton(app, 'curve')}
    </header>
    <p class="caption">${inputWords.curveCaption(choice, isWithoutTable(app.store.state))} ${curve.note}</p>
    <div class="axis-name micro soft">${inputWords.forecastAxis(view.outputUnit)}</div>
    <div class="plot">
      <canvas
        role="img"
        aria-label=${label(view, curve)}
        ${charted([curve, choice, theme], () => chartOf(app, view, curve, choice))}
      >
        ${chartTable(table())}
      </canvas>
    </div>
    ${shownTable(app, 'curve', table)}
  </section>`;
}

function label({ name, outputUnit }: InputView, { at, average }: Curve): string {
  const last = at.length - 1;
  return inputWords.curveSentence(
    name,
    withUnit(average[0] ?? NaN, outputUnit),
    withUnit(average[last] ?? NaN, outputUnit),
    tableValue(at[0]),
    tableValue(at[last]),
  );
}

function chartOf(app: App, view: InputView, curve: Curve, choice: CurveChoice): PointChart {
  const palette = paletteOf(app.store.state.screen.theme);
  const points = (forecast: Float64Array): { x: number; y: number }[] =>
    Array.from(curve.at, (x, place) => ({ x, y: forecast[place]! }));
  const quiet = document.body.className.includes('high-contrast') ? palette.inkFaint : `${palette.ink}66`;
  const singles = curve.singles.map(({ forecast, worst }) => ({
    type: 'line' as const,
    data: points(forecast),
    pointRadius: 0,
    borderWidth: worst ? 2 : 1,
    segment: {
      borderColor: (piece: ScriptableLineSegmentContext) => (isFalling(piece) ? palette.below : quiet),
      borderWidth: (piece: ScriptableLineSegmentContext) => (isFalling(piece) ? 1.5 : worst ? 2 : 1),
    },
  }));
  const average = {
    type: 'line' as const,
    data: points(curve.average),
    borderWidth: 3,
    pointRadius: 0,
    borderColor: cssValue('--vscode-foreground'),
  };
  const across = {
    name: view.name,
    whole: view.kind === 'whole number',
    min: curve.at[0] ?? 0,
    max: curve.at.at(-1) ?? 1,
  };
  return {
    type: 'line',
    data: {
      datasets: [
        ...(choice === 'singles' ? [] : [average]),
        ...(choice === 'both' || choice === 'singles' ? singles : []),
      ],
    },
    plugins: [rug(curve.rug)],
    options: { ...plainOptions(across, {}), events: [] },
  };
}

/** Whether a piece of a line goes down. */
function isFalling({ p0, p1 }: ScriptableLineSegmentContext): boolean {
  return (p1.parsed.y ?? NaN) < (p0.parsed.y ?? NaN);
}

/** At most twelve places of the average curve. */
function tableOf(view: InputView, curve: Curve, isAlone: boolean): ChartTable {
  const every = Math.max(1, Math.ceil(curve.at.length / 12));
  const places = [...curve.at.keys()].filter((place) => place % every === 0 || place === curve.at.length - 1);
  return {
    label: label(view, curve),
    heads: [view.name, inputWords.averageForecast(), inputWords.rowsHere(isAlone)],
    lines: places.map((place) => [
      tableValue(curve.at[place]),
      withUnit(curve.average[place]!, view.outputUnit),
      count(curve.density[place] ?? 0),
    ]),
  };
}
