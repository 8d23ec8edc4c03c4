import { ask } from '../src/ask';
import type { Asker } from '../src/ask';
import type { PanelNotice } from '../src/views/panelService';
import type { PageService } from './questions';
import { storedAsker } from './storedReport';
import { useWords } from './words/words';

/** Whoever answers the page: VS Code's extension, or the answers stored in a report. The pages know neither. */
export interface Host {
  readonly asker: Asker<PageService>;
  /** Calls back for what the host says without being asked. */
  listen(receive: (notice: PanelNotice) => void): void;
  /** What `remember` kept, also after a reload of the window. */
  remembered(): unknown;
  remember(choices: unknown): void;
}

/** Opens the host of this page; the only place that talks to VS Code. */
export function openHost(): Host {
  const translations = document.getElementById('words')?.textContent;
  if (translations) useWords(translationsOf(JSON.parse(translations)));
  const answers = document.getElementById('answers')?.textContent;
  return answers ? storedHost(answers) : vsCodeHost();
}

function vsCodeHost(): Host {
  const api = acquireVsCodeApi();
  const listen = (receive: (message: unknown) => void): (() => void) => {
    const listener = (event: MessageEvent<unknown>): void => {
      receive(event.data);
    };
    window.addEventListener('message', listener);
    return () => {
      window.removeEventListener('message', listener);
    };
  };
  return {
    asker: ask<PageService>({
      post: (message) => {
        api.postMessage(message);
      },
      listen,
    }),
    listen: (receive) =>
      void listen((message) => {
        if (isNotice(message)) receive(message.notice);
      }),
    remembered: () => api.getState(),
    remember: (choices) => void api.setState(choices),
  };
}

/** A report has nobody to tell it anything, and nothing to remember: it opens the same way each time. */
function storedHost(answers: string): Host {
  return {
    asker: storedAsker(answers),
    listen: () => undefined,
    remembered: () => undefined,
    remember: () => undefined,
  };
}

function isNotice(message: unknown): message is { readonly notice: PanelNotice } {
  return typeof message === 'object' && message !== null && 'notice' in message;
}

function translationsOf(value: unknown): Record<string, string> {
  const entries = typeof value === 'object' && value !== null ? Object.entries(value) : [];
  return Object.fromEntries(entries.filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}
