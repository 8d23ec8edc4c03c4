import axe from 'axe-core';
import { build } from 'esbuild';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';

const root = fileURLToPath(new URL('../..', import.meta.url));
const origin = 'http://page.test';

/** Class of the body that VS Code sets for each kind of theme. */
export const themes = {
  dark: 'vscode-dark',
  light: 'vscode-light',
  'high-contrast': 'vscode-high-contrast',
  'high-contrast-light': 'vscode-high-contrast-light',
} as const;

/** How a page is opened. */
export interface Opening {
  /** Which fake host: see fake/host.ts. */
  readonly scenario?: string;
  readonly theme?: keyof typeof themes;
  readonly width?: number;
  readonly height?: number;
  readonly parameters?: Readonly<Record<string, string>>;
  /** Answers the page's questions in this process, as text (`storedAnswersText`); with the scenario `live`. */
  readonly live?: LiveAnswers;
}

/** Answers one question, both as text. */
export type LiveAnswers = (name: string, request: string) => Promise<string>;

/** An opened page with what it has complained of. */
export interface OpenedPage {
  readonly page: Page;
  /** Errors, warnings and violations of the policy. */
  readonly complaints: string[];
}

/** Starts the Chromium of this machine: CHROMIUM, else a usual place. */
export async function openBrowser(): Promise<Browser> {
  const places = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
  const executablePath = places.find((place) => place !== undefined && existsSync(place));
  if (executablePath === undefined) throw new Error('No Chromium here: install it, or set CHROMIUM to its path.');
  mkdirSync(new URL('out/', import.meta.url), { recursive: true });
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--no-first-run'] });
}

/** Builds page and fake host once per run. */
export async function builtFiles(): Promise<ReadonlyMap<string, string>> {
  const result = await build({
    absWorkingDir: root,
    entryPoints: [
      { in: 'webview/page.ts', out: 'page' },
      { in: 'webview/styles/page.css', out: 'page' },
      { in: 'webview/styles/report.css', out: 'report' },
      { in: 'test/page/fake/host.ts', out: 'fake' },
    ],
    bundle: true,
    format: 'iife',
    target: 'chrome120',
    outdir: 'out',
    write: false,
  });
  const files = result.outputFiles.map((file) => [file.path.replace(/^.*[\\/]/, '/'), file.text] as const);
  return new Map([...files, ['/theme.css', readFileSync(new URL('fake/theme.css', import.meta.url), 'utf8')]]);
}

/** Opens the page under the policy it has in VS Code. */
export async function openPage(
  browser: Browser,
  files: ReadonlyMap<string, string>,
  { scenario = 'sample', theme = 'dark', width = 1400, height = 840, parameters = {}, live }: Opening = {},
): Promise<OpenedPage> {
  const page = await browser.newPage({ viewport: { width, height } });
  page.setDefaultTimeout(100_000); // a busy machine is slow, not wrong
  const complaints: string[] = [];
  page.on('console', (message) => {
    const isOurs = !message.text().includes('readback'); // the tests' own reading of canvases
    if (isOurs && (message.type() === 'error' || message.type() === 'warning')) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  await page.route(`${origin}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    const file = files.get(pathname);
    if (pathname === '/favicon.ico') await route.fulfill({ status: 204 });
    else if (file === undefined) await route.fulfill({ contentType: 'text/html', body: markup(themes[theme]) });
    else await route.fulfill({ contentType: pathname.endsWith('.css') ? 'text/css' : 'text/javascript', body: file });
  });
  if (live) await page.exposeFunction('askLive', live);
  const query = new URLSearchParams({ scenario, ...parameters });
  await page.goto(`${origin}/panel?${query.toString()}`);
  return { page, complaints };
}

/** Waits until the lanes are drawn and nothing more comes. */
export async function drawn(page: Page): Promise<void> {
  await page.waitForFunction(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.lane canvas.heat');
    if (!canvas || canvas.width < 10) return false;
    const pixel = canvas.getContext('2d')?.getImageData(5, 5, 1, 1).data;
    return (pixel?.[3] ?? 0) > 0;
  });
  await settled(page);
}

/** Waits until nothing more comes by itself: every question is answered, every answer drawn, every size known. */
export async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = (): Promise<unknown> => new Promise(requestAnimationFrame);
    // Sizes are told after a frame, and may be followed by questions: only two quiet frames in a row are the end.
    for (let quiet = 0, asked = -1; quiet < 2; asked = window.fake.asked.length) {
      await frame();
      quiet = window.fake.waiting === 0 && window.fake.asked.length === asked ? quiet + 1 : 0;
    }
  });
}

function markup(theme: string): string {
  const policy = `default-src 'none'; script-src 'nonce-test'; style-src ${origin}; font-src ${origin}; img-src ${origin} data:`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}"><title>Slopescope</title>
<link rel="stylesheet" href="/theme.css"><link rel="stylesheet" href="/page.css"></head>
<body class="${theme}"><main id="page"></main>
<script nonce="test" src="/fake.js"></script><script nonce="test" src="/page.js"></script></body></html>`;
}

/** What axe finds serious or critical in a page. */
export async function seriousIssues(page: Page): Promise<string[]> {
  // The policy forbids foreign scripts; the tool is put in past it, as a developer's console would.
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: axe.source });
  const { result } = await session.send('Runtime.evaluate', {
    expression: `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => JSON.stringify(violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => id + ': ' + nodes.slice(0, 3).map(({ html, failureSummary }) => html.slice(0, 160) + ' ' + failureSummary).join(' | '))))`,
    awaitPromise: true,
  });
  return JSON.parse(String(result.value)) as string[];
}
