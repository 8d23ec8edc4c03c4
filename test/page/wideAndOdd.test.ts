import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { NetworkBuilder } from '../../src/network/builder';
import type { Network } from '../../src/network/network';
import type { Session } from '../../src/session/session';
import { csvOf, sessionOf } from '../unit/session/sessions';
import { seriousIssues, settled } from './browser';
import { fixtureSession, liveAnswers } from './live';
import { pages } from './suite';

const open = pages();

/** Fixed numbers between −1 and 1. */
const noise = (at: number): number => 2 * ((Math.sin(12.9898 * (at + 1)) * 43758.5453) % 1);

function layered(
  inputs: number,
  outputs: number,
  last: 'relu' | 'softmax' | 'none' = 'none',
  names = numbered('x', inputs),
  depth = 1,
): Network {
  const build = new NetworkBuilder();
  const x = build.input('x', [inputs], names);
  let hidden = build.activation(dense(build, x, inputs, 12), { kind: 'tanh' });
  for (let layer = 1; layer < depth; layer++) hidden = build.activation(dense(build, hidden, 12, 12), { kind: 'tanh' });
  const given = dense(build, hidden, 12, outputs);
  build.output('y', last === 'softmax' ? build.softmax('softmax', given, [0]) : given, numbered('y', outputs));
  return build.finish('layered', { file: 'test', format: 'test', layers: [] });
}

function dense(build: NetworkBuilder, x: Parameters<NetworkBuilder['dense']>[0], from: number, to: number) {
  const weights = Float64Array.from({ length: from * to }, (_, at) => noise(at) / Math.sqrt(from));
  return build.dense(x, weights, new Float64Array(to));
}

function numbered(name: string, many: number): string[] {
  return Array.from({ length: many }, (_, at) => `${name}${at + 1}`);
}

function table(inputs: number, rows: number, value: (row: number, input: number) => number): string {
  const lines = Array.from({ length: rows }, (_, row) => Array.from({ length: inputs }, (_, at) => value(row, at)));
  return csvOf(numbered('x', inputs), lines);
}

const any = (row: number, input: number): number => Math.round(1000 * noise(row * 7919 + input * 31)) / 100;

/** Opens every tab; each is there, free of trouble and serious issues. Gives what each says. */
async function everyTab(
  session: Session,
  waits: Readonly<Record<string, string>> = {},
): Promise<Record<string, string>> {
  const page = await open({ scenario: 'live', live: liveAnswers(session) });
  const usual = {
    slopes: '.lane',
    input: '.figures',
    pairs: '.pairs',
    whatIf: '.slider',
    network: '.network-picture',
    formula: '.formula',
    range: '.plot canvas',
    rules: '.rule-table',
  };
  const said: Record<string, string> = {};
  for (const [tab, wait] of Object.entries({ ...usual, ...waits })) {
    await openTab(page, tab);
    await page.waitForSelector(wait);
    await settled(page);
    said[tab] = await page.innerText('#view');
    expect(await seriousIssues(page), tab).toEqual([]);
    expect(await page.locator('.notice').allTextContents(), tab).toEqual([]);
    expect(said[tab], tab).not.toMatch(/\bNaN\b|undefined|Infinity/);
    const beyond = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(beyond, `${tab} scrolls sideways`).toBeLessThanOrEqual(0);
  }
  return said;
}

async function openTab(page: Page, tab: string): Promise<void> {
  const button = page.locator(`#tab-${tab}`);
  if ((await button.count()) > 0) await button.click();
  else await page.getByLabel('More').selectOption(tab);
}

describe('wide models', () => {
  it('with 2,000 inputs say in every tab what is shown of them', async () => {
    const session = await sessionOf(layered(2000, 1), table(2000, 40, any));
    const started = performance.now();
    const said = await everyTab(session);
    console.log(`2,000 inputs, all tabs: ${((performance.now() - started) / 1000).toFixed(1)} s`);
    expect(said.input).toContain('1st of 2\u2009000 by effect');
    expect(said.pairs).toContain('1\u2009970 more inputs');
    expect(said.whatIf).toContain('1\u2009970 more inputs');
    expect(said.network).toContain('1\u2009976 more');
  });

  it('with 404 outputs let one be chosen, and its tabs follow', async () => {
    const said = await everyTab(await sessionOf(layered(6, 404), table(6, 60, any)));
    expect(said.range).toContain('y1 runs from');
    expect(said.input).toContain('y1');
  });

  it('with a softmax of 10 keep their forecasts between 0 and 1', async () => {
    const said = await everyTab(await sessionOf(layered(5, 10, 'softmax'), table(5, 60, any)));
    expect(said.range).toContain('between 0 and 1');
  });
});

describe('odd names and numbers', () => {
  it('long names, other scripts and HTML keep to their places, beside tiny numbers and thirty layers', async () => {
    const names = ['a'.repeat(80), '\u{1F4DE} calls', '\u0639\u062f\u062f', '<b>bold</b><img src=x onerror=alert(1)>'];
    const lines = Array.from({ length: 40 }, (_, row) => names.map((_, input) => 1e-9 * any(row, input)));
    const session = await sessionOf(layered(4, 1, 'none', names, 30), csvOf(names, lines));
    const said = await everyTab(session);
    expect(said.slopes).toContain('<b>bold</b>');
  });
});

describe('odd tables', () => {
  it('of one row say what a single row can tell', async () => {
    const said = await everyTab(await sessionOf(layered(3, 1), table(3, 1, any)));
    expect(said.input).toContain('the same in every row');
    expect(said.whatIf).toContain('Row 1');
  });

  it('with a constant column keep its slope, and say that the data cannot judge it', async () => {
    const session = await sessionOf(
      layered(3, 1),
      table(3, 50, (row, input) => (input === 1 ? 4 : any(row, input))),
    );
    const said = await everyTab(session);
    expect(said.slopes).toContain('x2');
    expect(said.pairs).toContain('1 more input');
    const page = await open({ scenario: 'live', live: liveAnswers(session) });
    await page.waitForSelector('.lane[data-input="1"]');
    await page.click('.lane[data-input="1"]');
    await page.keyboard.press('2');
    await page.waitForSelector('text=x2 is the same in every row');
  });

  it('with categories switch them, level by level', async () => {
    const said = await everyTab(
      await fixtureSession('keras/k3_string_lookup/model.keras', 'keras/k3_string_lookup/data.csv'),
    );
    expect(said.slopes).toMatch(/switch/i);
  });
});
