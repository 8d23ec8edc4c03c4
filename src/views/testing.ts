import path from 'node:path';
import * as vscode from 'vscode';
import { ruleWords } from '../findings/expectations';
import type { Findings } from '../session/service';
import { rulesFileName, testController } from './ids';
import type { OpenModel } from './openModel';
import type { OpenModels } from './openModels';
import { wholeLine } from './places';
import type { RuleChecks } from './ruleChecks';
import { entryKey, type ResolvedRule, resolveRules, type RulesEntry } from './rulesEntry';
import type { RulesFiles } from './rulesFiles';

/** How a test of the Testing view stands. */
export interface RuleTestOutcome {
  /** The labels from the model down to the input. */
  readonly path: readonly string[];
  readonly state: 'passed' | 'failed' | 'errored';
  readonly message?: string;
}

/** What the tests are made of. */
export interface TestSurroundings {
  readonly models: OpenModels;
  readonly rulesFiles: RulesFiles;
  readonly checks: RuleChecks;
}

type Standing = Findings['rules'][number];

/** The Testing view: model → rule → one test per input. Tests run when asked, and again whenever their model is checked. */
export class RuleTests implements vscode.Disposable {
  private readonly controller = vscode.tests.createTestController(testController, 'Slopescope');
  private readonly surroundings: TestSurroundings;
  private readonly latest = new Map<string, RuleTestOutcome>();
  private readonly running = new Set<string>();
  private readonly ends: readonly { dispose(): unknown }[];

  constructor(surroundings: TestSurroundings) {
    this.surroundings = surroundings;
    const { models, rulesFiles } = surroundings;
    const run = (request: vscode.TestRunRequest, token: vscode.CancellationToken) => this.run(request, token);
    const kind = vscode.TestRunProfileKind.Run;
    const profile = this.controller.createRunProfile(vscode.l10n.t('Check Rules'), kind, run, true, undefined, true);
    this.controller.refreshHandler = () => rulesFiles.find();
    this.controller.resolveHandler = (item) => this.resolve(item);
    this.ends = [
      profile,
      rulesFiles.onDidChange(() => this.list()),
      models.onDidChange(({ model, what }) => model && what === 'rules' && this.follow(model)),
    ];
  }

  dispose(): void {
    for (const end of this.ends) end.dispose();
    this.controller.dispose();
  }

  /** How every test that has run stands. */
  outcomes(): readonly RuleTestOutcome[] {
    return [...this.latest.values()];
  }

  /** Lists all entries anew; what stays keeps its results. */
  private list(): void {
    const items = this.surroundings.rulesFiles.entries().map((entry) => this.entryItem(entry));
    this.controller.items.replace(items);
    this.forgetGone();
  }

  /** Drops the results of tests that are no longer there. */
  private forgetGone(): void {
    const present = new Set(this.leaves().map(({ id }) => id));
    for (const id of this.latest.keys()) if (!present.has(id)) this.latest.delete(id);
  }

  private entryItem(entry: RulesEntry): vscode.TestItem {
    const item = this.controller.createTestItem(entryKey(entry), path.posix.basename(entry.model.path), entry.file);
    item.range = wholeLine(entry.line);
    if (entry.table) item.description = path.posix.basename(entry.table.path);
    item.children.replace(this.ruleItems(entry));
    return item;
  }

  private ruleItems(entry: RulesEntry): vscode.TestItem[] {
    const description = this.surroundings.checks.openModelOf(entry)?.description;
    const resolved = description ? resolveRules(entry, description) : undefined;
    return entry.written.map(({ rule, inputs }, number) => {
      const item = this.controller.createTestItem(ruleId(entry, number), ruleWords(rule), entry.file);
      item.description = inputs.join(', ');
      item.range = wholeLine(rule.written?.line ?? entry.line);
      item.canResolveChildren = !resolved;
      const tests = (resolved?.[number]?.rules ?? []).map((test) => {
        const label = test.input ?? vscode.l10n.t('forecast');
        const leaf = this.controller.createTestItem(`${item.id}\n${label}`, label, entry.file);
        leaf.range = item.range;
        return leaf;
      });
      item.children.replace(tests);
      return item;
    });
  }

  /** Which inputs a rule means is known once its model has been read. */
  private async resolve(item: vscode.TestItem | undefined): Promise<void> {
    if (!item) return this.surroundings.rulesFiles.find();
    const entry = this.entryOf(item);
    if (!entry) return;
    await this.surroundings.checks.modelOf(entry).open();
    this.controller.items.get(entryKey(entry))?.children.replace(this.ruleItems(entry));
  }

  private entryOf(item: vscode.TestItem): RulesEntry | undefined {
    return this.surroundings.rulesFiles.entries().find((entry) => isWithin(item.id, entryKey(entry)));
  }

  private async run(request: vscode.TestRunRequest, token: vscode.CancellationToken): Promise<void> {
    const isWanted = wantedBy(request);
    const run = this.controller.createTestRun(request);
    try {
      for (const entry of this.surroundings.rulesFiles.entries()) {
        const key = entryKey(entry);
        const items = this.leaves().filter(({ id }) => isWithin(id, key) && isWanted(id));
        if (items.length === 0 || token.isCancellationRequested) continue;
        for (const item of items) run.started(item);
        await this.runEntry(entry, run, isWanted, token);
      }
    } finally {
      run.end();
    }
  }

