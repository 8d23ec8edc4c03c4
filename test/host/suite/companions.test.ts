import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import { drive, textOf, textWith, until } from './drive';

const page = '[data-view=slopescope]';
const fixtures = vscode.Uri.file(path.join(__dirname, '../../../test/fixtures'));

/** What stands beside a model, or inside its file: rows, scalers. */
describe('a model with companions', () => {
  const folder = vscode.Uri.joinPath(vscode.workspace.workspaceFolders![0]!.uri, 'companions');
  const place = (name: string): vscode.Uri => vscode.Uri.joinPath(folder, name);
  const copied = (fixture: string, name: string): Thenable<void> =>
    vscode.workspace.fs.copy(vscode.Uri.joinPath(fixtures, fixture), place(name));

  beforeEach(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));
  after(async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.fs.delete(folder, { recursive: true });
  });

  it('shows slopes at the rows that an .rds file holds, without any CSV', async () => {
    await copied('r/nn-infert-logistic-output/model.rds', 'infert.rds');
    await vscode.commands.executeCommand('vscode.openWith', place('infert.rds'), 'slopescope.model');
    const text = await textWith({ webview: page }, /248 rows, ordered by/, /spontaneous/);
    for (const input of ['parity', 'induced', 'spontaneous']) assert.ok(text.includes(input), input);
    assert.ok(!text.includes('Open line'), 'there is no file with lines');
  });

  it('takes original units through scaler.joblib beside an .onnx once the table is confirmed', async () => {
    await copied('onnx/dynamic-batch/model.onnx', 'risk.onnx');
    await copied('sklearn/scaler-standardscaler/scaler.joblib', 'scaler.joblib');
    const golden = JSON.parse(
      new TextDecoder().decode(
        await vscode.workspace.fs.readFile(vscode.Uri.joinPath(fixtures, 'sklearn/scaler-standardscaler/golden.json')),
      ),
    ) as { readonly inputs: readonly string[]; readonly x_raw: readonly (readonly number[])[] };
    const table = [golden.inputs, ...golden.x_raw].map((line) => line.join(',')).join('\n');
    await vscode.workspace.fs.writeFile(place('patients.csv'), new TextEncoder().encode(`${table}\n`));
    await vscode.commands.executeCommand('vscode.openWith', place('risk.onnx'), 'slopescope.model');
    await drive('click', { webview: page, selector: '[aria-label="Use this table: patients.csv"]' });
    await drive('text', { webview: page, selector: '[role=grid]' });
    await textWith({ webview: page }, /scaler\.joblib/, /5 rows, ordered by/);
    await until('the values as the table has them', async () => {
      const values = await textOf({ webview: page, selector: '.reading tbody tr:first-child' });
      return golden.x_raw.some((row) => values.includes(String(row[0]))) || undefined;
    });
  });
});
