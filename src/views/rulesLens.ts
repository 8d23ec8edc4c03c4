import path from 'node:path';
import * as vscode from 'vscode';
import { parseRulesFile } from '../findings/rulesFile';
import { commands, innerCommands, rulesFileName } from './ids';
import type { OpenModels } from './openModels';
import type { RuleChecks } from './ruleChecks';
import { rulesEntry, type RulesEntry } from './rulesEntry';
import type { RulesFiles } from './rulesFiles';

/** Over each model in slopescope.json: `Check`, how its rules stand, `Open`. */
export class RulesLens implements vscode.CodeLensProvider, vscode.Disposable {
  private readonly checks: RuleChecks;
  private readonly changes = new vscode.EventEmitter<void>();
  private readonly ends: readonly { dispose(): unknown }[];
  readonly onDidChangeCodeLenses = this.changes.event;

  constructor(models: OpenModels, rulesFiles: RulesFiles, checks: RuleChecks) {
    this.checks = checks;
    this.ends = [
      this.changes,
      rulesFiles.onDidChange(() => this.changes.fire()),
      models.onDidChange(({ what }) => (what === 'rules' || what === 'list') && this.changes.fire()),
      vscode.languages.registerCodeLensProvider({ pattern: `**/${rulesFileName}` }, this),
    ];
  }

  dispose(): void {
    for (const end of this.ends) end.dispose();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const { models } = parseRulesFile(path.posix.basename(document.uri.path), document.getText());
    return models.flatMap((written, number) => this.lensesOf(rulesEntry(document.uri, number, written)));
  }

  private lensesOf(entry: RulesEntry): vscode.CodeLens[] {
    const at = new vscode.Range(entry.line - 1, 0, entry.line - 1, 0);
    const lens = (title: string, command: string, ...given: unknown[]): vscode.CodeLens =>
      new vscode.CodeLens(at, { title, command, arguments: given });
    const standing = this.standing(entry);
    return [
      lens(vscode.l10n.t('Check'), innerCommands.checkEntry, entry.file, entry.number),
      ...(standing === undefined ? [] : [lens(standing, 'workbench.actions.view.problems')]),
      lens(vscode.l10n.t('Open'), commands.openHere, entry.model),
    ];
  }

  private standing(entry: RulesEntry): string | undefined {
    const rules = this.checks.openModelOf(entry)?.findings?.rules ?? [];
    if (rules.length === 0) return undefined;
    const failing = rules.filter(({ holds }) => !holds).length;
    return failing > 0
      ? vscode.l10n.t('{0} of {1} fail', failing, rules.length)
      : vscode.l10n.t('{0} hold', rules.length);
  }
}
