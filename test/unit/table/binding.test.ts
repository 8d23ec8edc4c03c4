import { describe, expect, it } from 'vitest';
import type { InputPort, Network } from '../../../src/network/network';
import { assembleRows } from '../../../src/table/assemble';
import type { Binding, ColumnChoice } from '../../../src/table/binding';
import { bindTable } from '../../../src/table/bindTable';
import type { ScalingSet } from '../../../src/table/scaling';
import { scalingOfTable } from '../../../src/table/tableScaling';
import type { Table } from '../../../src/table/table';
import { tableOf } from './tables';

function networkOf(inputs: readonly InputPort[], output = 'y'): Network {
  return {
    name: 'm',
    inputs,
    outputs: [{ name: output, size: 1, value: 0 }],
    nodes: [],
    source: { file: 'm.keras', format: 'keras3-zip', layers: [] },
  };
}

const named = (...features: string[]) => networkOf([{ name: 'in', size: features.length, features }]);
const unnamed = (size: number) => networkOf([{ name: 'input', size }]);

function bound(network: Network, table: Table, choice: ColumnChoice = {}, scalings?: ScalingSet): Binding {
  const { binding, problems } = bindTable(network, table, choice, scalings);
  if (!binding) throw new Error(problems.map(({ message }) => message).join(' '));
  return binding;
}

function firstProblem(network: Network, table: Table, choice: ColumnChoice = {}, scalings?: ScalingSet) {
  const { problems } = bindTable(network, table, choice, scalings);
  return problems.map(({ message, remedy }) => `${message} ${remedy ?? ''}`.trim())[0];
}

function messagesOf(network: Network, table: Table, choice: ColumnChoice, scalings: ScalingSet) {
  return bindTable(network, table, choice, scalings).problems.map(({ message }) => message);
}

function assembled(binding: Binding): number[] {
  const size = binding.inputs.reduce((sum, { source }) => sum + (source.kind === 'levels' ? source.size : 1), 0);
  const target = new Float64Array(size * binding.rows.length).fill(9);
  assembleRows(binding, binding.rows, target);
  return [...target];
}

const columnsOf = (binding: Binding) =>
  binding.inputs.map(({ source }) =>
    source.kind === 'fixed' ? source.value : binding.table.columns[source.column]?.name,
  );

describe('columns by name', () => {
  it('match whatever the spelling of blanks, case, signs and units', () => {
    const table = tableOf({ 'Calls-Made ': [1], '\ufeffforms.filled': [2], 'visits [min]': [3], y: [4] });
    const binding = bound(named('visits', 'calls_made', 'forms filled'), table);
    expect(columnsOf(binding)).toEqual(['visits [min]', 'Calls-Made ', '\ufeffforms.filled']);
    expect(binding.outputs[0]?.target).toBe(3);
    expect(binding.inputs.map(({ how }) => how)).toEqual(['name', 'name', 'name']);
  });

  it('prefer the exact spelling', () => {
    expect(columnsOf(bound(named('a_b'), tableOf({ 'a b': [1], a_b: [2] })))).toEqual(['a_b']);
  });

  it('are not chosen between when several fit equally well', () => {
    expect(firstProblem(named('a_b'), tableOf({ 'a b': [1], 'A-B': [2] }))).toContain(
      'Several columns of data.csv could feed a_b: a b, A-B.',
    );
    expect(columnsOf(bound(named('a_b'), tableOf({ 'a b': [1], 'A-B': [2] }), { order: ['A-B'] }))).toEqual(['A-B']);
  });

  it('do not feed two inputs that only look alike', () => {
    expect(firstProblem(named('a_b', 'A B'), tableOf({ a_b: [1] }))).toContain(
      'The column a_b of data.csv could feed A B and another input.',
    );
    expect(columnsOf(bound(named('a_b', 'A B'), tableOf({ a_b: [1], 'A B': [2] })))).toEqual(['a_b', 'A B']);
  });

  it('are named when they are missing, with the most similar ones', () => {
    const table = tableOf({ call_made: [1], b: [2] });
    expect(firstProblem(named('calls_made', 'b', 'zzz'), table)).toBe(
      '2 of 3 inputs have no column in data.csv: calls_made, zzz. Perhaps call_made for calls_made. Map the columns, take them by position (--by-position), or choose another table.',
    );
    expect(bindTable(named('calls_made', 'b', 'zzz'), table, {}).missing[0]?.similar).toEqual(['call_made']);
  });
});

