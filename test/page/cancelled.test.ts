import { beforeAll, describe, expect, it } from 'vitest';
import type { Session } from '../../src/session/session';
import { unheard } from '../unit/session/sessions';
import { settled } from './browser';
import { fixtureSession, liveAnswers } from './live';
import { pages } from './suite';

const open = pages();

let session: Session;
beforeAll(async () => {
  session = await fixtureSession('keras/activity/model.keras', 'keras/activity/data.csv');
});

/** Opens Range on a host that cancels questions of that tab by itself as long as it is told to. */
async function openedRange(cancels: (asked: number) => boolean) {
  let asked = 0;
  const range = (request: never): unknown => {
    if (cancels(++asked)) throw Object.assign(new Error('Cancelled.'), { name: 'AbortError' });
    return session.range(request, unheard);
  };
  const page = await open({ scenario: 'live', live: liveAnswers(session, { range }) });
  await page.click('#tab-range');
  await settled(page);
  return page;
}

describe('a question that the other side cancels', () => {
  it('is asked again, so that its tab does not stay empty', async () => {
    const page = await openedRange((asked) => asked === 1);
    expect(await page.innerText('#view')).toContain('forecasts');
  });

  it('every time is not asked for ever, but when something else changes', async () => {
    let isCancelling = true;
    const page = await openedRange(() => isCancelling);
    expect(await page.innerText('#view')).toContain('Computing');
    isCancelling = false;
    await page.click('#tab-slopes');
    await page.click('#tab-range');
    await page.waitForSelector('.plot canvas');
  });
});
