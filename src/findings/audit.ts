import { counted, listed, number, percent } from './words';

/** Slopes of one output made by another tool beside ours: lines of one number per input, row by row. */
export interface AuditTables {
  readonly inputs: readonly string[];
  readonly output: string;
  /** Number of each row in the table, from 0. */
  readonly rows: Uint32Array;
  readonly theirs: readonly Float64Array[];
  readonly ours: readonly Float64Array[];
  /** Our slopes in the units the network takes and gives. */
  readonly model: readonly Float64Array[];
  /** Our slopes before the last sigmoid or softmax, where there is one: by the data's units and by the network's. */
  readonly beforeLast?: { readonly original: readonly Float64Array[]; readonly model: readonly Float64Array[] };
  /** The network's own output at each row. */
  readonly y: Float64Array;
}

/** A likely cause of a difference, with the rows it explains. */
export interface AuditCause {
  readonly kind: 'units' | 'log-odds' | 'last step' | 'sign' | 'factor' | 'ddof' | 'column order' | 'transposed';
  readonly message: string;
  readonly rows: number;
  readonly share: number;
}

/** What an audit found. */
export interface Audit {
  readonly rows: number;
  /** Rows in which all slopes agree. */
  readonly agree: number;
  /** Slopes compared: those that stand in both tables. */
  readonly cells: number;
  /** Slopes that the other table, or ours, does not have. */
  readonly missing: number;
  /** Slopes whose sign is another one. */
  readonly signsDiffer: number;
  /** The largest difference. */
  readonly worst?: { readonly row: number; readonly input: string; readonly ours: number; readonly theirs: number };
  /** The likely causes, the one that explains most rows first; empty when all agrees or nothing explains it. */
  readonly causes: readonly AuditCause[];
  readonly message: string;
}

/** Two slopes agree within so much of themselves … */
const relative = 1e-4;
/** … or of the largest slope of their row: tables are often written with few digits. */
const ofLargest = 1e-6;
/** A cause that explains fewer rows is not told. */
const leastShare = 0.05;
const mostCauses = 3;

/** Compares slopes row by row and tries what usually makes them differ; each cause says how many rows it explains. */
export function auditSlopes(tables: AuditTables): Audit {
  const { theirs, ours, inputs, rows } = tables;
  const all = theirs.length;
  const missing = count(theirs, ours, (a, b) => Number.isNaN(a + b));
  const cells = all * inputs.length - missing;
  const agree = cells > 0 ? matching(theirs, ours) : 0;
  const causes = agree === all ? [] : causesOf(tables, agree);
  const worst = worstCell(tables);
  const signsDiffer = count(theirs, ours, (a, b) => Math.sign(a) !== Math.sign(b) && Number.isFinite(a + b));
  const verdict =
    agree === all
      ? `All slopes agree in all ${counted(all, 'row')} (to one part in 10\u2009000).`
      : `${counted(all - agree, 'row')} of ${all} ${all - agree === 1 ? 'differs' : 'differ'}; ${signsDiffer} of ${counted(cells, 'sign')} ${signsDiffer === 1 ? 'is' : 'are'} another one.`;
  const gaps =
    missing === 0 ? '' : ` ${counted(missing, 'slope')} ${missing === 1 ? 'is' : 'are'} missing and not compared.`;
  const why = agree === all ? '' : ` ${causes[0]?.message ?? 'Nothing that Slopescope looks for explains it.'}`;
  return {
    rows: all,
    agree,
    cells,
    missing,
    signsDiffer,
    ...(worst ? { worst: { ...worst, row: rows[worst.row]! } } : {}),
    causes,
    message: `${verdict}${gaps}${why}`,
  };
}

/** Something that may have been done: what their slopes would then be. */
interface Hypothesis {
  readonly kind: AuditCause['kind'];
  readonly words: string;
  readonly expected: readonly Float64Array[];
}

function causesOf(tables: AuditTables, agree: number): AuditCause[] {
  const { theirs } = tables;
  const simple = simpleHypotheses(tables);
  const plain = [{ kind: 'factor', words: '', expected: tables.ours } as const, ...simple];
  const tried = [
    ...simple,
    ...plain.map((base) => combined(base, 'sign', 'the sign is turned', negated(base.expected))),
    ...plain.flatMap((base) => orderHypothesis(tables, base) ?? []),
    ...plain.map((base) => combined(base, 'transposed', 'rows and columns are mixed up', transposed(base.expected))),
    ...plain.flatMap((base) => factorHypotheses(tables, base)),
  ];
  const causes: AuditCause[] = [];
  for (const { kind, words, expected } of tried) {
    const rows = matching(theirs, expected);
    const share = rows / Math.max(1, theirs.length);
    // A later, less simple cause that only explains rows again is none.
    const again = causes.some((simpler) => simpler.rows >= rows && simpler.rows + rows > theirs.length);
    if (rows <= agree || share < leastShare || again) continue;
    causes.push({ kind, rows, share, message: `In ${counted(rows, 'row')} (${percent(share)}) ${words}.` });
  }
  return causes.sort((a, b) => b.rows - a.rows).slice(0, mostCauses);
}

