import { html, nothing } from 'lit';
import type { DataDescription } from '../../src/session/service';
import type { Dialect, GivenDialect } from '../../src/table/table';
import { tell } from '../actions';
import type { App } from '../app';
import { select, type Drawn } from '../parts/controls';
import { hasLines } from '../view';
import { dataWords } from '../words/data';

const delimiters = [',', ';', '\t', '|', ' '] as const satisfies readonly Dialect['delimiter'][];
const decimals = ['.', ','] as const satisfies readonly Dialect['decimal'][];
const encodings = [
  'UTF-8',
  'UTF-8 with BOM',
  'UTF-16 LE',
  'UTF-16 BE',
  'Windows-1252',
] as const satisfies readonly Dialect['encoding'][];

/** How the file was read, in the file's own signs, and the way to say it otherwise. */
export function dialectPart(app: App, { dialect }: DataDescription): Drawn {
  if (!dialect || dialect.encoding === 'none' || !hasLines(app.store.state)) return nothing;
  const isOpen = app.store.state.screen.changing.includes('dialect');
  const { delimiter, decimal, encoding } = dialect;
  return html`<div class="question">
    <h2>${dataWords.dialect()}</h2>
    <p class="row">
      <code>${dataWords.delimiters[delimiter]()} ${decimal} ${encoding}</code>
      ${
        isOpen
          ? nothing
          : html`<button
              type="button"
              class="link"
              aria-label=${dataWords.changeDialect()}
              @click=${() => {
                app.store.show({ changing: [...app.store.state.screen.changing, 'dialect'] });
              }}
            >
              ${dataWords.change()}
            </button>`
      }
    </p>
    ${isOpen ? fields(app, dialect) : nothing}
  </div>`;
}

function fields(app: App, { delimiter, decimal, encoding }: Dialect): Drawn {
  const say = (given: GivenDialect): void => {
    tell(app, 'connect', { dialect: given });
  };
  return html`<div class="row">
    ${select({
      label: dataWords.delimiter(),
      labelled: true,
      value: delimiter,
      options: delimiters.map((value) => ({ value, text: dataWords.delimiters[value]() })),
      choose: (value) => {
        say({ delimiter: value });
      },
    })}
    ${select({
      label: dataWords.decimal(),
      labelled: true,
      value: decimal,
      options: decimals.map((value) => ({ value, text: value })),
      choose: (value) => {
        say({ decimal: value });
      },
    })}
    ${select<Dialect['encoding']>({
      label: dataWords.encoding(),
      labelled: true,
      value: encoding,
      options: encodings.map((value) => ({ value, text: value })),
      choose: (value) => {
        if (value !== 'none') say({ encoding: value });
      },
    })}
  </div>`;
}
