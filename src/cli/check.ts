import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { ruleWords } from '../findings/expectations';
import { ruleSubject } from '../findings/parseRule';
import { parseRulesFile, type ModelEntry } from '../findings/rulesFile';
import type { Rule } from '../findings/rule';
import { resolveRule } from '../findings/writtenRule';
import { hasError, type Problem } from '../problem';
import { junitOf } from '../session/exports/junit';
import { type CheckedModel, sarifOf } from '../session/exports/sarif';
import type { Findings } from '../session/service';
import type { Session } from '../session/session';
import { UsageError, type CommonArguments } from './arguments';
import { bytesOf, note, openSession } from './openFiles';
import { writeOut } from './output';
import { problemLines, Refusal } from './refusal';
import { rulesFrom } from './rules';

/** One model with its rules, checked; `problems` are rules that could not be. */
interface Checked extends CheckedModel {
  readonly problems: readonly Problem[];
}

/** `slopescope check`: all rules of slopescope.json files, or those of the command line, at every row. */
export async function check(given: CommonArguments): Promise<number> {
  const checked =
    given.rules.length > 0 || given.data !== undefined ? [await checkWords(given)] : await checkFiles(given);
  const problems = checked.flatMap((model) => model.problems);
  const standings = checked.flatMap((model) => model.findings.rules);
  const unchecked =
    standings.filter((rule) => rule.problem !== undefined).length +
    problems.filter((problem) => problem.severity === 'error').length;
  const failing = checked
    .flatMap((model) => model.findings.findings)
    .filter((finding) => finding.severity !== 'info').length;
  await writeOut(
    given,
    formatted(given, checked, {
      passed: standings.filter((rule) => rule.holds).length,
      failed: standings.filter((rule) => !rule.holds).length,
    }),
  );
  note(given, problems);
  return unchecked > 0 ? 2 : failing > 0 ? 1 : 0;
}

async function checkWords(given: CommonArguments): Promise<Checked> {
  const session = await openSession(given);
  const rules = rulesFrom(given.rules, session);
  if (rules.length === 0)
    throw new UsageError('Name at least one rule with --rule, such as --rule "calls_made never falls".');
  const findings = await findingsOf(session, rules);
  return { session, findings, problems: [], ...(given.data === undefined ? {} : { tablePath: given.data }) };
}

async function checkFiles(given: CommonArguments): Promise<Checked[]> {
  const places = await rulesFiles(given.models[0] ?? 'slopescope.json');
  const all: Checked[] = [];
  for (const place of places) {
    const file = parseRulesFile(place, new TextDecoder().decode(await bytesOf(place)));
    if (hasError(file.problems) && file.models.length === 0) throw new Refusal(2, file.problems);
    for (const [index, entry] of file.models.entries()) {
      const checked = await checkEntry(given, path.dirname(place), entry);
      all.push(index === 0 ? { ...checked, problems: [...file.problems, ...checked.problems] } : checked);
    }
  }
  return all;
}

async function checkEntry(given: CommonArguments, folder: string, entry: ModelEntry): Promise<Checked> {
  const at = (relative: string): string => path.join(folder, relative);
  const { scaler, data } = entry;
  const session = await openSession({
    ...given,
    models: [at(entry.model)],
    answers: new Map([...Object.entries(entry.answers), ...given.answers]),
    ...(data === undefined ? {} : { data: at(data) }),
    ...(scaler === undefined || scaler === 'in file' ? {} : { scaler: scaler === 'none' ? 'none' : at(scaler) }),
    choice: {
      columns: entry.columns,
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

function formatted(
  given: CommonArguments,
  checked: readonly Checked[],
  counts: { readonly passed: number; readonly failed: number },
): string {
  switch (given.format) {
    case 'json':
      return `${JSON.stringify({ findings: checked.flatMap((model) => model.findings.findings), ...counts })}\n`;
    case 'sarif':
      return sarifOf(checked);
    case 'junit':
      return junitOf(checked);
    case 'text':
      return checked.map(textOf).join('\n');
  }
}

/** A short table for people: one line per rule, a failing one with where and why below it. */
function textOf({ session, findings }: Checked): string {
  const lines = findings.rules.flatMap((standing) => {
    const title = `${standing.rule.input ?? 'forecast'} ${ruleWords(standing.rule)}`;
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
  const table = session.connected().table.name;
  const notes = session.connected().result.problems.map((problem) => problemLines(problem));
  return [
    `${session.file.name} on ${table}`,
    ...lines,
    ...notes,
    failed > 0 ? `${failed} of ${findings.rules.length} rules fail.` : `All ${findings.rules.length} rules hold.`,
    '',
  ].join('\n');
}
