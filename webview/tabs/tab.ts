import type { TemplateResult } from 'lit';
import type { App } from '../app';
import type { Question } from '../questions';
import type { TextFile } from '../parts/csvFile';
import type { PageState } from '../state';
import type { TabName } from './names';

/** One view of the page. A new one is one file that exports a `Tab`, one line here and its name in `names.ts`. */
export interface Tab {
  readonly name: TabName;
  readonly title: () => string;
  readonly draw: (app: App) => TemplateResult;
  /** What it asks while it is open; asked again whenever a request changes or what is known has moved on. */
  readonly asks?: (state: PageState) => readonly Question[];
  /** It shows values of inputs: without a table it needs ranges for them. */
  readonly needsValues?: true;
  /** The numbers or texts it shows, as files to be saved: as many as it has charts and tables. */
  readonly files?: (state: PageState) => readonly TextFile[];
}
