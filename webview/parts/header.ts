import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { DataDescription } from '../../src/session/service';
import { chooseOutput, tell } from '../actions';
import type { App } from '../app';
import { unitsOf, viewOf } from '../view';
import { frameWords } from '../words/frame';
import { button, radio, select } from './controls';
import type { Drawn } from './controls';
import { icon } from './icon';

/** Name and structure of the model, and what everything below is shown for: data, output, units. */
export function header(app: App): TemplateResult {
  const { answers } = app.store.state;
  const { model, state } = answers;
  const facts = model && [model.structure, ...(model.scaler ? [frameWords.scaler(model.scaler)] : [])].join(' · ');
  const isReady = state?.phase === 'ready' || state?.phase === 'no table';
  return html`<header class="head">
    ${icon('model')}
    <div class="grow">
      <div class="title clip">${model?.file ?? state?.model ?? ''}</div>
      <div class="small soft clip" title=${facts ?? ''}>${facts ?? ''}</div>
    </div>
    <div class="tools small">
      ${state?.stored || state?.phase === 'refused' || !model ? storedTable(app) : dataChoice(app)}
      ${isReady ? html`<div class="optional">${settings(app)}</div>` : nothing}
      ${
        isReady
          ? html`<details class="more">
              <summary aria-label=${frameWords.more()}>${icon('more')}</summary>
              <div class="more-menu">${settings(app)}</div>
            </details>`
          : nothing
      }
    </div>
  </header>`;
}

function storedTable({ store }: App): Drawn {
  const { data, state } = store.state.answers;
  const print = button(frameWords.print(), () => {
    window.print();
  });
  return html`${data ? html`<span class="soft">${tableText(data)}</span>` : nothing} ${state?.stored ? print : nothing}`;
}

/** The table and how many rows it has; of one that is read in part, which. */
export function tableText({ file, rows, part }: DataDescription): string {
  const text = frameWords.tableRows(file, rows);
  return part === undefined ? text : frameWords.partRows(text, part);
}

function dataChoice(app: App): TemplateResult {
  const { data } = app.store.state.answers;
  if (!data) {
    return html`<button type="button" class="button" @click=${() => tell(app, 'chooseTable')}>
      ${icon('table')}${frameWords.chooseData()}
    </button>`;
  }
  return select<'now' | 'choose' | 'map'>({
    label: frameWords.data(),
    labelled: true,
    value: 'now',
    options: [
      { value: 'now', text: tableText(data) },
      { value: 'choose', text: frameWords.chooseData() },
      { value: 'map', text: frameWords.mapColumns() },
    ],
    choose: (what) => {
      if (what === 'choose') tell(app, 'chooseTable');
      else if (what === 'map') app.store.choose({ tab: 'data' });
      app.store.show({});
    },
  });
}

/** Output, units, and the scale where the last step makes probabilities; only what the network leaves to choose. */
function settings(app: App): TemplateResult {
  const { store } = app;
  const { state } = store;
  const { model } = state.answers;
  const { stored } = state.answers.state ?? {};
  const outputs = model?.outputs ?? [];
  const named = outputs.map(({ name, unit }, index) => ({
    value: String(index),
    text: unit ? `${name} [${unit}]` : name,
  }));
  return html`${select({
    label: frameWords.output(),
    labelled: true,
    value: String(viewOf(state).output),
    options: stored ? stored.outputs.flatMap(({ output }) => named[output] ?? []) : named,
    choose: (output) => {
      chooseOutput(app, Number(output));
    },
  })}
  ${radio({
    label: frameWords.units(),
    labelled: true,
    value: unitsOf(state),
    options: [
      { value: 'original', text: frameWords.original() },
      { value: 'model', text: frameWords.model() },
    ],
    choose: (units) => {
      store.choose({ units });
    },
  })}
  ${
    model?.lastStep && !state.answers.state?.stored
      ? radio({
          label: frameWords.scale(),
          value: state.choices.logOdds ? 'log-odds' : 'probability',
          options: [
            { value: 'probability', text: frameWords.probability() },
            { value: 'log-odds', text: frameWords.logOdds() },
          ],
          choose: (scale) => {
            store.choose({ logOdds: scale === 'log-odds' });
          },
        })
      : nothing
  }`;
}

/** A line about something that needs the user, with what to do about it; nothing pops up. */
export function notices(app: App): Drawn {
  const { answers } = app.store.state;
  const { state, trouble } = answers;
  return html`${
    state?.changed
      ? html`<div class="notice" role="status">
          ${icon('info')}<span class="grow">${frameWords.changed(state.changed)}</span>
          ${button(frameWords.recompute(), () => tell(app, 'recompute'))}
        </div>`
      : nothing
  }
  ${
    state?.rulesBroken
      ? html`<div class="notice" role="status">${icon('error')}<span class="grow">${state.rulesBroken}</span></div>`
      : nothing
  }
  ${
    trouble
      ? html`<div class="notice" role="status">
          ${icon('warning')}<span class="grow">${trouble}</span>
          ${state?.stored ? nothing : button(frameWords.showLog(), () => tell(app, 'showLog'))}
          ${button(frameWords.close(), () => {
            app.store.answer({ trouble: undefined });
          })}
        </div>`
      : nothing
  }`;
}
