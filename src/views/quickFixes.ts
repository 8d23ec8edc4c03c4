import * as vscode from 'vscode';
import type { Finding } from '../findings/finding';
import type { Rule } from '../findings/rule';
import { count, number } from '../findings/words';
import { isMendable } from '../findings/expectations';
import { innerCommands, rulesFileName } from './ids';
import { writeMend } from './mending';
import type { ModelEditor } from './modelEditor';
import type { OpenModel } from './openModel';
import type { PanelGoal } from './panelService';
import type { Problems, ShownFinding } from './problems';
import { fixesFor } from './ruleFixes';
import { changedRule, type RuleChange, withChangedRule } from './rulesEdit';

/** What can be done about a finding, on its line in slopescope.json or in the table. */
export class QuickFixes implements vscode.CodeActionProvider, vscode.Disposable {
  private readonly problems: Problems;
  private readonly editor: ModelEditor;
  private readonly registered: vscode.Disposable;

  constructor(problems: Problems, editor: ModelEditor) {
    this.problems = problems;
    this.editor = editor;
    const places = [{ pattern: `**/${rulesFileName}` }, { pattern: '**/*.{csv,tsv,txt}' }];
    const kinds = { providedCodeActionKinds: [vscode.CodeActionKind.QuickFix] };
    this.registered = vscode.Disposable.from(
      vscode.languages.registerCodeActionsProvider(places, this, kinds),
      vscode.commands.registerCommand(innerCommands.showFailingRows, (model: OpenModel, finding: Finding) =>
        this.lead(model, finding, failingRows),
      ),
      vscode.commands.registerCommand(innerCommands.openInWhatIf, (model: OpenModel, finding: Finding) =>
        this.lead(model, finding, worstInWhatIf),
      ),
      vscode.commands.registerCommand(innerCommands.changeRule, changeRule),
      vscode.commands.registerCommand(innerCommands.writeMend, (model: OpenModel, finding: Finding) =>
        writeMend(model, outputOf(model, finding), finding.rule),
      ),
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

  /** Leads a panel to a finding; the panel takes the table that the finding is about. */
  private async lead({ uri, table }: OpenModel, finding: Finding, goalOf: typeof failingRows): Promise<void> {
    const shown = await this.editor.reveal(uri);
    await shown?.settled();
    if (shown && table && shown.table?.toString() !== table.toString()) await shown.useTable(table);
    const goal = shown && goalOf(shown, finding);
    if (goal) this.editor.lead(shown, goal);
  }
}

function actionsFor(document: vscode.TextDocument, shown: ShownFinding): vscode.CodeAction[] {
  const { finding } = shown;
  const { allow, limit, where } = fixesFor(finding);
  const rows = count(finding.rows.count);
  const worst = count((finding.rows.worstRows[0] ?? 0) + 1);
  const leads = [
    leadAction(shown, vscode.l10n.t('Show the {0} rows', rows), innerCommands.showFailingRows),
    leadAction(shown, vscode.l10n.t('Open row {0} in What if', worst), innerCommands.openInWhatIf),
  ];
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
    ...(finding.rows.count > 0 ? leads : []),
    ...(isMendable(finding.rule)
      ? [leadAction(shown, vscode.l10n.t('Write the code that mends it…'), innerCommands.writeMend)]
      : []),
    ...changes.map(([title, change]) => changeAction(document, shown, title, change)),
  ].map((action) => {
    action.diagnostics = [shown.diagnostic];
    return action;
  });
}

function leadAction({ model, finding }: ShownFinding, title: string, command: string): vscode.CodeAction {
  const action = new vscode.CodeAction(title, vscode.CodeActionKind.QuickFix);
  action.command = { command, title, arguments: [model, finding] };
  return action;
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
  await model.setRules(
    model.rules.flatMap((other) => (isSame(other, rule) ? (changedRule(other, change) ?? []) : [other])),
  );
}

function isSame(rule: Rule, other: Rule): boolean {
  return JSON.stringify(rule) === JSON.stringify(other);
}

/** The rows in which the rule of a finding fails; undefined when the rule is no longer there. */
function failingRows(model: OpenModel, finding: Finding): PanelGoal | undefined {
  const rule = model.rules.findIndex((other) => isSame(other, finding.rule));
  const row = finding.rows.worstRows[0];
  if (rule < 0 || row === undefined) return undefined;
  const input = model.description?.inputs.findIndex(({ name }) => name === finding.input) ?? -1;
  return { kind: 'failing rows', output: outputOf(model, finding), rule, row, ...(input < 0 ? {} : { input }) };
}

function worstInWhatIf(model: OpenModel, finding: Finding): PanelGoal | undefined {
  const row = finding.rows.worstRows[0];
  return row === undefined ? undefined : { kind: 'what if', output: outputOf(model, finding), row };
}

function outputOf({ description }: OpenModel, { output }: Finding): number {
  return Math.max(0, description?.outputs.findIndex(({ name }) => name === output) ?? 0);
}
