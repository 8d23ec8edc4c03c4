import { demandOf, isForecastRule, isMendable, ruleWords } from '../../findings/expectations';
import type { Rule } from '../../findings/rule';
import type { Binding } from '../../table/binding';
import type { Column } from '../../table/table';
import type { SessionState } from '../sessionState';
import { kerasNetwork } from './kerasCode';
import type { MendPlan, MendRule, PythonNetwork, SeenNumbers } from './mendPlan';
import { pythonProgram } from './pythonProgram';
import { torchNetwork } from './torchCode';

/** Code that mends a model, or why there is none. */
export type Mend =
  | { readonly kind: 'code'; readonly code: string; readonly name: string }
  | { readonly kind: 'none'; readonly why: string };

/** Where the files lie, as the code names them: absolute, or beside the code. */
export interface MendFiles {
  readonly model: string;
  readonly table: string;
}

/**
 * A Python program that trains the open network again, from the weights it has, with a penalty on slopes and forecasts
 * beyond the rules' limits, and writes the mended network under a new name.
 *
 * @param rules those that fail, all on one output
 */
export function mendCode(session: SessionState, output: number, rules: readonly Rule[], files: MendFiles): Mend {
  const connection = session.connection;
  if (!connection) return { kind: 'none', why: 'Connect a table first: the network is trained on its rows.' };
  const wrong = rules.find((rule) => !isMendable(rule));
  if (wrong) return { kind: 'none', why: `There is no penalty for "${ruleWords(wrong)}".` };
  const { binding, table } = connection;
  const texts = binding.inputs.find(({ source }) => source.kind === 'levels');
  if (texts)
    return { kind: 'none', why: `${texts.name} is a category: training it again needs the code that encoded it.` };
  const network: PythonNetwork | undefined = kerasNetwork(session, files) ?? torchNetwork(session);
  if (!network)
    return { kind: 'none', why: 'Only Keras models and networks of layers in a row can be built again in code.' };
  const { target } = binding.outputs[output]!;
  const plan: MendPlan = {
    model: session.file.name,
    table,
    tablePath: files.table,
    seen: seenNumbers(binding, target === undefined ? undefined : table.columns[target]),
    output,
    inputs: binding.inputs,
    scaling: binding.outputs[output]!.scaling,
    ...(target === undefined ? {} : { target: table.columns[target]!.name }),
    rules: rules.map((rule) =>
      mendRule(
        rule,
        connection.binding.inputs.map(({ name }) => name),
      ),
    ),
  };
  return { kind: 'code', code: pythonProgram(plan, network), name: `mend_${stemOf(session.file.name)}.py` };
}

function seenNumbers({ inputs, rows }: Binding, target: Column | undefined): SeenNumbers {
  return {
    rows: rows.length,
    averages: inputs.map(({ source }) => {
      if (source.kind === 'fixed') return source.value;
      return source.kind === 'numbers' ? averageAt(source.values, rows) : NaN;
    }),
    target: target?.kind === 'number' ? averageAt(target.values, rows) : NaN,
  };
}

/** The average of the numbers there are in some rows. */
function averageAt(values: Float64Array, rows: Uint32Array): number {
  let [sum, many] = [0, 0];
  for (const row of rows) {
    const value = values[row]!;
    if (Number.isNaN(value)) continue;
    sum += value;
    many += 1;
  }
  return sum / many;
}

function mendRule(rule: Rule, inputs: readonly string[]): MendRule {
  const { low, high, strict, tolerance } = demandOf(rule);
  const input = inputs.indexOf(rule.input ?? '');
  return {
    words: rule.input === undefined ? ruleWords(rule) : `${rule.input} ${ruleWords(rule)}`,
    ...(isForecastRule(rule) ? {} : { input }),
    low,
    high,
    strict,
    tolerance,
    inModelUnits: rule.units === 'model',
    where: rule.where ?? [],
  };
}

function stemOf(file: string): string {
  return file.replace(/\.[^.]*$/, '').replace(/\W+/g, '_');
}
