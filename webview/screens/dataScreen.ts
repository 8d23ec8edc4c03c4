import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { FittedQuestion } from '../../src/session/answerFits';
import type { DataDescription } from '../../src/session/service';
import { openTab, tell } from '../actions';
import type { App } from '../app';
import { button, select } from '../parts/controls';
import type { Drawn } from '../parts/controls';
import { sentence } from '../parts/sentence';
import { hasLines } from '../view';
import { dataWords } from '../words/data';
import { withUnit } from '../words/slopes';
import { categoryParts } from './categoryPart';
import { columnTable } from './columnTable';
import { dialectPart } from './dialectPart';
import { problemList } from './refusalScreen';
import { rowsPart } from './rowsPart';
import { scalingParts } from './scalingPart';

/** How the table is connected: every question the files do not answer, each with a default. */
export function dataScreen(app: App): TemplateResult {
  const { answers } = app.store.state;
  const { data, state } = answers;
  const isReady = state?.phase === 'ready';
  return html`${sentence(title(app), dataWords.below(), tools(app, isReady))}
    <div class="first">
      <section>
        ${questions(app)} ${data ? rowsPart(app, data) : nothing}
        ${data && !data.large ? columnTable(app, data) : nothing}
      </section>
      <section>${data && !data.large ? answered(app, data) : nothing} ${notes(app)}</section>
    </div>`;
}

/** What is asked of a table that was read. */
function answered(app: App, data: DataDescription): TemplateResult {
  return html`${target(app, data)} ${scalingParts(app, data)} ${categoryParts(app, data)} ${dialectPart(app, data)}
  ${gaps(app, data)}`;
}

function title({ store }: App): string {
  const { data, model } = store.state.answers;
  if (data?.large) return dataWords.large(data.large.rows);
  const missing = (data?.bindings ?? []).filter((binding) => !binding.column && binding.fixed === undefined).length;
  if (data && missing > 0) return dataWords.missing(missing, data.bindings.length, data.file);
  if ((model?.questions.length ?? 0) > 0) return dataWords.ask();
  return data ? dataWords.connected(data.file) : '';
}

function tools(app: App, isReady: boolean): Drawn {
  return html`${button(dataWords.save(), () => tell(app, 'saveRules'))}
  ${
    isReady
      ? button(
          dataWords.show(),
          () => {
            openTab(app, 'slopes');
          },
          'primary',
        )
      : nothing
  }`;
}

/** What the model file cannot say: activations, which object, how rows are taken. */
function questions(app: App): Drawn {
  const { model, fittedQuestions } = app.store.state.answers;
  const all = model?.questions ?? [];
  if (all.length === 0) return nothing;
  return html`<header><h2>${dataWords.questions()}</h2></header>
    ${all.map((question) => questionField(app, fittedQuestions?.find(({ id }) => id === question.id) ?? question))}`;
}

/** The choice that fits the true values best stands in the list already; it is taken by the button beside it. */
function questionField(app: App, { id, ask, choices, guess, fit }: FittedQuestion): TemplateResult {
  const preselected = fit ? guess : undefined;
  const text = (value: string): string => {
    const named = value === guess ? dataWords.guess(value) : value;
    const tried = fit?.choices.find(({ choice }) => choice === value);
    return tried ? dataWords.withMiss(named, withUnit(tried.averageMiss, fit?.unit ?? '')) : named;
  };
  return html`<div class="question">
    <p>${ask}</p>
    ${select({
      label: ask,
      value: preselected ?? '',
      options: [
        ...(preselected === undefined ? [{ value: '', text: dataWords.choose() }] : []),
        ...choices.map((value) => ({ value, text: text(value) })),
      ],
      choose: (value) => {
        if (value !== '') tell(app, 'answer', { id, value });
      },
    })}
    ${guess ? button(dataWords.use(guess), () => tell(app, 'answer', { id, value: guess }), 'primary') : nothing}
    ${fit && guess !== undefined ? html`<p class="soft small" role="status">${evidence(guess, fit)}</p>` : nothing}
  </div>`;
}

/** Why a choice is proposed; where another misses less, by how little. */
function evidence(best: string, fit: NonNullable<FittedQuestion['fit']>): string {
  const { choices, unit, target, table, rows, scaledByTable } = fit;
  const own = choices.find(({ choice }) => choice === best);
  if (!own) return '';
  const least = choices.reduce((a, b) => (b.averageMiss < a.averageMiss ? b : a), own);
  const where = { miss: withUnit(own.averageMiss, unit), target, rows, table };
  const said =
    least === own
      ? [dataWords.fitsBest(best, where)]
      : [dataWords.fitsWell(best, where), dataWords.notClearlyLess(least.choice, withUnit(least.averageMiss, unit))];
  return [...said, ...(scaledByTable ? [dataWords.scaledByTable(scaledByTable)] : [])].join(' ');
}

function target(app: App, data: DataDescription): TemplateResult {
  const numbers = data.columns.filter((column) => column.kind === 'number');
  return html`<div class="question">
    <h2>${dataWords.targetName()}</h2>
    <p>${dataWords.target()}</p>
    ${select({
      label: dataWords.targetName(),
      value: data.target ?? '',
      options: [{ value: '', text: dataWords.none() }, ...numbers.map(({ name }) => ({ value: name, text: name }))],
      choose: (column) => {
        tell(app, 'connect', { target: column === '' ? null : column });
      },
    })}
  </div>`;
}

/** Rows left out, each reason with its first lines. */
function gaps(app: App, { rows, usable, leftOut }: DataDescription): TemplateResult {
  const isOpenable = hasLines(app.store.state);
  const first = leftOut[0]?.lines[0];
  return html`<div class="question">
    ${
      usable < rows
        ? html`<p>
            ${dataWords.gaps(rows - usable, rows)}
            ${
              first !== undefined && isOpenable
                ? button(dataWords.showGaps(), () => tell(app, 'openLine', { line: first }), 'link')
                : nothing
            }
          </p>`
        : nothing
    }
    <ul class="problems">
      ${leftOut.map(
        ({ reason, count, lines }) =>
          html`<li>
            <span
              >${dataWords.leftOut(count, reason)}
              ${lines.map((line) =>
                isOpenable
                  ? html`${button(dataWords.line(line), () => tell(app, 'openLine', { line }), 'link')} `
                  : html`<span class="soft">${dataWords.line(line)}</span> `,
              )}</span
            >
          </li>`,
      )}
    </ul>
  </div>`;
}

function notes({ store }: App): Drawn {
  const { data, model } = store.state.answers;
  const problems = [...(model?.problems ?? []), ...(data?.problems ?? [])];
  if (problems.length === 0) return nothing;
  return html`<h2>${dataWords.notes()}</h2>
    ${problemList(problems)}`;
}
