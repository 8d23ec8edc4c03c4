import * as vscode from 'vscode';
import { modelEditor, panelFocusContext } from './ids';
import type { OpenModel } from './openModel';
import type { OpenModels } from './openModels';
import { pageHtml, pageOptions } from './page';
import { PanelHost, type PanelSurroundings } from './panelHost';

/** A model file as VS Code's custom editor sees it: read-only, shown by any number of panels. */
interface ModelDocument extends vscode.CustomDocument {
  readonly model: OpenModel;
}

/** The custom editor: one page per panel, one model per file. Nothing is retained while a panel is hidden. */
export class ModelEditor implements vscode.CustomReadonlyEditorProvider<ModelDocument> {
  private readonly models: OpenModels;
  private readonly extension: vscode.Uri;
  private readonly surroundings: PanelSurroundings;
  /** The panel that is the active editor. */
  private focused: vscode.WebviewPanel | undefined;
  private readonly hosts = new Map<OpenModel, Set<PanelHost>>();

  constructor(models: OpenModels, extension: vscode.Uri, surroundings: PanelSurroundings) {
    this.models = models;
    this.extension = extension;
    this.surroundings = surroundings;
  }

  register(): vscode.Disposable {
    return vscode.window.registerCustomEditorProvider(modelEditor, this, { supportsMultipleEditorsPerDocument: true });
  }

  openCustomDocument(uri: vscode.Uri): ModelDocument {
    const lease = this.models.lease(uri);
    return { uri, model: lease.model, dispose: lease.dispose };
  }

  resolveCustomEditor(document: ModelDocument, panel: vscode.WebviewPanel): void {
    const { model } = document;
    panel.webview.options = pageOptions(this.extension);
    panel.iconPath = vscode.Uri.joinPath(this.extension, 'media', 'icon.svg');
    const host = new PanelHost(panel.webview, model, this.surroundings);
    this.add(model, host);
    panel.webview.html = pageHtml(panel.webview, this.extension);
    const follow = (): void => {
      if (panel.active) this.models.active = model;
      this.focus(panel, panel.active);
    };
    follow();
    const following = panel.onDidChangeViewState(follow);
    panel.onDidDispose(() => {
      following.dispose();
      this.focus(panel, false);
      host.dispose();
      this.hosts.get(model)?.delete(host);
    });
    void model.open();
  }

  /** Sends a command to the pages of a model. */
  command(model: OpenModel, command: string): void {
    for (const host of this.hosts.get(model) ?? []) host.command(command);
  }

  /** Keeps the context key by which keys can be given to the page's commands. */
  private focus(panel: vscode.WebviewPanel, isActive: boolean): void {
    if (isActive) this.focused = panel;
    else if (this.focused === panel) this.focused = undefined;
    void vscode.commands.executeCommand('setContext', panelFocusContext, this.focused !== undefined);
  }

  private add(model: OpenModel, host: PanelHost): void {
    const hosts = this.hosts.get(model) ?? new Set();
    hosts.add(host);
    this.hosts.set(model, hosts);
  }
}
