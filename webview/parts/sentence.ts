import { html } from 'lit';
import type { TemplateResult } from 'lit';
import type { Drawn } from './controls';

/** The sentence that answers the question, one line below it, and what stands beside it. */
export function sentence(text: string, below: Drawn | string, tools?: Drawn): TemplateResult {
  return html`<div class="verdict">
    <div class="grow" aria-live="polite">
      <h1>${text}</h1>
      <p>${below}</p>
    </div>
    ${tools ? html`<div class="verdict-tools">${tools}</div>` : ''}
  </div>`;
}
