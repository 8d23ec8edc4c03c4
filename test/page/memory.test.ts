import { describe, expect, it } from 'vitest';
import { drawn, settled } from './browser';
import { pages } from './suite';

const open = pages();

const shownText = (): (string | null)[] =>
  Array.from(document.querySelectorAll('h1, .lanes, .reading, .findings, .chip'), (each) => each.textContent);

describe('what is remembered', () => {
  it('a reload shows the same page at the same place, computed anew (A29)', async () => {
    const page = await open({ height: 600 });
    await page.click('#lane-6');
    await page.click('text=Order by its slope');
    await page.selectOption('.colour-key select', 'one');
    await page.click('text=Show the 21 rows');
    await page.waitForSelector('.chip');
    await page.evaluate(() => window.scrollTo({ top: 80 }));
    await page.waitForFunction(() => (sessionStorage.getItem('state') ?? '').includes('"scroll":80'));
    await settled(page);
    const text = await page.evaluate(shownText);
    await page.reload();
    await drawn(page);
    expect(await page.evaluate(shownText)).toEqual(text);
    expect(await page.locator('.colour-key select').inputValue()).toBe('one');
    await page.waitForFunction(() => window.scrollY === 80);
    const kept = await page.evaluate(() => sessionStorage.getItem('state') ?? '');
    expect(kept.length).toBeLessThan(600);
  });

  it('a broken memory is as good as none', async () => {
    const page = await open();
    await page.evaluate(() => {
      sessionStorage.setItem('state', '{"tab":7}');
    });
    await page.reload();
    await drawn(page);
    expect(await page.locator('#tab-slopes').getAttribute('aria-selected')).toBe('true');
  });
});

describe('progress', () => {
  it('shows nothing at first, then a bar, the count and Cancel; afterwards what it covers', async () => {
    const page = await open();
    const say = (done: number | null): Promise<void> =>
      page.evaluate((rows) => {
        window.fake.notice({
          kind: 'progress',
          progress: rows === null ? null : { task: 'Slopes', done: rows, of: 1_000_000 },
        });
      }, done);
    await page.clock.install();
    await page.clock.pauseAt(Date.now() + 60_000);
    await say(100_000);
    await page.clock.runFor(299);
    expect(await page.locator('[role=progressbar]').count()).toBe(0);
    await page.clock.runFor(50);
    expect(await page.locator('[role=progressbar]').count()).toBe(1);
    await page.clock.resume();
    await say(612_000);
    await page.waitForSelector('text=Slopes: 612\u2009000 of 1\u2009000\u2009000');
    expect(await page.locator('[role=progressbar]').getAttribute('aria-valuenow')).toBe('61');
    await page.click('text=Cancel');
    expect(await page.evaluate(() => window.fake.asked.some(({ name }) => name === 'stop'))).toBe(true);
    await page.evaluate(() => {
      window.fake.host.computed = 200;
      window.fake.notice({ kind: 'changed', what: 'slopes' });
    });
    await say(null);
    await page.waitForSelector('text=Stopped after 200 rows. Everything here covers these.');
    await page.click('text=Continue');
    expect(await page.evaluate(() => window.fake.asked.some(({ name }) => name === 'recompute'))).toBe(true);
  });

  it('says when a file has changed, and when a question fails, in the page', async () => {
    const page = await open();
    await page.evaluate(() => {
      window.fake.host.state = { ...window.fake.host.state, changed: 'activities.csv' };
      window.fake.notice({ kind: 'changed', what: 'state' });
    });
    await page.waitForSelector('text=activities.csv has changed.');
    await page.click('text=Recompute');
    expect(await page.evaluate(() => window.fake.asked.at(-1)?.name)).toBe('recompute');
  });

  it('says while slopescope.json is broken, and from when the rules in use are', async () => {
    const page = await open();
    const text = 'slopescope.json line 14: a comma is missing. The rules here are those read at 12:04.';
    await page.evaluate((rulesBroken) => {
      window.fake.host.state = { ...window.fake.host.state, rulesBroken };
      window.fake.notice({ kind: 'changed', what: 'state' });
    }, text);
    await page.waitForSelector(`.notice:has-text("${text}")`);
  });
});

describe('the first release', () => {
  it('promises nothing that is not there (A30)', async () => {
    for (const press of ['1', '2', 't', '?']) {
      const page = await open();
      await page.keyboard.press(press);
      await settled(page);
      const text = await page.locator('body').innerText();
      expect(text).not.toMatch(/Compare|Repair|Prove|proven|likeness|DGSM|ALE|SVG/);
      expect(await page.locator('[disabled], [aria-disabled=true]').count()).toBe(0);
    }
  });
});
