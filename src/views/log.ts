import * as vscode from 'vscode';

/** The output channel: bugs with their stack, and what was done, for people who look. */
export class Log implements vscode.Disposable {
  private readonly channel = vscode.window.createOutputChannel('Slopescope', { log: true });
  private shown = false;

  info(text: string): void {
    this.channel.info(text);
  }

  /** A fault of ours: logged with its stack, shown once per window. */
  bug(doing: string, error: unknown): void {
    this.channel.error(doing, error instanceof Error ? error : String(error));
    if (this.shown) return;
    this.shown = true;
    const show = vscode.l10n.t('Show Log');
    void vscode.window.showErrorMessage(vscode.l10n.t('Slopescope met an unexpected fault.'), show).then((chosen) => {
      if (chosen === show) this.show();
    });
  }

  show(): void {
    this.channel.show();
  }

  dispose(): void {
    this.channel.dispose();
  }
}
