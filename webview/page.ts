import { html, nothing, render } from 'lit';
import type { TemplateResult } from 'lit';
import type { App } from './app';
import { follow } from './follow';
import { openHost } from './host';
import { listenToKeys } from './keys';
import { paintCanvases, sized } from './parts/directives';
import { focusWanted } from './parts/focus';
import { header, notices } from './parts/header';
import { keyList } from './parts/keyList';
import { progressBar } from './parts/progress';
import { tabBar } from './parts/tabBar';
import { dataScreen } from './screens/dataScreen';
import { firstScreen } from './screens/firstScreen';
import { overRanges } from './screens/overRanges';
import { readingScreen } from './screens/readingScreen';
import { refusalScreen } from './screens/refusalScreen';
import { followPrinting, printedPage } from './printing';
import { firstState, Store } from './state';
import { slopesTab } from './tabs/slopesTab';
import { chosenTab } from './tabs/tabs';
import { frameWords } from './words/frame';
import { useLanguage } from './words/numbers';

start();

function start(): void {
  const root = document.querySelector('main') ?? document.body.appendChild(document.createElement('main'));
  useLanguage(document.documentElement.lang);
  const host = openHost();
  const app: App = {
    host,
    store: new Store(firstState(host.remembered())),
    draw: () => {
      drawPage(app, root);
    },
  };
  drawOnChange(app);
  followTheme(app);
  keepScroll(app);
  listenToKeys(app);
  followPrinting(app);
  follow(app);
}

/** Draws the page before the next frame, however many changes there were. */
function drawOnChange({ store, draw }: App): void {
  let isDue = false;
  store.follow(() => {
    if (isDue) return;
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      draw();
    });
  });
  draw();
}

function drawPage(app: App, root: HTMLElement): void {
  render(page(app), root);
  paintCanvases();
  focusWanted(root);
}

/** VS Code sets the body's class when the theme changes: pictures are drawn anew. */
function followTheme({ store }: App): void {
  new MutationObserver(() => {
    store.show({ theme: store.state.screen.theme + 1 });
  }).observe(document.body, { attributes: true, attributeFilter: ['class', 'style', 'data-vscode-theme-id'] });
}

/** After a reload the page stands where it stood, once it is tall enough. */
function keepScroll({ store }: App): void {
  const wanted = store.state.choices.scroll;
  let isRestored = wanted === 0;
  window.addEventListener('scrollend', () => {
    if (isRestored) store.choose({ scroll: Math.round(window.scrollY) });
  });
  store.follow(() => {
    if (isRestored || !store.state.answers.raster) return;
    isRestored = true;
    requestAnimationFrame(() => {
      window.scrollTo({ top: wanted });
    });
  });
}

function page(app: App): TemplateResult {
  const { answers, screen } = app.store.state;
  if (screen.isPrinting) return html`<div class="page">${printedPage(app)}</div>`;
  const hasTabs = answers.state?.phase === 'ready' || answers.state?.phase === 'no table';
  return html`<div
    class="page"
    ${sized((width) => {
      app.store.show({ width });
    })}
  >
    ${header(app)} ${hasTabs ? tabBar(app) : nothing} ${progressBar(app)} ${notices(app)} ${keyList(app)}
    <div
      id="view"
      class="page-body"
      role=${hasTabs ? 'tabpanel' : nothing}
      aria-labelledby=${hasTabs ? `tab-${chosenTab(app.store.state).name}` : nothing}
    >
      ${body(app)}
    </div>
    ${answers.state?.restricted ? html`<p class="page-foot small soft">${frameWords.restricted()}</p>` : nothing}
  </div>`;
}

function body(app: App): TemplateResult {
  const { answers, choices } = app.store.state;
  switch (answers.state?.phase) {
    case undefined:
    case 'reading':
      return readingScreen(app);
    case 'refused':
      return refusalScreen(app);
    case 'no table':
      return chosenTab(app.store.state) === slopesTab ? firstScreen(app) : overRanges(app, chosenTab(app.store.state));
    case 'questions':
      return dataScreen(app);
    case 'ready':
      return choices.tab === 'data' ? dataScreen(app) : chosenTab(app.store.state).draw(app);
  }
}
