import * as vscode from 'vscode';
import type { Finding } from '../findings/finding';
import type { Severity } from '../problem';
import { problemSource } from './ids';
import type { OpenModel } from './openModel';
import type { OpenModels } from './openModels';

/**
 * Findings in VS Code's Problems list: one entry per finding, never ten thousand. It stands at the rule's line in
 * slopescope.json or, while there is no such file, at the worst row's line of the table; the ten worst rows are its
 * related places.
 */
export class Problems implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('slopescope');
  private readonly models: OpenModels;
  private readonly ends: vscode.Disposable[];

  constructor(models: OpenModels) {
    this.models = models;
    this.ends = [models.onDidChange(({ what }) => (what === 'rules' || what === 'list') && this.show())];
  }

  dispose(): void {
    for (const end of this.ends) end.dispose();
    this.collection.dispose();
  }

  private show(): void {
    const byFile = new Map<string, { readonly uri: vscode.Uri; readonly list: vscode.Diagnostic[] }>();
    for (const model of this.models.list()) {
      for (const finding of model.findings?.findings ?? []) {
        const place = placeOf(model, finding);
        if (!place) continue;
        const entry = byFile.get(place.uri.toString()) ?? { uri: place.uri, list: [] };
        entry.list.push(diagnostic(model, finding, place.range));
        byFile.set(place.uri.toString(), entry);
      }
    }
    this.collection.clear();
    for (const { uri, list } of byFile.values()) this.collection.set(uri, list);
  }
}

function placeOf(model: OpenModel, finding: Finding): vscode.Location | undefined {
  const { written } = finding.rule;
  if (written) return new vscode.Location(vscode.Uri.parse(written.file), wholeLine(written.line));
  const line = finding.rows.worstLines[0];
  return model.table && line !== undefined ? new vscode.Location(model.table, wholeLine(line)) : undefined;
}

function diagnostic(model: OpenModel, finding: Finding, range: vscode.Range): vscode.Diagnostic {
  const result = new vscode.Diagnostic(range, finding.message, severityOf(finding.severity));
  result.source = problemSource;
  result.code = finding.code;
  const { table } = model;
  if (table) {
    const reasons = finding.why
      .slice(0, 1)
      .map(
        (reason) =>
          new vscode.DiagnosticRelatedInformation(
            new vscode.Location(table, wholeLine(finding.rows.worstLines[0] ?? 1)),
            vscode.l10n.t('why: {0}', reason.message),
          ),
      );
    const rows = finding.rows.worstLines.map(
      (line, index) =>
        new vscode.DiagnosticRelatedInformation(
          new vscode.Location(table, wholeLine(line)),
          vscode.l10n.t('row {0}', (finding.rows.worstRows[index] ?? 0) + 1),
        ),
    );
    result.relatedInformation = [...reasons, ...rows];
  }
  return result;
}

function wholeLine(line: number): vscode.Range {
  return new vscode.Range(line - 1, 0, line - 1, Number.MAX_SAFE_INTEGER);
}

function severityOf(severity: Severity): vscode.DiagnosticSeverity {
  return {
    error: vscode.DiagnosticSeverity.Error,
    warning: vscode.DiagnosticSeverity.Warning,
    info: vscode.DiagnosticSeverity.Information,
  }[severity];
}
