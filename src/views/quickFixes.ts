import * as vscode from 'vscode';
import type { Finding } from '../findings/finding';
import type { Rule } from '../findings/rule';
import { count, number } from '../findings/words';
import { innerCommands, rulesFileName } from './ids';
import type { OpenModel } from './openModel';
import { wholeLine } from './places';
import type { Problems, ShownFinding } from './problems';
import { fixesFor } from './ruleFixes';
import { changedRule, type RuleChange, withChangedRule } from './rulesEdit';

/** So many rows are listed; the map shows the rest. */
const mostRows = 1000;

/** What can be done about a finding, on its line in slopescope.json or in the table. */
export class QuickFixes implements vscode.CodeActionProvider, vscode.Disposable {
  private readonly problems: Problems;
  private readonly registered: vscode.Disposable;

  constructor(problems: Problems) {
    this.problems = problems;
    const places = [{ pattern: `**/${rulesFileName}` }, { pattern: '**/*.{csv,tsv,txt}' }];
    const kinds = { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] };
    this.registered = vscode.Disposable.from(
      vscode.languages.registerCodeActionsProvider(places, this, kinds),
      vscode.commands.registerCommand(innerCommands.showFailingRows, showFailingRows),
      vscode.commands.registerCommand(innerCommands.changeRule, changeRule),
    );
  }

  dispose(): void {
    this.registered.dispose();
  }

  provideCodeActions(
    document: vscode.TextDocument,
    _range: vscode.Range,
    { diagnostics }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    return this.problems.findingsAt(document.uri, diagnostics).flatMap((shown) => actionsFor(document, shown));
  }
}

function actionsFor(document: vscode.TextDocument, shown: ShownFinding): vscode.CodeAction[] {
  const { finding, model } = shown;
  const { allow, limit, where } = fixesFor(finding);
  const rows = count(finding.rows.count);
  const show = new vscode.CodeAction(vscode.l10n.t('Show the {0} rows', rows), vscode.CodeActionKind.QuickFix);
  const place = [shown.uri, shown.diagnostic.range.start];
  show.command = { command: innerCommands.showFailingRows, title: show.title, arguments: [model, finding, ...place] };
  const changes: [title: string, change: RuleChange][] =
    finding.rows.count > 0 ? [[vscode.l10n.t('Allow {0} rows', rows), allow]] : [];
  if (limit) {
    const { kind, expect, low, high, lowered, to } = limit;
    const title = lowered
      ? vscode.l10n.t('Lower the limit to {0}', number(to))
      : vscode.l10n.t('Raise the limit to {0}', number(to));
    const limits = { ...(low === undefined ? {} : { low }), ...(high === undefined ? {} : { high }) };
    changes.push([title, { kind, expect, ...limits }]);
  }
  if (where) changes.push([vscode.l10n.t('Only where {0}', where.words), { kind: where.kind, where: where.where }]);
  changes.push([vscode.l10n.t('Turn off for {0}', finding.input ?? finding.output), { kind: 'turn off' }]);
  // A finding of a search between the rows has no failing rows of its own.
  return [
    ...(finding.rows.count > 0 ? [show] : []),
    ...changes.map(([title, change]) => changeAction(document, shown, title, change)),
  ].map((action) => {
    action.diagnostics = [shown.diagnostic];
    return action;
  });
}

/** A rule of a file is changed there, to be undone and saved like any edit; any other rule where it is remembered. */
function changeAction(
  document: vscode.TextDocument,
  { finding, model }: ShownFinding,
  title: string,
  change: RuleChange,
): vscode.CodeAction {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  const { written, input } = finding.rule;
  if (!written) {
    action.command = { command: innerCommands.changeRule, title, arguments: [model, finding.rule, change] };
    return action;
  }
  const before = document.getText();
  const offset = document.offsetAt(new vscode.Position(written.line - 1, written.column - 1));
  const about = { ...(input === undefined ? {} : { input }), meant: inputsMeant(model, finding.rule) };
  const whole = new vscode.Range(document.positionAt(0), document.positionAt(before.length));
  action.edit = new vscode.WorkspaceEdit();
  action.edit.replace(document.uri, whole, withChangedRule(before, offset, about, change));
  return action;
}

/** The inputs that the written rule of a resolved one means. */
function inputsMeant({ rules }: OpenModel, { written }: Rule): readonly string[] {
  const same = rules.filter((rule) => rule.written?.line === written?.line && rule.written?.column === written?.column);
  return [...new Set(same.flatMap(({ input }) => input ?? []))];
}

async function changeRule(model: OpenModel, rule: Rule, change: RuleChange): Promise<void> {
  const isSame = (other: Rule): boolean => JSON.stringify(other) === JSON.stringify(rule);
  await model.setRules(model.rules.flatMap((other) => (isSame(other) ? (changedRule(other, change) ?? []) : [other])));
}

/** Lists the rows in which a rule fails, as places of the table, in VS Code's own list. */
async function showFailingRows(
  model: OpenModel,
  finding: Finding,
  uri: vscode.Uri,
  position: vscode.Position,
): Promise<void> {
  const { table, rules } = model;
  const rule = rules.findIndex((other) => JSON.stringify(other) === JSON.stringify(finding.rule));
  if (!table || rule < 0) return;
  const output = (model.description?.outputs ?? []).findIndex(({ name }) => name === finding.output);
  const asker = await model.asker();
  const { lines } = await asker.call('tableRows', {
    output: Math.max(0, output),
    units: 'original',
    filter: { kind: 'failing', rule },
    order: { by: 'row' },
    from: 0,
    count: mostRows,
    inputs: [],
  });
  const places = Array.from(lines, (line) => new vscode.Location(table, wholeLine(line)));
  await vscode.window.showTextDocument(uri, { selection: new vscode.Range(position, position) });
  await vscode.commands.executeCommand('editor.action.peekLocations', uri, position, places, 'peek');
}
