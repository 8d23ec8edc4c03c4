import type { Answering } from '../../../src/ask';
import { breaks, codeOf, demandOf, isMendable, ruleWords } from '../../../src/findings/expectations';
import type { Finding } from '../../../src/findings/finding';
import type { Rule } from '../../../src/findings/rule';
import { sortedBy } from '../../../src/session/rowOrder';
import type { DataDescription, Lane, MapLane, RowFilter, RowOrder, View } from '../../../src/session/service';
import { spreadHistogram } from '../../../src/session/slopeMap';
import { slopeStatistics } from '../../../src/slopes/statistics';
import type { PanelState } from '../../../src/views/panelService';
import type { PageService } from '../../../webview/questions';
import { comparedWhatIfAnswer, comparisonAnswer } from './compare';
import type { FakeInput, FakeTable } from './table';
import { fakeUnderstanding } from './understanding';

/** What a fake host is made of; tests change it while the page runs. */
export interface FakeHost {
  /** What is said of the table besides. */
  dataSaid?: Partial<DataDescription>;
  table: FakeTable;
  state: PanelState;
  rules: Rule[];
  changed: (what: 'state' | 'data' | 'slopes' | 'rules') => void;
  computed?: number;
  /** What findings wait for, as for a run over all rows. */
  whole?: Promise<void>;
  lastStep?: 'sigmoid';
  /** What kind of input the Input tab gets to see. */
  shape?: string;
}

/** Answers every question of a page from small arrays, deterministically. */
export function fakeService(host: FakeHost): Answering<PageService> {
  const nothing = (): void => undefined;
  return {
    state: () => host.state,
    describe: () => describe(host),
    data: () => ({ ...data(host), ...host.dataSaid }),
    lanes: (view) => lanes(host, view),
    map: ({ order, cells, inputs, ...view }) => {
      const rows = ordered(host, order, rowsOf(host, view.filter));
      const count = Math.max(1, Math.min(cells, rows.length));
      const starts = Uint32Array.from({ length: count + 1 }, (_, cell) => Math.round((cell * rows.length) / count));
      const forecast = Float32Array.from({ length: count }, (_, cell) => {
        const some = rows.subarray(starts[cell], starts[cell + 1]);
        return some.reduce((sum, row) => sum + host.table.forecast[row]!, 0) / some.length;
      });
      return { cells: count, starts, forecast, lanes: inputs.map((input) => mapLane(host, input, rows, starts)) };
    },
    row: ({ row, position, order = { by: 'row' }, ...view }) => {
      const rows = ordered(host, order, rowsOf(host, view.filter));
      const found = row ?? rows[position ?? 0]!;
      const { table } = host;
      return {
        row: found,
        line: found + 2,
        position: rows.indexOf(found),
        forecast: table.forecast[found]!,
        actual: table.actual[found]!,
        values: table.inputs.map(({ values }) => values[found]!),
        slopes: Float64Array.from(table.inputs, ({ slopes }) => slopes[found] ?? NaN),
        steps: Float64Array.from(table.inputs, ({ slopes, kind }) =>
          kind === 'whole number' ? slopes[found]! * 1.05 : NaN,
        ),
        atKink: false,
      };
    },
    tableRows: ({ order, descending, from, count, inputs, filter }) => {
      const rows = ordered(host, order, rowsOf(host, filter));
      const some = (descending ? rows.toReversed() : rows).slice(from, from + count);
      const { table } = host;
      const slopes = new Float64Array(some.length * inputs.length);
      some.forEach((row, at) => {
        inputs.forEach((input, column) => {
          slopes[at * inputs.length + column] = table.inputs[input]?.slopes[row] ?? NaN;
        });
      });
      const forecast = Float64Array.from(some, (row) => table.forecast[row]!);
      return { total: rows.length, rows: some, lines: some.map((row) => row + 2), forecast, slopes };
    },
    findings: async () => {
      await host.whole;
      return findingsOf(host);
    },
    ...fakeUnderstanding(host),
    fromFileAlone: ({ ranges }) => fileAlone(host, ranges !== undefined),
    tablesThatFit: () => [
      {
        id: 'a',
        name: 'activities.csv',
        folder: 'data',
        matched: 8,
        of: 8,
        rows: '500 rows',
        target: 'duration',
        byPosition: false,
      },
      {
        id: 'b',
        name: 'activities_2023.csv',
        folder: 'data/old',
        matched: 7,
        of: 8,
        rows: '412 rows',
        lacks: 'approvals',
        byPosition: false,
      },
    ],
    compare: () => comparisonAnswer(host),
    compareWhatIf: (request) => comparedWhatIfAnswer(host, request),
    showing: nothing,
    closeComparison: () => {
      host.state = { ...host.state };
      Reflect.deleteProperty(host.state, 'compared');
      host.changed('state');
    },
    setRules: ({ rules }) => {
      host.rules = [...rules];
      host.changed('rules');
    },
    useTable: () => {
      host.state = { ...host.state, phase: 'ready', table: host.table.file };
      host.changed('state');
    },
    chooseTable: nothing,
    chooseScaler: nothing,
    chooseWeights: nothing,
    answerFits: () => answerFits(host),
    scalingPreviews: () => ({
      inputs: [
        { choice: 'table', forecast: { min: 50, max: 582 }, actual: { min: 5, max: 610, averageMiss: 21.4 } },
        { choice: 'none', forecast: { min: 2100, max: 9000 }, actual: { min: 5, max: 610, averageMiss: 4000 } },
      ],
      outputs: [{ choice: 'table', forecast: { min: 51, max: 580 }, actual: { min: 5, max: 610, averageMiss: 22 } }],
      isOutputAsked: true,
    }),
    answer: nothing,
    connect: nothing,
    saveRules: nothing,
    mend: nothing,
    openLine: nothing,
    exportAs: nothing,
    chooseExport: nothing,
    copy: nothing,
    dismiss: nothing,
    showLog: nothing,
    stop: nothing,
    recompute: nothing,
    makeTable: nothing,
    newTable: nothing,
    alwaysOpenHere: nothing,
  };
}