  private async runEntry(
    entry: RulesEntry,
    run: vscode.TestRun,
    isWanted: (id: string) => boolean,
    token: vscode.CancellationToken,
  ): Promise<void> {
    const key = entryKey(entry);
    const { checks } = this.surroundings;
    const stopping = token.onCancellationRequested(() => checks.modelOf(entry).stop());
    this.running.add(key);
    try {
      const model = await checks.run(entry);
      if (!token.isCancellationRequested) this.publish(entry, model, run, isWanted);
    } finally {
      this.running.delete(key);
      stopping.dispose();
    }
  }

  /** A check that was not asked for here: its results are shown as a run of their own. */
  private follow(model: OpenModel): void {
    const { entry } = model;
    const root = entry && this.controller.items.get(entryKey(entry));
    if (!root || this.running.has(entryKey(entry))) return;
    const run = this.controller.createTestRun(new vscode.TestRunRequest([root]), undefined, false);
    this.publish(entry, model, run, () => true);
    run.end();
  }

  private publish(entry: RulesEntry, model: OpenModel, run: vscode.TestRun, isWanted: (id: string) => boolean): void {
    const root = this.controller.items.get(entryKey(entry));
    if (!root) return;
    root.children.replace(this.ruleItems(entry));
    this.forgetGone();
    const resolved = model.description ? resolveRules(entry, model.description) : [];
    for (const item of leavesUnder(root)) {
      if (!isWanted(item.id)) continue;
      const outcome = outcomeOf(item, root, model, resolved[ruleNumber(item.id, root.id)]);
      this.latest.set(item.id, outcome);
      report(run, item, outcome, model);
    }
  }

  private leaves(): vscode.TestItem[] {
    const roots: vscode.TestItem[] = [];
    this.controller.items.forEach((item) => roots.push(item));
    return roots.flatMap(leavesUnder);
  }
}

/** How the rule of one test stands in the model's findings. */
function outcomeOf(
  item: vscode.TestItem,
  root: vscode.TestItem,
  model: OpenModel,
  rule: ResolvedRule | undefined,
): RuleTestOutcome {
  const labels = [root.label, ...(item.parent && item.parent !== root ? [item.parent.label] : []), item.label];
  const outcome = (state: RuleTestOutcome['state'], message?: string): RuleTestOutcome => ({
    path: labels,
    state,
    ...(message === undefined ? {} : { message }),
  });
  const [problem] = [...(rule?.problems ?? []), ...(model.description?.problems ?? []), ...model.problems].filter(
    ({ severity }) => severity === 'error',
  );
  if (problem) return outcome('errored', [problem.message, problem.remedy ?? ''].join(' ').trim());
  const standings = standingsOf(item, model, rule);
  if (standings.length === 0)
    return outcome('errored', vscode.l10n.t('{0} names no table to check this rule on.', rulesFileName));
  const uncheckable = standings.find((standing) => standing.problem !== undefined);
  if (uncheckable) return outcome('errored', uncheckable.problem);
  const failing = standings.flatMap(({ finding }) => model.findings?.findings[finding ?? -1] ?? []);
  return failing.length > 0 ? outcome('failed', failing.map(({ message }) => message).join('\n')) : outcome('passed');
}

/** A slope rule of a model with several outputs stands once for each. */
function standingsOf(item: vscode.TestItem, model: OpenModel, rule: ResolvedRule | undefined): readonly Standing[] {
  const place = rule?.written.rule.written;
  return (model.findings?.rules ?? []).filter(
    ({ rule: { input, written } }) =>
      written?.line === place?.line &&
      written?.column === place?.column &&
      (input === undefined || input === item.label),
  );
}

function report(run: vscode.TestRun, item: vscode.TestItem, outcome: RuleTestOutcome, model: OpenModel): void {
  if (outcome.state === 'passed') {
    run.passed(item);
    return;
  }
  const message = new vscode.TestMessage(outcome.message ?? '');
  const finding = model.findings?.findings.find((candidate) => outcome.message?.startsWith(candidate.message));
  const line = finding?.rows.worstLines[0];
  if (model.table && line !== undefined) message.location = new vscode.Location(model.table, wholeLine(line));
  if (outcome.state === 'failed') run.failed(item, message);
  else run.errored(item, message);
}

function ruleId(entry: RulesEntry, number: number): string {
  return `${entryKey(entry)}\n${number}`;
}

function ruleNumber(id: string, root: string): number {
  return Number(id.slice(root.length + 1).split('\n')[0]);
}

function leavesUnder(item: vscode.TestItem): vscode.TestItem[] {
  const leaves: vscode.TestItem[] = [];
  item.children.forEach((child) => leaves.push(...leavesUnder(child)));
  return leaves.length > 0 ? leaves : [item];
}

/** Whether an item is another one or stands below it. */
function isWithin(id: string, parent: string): boolean {
  return id === parent || id.startsWith(`${parent}\n`);
}

function wantedBy({ include, exclude }: vscode.TestRunRequest): (id: string) => boolean {
  return (id) =>
    (include === undefined || include.some((item) => isWithin(id, item.id) || isWithin(item.id, id))) &&
    !(exclude ?? []).some((item) => isWithin(id, item.id));
}
