import type { Lane, RowOrder, Units, UsualRange, View } from '../src/session/service';
import type { ReportedOutput } from '../src/storedAnswers';
import type { PageState } from './state';

/** Narrower cells read as a bar code (CSS pixels). */
const THINNEST_CELL = 3;

/** What every question about slopes names: output, units, rows looked at. */
export function viewOf(state: PageState): View {
  const { choices, answers } = state;
  return {
    output: outputOf(state),
    units: unitsOf(state),
    ...(choices.filter ? { filter: choices.filter } : {}),
    ...(choices.logOdds && answers.model?.lastStep ? { logOdds: true } : {}),
    ...(isWithoutTable(state) ? { ranges: rangesOf(state) } : {}),
  };
}

/** Whether the model stands alone: then points over ranges stand in for rows. */
export function isWithoutTable({ answers }: PageState): boolean {
  return answers.state?.phase === 'no table';
}

/** The ranges the user gave, else those the file tells; 0 to 1 where it tells none. */
export function rangesOf({ answers, screen }: PageState): readonly UsualRange[] {
  const inputs = answers.model?.inputs ?? [];
  return inputs.map(({ usual }, input) => screen.ranges[input] ?? usual ?? { low: 0, high: 1 });
}

/** Whether usual values are known of every input, from the file or the user. */
export function hasRanges({ answers, screen }: PageState): boolean {
  const inputs = answers.model?.inputs ?? [];
  return inputs.length > 0 && (screen.ranges.length > 0 || inputs.every(({ usual }) => usual !== undefined));
}

/** The chosen output; in a stored report the first where it does not hold that one. */
export function outputOf(state: PageState): number {
  const { choices, answers } = state;
  return storedOutput(state)?.output ?? Math.min(choices.output, Math.max(0, (answers.model?.outputs.length ?? 1) - 1));
}

/** What a stored report holds of the chosen output; undefined in VS Code. */
export function storedOutput({ choices, answers }: PageState): ReportedOutput | undefined {
  const { stored } = answers.state ?? {};
  if (!stored) return undefined;
  return stored.outputs.find(({ output }) => output === choices.output) ?? stored.outputs[0];
}

/** The page's choice of units, else VS Code's setting. */
export function unitsOf({ choices, answers }: PageState): Units {
  return choices.units ?? answers.state?.settings.units ?? 'original';
}

/** The page's choice of colour scale, else VS Code's setting. */
export function coloursOf({ choices, answers }: PageState): 'each' | 'one' {
  return choices.colours ?? answers.state?.settings.colourScale ?? 'each';
}

/** The order in which rows run to the right: the page's choice, else VS Code's setting. */
export function orderOf({ choices, answers }: PageState): RowOrder {
  return choices.order ?? { by: answers.state?.settings.rowOrder ?? 'forecast' };
}

/** How many cells a lane has: one per row as long as they are wide enough. */
export function cellsOf({ answers, screen }: PageState): number {
  return Math.max(1, Math.min(answers.lanes?.shown ?? 0, Math.floor(screen.stripWidth / THINNEST_CELL)));
}

/** Rasters with the same key can be drawn together. */
export function rasterKey(state: PageState): string {
  return JSON.stringify([viewOf(state), orderOf(state), cellsOf(state)]);
}

/** The lanes to be shown, in the order chosen. */
export function shownLanes(state: PageState): readonly Lane[] {
  const { answers, choices, screen } = state;
  const wanted = (screen.find ?? '').trim().toLowerCase();
  const lanes = (answers.lanes?.lanes ?? []).filter(
    (lane) =>
      (choices.only === 'all' || lane.rule?.holds === false) &&
      (wanted === '' || lane.name.toLowerCase().includes(wanted)),
  );
  return choices.lanesBy === 'effect' ? lanes : [...lanes].sort(comparison(choices.lanesBy));
}

/** The height of a lane in CSS pixels: the more inputs, the less each gets. */
export function laneHeight(lanes: number): 46 | 30 | 20 {
  return lanes <= 12 ? 46 : lanes <= 60 ? 30 : 20;
}

/** The lanes that stand in the scrolled window, with a few around; all of them up to 60. */
export function lanesInView(state: PageState): { readonly from: number; readonly lanes: readonly Lane[] } {
  const lanes = shownLanes(state);
  if (lanes.length <= 60) return { from: 0, lanes };
  const height = laneHeight(lanes.length);
  const from = Math.max(0, Math.floor(state.screen.lanesTop / height) - 3);
  const count = Math.ceil(state.screen.lanesHeight / height) + 6;
  return { from, lanes: lanes.slice(from, from + count) };
}

/** The chosen lane, when there is one. */
export function chosenLane(state: PageState): Lane | undefined {
  return state.answers.lanes?.lanes.find((lane) => lane.input === state.choices.input);
}

/** The chosen lane as far as a stored report holds its tabs: `undefined` where it holds only stronger ones. */
export function heldLane(state: PageState): Lane | undefined {
  const lane = chosenLane(state);
  const stored = storedOutput(state);
  return lane && stored && !stored.inputs.includes(lane.input) ? undefined : lane;
}

/** The lane that has the keyboard: the one it was moved to, else the chosen one, else the first. */
export function activeLane(state: PageState): Lane | undefined {
  const lanes = shownLanes(state);
  const wanted = state.screen.active ?? state.choices.input;
  return lanes.find((lane) => lane.input === wanted) ?? lanes[0];
}

/** The cell the cursor stands on: under the pointer or keyboard, else that of the row that is read. */
export function cursorCell({ answers, screen }: PageState): number | undefined {
  const cells = answers.raster?.cells ?? 0;
  if (screen.cell !== undefined) return screen.cell < cells ? screen.cell : undefined;
  const position = answers.reading?.position ?? -1;
  return answers.raster && position >= 0 ? cellOf(answers.raster.starts, position) : undefined;
}

/** The cell that holds an ordered position, by halving. */
function cellOf(starts: Uint32Array, position: number): number | undefined {
  let [low, high] = [0, starts.length - 1];
  if (position < starts[low]! || position >= starts[high]!) return undefined;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= position) low = middle;
    else high = middle;
  }
  return low;
}

/** Whether rows have lines in a file that can be opened: not in a report, and not where the model's own file holds them. */
export function hasLines({ answers }: PageState): boolean {
  return answers.state?.table !== undefined && !answers.state.stored;
}

/** The unit of the output in words; the output's name where no unit is known, so that no number stands alone. */
export function outputUnit(state: PageState): string {
  const { answers } = state;
  const output = answers.model?.outputs[outputOf(state)];
  return [answers.lanes?.forecast.unit, output?.unit, output?.name].find(Boolean) ?? '';
}

/** A unit that can stand beside each number of a narrow column; a longer one stands in the column's head, and this is empty. */
export function shortUnit(unit: string): string {
  return unit.length <= 6 ? unit : '';
}

function comparison(by: 'reach' | 'below' | 'name' | 'model'): (a: Lane, b: Lane) => number {
  switch (by) {
    case 'reach':
      return (a, b) => (b.reach ?? 0) - (a.reach ?? 0) || a.input - b.input;
    case 'below':
      return (a, b) => belowShare(b) - belowShare(a) || a.input - b.input;
    case 'name':
      return (a, b) => a.name.localeCompare(b.name) || a.input - b.input;
    case 'model':
      return (a, b) => a.input - b.input;
  }
}

/** Share of rows whose slope is below 0. */
export function belowShare({ statistics }: Lane): number {
  return statistics.count > 0 ? statistics.below / statistics.count : 0;
}
