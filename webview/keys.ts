import {
  editRule,
  filterToFinding,
  openLine,
  openTab,
  orderByChosen,
  stepBack,
  stepFinding,
  stepInput,
  tell,
  toggleUnits,
  toggleView,
} from './actions';
import type { App } from './app';
import { focusNext } from './parts/focus';
import type { PageState } from './state';
import { hasTab } from './tabs/names';
import { tabsOf } from './tabs/tabs';
import type { Tab } from './tabs/tab';
import { exact } from './words/numbers';
import { words } from './words/words';

/** A key of the page, as it is listed by `?`. */
interface PageKey {
  readonly keys: readonly string[];
  readonly shown: string;
  readonly does: string;
  /** VS Code's commands that do the same, one per key, so that keys can be given to them there. */
  readonly commands: readonly string[];
  readonly act: (app: App, key: string) => void;
}

/** All single keys; those that lead to a tab which is not there are left out. */
export function pageKeys(state: PageState): readonly PageKey[] {
  return [...movingKeys(state), ...lookingKeys(), ...rowKeys(state)];
}

/** From tab to tab, from input to input, from finding to finding. */
function movingKeys(state: PageState): readonly PageKey[] {
  const tabs = tabsOf(state);
  const numbers = tabs.map((_, index) => String(index + 1));
  return [
    {
      keys: numbers,
      shown: `1…${tabs.length}`,
      does: words('open a tab'),
      commands: tabs.map(tabCommand),
      act: openNumberedTab,
    },
    {
      keys: ['[', ']'],
      shown: '[ ]',
      does: words('previous or next input'),
      commands: ['previousInput', 'nextInput'],
      act: (app, key) => stepInput(app, key === '[' ? -1 : 1),
    },
    {
      keys: ['n', 'N'],
      shown: 'N, Shift+N',
      does: words('next or previous finding'),
      commands: ['nextFinding', 'previousFinding'],
      act: (app, key) => stepFinding(app, key === 'n' ? 1 : -1),
    },
  ];
}

/** How the page shows what it shows. */
function lookingKeys(): readonly PageKey[] {
  return [
    {
      keys: ['o'],
      shown: 'O',
      does: words('order the rows by the chosen slope'),
      commands: ['orderBySlope'],
      act: orderByChosen,
    },
    { keys: ['t'], shown: 'T', does: words('map or table'), commands: ['toggleTable'], act: toggleView },
    { keys: ['u'], shown: 'U', does: words('original or model units'), commands: ['toggleUnits'], act: toggleUnits },
    {
      keys: ['f'],
      shown: 'F',
      does: words('only the rows of the finding'),
      commands: ['showFindingRows'],
      act: filterToFinding,
    },
    { keys: ['/'], shown: '/', does: words('find an input'), commands: ['findInput'], act: findInput },
  ];
}

/** What is done with the row or input that is looked at. */
function rowKeys(state: PageState): readonly PageKey[] {
  return [
    { keys: ['g'], shown: 'G', does: words('go to a row'), commands: ['goToRow'], act: askForRow },
    { keys: ['l'], shown: 'L', does: words('open the line in the CSV'), commands: ['openTableLine'], act: openLine },
    ...(hasTab(state, 'whatIf')
      ? [{ keys: ['w'], shown: 'W', does: words('what if'), commands: [], act: (app: App) => openTab(app, 'whatIf') }]
      : []),
    {
      keys: ['r'],
      shown: 'R',
      does: words('set a rule for the chosen input'),
      commands: ['setRule'],
      act: (app) => editRule(app),
    },
    {
      keys: ['e'],
      shown: 'E',
      does: words('export what is shown'),
      commands: [],
      act: (app) => {
        if (!state.answers.state?.stored) tell(app, 'chooseExport');
      },
    },
    { keys: ['c'], shown: 'C', does: words('copy the reading line'), commands: ['copyReading'], act: copyReading },
    {
      keys: ['Escape'],
      shown: 'Esc',
      does: words('take back brush, filter, selection'),
      commands: ['stepBack'],
      act: stepBack,
    },
    {
      keys: ['?'],
      shown: '?',
      does: words('show or hide this list'),
      commands: ['showKeys'],
      act: ({ store }) => store.show({ keys: !store.state.screen.keys }),
    },
  ];
}

/** `showWhatIf` for the tab `whatIf`. */
function tabCommand({ name }: Tab): string {
  return `show${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** Keys that the map has for itself, for the list. */
export function mapKeys(): readonly Pick<PageKey, 'shown' | 'does'>[] {
  return [
    { shown: '↑ ↓, PgUp PgDn', does: words('another lane, or ten further') },
    { shown: '← →, Home End', does: words('another cell, the first or last') },
    { shown: 'Ctrl+← →', does: words('the previous or next cell that breaks the rule') },
    { shown: 'Shift+← →', does: words('brush cells; Enter keeps only their rows') },
    { shown: 'Space', does: words('choose the input') },
  ];
}

/** Listens to single keys outside text fields; they can be switched off in the settings. */
export function listenToKeys(app: App): void {
  document.addEventListener('keydown', (event) => {
    const isSwitchedOff = app.store.state.answers.state?.settings.singleKeys === false && event.key !== 'Escape';
    if (event.ctrlKey || event.metaKey || event.altKey || isSwitchedOff) return;
    if (isTextField(event.target) && event.key !== 'Escape') return;
    const key =
      event.shiftKey && event.key.length === 1
        ? event.key
        : event.key.length === 1
          ? event.key.toLowerCase()
          : event.key;
    const found = pageKeys(app.store.state).find(({ keys }) => keys.includes(key));
    if (!found) return;
    event.preventDefault();
    found.act(app, key);
    app.draw();
  });
}

function isTextField(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
  );
}

function openNumberedTab(app: App, key: string): void {
  const tab = tabsOf(app.store.state)[Number(key) - 1];
  if (tab) openTab(app, tab.name);
}

function findInput({ store }: App): void {
  store.choose({ tab: 'slopes' });
  store.show({ find: store.state.screen.find ?? '' });
  focusNext('.searchbox input');
}

function askForRow({ store }: App): void {
  store.choose({ tab: 'slopes' });
  store.show({ goTo: true });
  focusNext('.go-to input');
}

/** The row that is read, as two tab-separated lines with full precision. */
function copyReading(app: App): void {
  const { reading, lanes } = app.store.state.answers;
  if (!reading || !lanes) return;
  const names = lanes.lanes.map((lane) => lane.name);
  const slopes = lanes.lanes.map((lane) => exact(reading.slopes[lane.input] ?? NaN));
  const head = [words('Row'), words('Line'), words('Forecast'), ...names].join('\t');
  const line = [reading.row + 1, reading.line, exact(reading.forecast), ...slopes].join('\t');
  tell(app, 'copy', { text: `${head}\n${line}` });
}
