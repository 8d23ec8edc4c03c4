import * as vscode from 'vscode';
import { applyEdits, findNodeAtLocation, modify, parseTree } from 'jsonc-parser';
import { limitsOf } from '../findings/expectations';
import type { Rule } from '../findings/rule';
import { type ModelEntry as WrittenEntry, parseRulesFile } from '../findings/rulesFile';
import { resolveRule } from '../findings/writtenRule';
import type { Problem } from '../problem';
import { problemSource } from './ids';
import type { Log } from './log';
import type { ModelEntry, OpenModel } from './openModel';
import type { OpenModels } from './openModels';

const fileName = 'slopescope.json';

/** The slopescope.json files of the workspace: read for rules, written on demand, their faults shown at their lines. */
export class RulesFiles implements vscode.Disposable {
  private readonly faults = vscode.languages.createDiagnosticCollection('slopescope-rules');
  private readonly log: Log;
  private ends: vscode.Disposable[] = [this.faults];

  constructor(log: Log) {
    this.log = log;
  }

  /** Reads rules again when a slopescope.json is saved, and with them the models they speak of. */
  follow(models: OpenModels): vscode.Disposable {
    const watcher = vscode.workspace.createFileSystemWatcher(`**/${fileName}`);
    const again = (): void => {
      for (const model of models.list()) void this.reread(model);
    };
    this.ends = [
      ...this.ends,
      watcher,
      watcher.onDidChange(again),
      watcher.onDidCreate(again),
      watcher.onDidDelete(again),
    ];
    return this;
  }

  dispose(): void {
    for (const end of this.ends) end.dispose();
  }

  /** What a slopescope.json of the model's folder, or of a folder above it, says of the model. */
  async entryFor(model: vscode.Uri): Promise<ModelEntry | undefined> {
    for (const uri of candidates(model)) {
      const text = await textOf(uri);
      if (text === undefined) continue;
      const file = parseRulesFile(uri.toString(), text);
      const entry = file.models.find(
        (candidate) => vscode.Uri.joinPath(uri, '..', candidate.model).toString() === model.toString(),
      );
      this.show(uri, file.problems);
      if (entry) return modelEntry(uri, entry);
    }
    return undefined;
  }

  /** Writes a model's rules, columns and answers into the nearest slopescope.json, keeping comments and order; a new file where there is none. */
  async save(model: OpenModel): Promise<void> {
    const found = await this.existing(model.uri);
    const uri = found ?? candidates(model.uri).at(-1) ?? vscode.Uri.joinPath(model.uri, '..', fileName);
    const before =
      (found && (await textOf(found))) ??
      `{\n  "$schema": "slopescope://schema/1",\n  "version": 1,\n  "models": []\n}\n`;
    const after = withEntry(before, uri, model);
    const edit = new vscode.WorkspaceEdit();
    if (!found) edit.createFile(uri, { contents: new TextEncoder().encode(after), ignoreIfExists: true });
    else edit.replace(uri, new vscode.Range(0, 0, before.split('\n').length, 0), after);
    await vscode.workspace.applyEdit(edit);
    const document = await vscode.workspace.openTextDocument(uri);
    await document.save();
    await vscode.window.showTextDocument(document, { preview: false, viewColumn: vscode.ViewColumn.Beside });
    this.log.info(`Rules of ${model.name} written to ${uri.toString()}`);
  }

  private async existing(model: vscode.Uri): Promise<vscode.Uri | undefined> {
    for (const uri of candidates(model)) if ((await textOf(uri)) !== undefined) return uri;
    return undefined;
  }

  private async reread(model: OpenModel): Promise<void> {
    const entry = await this.entryFor(model.uri);
    if (entry) await model.setRules(entry.rulesFor(model), false);
  }

