import { html, nothing } from 'lit';
import type { TemplateResult } from 'lit';
import type { Lane, RowOrder } from '../../src/session/service';
import { tell } from '../actions';
import type { App } from '../app';
import { css, sized } from '../parts/directives';
import type { Drawn } from '../parts/controls';
import { focusNext } from '../parts/focus';
import type { PageState, TableWindow } from '../state';
import { coloursOf, hasLines, orderOf, outputUnit, shortUnit } from '../view';
import { count, signed } from '../words/numbers';
import { withUnit } from '../words/slopes';
import { tableWords } from '../words/table';
import { spreadOfInput } from './lane';
import { cssOf, inkOn, mixed, paletteOf, rgbOf } from './palette';
import type { Palette } from './palette';
import { copyRows } from './tableCopy';
import { columnOrder, columnTemplate, scrollToRow, tablePart, tableQuestion } from './tableWindow';
import type { TablePart } from './tableWindow';

/** The numbers lead here, so the map's colours step back. */
const QUIET = 0.62;

/** Slopes as numbers: rows × inputs, virtual in both directions; also what screen readers read. */
export function tableView(app: App): TemplateResult {
  const { state } = app.store;
  const part = tablePart(state);
  return html`<div class="map">
    <p class="small soft table-note">${tableWords.note(outputUnit(state), state.answers.data?.file)}</p>
    <div
      class="cells"
      role="grid"
      aria-label=${tableWords.name()}
      aria-rowcount=${(state.answers.lanes?.shown ?? 0) + 1}
      aria-colcount=${columnOrder(state).length + 2}
      ${sized((width, height) => {
        app.store.show({ table: { ...app.store.state.screen.table, width, height } });
      })}
      ${css({ '--columns': columnTemplate(part) })}
      @scroll=${(event: Event) => {
        const { currentTarget: target } = event;
        if (!(target instanceof Element)) return;
        const { width, height } = app.store.state.screen.table;
        app.store.show({ table: { top: target.scrollTop, left: target.scrollLeft, width, height } });
      }}
      @keydown=${(event: KeyboardEvent) => {
        tableKeys(app, event);
      }}
    >
      ${tableHead(app, part)}
      <div class="cells-body" role="rowgroup" ${css({ height: `${part.tall}px`, '--top': `${part.top}px` })}>
        ${rows(app, part)}
      </div>
    </div>
  </div>`;
}

function tableHead(app: App, part: TablePart): TemplateResult {
  const head = (text: string, order: RowOrder, index: number): TemplateResult => {
    const { state } = app.store;
    const isSorted = JSON.stringify(orderOf(state)) === JSON.stringify(order);
    const arrow = isSorted ? (state.choices.descending ? ' ▼' : ' ▲') : '';
    const sort = isSorted ? (state.choices.descending ? 'descending' : 'ascending') : 'none';
    return html`<span role="columnheader" aria-colindex=${index} aria-sort=${sort} class=${isSorted ? 'on' : ''}
      ><button
        type="button"
        class="clip"
        title=${text}
        @click=${() => {
          app.store.choose({ order, descending: isSorted ? !state.choices.descending : false });
          app.store.show({ tableRow: 0 });
        }}
      >
        ${text}${arrow}
      </button></span
    >`;
  };
  const all = columnOrder(app.store.state);
  const unit = outputUnit(app.store.state);
  return html`<div class="cells-head" role="row" aria-rowindex="1">
    ${head(tableWords.row(), { by: 'row' }, 1)}
    ${head(tableWords.forecast(shortUnit(unit) === unit ? '' : unit), { by: 'forecast' }, 2)}
    <span aria-hidden="true"></span>
    ${part.columns.map((lane) => head(lane.name, { by: 'slope', input: lane.input }, all.indexOf(lane) + 3))}
  </div>`;
}

function rows(app: App, part: TablePart): Drawn {
  const { state } = app.store;
  const held = state.answers.table;
  const question = tableQuestion(state);
  const isSame = held?.key === question?.key && held?.inputs.join() === part.columns.map((lane) => lane.input).join();
  if (!held || !isSame) return html`<p class="soft note">${tableWords.loading()}</p>`;
  const paint = painter(state, part.columns);
  return html`${Array.from({ length: part.count }, (_, index) => row(app, held, part, part.first + index, paint))}`;
}

