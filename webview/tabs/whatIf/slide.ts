import type { WhatIfInput } from '../../../src/session/whatIfQuestion';
import type { App } from '../../app';
import { changeInput } from './changes';

/** Follows the pointer while its button is down; values move in steps of one key press. */
export function slide(app: App, line: WhatIfInput, event: PointerEvent): void {
  const { currentTarget } = event;
  if (event.buttons !== 1 || !(currentTarget instanceof HTMLElement)) return;
  if (event.type === 'pointerdown') {
    currentTarget.setPointerCapture(event.pointerId);
    app.store.show({ sliding: line.input });
  }
  if (app.store.state.screen.sliding !== line.input) return;
  const { left, width } = currentTarget.getBoundingClientRect();
  const share = Math.min(1, Math.max(0, (event.clientX - left) / width));
  changeInput(app, line, onStep(line, line.low + share * (line.high - line.low)));
}

/** Arrows one step, with Shift ten; Home and End the ends; Delete the value from the table. */
export function slideKeys(app: App, line: WhatIfInput, value: number, event: KeyboardEvent): void {
  const by = line.step * (event.shiftKey ? 10 : 1);
  const to = {
    ArrowRight: value + by,
    ArrowUp: value + by,
    ArrowLeft: value - by,
    ArrowDown: value - by,
    PageUp: value + 10 * line.step,
    PageDown: value - 10 * line.step,
    Home: line.low,
    End: line.high,
    Delete: line.inTable,
  }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  const isMove = typeof to === 'number' && event.key !== 'Delete';
  changeInput(app, line, isMove ? within(line, to) : to);
}

/** Moves stop at the ends; a value beyond them, typed or from the table, is not pulled back by a step towards them. */
function within({ low, high }: WhatIfInput, value: number): number {
  return Math.min(high, Math.max(low, value));
}

function onStep({ low, step }: WhatIfInput, value: number): number {
  return low + Math.round((value - low) / step) * step;
}
