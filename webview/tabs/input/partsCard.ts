import { html, nothing, svg } from 'lit';
import type { TemplateResult } from 'lit';
import type { InputView, LayerLines, PartLine, SlopeParts } from '../../../src/session/inputQuestion';
import type { App } from '../../app';
import { select, type Drawn } from '../../parts/controls';
import { inputWords } from '../../words/input';
import { signed } from '../../words/numbers';

/** Why the slope is what it is at one row: the parts of the units of a hidden layer, which sum to it. */
export function partsCard(app: App, view: InputView, parts: SlopeParts): TemplateResult {
  const chosen = app.store.state.choices.layer;
  const layer = parts.layers.find(({ name }) => name === chosen) ?? parts.layers[parts.told]!;
  return html`<section class="card">
    <header>
      <h2>${parts.slope < 0 ? inputWords.whyFalls(parts.row) : inputWords.why(parts.row)}</h2>
      ${layerChoice(app, parts, layer)}
    </header>
    <p class="caption">${layer.sentence} ${inputWords.partsCaption()}</p>
    ${table(view, parts.slope, layer)}
  </section>`;
}

function layerChoice({ store }: App, { layers, told }: SlopeParts, layer: LayerLines): Drawn {
  if (layers.length < 2) return nothing;
  return select({
    label: inputWords.layer(),
    value: layer.name,
    options: layers.map(({ name, origin }, number) => ({
      value: name,
      text: number === told ? inputWords.tellingLayer(name, origin) : inputWords.layerNamed(name, origin),
    })),
    choose: (name) => {
      store.choose({ layer: name });
    },
  });
}

function table(view: InputView, slope: number, { units, rest, around }: LayerLines): TemplateResult {
  const lines: readonly PartLine[] = [
    ...units,
    ...(rest ? [{ name: inputWords.otherUnits(rest.units), ...rest }] : []),
    ...(around ? [{ name: inputWords.around(), ...around }] : []),
  ];
  const reach = Math.max(
    Number.MIN_VALUE,
    ...lines.flatMap(({ part, average }) => [Math.abs(part), Math.abs(average)]),
  );
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
        <td class="right strong ${slope < 0 ? 'neg' : ''}">${signed(slope)}</td>
      </tr>
    </tfoot>
  </table>`;
}

/** Zero in the middle: the bar is the part at the row, the tick its average. */
function bar({ part, average }: PartLine, reach: number): TemplateResult {
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
