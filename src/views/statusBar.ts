import * as vscode from 'vscode';
import { commands } from './ids';
import type { OpenModels } from './openModels';

/** "5 of 8 rules fail", "8 rules hold" or the progress, while a model of the window has rules or is running. */
export class StatusBar implements vscode.Disposable {
  private readonly item = vscode.window.createStatusBarItem('slopescope.status', vscode.StatusBarAlignment.Left, 40);
  private readonly models: OpenModels;
  private readonly listening: vscode.Disposable;

  constructor(models: OpenModels) {
    this.models = models;
    this.item.name = 'Slopescope';
    this.item.command = commands.nextFinding;
    this.listening = models.onDidChange(() => this.show());
  }

  dispose(): void {
    this.listening.dispose();
    this.item.dispose();
  }

  private show(): void {
    const text = this.progress() ?? this.standing();
    if (text === undefined) {
      this.item.hide();
      return;
    }
    this.item.text = text;
    this.item.show();
  }

  private progress(): string | undefined {
    const running = this.models.list().find((model) => model.progress)?.progress;
    if (!running) return undefined;
    const percent = Math.floor((100 * running.done) / Math.max(running.of, 1));
    return `$(sync~spin) ${vscode.l10n.t('{0} {1}\u2009%', running.task, percent)}`;
  }

  private standing(): string | undefined {
    const rules = this.models.list().flatMap((model) => model.findings?.rules ?? []);
    const failing = rules.filter((rule) => !rule.holds).length;
    if (failing > 0) return `$(warning) ${vscode.l10n.t('{0} of {1} rules fail', failing, rules.length)}`;
    return rules.length > 0 ? `$(check) ${vscode.l10n.t('{0} rules hold', rules.length)}` : undefined;
  }
}