function describe({ table, lastStep, state, shape }: FakeHost) {
  const levels = shape === 'category' ? { levels: ['Rome', 'Oslo'] } : {};
  const { inputs, output, outputUnit, model } = table;
  return {
    file: model,
    format: 'Keras 3',
    framework: 'Keras 3.4',
    structure: `${inputs.length} inputs → 12 tanh → 8 tanh → 1 output`,
    inputs: inputs.map(({ name, unit, kind }) => ({ name, unit, kind, column: name, ...levels })),
    outputs: [{ name: output, unit: outputUnit }],
    layers: [
      { name: 'input_1', kind: 'Input', size: inputs.length, parameters: 0 },
      { name: 'price_features', kind: 'Lambda', size: 12, parameters: 0 },
      { name: 'hidden_1', kind: 'Dense', size: 12, parameters: 108 },
      { name: 'duration', kind: 'Dense', size: 1, parameters: 9 },
    ],
    parameters: 221,
    bytes: 66_928,
    scaler: 'read from the file',
    ...(lastStep ? { lastStep } : {}),
    questions:
      state.phase === 'questions'
        ? [{ id: 'hidden', ask: 'Which function stands between the layers?', choices: ['relu', 'tanh'], guess: 'relu' }]
        : [],
    problems: [],
  };
}

function answerFits(host: FakeHost) {
  const choices = [
    { choice: 'relu', averageMiss: 44.13 },
    { choice: 'tanh', averageMiss: 20.96 },
  ];
  const fit = { table: 'data.csv', target: 'demand', unit: '', rows: 80, choices };
  return describe(host).questions.map((question) => ({ ...question, guess: 'tanh', fit }));
}

function data({ table, state }: FakeHost) {
  const isOpen = state.phase === 'questions';
  const bindings = table.inputs.map(({ name }, index) =>
    isOpen && index > 5 ? { input: name, how: 'name' as const } : { input: name, column: name, how: 'name' as const },
  );
  return {
    file: table.file,
    rows: table.forecast.length + (isOpen ? 37 : 0),
    usable: table.forecast.length,
    leftOut: isOpen ? [{ reason: 'no number in approvals', count: 37, lines: [14, 15, 92] }] : [],
    bindings,
    columns: [
      ...table.inputs.map(({ name }) => ({ name, kind: 'number' as const })),
      { name: 'remark', kind: 'text' as const },
    ],
    categories: [
      { name: 'city', columns: ['city_A', 'city_B', 'city_C'], isFolded: true },
      { name: 'dog, cat', columns: ['dog', 'cat'], isFolded: false },
    ],
    dialect: { delimiter: ';', decimal: ',', encoding: 'UTF-8 with BOM', header: true } as const,
    scaling: { inputs: 'found', outputs: 'found', isOpen: true } as const,
    target: 'duration',
    forecast: { min: 50, max: 582 },
    actual: { min: 5, max: 610, averageMiss: 21.4 },
    problems: [],
  };
}

