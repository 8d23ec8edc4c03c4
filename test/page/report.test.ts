import { readFileSync } from 'node:fs';
import { MessageChannel } from 'node:worker_threads';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { answer, ask } from '../../src/ask';
import { reportHtml } from '../../src/session/exports/report';
import { secondModel } from '../../src/session/secondModel';
import { reportTabs, storedAnswersText } from '../../src/storedAnswers';
import type { StoredAnswer } from '../../src/storedAnswers';
import type { PanelService, PanelState } from '../../src/views/panelService';
import { storedAsker } from '../../webview/storedReport';
import { activitySession, call } from '../unit/session/sampleSession';
import { csvOf, sessionOf } from '../unit/session/sessions';
import { multilayer } from '../unit/slopes/networks';
import { builtFiles, openBrowser, seriousIssues } from './browser';
import { fakeService } from './fake/service';
import { activityTable } from './fake/table';

const state: PanelState = {
  phase: 'ready',
  model: 'duration.keras',
  table: 'activities.csv',
  problems: [],
  restricted: false,
  settings: { units: 'original', rowOrder: 'forecast', colourScale: 'each', singleKeys: true },
  hints: [],
  stored: { tabs: [], outputs: [{ output: 0, inputs: [], row: 0 }] },
};

/** The answers a report needs, asked of a fake session as the one who writes a report asks the real one. */
async function answers(): Promise<StoredAnswer[]> {
  const table = activityTable();
  const rules = table.inputs.map(({ name }) => ({ expect: 'never falls', input: name, level: 'warning' }) as const);
  const { port1, port2 } = new MessageChannel();
  const portOf = (port: typeof port1) => ({
    post: (message: unknown) => {
      port.postMessage(message);
    },
    listen: (receive: (message: unknown) => void) => {
      port.on('message', receive);
      return () => port.off('message', receive);
    },
  });
  answer<PanelService>(portOf(port1), fakeService({ table, state, rules: [...rules], changed: () => undefined }));
  const asker = ask<PanelService>(portOf(port2));
  const view = { output: 0, units: 'original' } as const;
  const map = {
    ...view,
    order: { by: 'forecast' },
    cells: 200,
    inputs: table.inputs.map((_, input) => input),
  } as const;
  const findings = await asker.call('findings', view);
  const row = { ...view, row: findings.findings[0]?.rows.worstRows[0] ?? 0, order: { by: 'forecast' } } as const;
  const all: StoredAnswer[] = [
    { name: 'state', answer: state },
    { name: 'describe', answer: await asker.call('describe') },
    { name: 'data', answer: await asker.call('data') },
    { name: 'lanes', request: view, answer: await asker.call('lanes', view) },
    { name: 'findings', request: view, answer: findings },
    { name: 'map', request: map, answer: await asker.call('map', map) },
    { name: 'row', request: row, answer: await asker.call('row', row) },
  ];
  port1.close();
  return all;
}

let browser: Browser;
let files: ReadonlyMap<string, string>;
beforeAll(async () => {
  [browser, files] = await Promise.all([openBrowser(), builtFiles()]);
});
afterAll(() => browser.close());

/** Errors, violations of the policy and requests to anywhere. */
function complaintsOf(page: Page): readonly string[] {
  const complaints: string[] = [];
  page.on('console', (message) => complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => {
    if (request.url() !== 'about:blank') complaints.push(request.url());
  });
  return complaints;
}

/** Waits until what was answered stands on the page: answers come at once, and are drawn in the next frame. */
async function drawn(page: Page): Promise<void> {
  await page.evaluate(
    () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(done)))),
  );
}

