import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { DataDescription } from '../../src/session/service';
import { tell } from '../actions';
import type { App } from '../app';
import { button, choiceList, type Drawn } from '../parts/controls';
import type { Question } from '../questions';
import type { PageState } from '../state';
import { outputUnit } from '../view';
import { dataWords } from '../words/data';
import { boundsWithUnit, spanWithUnit, withUnit } from '../words/slopes';

/** What the data page asks while it is open. */
export function scalingQuestions(): readonly Question[] {
  const ask: Question['ask'] = async (asker, options) => ({
    scalingPreviews: await asker.call('scalingPreviews', undefined, options),
  });
  return [{ topic: 'scalingPreviews', request: 'scalings', ask }];
}

/** How inputs and output were scaled: asked where the files leave it open, each choice with what it makes of the forecasts. */
export function scalingParts(app: App, data: DataDescription): TemplateResult {
  const { state } = app.store;
  const { scaling } = data;
  const isAsked = scaling.isOpen || scaling.inputs !== 'found' || state.screen.changing.includes('scaler');
  const isOutputAsked = scaling.outputs !== 'found' || state.answers.scalingPreviews?.isOutputAsked === true;
  return html`${isAsked ? inputs(app, data) : settled(app, data)} ${isOutputAsked ? outputs(app, data) : nothing}`;
}

/** What the files say, with the way to say it otherwise. */
function settled(app: App, data: DataDescription): TemplateResult {
  const { store } = app;
  return html`<div class="question">
    <p class="row">
      <span>${data.scaler === undefined ? dataWords.unscaled() : dataWords.scaledBy(data.scaler)}</span>
      <button
        type="button"
        class="link"
        aria-label=${dataWords.changeScaler()}
        @click=${() => {
          store.show({ changing: [...store.state.screen.changing, 'scaler'] });
        }}
      >
        ${dataWords.change()}
      </button>
    </p>
    <p class="soft small" role="status">${previewText(store.state, data)}</p>
  </div>`;
}

function inputs(app: App, data: DataDescription): TemplateResult {
  const { scaling, scaler } = data;
  const previews = app.store.state.answers.scalingPreviews?.inputs ?? [];
  const hasFound =
    scaling.inputs === 'found' ? scaler !== undefined : previews.some(({ choice }) => choice === 'found');
  const choices = [...(hasFound ? (['found'] as const) : []), 'table', 'none'] as const;
  // Where nothing is found and nothing was said, the numbers go in as they are.
  const value = scaling.inputs === 'found' && scaler === undefined ? 'none' : scaling.inputs;
  return html`<div class="question">
    ${choiceList<'found' | 'table' | 'none' | 'file'>({
      label: dataWords.scaler(),
      value,
      options: [
        ...choices.map((choice) => ({
          value: choice,
          text: dataWords.scalings[choice](),
          note: noteOf(app.store.state, previews, choice),
        })),
        ...(scaling.inputs === 'file'
          ? [
              {
                value: 'file' as const,
                text: dataWords.scalings.file(scaler ?? ''),
                note: previewText(app.store.state, data),
              },
            ]
          : []),
      ],
      choose: (choice) => {
        if (choice !== 'file') tell(app, 'connect', { scaler: choice });
      },
    })}
    ${button(dataWords.scalerFile(), () => tell(app, 'chooseScaler'))}
  </div>`;
}

function outputs(app: App, { forecast, actual, scaling }: DataDescription): Drawn {
  if (!actual) return nothing;
  const { state } = app.store;
  const previews = state.answers.scalingPreviews?.outputs ?? [];
  const output = state.answers.model?.outputs[0]?.name ?? '';
  const unit = outputUnit(state);
  const bounds = ({ min, max }: { readonly min: number; readonly max: number }): string =>
    boundsWithUnit(min, max, unit);
  return html`<div class="question">
    ${choiceList({
      label: dataWords.outputScaler(output, bounds(forecast), bounds(actual)),
      value: scaling.outputs,
      options: (['table', 'none', 'found'] as const).map((choice) => ({
        value: choice,
        text: dataWords.outputScalings[choice](),
        note: noteOf(state, previews, choice),
      })),
      choose: (choice) => {
        tell(app, 'connect', { outputScaler: choice });
      },
    })}
  </div>`;
}

type Preview = Pick<DataDescription, 'forecast' | 'actual'>;

function noteOf(
  state: PageState,
  previews: readonly (Preview & { readonly choice: string })[],
  choice: string,
): string {
  const preview = previews.find((each) => each.choice === choice);
  return preview ? previewText(state, preview) : '';
}

/** What a choice makes of the forecasts, beside the true values. */
function previewText(state: PageState, { forecast, actual }: Preview): string {
  if (Number.isNaN(forecast.min)) return '';
  const unit = outputUnit(state);
  const spans = dataWords.preview(
    spanWithUnit(forecast.min, forecast.max, unit),
    actual ? spanWithUnit(actual.min, actual.max, unit) : '',
  );
  return actual ? `${spans} ${dataWords.averageMiss(withUnit(actual.averageMiss, unit))}` : spans;
}