function lanes(host: FakeHost, view: View) {
  const rows = rowsOf(host, view.filter);
  const factor = view.units === 'model' ? 0.01 : 1;
  const { rules } = findingsOf(host);
  const all = host.table.inputs
    .map((input, index) => lane(host, input, index, rows, factor))
    .sort((a, b) => b.typicalEffect - a.typicalEffect || a.input - b.input);
  const failing = rules.filter((rule) => !rule.holds);
  const computed = host.computed ?? host.table.forecast.length;
  const forecasts = Array.from(rows, (row) => host.table.forecast[row]!);
  const count = (number: number): string => String(number).replace(/\B(?=(\d{3})+$)/g, '\u2009');
  return {
    lanes: all,
    rows: host.table.forecast.length,
    shown: rows.length,
    sentence:
      rules.length === 0
        ? `${all.filter((each) => each.statistics.below > 0).length} of ${all.length} inputs both raise and lower ${host.table.output}.`
        : `${failing.length} of ${rules.length} rules fail, in ${count(rowsFailing(host))} of ${count(host.table.forecast.length)} rows.`,
    subline: `The rule: ${host.table.output} never falls when an input rises. It holds in every row for ${rules
      .flatMap(({ rule, holds }) => (holds && rule.input !== undefined ? [rule.input] : []))
      .join(', ')}.`,
    forecast: { min: least(forecasts), max: -least(forecasts.map((value) => -value)), unit: host.table.outputUnit },
    computed,
  };
}

function least(numbers: readonly number[]): number {
  return numbers.reduce((low, number) => Math.min(low, number), Infinity);
}

function lane(host: FakeHost, input: FakeInput, index: number, rows: Uint32Array, factor: number): Lane {
  const slopes = Float32Array.from(rows, (row) => (input.slopes[row] ?? 0) * factor);
  const statistics = { ...slopeStatistics(slopes), quantiles: [0, 0, 0, 0, 0], atKink: 0 };
  const values = Float64Array.from(rows, (row) => input.values[row]!);
  const place = host.rules.findIndex((rule) => rule.input === input.name);
  const rule = host.rules[place];
  const failing = rule ? failingRows(host, rule).length : 0;
  return {
    input: index,
    name: input.name,
    kind: input.kind,
    unit: `${host.table.outputUnit} per ${input.unit}`,
    typicalEffect: statistics.meanAbsolute * slopeStatistics(values).deviation,
    statistics,
    spread: spreadHistogram(slopes, statistics.min, statistics.max, 40),
    ...(rule
      ? {
          rule: {
            rule: place,
            words: ruleWords(rule),
            holds: failing === 0,
            failing,
            share: failing / host.table.forecast.length,
          },
        }
      : {}),
  };
}

function mapLane(host: FakeHost, input: number, rows: Uint32Array, starts: Uint32Array): MapLane {
  const slopes = host.table.inputs[input]?.slopes ?? new Float32Array();
  const rule = host.rules.find((each) => each.input === host.table.inputs[input]?.name);
  const demand = demandOf(rule ?? { expect: 'never falls', level: 'info' });
  const cells = starts.length - 1;
  const arrays = Array.from({ length: 5 }, () => new Float32Array(cells));
  const [share, below, rest, lowest, highest] = arrays as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  for (let cell = 0; cell < cells; cell++) {
    const some = Array.from(rows.subarray(starts[cell], starts[cell + 1]), (row) => slopes[row]!);
    const bad = some.filter((slope) => breaks(demand, slope));
    const good = some.filter((slope) => !breaks(demand, slope));
    share[cell] = bad.length / some.length;
    below[cell] = mean(bad);
    rest[cell] = mean(good);
    lowest[cell] = least(some);
    highest[cell] = -least(some.map((slope) => -slope));
  }
  const largest = slopes.reduce((most, slope) => Math.max(most, Math.abs(slope)), 0);
  return { input, share, below, rest, lowest, highest, largest };
}

