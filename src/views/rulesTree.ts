import * as vscode from 'vscode';
import type { Findings } from '../session/service';
import { rulesView } from './ids';
import type { OpenModel } from './openModel';
import type { OpenModels } from './openModels';

type Standing = Findings['rules'][number];
type Item =
  | {
      readonly kind: 'expectation';
      readonly model: OpenModel;
      readonly words: string;
      readonly rules: readonly Standing[];
    }
  | { readonly kind: 'rule'; readonly model: OpenModel; readonly rule: Standing };

/** The Rules tree: expectation → input, with how each stands. */
export class RulesTree implements vscode.TreeDataProvider<Item>, vscode.Disposable {
  private readonly models: OpenModels;
  private readonly changes = new vscode.EventEmitter<undefined>();
  private readonly ends: vscode.Disposable[];
  readonly onDidChangeTreeData = this.changes.event;

  constructor(models: OpenModels) {
    this.models = models;
    this.ends = [
      models.onDidChange(({ what }) => what !== 'slopes' && this.changes.fire(undefined)),
      vscode.window.createTreeView(rulesView, { treeDataProvider: this }),
    ];
  }

  dispose(): void {
    for (const end of this.ends) end.dispose();
    this.changes.dispose();
  }

  getTreeItem(item: Item): vscode.TreeItem {
    if (item.kind === 'expectation') {
      const failing = item.rules.filter((rule) => !rule.holds).length;
      const tree = new vscode.TreeItem(item.words, vscode.TreeItemCollapsibleState.Expanded);
      tree.description = vscode.l10n.t('{0} inputs, {1} fail', item.rules.length, failing);
      return tree;
    }
    const { rule } = item.rule;
    const tree = new vscode.TreeItem(rule.input ?? vscode.l10n.t('forecast'));
    const finding = item.rule.finding === undefined ? undefined : item.model.findings?.findings[item.rule.finding];
    tree.description =
      item.rule.problem ?? (finding ? vscode.l10n.t('{0} rows', finding.rows.count) : vscode.l10n.t('holds'));
    tree.iconPath = new vscode.ThemeIcon(item.rule.holds ? 'pass' : 'warning');
    tree.command = {
      command: 'slopescope.openHere',
      title: vscode.l10n.t('Open in Slopescope'),
      arguments: [item.model.uri],
    };
    return tree;
  }

  getChildren(item?: Item): Item[] {
    if (item)
      return item.kind === 'expectation' ? item.rules.map((rule) => ({ kind: 'rule', model: item.model, rule })) : [];
    return this.models.list().flatMap((model) => {
      const groups = new Map<string, Standing[]>();
      for (const rule of model.findings?.rules ?? [])
        groups.set(rule.rule.expect, [...(groups.get(rule.rule.expect) ?? []), rule]);
      return [...groups].map(([words, rules]): Item => ({ kind: 'expectation', model, words, rules }));
    });
  }
}