function simpleHypotheses({ ours, model, beforeLast, y, output }: AuditTables): Hypothesis[] {
  const odds = 'they are slopes of the log-odds';
  const perVariance = (slopes: readonly Float64Array[]): Float64Array[] =>
    slopes.map((line, row) => line.map((slope) => slope / (y[row]! * (1 - y[row]!))));
  const last = (expected: readonly Float64Array[], units: string): Hypothesis => ({
    kind: 'last step',
    words: `they are slopes before the last sigmoid or softmax${units}, not of ${output}`,
    expected,
  });
  return [
    { kind: 'units', words: 'they are unscaled: in the units the network takes and gives', expected: model },
    ...(beforeLast ? [last(beforeLast.original, ''), last(beforeLast.model, ', in the units the network takes')] : []),
    { kind: 'log-odds', words: `${odds}, divided by y(1 \u2212 y), not of ${output}`, expected: perVariance(ours) },
    {
      kind: 'log-odds',
      words: `${odds}, divided by y(1 \u2212 y), in the units the network takes, not of ${output}`,
      expected: perVariance(model),
    },
  ];
}

function combined(base: Hypothesis, kind: AuditCause['kind'], words: string, expected: readonly Float64Array[]) {
  return { kind, words: base.words === '' ? words : `${base.words}, and ${words}`, expected };
}

function negated(slopes: readonly Float64Array[]): Float64Array[] {
  return slopes.map((line) => line.map((slope) => -slope));
}

/** The numbers read column by column where they were meant row by row. */
function transposed(slopes: readonly Float64Array[]): Float64Array[] {
  const rows = slopes.length;
  return slopes.map((line, row) =>
    line.map((_, input) => {
      const place = row * line.length + input;
      return slopes[place % rows]![Math.floor(place / rows)]!;
    }),
  );
}

/** For each of their columns ours that is the same in most rows, when that is another order. */
function orderHypothesis({ theirs, inputs }: AuditTables, base: Hypothesis): Hypothesis | undefined {
  if (inputs.length > 200) return undefined;
  const used = new Set<number>();
  const order = inputs.map((_, column) => {
    const own = inputs.findIndex((_name, other) => {
      if (used.has(other)) return false;
      const same = theirs.filter((line, row) =>
        agrees(line[column]!, base.expected[row]![other]!, base.expected[row]!),
      );
      return same.length > 0.5 * theirs.length;
    });
    if (own >= 0) used.add(own);
    return own;
  });
  if (order.includes(-1) || order.every((own, column) => own === column)) return undefined;
  const moved = order.flatMap((own, column) => (own === column ? [] : [`${inputs[column]!} holds ${inputs[own]!}`]));
  const expected = base.expected.map((line) => Float64Array.from(order, (own) => line[own]!));
  const words = `the columns stand in another order: ${listed(moved.slice(0, 4))}`;
  return combined(base, 'column order', words, expected);
}

/** One constant for all slopes, and one for each input. */
function factorHypotheses({ theirs, inputs }: AuditTables, base: Hypothesis): Hypothesis[] {
  const ratios = (columns: readonly number[]): number =>
    median(theirs.flatMap((line, row) => columns.map((column) => line[column]! / base.expected[row]![column]!)));
  const one = ratios(inputs.map((_, column) => column));
  const each = inputs.map((_, column) => ratios([column]));
  const times = (factor: (column: number) => number): Float64Array[] =>
    base.expected.map((line) => line.map((slope, column) => slope * factor(column)));
  const isSame = Math.abs(one - 1) <= relative || Math.abs(one + 1) <= relative;
  return [
    ...(Number.isFinite(one) && !isSame
      ? [
          combined(
            base,
            ...factorWords(one, theirs.length),
            times(() => one),
          ),
        ]
      : []),
    combined(
      base,
      'factor',
      `each input has a constant factor of its own (${listed(each.slice(0, 4).map(number))}): another scaler`,
      times((column) => each[column]!),
    ),
  ];
}

function factorWords(factor: number, rows: number): [AuditCause['kind'], string] {
  const known = [Math.sqrt((rows - 1) / rows), Math.sqrt(rows / (rows - 1))];
  if (known.some((ratio) => Math.abs(factor - ratio) < 1e-7)) {
    return ['ddof', 'the spreads were taken with another divisor (n or n \u2212 1)'];
  }
  return ['factor', `all slopes are multiplied by ${String(Number(factor.toPrecision(6))).replace('-', '\u2212')}`];
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.filter(Number.isFinite).sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** Rows in which every slope agrees; where one of both is missing it says nothing. */
function matching(theirs: readonly Float64Array[], expected: readonly Float64Array[]): number {
  return theirs.filter((line, row) =>
    line.every((slope, input) => Number.isNaN(slope) || agrees(slope, expected[row]![input]!, expected[row]!)),
  ).length;
}

function agrees(slope: number, expected: number, line: Float64Array): boolean {
  if (Number.isNaN(expected)) return true;
  const largest = line.reduce((most, each) => Math.max(most, Number.isNaN(each) ? 0 : Math.abs(each)), 0);
  return Math.abs(slope - expected) <= relative * Math.abs(expected) + ofLargest * largest;
}

function count(
  theirs: readonly Float64Array[],
  ours: readonly Float64Array[],
  test: (theirs: number, ours: number) => boolean,
): number {
  return theirs.reduce(
    (sum, line, row) => sum + line.filter((slope, input) => test(slope, ours[row]![input]!)).length,
    0,
  );
}

function worstCell({ theirs, ours, inputs }: AuditTables): Audit['worst'] {
  let worst: Audit['worst'];
  theirs.forEach((line, row) =>
    line.forEach((slope, input) => {
      const own = ours[row]![input]!;
      if (!worst || Math.abs(slope - own) > Math.abs(worst.theirs - worst.ours)) {
        if (Number.isFinite(slope - own)) worst = { row, input: inputs[input]!, ours: own, theirs: slope };
      }
    }),
  );
  return worst;
}
