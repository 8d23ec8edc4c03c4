import path from 'node:path';
import * as vscode from 'vscode';
import type { Comparisons, SecondModel } from './comparisons';
import { versionName, type EarlierVersion, type EarlierVersions } from './earlierVersions';
import { commands, innerCommands, modelEndings, pageCommands } from './ids';
import { findModelFolders, modelFile } from './modelFolders';
import type { Log } from './log';
import type { ModelEditor } from './modelEditor';
import type { OpenModel } from './openModel';
import type { OpenModels } from './openModels';
import { saveExport } from './exportFile';
import { reportTabs, type ReportTab } from '../storedAnswers';
import type { ExportRequest } from './panelService';
import { openLine } from './places';
import type { RuleChecks } from './ruleChecks';
import type { RulesFiles } from './rulesFiles';

/** What the commands act on. */
export interface CommandSurroundings {
  readonly extension: vscode.Uri;
  readonly models: OpenModels;
  readonly editor: ModelEditor;
  readonly rulesFiles: RulesFiles;
  readonly checks: RuleChecks;
  readonly comparisons: Comparisons;
  readonly versions: EarlierVersions;
  readonly log: Log;
}

/** Registers every command of `ids.ts`. */
export function registerCommands(surroundings: CommandSurroundings): vscode.Disposable {
  const all = {
    ...openingCommands(surroundings),
    ...tableCommands(surroundings),
    ...ruleCommands(surroundings),
    ...comparingCommands(surroundings),
    ...writingCommands(surroundings),
    ...pageActions(surroundings),
  };
  return vscode.Disposable.from(...Object.entries(all).map(([id, run]) => vscode.commands.registerCommand(id, run)));
}

type Commands = Readonly<Record<string, (...given: unknown[]) => Promise<void> | void>>;

function openingCommands({ extension, editor, log }: CommandSurroundings): Commands {
  return {
    [commands.openModel]: async () => {
      const uri = await pickModel();
      if (uri) await openModel(editor, uri);
    },
    [commands.openHere]: async (given) => {
      const uri = given instanceof vscode.Uri ? given : await pickModel();
      if (uri) await openModel(editor, uri);
    },
    [commands.openSample]: () => openModel(editor, vscode.Uri.joinPath(extension, 'media', 'sample', 'duration.keras')),
    [commands.findModels]: async () => {
      await findModelFolders();
      const uri = await pickModel();
      if (uri) await openModel(editor, uri);
    },
    [commands.showLog]: () => log.show(),
  };
}

function tableCommands({ models, editor }: CommandSurroundings): Commands {
  return {
    [commands.chooseData]: async (given) => {
      const model = modelOf(models, given);
      if (!model) return;
      const uri = await pickTable(model);
      if (uri) await model.useTable(uri);
    },
    [commands.useTable]: async (given) => {
      if (!(given instanceof vscode.Uri)) return;
      const uri = models.active?.uri ?? (await pickModel());
      if (!uri) return;
      await openModel(editor, uri);
      await models.find(uri)?.useTable(given);
    },
    [commands.showBeside]: async (given) => {
      const table = given instanceof vscode.Uri ? given : vscode.window.activeTextEditor?.document.uri;
      const model = models.list().find((candidate) => candidate.table?.toString() === table?.toString());
      if (model) await editor.reveal(model.uri);
    },
  };
}

function comparingCommands({ models, editor, comparisons, versions }: CommandSurroundings): Commands {
  return {
    [commands.compareWith]: async (given) => {
      const model = modelOf(models, given);
      if (!model) return;
      if (!model.data) await vscode.commands.executeCommand(commands.chooseData, model.uri);
      const second = model.data && (await pickSecond(model, models, await versions.find(model.uri)));
      if (!second) return;
      comparisons.start(model, second);
      editor.command(model, 'showComparison');
    },
  };
}

function ruleCommands({ models, rulesFiles, checks }: CommandSurroundings): Commands {
  return {
    [commands.checkRules]: async (given) => {
      const model = modelOf(models, given);
      if (model) await model.check();
      else await Promise.all(rulesFiles.entries().map((entry) => checks.run(entry)));
    },
    [innerCommands.checkEntry]: async (file, number) => {
      if (!(file instanceof vscode.Uri)) return;
      const entry = (await rulesFiles.entriesOf(file)).find((candidate) => candidate.number === number);
      if (entry) await checks.run(entry);
    },
    [commands.goToWorstRow]: async () => {
      const model = models.active ?? models.list()[0];
      const line = model?.findings?.findings[0]?.rows.worstLines[0];
      if (model?.table && line !== undefined) await openLine(model.table, line, vscode.ViewColumn.Beside);
    },
  };
}

