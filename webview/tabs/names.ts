import type { PageState } from '../state';

/** The tabs of the page in their order; their pictures are registered in `tabs.ts`. */
const tabNames = ['slopes', 'input', 'pairs', 'whatIf', 'network', 'formula', 'range', 'rules', 'compare'] as const;
/** What every stored report holds; Compare where two models were compared. */
const storedNames: readonly string[] = ['slopes', 'rules', 'compare'];
/** What the model file can answer, over ranges where that takes values. */
const tablelessNames: readonly string[] = ['slopes', 'input', 'pairs', 'whatIf', 'network', 'formula', 'range'];

/** The name of a tab: its id in the page and in what is remembered. */
export type TabName = (typeof tabNames)[number];

/** Whether a tab is there to be opened: links to tabs that are not are not shown. */
export function hasTab({ answers }: PageState, name: string): boolean {
  const { state } = answers;
  if (name === 'compare' && state?.compared === undefined) return false;
  const names = state?.stored
    ? [...storedNames, ...state.stored.tabs]
    : state?.phase === 'no table'
      ? tablelessNames
      : tabNames;
  return names.some((each) => each === name);
}
