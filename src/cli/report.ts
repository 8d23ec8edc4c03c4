import { createHash } from 'node:crypto';
import path from 'node:path';
import { compareSessions, laneCells, sameOutput } from '../session/compareView';
import type { ReportedComparison } from '../session/compareQuestion';
import { exportFile } from '../session/exports/exportFile';
import type { ReportAssets } from '../session/exports/report';
import type { Session } from '../session/session';
import { pageAssets } from '../worker/pageAssets';
import { UsageError, type CommonArguments } from './arguments';
import { bytesOf, chosenOutputs, openSession } from './openFiles';
import { unheard, writeOut } from './output';
import { rulesFrom } from './rules';

/** `slopescope report MODEL --data CSV -o report.html`: one self-contained page. */
export async function report(given: CommonArguments): Promise<number> {
  if (given.file === undefined) throw new UsageError('Name the report with -o, such as -o report.html.');
  const session = await openSession(given);
  session.setRules(rulesFrom(given.rules, session));
  const [output = 0] = chosenOutputs(session, given.output);
  const { bytes } = await exportFile(
    session,
    {
      kind: 'report',
      output,
      units: 'original',
      tabs: given.include,
      assets: await assetsFor(session, given),
      compared: await comparedWith(session, output, given),
    },
    unheard,
  );
  await writeOut(given, new TextDecoder().decode(bytes));
  return 0;
}

/** The second model under the same rules, on the same table. */
async function comparedWith(
  first: Session,
  output: number,
  given: CommonArguments,
): Promise<ReportedComparison | undefined> {
  if (given.other === undefined) return undefined;
  const second = await openSession({ ...given, models: [given.other], quiet: true });
  second.setRules(first.rules);
  const outputs = [output, sameOutput(first, second, output)] as const;
  return { name: second.file.name, answer: await compareSessions(first, second, outputs, unheard, laneCells) };
}

async function assetsFor(session: Session, given: CommonArguments): Promise<ReportAssets> {
  const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex').slice(0, 16);
  return {
    ...(await pageAssets(path.join(__dirname, 'webview'))),
    foot: {
      date: new Date().toISOString().slice(0, 10),
      version: SLOPESCOPE_VERSION,
      modelHash: hash(session.file.bytes),
      tableHash: given.data === undefined ? 'in the model file' : hash(await bytesOf(given.data)),
    },
  };
}
