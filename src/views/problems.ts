import * as vscode from 'vscode';
import type { Finding } from '../findings/finding';
import type { Rule } from '../findings/rule';
import type { Severity } from '../problem';
import { problemSource } from './ids';
import type { OpenModel } from './openModel';
import type { OpenModels } from './openModels';
import { wholeLine } from './places';

/** One entry of the Problems list and the finding it tells of. */
export interface ShownFinding {
  readonly uri: vscode.Uri;
  readonly diagnostic: vscode.Diagnostic;
  readonly model: OpenModel;
  readonly finding: Finding;
}

/**
 * Findings in VS Code's Problems list: one entry per finding, never ten thousand. It stands at the rule's line in
 * slopescope.json or, while there is no such file, at the worst row's line of the table; the ten worst rows are its
 * related places. A rule that cannot be checked stands there too: it is never a pass.
 */
export class Problems implements vscode.Disposable {
  private readonly collection = vscode.languages.createDiagnosticCollection('slopescope');
  private readonly models: OpenModels;
  private readonly listening: vscode.Disposable;
  private shown: readonly ShownFinding[] = [];

  constructor(models: OpenModels) {
    this.models = models;
    this.listening = models.onDidChange(({ what }) => (what === 'rules' || what === 'list') && this.show());
  }

  dispose(): void {
    this.listening.dispose();
    this.collection.dispose();
  }

  /** The findings that diagnostics of a file tell of; VS Code hands copies around, so they are known by line and text. */
  findingsAt(uri: vscode.Uri, diagnostics: readonly vscode.Diagnostic[]): readonly ShownFinding[] {
    return this.shown.filter(
      (shown) =>
        shown.uri.toString() === uri.toString() &&
        diagnostics.some(
          ({ message, range }) =>
            message === shown.diagnostic.message && range.start.line === shown.diagnostic.range.start.line,
        ),
    );
  }

  private show(): void {
    const models = this.models.list();
    this.shown = models.flatMap((model) =>
      (model.findings?.findings ?? []).flatMap((finding) => shownFinding(model, finding) ?? []),
    );
    const byFile = new Map<string, [vscode.Uri, vscode.Diagnostic[]]>();
    for (const { uri, diagnostic } of [...this.shown, ...models.flatMap(uncheckable)]) {
      const known = byFile.get(uri.toString());
      if (known) known[1].push(diagnostic);
      else byFile.set(uri.toString(), [uri, [diagnostic]]);
    }
    this.collection.clear();
    this.collection.set([...byFile.values()]);
  }
}

function shownFinding(model: OpenModel, finding: Finding): ShownFinding | undefined {
  const place = placeOf(finding.rule) ?? worstRow(model, finding);
  if (!place) return undefined;
  const diagnostic = new vscode.Diagnostic(place.range, finding.message, severityOf(finding.severity));
  diagnostic.source = problemSource;
  diagnostic.code = finding.code;
  diagnostic.relatedInformation = model.table ? related(model.table, finding) : [];
  return { uri: place.uri, diagnostic, model, finding };
}

/** Rules of files that could not be checked, at their lines. */
function uncheckable(
  model: OpenModel,
): readonly { readonly uri: vscode.Uri; readonly diagnostic: vscode.Diagnostic }[] {
  return (model.findings?.rules ?? []).flatMap(({ rule, problem }) => {
    const place = placeOf(rule);
    if (problem === undefined || !place) return [];
    const diagnostic = new vscode.Diagnostic(place.range, problem, vscode.DiagnosticSeverity.Error);
    diagnostic.source = problemSource;
    diagnostic.code = 'rule-unchecked';
    return [{ uri: place.uri, diagnostic }];
  });
}

function placeOf({ written }: Rule): vscode.Location | undefined {
  return written ? new vscode.Location(vscode.Uri.parse(written.file), wholeLine(written.line)) : undefined;
}

function worstRow({ table }: OpenModel, { rows }: Finding): vscode.Location | undefined {
  const line = rows.worstLines[0];
  return table && line !== undefined ? new vscode.Location(table, wholeLine(line)) : undefined;
}

/** The first reason, then the worst rows. */
function related(table: vscode.Uri, { why, rows }: Finding): vscode.DiagnosticRelatedInformation[] {
  const at = (line: number, text: string) =>
    new vscode.DiagnosticRelatedInformation(new vscode.Location(table, wholeLine(line)), text);
  const reasons = why.slice(0, 1).map(({ message }) => at(rows.worstLines[0] ?? 1, vscode.l10n.t('why: {0}', message)));
  const worst = rows.worstLines.map((line, index) =>
    at(line, vscode.l10n.t('row {0}', (rows.worstRows[index] ?? 0) + 1)),
  );
  return [...reasons, ...worst];
}

function severityOf(severity: Severity): vscode.DiagnosticSeverity {
  return {
    error: vscode.DiagnosticSeverity.Error,
    warning: vscode.DiagnosticSeverity.Warning,
    info: vscode.DiagnosticSeverity.Information,
  }[severity];
}