type CellPaint = (column: number, slope: number) => Readonly<Record<string, string>>;

function row(app: App, held: TableWindow, part: TablePart, index: number, paint: CellPaint): Drawn {
  const at = index - held.from;
  const line = held.rows.lines[at];
  if (line === undefined) return nothing;
  const { state } = app.store;
  const isActive = index === state.screen.tableRow;
  const isOpenable = hasLines(state);
  const shown = count(held.rows.rows[at]! + 1);
  return html`<div
    class="cells-row"
    role="row"
    id="row-${index}"
    aria-rowindex=${index + 2}
    tabindex=${isActive || (index === part.first && !isInPart(state, part)) ? 0 : -1}
    @focus=${() => {
      app.store.show({ tableRow: index });
    }}
    @dblclick=${() => {
      if (isOpenable) tell(app, 'openLine', { line });
    }}
  >
    <span role="rowheader" aria-colindex="1"
      >${
        isOpenable
          ? html`<button type="button" class="link" tabindex="-1" @click=${() => tell(app, 'openLine', { line })}>
              ${shown}
            </button>`
          : shown
      }</span
    >
    <span role="gridcell" aria-colindex="2" class="soft"
      >${withUnit(held.rows.forecast[at]!, shortUnit(outputUnit(state)))}</span
    >
    <span aria-hidden="true"></span>
    ${part.columns.map((lane, column) => {
      const slope = held.rows.slopes[at * held.inputs.length + column]!;
      return html`<span role="gridcell" ${css(paint(column, slope))}
        >${lane.kind === 'switched' ? '–' : signed(slope)}</span
      >`;
    })}
  </div>`;
}

function isInPart(state: PageState, { first, count: rowCount }: TablePart): boolean {
  return state.screen.tableRow >= first && state.screen.tableRow < first + rowCount;
}

/** The map's colour at 62 % over the page, and black or white on it. */
function painter(state: PageState, columns: readonly Lane[]): CellPaint {
  const palette: Palette = paletteOf(state.screen.theme);
  const page = rgbOf(palette.page);
  const isOne = coloursOf(state) === 'one';
  const all = state.answers.lanes?.lanes ?? [];
  const reach = ({ statistics }: Lane): number => Math.max(-statistics.min, statistics.max);
  const largest = Math.max(...all.map((lane) => reach(lane) * spreadOfInput(lane)), 0);
  const ends = columns.map(
    (lane) => (isOne && spreadOfInput(lane) > 0 ? largest / spreadOfInput(lane) : reach(lane)) || 1,
  );
  return (column, slope) => {
    const colour = mixed(page, rgbOf(palette.slope(slope / ends[column]!)), QUIET);
    return { 'background-color': cssOf(colour), color: inkOn(colour) };
  };
}

function tableKeys(app: App, event: KeyboardEvent): void {
  const { state } = app.store;
  if (event.key === 'c' && (event.ctrlKey || event.metaKey)) copyRows(app);
  else if (event.key === 'Enter' && event.target instanceof HTMLElement && event.target.role === 'row') {
    const held = state.answers.table;
    const line = held?.rows.lines[state.screen.tableRow - held.from];
    if (line !== undefined && hasLines(state)) tell(app, 'openLine', { line });
  } else if (!moveTableRow(app, event.key)) return;
  event.preventDefault();
  event.stopPropagation();
}

function moveTableRow(app: App, key: string): boolean {
  const { state } = app.store;
  const last = (state.answers.lanes?.shown ?? 1) - 1;
  const at = state.screen.tableRow;
  const to = { ArrowUp: at - 1, ArrowDown: at + 1, PageUp: at - 10, PageDown: at + 10, Home: 0, End: last }[key];
  if (to === undefined) return false;
  const tableRow = Math.min(last, Math.max(0, to));
  const top = scrollToRow(state, tableRow);
  const { table } = state.screen;
  app.store.show({ tableRow, table: top === undefined ? table : { ...table, top } });
  if (top !== undefined) document.querySelector('.cells')?.scrollTo({ top });
  focusNext(`#row-${tableRow}`);
  return true;
}
