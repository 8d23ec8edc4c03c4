import { html, nothing } from 'lit';
import type { App } from '../app';
import { mapKeys, pageKeys } from '../keys';
import { frameWords } from '../words/frame';
import { slopesWords } from '../words/slopes';
import { button } from './controls';
import type { Drawn } from './controls';

/** All keys of the page; it stands in the page, nothing pops up. */
export function keyList(app: App): Drawn {
  if (!app.store.state.screen.keys) return nothing;
  const item = ({ shown, does }: { readonly shown: string; readonly does: string }): Drawn =>
    html`<div>
      <dt class="code">${shown}</dt>
      <dd>${does}</dd>
    </div>`;
  return html`<section class="key-list" aria-label=${frameWords.keys()}>
    <header>
      <h2 class="grow">${frameWords.keys()}</h2>
      ${button(frameWords.close(), () => {
        app.store.show({ keys: false });
      })}
    </header>
    <dl>${pageKeys(app.store.state).map(item)}</dl>
    <h3 class="soft small">${slopesWords.map()}</h3>
    <dl>${mapKeys().map(item)}</dl>
  </section>`;
}
