import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { ComparedInput, Comparison } from '../../src/session/compareQuestion';
import type { MapLane } from '../../src/session/service';
import { openTab, tell } from '../actions';
import type { App } from '../app';
import { button } from '../parts/controls';
import { csvFile } from '../parts/csvFile';
import type { TextFile } from '../parts/csvFile';
import { painted } from '../parts/directives';
import { focusNext } from '../parts/focus';
import { openCanvas, paintLane } from '../map/laneCanvas';
import { paletteOf } from '../map/palette';
import { icon } from '../parts/icon';
import { progressLine } from '../parts/progress';
import { sentence } from '../parts/sentence';
import { sideMark, sides } from '../parts/sides';
import type { Side } from '../parts/sides';
import type { Question } from '../questions';
import type { PageState } from '../state';
import { viewOf } from '../view';
import { compareWords } from '../words/compare';
import { count, number, signed } from '../words/numbers';
import { slopeWithUnit, withUnit } from '../words/slopes';
import { understandingWords } from '../words/understanding';
import type { Tab } from './tab';

/** Two models on the same rows; there only while a comparison is open. */
export const compareTab: Tab = { name: 'compare', title: compareWords.tab, draw, asks, files };

function asks(state: PageState): readonly Question[] {
  const { output } = viewOf(state);
  const key = keyOf(state);
  return [
    {
      topic: 'compare',
      request: key,
      ask: async (asker, options) => ({
        comparison: { key, answer: await asker.call('compare', { output }, options) },
      }),
    },
  ];
}

/** Both models input by input, the rows whose forecasts moved most, and the findings of both. */
function files({ answers }: PageState): readonly TextFile[] {
  const { answer } = answers.comparison ?? {};
  if (!answer || 'message' in answer) return [];
  const heads = ['average slope', 'typical effect', 'place'].flatMap((title) => [`${title} A`, `${title} B`]);
  const lines = answer.inputs.map(({ name, unit, averages, effects, places, oppositeRows }) => [
    ...[name, unit, ...averages, ...effects, ...places, oppositeRows],
  ]);
  const moved = answer.moved.map(({ row, line, forecasts: [a, b], actual }) => [row + 1, line, a, b, b - a, actual]);
  const found = answer.findings.flatMap((side, place) =>
    side.map(({ message, other }) => [sides[place]?.letter, message, other]),
  );
  return [
    csvFile('compare', ['input', 'unit', ...heads, 'rows with opposite sign'], lines),
    csvFile('compare.moved', ['row', 'line', 'forecast A', 'forecast B', 'B less A', 'true value'], moved),
    csvFile('compare.findings', ['model', 'finding', 'the rule in the other model'], found),
  ];
}

/** What is compared: an answer for another model or output is never shown under these names. */
function keyOf(state: PageState): string {
  return JSON.stringify([state.answers.state?.compared, viewOf(state).output]);
}

function draw(app: App): TemplateResult {
  const { state } = app.store;
  const { comparison } = state.answers;
  const close = state.answers.state?.stored ? nothing : closing(app);
  if (comparison?.key !== keyOf(state)) return sentence(understandingWords.computing(), progressLine(app), close);
  const { answer } = comparison;
  if ('message' in answer) return sentence(answer.message, answer.remedy, close);
  const { rows, forecast } = answer;
  const [average, largest] = [withUnit(forecast.average, forecast.unit), withUnit(forecast.largest, forecast.unit)];
  return html`${sentence(answer.sentence, compareWords.below(rows, average, largest), close)}
    ${models(answer, state.answers.state?.compared ?? '')}
    <div class="compare-inputs" tabindex="0" role="region" aria-label=${compareWords.table()}>
      ${inputs(app, answer)}
    </div>
    <p class="compare-rest soft small">${compareWords.lanes()}</p>
    ${rest(answer)}
    <div class="cards">
      ${sides.map((side, place) => findings(answer, side, place))} ${answer.moved.length > 0 ? moved(answer) : nothing}
    </div>`;
}

function closing(app: App): TemplateResult {
  return button(compareWords.close(), () => {
    tell(app, 'closeComparison');
    openTab(app, 'slopes');
    focusNext('#tab-slopes');
  });
}

function models({ models: [first], outputs }: Comparison, second: string): TemplateResult {
  return html`<ul class="compare-models" aria-label=${compareWords.models()}>
    ${[first, second].map(
      (model, place) =>
        html`<li>
          ${sideMark(sides[place] ?? sides[1])} <span class="strong">${model}</span>
          <span class="soft">${outputs[place]}</span>
        </li>`,
    )}
  </ul>`;
}

