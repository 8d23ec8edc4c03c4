import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';

/**
 * The HTML of every page: constant but for addresses, a nonce and the language. No content, path or setting of the user's ever stands
 * in it; all data comes by message.
 */
export function pageHtml(webview: vscode.Webview, extension: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const asset = (name: string): string =>
    webview.asWebviewUri(vscode.Uri.joinPath(extension, 'dist', 'webview', name)).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    `font-src ${webview.cspSource}`,
    `img-src ${webview.cspSource} data: blob:`,
  ].join('; ');
  return `<!doctype html>
<html lang="${vscode.env.language}">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${policy}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="stylesheet" href="${asset('page.css')}" />
    <title>Slopescope</title>
  </head>
  <body data-view="slopescope">
    <main id="page"></main>${translations()}
    <script nonce="${nonce}" src="${asset('page.js')}"></script>
  </body>
</html>`;
}

/** The translations that VS Code has chosen, for the page's words; none in English. They are the extension's own, and data. */
function translations(): string {
  const { bundle } = vscode.l10n;
  if (!bundle) return '';
  return `<script type="application/json" id="words">${JSON.stringify(bundle).replaceAll('<', '\\u003c')}</script>`;
}

/** What a page may load: its own bundle and nothing of the workspace. */
export function pageOptions(extension: vscode.Uri): vscode.WebviewOptions {
  return { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extension, 'dist', 'webview')] };
}
