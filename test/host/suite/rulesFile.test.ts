import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { drive, textOf, textWith, until } from './drive';

const page = '[data-view=slopescope]';

/** What the extension exports, as far as the suite asks. */
interface Api {
  testOutcomes(): readonly { readonly path: readonly string[]; readonly state: string; readonly message?: string }[];
}

/** Rules as they live in git: written by the panel, checked without one. */
describe('slopescope.json', () => {
  const folder = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'rules');
  const inFolder = (name: string): vscode.Uri => vscode.Uri.joinPath(folder, name);
  const file = inFolder('slopescope.json');
  const table = inFolder('activities.csv');

  const write = (uri: vscode.Uri, text: string) => vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
  const read = async (uri: vscode.Uri) => new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  const problems = () => vscode.languages.getDiagnostics(file);
  const lineOf = async (text: string) => (await read(file)).split('\n').findIndex((line) => line.includes(text));

  /** A file with one entry per table, its rules one to a line. */
  const rulesFile = (rules: readonly string[], tables: readonly string[] = ['activities.csv']): string =>
    `{\n  "version": 1,\n  "models": [\n${tables
      .map((data) => `    { "model": "duration.keras", "data": "${data}", "rules": [\n${rules.join(',\n')}\n    ] }`)
      .join(',\n')}\n  ]\n}\n`;

  async function api(): Promise<Api> {
    const extension = vscode.extensions.getExtension<Api>('slopescope.slopescope');
    assert.ok(extension);
    return extension.activate();
  }

  /** Waits for the tests to stand so, and gives those of the path's first parts. */
  async function outcomes(what: string, wanted: Readonly<Record<string, string>>) {
    const extension = await api();
    return until(`the tests: ${what}`, () => {
      const byInput = extension.testOutcomes().map(({ path, state }) => [path.at(-1), state] as const);
      const stands = Object.entries(wanted).every(([input, state]) =>
        byInput.some(([name, own]) => name === input && own === state),
      );
      return stands && byInput.length >= Object.keys(wanted).length ? extension.testOutcomes() : undefined;
    });
  }

  async function fixesOfCalls(): Promise<readonly vscode.CodeAction[]> {
    const calls = problems().find(({ message }) => message.startsWith('calls_made'));
    assert.ok(calls);
    return vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', file, calls.range);
  }

  before(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await write(
      file,
      '{\n  // kept by hand\n  "$schema": "slopescope://schema/1",\n  "version": 1,\n  "models": []\n}\n',
    );
  });

  after(async () => {
    // The Testing view made the side bar wider: the pages after this want their room back.
    await vscode.commands.executeCommand('workbench.action.closeSidebar');
    await vscode.commands.executeCommand('workbench.action.closePanel');
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(file);
    await until('no problems', () => problems().length === 0 || undefined);
  });

  it('is written by the panel, beside what stands there', async () => {
    await vscode.commands.executeCommand('vscode.open', inFolder('duration.keras'));
    await until('the offer', async () => (await textOf({ webview: page })).includes('activities.csv') || undefined);
    await vscode.commands.executeCommand('slopescope.useTable', table);
    await drive('text', { webview: page, selector: '[role=grid]' });
    await drive('click', { webview: page, selector: '[role=tab]:has-text("Rules")' });
    await drive('click', { webview: page, selector: 'button:has-text("Add 8 rules")' });
    await until('findings', () => vscode.languages.getDiagnostics(table).length === 8 || undefined);
    await drive('click', { webview: page, selector: 'button:has-text("Save to slopescope.json")' });
    await until('the file', async () => (await read(file)).includes('never falls') || undefined);
    const text = await read(file);
    assert.match(text, /\/\/ kept by hand/);
    assert.match(text, /"model": "duration\.keras"/);
    assert.match(text, /"data": "activities\.csv"/);
    assert.equal(text.match(/"expect": "never falls"/g)?.length, 8);
  });

  it('then has the findings at the lines of its rules, and the table has none', async () => {
    const found = await until('problems in the file', () => (problems().length === 8 ? problems() : undefined));
    const calls = found.find(({ message }) => message.startsWith('calls_made: slope below 0 in 75 of 500 rows'));
    assert.ok(calls, found.map(({ message }) => message).join('\n'));
    const text = (await read(file)).split('\n');
    const rule = text.slice(calls.range.start.line, calls.range.start.line + 4).join(' ');
    assert.match(rule, /calls_made/);
    assert.equal(calls.relatedInformation?.[1]?.location.uri.toString(), table.toString());
    await until('none in the table', () => vscode.languages.getDiagnostics(table).length === 0 || undefined);
  });

  it('keeps its rules in use while it is broken, and says so in the panel', async () => {
    const text = await read(file);
    await write(file, text.replace('"version": 1,', '"version": 1'));
    const said = /slopescope\.json line \d+: a comma is missing\. The rules here are those read at \d/;
    await textWith({ webview: page }, said, /8 of 8 rules fail/);
    await write(file, text);
    await until('the notice is gone', async () => !said.test(await textOf({ webview: page })) || undefined);
  });

  it('names the faults of a broken file at their lines', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await write(file, '{\n  "version": 1\n  "models": []\n}\n');
    const fault = await until('the fault', () => problems().find(({ code }) => code === 'rules-syntax'));
    assert.match(fault.message, /comma is missing/);
    assert.equal(fault.range.start.line, 1);
  });

  it('names an unknown input with the nearest one, and checks the other rules', async () => {
    await write(
      file,
      rulesFile([
        '{ "inputs": ["calls_mad"], "expect": "never falls" }',
        '{ "inputs": ["site_visits"], "expect": "never falls" }',
        '{ "expect": "forecast at least", "limit": -1000 }',
      ]),
    );
    const tests = await outcomes('after a save', { site_visits: 'failed', forecast: 'passed' });
    const unknown = problems().find(({ code }) => code === 'rule-unknown-name');
    assert.ok(
      unknown,
      problems()
        .map(({ message }) => message)
        .join('\n'),
    );
    assert.match(unknown.message, /^calls_mad is not an input of duration\.keras\. Did you mean calls_made\?/);
    assert.equal(unknown.range.start.line, await lineOf('calls_mad'));
    const errored = tests.find(({ state }) => state === 'errored');
    assert.match(errored?.message ?? '', /calls_mad/);
    assert.ok(problems().some(({ message }) => message.startsWith('site_visits: slope below 0 in 5 of 500 rows')));
  });

  it('lists model, rule and input in the Testing view and runs them', async () => {
    await write(file, rulesFile(['{ "inputs": ["*_made", "site_*"], "expect": "never falls" }']));
    await outcomes('as written', { calls_made: 'failed', site_visits: 'failed' });
    await vscode.commands.executeCommand('testing.runAll');
    const tests = await outcomes('run', { calls_made: 'failed', site_visits: 'failed' });
    const calls = tests.find(({ path }) => path.at(-1) === 'calls_made');
    assert.deepEqual(calls?.path, ['duration.keras', 'never falls', 'calls_made']);
    assert.match(calls.message ?? '', /75 of 500 rows .* at row \d+/);
    assert.equal(tests.length, 2);
    await vscode.commands.executeCommand('workbench.view.testing.focus');
    await until(
      'the tree',
      async () => (await textOf({ selector: '.test-explorer' })).includes('duration.keras') || undefined,
    );
    await drive('picture', { name: `testing-${process.env.HOST_VERSION ?? ''}.png`, selector: 'body' });
  });

  it('has lenses over each model', async () => {
    await vscode.window.showTextDocument(file);
    const lenses = await until('lenses', async () => {
      const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', file, 9);
      return found.length === 3 ? found : undefined;
    });
    assert.deepEqual(
      lenses.map(({ command }) => command?.title),
      ['Check', '2 of 2 fail', 'Open'],
    );
    assert.equal(lenses[0]!.range.start.line, await lineOf('duration.keras'));
  });

  it('completes the names of inputs and explains them', async () => {
    const document = await vscode.workspace.openTextDocument(file);
    const at = document.positionAt(document.getText().indexOf('*_made') + 1);
    const { items } = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      file,
      at,
    );
    const labels = items.map(({ label }) => (typeof label === 'string' ? label : label.label));
    for (const name of ['calls_made', 'complaints_handled']) assert.ok(labels.includes(name), labels.join());
    const expect = document.positionAt(document.getText().indexOf('never falls') + 1);
    const schema = await vscode.commands.executeCommand<vscode.CompletionList>(
      'vscode.executeCompletionItemProvider',
      file,
      expect,
    );
    const offered = JSON.stringify(schema.items.map(({ label }) => label));
    const words = ['always rises', 'matters at least as much as', 'levels in order', 'forecast can reach the target'];
    for (const word of words) assert.ok(offered.includes(word), `the schema completes ${word}: ${offered}`);
  });

  it('has quick fixes that lead to the rows in a panel, also one that is only being opened', async () => {
    const lead = async (title: string) => {
      const command = (await fixesOfCalls()).find((action) => action.title === title)?.command;
      assert.ok(command, title);
      await vscode.commands.executeCommand(command.command, ...((command.arguments ?? []) as unknown[]));
    };
    const shows = (what: string, selector: string) =>
      until(what, async () => (await textOf({ webview: page, selector })) !== '' || undefined);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await lead('Show the 75 rows');
    await shows('the chip', '.chip:has-text("75 rows: calls_made below 0")');
    await shows('the map', '[role=grid]');
    await lead('Open row 185 in What if');
    // Said by What if alone; its tab may stand under More.
    await until(
      'the row',
      async () => /Row 185: .*nothing is changed yet/.test(await textOf({ webview: page })) || undefined,
    );
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
  });

  it('has a quick fix that opens the code that mends the model, unsaved', async () => {
    const title = 'Write the code that mends it…';
    const command = (await fixesOfCalls()).find((action) => action.title === title)?.command;
    assert.ok(command, title);
    await vscode.commands.executeCommand(command.command, ...((command.arguments ?? []) as unknown[]));
    const document = vscode.window.activeTextEditor?.document;
    assert.equal(document?.languageId, 'python');
    assert.ok(document.isUntitled);
    assert.match(document.getText(), /calls_made never falls/);
    await vscode.commands.executeCommand('workbench.action.revertAndCloseActiveEditor');
  });

  it('has quick fixes that mend the rule of one input', async () => {
    const document = await vscode.workspace.openTextDocument(file);
    const actions = await fixesOfCalls();
    const titles = actions.map(({ title }) => title);
    for (const title of ['Show the 75 rows', 'Allow 75 rows', 'Turn off for calls_made'])
      assert.ok(titles.includes(title), titles.join(' · '));
    assert.ok(
      titles.some((title) => /^Lower the limit to −\d/.test(title)),
      titles.join(' · '),
    );
    const allow = actions.find(({ title }) => title === 'Allow 75 rows');
    assert.ok(allow?.edit);
    await vscode.workspace.applyEdit(allow.edit);
    assert.match(document.getText(), /"allowRows": 75/);
    await document.save();
    await outcomes('after the fix', { calls_made: 'passed', site_visits: 'failed' });
  });

  it('checks one model on several tables', async () => {
    const short = (await read(table)).split('\n').slice(0, 101).join('\n');
    await write(inFolder('short.csv'), short);
    const rule = '{ "inputs": ["calls_made"], "expect": "never falls" }';
    await write(file, rulesFile([rule], ['activities.csv', 'short.csv']));
    const found = await until('both', () => {
      const messages = problems().map(({ message }) => message);
      return messages.some((text) => text.includes('of 500 rows')) &&
        messages.some((text) => text.includes('of 100 rows'))
        ? messages
        : undefined;
    });
    assert.equal(found.length, 2);
    await vscode.workspace.fs.delete(inFolder('short.csv'));
  });

  it('shows the slope at the end of the worst lines of the table', async () => {
    const [worst] = problems()[0]!.relatedInformation ?? [];
    assert.ok(worst);
    await vscode.window.showTextDocument(table, { selection: worst.location.range });
    const content = `[...document.querySelectorAll('.view-line span')]
      .map((span) => getComputedStyle(span, '::after').content).find((text) => text.includes('slope')) ?? ''`;
    await until(
      'the note',
      async () => /slope −\d/.test(String(await drive('evaluate', { script: content }))) || undefined,
    );
    await drive('picture', { name: `table-${process.env.HOST_VERSION ?? ''}.png`, selector: 'body' });
  });
});
