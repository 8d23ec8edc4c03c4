import path from 'node:path';
import { count } from '../findings/words';
import type { SecondModel } from '../session/compareQuestion';
import { exportFile } from '../session/exports/exportFile';
import type { ReportAssets } from '../session/exports/report';
import { secondModel } from '../session/secondModel';
import type { Session } from '../session/session';
import { fingerprint } from '../worker/fingerprint';
import { pageAssets } from '../worker/pageAssets';
import { UsageError, type CommonArguments } from './arguments';
import { chosenOutputs, note, openSecond, openSession } from './openFiles';
import { openFile } from './openTable';
import { unheard, writeOut } from './output';
import { rulesFrom } from './rules';

/** So many outputs a report holds without being told which. */
const fewOutputs = 6;

/** `slopescope report MODEL --data CSV -o report.html`: one self-contained page. */
export async function report(given: CommonArguments): Promise<number> {
  if (given.file === undefined) throw new UsageError('Name the report with -o, such as -o report.html.');
  const session = await openSession(given);
  session.setRules(rulesFrom(given.rules, session));
  const { bytes } = await exportFile(
    session,
    {
      kind: 'report',
      outputs: reportedOutputs(session, given),
      units: 'original',
      tabs: given.include,
      assets: await assetsFor(session, given),
      compared: await comparedWith(session, given),
    },
    unheard,
  );
  await writeOut(given, new TextDecoder().decode(bytes));
  return 0;
}

/** The outputs named, else all; of many the first alone, and it is said. */
function reportedOutputs(session: Session, given: CommonArguments): readonly number[] {
  const chosen = chosenOutputs(session, given.outputs);
  if (given.outputs.length > 0 || chosen.length <= fewOutputs) return chosen.toSorted((a, b) => a - b);
  const { name } = session.describe().outputs[0]!;
  note(given, [
    {
      code: 'report-outputs',
      message: `${session.file.name} has ${count(chosen.length)} outputs; the report holds the first one, ${name}.`,
      file: session.file.name,
      remedy: 'Name those it should hold with --output, once for each.',
      severity: 'info',
    },
  ]);
  return [0];
}

/** The second model under the same rules, on the same table. */
async function comparedWith(first: Session, given: CommonArguments): Promise<SecondModel | undefined> {
  if (given.other === undefined) return undefined;
  const second = await openSecond(given, given.other, first);
  return secondModel(first, second, { name: second.file.name, hash: fingerprint(second.file.bytes) });
}

async function assetsFor(session: Session, given: CommonArguments): Promise<ReportAssets> {
  return {
    ...(await pageAssets(path.join(__dirname, 'webview'))),
    foot: {
      date: new Date().toISOString().slice(0, 10),
      version: SLOPESCOPE_VERSION,
      modelHash: fingerprint(session.file.bytes),
      tableHash: given.data === undefined ? 'in the model file' : await openFile(given.data, fingerprint),
    },
  };
}
