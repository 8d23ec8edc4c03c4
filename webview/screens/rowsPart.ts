import { html, nothing } from 'lit';
import type { DataDescription } from '../../src/session/service';
import { tell } from '../actions';
import type { App } from '../app';
import { button, type Drawn } from '../parts/controls';
import { hasLines } from '../view';
import { dataWords } from '../words/data';

type RowChoice = NonNullable<DataDescription['large']>['choices'][number];

/** Which rows of a large table are read: asked before any is; where it is a part of them, which, and the way to all. */
export function rowsPart(app: App, { large, part }: DataDescription): Drawn {
  const choose = (rows: RowChoice): void => {
    tell(app, 'connect', { dialect: { rows } });
  };
  if (large) {
    return html`<div class="question">
      <p class="row">
        ${large.choices.map((choice) =>
          button(
            choiceText(choice, large.bytes),
            () => {
              choose(choice);
            },
            choice === large.choices[0] ? 'primary' : 'plain',
          ),
        )}
      </p>
    </div>`;
  }
  if (part === undefined) return nothing;
  return html`<div class="question">
    <p class="row">
      ${dataWords.part(part)}
      ${
        hasLines(app.store.state)
          ? button(
              dataWords.allRows(),
              () => {
                choose('all');
              },
              'link',
            )
          : nothing
      }
    </p>
  </div>`;
}

function choiceText(choice: RowChoice, bytes: number): string {
  const [kind, number] = choice.split(':');
  if (kind === 'every') return dataWords.rowChoices.every(Number(number));
  return kind === 'first' ? dataWords.rowChoices.first(Number(number)) : dataWords.rowChoices.all(bytes);
}
