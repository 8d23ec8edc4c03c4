import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { EffectLine, InputView } from '../../../src/session/inputQuestion';
import type { App } from '../../app';
import type { Drawn } from '../../parts/controls';
import { isWithoutTable } from '../../view';
import { inputWords } from '../../words/input';
import { count, number, percent, signed } from '../../words/numbers';
import { changeFields } from './changeFields';
import { slopeWithUnit } from '../../words/slopes';

/** What changes of the input do to the forecast, by groups of rows where asked, and measures of the whole. */
export function effectTables(app: App, view: InputView): Drawn {
  const hasEffects = view.effects.length > 0 || (view.levels && !app.store.state.answers.state?.stored);
  if (!hasEffects && !view.measures) return nothing;
  return html`<div class="cards">
    ${hasEffects ? effects(app, view, isWithoutTable(app.store.state)) : nothing}
    ${view.measures ? measures(view.measures) : nothing} ${view.groups ? groups(view, view.groups) : nothing}
  </div>`;
}

function effects(app: App, view: InputView, isOverRanges: boolean): TemplateResult {
  return html`<section class="card whole">
    <header><h2>${inputWords.effects()}</h2></header>
    <p class="caption">${inputWords.effectsCaption(isOverRanges)}</p>
    ${changeFields(app, view)} ${view.effects.length > 0 ? effectTable(view, isOverRanges) : nothing} ${remarks(view)}
  </section>`;
}

function effectTable(view: InputView, isOverRanges: boolean): TemplateResult {
  return html`<div class="scroll-x" tabindex="0" role="region" aria-label=${inputWords.effects()}>
    <table class="plain" aria-label=${inputWords.effects()}>
      <thead>
        <tr>
          <th scope="col">${inputWords.change()}</th>
          <th scope="col" class="num">${inputWords.average()}</th>
          ${
            isOverRanges
              ? nothing
              : html`<th scope="col" class="num">${inputWords.error()}</th>
                  <th scope="col" class="num">${inputWords.interval()}</th>`
          }
          <th scope="col" class="num">${inputWords.lowest()}</th>
          <th scope="col" class="num">${inputWords.highest()}</th>
          <th scope="col" class="num">${inputWords.atAverage(isOverRanges)}</th>
          <th scope="col" class="num">${inputWords.centred()}</th>
          <th scope="col" class="num">${inputWords.slopeMisses()}</th>
        </tr>
      </thead>
      <tbody>
        ${view.effects.map((line) => effect(line, isOverRanges))}
      </tbody>
    </table>
  </div>`;
}

/** What must be known to read the lines, with the medians of those it is about. */
function remarks({ effects: lines }: InputView): Drawn {
  const remarked = lines.filter(({ remark }) => remark !== undefined);
  const medians = remarked.map(({ change, median = NaN, unit }) =>
    inputWords.median(change, slopeWithUnit(median, unit)),
  );
  const [first] = remarked;
  return first ? html`<p class="input-note small">* ${first.remark} ${medians.join(' ')}</p>` : nothing;
}

/** Points that stand in for rows are no sample: a standard error over them would say nothing. */
function effect(line: EffectLine, isOverRanges: boolean): TemplateResult {
  const cell = (value: number): TemplateResult => html`<td class="num ${value < 0 ? 'neg' : ''}">${signed(value)}</td>`;
  return html`<tr>
    <th scope="row">${line.change}${line.remark === undefined ? '' : '\u00a0*'}</th>
    <td class="num ${line.average < 0 ? 'neg' : ''}">${slopeWithUnit(line.average, line.unit)}</td>
    ${
      isOverRanges
        ? nothing
        : html`<td class="num">${inputWords.plusMinus(line)}</td>
            <td class="num">${inputWords.fromTo(line.interval)}</td>`
    }
    ${cell(line.lowest)} ${cell(line.highest)} ${cell(line.atAverage)}
    ${line.centred === undefined ? html`<td></td>` : cell(line.centred)}
    <td class="num">${line.nonLinearity === undefined ? nothing : percent(line.nonLinearity)}</td>
  </tr>`;
}

function groups(view: InputView, { column, lines }: NonNullable<InputView['groups']>): TemplateResult {
  return html`<section class="card">
    <header><h2>${inputWords.groups(column)}</h2></header>
    <div class="scroll-x" tabindex="0" role="region" aria-label=${inputWords.groups(column)}>
      <table class="plain" aria-label=${inputWords.groups(column)}>
        <thead>
          <tr>
            <th scope="col">${inputWords.group()}</th>
            <th scope="col" class="num">${inputWords.rowsColumn()}</th>
            <th scope="col" class="num">${inputWords.slopeColumn()}</th>
            <th scope="col" class="num">${inputWords.error()}</th>
            <th scope="col" class="num">${inputWords.averageStep(view.kind === 'yes/no')}</th>
            <th scope="col" class="num">${inputWords.error()}</th>
          </tr>
        </thead>
        <tbody>
          ${lines.map(
            ({ group, rows, averageSlope, averageStep, error, stepError }) =>
              html`<tr>
                <th scope="row">${group}</th>
                <td class="num">${count(rows)}</td>
                <td class="num ${averageSlope < 0 ? 'neg' : ''}">${slopeWithUnit(averageSlope, view.unit)}</td>
                <td class="num">${number(error)}</td>
                <td class="num ${averageStep < 0 ? 'neg' : ''}">${slopeWithUnit(averageStep, view.outputUnit)}</td>
                <td class="num">${number(stepError)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
  </section>`;
}

function measures({ sentences }: NonNullable<InputView['measures']>): TemplateResult {
  return html`<section class="card">
    <header><h2>${inputWords.measures()}</h2></header>
    <ul class="sentences small">
      ${sentences.map((sentence) => html`<li>${sentence}</li>`)}
    </ul>
  </section>`;
}