function writingCommands({ models, editor, comparisons }: CommandSurroundings): Commands {
  return {
    [commands.export]: async (given) => {
      const model = modelOf(models, given);
      if (!model) return;
      const chosen = await vscode.window.showQuickPick(exportChoices(), {
        placeHolder: vscode.l10n.t('What to export'),
      });
      if (chosen?.written === 'picture' || chosen?.written === 'numbers') editor.command(model, chosen.inPage);
      else if (chosen?.written === 'report') await saveReport(model, comparisons);
      else if (chosen) await saveExport(model, { kind: chosen.written });
    },
    [commands.copyReport]: async (given) => {
      const model = modelOf(models, given);
      if (model) await saveExport(model, { kind: 'markdown' });
    },
    [commands.copyAs]: async (given) => {
      const model = modelOf(models, given);
      if (model) await copyAs(model, [{ label: vscode.l10n.t('Report as Markdown'), isReport: true }]);
    },
    [commands.copyFormula]: async (given) => {
      const model = modelOf(models, given);
      if (model) await copyAs(model, []);
    },
  };
}

/** What keys do in the page, as commands that can be given other keys. */
function pageActions({ models, editor }: CommandSurroundings): Commands {
  return Object.fromEntries(
    pageCommands.map((command) => [commands[command], () => sendToActive(models, editor, command)]),
  );
}

interface CopyItem extends vscode.QuickPickItem {
  readonly isReport?: true;
  readonly code?: string;
}

/** Asks what to copy: the formula in the languages that can say it, after what else there is. */
async function copyAs(model: OpenModel, others: readonly CopyItem[]): Promise<void> {
  const { code } = await (
    await model.asker()
  ).call('formula', { output: model.shownOutput, units: 'original', digits: 6 });
  const formulas = Object.entries(code).map(([language, text]): CopyItem => ({
    label: vscode.l10n.t('Formula as {0}', language),
    code: text,
  }));
  const chosen = await vscode.window.showQuickPick([...others, ...formulas], {
    placeHolder: vscode.l10n.t('What to copy'),
  });
  if (chosen?.isReport) await saveExport(model, { kind: 'markdown' });
  else if (chosen?.code !== undefined) await vscode.env.clipboard.writeText(chosen.code);
}

/** What can be exported: of what the page shows, the page itself makes pictures and numbers. */
type ExportChoice = vscode.QuickPickItem &
  (
    | { readonly written: 'picture' | 'numbers'; readonly inPage: string }
    | { readonly written: Exclude<ExportRequest['kind'], 'picture' | 'numbers'> }
  );

function exportChoices(): ExportChoice[] {
  return [
    { label: vscode.l10n.t('Slopes of all rows (CSV)'), written: 'slopes' },
    { label: vscode.l10n.t('Slopes of all rows (numpy array, .npy)'), written: 'npy' },
    { label: vscode.l10n.t('Findings (CSV)'), written: 'findings' },
    { label: vscode.l10n.t('Picture of this view (PNG, 2×)'), written: 'picture', inPage: 'exportPng' },
    { label: vscode.l10n.t('Picture of this view (SVG)'), written: 'picture', inPage: 'exportSvg' },
    { label: vscode.l10n.t('Numbers of this view (CSV)'), written: 'numbers', inPage: 'exportNumbers' },
    { label: vscode.l10n.t('Report (one HTML file, no scripts from elsewhere)'), written: 'report' },
    { label: vscode.l10n.t('Everything (JSON)'), written: 'json' },
    { label: vscode.l10n.t('Findings (SARIF)'), written: 'sarif' },
    { label: vscode.l10n.t('Rules as tests (JUnit)'), written: 'junit' },
  ];
}

interface ReportItem extends vscode.QuickPickItem {
  readonly tab?: ReportTab;
  /** The tab that sets the open comparison's second model beside the first. */
  readonly isComparison?: true;
  readonly output?: number;
}

/** Asks which tabs the report holds beside Slopes and Rules, and of which outputs, and saves it. */
async function saveReport(model: OpenModel, comparisons: Comparisons): Promise<void> {
  const titles: Readonly<Record<ReportTab, string>> = {
    input: vscode.l10n.t('Input'),
    pairs: vscode.l10n.t('Pairs'),
    whatIf: vscode.l10n.t('What if'),
    network: vscode.l10n.t('Network'),
    formula: vscode.l10n.t('Formula'),
    range: vscode.l10n.t('Range'),
  };
  const name = comparisons.nameOf(model);
  const compare: readonly ReportItem[] =
    name === undefined ? [] : [{ label: vscode.l10n.t('Compare'), description: name, isComparison: true }];
  const tabs = reportTabs.map((tab): ReportItem => ({ label: titles[tab], tab }));
  const chosen = await vscode.window.showQuickPick<ReportItem>([...tabs, ...compare, ...outputItems(model)], {
    canPickMany: true,
    placeHolder: vscode.l10n.t('Tabs of the report beside Slopes and Rules; none is fine'),
  });
  if (!chosen) return;
  const outputs = chosen.flatMap(({ output }) => output ?? []);
  const isCompared = chosen.some(({ isComparison }) => isComparison);
  await saveExport(
    model,
    { kind: 'report', tabs: chosen.flatMap(({ tab }) => tab ?? []) },
    {
      outputs: outputs.length > 0 ? outputs : [model.shownOutput],
      ...(isCompared ? { compared: await comparisons.request(model, model.shownOutput) } : {}),
    },
  );
}

