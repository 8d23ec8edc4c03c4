import type { TemplateResult } from 'lit';
import type { App } from '../app';
import { rulesTab } from './rulesTab';
import { slopesTab } from './slopesTab';

/** One view of the page. A new one is one file that exports a `Tab`, one line here and its name in `names.ts`. */
export interface Tab {
  readonly name: string;
  readonly title: () => string;
  readonly draw: (app: App) => TemplateResult;
}

/** All views in the order of the tab bar. */
export const tabs: readonly Tab[] = [slopesTab, rulesTab];
