import type { Lane, RowOrder, TableRequest } from '../../src/session/service';
import type { PageState } from '../state';
import { orderOf, shownLanes, viewOf } from '../view';

/** The height of a table row in CSS pixels. */
const ROW_HEIGHT = 22;
/** Browsers cut elements off somewhere above this height; longer tables scroll faster than they are. */
const TALLEST = 20_000_000;
/** Columns narrower than this cannot hold their numbers. */
const COLUMN_WIDTH = 92;
/** The columns of row number and forecast. */
const FIXED_WIDTH = 140;
const MOST_COLUMNS = 40;
/** Rows asked at once, so that scrolling a little asks nothing. */
const PAGE = 100;

/** Which part of the table stands in the scrolled window. */
export interface TablePart {
  readonly first: number;
  readonly count: number;
  /** Where the first row stands, in CSS pixels from the top. */
  readonly top: number;
  readonly tall: number;
  readonly columns: readonly Lane[];
  /** Columns left out before and after, in CSS pixels; 0 while all are drawn. */
  readonly before: number;
  readonly after: number;
}

/** The part of a table of so many rows that is to be drawn. */
export function tablePart(state: PageState): TablePart {
  const { table } = state.screen;
  const rows = state.answers.lanes?.shown ?? 0;
  const tall = Math.min(rows * ROW_HEIGHT, TALLEST);
  const visible = Math.ceil(table.height / ROW_HEIGHT);
  const reach = Math.max(1, tall - table.height);
  const first =
    rows * ROW_HEIGHT <= TALLEST
      ? Math.max(0, Math.floor(table.top / ROW_HEIGHT))
      : Math.round((table.top / reach) * (rows - visible));
  const count = Math.max(0, Math.min(rows - first, visible + 1));
  return {
    first,
    count,
    top: rows * ROW_HEIGHT <= TALLEST ? first * ROW_HEIGHT : table.top,
    tall,
    ...columnsOf(state),
  };
}

/** Where to scroll so that a row is in view; undefined when it is. */
export function scrollToRow(state: PageState, row: number): number | undefined {
  const { first, tall } = tablePart(state);
  const { height } = state.screen.table;
  const visible = Math.floor(height / ROW_HEIGHT) - 2;
  if (row >= first && row < first + visible) return undefined;
  const target = row < first ? row : row - visible + 1;
  const rows = state.answers.lanes?.shown ?? 1;
  return rows * ROW_HEIGHT <= TALLEST ? target * ROW_HEIGHT : (target / rows) * (tall - height);
}

function columnsOf(state: PageState): Pick<TablePart, 'columns' | 'before' | 'after'> {
  const all = columnOrder(state);
  if (all.length <= MOST_COLUMNS) return { columns: all, before: 0, after: 0 };
  const { left, width } = state.screen.table;
  const from = Math.max(0, Math.floor(left / COLUMN_WIDTH) - 2);
  const count = Math.ceil((width - FIXED_WIDTH) / COLUMN_WIDTH) + 4;
  const columns = all.slice(from, from + count);
  return { columns, before: from * COLUMN_WIDTH, after: (all.length - from - columns.length) * COLUMN_WIDTH };
}

/** The chosen input first, as its rows are looked at; then as the lanes stand. */
export function columnOrder(state: PageState): readonly Lane[] {
  const lanes = shownLanes(state);
  const chosen = lanes.find((lane) => lane.input === state.choices.input && state.choices.filter?.kind === 'failing');
  return chosen ? [chosen, ...lanes.filter((lane) => lane !== chosen)] : lanes;
}

/** The template of the grid's columns. */
export function columnTemplate({ columns, before, after }: TablePart): string {
  const wide = before + after > 0 ? `${COLUMN_WIDTH}px` : `minmax(${COLUMN_WIDTH}px, 1fr)`;
  return `56px 84px ${before}px repeat(${columns.length}, ${wide}) ${after}px`;
}

/** What has to be asked for the Table view; undefined in the map. */
export function tableQuestion(state: PageState): { readonly key: string; readonly request: TableRequest } | undefined {
  if (state.choices.view !== 'table' || state.choices.tab !== 'slopes' || !state.answers.lanes) return undefined;
  const { first, count, columns } = tablePart(state);
  const from = Math.floor(first / PAGE) * PAGE;
  const to = Math.min(state.answers.lanes.shown, Math.ceil((first + count) / PAGE) * PAGE);
  const order = orderOf(state);
  const request: TableRequest = {
    ...viewOf(state),
    order,
    descending: state.choices.descending,
    from,
    count: to - from,
    inputs: columns.map((lane) => lane.input),
  };
  return { key: tableKey(state, order), request };
}

function tableKey(state: PageState, order: RowOrder): string {
  return JSON.stringify([viewOf(state), order, state.choices.descending]);
}
