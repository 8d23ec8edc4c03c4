import { openFinding, openTab } from './actions';
import type { App } from './app';
import { pageKeys } from './keys';
import { exportNumbers, exportPicture } from './exportView';

/** Does what a command of VS Code asks of the page: most commands are its keys under another name. */
export function runCommand(app: App, command: string): void {
  if (command === 'goToWorstRow') openFinding(app, app.store.state.choices.finding ?? 0);
  else if (command === 'mapColumns') openTab(app, 'data');
  else if (command === 'showComparison') openTab(app, 'compare');
  else if (command === 'exportPng') void exportPicture(app, 'png');
  else if (command === 'exportSvg') void exportPicture(app, 'svg');
  else if (command === 'exportNumbers') exportNumbers(app);
  for (const { keys, commands, act } of pageKeys(app.store.state)) {
    const key = keys[commands.indexOf(command)];
    if (key !== undefined) act(app, key);
  }
}
