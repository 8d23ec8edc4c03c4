import path from 'node:path';
import * as vscode from 'vscode';
import { parseRulesFile } from '../findings/rulesFile';
import type { Problem } from '../problem';
import { problemSource, rulesFileName } from './ids';
import type { Log } from './log';
import type { OpenModel } from './openModel';
import { emptyRulesFile, type SavedEntry, withEntry } from './rulesEdit';
import { entryKey, resolveRules, type ResolvedRule, rulesEntry, type RulesEntry } from './rulesEntry';

/** How many files of a workspace are read. */
const mostFiles = 200;

/** A file that was read again, or has gone: saved since, or only found. */
export interface RulesFileChange {
  readonly file: vscode.Uri;
  readonly saved: boolean;
}

/** One file as it was read last. */
interface ReadFile {
  readonly uri: vscode.Uri;
  readonly entries: readonly RulesEntry[];
  readonly problems: readonly Problem[];
}

/** A file that is no JSON at the moment: what is wrong, and when its rules that are still in use were read. */
export interface BrokenFile {
  readonly fault: Problem;
  readonly rulesOf?: Date;
}

/** The slopescope.json files of the workspace: read for rules, written on demand, their faults shown at their lines. */
export class RulesFiles implements vscode.Disposable {
  private readonly faults = vscode.languages.createDiagnosticCollection('slopescope-rules');
  private readonly changes = new vscode.EventEmitter<RulesFileChange>();
  private readonly files = new Map<string, ReadFile>();
  /** The last reading of each file that was JSON: its entries stay in use while the file is broken. */
  private readonly whole = new Map<string, Pick<ReadFile, 'entries'> & { readonly at: Date }>();
  /** Rules with names that their model does not have, by entry. */
  private readonly unresolved = new Map<string, readonly Problem[]>();
  private readonly log: Log;
  private readonly watcher: vscode.FileSystemWatcher;
  readonly onDidChange = this.changes.event;

  constructor(log: Log) {
    this.log = log;
    this.watcher = vscode.workspace.createFileSystemWatcher(`**/${rulesFileName}`);
    const again = (uri: vscode.Uri): void => void this.reread(uri, true);
    this.watcher.onDidChange(again);
    this.watcher.onDidCreate(again);
    this.watcher.onDidDelete(again);
  }

  dispose(): void {
    this.watcher.dispose();
    this.faults.dispose();
    this.changes.dispose();
  }

  /** Reads every file of the workspace; nothing is opened or computed for it. */
  async find(): Promise<void> {
    const found = await vscode.workspace.findFiles(`**/${rulesFileName}`, undefined, mostFiles);
    await Promise.all(found.map((uri) => this.reread(uri, false)));
  }

  /** Every entry of every file that has been read. */
  entries(): readonly RulesEntry[] {
    return [...this.files.values()].flatMap(({ entries }) => entries);
  }

  /** Whether a file is broken at the moment. */
  broken(file: vscode.Uri): BrokenFile | undefined {
    const fault = this.files.get(file.toString())?.problems.find(({ code }) => code === 'rules-syntax');
    const last = this.whole.get(file.toString());
    return fault && { fault, ...(last ? { rulesOf: last.at } : {}) };
  }

  /** The entries of one file; of a file outside the workspace they are read at once. */
  async entriesOf(file: vscode.Uri): Promise<readonly RulesEntry[]> {
    return (await this.read(file))?.entries ?? [];
  }

  /**
   * What a slopescope.json of the model's folder, or of a folder above it, says of the model: the entry with this table
   * or, when no table is named, the first.
   */
  async entryFor(model: vscode.Uri, table?: vscode.Uri): Promise<RulesEntry | undefined> {
    for (const file of candidates(model)) {
      const own = (await this.entriesOf(file)).filter((entry) => entry.model.toString() === model.toString());
      const entry = table ? own.find((candidate) => candidate.table?.toString() === table.toString()) : own[0];
      if (entry) return entry;
    }
    return undefined;
  }

  /** The rules of an entry under the model's names; names it does not have become problems at their lines. */
  resolve(entry: RulesEntry, model: OpenModel): readonly ResolvedRule[] {
    if (!model.description) return [];
    const resolved = resolveRules(entry, model.description);
    this.unresolved.set(
      entryKey(entry),
      resolved.flatMap(({ problems }) => problems),
    );
    this.show(entry.file);
    return resolved;
  }

  /** Writes a model's rules, columns and answers into the nearest slopescope.json, keeping comments and order; a new file where there is none. */
  async save(model: OpenModel): Promise<void> {
    const found = await nearest(model.uri);
    const uri = found ?? candidates(model.uri).at(-1)!;
    const before = found ? (await vscode.workspace.openTextDocument(found)).getText() : emptyRulesFile;
    const after = withEntry(before, savedEntry(uri, model));
    const edit = new vscode.WorkspaceEdit();
    if (found) edit.replace(uri, new vscode.Range(0, 0, before.split('\n').length, 0), after);
    else edit.createFile(uri, { contents: new TextEncoder().encode(after), ignoreIfExists: true });
    await vscode.workspace.applyEdit(edit);
    const document = await vscode.workspace.openTextDocument(uri);
    await document.save();
    await vscode.window.showTextDocument(document, { preview: false, viewColumn: vscode.ViewColumn.Beside });
    this.log.info(`Rules of ${model.name} written to ${uri.toString()}`);
    await this.reread(uri, true);
  }

