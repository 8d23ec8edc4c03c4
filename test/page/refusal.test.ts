import { describe, expect, it } from 'vitest';
import { refusalOf } from '../../webview/words/refusals';
import { pages } from './suite';

const open = pages();

const cases = {
  lambda: [
    'layer-own-code',
    'The layer price_features (Lambda) in price.keras holds Python code, and code in a file is never run.',
  ],
  sequences: ['layer-recurrent', 'The layer lstm_1 (LSTM) in m.keras is recurrent.'],
  quantised: ['onnx-quantised', 'The node q (MatMulInteger) belongs to a quantised network.'],
  'weights only': ['keras-weights-only', 'm.h5 holds weights without the network.'],
  pickle: ['pickle-own-class', 'm.pkl needs xgboost.core.Booster, which is not a network.'],
  handle: ['r-handle', 'm.rds only points to a model that lives elsewhere.'],
  damaged: ['hdf5-cut-off', 'duration.h5 ends after 14 336 of 66 928 bytes.'],
  'columns missing': ['columns-missing', '2 of 8 inputs have no column in activities.csv.'],
  'rows left out': ['rows-all-left-out', 'approvals is empty in all 500 rows.'],
  'text in numbers': ['column-text', 'visits_made holds text, for example "three" in line 14.'],
  'not finite': ['forecast-not-finite', '12 forecasts are not numbers.'],
  'rules file': ['rules-syntax', 'slopescope.json line 14: a comma is missing.'],
  stopped: ['stopped', 'The computation stopped: out of memory.'],
  unknown: ['format-unknown', 'm.bin is in no format that Slopescope knows.'],
};

describe('the words of a refusal', () => {
  it.each([
    ['column-text', 'visits in customers.csv holds text.', 'visits in customers.csv holds text.'],
    ['hdf5-cut-off', 'group_lambda.h5 ends after 9 of 10 bytes.', 'group_lambda.h5 ends after 9 of 10 bytes.'],
    ['onnx-rank', 'The node attention_1 in m.onnx has 7 axes.', 'Slopescope cannot use m.onnx.'],
    ['torch-module-class', 'net in gru.pt is a my.Net.', 'Slopescope cannot read one layer of this model.'],
  ])('of %s go by the code, whatever the names in the message sound like', (code, message, sentence) => {
    const file = /\S+\.\w+/.exec(message)?.[0] ?? '';
    expect(refusalOf({ code, message, file, severity: 'error' }).sentence).toBe(sentence);
  });

  it.each([
    ['layer-recurrent', 'keras.Sequential'],
    ['sklearn-class', 'model.coefs_'],
    ['torch-no-weights', 'state_dict'],
  ])('of %s hold the code of its own framework', (code, part) => {
    const { ways } = refusalOf({ code, message: '', file: 'm', severity: 'error' });
    expect(ways.map((way) => way.code ?? '').join()).toContain(part);
  });
});

describe('a refusal', () => {
  it('asks for no slopes when its rules change, for there is no table', async () => {
    const [code, message] = cases.lambda;
    const problem = JSON.stringify({ code, message, file: 'price.keras', severity: 'error' });
    const page = await open({ scenario: 'refused', parameters: { problem } });
    await page.waitForSelector('.way');
    const asked = await page.evaluate(() => {
      window.fake.notice({ kind: 'changed', what: 'rules' });
      return window.fake.asked.map(({ name }) => name);
    });
    expect(asked).toContain('state');
    expect(asked).not.toContain('lanes');
  });

  it.each(Object.entries(cases))('%s: says what was found and has a way on (A25)', async (_, [code, message]) => {
    const problem = {
      code,
      message,
      file: 'price.keras',
      severity: 'error',
      remedy: 'Save the model again.',
      place: { kind: 'part', name: 'price_features' },
    };
    const page = await open({ scenario: 'refused', parameters: { problem: JSON.stringify(problem) } });
    await page.waitForSelector('.way');
    const text = await page.locator('#page').innerText();
    expect(text).toContain(message);
    expect(text).not.toMatch(/undefined|\[object|Error:|at .*\.(ts|js):|NaN/);
    expect(await page.locator('h1').innerText()).not.toBe('');
    expect(await page.getByRole('button').count()).toBeGreaterThan(0);
    expect(await page.getByRole('tab').count()).toBe(0);
  });

  it('starts a computation that stopped again', async () => {
    const [code, message] = cases.stopped;
    const problem = JSON.stringify({ code, message, file: 'm.keras', severity: 'error' });
    const page = await open({ scenario: 'refused', parameters: { problem } });
    await page.click('text=Compute again');
    expect(await page.evaluate(() => window.fake.asked.at(-1)?.name)).toBe('recompute');
  });

  it('marks the layer it is about, and copies the code that helps', async () => {
    const [code, message] = cases.lambda;
    const problem = {
      code,
      message,
      file: 'price.keras',
      severity: 'error',
      place: { kind: 'part', name: 'price_features' },
    };
    const page = await open({ scenario: 'refused', parameters: { problem: JSON.stringify(problem) } });
    expect(await page.locator('.layers li.error').innerText()).toContain('price_features');
    await page.click('text=Copy the code');
    const copied = await page.evaluate(() => JSON.stringify(window.fake.asked.find(({ name }) => name === 'copy')));
    expect(copied).toContain('load_model');
  });
});
