import { editRule, openFinding, stepFinding } from './actions';
import type { App } from './app';
import { exportPicture } from './map/picture';

/** Commands of VS Code that act in the page. */
export function runCommand(app: App, command: string): void {
  if (command === 'nextFinding') stepFinding(app, 1);
  else if (command === 'previousFinding') stepFinding(app, -1);
  else if (command === 'goToWorstRow') openFinding(app, app.store.state.choices.finding ?? 0);
  else if (command === 'setRule') editRule(app);
  else if (command === 'exportPicture') exportPicture(app);
}
