import type { Call } from '../../ask';
import { count, number, percent, signed } from '../../findings/words';
import { tableTitle } from '../../table/rowsTaken';
import type { Session } from '../session';

/** The report to paste: sentence, ranking, findings. */
export async function markdownOf(session: Session, output: number, call: Call): Promise<string> {
  const view = { output, units: 'original' as const };
  const { findings } = await session.findings(view, call); // first: lanes before every row is computed are of drawn rows
  const lanes = await session.lanes(view, call);
  const { name, unit } = session.describe().outputs[output]!;
  const rows = lanes.lanes.map((lane) => {
    const effect = `${number(lane.typicalEffect)} ${unit || name}`;
    const { mean, min, max, below, count: of } = lane.statistics;
    const cells =
      lane.kind === 'switched'
        ? ['switched', '', '']
        : [
            `${signed(mean)} ${lane.unit}`,
            `${signed(min)} to ${signed(max)}`,
            `${count(below)} (${percent(below / Math.max(of, 1))})`,
          ];
    return `| ${[lane.name, effect, ...cells].map(escaped).join(' | ')} |`;
  });
  return [
    `## ${escaped(session.file.name)}`,
    '',
    [lanes.sentence, lanes.subline].filter(Boolean).join(' '),
    '',
    `${session.describe().structure}; ${count(lanes.rows)} rows of ${escaped(tableTitle(session.connected().table))}.`,
    '',
    '| Input | Typical effect | Average slope | Lowest to highest | Rows below 0 |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
    ...findings.flatMap((finding) => [
      `- **${escaped(finding.message)}**`,
      ...finding.why.map((reason) => `  - ${escaped(reason.message)}`),
    ]),
    '',
  ].join('\n');
}

/** Names of the user's must not become markup. */
function escaped(text: string): string {
  return text.replace(/[\\`*_[\]<>|]/g, (sign) => `\\${sign}`);
}
