import * as vscode from 'vscode';
import { schemaScheme } from './ids';

/** Gives the bundled schema to files that name it as `"$schema": "slopescope://schema/1"`. */
export class RulesSchema implements vscode.TextDocumentContentProvider, vscode.Disposable {
  private readonly file: vscode.Uri;
  private readonly registered: vscode.Disposable;

  constructor(extension: vscode.Uri) {
    this.file = vscode.Uri.joinPath(extension, 'media', 'schema', 'slopescope.schema.json');
    this.registered = vscode.workspace.registerTextDocumentContentProvider(schemaScheme, this);
  }

  dispose(): void {
    this.registered.dispose();
  }

  async provideTextDocumentContent(): Promise<string> {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(this.file));
  }
}
