import path from 'node:path';
import * as vscode from 'vscode';
import type { Finding } from '../findings/finding';
import { count, signed } from '../findings/words';
import type { Lane } from '../session/service';
import { commands, modelsView } from './ids';
import type { Memory } from './memory';
import type { OpenModel } from './openModel';
import type { OpenModels } from './openModels';
import { wholeLine } from './places';
import type { RulesFiles } from './rulesFiles';

type Item =
  | { readonly kind: 'model'; readonly uri: vscode.Uri; readonly model?: OpenModel }
  | { readonly kind: 'findings'; readonly model: OpenModel }
  | { readonly kind: 'finding'; readonly model: OpenModel; readonly finding: Finding }
  | { readonly kind: 'row'; readonly model: OpenModel; readonly finding: Finding; readonly index: number }
  | { readonly kind: 'inputs'; readonly model: OpenModel }
  | { readonly kind: 'input'; readonly model: OpenModel; readonly lane: Lane }
  | { readonly kind: 'more'; readonly model: OpenModel; readonly count: number };

/** No level of the tree shows more than this; the rest is in the map. */
const mostChildren = 200;

/** The Models tree: model → findings → rows, and model → inputs by effect. */
export class ModelsTree implements vscode.TreeDataProvider<Item>, vscode.Disposable {
  private readonly models: OpenModels;
  private readonly memory: Memory;
  private readonly rulesFiles: RulesFiles;
  private readonly changes = new vscode.EventEmitter<undefined>();
  private readonly ends: vscode.Disposable[];
  readonly onDidChangeTreeData = this.changes.event;

  constructor(models: OpenModels, memory: Memory, rulesFiles: RulesFiles) {
    this.models = models;
    this.memory = memory;
    this.rulesFiles = rulesFiles;
    const refresh = (): void => this.changes.fire(undefined);
    this.ends = [
      models.onDidChange(({ what }) => what !== 'slopes' && refresh()),
      rulesFiles.onDidChange(refresh),
      vscode.window.createTreeView(modelsView, { treeDataProvider: this }),
    ];
  }

  dispose(): void {
    for (const end of this.ends) end.dispose();
    this.changes.dispose();
  }

  getTreeItem(item: Item): vscode.TreeItem {
    switch (item.kind) {
      case 'model':
        return modelItem(item.uri, item.model);
      case 'findings':
        return findingsItem(item.model);
      case 'finding':
        return findingItem(item.model, item.finding);
      case 'row':
        return rowItem(item.model, item.finding, item.index);
      case 'inputs':
        return new vscode.TreeItem(vscode.l10n.t('Inputs by effect'), vscode.TreeItemCollapsibleState.Collapsed);
      case 'input':
        return inputItem(item.model, item.lane);
      case 'more': {
        const tree = new vscode.TreeItem(vscode.l10n.t('and {0} more: open the map', count(item.count)));
        tree.command = showModel(item.model.uri);
        return tree;
      }
    }
  }

  async getChildren(item?: Item): Promise<Item[]> {
    if (!item) return this.roots();
    switch (item.kind) {
      case 'model':
        return item.model?.data
          ? [
              { kind: 'findings', model: item.model },
              { kind: 'inputs', model: item.model },
            ]
          : [];
      case 'findings':
        return (item.model.findings?.findings ?? [])
          .slice(0, mostChildren)
          .map((finding) => ({ kind: 'finding', model: item.model, finding }));
      case 'finding':
        return item.finding.rows.worstRows
          .slice(0, 20)
          .map((_, index) => ({ kind: 'row', model: item.model, finding: item.finding, index }));
      case 'inputs':
        return this.inputs(item.model);
      case 'row':
      case 'input':
      case 'more':
        return [];
    }
  }

  private async inputs(model: OpenModel): Promise<Item[]> {
    const { lanes } = await (await model.asker()).call('lanes', { output: 0, units: 'original' });
    const shown = lanes.slice(0, mostChildren).map((lane): Item => ({ kind: 'input', model, lane }));
    return lanes.length > mostChildren
      ? [...shown, { kind: 'more', model, count: lanes.length - mostChildren }]
      : shown;
  }

  private roots(): Item[] {
    const open = this.models.list();
    const opened = new Set(open.map((model) => model.uri.toString()));
    const named = this.rulesFiles.entries().map(({ model }) => model.toString());
    const others = [...new Set([...named, ...this.memory.recent()])].filter((address) => !opened.has(address));
    return [
      ...open.map((model): Item => ({ kind: 'model', uri: model.uri, model })),
      ...others.map((address): Item => ({ kind: 'model', uri: vscode.Uri.parse(address) })),
    ];
  }
}

function modelItem(uri: vscode.Uri, model: OpenModel | undefined): vscode.TreeItem {
  const state = model?.data ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.None;
  const tree = new vscode.TreeItem(path.posix.basename(uri.path), state);
  tree.resourceUri = uri;
  tree.contextValue = 'model';
  tree.command = showModel(uri);
  if (model?.phase() === 'refused') tree.description = vscode.l10n.t('cannot be read');
  else if (model)
    tree.description = model.table ? path.posix.basename(model.table.path) : vscode.l10n.t('no table yet');
  return tree;
}

function findingsItem({ findings }: OpenModel): vscode.TreeItem {
  const many = findings?.findings.length ?? 0;
  const state = many > 0 ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.None;
  const tree = new vscode.TreeItem(vscode.l10n.t('Findings'), state);
  tree.description = count(many);
  return tree;
}

function findingItem(model: OpenModel, finding: Finding): vscode.TreeItem {
  const tree = new vscode.TreeItem(
    finding.input ?? vscode.l10n.t('forecast'),
    vscode.TreeItemCollapsibleState.Collapsed,
  );
  const unit = finding.unit.split(' ')[0] ?? '';
  tree.description = vscode.l10n.t('{0} rows, {1}', count(finding.rows.count), `${signed(finding.rows.worst)} ${unit}`);
  tree.tooltip = finding.message;
  tree.iconPath = new vscode.ThemeIcon('warning', new vscode.ThemeColor('list.warningForeground'));
  tree.command = showModel(model.uri);
  return tree;
}

function rowItem(model: OpenModel, finding: Finding, index: number): vscode.TreeItem {
  const line = finding.rows.worstLines[index] ?? 1;
  const tree = new vscode.TreeItem(vscode.l10n.t('row {0}', (finding.rows.worstRows[index] ?? 0) + 1));
  tree.description = vscode.l10n.t('line {0}', line);
  if (model.table)
    tree.command = {
      command: 'vscode.open',
      title: vscode.l10n.t('Open line {0}', line),
      arguments: [model.table, { selection: wholeLine(line) }],
    };
  return tree;
}

function inputItem(model: OpenModel, lane: Lane): vscode.TreeItem {
  const tree = new vscode.TreeItem(lane.name);
  tree.description = lane.kind === 'switched' ? '' : `${signed(lane.statistics.mean)} ${lane.unit}`;
  tree.iconPath = new vscode.ThemeIcon(!lane.rule ? 'dash' : lane.rule.holds ? 'pass' : 'warning');
  tree.command = showModel(model.uri);
  return tree;
}

function showModel(uri: vscode.Uri): vscode.Command {
  return { command: commands.openHere, title: vscode.l10n.t('Open in Slopescope'), arguments: [uri] };
}
