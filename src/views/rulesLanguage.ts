import path from 'node:path';
import { getLocation, type Location } from 'jsonc-parser';
import * as vscode from 'vscode';
import { parseRulesFile } from '../findings/rulesFile';
import type { InputDescription } from '../session/service';
import { rulesFileName } from './ids';
import type { OpenModel } from './openModel';
import type { RuleChecks } from './ruleChecks';
import { rulesEntry } from './rulesEntry';

/** Which names can stand at a place of slopescope.json. */
type Names = 'inputs' | 'levels' | 'outputs' | 'columns' | 'all' | 'condition';

/** Names of inputs, outputs and columns in slopescope.json, beside what its JSON schema says: completed, and explained on hover. */
export class RulesLanguage implements vscode.CompletionItemProvider, vscode.HoverProvider, vscode.Disposable {
  private readonly checks: RuleChecks;
  private readonly registered: vscode.Disposable;

  constructor(checks: RuleChecks) {
    this.checks = checks;
    const selector = { pattern: `**/${rulesFileName}` };
    this.registered = vscode.Disposable.from(
      vscode.languages.registerCompletionItemProvider(selector, this, '"'),
      vscode.languages.registerHoverProvider(selector, this),
    );
  }

  dispose(): void {
    this.registered.dispose();
  }

  async provideCompletionItems(document: vscode.TextDocument, position: vscode.Position) {
    const location = getLocation(document.getText(), document.offsetAt(position));
    const names = namesAt(location);
    const model = names && (await this.modelAt(document, location));
    if (!names || !model) return [];
    const range = rangeOf(document, location) ?? new vscode.Range(position, position);
    return possible(names, model).map(({ name, detail }) => {
      const item = new vscode.CompletionItem({ label: name, description: detail }, vscode.CompletionItemKind.Value);
      if (names === 'condition') return item;
      item.insertText = item.filterText = JSON.stringify(name);
      item.range = range;
      return item;
    });
  }

  async provideHover(document: vscode.TextDocument, position: vscode.Position) {
    const location = getLocation(document.getText(), document.offsetAt(position));
    const name: unknown = location.previousNode?.value;
    const names = namesAt(location);
    if (typeof name !== 'string' || (names !== 'inputs' && names !== 'all')) return undefined;
    const model = await this.modelAt(document, location);
    const input = model?.description?.inputs.find((candidate) => candidate.name === name);
    if (!model || !input) return undefined;
    return new vscode.Hover(inputWords(model, input), rangeOf(document, location));
  }

  /** The model of the entry a place lies in, opened if need be. */
  private async modelAt(document: vscode.TextDocument, { path: place }: Location): Promise<OpenModel | undefined> {
    const number = Number(place[1]);
    const written = parseRulesFile(path.posix.basename(document.uri.path), document.getText()).models[number];
    if (place[0] !== 'models' || !written) return undefined;
    const model = this.checks.modelOf(rulesEntry(document.uri, number, written));
    await model.open();
    return model;
  }
}

function namesAt({ path: place, isAtPropertyKey }: Location): Names | undefined {
  const [list, , member, , inRule] = place;
  if (list !== 'models') return undefined;
  if (member === 'rules') {
    if (isAtPropertyKey) return undefined;
    if (inRule === 'inputs') return 'inputs';
    if (inRule === 'other') return 'inputs';
    if (inRule === 'levels') return 'levels';
    if (inRule === 'output') return 'outputs';
    return inRule === 'where' ? 'condition' : undefined;
  }
  if (member === 'columns' && place.length > 3) return isAtPropertyKey ? 'inputs' : 'columns';
  if (member === 'units' && isAtPropertyKey && place.length > 3) return 'all';
  return member === 'target' && !isAtPropertyKey ? 'columns' : undefined;
}

function possible(
  names: Names,
  { description, data }: OpenModel,
): { readonly name: string; readonly detail: string }[] {
  const inputs = (description?.inputs ?? []).map(({ name }) => ({ name, detail: vscode.l10n.t('input') }));
  const outputs = (description?.outputs ?? []).map(({ name }) => ({ name, detail: vscode.l10n.t('output') }));
  const levels = (description?.inputs ?? []).flatMap((input) =>
    (input.levels ?? []).map((name) => ({ name, detail: vscode.l10n.t('level of {0}', input.name) })),
  );
  const columns = (data?.columns ?? []).map(({ name }) => ({ name, detail: vscode.l10n.t('column') }));
  switch (names) {
    case 'inputs':
      return inputs;
    case 'levels':
      return levels;
    case 'outputs':
      return outputs;
    case 'columns':
    case 'condition':
      return columns;
    case 'all':
      return [...inputs, ...outputs, ...columns.filter(({ name }) => !inputs.some((input) => input.name === name))];
  }
}

/** The quoted name at a place, quotes included. */
function rangeOf(document: vscode.TextDocument, { previousNode }: Location): vscode.Range | undefined {
  if (previousNode?.type !== 'string') return undefined;
  const { offset, length } = previousNode;
  return new vscode.Range(document.positionAt(offset), document.positionAt(offset + length));
}

/** What an input is and how its rules stand. Names of files and columns are text, never Markdown. */
function inputWords({ name, findings }: OpenModel, input: InputDescription): vscode.MarkdownString {
  const kinds: Readonly<Record<InputDescription['kind'], string>> = {
    number: vscode.l10n.t('a number'),
    'whole number': vscode.l10n.t('a whole number'),
    'yes/no': vscode.l10n.t('yes or no'),
    switched: vscode.l10n.t('switched, it has no slope'),
  };
  const words = new vscode.MarkdownString();
  words.appendText(vscode.l10n.t('{0}: input of {1}, {2}.', input.name, name, kinds[input.kind]));
  if (input.column !== undefined) words.appendText(`\n${vscode.l10n.t('Fed by the column {0}.', input.column)}`);
  for (const standing of findings?.rules ?? []) {
    if (standing.rule.input !== input.name) continue;
    const finding = findings?.findings[standing.finding ?? -1];
    const holds = vscode.l10n.t('{0}: holds in every row checked.', standing.words);
    words.appendText(`\n${finding?.message ?? standing.problem ?? holds}`);
  }
  return words;
}
