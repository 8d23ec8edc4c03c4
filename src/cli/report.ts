import { createHash } from 'node:crypto';
import path from 'node:path';
import { exportFile } from '../session/exports/exportFile';
import type { ReportAssets } from '../session/exports/report';
import type { Session } from '../session/session';
import { pageAssets } from '../worker/pageAssets';
import { UsageError, type CommonArguments } from './arguments';
import { bytesOf, chosenOutputs, openSession } from './openFiles';
import { writeOut } from './output';
import { rulesFrom } from './rules';

/** `slopescope report MODEL --data CSV -o report.html`: one self-contained page. */
export async function report(given: CommonArguments): Promise<number> {
  if (given.file === undefined) throw new UsageError('Name the report with -o, such as -o report.html.');
  const session = await openSession(given);
  session.setRules(rulesFrom(given.rules, session));
  const [output = 0] = chosenOutputs(session, given.output);
  const call = { signal: new AbortController().signal, progress: () => undefined };
  const { bytes } = await exportFile(
    session,
    { kind: 'report', output, units: 'original', tabs: given.include, assets: await assetsFor(session, given) },
    call,
  );
  await writeOut(given, new TextDecoder().decode(bytes));
  return 0;
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