/** The outputs of a model that has several; the one that is shown is taken already. */
function outputItems({ description, shownOutput }: OpenModel): ReportItem[] {
  const outputs = description?.outputs ?? [];
  if (outputs.length < 2) return [];
  return [
    { label: vscode.l10n.t('Outputs'), kind: vscode.QuickPickItemKind.Separator },
    ...outputs.map(({ name }, output) => ({ label: name, output, picked: output === shownOutput })),
  ];
}

/**
 * Shows a model's panel; a new one stands beside the active editor if that is its table or another CSV, else in the
 * active column. A folder is opened by the graph inside it; where it is none, the networks somewhere below it are offered.
 */
async function openModel(editor: ModelEditor, uri: vscode.Uri): Promise<void> {
  const file = (await modelFile(uri)) ?? (await modelBelow(uri));
  if (!file) return;
  const active = vscode.window.activeTextEditor?.document.uri;
  const beside = active !== undefined && /\.(csv|tsv|txt)$/i.test(active.path);
  await editor.reveal(file, beside ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active);
}

async function modelBelow(folder: vscode.Uri): Promise<vscode.Uri | undefined> {
  await findModelFolders();
  const title = vscode.l10n.t('{0} is no saved network itself; choose one', path.posix.basename(folder.path));
  return pickModel(new vscode.RelativePattern(folder, modelFiles), title);
}

/** The model an action is about: the one given by a tree or menu, else the active one. */
function modelOf(models: OpenModels, given: unknown): OpenModel | undefined {
  if (given instanceof vscode.Uri) return models.find(given) ?? models.active;
  if (typeof given === 'object' && given !== null && 'uri' in given && given.uri instanceof vscode.Uri)
    return models.find(given.uri);
  return models.active ?? models.list()[0];
}

function sendToActive(models: OpenModels, editor: ModelEditor, command: string): void {
  const model = models.active ?? models.list()[0];
  if (model) editor.command(model, command);
}

interface FileItem extends vscode.QuickPickItem {
  readonly uri?: vscode.Uri;
  readonly version?: EarlierVersion;
}

/** Every ending stands apart: by braces within braces VS Code finds nothing. */
const modelFiles = `**/{${modelEndings.map((ending) => `*.${ending}`).join(',')},model.json}`;

/** The earlier version first, then the other open models, then those of the workspace. */
async function pickSecond(
  model: OpenModel,
  models: OpenModels,
  version: EarlierVersion | undefined,
): Promise<SecondModel | undefined> {
  const isOther = (uri: vscode.Uri): boolean => uri.toString() !== model.uri.toString();
  const saved = await vscode.workspace.findFiles(modelFiles, undefined, 1000);
  const files = new Map([...models.list().map(({ uri }) => uri), ...saved].map((uri) => [uri.toString(), uri]));
  const earlier = version ? [{ label: versionName(version), version }] : [];
  const title = vscode.l10n.t('Compare {0} with', model.name);
  const chosen = await pickItem(
    [...earlier, ...[...files.values()].filter(isOther).map(fileItem)],
    title,
    networkFiles(),
  );
  return chosen?.version ?? chosen?.uri;
}

async function pickModel(
  where: vscode.GlobPattern = modelFiles,
  title = vscode.l10n.t('A saved network'),
): Promise<vscode.Uri | undefined> {
  const found = await vscode.workspace.findFiles(where, undefined, 1000);
  return pickFile(found, title, networkFiles());
}

async function pickTable(model: OpenModel): Promise<vscode.Uri | undefined> {
  const found = await vscode.workspace.findFiles('**/*.{csv,tsv,txt}', undefined, 1000);
  return pickFile(found, vscode.l10n.t('A table for {0}', model.name), {
    [vscode.l10n.t('Tables')]: ['csv', 'tsv', 'txt'],
  });
}

async function pickFile(
  found: readonly vscode.Uri[],
  title: string,
  filters: Record<string, string[]>,
): Promise<vscode.Uri | undefined> {
  return (await pickItem(found.map(fileItem), title, filters))?.uri;
}

async function pickItem(
  items: readonly FileItem[],
  title: string,
  filters: Record<string, string[]>,
): Promise<FileItem | undefined> {
  const browse: FileItem = { label: vscode.l10n.t('Choose a file…') };
  const chosen =
    items.length > 0
      ? await vscode.window.showQuickPick<FileItem>([...items, browse], {
          placeHolder: title,
          matchOnDescription: true,
        })
      : browse;
  if (chosen !== browse) return chosen;
  const [uri] = (await vscode.window.showOpenDialog({ title, canSelectMany: false, filters })) ?? [];
  return uri && fileItem(uri);
}

function fileItem(uri: vscode.Uri): FileItem {
  return {
    label: path.posix.basename(uri.path),
    description: vscode.workspace.asRelativePath(vscode.Uri.joinPath(uri, '..')),
    uri,
  };
}

function networkFiles(): Record<string, string[]> {
  return { [vscode.l10n.t('Saved networks')]: [...modelEndings, 'json', 'bin'] };
}
