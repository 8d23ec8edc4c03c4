import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { ruleSubject } from '../findings/parseRule';
import { isScalerWord, parseRulesFile, type ModelEntry } from '../findings/rulesFile';
import type { Rule } from '../findings/rule';
import { resolveRule } from '../findings/writtenRule';
import { hasError, type Problem } from '../problem';
import { junitOf } from '../session/exports/junit';
import { type CheckedModel, sarifOf } from '../session/exports/sarif';
import type { Findings } from '../session/service';
import type { Session } from '../session/session';
import { partWords, tableTitle } from '../table/rowsTaken';
import { UsageError, type CommonArguments } from './arguments';
import { bytesOf, note, openSession } from './openFiles';
import { writeOut } from './output';
import { problemLines, Refusal, writeRefusal } from './refusal';
import { mending } from './mending';
import { readRules } from './rules';

/** One model with its rules, checked; `problems` are rules that could not be. */
export interface Checked extends CheckedModel {
  readonly problems: readonly Problem[];
  /** The model as the command line reaches it. */
  readonly modelPath: string;
}

/** Everything that was checked, and why other models could not be opened at all. */
interface Outcome {
  readonly checked: readonly Checked[];
  readonly refusals: readonly Refusal[];
}

/** `slopescope check`: all rules of slopescope.json files, or those of the command line, at every row. */
export async function check(given: CommonArguments): Promise<number> {
  const byWords = given.rules.length > 0 || given.data !== undefined;
  const { checked, refusals } = byWords ? await checkWords(given) : await checkFiles(given);
  const [refusal] = refusals;
  if (refusal && checked.length === 0 && refusals.length === 1) throw refusal;
  const problems = [...checked, ...refusals].flatMap((part) => part.problems);
  await writeOut(given, given.mend ? mending(checked) : formatted(given, checked, problems));
  note(
    given,
    checked.flatMap((model) => model.problems),
  );
  for (const each of refusals) writeRefusal(each, false);
  return statusOf(checked, refusals);
}

/** 2 or 3 where something could not be checked, which is never a pass; 1 where a rule of level error or warning fails. */
function statusOf(checked: readonly Checked[], refusals: readonly Refusal[]): number {
  const isUnchecked = checked.some(
    ({ findings, problems }) => findings.rules.some((rule) => rule.problem !== undefined) || hasError(problems),
  );
  if (isUnchecked || refusals.some(({ status }) => status === 2)) return 2;
  if (refusals.length > 0) return 3;
  return checked.some(({ findings }) => findings.findings.some(({ severity }) => severity !== 'info')) ? 1 : 0;
}

async function checkWords(given: CommonArguments): Promise<Outcome> {
  const session = await openSession(given);
  const { rules, problems } = readRules(given.rules, session);
  if (rules.length === 0 && problems.length > 0) throw new Refusal(2, problems);
  if (rules.length === 0)
    throw new UsageError('Name at least one rule with --rule, such as --rule "calls_made never falls".');
  const findings = await findingsOf(session, rules);
  const tablePath = given.data === undefined ? {} : { tablePath: given.data };
  return { checked: [{ session, findings, problems, modelPath: given.models[0]!, ...tablePath }], refusals: [] };
}

async function checkFiles(given: CommonArguments): Promise<Outcome> {
  const checked: Checked[] = [];
  const refusals: Refusal[] = [];
  for (const place of await rulesFiles(given.models[0] ?? 'slopescope.json')) {
    const { models, problems } = parseRulesFile(place, new TextDecoder().decode(await bytesOf(place)));
    if (hasError(problems)) refusals.push(new Refusal(2, problems));
    for (const entry of models) {
      try {
        checked.push(await checkEntry(given, path.dirname(place), entry));
      } catch (error) {
        // One model that cannot be opened keeps no other from being checked.
        refusals.push(refusalAt(error, `${place} line ${entry.line}`));
      }
    }
  }
  return { checked, refusals };
}

/** What stopped the check of an entry; anything but a refusal or a wrong use is a bug and goes on. */
function refusalAt(error: unknown, place: string): Refusal {
  if (error instanceof Refusal) return error;
  if (!(error instanceof UsageError)) throw error;
  const message = `${place}: ${error.message}`;
  const remedy = 'Add "data": "path of the table" to the entry.';
  return new Refusal(2, [{ code: 'usage', message, file: place, remedy, severity: 'error' }]);
}

async function checkEntry(given: CommonArguments, folder: string, entry: ModelEntry): Promise<Checked> {
  const at = (relative: string): string => path.join(folder, relative);
  const { scaler, outputScaler, data } = entry;
  const session = await openSession({
    ...given,
    models: [at(entry.model)],
    answers: new Map([...Object.entries(entry.answers), ...given.answers]),
    ...(data === undefined ? {} : { data: at(data) }),
    ...(scaler === undefined || scaler === 'in file' ? {} : { scaler: isScalerWord(scaler) ? scaler : at(scaler) }),
    ...(outputScaler === undefined ? {} : { outputScaler }),
    dialect: { ...entry.csv, ...given.dialect },
    choice: {
      columns: entry.columns,
      categories: entry.categories,
      units: entry.units,
      ...(entry.target === undefined ? {} : { target: entry.target }),
    },
  });
  const subject = ruleSubject(session.file.name, session.describe());
  const resolved = entry.rules.map((written) => resolveRule(written, subject));
  const findings = await findingsOf(
    session,
    resolved.flatMap(({ rules }) => rules),
  );
  return {
    session,
    findings,
    problems: resolved.flatMap(({ problems }) => problems),
    modelPath: at(entry.model),
    ...(data === undefined ? {} : { tablePath: at(data) }),
  };
}

