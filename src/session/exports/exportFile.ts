import type { Call } from '../../ask';
import type { ReportTab } from '../../storedAnswers';
import type { SecondModel } from '../compareQuestion';
import type { Units } from '../service';
import type { Session } from '../session';
import { slopesCsv } from '../slopesCsv';
import { findingsCsv } from './findingsCsv';
import { junitOf } from './junit';
import { markdownOf } from './markdown';
import { reportHtml, type ReportAssets } from './report';
import { sarifOf } from './sarif';
import { slopesNpy } from './slopesNpy';

/** What a session can be written out as. */
export type ExportKind = 'slopes' | 'npy' | 'findings' | 'report' | 'json' | 'sarif' | 'junit' | 'markdown';

/** A file to be saved under a new name. */
export interface ExportedFile {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** What is exported, and what a report is made with. */
export interface ExportWish {
  readonly kind: ExportKind;
  /** The outputs of a report; of anything else the first of them. */
  readonly outputs: readonly number[];
  readonly units: Units;
  readonly assets: ReportAssets;
  /** Tabs of a report beside Slopes and Rules. */
  readonly tabs?: readonly ReportTab[];
  /** The second model of the comparison that a report holds. */
  readonly compared?: SecondModel | undefined;
}

/** Writes a session out. */
export async function exportFile(session: Session, wish: ExportWish, call: Call): Promise<ExportedFile> {
  const stem = session.file.name.replace(/\.[^.]*$/, '');
  const content = await contentOf(session, wish, call);
  const endings: Record<ExportKind, string> = {
    slopes: 'slopes.csv',
    npy: 'slopes.npy',
    findings: 'findings.csv',
    report: 'report.html',
    json: 'slopes.json',
    sarif: 'findings.sarif',
    junit: 'rules.xml',
    markdown: 'report.md',
  };
  return {
    name: `${stem}.${endings[wish.kind]}`,
    bytes: typeof content === 'string' ? new TextEncoder().encode(content) : content,
  };
}

async function contentOf(
  session: Session,
  { kind, outputs, units, assets, tabs = [], compared }: ExportWish,
  call: Call,
): Promise<string | Uint8Array> {
  const [output = 0] = outputs;
  switch (kind) {
    case 'slopes':
      return bytesOf(slopesCsv(session, [output], units));
    case 'npy':
      return bytesOf(slopesNpy(session, [output], units));
    case 'report':
      return reportHtml(session, outputs, { assets, tabs, compared }, call);
    case 'json':
      return `${JSON.stringify({ model: session.describe(), data: await session.data(), findings: (await session.findings({ output, units }, call)).findings }, plainNumbers, 1)}\n`;
    case 'findings':
      return findingsCsv((await session.findings({ output, units }, call)).findings);
    case 'sarif':
      return sarifOf([{ session, findings: await session.findings({ output, units }, call) }]);
    case 'junit':
      return junitOf([{ session, findings: await session.findings({ output, units }, call) }]);
    case 'markdown':
      return markdownOf(session, output, call);
  }
}

async function bytesOf(content: AsyncIterable<string | Uint8Array<ArrayBuffer>>): Promise<Uint8Array> {
  const parts: (string | Uint8Array<ArrayBuffer>)[] = [];
  for await (const part of content) parts.push(part);
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** JSON has no NaN: it becomes null. */
function plainNumbers(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}
