import type { Host } from './host';
import type { Store } from './state';

/** What every part of the page is given: the state it is drawn from, and the host that answers. */
export interface App {
  readonly store: Store;
  readonly host: Host;
  /** Draws at once what has changed, so that the next key finds the page as this one left it. */
  readonly draw: () => void;
}
