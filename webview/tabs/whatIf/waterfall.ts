import { html, nothing, svg } from 'lit';
import type { TemplateResult } from 'lit';
import type { WhatIf } from '../../../src/session/whatIfQuestion';
import type { App } from '../../app';
import { select } from '../../parts/controls';
import { css } from '../../parts/directives';
import { isWithoutTable, outputUnit, shortUnit } from '../../view';
import { tableValue } from '../../words/numbers';
import { slopeWithUnit, withUnit } from '../../words/slopes';
import { whatIfWords } from '../../words/whatIf';

/** More inputs are summed into one bar. */
const MOST_BARS = 14;

/** From where the bars start to this row: what each input adds. */
export function waterfall(app: App, view: WhatIf): TemplateResult {
  const { state } = app.store;
  const { parts } = view;
  const whole = outputUnit(state);
  const unit = shortUnit(whole);
  const heading = unit === whole ? parts.heading : whatIfWords.inUnit(parts.heading, whole);
  const steps = stepsOf(view);
  const ends = [parts.from, parts.to, ...steps.flatMap(({ from, to }) => [from, to])];
  const [low, high] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const letters = Math.max(
    ...ends.map((end) => withUnit(end, unit).length),
    ...steps.map(({ part }) => slopeWithUnit(part, unit).length),
  );
  const across = (value: number): number => (98 * (value - low)) / (high - low || 1);
  const isAlone = isWithoutTable(state);
  const fromName = isAlone ? whatIfWords.middle() : whatIfWords.barsFrom(state.choices.barsFrom ?? 'average', view.row);
  return html`<header class="split">
      <div class="grow">
        <h2>${heading}</h2>
        <p class="soft small">${parts.note || whatIfWords.partsCaption()}</p>
      </div>
      ${state.answers.state?.stored || isAlone ? nothing : startChoice(app, view)}
    </header>
    <table class="waterfall" aria-label=${heading} ${css({ '--letters': String(letters) })}>
      <tbody>
        ${line(fromName, 0, parts.from, withUnit(parts.from, unit), across, true)}
        ${steps.map(({ name, from, to, part }) => line(name, from, to, slopeWithUnit(part, unit), across, false))}
        ${line(isAlone ? whatIfWords.here() : whatIfWords.thisRow(), 0, parts.to, withUnit(parts.to, unit), across, true)}
      </tbody>
    </table>`;
}

/** What the bars start from. */
function startChoice({ store }: App, view: WhatIf): TemplateResult {
  return select<'average' | 'before'>({
    label: whatIfWords.compareWith(),
    labelled: true,
    value: store.state.choices.barsFrom ?? 'average',
    options: [
      { value: 'average', text: whatIfWords.barsFrom('average', view.row) },
      { value: 'before', text: whatIfWords.barsFrom('before', view.row) },
    ],
    choose: (barsFrom) => {
      store.choose({ barsFrom });
    },
  });
}

interface Step {
  readonly name: string;
  readonly part: number;
  readonly from: number;
  readonly to: number;
}

/** The largest parts first, each begins where the one before ends. */
function stepsOf({ parts, inputs }: WhatIf): readonly Step[] {
  const values = new Map(inputs.map(({ input, value }) => [input, value]));
  const sorted = parts.bars.toSorted((a, b) => Math.abs(b.part) - Math.abs(a.part));
  const named = sorted
    .slice(0, MOST_BARS)
    .map(({ input, name, part }) => ({ name: whatIfWords.bar(name, tableValue(values.get(input))), part }));
  const rest = sorted.slice(MOST_BARS);
  const all =
    rest.length === 0
      ? named
      : [...named, { name: whatIfWords.otherInputs(rest.length), part: rest.reduce((sum, { part }) => sum + part, 0) }];
  let at = parts.from;
  return all.map(({ name, part }) => ({ name, part, from: at, to: (at += part) }));
}

function line(
  name: string,
  from: number,
  to: number,
  text: string,
  across: (value: number) => number,
  isEnd: boolean,
): TemplateResult {
  const kind = isEnd ? 'fill-ink' : to < from ? 'fill-below' : 'fill-above';
  const left = Math.min(across(from), across(to));
  return html`<tr class=${isEnd ? 'strong' : ''}>
    <th scope="row" class="clip" title=${name}>${name}</th>
    <td>
      <svg viewBox="0 0 100 22" preserveAspectRatio="none" aria-hidden="true">
        ${svg`<rect class=${kind} x=${left} width=${Math.max(0.3, Math.abs(across(to) - across(from)))} y="5" height="12"></rect>
        <line class="ground" x1=${across(to)} x2=${across(to)} y1="5" y2="22"></line>`}
      </svg>
    </td>
    <td class="right nowrap ${!isEnd && to < from ? 'neg' : ''}">${text}</td>
  </tr>`;
}