describe('columns as chosen', () => {
  const table = tableOf({ a: [1, 2], b: [3, 4], c: [5, 6] });

  it('feed the inputs they are chosen for, or a fixed value does', () => {
    const binding = bound(named('x', 'y2', 'a'), table, { columns: { x: 'c', y2: 7 } });
    expect(columnsOf(binding)).toEqual(['c', 7, 'a']);
    expect(assembled(binding)).toEqual([5, 6, 7, 7, 1, 2]);
  });

  it('come in the order asked for', () => {
    expect(columnsOf(bound(unnamed(2), table, { order: ['c', 'A'] }))).toEqual(['c', 'a']);
    expect(firstProblem(unnamed(2), table, { order: ['c', 'aa'] })).toBe('data.csv has no column aa. Did you mean a?');
    expect(firstProblem(unnamed(2), table, { order: ['c'] })).toBe(
      "1 columns are named for 2 inputs. Name one column of data.csv for each input, in the inputs' order.",
    );
  });

  it('come by position, without the target', () => {
    const withTarget = tableOf({ y: [9, 9], a: [1, 2], note: ['u', 'v'], b: [3, 4] });
    expect(columnsOf(bound(named('p', 'q'), withTarget, { byPosition: true }))).toEqual(['a', 'b']);
    expect(columnsOf(bound(named('p', 'q'), table, { byPosition: true }))).toEqual(['a', 'b']);
  });

  it('are taken in their order for inputs without names when their count fits', () => {
    expect(columnsOf(bound(unnamed(3), table))).toEqual(['a', 'b', 'c']);
    expect(columnsOf(bound(unnamed(2), table))).toEqual(['a', 'b']);
    expect(firstProblem(unnamed(1), tableOf({ a: [1], b: [1], c: [1] }))).toBe(
      "The model has one input and data.csv has 3 columns for them, so they cannot be matched by order. Name the columns in the inputs' order (--columns a,b,c), or map them on the data page.",
    );
  });

  it('of yes and no are taken in their order like numbers', () => {
    const answers = tableOf({ a: [1], note: ['u'], urgent: ['True'], y: [4] });
    expect(columnsOf(bound(unnamed(2), answers, { target: 'y' }))).toEqual(['a', 'urgent']);
    expect(columnsOf(bound(unnamed(2), answers))).toEqual(['a', 'urgent']);
  });

  it('are refused for an input that does not exist', () => {
    expect(firstProblem(named('a', 'b'), table, { columns: { aa: 'c' } })).toBe(
      'aa is not an input of the model, so no column can feed it. Did you mean a?',
    );
  });

  it('may hold the target, or none', () => {
    expect(bound(named('a'), table, { target: 'C' }).outputs[0]?.target).toBe(2);
    expect(bound(named('a'), tableOf({ a: [1], y: [2] }), { target: null }).outputs[0]?.target).toBeUndefined();
    expect(firstProblem(named('a'), table, { target: 'd' })).toContain('data.csv has no column d');
  });
});

describe('rows', () => {
  const table = tableOf({ a: [1, NaN, 3, NaN, 5], b: [1, 2, NaN, NaN, 5] });

  it('without a value are left out, counted and listed', () => {
    const binding = bound(named('a', 'b'), table);
    expect([...binding.rows]).toEqual([0, 4]);
    expect(binding.leftOut).toEqual([
      { reason: 'no number in a', count: 2, lines: [3, 5] },
      { reason: 'no number in b', count: 1, lines: [4] },
    ]);
    expect(firstProblem(named('a', 'b'), table)).toBe(
      '3 of 5 rows of data.csv are left out: no number in a (2), no number in b (1).',
    );
  });

  it('are only those asked for', () => {
    const binding = bound(named('a', 'b'), table, { rows: { from: 3, to: 99 } });
    expect([...binding.rows]).toEqual([4]);
    expect(binding.leftOut).toEqual([{ reason: 'no number in a', count: 1, lines: [5] }]);
  });

  it('are refused when none can be used', () => {
    expect(firstProblem(named('a', 'b'), tableOf({ a: [NaN], b: [1] }))).toBe(
      'No row of data.csv has a value for every input: no number in a (1). Choose other columns or another table.',
    );
  });

  it('without a logarithm are left out', () => {
    const set: ScalingSet = { inputs: [{ kind: 'logAffine', shift: 1, centre: 0, spread: 1 }], origin: 's' };
    const binding = bound(named('a'), tableOf({ a: [0, -1, 1] }), {}, set);
    expect([...binding.rows]).toEqual([0, 2]);
    expect(binding.leftOut[0]?.reason).toBe('no number with a logarithm in a');
  });
});

