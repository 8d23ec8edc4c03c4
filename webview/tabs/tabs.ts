import type { TemplateResult } from 'lit';
import type { App } from '../app';
import type { Question } from '../questions';
import type { PageState } from '../state';
import { formulaTab } from './formulaTab';
import { inputTab } from './input/inputTab';
import { hasTab } from './names';
import type { TabName } from './names';
import { networkTab } from './network/networkTab';
import { pairsTab } from './pairs/pairsTab';
import { rangeTab } from './range/rangeTab';
import { rulesTab } from './rulesTab';
import { slopesTab } from './slopesTab';
import { whatIfTab } from './whatIf/whatIfTab';

/** One view of the page. A new one is one file that exports a `Tab`, one line here and its name in `names.ts`. */
export interface Tab {
  readonly name: TabName;
  readonly title: () => string;
  readonly draw: (app: App) => TemplateResult;
  /** What it asks while it is open; asked again whenever a request changes or what is known has moved on. */
  readonly asks?: (state: PageState) => readonly Question[];
}

/** All views in the order of the tab bar. */
const tabs: readonly Tab[] = [slopesTab, inputTab, pairsTab, whatIfTab, networkTab, formulaTab, rangeTab, rulesTab];

/** The views there are for this page. */
export function tabsOf(state: PageState): readonly Tab[] {
  return tabs.filter((tab) => hasTab(state, tab.name));
}

/** The tab that is open; a remembered one that is gone gives the first. */
export function chosenTab(state: PageState): Tab {
  return tabsOf(state).find((tab) => tab.name === state.choices.tab) ?? slopesTab;
}
