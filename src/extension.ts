import * as vscode from 'vscode';
import { registerCommands } from './views/commands';
import { commands } from './views/ids';
import { Comparisons } from './views/comparisons';
import { EarlierVersions } from './views/earlierVersions';
import { Log } from './views/log';
import { Memory } from './views/memory';
import { ModelEditor } from './views/modelEditor';
import { ModelsTree } from './views/modelsTree';
import type { ModelSurroundings } from './views/openModel';
import { OpenModels } from './views/openModels';
import { Problems } from './views/problems';
import { QuickFixes } from './views/quickFixes';
import { RuleChecks } from './views/ruleChecks';
import { RulesFiles } from './views/rulesFiles';
import { RulesLanguage } from './views/rulesLanguage';
import { RulesLens } from './views/rulesLens';
import { RulesTree } from './views/rulesTree';
import { RulesSchema } from './views/rulesSchema';
import { StatusBar } from './views/statusBar';
import { TableNotes } from './views/tableNotes';
import { RuleTests, type RuleTestOutcome } from './views/testing';
import { Watching } from './views/watching';

/** What other extensions may ask of Slopescope. */
export interface SlopescopeApi {
  /** Opens a model file (or SavedModel folder) beside the active editor. */
  openSlopes(uri: vscode.Uri): Promise<void>;
  /** How the tests of the Testing view stand that have run. */
  testOutcomes(): readonly RuleTestOutcome[];
}

/** Builds every part once and hands each what it needs; only slopescope.json files are looked for, nothing is computed. */
export function activate(context: vscode.ExtensionContext): SlopescopeApi {
  const { extensionUri: extension } = context;
  const log = new Log();
  const memory = new Memory(context.workspaceState);
  const rulesFiles = new RulesFiles(log);
  const entryFor: ModelSurroundings['entryFor'] = (model, table) => rulesFiles.entryFor(model, table);
  const versions = new EarlierVersions(context.storageUri ?? context.globalStorageUri, memory);
  const comparisons = new Comparisons({ memory, entryFor });
  const models = new OpenModels({
    script: vscode.Uri.joinPath(extension, 'dist', 'worker.js').fsPath,
    memory,
    log,
    entryFor,
    resolve: (entry, model) => rulesFiles.resolve(entry, model),
  });
  const checks = new RuleChecks(models, rulesFiles);
  const editor = new ModelEditor(models, extension, { memory, rulesFiles, comparisons });
  const problems = new Problems(models);
  const tests = new RuleTests({ models, rulesFiles, checks });
  context.subscriptions.push(
    log,
    rulesFiles,
    models,
    checks,
    comparisons,
    editor.register(),
    registerCommands({ extension, models, editor, rulesFiles, checks, comparisons, versions, log }),
    problems,
    new QuickFixes(problems, editor),
    new RulesLens(models, rulesFiles, checks),
    new RulesLanguage(checks),
    new RulesSchema(extension),
    new TableNotes(models),
    new ModelsTree(models, memory, rulesFiles),
    new RulesTree(models),
    new StatusBar(models),
    new Watching({ models, rulesFiles, checks, versions, log }),
    tests,
  );
  versions.forget().catch((error: unknown) => log.bug('Forgetting earlier versions', error));
  rulesFiles.find().catch((error: unknown) => log.bug('Looking for slopescope.json', error));
  return {
    openSlopes: async (uri) => {
      await vscode.commands.executeCommand(commands.openHere, uri);
    },
    testOutcomes: () => tests.outcomes(),
  };
}
