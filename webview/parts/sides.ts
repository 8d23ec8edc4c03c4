import { html } from 'lit';
import type { TemplateResult } from 'lit';

/** One of two models that are compared, told apart by letter, shape and colour. */
export interface Side {
  readonly letter: string;
  readonly shape: string;
  readonly colour: 'first' | 'second';
}

/** The two models of a comparison: the open one, and the one set beside it. */
export const sides: readonly [Side, Side] = [
  { letter: 'A', shape: '●', colour: 'first' },
  { letter: 'B', shape: '◆', colour: 'second' },
];

/** The mark of a model. */
export function sideMark({ letter, shape, colour }: Side): TemplateResult {
  return html`<span class="compare-${colour}" aria-hidden="true">${shape}</span> ${letter}`;
}
