import { chooseInput, filterToBrush, openTab, tell } from '../actions';
import type { App } from '../app';
import { hasTab } from '../tabs/names';
import { hasLines, orderOf, viewOf } from '../view';

/** The pointer over the map: it moves the cursor, drags a brush, and with Alt opens the line of a row. */
interface PointerHandlers {
  readonly move: (event: PointerEvent) => void;
  readonly down: (event: PointerEvent) => void;
  readonly up: (event: PointerEvent) => void;
  readonly double: () => void;
}

/** Handlers for the element that holds all lanes. */
export function pointerHandlers(app: App): PointerHandlers {
  return {
    move: (event) => {
      const cell = cellUnder(app, event);
      if (cell === undefined) return;
      const { brush, cell: before } = app.store.state.screen;
      if (brush && event.buttons === 1) app.store.show({ cell, brush: { from: brush.from, to: cell } });
      else if (cell !== before) app.store.show({ cell });
    },
    down: (event) => {
      const cell = cellUnder(app, event);
      if (cell === undefined || event.button !== 0) return;
      if (event.altKey) openLineOf(app, cell);
      else app.store.show({ cell, brush: { from: cell, to: cell } });
    },
    up: () => {
      const { brush } = app.store.state.screen;
      if (!brush) return;
      if (brush.from === brush.to) app.store.show({ brush: undefined });
      else filterToBrush(app);
    },
    double: () => {
      const { active } = app.store.state.screen;
      if (active !== undefined) chooseInput(app, active);
      if (hasTab(app.store.state, 'input')) openTab(app, 'input');
    },
  };
}

function cellUnder(app: App, event: PointerEvent): number | undefined {
  const cells = app.store.state.answers.raster?.cells ?? 0;
  const strip = event.target instanceof Element ? event.target.closest('.strip') : null;
  if (!strip || cells === 0) return undefined;
  const { left, width } = strip.getBoundingClientRect();
  const cell = Math.floor(((event.clientX - left) / width) * cells);
  return Math.min(cells - 1, Math.max(0, cell));
}

/** Opens the CSV at the first row of a cell. */
function openLineOf(app: App, cell: number): void {
  const { host, store } = app;
  const { reading, raster } = store.state.answers;
  const position = raster?.starts[cell];
  if (position === undefined || !hasLines(store.state)) return;
  if (reading?.position === position) tell(app, 'openLine', { line: reading.line });
  else {
    const request = { ...viewOf(store.state), order: orderOf(store.state), position };
    host.asker.call('row', request).then(
      ({ line }) => {
        tell(app, 'openLine', { line });
      },
      (error: unknown) => store.answer({ trouble: String(error) }),
    );
  }
}
