import { codeOf, expectations } from '../../findings/expectations';
import type { Finding } from '../../findings/finding';
import type { Problem, Severity } from '../../problem';
import type { Findings } from '../service';
import type { Session } from '../session';

/** One checked model with its findings. */
export interface CheckedModel {
  readonly session: Session;
  readonly findings: Findings;
  /** The table's path as it is to be written. */
  readonly tablePath?: string;
  /** What kept rules from being checked. */
  readonly problems?: readonly Problem[];
}

const levels: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', info: 'note' };

/**
 * Findings in the Static Analysis Results Interchange Format 2.1.0: at the rule's line where it is written, else at the
 * worst row's line of the table. Rules that could not be checked are notifications of a run that did not succeed.
 */
export function sarifOf(models: readonly CheckedModel[]): string {
  const notifications = models.flatMap(notificationsOf);
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Slopescope',
            rules: expectations.map((expect) => ({
              id: codeOf(expect),
              shortDescription: { text: `Expected: ${expect}` },
            })),
          },
        },
        // Columns of slopescope.json are counted as JavaScript and VS Code count them.
        columnKind: 'utf16CodeUnits',
        invocations: [{ executionSuccessful: notifications.length === 0, toolExecutionNotifications: notifications }],
        results: models.flatMap((model) => model.findings.findings.map((finding) => resultOf(model, finding))),
      },
    ],
  };
  return `${JSON.stringify(log, null, 1)}\n`;
}

function resultOf(model: CheckedModel, finding: Finding) {
  const table = tableOf(model);
  const rows = finding.rows.worstLines.map((line, index) => ({
    ...locationOf(table, line, 1),
    message: { text: `row ${(finding.rows.worstRows[index] ?? 0) + 1}` },
  }));
  const { written } = finding.rule;
  return {
    ruleId: finding.code,
    ruleIndex: expectations.indexOf(finding.rule.expect),
    level: levels[finding.severity],
    message: { text: [finding.message, ...finding.why.map((reason) => reason.message)].join('\n') },
    locations: written ? [locationOf(written.file, written.line, written.column)] : rows.slice(0, 1),
    relatedLocations: written ? rows : rows.slice(1),
    // The same rule of the same model is the same result, whatever its numbers are today.
    partialFingerprints: {
      'rule/v1': [model.session.file.name, table, finding.code, finding.input ?? '', finding.output].join('|'),
    },
  };
}

function notificationsOf({ findings, problems = [] }: CheckedModel) {
  const unchecked = findings.rules.flatMap(({ rule, problem }) =>
    problem === undefined ? [] : [notification(problem, 'error', rule.written?.file, rule.written)],
  );
  const others = problems.map(({ message, severity, file, place }) =>
    notification(message, severity, file, place?.kind === 'line' ? place : undefined),
  );
  return [...unchecked, ...others.filter(({ level }) => level === 'error')];
}

function notification(
  text: string,
  severity: Severity,
  file: string | undefined,
  place: { readonly line: number; readonly column?: number } | undefined,
) {
  const locations = file !== undefined && place ? [locationOf(file, place.line, place.column ?? 1)] : [];
  return { level: levels[severity], message: { text }, locations };
}

function tableOf({ session, tablePath }: CheckedModel): string {
  return tablePath ?? session.connected().table.name;
}

function locationOf(file: string, startLine: number, startColumn: number) {
  return { physicalLocation: { artifactLocation: { uri: uriOf(file) }, region: { startLine, startColumn } } };
}

/** A path as a URI reference: slashes, everything else escaped; an absolute path is a file URI. What is a URI stays. */
function uriOf(file: string): string {
  if (/^[a-z][a-z\d+.-]+:\/\//i.test(file)) return file;
  const escaped = file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/');
  if (/^[a-z]%3A\//i.test(escaped)) return `file:///${escaped.replace('%3A', ':')}`;
  return escaped.startsWith('/') ? `file://${escaped}` : escaped;
}