  private show(uri: vscode.Uri, problems: readonly Problem[]): void {
    this.faults.set(
      uri,
      problems.map((problem) => {
        const { line, column = 1 } = problem.place?.kind === 'line' ? problem.place : { line: 1 };
        const range = new vscode.Range(line - 1, column - 1, line - 1, Number.MAX_SAFE_INTEGER);
        const text = problem.remedy === undefined ? problem.message : `${problem.message} ${problem.remedy}`;
        const level =
          problem.severity === 'error' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
        const diagnostic = new vscode.Diagnostic(range, text, level);
        diagnostic.source = problemSource;
        diagnostic.code = problem.code;
        return diagnostic;
      }),
    );
  }
}

/** slopescope.json beside the model and in every folder above it up to the workspace's. */
function candidates(model: vscode.Uri): vscode.Uri[] {
  const top = vscode.workspace.getWorkspaceFolder(model)?.uri.path;
  const places: vscode.Uri[] = [];
  for (let folder = vscode.Uri.joinPath(model, '..'); ; folder = vscode.Uri.joinPath(folder, '..')) {
    places.push(vscode.Uri.joinPath(folder, fileName));
    if (top === undefined || folder.path === top || folder.path === '/' || !folder.path.startsWith(top)) return places;
  }
}

async function textOf(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined; // it is not there
  }
}

function modelEntry(uri: vscode.Uri, entry: WrittenEntry): ModelEntry {
  const near = (relative: string): vscode.Uri => vscode.Uri.joinPath(uri, '..', relative);
  const { scaler } = entry;
  return {
    ...(entry.data === undefined ? {} : { table: near(entry.data) }),
    choice: {
      columns: entry.columns,
      units: entry.units,
      ...(entry.target === undefined ? {} : { target: entry.target }),
    },
    ...(scaler === undefined || scaler === 'in file' ? {} : { scaler: scaler === 'none' ? 'none' : near(scaler) }),
    answers: entry.answers,
    rulesFor: (model) => {
      const { inputs = [], outputs = [] } = model.description ?? {};
      const subject = {
        model: model.name,
        inputs: inputs.map(({ name }) => name),
        outputs: outputs.map(({ name }) => name),
      };
      return entry.rules.flatMap((written) => resolveRule(written, subject).rules);
    },
  };
}

/** The text with the model's entry brought up to date. */
function withEntry(text: string, uri: vscode.Uri, model: OpenModel): string {
  const format = { formattingOptions: { tabSize: 2, insertSpaces: true, eol: '\n' } };
  const relative = (file: vscode.Uri): string => relativePath(vscode.Uri.joinPath(uri, '..').path, file.path);
  const root = parseTree(text);
  const models = root && findNodeAtLocation(root, ['models']);
  const own = relative(model.uri);
  const place = (models?.children ?? []).findIndex((node) => findNodeAtLocation(node, ['model'])?.value === own);
  const index = place < 0 ? (models?.children?.length ?? 0) : place;
  let result = text;
  const set = (key: string, value: unknown): void => {
    result = applyEdits(result, modify(result, ['models', index, key], value, format));
  };
  if (place < 0)
    result = applyEdits(
      result,
      modify(result, ['models', index], { model: own }, { ...format, isArrayInsertion: true }),
    );
  if (model.table) set('data', relative(model.table));
  set('rules', model.rules.map(writtenForm));
  return result;
}

function writtenForm(rule: Rule): Record<string, unknown> {
  const { expect, input, output, low, high, check, units, tolerance, allowRows, allowShare, level, why } = rule;
  const limits = { none: {}, low: { limit: low }, high: { limit: high }, both: { between: [low, high] } }[
    limitsOf(expect)
  ];
  const given = { output, check, units, tolerance, allowRows, allowShare, why };
  return {
    ...(input === undefined ? {} : { inputs: [input] }),
    expect,
    ...limits,
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    ...(level === 'warning' ? {} : { level }),
  };
}

function relativePath(from: string, to: string): string {
  const [base, target] = [from.split('/').filter(Boolean), to.split('/').filter(Boolean)];
  let shared = 0;
  while (shared < base.length && base[shared] === target[shared]) shared++;
  return [...base.slice(shared).map(() => '..'), ...target.slice(shared)].join('/');
}
