import { chooseInput, filterToBrush, moveCell, moveLane, openTab, stepFall } from '../actions';
import type { App } from '../app';
import { hasTab } from '../tabs/names';
import { activeLane, cursorCell } from '../view';

/** Keys inside the map: arrows for lanes and cells, Ctrl for the next fall, Shift to brush, Enter and Space. */
export function laneKeys(app: App, event: KeyboardEvent): void {
  if (event.target !== event.currentTarget || event.altKey || event.metaKey) return;
  if (!act(app, event)) return;
  app.draw();
  event.preventDefault();
  event.stopPropagation();
}

function act(app: App, event: KeyboardEvent): boolean {
  switch (event.key) {
    case 'ArrowUp':
    case 'ArrowDown':
      moveLane(app, event.key === 'ArrowUp' ? -1 : 1);
      return true;
    case 'PageUp':
    case 'PageDown':
      moveLane(app, event.key === 'PageUp' ? -10 : 10);
      return true;
    case 'ArrowLeft':
    case 'ArrowRight':
      moveAcross(app, event.key === 'ArrowLeft' ? -1 : 1, event);
      return true;
    case 'Home':
    case 'End':
      moveCell(app, event.key === 'Home' ? 0 : Infinity);
      return true;
    case 'Enter':
      return enter(app);
    case ' ':
      chooseActive(app);
      return true;
    default:
      return false;
  }
}

function moveAcross(app: App, by: 1 | -1, { ctrlKey, shiftKey }: KeyboardEvent): void {
  const at = cursorCell(app.store.state) ?? (by > 0 ? -1 : 1);
  if (ctrlKey) stepFall(app, by);
  else if (shiftKey) brushTo(app, at, at + by);
  else moveCell(app, at + by);
}

function brushTo(app: App, from: number, to: number): void {
  const { screen, answers } = app.store.state;
  if (to < 0 || to >= (answers.raster?.cells ?? 0)) return;
  app.store.show({ brush: { from: screen.brush?.from ?? from, to }, cell: to });
}

/** Enter takes the brushed rows, else opens the input's own tab where there is one. */
function enter(app: App): boolean {
  chooseActive(app);
  if (app.store.state.screen.brush) filterToBrush(app);
  else if (hasTab(app.store.state, 'input')) openTab(app, 'input');
  return true;
}

function chooseActive(app: App): void {
  const lane = activeLane(app.store.state);
  if (lane) chooseInput(app, lane.input);
}
