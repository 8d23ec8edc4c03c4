/** Small models as R packages store them, for tests of the readers. */
import { rNull, type RValue } from '../../../src/files/containers/rValues';
import { readModel } from '../../../src/files/read';
import type { Reading } from '../../../src/files/reading';
import type { Network } from '../../../src/network/network';
import { referenceOutputs, referenceValues } from '../../../src/slopes/reference';
import { call, closure, globalEnvironment, integers, list, logical, matrix, numbers, symbol, texts } from './rWriter';

export const file = 'model.rds';

/** Reads bytes as a model. */
export async function reading(
  bytes: Uint8Array,
  answers: Readonly<Record<string, string>> = {},
  columns?: readonly string[],
): Promise<Reading> {
  const folder = { list: () => Promise.resolve([]), read: () => Promise.resolve(undefined) };
  const options = { folder, answers: new Map(Object.entries(answers)), ...(columns ? { columns } : {}) };
  return readModel({ name: file, bytes }, options);
}

/** The network of a reading; its problems when there is none. */
export function networkOf(read: Reading): Network {
  if (!read.network) throw new Error(JSON.stringify([read.problems, read.questions]));
  return read.network;
}

/** Outputs at one row: per input port its numbers, or the text of a text input. */
export function outputsAt(network: Network, row: readonly (readonly number[] | string)[]): number[] {
  const ports = network.inputs.map((port, i) => {
    const given = row[i] ?? [];
    if (typeof given !== 'string') return Float64Array.from(given);
    return Float64Array.from({ length: port.size }, (_, level) => (port.levels?.[level] === given ? 1 : 0));
  });
  return [...referenceOutputs(network, referenceValues(network, ports))];
}

/** 2-1-1 with bias 0.5, weights 1 and −2, then bias 0.25 and weight 3. */
export function neuralnet(parts: Readonly<Record<string, RValue>> = {}): RValue {
  return list(
    {
      covariate: matrix(
        [
          [1, 2],
          [3, 4],
        ],
        ['a', 'b'],
      ),
      'model.list': list({ response: texts(['y']), variables: texts(['a', 'b']) }),
      'act.fct': closure('1 / (1 + exp(-x))', { type: 'logistic' }),
      'linear.output': logical(true),
      weights: list([list([matrix([[0.5], [1], [-2]]), matrix([[0.25], [3]])])]),
      ...parts,
    },
    ['nn'],
  );
}

/** nnet without hidden units: outputs are linear, or logistic with `linear: false`. */
export function nnet(
  weights: readonly number[],
  inputs: number,
  outputs: number,
  parts: Readonly<Record<string, RValue>> = {},
  linear = true,
  classes: readonly string[] = ['nnet.formula', 'nnet'],
): RValue {
  const units = 1 + inputs + outputs;
  const each = inputs + 1;
  return list(
    {
      n: numbers([inputs, 0, outputs]),
      nunits: integers([units]),
      nconn: numbers([
        ...new Array<number>(inputs + 2).fill(0),
        ...Array.from({ length: outputs }, (_, i) => (i + 1) * each),
      ]),
      conn: numbers(Array.from({ length: outputs }, () => Array.from({ length: each }, (_, i) => i)).flat()),
      nsunits: numbers([linear ? units - outputs : units]),
      softmax: logical(false),
      wts: numbers(weights),
      ...parts,
    },
    classes,
  );
}

/** R's terms object: which variables stand in which terms (0, 1 contrasts, 2 all levels), the response first. */
export function terms(
  variables: readonly (readonly [name: string, expression: RValue, kind: string])[],
  labels: readonly string[],
  factors: readonly (readonly number[])[],
  intercept = 1,
): RValue {
  const names = variables.map(([name]) => name);
  const table = matrix(factors.map((row) => [...row]));
  if (table.kind !== 'double') throw new Error(table.kind);
  return call('~', [symbol('y'), symbol('x')], {
    variables: call(
      'list',
      variables.map(([, expression]) => expression),
    ),
    factors: integers([...table.values], {
      dim: integers([names.length, labels.length]),
      dimnames: list([texts(names), texts(labels)]),
    }),
    'term.labels': texts(labels),
    intercept: integers([intercept]),
    response: integers([1]),
    '.Environment': globalEnvironment,
    predvars: rNull,
    dataClasses: texts(
      variables.map(([, , kind]) => kind),
      { names: texts(names) },
    ),
  });
}
