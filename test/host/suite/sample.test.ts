import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { drive, textOf, textWith, until } from './drive';

const page = '[data-view=slopescope]';
/** A theme's name and the class it gives the page. */
const dark = ['Default Dark Modern', 'vscode-dark'] as const;

/** The main job as a user does it: click the model, take the table, see the map, set rules, read Problems. */
describe('the sample, opened by click', () => {
  const folder = vscode.workspace.workspaceFolders![0]!.uri;
  const model = vscode.Uri.joinPath(folder, 'duration.keras');
  const table = vscode.Uri.joinPath(folder, 'activities.csv');
  const facts = [
    ['calls_made', 75],
    ['emails_answered', 84],
    ['forms_filled', 20],
    ['site_visits', 5],
    ['meetings_held', 15],
    ['reports_written', 48],
    ['records_checked', 191],
    ['complaints_handled', 43],
  ] as const;

  it('opens by click in the custom editor and offers the table', async () => {
    await vscode.commands.executeCommand('vscode.open', model);
    const tab = await until('the editor', () => {
      const input: unknown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
      return input instanceof vscode.TabInputCustom ? input : undefined;
    });
    assert.equal(tab.viewType, 'slopescope.model');
    await textWith(
      { webview: page },
      /activities\.csv/,
      /8 inputs → 24 relu → 12 relu → 1 output/,
      /8 numeric columns fit 8 inputs, in this order/,
    );
    const offer = await drive('evaluate', { webview: page, script: "document.querySelector('.offer').textContent" });
    assert.match(String(offer), /500 rows/, 'also where a narrow page hides it');
  });

  it('draws the map once the table is taken', async () => {
    // Told by the page itself: from the click to the first frame with a drawn lane.
    const clicked = `window.heatmap = new Promise((resolve) => {
      const begin = () => {
        const start = performance.now();
        const look = () => {
          const canvas = document.querySelector('.lane[data-input] canvas.heat');
          const isDrawn = canvas && canvas.width > 10 && canvas.getContext('2d').getImageData(5, 5, 1, 1).data[3] > 0;
          if (isDrawn) resolve(performance.now() - start);
          else requestAnimationFrame(look);
        };
        look();
      };
      document.addEventListener('click', begin, { once: true, capture: true });
    }); undefined`;
    await drive('evaluate', { webview: page, script: clicked });
    await drive('click', { webview: page, selector: 'button:has-text("Use this table")' });
    const heatmap = Number(await drive('evaluate', { webview: page, script: 'window.heatmap' }));
    console.log(`::    first heatmap ${heatmap.toFixed(0)} ms after the click`);
    const text = await textWith({ webview: page }, /8 of 8 inputs both raise and lower/);
    for (const [name] of facts) assert.ok(text.includes(name), name);
    assert.deepEqual(vscode.languages.getDiagnostics(table), [], 'no rule, no warning');
  });

  it('sets the suggested rules and shows findings in the page and in Problems', async () => {
    await drive('click', { webview: page, selector: '[role=tab]:has-text("Rules")' });
    await drive('click', { webview: page, selector: 'button:has-text("Add 8 rules")' });
    const problems = await until('problems', () => {
      const found = vscode.languages.getDiagnostics(table);
      return found.length >= 8 ? found : undefined;
    });
    for (const [name, rows] of facts) {
      const own = problems.filter((problem) =>
        problem.message.startsWith(`${name}: slope below 0 in ${rows} of 500 rows`),
      );
      assert.equal(own.length, 1, `${name}: ${problems.map((problem) => problem.message).join('\n')}`);
      assert.equal(own[0]!.source, 'Slopescope');
      assert.equal(own[0]!.code, 'never-falls');
      assert.ok((own[0]!.relatedInformation?.length ?? 0) >= 6);
    }
    await drive('click', { webview: page, selector: '[role=tab]:has-text("Slopes")' });
    await until('findings', async () => (await textOf({ webview: page })).includes('rules fail') || undefined);
  });

  for (const [name, theme, kind] of [
    ['dark', ...dark],
    ['light', 'Default Light Modern', 'vscode-light'],
    ['high-contrast', 'Default High Contrast', 'vscode-high-contrast'],
  ] as const) {
    it(`looks right in ${name}`, async () => {
      await useTheme(theme, kind);
      await drive('picture', { name: `panel-${name}-${process.env.HOST_VERSION ?? ''}.png`, selector: 'body' });
    });
  }

  it('computes again when the table changes on disk', async () => {
    const text = new TextDecoder().decode(await vscode.workspace.fs.readFile(table));
    const lines = text.split('\n');
    const shorter = [lines[0], ...lines.slice(251)].join('\n');
    await vscode.workspace.fs.writeFile(table, new TextEncoder().encode(shorter));
    await until(
      '250 rows',
      () =>
        vscode.languages.getDiagnostics(table).some((problem) => problem.message.includes('of 250 rows')) || undefined,
    );
    await vscode.workspace.fs.writeFile(table, new TextEncoder().encode(text));
    await until(
      '500 rows',
      () =>
        vscode.languages.getDiagnostics(table).some((problem) => problem.message.includes('75 of 500 rows')) ||
        undefined,
    );
  });

  it('is the same after closing and opening again', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await until('no problems', () => vscode.languages.getDiagnostics(table).length === 0 || undefined);
    await vscode.commands.executeCommand('vscode.open', model);
    await until('problems again', () => vscode.languages.getDiagnostics(table).length >= 8 || undefined);
    await drive('text', { webview: page, selector: '[role=grid]' });
  });

  it('opens the bundled sample with its units', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.commands.executeCommand('slopescope.openSample');
    const text = await textWith({ webview: page }, /\+2\.99 min per call/, /8 of 8 inputs both raise and lower/);
    assert.ok(!text.includes('rules fail'), 'nobody has set a rule');
    await useTheme(...dark);
    await drive('picture', { name: `sample-${process.env.HOST_VERSION ?? ''}.png`, selector: 'body' });
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('never writes to the files of the user', async () => {
    const names = (await vscode.workspace.fs.readDirectory(folder)).map(([entry]) => entry).sort();
    assert.deepEqual(names, ['activities.csv', 'duration.keras', 'duration.scaler.json', 'models', 'rules']);
  });
});

/** Changes VS Code's theme and waits until the page has it. */
async function useTheme(theme: string, kind: string): Promise<void> {
  await vscode.workspace.getConfiguration('workbench').update('colorTheme', theme, vscode.ConfigurationTarget.Global);
  const script = `document.body.classList.contains('${kind}')`;
  await until('the theme', async () => (await drive('evaluate', { webview: page, script })) === true || undefined);
}