/** Presses every button of the open tab and takes every choice of its lists. */
async function useEverything(page: Page): Promise<void> {
  const view = page.locator('#view');
  for (const button of await view.getByRole('button').all()) if (await button.isVisible()) await button.click();
  for (const radio of await view.getByRole('radio').all()) if (await radio.isVisible()) await radio.click();
  for (const list of await view.locator('select').all())
    for (const value of await list
      .locator('option')
      .evaluateAll((options) => options.map((o) => o.getAttribute('value'))))
      await list.selectOption(value);
  expect(await view.locator('input[type=number], [role=slider]').count()).toBe(0);
  await drawn(page);
}

describe('a report', () => {
  it('is the same page with its answers stored inside, and asks for nothing from outside', async () => {
    const stored = storedAnswersText(await answers());
    const policy = "default-src 'none'; script-src 'nonce-report'; style-src 'nonce-report'";
    const markup = `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${policy}">
<title>Report</title><style nonce="report">${files.get('/theme.css') ?? ''}${files.get('/page.css') ?? ''}</style></head>
<body class="vscode-light"><main id="page"></main><script type="application/json" id="answers">${stored}</script>
<script nonce="report">${(files.get('/page.js') ?? '').replaceAll('</script', '<\\/script')}</script></body></html>`;
    const page = await browser.newPage({ viewport: { width: 1400, height: 840 } });
    const complaints = complaintsOf(page);
    await page.setContent(markup);
    await page.waitForSelector('text=5 of 8 rules fail');
    await page.waitForSelector('.reading .strong');
    expect(await page.locator('.lane[data-input]').count()).toBe(8);
    expect(await page.getByRole('button', { name: /Open line|Change rule|Save/ }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Show the 33 rows' }).count()).toBe(0);
    expect(await page.getByRole('tab').evaluateAll((tabs) => tabs.map(({ id }) => id))).toEqual([
      'tab-slopes',
      'tab-rules',
    ]);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('of two outputs shows either, with nothing that it cannot answer', async () => {
    const network = multilayer([2, 3, 2], { kind: 'tanh' });
    const rows = Array.from({ length: 30 }, (_, row) => [row % 7, (row * 3) % 5]);
    const session = await sessionOf(
      { ...network, outputs: network.outputs.map((output) => ({ ...output, features: ['low', 'high'] })) },
      csvOf(['a', 'b'], rows),
    );
    session.setRules(['a', 'b'].map((input) => ({ expect: 'never falls', level: 'warning', input })));
    const assets = {
      style: files.get('/page.css') ?? '',
      script: files.get('/page.js') ?? '',
      foot: { date: '', version: '', modelHash: '', tableHash: '' },
    };
    const markup = await reportHtml(session, [0, 1], { assets, tabs: reportTabs }, call);
    const page = await browser.newPage({ viewport: { width: 1400, height: 840 } });
    const complaints = complaintsOf(page);
    await page.setContent(markup);
    await page.waitForSelector('.lane[data-input]');
    for (const output of ['high', 'low'])
      for (const tab of ['slopes', ...reportTabs]) {
        await page.click(`#tab-${tab}`);
        await page.getByLabel('Output').first().selectOption({ label: output });
        await drawn(page);
        expect(await page.locator('.notice').allTextContents(), `${tab} of ${output}`).toEqual([]);
      }
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('of another output than the first shows that one', async () => {
    const network = multilayer([2, 3, 2], { kind: 'tanh' });
    const rows = Array.from({ length: 30 }, (_, row) => [row % 7, (row * 3) % 5]);
    const session = await sessionOf(
      { ...network, outputs: network.outputs.map((output) => ({ ...output, features: ['low', 'high'] })) },
      csvOf(['a', 'b'], rows),
    );
    const assets = {
      style: files.get('/page.css') ?? '',
      script: files.get('/page.js') ?? '',
      foot: { date: '', version: '', modelHash: '', tableHash: '' },
    };
    const markup = await reportHtml(session, [1], { assets, tabs: ['range'] }, call);
    const page = await browser.newPage({ viewport: { width: 1400, height: 840 } });
    const complaints = complaintsOf(page);
    await page.setContent(markup);
    await page.waitForSelector('.lane[data-input]');
    const offered = await page.getByLabel('Output').locator('option').allTextContents();
    expect([...new Set(offered)]).toEqual(['high']);
    await drawn(page);
    expect(await page.locator('body').innerText()).not.toContain('does not hold');
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('holds the tabs that were chosen, and in them nothing that it cannot answer', async () => {
    const table = readFileSync(new URL('../fixtures/keras/activity/data.csv', import.meta.url), 'utf8');
    const rows = table.split('\n').slice(0, 60).join('\n');
    const [session, other] = [await activitySession(rows), await activitySession(rows)];
    session.setRules([{ expect: 'never falls', level: 'warning', input: 'site_visits' }]);
    const foot = { date: '2020-01-01', version: '0', modelHash: 'a', tableHash: 'b' };
    const style = ['/theme.css', '/report.css', '/page.css'].map((name) => files.get(name) ?? '').join('\n');
    const assets = { script: (files.get('/page.js') ?? '').replaceAll('</script', '<\\/script'), style, foot };
    const compared = secondModel(session, other, { name: 'other', hash: 'c' });
    const markup = await reportHtml(session, [0], { assets, tabs: reportTabs, compared }, call);
    const page = await browser.newPage({ viewport: { width: 1400, height: 900 } });
    const complaints = complaintsOf(page);
    await page.setContent(markup);
    await page.waitForSelector('.reading .strong');
    const shown = {
      input: '.figures',
      pairs: '.surface canvas',
      whatIf: '.slider',
      network: '.network-picture',
      formula: '.formula',
      range: '.plot canvas',
      compare: '.compare-inputs canvas',
    };
    for (const tab of [...reportTabs, 'compare'] as const) {
      await page.click(`#tab-${tab}`);
      await page.waitForSelector(shown[tab]);
      await drawn(page);
      await useEverything(page);
      expect(await seriousIssues(page), tab).toEqual([]);
      expect(await page.locator('.notice').allTextContents()).toEqual([]);
    }
    await page.evaluate(() => window.dispatchEvent(new Event('beforeprint')));
    await page.waitForSelector('.printed-tab');
    const titles = ['Slopes', 'Input', 'Pairs', 'What if', 'Network', 'Formula', 'Range', 'Rules', 'Compare'];
    expect(await page.locator('.printed-title').allTextContents()).toEqual(titles);
    expect(await page.locator('canvas:visible').count()).toBe(0);
    const drawings = page.locator('svg.drawn-again');
    expect(await drawings.count()).toBe(await page.locator('canvas').count());
    expect(await page.locator('.printed-tab .rule-table select').first().isVisible()).toBe(true);
    await page.evaluate(() => window.dispatchEvent(new Event('afterprint')));
    await page.waitForSelector('#tab-compare[aria-selected=true]');
    expect(await drawings.count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  });

  it('keeps typed arrays and numbers that JSON does not know, and no way out of its script element', async () => {
    const kept = {
      name: '</script><b>',
      numbers: new Float32Array([1.5, -2]),
      not: NaN,
      far: -Infinity,
      rows: new Uint32Array([7]),
    };
    const text = storedAnswersText([{ name: 'describe', answer: kept }]);
    expect(text).not.toContain('<');
    expect(await storedAsker(text).call('describe')).toEqual(kept);
  });

  it('gives the lanes asked for, however many cells were asked', async () => {
    const asker = storedAsker(storedAnswersText(await answers()));
    const map = await asker.call('map', {
      units: 'original',
      output: 0,
      cells: 77,
      inputs: [3, 1],
      order: { by: 'forecast' },
    });
    expect(map.lanes.map((lane) => lane.input)).toEqual([3, 1]);
    expect(map.cells).toBe(200);
    await expect(asker.call('row', { output: 0, units: 'model', row: 3 })).rejects.toThrow(
      'This report does not hold that view.',
    );
  });
});
