import type { Finding } from '../../../src/findings/finding';
import type { Rule } from '../../../src/findings/rule';
import type { Network } from '../../../src/network/network';
import type { ScalingSet } from '../../../src/table/scaling';
import { csvOf, sessionOf, unheard } from '../session/sessions';

/** The inputs of networks with a known fault. */
export const names = ['a', 'b', 'c', 'd', 'e'];

/** What the findings say of a network with inputs `names` on rows, under rules. */
export async function findingsOf(
  network: Network,
  rows: readonly (readonly number[])[],
  rules: readonly Rule[],
  scaling?: ScalingSet,
) {
  const session = await sessionOf(network, csvOf(names, rows), scaling);
  session.setRules(rules);
  const { findings } = await session.findings({ output: 0, units: 'original' }, unheard);
  return { findings, table: session.connected().table, rows: session.connected().binding.rows };
}

/** "never falls" as a warning. */
export const neverFalls = (input: string): Rule => ({ expect: 'never falls', input, level: 'warning' });

/** The kinds of a finding's reasons. */
export const kinds = (finding: Finding | undefined) => (finding?.why ?? []).map(({ kind }) => kind);