function mean(numbers: readonly number[]): number {
  return numbers.length === 0 ? NaN : numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

function rowsOf(host: FakeHost, filter: RowFilter | undefined): Uint32Array {
  const all = Uint32Array.from(host.table.forecast, (_, row) => row);
  if (!filter) return all;
  if (filter.kind === 'failing') return Uint32Array.from(failingRows(host, host.rules[filter.rule]!)).sort();
  return ordered(host, filter.order, all).slice(filter.from, filter.to).sort();
}

function ordered({ table }: FakeHost, order: RowOrder, rows: Uint32Array): Uint32Array {
  if (order.by === 'row') return rows;
  const input = 'input' in order ? table.inputs[order.input] : undefined;
  const keys =
    (order.by === 'slope' ? input?.slopes : order.by === 'value' ? input?.values : undefined) ?? table.forecast;
  const some = Float64Array.from(rows, (row) => keys[row]!);
  return sortedBy(some, rows.length).map((place) => rows[place]!);
}

function failingRows({ table }: FakeHost, rule: Rule): number[] {
  const demand = demandOf(rule);
  const values = table.inputs.find(({ name }) => name === rule.input)?.slopes ?? table.forecast;
  const found: number[] = [];
  for (let row = 0; row < values.length; row++) if (breaks(demand, values[row]!)) found.push(row);
  return found.sort((a, b) => values[a]! - values[b]!);
}

function rowsFailing(host: FakeHost): number {
  return new Set(host.rules.flatMap((rule) => failingRows(host, rule))).size;
}

function findingsOf(host: FakeHost) {
  const findings = host.rules
    .flatMap((rule, place) => {
      const rows = failingRows(host, rule);
      return rows.length > 0 ? [{ finding: finding(host, rule, rows), place }] : [];
    })
    .sort((a, b) => b.finding.weight - a.finding.weight);
  const rules = host.rules.map((rule, place) => {
    const at = findings.findIndex((each) => each.place === place);
    const mends = isMendable(rule) ? { isMendable: true as const } : {};
    return { rule, words: ruleWords(rule), holds: at < 0, ...(at < 0 ? {} : { finding: at }), ...mends };
  });
  const ruled = new Set(host.rules.map((rule) => rule.input));
  const suggestions = host.table.inputs
    .filter(({ name, kind }) => kind !== 'switched' && !ruled.has(name))
    .map(({ name }): Rule => ({ expect: 'never falls', input: name, level: 'warning' }));
  return { findings: findings.map((each) => each.finding), rules, suggestions, rowsFailing: rowsFailing(host) };
}

function finding({ table }: FakeHost, rule: Rule, rows: readonly number[]): Finding {
  const input = table.inputs.find(({ name }) => name === rule.input);
  const values = input?.slopes ?? table.forecast;
  const sorted = input ? [...input.values].sort((a, b) => a - b) : [0];
  const limit = sorted[Math.floor(0.96 * sorted.length)] ?? 0;
  const inside = (row: number): boolean => (input?.values[row] ?? 0) > limit;
  const failing = rows.filter(inside).length;
  return {
    rule,
    code: codeOf(rule.expect),
    ...(input ? { input: input.name } : {}),
    output: table.output,
    severity: rule.level,
    rows: {
      count: rows.length,
      of: table.forecast.length,
      share: rows.length / table.forecast.length,
      worstRows: rows.slice(0, 10),
      worstLines: rows.slice(0, 10).map((row) => row + 2),
      worst: values[rows[0] ?? 0]!,
    },
    size: Math.abs(values[rows[0] ?? 0]!),
    weight: rows.reduce((sum, row) => sum + Math.abs(values[row]!), 0),
    unit: input ? `${table.outputUnit} per ${input.unit}` : table.outputUnit,
    where: {
      conditions: failing > 0 ? [{ column: rule.input ?? '', above: limit }] : [],
      words: `${rule.input ?? ''} > ${limit}`,
      precision: 0.8,
      coverage: 0.5,
      failing,
      rows: table.forecast.filter((_, row) => inside(row)).length,
    },
    why: [{ kind: 'units', message: 'Hidden units h2_7 (−4.61) and h2_8 (−2.15) pull the slope down.' }],
    message: '',
  };
}

function fileAlone({ table }: FakeHost, isGiven: boolean) {
  return {
    lines: table.inputs.map(({ name, unit, slopes }, input) => {
      const { mean: atAverage, min, max } = slopeStatistics(slopes);
      const verdict = min < 0 ? ('rises and falls' as const) : ('no fall found' as const);
      const [low, high] = isGiven ? [0, 1] : [0, 12];
      return {
        input,
        name,
        low,
        high,
        atAverage,
        lowest: min,
        highest: max,
        verdict,
        unit: `${table.outputUnit} per ${unit}`,
      };
    }),
  };
}
