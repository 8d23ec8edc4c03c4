import * as vscode from 'vscode';
import { modelEditor, panelFocusContext } from './ids';
import type { OpenModel } from './openModel';
import type { OpenModels } from './openModels';
import { pageHtml, pageOptions } from './page';
import { PanelHost, type PanelSurroundings } from './panelHost';
import type { PanelGoal } from './panelService';

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
  private readonly panels = new Map<OpenModel, Map<vscode.WebviewPanel, PanelHost>>();

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
    this.add(model, panel, host);
    panel.webview.html = pageHtml(panel.webview, this.extension);
    const follow = (): void => {
      if (panel.active) this.models.active = model;
      if (!panel.visible) host.hidden();
      this.focus(panel, panel.active);
    };
    follow();
    const following = panel.onDidChangeViewState(follow);
    panel.onDidDispose(() => {
      following.dispose();
      this.focus(panel, false);
      host.dispose();
      this.panels.get(model)?.delete(panel);
    });
    void model.open();
  }

  /** Sends a command to the pages of a model. */
  command(model: OpenModel, command: string): void {
    for (const host of this.panelsOf(model).values()) host.command(command);
  }

  /**
   * Brings a panel of a model's file to the front, opening one in the column where there is none; gives the model it shows.
   * Of a tab that has not been shown since the window was loaded there is no panel yet: it is opened where it stands.
   */
  async reveal(uri: vscode.Uri, column = vscode.ViewColumn.Beside): Promise<OpenModel | undefined> {
    const [panel] = this.panelsOf(this.models.find(uri)).keys();
    if (panel) panel.reveal();
    else await vscode.commands.executeCommand('vscode.openWith', uri, modelEditor, columnOfTab(uri) ?? column);
    return this.models.find(uri);
  }

  /** Leads the first panel of a model to something. */
  lead(model: OpenModel, goal: PanelGoal): void {
    const [host] = this.panelsOf(model).values();
    host?.lead(goal);
  }

  private panelsOf(model: OpenModel | undefined): ReadonlyMap<vscode.WebviewPanel, PanelHost> {
    return (model && this.panels.get(model)) ?? new Map<vscode.WebviewPanel, PanelHost>();
  }

  /** Keeps the context key by which keys can be given to the page's commands. */
  private focus(panel: vscode.WebviewPanel, isActive: boolean): void {
    if (isActive) this.focused = panel;
    else if (this.focused === panel) this.focused = undefined;
    void vscode.commands.executeCommand('setContext', panelFocusContext, this.focused !== undefined);
  }

  private add(model: OpenModel, panel: vscode.WebviewPanel, host: PanelHost): void {
    const panels = this.panels.get(model) ?? new Map<vscode.WebviewPanel, PanelHost>();
    panels.set(panel, host);
    this.panels.set(model, panels);
  }
}

/** The column in which a tab of this file stands. */
function columnOfTab(uri: vscode.Uri): vscode.ViewColumn | undefined {
  const isOfFile = ({ input }: vscode.Tab): boolean =>
    input instanceof vscode.TabInputCustom && input.viewType === modelEditor && input.uri.toString() === uri.toString();
  return vscode.window.tabGroups.all.find(({ tabs }) => tabs.some(isOfFile))?.viewColumn;
}
