import * as vscode from 'vscode';
import { isForecastRule, isSlopeRule } from '../findings/expectations';
import type { Finding } from '../findings/finding';
import type { Findings } from '../session/service';
import { number } from '../findings/words';
import type { OpenModel } from './openModel';
import type { OpenModels } from './openModels';
import { wholeLine } from './places';

/** What stands behind one line of a table. */
interface Note {
  readonly line: number;
  readonly text: string;
  readonly finding: Finding;
}

/** `slope −4.28` at the end of the lines of the worst rows, in every open table (setting `slopescope.inlineInTables`). */
export class TableNotes implements vscode.Disposable {
  private readonly models: OpenModels;
  private readonly decoration = vscode.window.createTextEditorDecorationType({
    after: { margin: '0 0 0 3em', color: new vscode.ThemeColor('editorCodeLens.foreground') },
  });
  private readonly notes = new WeakMap<Findings, Promise<readonly Note[]>>();
  private readonly ends: readonly { dispose(): unknown }[];

  constructor(models: OpenModels) {
    this.models = models;
    this.ends = [
      this.decoration,
      models.onDidChange(({ what }) => (what === 'rules' || what === 'list') && this.showAll()),
      vscode.window.onDidChangeVisibleTextEditors(() => this.showAll()),
      vscode.workspace.onDidChangeConfiguration(
        (event) => event.affectsConfiguration('slopescope.inlineInTables') && this.showAll(),
      ),
    ];
  }

  dispose(): void {
    for (const end of this.ends) end.dispose();
  }

  private showAll(): void {
    for (const editor of vscode.window.visibleTextEditors) void this.show(editor);
  }

  private async show(editor: vscode.TextEditor): Promise<void> {
    const wanted = vscode.workspace.getConfiguration('slopescope').get<boolean>('inlineInTables', true);
    const uri = editor.document.uri.toString();
    const models = this.models.list().filter(({ table }) => table?.toString() === uri);
    const notes = wanted ? (await Promise.all(models.map((model) => this.notesOf(model)))).flat() : [];
    editor.setDecorations(this.decoration, inline(notes));
  }

  private async notesOf(model: OpenModel): Promise<readonly Note[]> {
    const { findings } = model;
    if (!findings) return [];
    const known = this.notes.get(findings);
    if (known) return known;
    const notes = notesFor(model, findings).catch(() => []); // Its thread has gone.
    this.notes.set(findings, notes);
    return notes;
  }
}

/** The slope (or forecast) at each of the worst rows of all findings; the input's name stands with it where there are several. */
async function notesFor(model: OpenModel, { findings }: Findings): Promise<readonly Note[]> {
  const asker = await model.asker();
  const inputs = (model.description?.inputs ?? []).map(({ name }) => name);
  const outputs = (model.description?.outputs ?? []).map(({ name }) => name);
  const several = new Set(findings.map(({ input }) => input)).size > 1;
  const notes: Note[] = [];
  for (const finding of findings) {
    // A comparison of inputs or levels is no number of one row's reading.
    if (!isForecastRule(finding.rule) && !isSlopeRule(finding.rule)) continue;
    const output = Math.max(0, outputs.indexOf(finding.output));
    const input = inputs.indexOf(finding.input ?? '');
    for (const [index, row] of finding.rows.worstRows.entries()) {
      const reading = await asker.call('row', { output, units: finding.rule.units ?? 'original', row });
      const value = valueIn(finding, reading, input);
      const line = finding.rows.worstLines[index];
      if (line !== undefined) notes.push({ line, text: noteText(finding, value, several), finding });
    }
  }
  return notes;
}

function valueIn(
  { rule }: Finding,
  reading: { readonly forecast: number; readonly slopes: Float64Array; readonly steps: Float64Array },
  input: number,
): number {
  if (rule.input === undefined) return reading.forecast;
  return (rule.check === 'step' ? reading.steps : reading.slopes)[input] ?? NaN;
}

function noteText({ rule, input }: Finding, value: number, several: boolean): string {
  if (input === undefined) return vscode.l10n.t('forecast {0}', number(value));
  const text =
    rule.check === 'step' ? vscode.l10n.t('one more {0}', number(value)) : vscode.l10n.t('slope {0}', number(value));
  return several ? vscode.l10n.t('{0}: {1}', input, text) : text;
}

/** One text per line, also where the line is among the worst of several findings. */
function inline(notes: readonly Note[]): vscode.DecorationOptions[] {
  const byLine = new Map<number, Note[]>();
  for (const note of notes) byLine.set(note.line, [...(byLine.get(note.line) ?? []), note]);
  return [...byLine].map(([line, own]) => ({
    range: wholeLine(line),
    hoverMessage: own.map(({ finding }) => new vscode.MarkdownString().appendText(finding.message)),
    renderOptions: { after: { contentText: own.map(({ text }) => text).join(' · ') } },
  }));
}
