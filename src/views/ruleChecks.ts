import type * as vscode from 'vscode';
import type { OpenModel } from './openModel';
import type { ModelLease, OpenModels } from './openModels';
import { entryKey, type RulesEntry } from './rulesEntry';
import type { RulesFiles } from './rulesFiles';

/**
 * Runs the entries of slopescope.json without a panel. A model that was run stays open until its entry goes, so that it
 * is checked again when its files change; where a panel shows the same model with the same table, both share it.
 */
export class RuleChecks implements vscode.Disposable {
  private readonly models: OpenModels;
  private readonly rulesFiles: RulesFiles;
  private readonly leases = new Map<string, ModelLease>();
  private readonly following: vscode.Disposable;

  constructor(models: OpenModels, rulesFiles: RulesFiles) {
    this.models = models;
    this.rulesFiles = rulesFiles;
    this.following = rulesFiles.onDidChange(() => this.prune());
  }

  dispose(): void {
    this.following.dispose();
    for (const lease of this.leases.values()) lease.dispose();
  }

  /** Checks an entry's rules and waits for the result; gives the model that has it. */
  async run(entry: RulesEntry): Promise<OpenModel> {
    const model = this.modelOf(entry);
    const known = model.findings !== undefined;
    await model.settled();
    if (known) await model.check();
    return model;
  }

  /** The model of an entry, kept open from now on; it is read when it is first asked anything. */
  modelOf(entry: RulesEntry): OpenModel {
    const key = entryKey(entry);
    const held = this.leases.get(key);
    if (held && fits(held.model, entry)) return held.model;
    const shown = this.models.find(entry.model);
    const sharesPanel = shown?.table ? fits(shown, entry) : this.isFirst(entry);
    const lease = this.models.lease(entry.model, sharesPanel ? undefined : entry.table);
    this.leases.set(key, lease);
    held?.dispose();
    return lease.model;
  }

  /** The open model that checks an entry; undefined while there is none. */
  openModelOf(entry: RulesEntry): OpenModel | undefined {
    const key = entryKey(entry);
    const open = this.models.list().find((model) => model.entry && entryKey(model.entry) === key);
    return open ?? this.leases.get(key)?.model;
  }

  /** The first entry of a model is the one its panel takes. */
  private isFirst(entry: RulesEntry): boolean {
    const first = this.rulesFiles.entries().find((other) => other.model.toString() === entry.model.toString());
    return !first || entryKey(first) === entryKey(entry);
  }

  private prune(): void {
    const present = new Set(this.rulesFiles.entries().map(entryKey));
    for (const [key, lease] of this.leases) {
      if (present.has(key)) continue;
      this.leases.delete(key);
      lease.dispose();
    }
  }
}

/** Whether a model has the entry's table, or is still to be given it. */
function fits(model: OpenModel, { table }: RulesEntry): boolean {
  return !model.table || !table || model.table.toString() === table.toString();
}
