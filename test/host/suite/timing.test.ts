import assert from 'node:assert/strict';
import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import * as vscode from 'vscode';
import { watchBusy } from './busy';
import { drive, until } from './drive';

const page = '[data-view=slopescope]';
/** How many times the table of the sample is written below itself. */
const copies = 2000;

/** Printed, never asserted: a machine that does other work at the same time is slow, not wrong. */
const print = (text: string): void => console.log(`::    ${text}`);

/** Milliseconds from `begun` in the page until `isThere` (an expression) holds, looked at before every frame. */
async function waited(isThere: string): Promise<number> {
  const script = `new Promise((resolve) => {
    const look = () => (${isThere}) ? resolve(performance.now() - window.begun) : requestAnimationFrame(look);
    look();
  })`;
  return Number(await drive('evaluate', { webview: page, script }));
}

const drawnLane = `(() => {
  const canvas = document.querySelector('.lane[data-input] canvas.heat');
  return canvas && canvas.width > 10 && canvas.getContext('2d').getImageData(5, 5, 1, 1).data[3] > 0;
})()`;

/** What a person waits for, in the real VS Code. */
describe('how long things take', () => {
  const folder = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'large');
  const sample = vscode.Uri.joinPath(folder, '..');
  const model = vscode.Uri.joinPath(folder, 'large.keras');
  const table = vscode.Uri.joinPath(folder, 'large.csv');

  before(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.copy(vscode.Uri.joinPath(sample, 'duration.keras'), model);
    await vscode.workspace.fs.copy(
      vscode.Uri.joinPath(sample, 'duration.scaler.json'),
      vscode.Uri.joinPath(folder, 'large.scaler.json'),
    );
    const text = new TextDecoder().decode(
      await vscode.workspace.fs.readFile(vscode.Uri.joinPath(sample, 'activities.csv')),
    );
    const [header = '', ...rows] = text.trimEnd().split('\n');
    const file = createWriteStream(table.fsPath);
    file.write(`${header}\n`);
    for (let copy = 0; copy < copies; copy++) if (!file.write(`${rows.join('\n')}\n`)) await once(file, 'drain');
    file.end();
    await once(file, 'finish');
  });

  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(folder, { recursive: true });
  });

  it('activation', async () => {
    await vscode.commands.executeCommand('perfview.show');
    const line = await until('the statistics', async () => {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.parse('perf:Startup Performance'));
      return document
        .getText()
        .split('\n')
        .find((text) => /slopescope\.slopescope\s*\|/.test(text));
    });
    print(`activation (load, call, finish, event, by): ${line.replaceAll(/\s*\|\s*/g, '  ').trim()}`);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('a table of 1,000,000 rows: first picture, complete, hovering, another order', async () => {
    await vscode.commands.executeCommand('vscode.open', model);
    await drive('text', { webview: page, selector: '.offer' });
    const busy = await watchBusy();
    await drive('evaluate', { webview: page, script: 'window.begun = performance.now()' });
    const taken = vscode.commands.executeCommand('slopescope.useTable', table);
    const first = await waited(drawnLane);
    const complete = await waited(
      "document.querySelector('.row-order')?.textContent.replaceAll('\\u2009', '').includes('1000000 rows, ordered')",
    );
    await taken;
    print(`1,000,000 rows × 8: first picture ${first.toFixed(0)} ms, complete ${complete.toFixed(0)} ms`);
    const hovering = `(async () => {
      const strip = document.querySelector('.lane[data-input] .strip');
      const { left, width, top } = strip.getBoundingClientRect();
      const start = performance.now();
      for (let step = 0; step < 120; step++) {
        strip.dispatchEvent(new PointerEvent('pointermove', { clientX: left + (width * step) / 120, clientY: top + 5, bubbles: true }));
        await new Promise(requestAnimationFrame);
      }
      return 120_000 / (performance.now() - start);
    })()`;
    const rate = Number(await drive('evaluate', { webview: page, script: hovering }));
    const order = `(() => {
      const canvas = document.querySelector('.lane[data-input] canvas.heat');
      window.before = canvas.toDataURL();
      window.begun = performance.now();
      const select = document.querySelector('.row-order select');
      select.value = '{"by":"row"}';
      select.dispatchEvent(new Event('change', { bubbles: true }));
    })()`;
    await drive('evaluate', { webview: page, script: order });
    const reordered = await waited(
      "document.querySelector('.lane[data-input] canvas.heat').toDataURL() !== window.before",
    );
    print(`hovering ${rate.toFixed(0)} frames per second, another order ${reordered.toFixed(0)} ms`);
    const { longest, own, ownCalls } = await busy();
    print(
      `the extension host was busy at most ${longest.toFixed(1)} ms at a time; Slopescope's code took at most ${own.toFixed(1)} ms of one (${ownCalls})`,
    );
    assert.ok(first <= complete);
  });
});