  private async reread(uri: vscode.Uri, saved: boolean): Promise<void> {
    this.files.delete(uri.toString());
    await this.read(uri);
    this.changes.fire({ file: uri, saved });
  }

  private async read(uri: vscode.Uri): Promise<ReadFile | undefined> {
    const known = this.files.get(uri.toString());
    if (known) return known;
    const text = await textOf(uri);
    if (text === undefined) {
      this.faults.delete(uri);
      this.whole.delete(uri.toString());
      return undefined;
    }
    const { models, problems } = parseRulesFile(path.posix.basename(uri.path), text);
    const isBroken = problems.some(({ code }) => code === 'rules-syntax');
    const last = isBroken ? this.whole.get(uri.toString()) : undefined;
    const entries = last?.entries ?? models.map((entry, number) => rulesEntry(uri, number, entry));
    if (!isBroken) this.whole.set(uri.toString(), { entries, at: new Date() });
    const missing = (await Promise.all(entries.map(missingFiles))).flat();
    const file: ReadFile = { uri, entries, problems: [...problems, ...missing] };
    this.files.set(uri.toString(), file);
    this.show(uri);
    return file;
  }

  private show(uri: vscode.Uri): void {
    const file = this.files.get(uri.toString());
    if (!file) return;
    const unresolved = file.entries.flatMap((entry) => this.unresolved.get(entryKey(entry)) ?? []);
    this.faults.set(uri, [...file.problems, ...unresolved].map(faultDiagnostic));
  }
}

/** A problem of the file at its line; the line's number need not be said there once more. */
function faultDiagnostic({ message, remedy, place, severity, code, file }: Problem): vscode.Diagnostic {
  const { line, column = 1 } = place?.kind === 'line' ? place : { line: 1 };
  const said = message.replace(`${file} line ${line}: `, '');
  const range = new vscode.Range(line - 1, column - 1, line - 1, Number.MAX_SAFE_INTEGER);
  const level = severity === 'error' ? vscode.DiagnosticSeverity.Error : vscode.DiagnosticSeverity.Warning;
  const diagnostic = new vscode.Diagnostic(range, remedy === undefined ? said : `${said} ${remedy}`, level);
  diagnostic.source = problemSource;
  diagnostic.code = code;
  return diagnostic;
}

/** The files an entry names that are not there. */
async function missingFiles(entry: RulesEntry): Promise<readonly Problem[]> {
  const named = [entry.model, entry.table, entry.scaler].filter((uri) => uri instanceof vscode.Uri);
  const gone = await Promise.all(named.map(async (uri) => ((await exists(uri)) ? [] : [uri])));
  return gone.flat().map((uri) => ({
    code: 'rules-file-missing',
    message: vscode.l10n.t('{0} is not there.', vscode.workspace.asRelativePath(uri)),
    file: rulesFileName,
    place: { kind: 'line', line: entry.line },
    remedy: vscode.l10n.t('Paths are relative to this file.'),
    severity: 'error',
  }));
}

/** slopescope.json beside the model and in every folder above it up to the workspace's. */
function candidates(model: vscode.Uri): vscode.Uri[] {
  const top = vscode.workspace.getWorkspaceFolder(model)?.uri.path;
  const places: vscode.Uri[] = [];
  for (let folder = vscode.Uri.joinPath(model, '..'); ; folder = vscode.Uri.joinPath(folder, '..')) {
    places.push(vscode.Uri.joinPath(folder, rulesFileName));
    if (top === undefined || folder.path === top || folder.path === '/' || !folder.path.startsWith(top)) return places;
  }
}

async function nearest(model: vscode.Uri): Promise<vscode.Uri | undefined> {
  for (const uri of candidates(model)) if (await exists(uri)) return uri;
  return undefined;
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}

async function textOf(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined; // it is not there
  }
}

/** What is written of a model: paths relative to the file, and everything the user answered or chose. */
function savedEntry(file: vscode.Uri, model: OpenModel): SavedEntry {
  const folder = vscode.Uri.joinPath(file, '..').path;
  const relative = (uri: vscode.Uri): string => path.posix.relative(folder, uri.path);
  const { columns, categories, target, answers, scaler, outputScaler, dialect } = model.chosen();
  return {
    model: relative(model.uri),
    ...(model.table ? { data: relative(model.table) } : {}),
    ...(typeof target === 'string' ? { target } : {}),
    ...(Object.keys(columns ?? {}).length > 0 ? { columns: { ...columns } } : {}),
    categories,
    ...(Object.keys(answers).length > 0 ? { answers } : {}),
    ...(scaler === undefined ? {} : { scaler: scaler instanceof vscode.Uri ? relative(scaler) : scaler }),
    ...(outputScaler === undefined ? {} : { outputScaler }),
    ...(Object.keys(dialect).length > 0 ? { csv: dialect } : {}),
    rules: model.rules,
  };
}
