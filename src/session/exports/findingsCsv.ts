import type { Finding } from '../../findings/finding';
import { ruleWords } from '../../findings/expectations';

const head = [
  'input',
  'output',
  'rule',
  'level',
  'rows failing',
  'rows checked',
  'worst',
  'unit',
  'row',
  'line',
  'where',
  'why',
  'message',
];

/** Findings as CSV, one line each, numbers in full precision. */
export function findingsCsv(findings: readonly Finding[]): string {
  const lines = findings.map((finding) => {
    const { rows, where, why } = finding;
    return [
      finding.input ?? 'forecast',
      finding.output,
      ruleWords(finding.rule),
      finding.severity,
      rows.count,
      rows.of,
      rows.worst,
      finding.unit,
      (rows.worstRows[0] ?? -1) + 1,
      rows.worstLines[0] ?? '',
      where?.words ?? '',
      why.map((reason) => reason.message).join('; '),
      finding.message,
    ];
  });
  return [head, ...lines].map((cells) => `${cells.map((cell) => quotedCell(String(cell))).join(',')}\n`).join('');
}

/** A cell as RFC 4180 quotes it. */
export function quotedCell(text: string): string {
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
