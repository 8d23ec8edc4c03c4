import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { InputView } from '../../../src/session/inputQuestion';
import type { App } from '../../app';
import { paletteOf } from '../../map/palette';
import { charted, plainOptions } from '../../parts/chart';
import type { PointChart } from '../../parts/chart';
import { asTableButton, chartTable, shownTable } from '../../parts/shownAsTable';
import type { ChartTable } from '../../parts/shownAsTable';
import { inputWords } from '../../words/input';
import { count, number, signed } from '../../words/numbers';
import { slopeWithUnit, withUnit } from '../../words/slopes';

type Paired = NonNullable<InputView['paired']>;

/** A yes/no input: each row's forecast with no and with yes, joined by a line. */
export function pairedCard(app: App, view: InputView, paired: Paired): TemplateResult {
  const { theme } = app.store.state.screen;
  const table = (): ChartTable => tableOf(view, paired);
  return html`<section class="card">
    <header>
      <h2 class="grow">${inputWords.pairedTitle()}</h2>
      ${asTableButton(app, 'paired')}
    </header>
    <p class="caption">${inputWords.pairedCaption()}</p>
    <div class="axis-name micro soft">${inputWords.forecastAxis(view.outputUnit)}</div>
    <div class="plot">
      <canvas role="img" aria-label=${table().label} ${charted([paired, theme], () => chartOf(app, view, paired))}>
        ${chartTable(table())}
      </canvas>
    </div>
    ${shownTable(app, 'paired', table)}
  </section>`;
}

function chartOf(app: App, view: InputView, paired: Paired): PointChart {
  const palette = paletteOf(app.store.state.screen.theme);
  const options = plainOptions({ name: view.name, min: -0.2, max: 1.2, whole: true }, {});
  return {
    type: 'line',
    data: {
      datasets: paired.map(({ off, on }) => {
        const colour = on < off ? palette.below : palette.above;
        return {
          data: [
            { x: 0, y: off },
            { x: 1, y: on },
          ],
          borderWidth: 1,
          borderColor: colour,
          pointRadius: 3,
          pointStyle: on < off ? ('triangle' as const) : ('circle' as const),
          pointRotation: 180,
          pointBackgroundColor: colour,
          pointBorderWidth: 0,
        };
      }),
    },
    options: { ...options, events: [] },
  };
}

function tableOf(view: InputView, paired: Paired): ChartTable {
  const falling = paired.filter(({ off, on }) => on < off).length;
  const rising = paired.filter(({ off, on }) => on > off).length;
  return {
    label: inputWords.paired(view.name, rising, falling),
    heads: [inputWords.row(), inputWords.off(), inputWords.on()],
    lines: paired.map(({ row, off, on }) => [
      count(row + 1),
      withUnit(off, view.outputUnit),
      withUnit(on, view.outputUnit),
    ]),
  };
}

/** A category: what each level does against the commonest. */
export function levelsCard(
  view: InputView,
  { commonest, lines, more }: NonNullable<InputView['levels']>,
): TemplateResult {
  return html`<section class="card">
    <header><h2>${inputWords.levelsTitle(commonest)}</h2></header>
    <p class="caption">${inputWords.levelsCaption()}</p>
    <div class="scroll-x" tabindex="0" role="region" aria-label=${inputWords.levelsTitle(commonest)}>
      <table class="plain" aria-label=${inputWords.levelsTitle(commonest)}>
        <thead>
          <tr>
            <th scope="col">${inputWords.level()}</th>
            <th scope="col" class="num">${inputWords.rowsColumn()}</th>
            <th scope="col" class="num">${inputWords.average()}</th>
            <th scope="col" class="num">${inputWords.error()}</th>
            <th scope="col" class="num">${inputWords.lowest()}</th>
            <th scope="col" class="num">${inputWords.highest()}</th>
          </tr>
        </thead>
        <tbody>
          ${lines.map(
            ({ level, rows, average, error, lowest, highest }) =>
              html`<tr>
                <th scope="row">${level}</th>
                <td class="num">${count(rows)}</td>
                <td class="num ${average < 0 ? 'neg' : ''}">${slopeWithUnit(average, view.outputUnit)}</td>
                <td class="num">${number(error)}</td>
                <td class="num">${signed(lowest)}</td>
                <td class="num">${signed(highest)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${more > 0 ? html`<p class="soft small">${inputWords.moreLevels(more)}</p>` : nothing}
  </section>`;
}
