import type { Tab } from './tab';
import type { PageState } from '../state';
import { compareTab } from './compareTab';
import { formulaTab } from './formulaTab';
import { inputTab } from './input/inputTab';
import { hasTab } from './names';
import { networkTab } from './network/networkTab';
import { pairsTab } from './pairs/pairsTab';
import { rangeTab } from './range/rangeTab';
import { rulesTab } from './rulesTab';
import { slopesTab } from './slopesTab';
import { whatIfTab } from './whatIf/whatIfTab';

/** All views in the order of the tab bar. */
const tabs: readonly Tab[] = [
  slopesTab,
  inputTab,
  pairsTab,
  whatIfTab,
  networkTab,
  formulaTab,
  rangeTab,
  rulesTab,
  compareTab,
];

/** The views there are for this page. */
export function tabsOf(state: PageState): readonly Tab[] {
  return tabs.filter((tab) => hasTab(state, tab.name));
}

/** The tab that is open; a remembered one that is gone gives the first. */
export function chosenTab(state: PageState): Tab {
  return tabsOf(state).find((tab) => tab.name === state.choices.tab) ?? slopesTab;
}
