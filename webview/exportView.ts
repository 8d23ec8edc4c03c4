import { tell } from './actions';
import type { App } from './app';
import { lightPicture } from './picture/lightPicture';
import { pngOf } from './picture/png';
import { chosenTab } from './tabs/tabs';

/** Hands a picture of the open view to the host to be saved. */
export async function exportPicture(app: App, kind: 'png' | 'svg'): Promise<void> {
  const picture = lightPicture(app);
  if (!picture) return;
  const bytes = kind === 'svg' ? new TextEncoder().encode(picture.svg) : await pngOf(picture);
  tell(app, 'exportAs', { kind: 'picture', name: `${stemOf(app)}.${chosenTab(app.store.state).name}.${kind}`, bytes });
}

/** Hands the numbers of the open view to the host: a file per chart and table, of which it asks for one where there are more. */
export function exportNumbers(app: App): void {
  const { state } = app.store;
  const tab = chosenTab(state);
  const files = (tab.files?.(state) ?? []).map(({ name, text }) => ({ name: `${stemOf(app)}.${name}`, text }));
  if (tab.name === 'rules') tell(app, 'exportAs', { kind: 'findings' });
  else if (files.length > 0) tell(app, 'exportAs', { kind: 'numbers', files });
  else tell(app, 'exportAs', { kind: 'slopes' });
}

function stemOf({ store }: App): string {
  return (store.state.answers.model?.file ?? 'model').replace(/\.[^.]*$/, '');
}
