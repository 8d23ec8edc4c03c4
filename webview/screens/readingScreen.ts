import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { App } from '../app';
import { progressLine } from '../parts/progress';
import { sentence } from '../parts/sentence';
import { firstWords } from '../words/first';

/** While the model is read; work of less than 300 ms shows nothing. */
export function readingScreen(app: App): TemplateResult {
  const { answers, screen } = app.store.state;
  if (!screen.busy) return html`${nothing}`;
  return sentence(firstWords.reading(answers.state?.model ?? ''), progressLine(app));
}
