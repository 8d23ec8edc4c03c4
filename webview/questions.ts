import type { AskOptions, Asker } from '../src/ask';
import type { UnderstandingService } from '../src/session/understanding';
import type { PanelService } from '../src/views/panelService';
import type { Answers } from './state';

/** Everything a page can ask: what the panel answers, and what the tabs beside Slopes need. */
export type PageService = PanelService & UnderstandingService;

/** What a tab asks while it is open. */
export interface Question {
  /** Only the latest question of a topic counts. */
  readonly topic: string;
  /** The same request is not asked twice. */
  readonly request: unknown;
  /** Waits for the question under way instead of cancelling it: what follows a moving slider. */
  readonly patient?: true;
  readonly ask: (asker: Asker<PageService>, options: AskOptions) => Promise<Partial<Answers>>;
}
