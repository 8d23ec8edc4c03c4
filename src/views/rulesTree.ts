import * as vscode from 'vscode';
import { count } from '../findings/words';
import type { Findings } from '../session/service';
import { commands, rulesView } from './ids';
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
    return item.kind === 'expectation' ? expectationItem(item) : ruleItem(item);
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

function expectationItem({ words, rules }: Extract<Item, { kind: 'expectation' }>): vscode.TreeItem {
  const tree = new vscode.TreeItem(words, vscode.TreeItemCollapsibleState.Expanded);
  const failing = rules.filter((rule) => !rule.holds).length;
  tree.description = vscode.l10n.t('{0} inputs, {1} fail', rules.length, failing);
  return tree;
}

function ruleItem({ model, rule: standing }: Extract<Item, { kind: 'rule' }>): vscode.TreeItem {
  const tree = new vscode.TreeItem(standing.rule.input ?? vscode.l10n.t('forecast'));
  const finding = model.findings?.findings[standing.finding ?? -1];
  const stands = finding ? vscode.l10n.t('{0} rows', count(finding.rows.count)) : vscode.l10n.t('holds');
  tree.description = standing.problem ?? stands;
  tree.iconPath = new vscode.ThemeIcon(standing.holds ? 'pass' : 'warning');
  tree.command = { command: commands.openHere, title: vscode.l10n.t('Open in Slopescope'), arguments: [model.uri] };
  return tree;
}
