import { html, nothing, svg } from 'lit';
import type { TemplateResult } from 'lit';
import type { InputView, SlopeParts } from '../../../src/session/inputQuestion';
import type { App } from '../../app';
import { inputWords } from '../../words/input';
import { signed } from '../../words/numbers';

/** Why the slope is what it is at one row: the parts of the last hidden units, which sum to it. */
export function partsCard(_app: App, view: InputView, parts: SlopeParts): TemplateResult {
  const { units, rest } = parts;
  const lines = rest ? [...units, { name: inputWords.otherUnits(rest.units), ...rest }] : units;
  const reach = Math.max(
    Number.MIN_VALUE,
    ...lines.flatMap(({ part, average }) => [Math.abs(part), Math.abs(average)]),
  );
  return html`<section class="card">
    <header><h2>${parts.slope < 0 ? inputWords.whyFalls(parts.row) : inputWords.why(parts.row)}</h2></header>
    <p class="caption">${parts.sentence} ${lines.length > 0 ? inputWords.partsCaption() : ''}</p>
    ${lines.length === 0 ? nothing : table(view, parts, lines, reach)}
  </section>`;
}

type Part = Pick<SlopeParts['units'][number], 'name' | 'part' | 'average'>;

function table(view: InputView, parts: SlopeParts, lines: readonly Part[], reach: number): TemplateResult {
  return html`<table class="parts" aria-label=${inputWords.units()}>
    <thead class="unseen">
      <tr>
        <th scope="col">${inputWords.unit()}</th>
        <th scope="col">${inputWords.average()}</th>
        <th scope="col">${inputWords.part()}</th>
      </tr>
    </thead>
    <tbody>
      ${lines.map(
        (line) =>
          html`<tr>
            <th scope="row" class="code">${line.name}</th>
            <td><span class="unseen">${signed(line.average)}</span>${bar(line, reach)}</td>
            <td class="right">${signed(line.part)}</td>
          </tr>`,
      )}
    </tbody>
    <tfoot>
      <tr>
        <th scope="row" class="strong">${inputWords.sum()}</th>
        <td class="soft">${view.unit}</td>
        <td class="right strong ${parts.slope < 0 ? 'neg' : ''}">${signed(parts.slope)}</td>
      </tr>
    </tfoot>
  </table>`;
}

/** Zero in the middle: the bar is the part at the row, the tick its average. */
function bar({ part, average }: Part, reach: number): TemplateResult {
  const at = (value: number): number => 50 + (value / reach) * 49;
  return html`<svg viewBox="0 0 100 14" preserveAspectRatio="none" aria-hidden="true">
    <rect
      class=${part < 0 ? 'fill-below' : 'fill-above'}
      x=${Math.min(50, at(part))}
      width=${Math.abs(at(part) - 50)}
      y="2"
      height="10"
    ></rect>
    ${svg`<line class="axis" x1="50" x2="50" y1="0" y2="14"></line>
      <line class="tick" x1=${at(average)} x2=${at(average)} y1="0" y2="14"></line>`}
  </svg>`;
}
