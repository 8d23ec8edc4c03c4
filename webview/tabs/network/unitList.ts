import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { NetworkPicture, PictureEdge, PictureLayer, PictureUnit } from '../../../src/session/networkQuestion';
import type { App } from '../../app';
import type { Drawn } from '../../parts/controls';
import { networkWords } from '../../words/network';
import { number, signed } from '../../words/numbers';
import { chosenUnit } from './unitPlace';
import type { UnitPlace } from './unitPlace';

/** How many weights of the chosen unit are listed on each side. */
const MOST_WEIGHTS = 6;

/** Layers and their units as a list: choosing one lights its ways and lists its weights. */
export function unitList(app: App, picture: NetworkPicture): TemplateResult {
  const chosen = chosenUnit(app, picture);
  return html`<section class="units" aria-label=${networkWords.units()}>
    ${picture.layers.map((layer, at) => layerUnits(app, picture, layer, at, chosen))}
  </section>`;
}

function layerUnits(
  app: App,
  picture: NetworkPicture,
  layer: PictureLayer,
  at: number,
  chosen: UnitPlace | undefined,
): TemplateResult {
  const title = layer.layer === undefined ? layer.title : networkWords.layer(layer.title, layer.layer);
  return html`<details ?open=${chosen?.layer === at || (!chosen && at === picture.layers.length - 2)}>
    <summary>${title}</summary>
    <table class="plain" aria-label=${networkWords.layerUnits(title)}>
      <thead>
        <tr>
          <th scope="col">${networkWords.unit()}</th>
          ${headsOf(picture).map((head) => html`<th scope="col" class="num">${head}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${layer.units.map((unit, place) => {
          const isOn = chosen?.layer === at && chosen.place === place;
          return html`<tr class=${isOn ? 'on' : ''}>
            <th scope="row">
              <button
                type="button"
                class="link"
                aria-pressed=${isOn ? 'true' : 'false'}
                @click=${() => {
                  app.store.choose({ unit: { layer: at, place } });
                }}
              >
                ${unit.name}
              </button>
            </th>
            ${picture.partUnit === undefined ? html`<td class="num">${at === 0 ? nothing : signed(unit.bias)}</td>` : cellsAtRow(unit)}
          </tr>`;
        })}
      </tbody>
    </table>
    ${layer.more > 0 ? html`<p class="soft small">${networkWords.more(layer.more)}</p>` : nothing}
    ${chosen?.layer === at ? weightsOf(picture, chosen) : nothing}
  </details>`;
}

/** At a row what a unit gives and its part of the slope; without one there is only what the file says of it. */
function headsOf({ partUnit }: NetworkPicture): readonly string[] {
  if (partUnit === undefined) return [networkWords.biasHead()];
  return [networkWords.gives(), networkWords.part(partUnit), networkWords.shareHead()];
}

function cellsAtRow({ activity, part, share }: PictureUnit): TemplateResult {
  return html`<td class="num">${number(activity)}</td>
    <td class="num ${part < 0 ? 'neg' : ''}">${signed(part)}</td>
    <td class="num">${networkWords.share(share)}</td>`;
}

function weightsOf({ layers, edges }: NetworkPicture, { layer, place }: UnitPlace): TemplateResult {
  const unit = layers[layer]?.units[place];
  const strongest = (some: readonly PictureEdge[]): PictureEdge[] =>
    some.toSorted((a, b) => b.strength - a.strength).slice(0, MOST_WEIGHTS);
  const into = strongest(edges.filter((edge) => edge.layer === layer - 1 && edge.to === place));
  const out = strongest(edges.filter((edge) => edge.layer === layer && edge.from === place));
  const list = (title: string, some: readonly PictureEdge[], nameOf: (edge: PictureEdge) => string): Drawn =>
    some.length === 0
      ? nothing
      : html`<h3 class="small">${title}</h3>
          <ul class="nearest small">
            ${some.map((edge) => html`<li class=${edge.weight < 0 ? 'neg' : ''}>${networkWords.weight(nameOf(edge), edge.weight)}</li>`)}
          </ul>`;
  const name = unit?.name ?? '';
  return html`${layer > 0 && unit ? html`<p class="soft small">${networkWords.bias(unit.bias)}</p>` : nothing}
  ${list(networkWords.weightsIn(name), into, ({ from }) => layers[layer - 1]?.units[from]?.name ?? '')}
  ${list(networkWords.weightsOut(name), out, ({ to }) => layers[layer + 1]?.units[to]?.name ?? '')}`;
}
