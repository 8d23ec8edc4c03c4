import { isMendable } from '../findings/expectations';
import { mendCode } from '../session/mend/mendCode';
import type { Findings } from '../session/service';
import type { Session } from '../session/session';
import { Refusal } from './refusal';

/** A model that was checked, and where it and its table lie. */
interface Mended {
  readonly session: Session;
  readonly findings: Findings;
  readonly modelPath: string;
  readonly tablePath?: string;
}

/** `slopescope check --mend`: the program that trains the model again so that its failing rules hold. */
export function mending(checked: readonly Mended[]): string {
  const failing = checked.filter(({ findings }) => findings.findings.length > 0);
  const [only, second] = failing;
  if (!only) throw refusal('No rule fails: there is nothing to mend.', 'Add the rules that should hold.');
  if (second)
    throw refusal(
      `Rules of ${failing.length} models fail, and a program mends one.`,
      'Name one model with --data and --rule.',
    );
  const { session, findings, modelPath, tablePath = '' } = only;
  const { outputs } = session.describe();
  const [worst] = findings.findings;
  const output = Math.max(
    0,
    outputs.findIndex(({ name }) => name === worst?.output),
  );
  const rules = findings.findings.filter((finding) => finding.output === worst?.output).map(({ rule }) => rule);
  const mendable = rules.filter(isMendable);
  const made = mendCode(session, output, mendable.length > 0 ? mendable : rules, {
    model: modelPath,
    table: tablePath,
  });
  if (made.kind === 'none') throw refusal(made.why, 'Train again with a constraint, in the code the model came from.');
  return made.code;
}

function refusal(message: string, remedy: string): Refusal {
  return new Refusal(2, [{ code: 'nothing-to-mend', message, file: '', remedy, severity: 'error' }]);
}
