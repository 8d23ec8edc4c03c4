import type { WhatIfInput, WhatIfRequest } from '../../../src/session/whatIfQuestion';
import type { App } from '../../app';
import type { PageState } from '../../state';

/** What was changed by hand in the row that is read; another row starts without changes. */
export function changesOf({ choices }: PageState): WhatIfRequest['changes'] {
  return choices.edits?.row === (choices.row ?? 0) ? choices.edits.changes : [];
}

/** Changes one input; its value from the table takes the change away. */
export function changeInput({ store }: App, { input, inTable }: WhatIfInput, value: number | string): void {
  const others = changesOf(store.state).filter((change) => change.input !== input);
  const changes = value === inTable ? others : [...others, { input, value }];
  store.choose({ edits: { row: store.state.choices.row ?? 0, changes } });
}

/** Back to the row as it stands in the table. */
export function resetChanges({ store }: App): void {
  store.choose({ edits: undefined });
}

/** The value of an input as the page has it: changed by hand, else as answered. */
export function valueOf(state: PageState, line: WhatIfInput): number | string {
  return changesOf(state).find(({ input }) => input === line.input)?.value ?? line.inTable;
}