describe('texts', () => {
  const region = (unknown?: InputPort['unknown']): InputPort => ({
    name: 'region',
    levels: ['north', 'south'],
    size: unknown === 'first' || unknown === 'last' ? 3 : 2,
    ...(unknown === undefined ? {} : { unknown }),
  });
  const network = (unknown?: InputPort['unknown']) => networkOf([{ name: 'size', size: 1 }, region(unknown)]);
  const table = tableOf({ size: [1, 2, 3], region: ['south', 'east', 'north'] });

  it.each([
    ['first', [1, 2, 3, 0, 1, 0, 0, 0, 1, 1, 0, 0]],
    ['last', [1, 2, 3, 0, 0, 1, 1, 0, 0, 0, 1, 0]],
    ['zeros', [1, 2, 3, 0, 0, 1, 1, 0, 0]],
  ] as const)('outside the levels go %s', (unknown, expected) => {
    expect(assembled(bound(network(unknown), table))).toEqual(expected);
    expect(firstProblem(network(unknown), table)).toContain(
      'region holds "east" in 1 of 3 rows, which the model was not trained on',
    );
  });

  it('outside the levels of a port without a place for them leave the row out', () => {
    const binding = bound(network(), table);
    expect([...binding.rows]).toEqual([0, 2]);
    expect(binding.leftOut[0]).toEqual({ reason: 'no known text in region', count: 1, lines: [3] });
  });

  it('may be written as numbers', () => {
    const port: InputPort = { name: 'code', size: 2, levels: ['1', '2.0'] };
    expect(assembled(bound(networkOf([port]), tableOf({ code: [2, 1] })))).toEqual([0, 1, 1, 0]);
  });

  it('that say yes and no are 1 and 0 for a numeric input', () => {
    const yes = tableOf({ a: ['TRUE', 'FALSE', ''] });
    const binding = bound(named('a'), yes);
    expect(assembled(binding)).toEqual([1, 0]);
    expect(firstProblem(named('a'), yes)).toBe(
      'a holds TRUE and FALSE; it goes into the model as 1 for yes and 0 for no.',
    );
  });

  it('are refused for a numeric input', () => {
    expect(firstProblem(named('a'), tableOf({ a: ['x', 'y'] }))).toBe(
      'a holds text, for example "x" in line 2, but the model takes numbers for a. Choose a column of numbers, or give a fixed value.',
    );
  });
});

describe('true values without a name', () => {
  const target = (table: Table, choice: ColumnChoice = {}) => bound(named('a', 'b'), table, choice).outputs[0]?.target;
  const columns = { a: [1, 3], b: [10, 20] };

  it('are the only column of numbers that feeds no input, and that is said', () => {
    const table = tableOf({ ...columns, wait: [7, 5], note: ['x', 'y'] });
    expect(target(table)).toBe(2);
    expect(firstProblem(named('a', 'b'), table)).toBe(
      'wait is taken as the true values of y: it is the only column of numbers in data.csv that feeds no input. It is used for errors only, never for slopes. Choose another column of true values, or none, if it is not.',
    );
  });

  it('are none where it was said, where two are left over, or where the rows are only counted', () => {
    expect(target(tableOf({ ...columns, wait: [7, 5] }), { target: null })).toBeUndefined();
    expect(target(tableOf({ ...columns, wait: [7, 5], more: [7, 5] }))).toBeUndefined();
    expect(target(tableOf({ number: [17, 18], ...columns }))).toBeUndefined();
    const fixed = { columns: { a: 2 } };
    expect(target(tableOf({ b: [10, 20], wait: [7, 5] }), fixed)).toBe(1);
  });
});

describe('scalings', () => {
  const table = tableOf({ a: [1, 3], b: [10, 20] });
  const affine = (centre: number, spread: number) => ({ kind: 'affine', centre, spread }) as const;

  it('are matched by name, whatever their order', () => {
    const set = { inputs: [affine(10, 5), affine(1, 2)], names: ['B', 'a'], origin: 'scaler.json' };
    expect(assembled(bound(named('a', 'b'), table, {}, set))).toEqual([0, 1, 0, 2]);
  });

  it('are matched by the columns when the inputs have other names', () => {
    const set = { inputs: [affine(10, 5), affine(1, 2)], names: ['b', 'a'], origin: 'scaler.json' };
    expect(assembled(bound(unnamed(2), table, {}, set))).toEqual([0, 1, 0, 2]);
  });

  it('are matched by order when they have no names', () => {
    const set = { inputs: [affine(1, 2), affine(10, 5)], outputs: [affine(5, 3)], origin: 'scaler.json' };
    const binding = bound(named('a', 'b'), table, {}, set);
    expect(assembled(binding)).toEqual([0, 1, 0, 2]);
    expect(binding.outputs[0]?.scaling).toEqual(affine(5, 3));
  });

  it('are refused when they are for another number of columns or cannot be inverted', () => {
    expect(firstProblem(named('a', 'b'), table, {}, { inputs: [affine(0, 1)], origin: 's.json' })).toBe(
      'The scaler (s.json) is for 1 columns, but the model has 2 numeric inputs. Choose the scaler that was saved with this model, or none.',
    );
    expect(firstProblem(named('a'), table, {}, { inputs: [affine(0, 0)], origin: 's.json' })).toBe(
      'The scaler (s.json) has a spread of 0 for a. Correct the scaler file, or choose none.',
    );
  });

  it('that know a column beside the inputs say that the target may be scaled', () => {
    const inputs = [affine(1, 2), affine(10, 5), affine(0, 9)];
    const known = { inputs, names: ['a', 'b', 'price'], origin: 'scaler.json' };
    expect(messagesOf(named('a', 'b'), table, {}, known)).toEqual([
      'The scaler (scaler.json) also knows price, no input of the model. Forecasts are shown as the model gives them; if the target was scaled for training, they are in scaled units.',
    ]);
    expect(messagesOf(named('a', 'b'), table, {}, { ...known, outputs: [affine(0, 1)] })).toEqual([]);
  });

  it('can come from the table itself', () => {
    const binding = bound(named('a', 'b'), table);
    expect(scalingOfTable(binding).inputs).toEqual([affine(2, Math.SQRT2), affine(15, Math.sqrt(50))]);
  });
});
