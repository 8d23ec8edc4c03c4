import path from 'node:path';
import * as vscode from 'vscode';
import type { GivenDialect } from '../table/table';
import type { Rule } from '../findings/rule';
import { ruleSubject } from '../findings/parseRule';
import { isScalerWord, type ModelEntry as WrittenEntry } from '../findings/rulesFile';
import { resolveRule, type WrittenRule } from '../findings/writtenRule';
import type { Problem } from '../problem';
import type { TableChoice } from '../session/connection';
import type { ModelDescription } from '../session/service';

/** One entry of a slopescope.json, its paths turned into addresses. */
export interface RulesEntry {
  readonly file: vscode.Uri;
  /** Its number in the file, from 0. */
  readonly number: number;
  /** Line (from 1) where it begins. */
  readonly line: number;
  readonly model: vscode.Uri;
  readonly table?: vscode.Uri;
  /** Absent: whatever lies in or beside the model. */
  readonly scaler?: 'none' | 'table' | vscode.Uri;
  readonly outputScaler?: 'none' | 'table';
  readonly dialect: GivenDialect;
  readonly choice: TableChoice;
  readonly answers: Readonly<Record<string, string>>;
  readonly written: readonly WrittenRule[];
}

/** The rules of an entry under the names of its model, in the order written. */
export interface ResolvedRule {
  readonly written: WrittenRule;
  readonly rules: readonly Rule[];
  readonly problems: readonly Problem[];
}

/** An entry as `findings/` reads it, seen from the file it stands in. */
export function rulesEntry(file: vscode.Uri, number: number, entry: WrittenEntry): RulesEntry {
  const near = (relative: string): vscode.Uri => vscode.Uri.joinPath(file, '..', relative);
  const { data, scaler, outputScaler, csv, target, columns, categories, units, answers, rules, line } = entry;
  return {
    file,
    number,
    line,
    model: near(entry.model),
    ...(data === undefined ? {} : { table: near(data) }),
    ...(scaler === undefined || scaler === 'in file' ? {} : { scaler: isScalerWord(scaler) ? scaler : near(scaler) }),
    ...(outputScaler === undefined ? {} : { outputScaler }),
    dialect: csv,
    choice: { columns, categories, units, ...(target === undefined ? {} : { target }) },
    answers,
    written: rules,
  };
}

/** Looks the names of the rules up in the model. Each rule knows its file by address, so that findings stand at its line. */
export function resolveRules(
  entry: RulesEntry,
  description: Pick<ModelDescription, 'inputs' | 'outputs'>,
): readonly ResolvedRule[] {
  const subject = ruleSubject(path.posix.basename(entry.model.path), description);
  return entry.written.map((written) => {
    const { rules, problems } = resolveRule(written, subject);
    return { written, problems, rules: rules.map((rule) => placed(rule, entry.file)) };
  });
}

/** Tells two states of an entry apart in everything but its rules: then the model must be opened again. */
export function connectionKey({ table, scaler, outputScaler, dialect, choice, answers }: RulesEntry): string {
  return JSON.stringify([table?.toString(), scaler?.toString(), outputScaler, dialect, choice, answers]);
}

/** A name for the entry that stays while the file is edited elsewhere. */
export function entryKey({ file, number, model, table }: RulesEntry): string {
  return [file.toString(), number, model.toString(), table?.toString() ?? ''].join('\n');
}

function placed(rule: Rule, file: vscode.Uri): Rule {
  return rule.written ? { ...rule, written: { ...rule.written, file: file.toString() } } : rule;
}
