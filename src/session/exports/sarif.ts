import type { Finding } from '../../findings/finding';
import { expectations } from '../../findings/expectations';
import type { Findings } from '../service';
import type { Session } from '../session';

/** One checked model with its findings; `table` and `rules` are the files' paths as they are to be written. */
export interface CheckedModel {
  readonly session: Session;
  readonly findings: Findings;
  readonly tablePath?: string;
}

const levels = { error: 'error', warning: 'warning', info: 'note' } as const;

/** Findings in the Static Analysis Results Interchange Format 2.1.0: at the rule's line where it is written, else at the worst row's line of the table. */
export function sarifOf(models: readonly CheckedModel[]): string {
  const results = models.flatMap((model) => model.findings.findings.map((finding) => resultOf(model, finding)));
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'Slopescope',
            rules: expectations.map((expect) => ({
              id: expect.replaceAll(' ', '-'),
              shortDescription: { text: `Expected: ${expect}` },
            })),
          },
        },
        results,
      },
    ],
  };
  return `${JSON.stringify(log, null, 1)}\n`;
}

function resultOf(model: CheckedModel, finding: Finding) {
  const table = model.tablePath ?? model.session.connected().table.name;
  const rows = finding.rows.worstLines.map((line) => locationOf(table, line, 1));
  const { written } = finding.rule;
  return {
    ruleId: finding.code,
    level: levels[finding.severity],
    message: { text: finding.message },
    locations: written ? [locationOf(written.file, written.line, written.column)] : rows.slice(0, 1),
    relatedLocations: written ? rows : rows.slice(1),
  };
}

function locationOf(uri: string, startLine: number, startColumn: number) {
  return {
    physicalLocation: { artifactLocation: { uri: uri.replaceAll('\\', '/') }, region: { startLine, startColumn } },
  };
}