/** The findings of all outputs the rules speak of. */
async function findingsOf(session: Session, rules: readonly Rule[]): Promise<Findings> {
  session.setRules(rules);
  const call = { signal: new AbortController().signal, progress: () => undefined };
  const parts: Findings[] = [];
  for (const output of session.describe().outputs.keys())
    parts.push(await session.findings({ output, units: 'original' }, call));
  const findings = parts.flatMap((part) => part.findings).sort((a, b) => b.weight - a.weight);
  return {
    findings,
    rules: parts.flatMap((part) =>
      part.rules
        .filter((standing) => standing.elsewhere === undefined)
        .map((standing) => {
          const finding = standing.finding === undefined ? undefined : part.findings[standing.finding];
          return finding ? { ...standing, finding: findings.indexOf(finding) } : standing;
        }),
    ),
    suggestions: [],
    rowsFailing: Math.max(0, ...parts.map((part) => part.rowsFailing)),
  };
}

async function rulesFiles(place: string): Promise<string[]> {
  const found = await stat(place).catch(() => undefined);
  if (!found)
    throw new Refusal(2, [
      {
        code: 'file-missing',
        message: `${place} does not exist.`,
        file: place,
        remedy: 'Name a slopescope.json, or a model with --data and --rule.',
        severity: 'error',
      },
    ]);
  if (!found.isDirectory()) return [place];
  const names = (await readdir(place, { recursive: true })).filter(
    (name) => path.basename(name) === 'slopescope.json' && !name.includes('node_modules'),
  );
  if (names.length === 0) throw new UsageError(`${place} holds no slopescope.json.`);
  return names.sort().map((name) => path.join(place, name));
}

function formatted(given: CommonArguments, checked: readonly Checked[], problems: readonly Problem[]): string {
  switch (given.format) {
    case 'json':
      return jsonOf(checked, problems);
    case 'sarif':
      return sarifOf(checked);
    case 'junit':
      return junitOf(checked);
    case 'text':
      return checked.map(textOf).join('\n');
  }
}

function jsonOf(checked: readonly Checked[], problems: readonly Problem[]): string {
  const standings = checked.flatMap((model) => model.findings.rules);
  const unchecked = standings.flatMap(({ problem }): Pick<Problem, 'code' | 'message' | 'remedy'>[] =>
    problem === undefined ? [] : [{ code: 'rule-unchecked', message: problem }],
  );
  const told = problems
    .filter(({ severity }) => severity === 'error')
    .map(({ code, message, remedy }) => ({ code, message, remedy }));
  const parts = checked.flatMap(({ session }) => {
    const { name, part } = session.connected().table;
    return part ? [{ table: name, read: partWords(part) }] : [];
  });
  return `${JSON.stringify({
    findings: checked.flatMap((model) => model.findings.findings),
    passed: standings.filter((rule) => rule.holds).length,
    failed: standings.filter((rule) => !rule.holds).length,
    ...(parts.length > 0 ? { parts } : {}),
    ...(unchecked.length + told.length > 0 ? { problems: [...unchecked, ...told] } : {}),
  })}\n`;
}

/** A short table for people: one line per rule, a failing one with where and why below it. */
function textOf({ session, findings }: Checked): string {
  const lines = findings.rules.flatMap((standing) => {
    const { input } = standing.rule;
    const title = input === undefined ? standing.words : `${input} ${standing.words}`;
    if (standing.problem !== undefined) return [`?  ${title}: ${standing.problem}`];
    const finding = standing.finding === undefined ? undefined : findings.findings[standing.finding];
    if (standing.holds || !finding) {
      return [`✓  ${title}`, ...(standing.between ? [`     beside the rows: ${standing.between.words}`] : [])];
    }
    return [
      `✗  ${finding.message}`,
      ...(standing.rule.why === undefined ? [] : [`     ${standing.rule.why}`]),
      ...finding.why.flatMap(({ message, remedy }) => [
        `     ${message}`,
        ...(remedy === undefined ? [] : [`       → ${remedy}`]),
      ]),
    ];
  });
  const failed = findings.rules.filter((standing) => !standing.holds).length;
  const table = tableTitle(session.connected().table);
  const notes = session.connected().result.problems.map((problem) => problemLines(problem));
  return [`${session.file.name} on ${table}`, ...lines, ...notes, verdict(failed, findings.rules.length), ''].join(
    '\n',
  );
}

function verdict(failed: number, rules: number): string {
  if (rules === 1) return failed === 1 ? 'The rule fails.' : 'The rule holds.';
  return failed > 0 ? `${failed} of ${rules} rules fail.` : `All ${rules} rules hold.`;
}
