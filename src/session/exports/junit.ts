import type { Finding } from '../../findings/finding';
import { tableTitle } from '../../table/rowsTaken';
import type { Findings } from '../service';
import type { CheckedModel } from './sarif';

/** Rules as test cases in JUnit's XML, one suite per model and table: what CI services show as tests. */
export function junitOf(models: readonly CheckedModel[]): string {
  const suites = models.map(suiteOf).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="Slopescope">\n${suites}</testsuites>\n`;
}

function suiteOf(model: CheckedModel): string {
  const { session, findings, problems = [] } = model;
  const suite = attribute(`${session.file.name} on ${tableTitle(session.connected().table)}`);
  const cases = [
    ...findings.rules.map((standing) => caseOf(standing, findings.findings)),
    ...problems
      .filter(({ severity }) => severity === 'error')
      .map(({ code, message, remedy }) => ({
        title: message,
        outcome: 'error' as const,
        content: element('error', code, message, remedy ?? ''),
      })),
  ];
  const many = (wanted: Outcome): number => cases.filter(({ outcome }) => outcome === wanted).length;
  const lines = cases.map(
    ({ title, content }) =>
      `    <testcase classname="${suite}" name="${attribute(title)}"${content === '' ? '/>' : `>${content}</testcase>`}\n`,
  );
  return `  <testsuite name="${suite}" tests="${cases.length}" failures="${many('failure')}" errors="${many('error')}">\n${lines.join('')}  </testsuite>\n`;
}

type Outcome = 'holds' | 'failure' | 'error';

interface Case {
  readonly title: string;
  readonly outcome: Outcome;
  readonly content: string;
}

function caseOf({ rule, words, problem, holds, finding }: Findings['rules'][number], all: readonly Finding[]): Case {
  const title = rule.input === undefined ? words : `${rule.input} ${words}`;
  if (problem !== undefined)
    return { title, outcome: 'error', content: element('error', 'rule-unchecked', problem, '') };
  const found = finding === undefined ? undefined : all[finding];
  if (holds || !found) return { title, outcome: 'holds', content: '' };
  const detail = [found.message, ...found.why.map((reason) => reason.message)].join('\n');
  // What only informs does not fail a check, so it fails no test.
  if (found.severity === 'info')
    return { title, outcome: 'holds', content: `<system-out>${text(detail)}</system-out>` };
  return { title, outcome: 'failure', content: element('failure', found.code, found.message, detail) };
}

function element(name: 'failure' | 'error', type: string, message: string, detail: string): string {
  return `<${name} type="${attribute(type)}" message="${attribute(message)}">${text(detail)}</${name}>`;
}

function attribute(value: string): string {
  return text(value).replaceAll('"', '&quot;').replaceAll('\n', '&#10;');
}

/** Text as XML takes it; characters XML does not have are left out. */
function text(value: string): string {
  return value
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}
