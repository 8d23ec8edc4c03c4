import * as vscode from 'vscode';
import { registerCommands } from './views/commands';
import { Log } from './views/log';
import { Memory } from './views/memory';
import { ModelEditor } from './views/modelEditor';
import { ModelsTree } from './views/modelsTree';
import { OpenModels } from './views/openModels';
import { Problems } from './views/problems';
import { RulesFiles } from './views/rulesFiles';
import { RulesTree } from './views/rulesTree';
import { StatusBar } from './views/statusBar';
import { Watching } from './views/watching';

/** What other extensions may ask of Slopescope. */
export interface SlopescopeApi {
  /** Opens a model file (or SavedModel folder) beside the active editor. */
  openSlopes(uri: vscode.Uri): Promise<void>;
}

/** Builds every part once and hands each what it needs; nothing is read or computed here. */
export function activate(context: vscode.ExtensionContext): SlopescopeApi {
  const log = new Log();
  const memory = new Memory(context.workspaceState);
  const rulesFiles = new RulesFiles(log);
  const script = vscode.Uri.joinPath(context.extensionUri, 'dist', 'worker.js').fsPath;
  const models = new OpenModels({ script, memory, log, rulesFor: (model) => rulesFiles.entryFor(model) });
  const editor = new ModelEditor(models, context.extensionUri, { memory, rulesFiles });
  context.subscriptions.push(
    log,
    models,
    editor.register(),
    registerCommands({ extension: context.extensionUri, models, editor, log }),
    new Problems(models),
    new ModelsTree(models, memory),
    new RulesTree(models),
    new StatusBar(models),
    new Watching(models),
    rulesFiles.follow(models),
  );
  return {
    openSlopes: async (uri) => {
      await vscode.commands.executeCommand('slopescope.openHere', uri);
    },
  };
}