function inputs(app: App, { inputs: lines, forecast }: Comparison): TemplateResult {
  const pairs = [compareWords.average(), compareWords.effect(forecast.unit), compareWords.rank()];
  return html`<table class="plain" aria-label=${compareWords.table()}>
    <thead>
      <tr>
        <th scope="col">${compareWords.input()}</th>
        <th scope="col" class="compare-lane">${compareWords.difference()}</th>
        ${pairs.map((title) => sides.map((side) => html`<th scope="col" class="num">${title} ${sideMark(side)}</th>`))}
        <th scope="col" class="num">${compareWords.opposite()}</th>
      </tr>
    </thead>
    <tbody>
      ${lines.map((each) => line(app, each))}
    </tbody>
  </table>`;
}

function line(app: App, compared: ComparedInput): TemplateResult {
  const { name, unit, averages, effects, places, oppositeRows, opposite, lane } = compared;
  return html`<tr>
    <th scope="row">${name}<br /><span class="micro soft">${unit}</span></th>
    <td class="compare-lane">${lane ? difference(app, compared, lane) : nothing}</td>
    ${averages.map((value) => html`<td class="num ${value < 0 ? 'neg' : ''}">${signed(value)}</td>`)}
    ${effects.map((value) => html`<td class="num">${number(value)}</td>`)}
    ${places.map((place) => html`<td class="num">${place}</td>`)}
    <td class="num ${oppositeRows > 0 ? 'strong' : 'soft'}">${compareWords.oppositeRows(oppositeRows, opposite)}</td>
  </tr>`;
}

const measures = { map: 14, gap: 2, rail: 3 };

/** Slope B − slope A over the rows; each input has its own scale. */
function difference({ store }: App, { name, unit, averages }: ComparedInput, lane: MapLane): TemplateResult {
  const { theme, width } = store.state.screen;
  const average = slopeWithUnit(averages[1] - averages[0], unit);
  return html`<canvas
    role="img"
    aria-label=${compareWords.laneName(name, average)}
    ${painted([lane, theme, width], (canvas) => {
      const { context, width: wide } = openCanvas(canvas, measures.map + measures.gap + measures.rail);
      paintLane(context, wide, lane, lane.largest || 1, measures, paletteOf(theme));
    })}
  ></canvas>`;
}

/** What cannot stand side by side. */
function rest({ onlyFirst, onlySecond, withoutSlope }: Comparison): TemplateResult {
  const lines = [
    ...(onlyFirst.length > 0 ? [compareWords.onlyIn('A', onlyFirst.join(', '))] : []),
    ...(onlySecond.length > 0 ? [compareWords.onlyIn('B', onlySecond.join(', '))] : []),
    ...(withoutSlope.length > 0 ? [compareWords.withoutSlope(withoutSlope.join(', '))] : []),
  ];
  return html`${lines.map((text) => html`<p class="compare-rest soft small">${text}</p>`)}`;
}

function findings({ findings: both }: Comparison, side: Side, place: number): TemplateResult {
  const found = both[place] ?? [];
  return html`<section class="card">
    <header><h2>${compareWords.findings()} ${sideMark(side)}</h2></header>
    ${found.length === 0 ? html`<p class="soft">${compareWords.noFindings()}</p>` : nothing}
    <ul class="compare-findings">
      ${found.map(
        ({ severity, message, other }) =>
          html`<li>
            ${icon(severity)} <span class="strong">${compareWords.standing(side.colour, other)}</span> ${message}
          </li>`,
      )}
    </ul>
  </section>`;
}

/** The rows whose forecasts are furthest apart. */
function moved({ moved: rows, forecast: { unit } }: Comparison): TemplateResult {
  const hasActual = rows.some(({ actual }) => actual !== undefined);
  return html`<section class="card">
    <header><h2>${compareWords.moved()}</h2></header>
    <table class="plain" aria-label=${compareWords.moved()}>
      <thead>
        <tr>
          <th scope="col">${compareWords.row()}</th>
          ${sides.map((side) => html`<th scope="col" class="num">${compareWords.forecast()} ${sideMark(side)}</th>`)}
          <th scope="col" class="num">${compareWords.change()}</th>
          ${hasActual ? html`<th scope="col" class="num">${compareWords.actual()}</th>` : nothing}
        </tr>
      </thead>
      <tbody>
        ${rows.map(({ row, forecasts: [a, b], actual }) => {
          const change = slopeWithUnit(b - a, unit);
          return html`<tr>
            <th scope="row">${count(row + 1)}</th>
            <td class="num">${withUnit(a, unit)}</td>
            <td class="num">${withUnit(b, unit)}</td>
            <td class="num ${b < a ? 'neg' : ''}">${change}</td>
            ${hasActual ? html`<td class="num">${actual === undefined ? nothing : withUnit(actual, unit)}</td>` : nothing}
          </tr>`;
        })}
      </tbody>
    </table>
  </section>`;
}
