import type { Condition } from '../../findings/rule';
import { yesAndNo } from '../../table/inputSource';
import type { Scaling } from '../../table/scaling';
import type { MendPlan, MendRule, PythonNetwork } from './mendPlan';
import { pythonNumber, pythonText } from './pythonValues';

/** The whole program: what is known of the data and the rules, the network, the training, and what it came to. */
export function pythonProgram(plan: MendPlan, network: PythonNetwork): string {
  const lines = [
    ...head(plan, network),
    ...settings(plan, network),
    '',
    ...reading(plan),
    '',
    ...scalings(plan, network),
    '',
    '# ---- the network, with the weights it has -----------------------------------',
    ...network.build,
    '',
    '',
    ...penalties,
    '',
    '',
    ...network.train,
    '',
    ...network.keep,
    '',
    ...training,
    ...network.save,
    'print(f"Wrote {SAVE_AS}.")',
    '',
  ];
  return lines.join('\n');
}

function head({ model, rules }: MendPlan, { needs, imports, saveAs }: PythonNetwork): readonly string[] {
  return [
    '"""',
    ...docText(`Trains ${model} again, from the weights it has, so that`),
    ...rules.flatMap(({ words }) => docText(`  - ${words}`)),
    ...docText(`and writes the mended network to ${saveAs}. No file that is there already is changed.`),
    '',
    `Written by Slopescope. Needs numpy and ${needs}.`,
    '"""',
    'import csv',
    'import os',
    'import re',
    '',
    ...imports,
    '',
  ];
}

/** A line inside a docstring, whatever a name holds. */
function docText(line: string): readonly string[] {
  return [
    line
      .replaceAll('\\', '\\\\')
      .replaceAll('"', "'")
      .replaceAll(/[\r\n]+/g, ' '),
  ];
}

function settings(plan: MendPlan, { saveAs }: PythonNetwork): readonly string[] {
  const { target, output, inputs, tablePath } = plan;
  return [
    `DATA = ${pythonText(tablePath)}`,
    `SAVE_AS = ${pythonText(saveAs)}`,
    '# The column of true values. None: the network keeps to what it forecasts now wherever no rule is broken.',
    `TARGET = ${target === undefined ? 'None' : pythonText(target)}`,
    `OUTPUT = ${output}`,
    '# The column that feeds each input of the network, in its order; a number where it is always the same.',
    'COLUMNS = [',
    ...inputs.map(({ source, name }, index) => {
      const fed = source.kind === 'fixed' ? pythonNumber(source.value) : pythonText(columnName(plan, index));
      return `    ${fed},  # ${index}: ${name.replaceAll(/[\r\n]+/g, ' ')}`;
    }),
    ']',
    '',
    '# What must hold: a slope ("input" is its number) or the forecast (None) from "low" to "high". A slope is the change of',
    '# the forecast per one of the input, in the units of the data unless "model_units".',
    'RULES = [',
    ...plan.rules.map((rule) => `    ${ruleLine(rule)},`),
    ']',
    '',
    'EPOCHS = 400',
    'RATE = 1e-3',
    'BATCH = 64',
    'STRENGTH = 1.0  # of the penalty at first; it grows as long as a rule is broken',
    'MARGIN = 0.02  # how far inside its limits a number should stay, in shares of its usual size',
    '',
    'if os.path.exists(SAVE_AS):',
    '    raise SystemExit(f"{SAVE_AS} exists; rename it or change SAVE_AS.")',
    'np.random.seed(1)',
  ];
}

function columnName({ inputs, table }: MendPlan, index: number): string {
  const { source } = inputs[index]!;
  return source.kind === 'fixed' ? '' : table.columns[source.column]!.name;
}

function ruleLine({ words, input, low, high, strict, tolerance, inModelUnits, where }: MendRule): string {
  const conditions = where.flatMap(conditionsOf).join(', ');
  return `{"rule": ${pythonText(words)}, "input": ${input ?? 'None'}, "low": ${pythonNumber(low)}, "high": ${pythonNumber(high)}, "strict": ${strict ? 'True' : 'False'}, "tolerance": ${pythonNumber(tolerance)}, "model_units": ${inModelUnits ? 'True' : 'False'}, "where": [${conditions}]}`;
}

function conditionsOf({ column, above, atLeast, below, atMost, levels }: Condition): readonly string[] {
  const test = (sign: string, limit: string) => `(${pythonText(column)}, "${sign}", ${limit})`;
  return [
    ...(above === undefined ? [] : [test('>', pythonNumber(above))]),
    ...(atLeast === undefined ? [] : [test('>=', pythonNumber(atLeast))]),
    ...(below === undefined ? [] : [test('<', pythonNumber(below))]),
    ...(atMost === undefined ? [] : [test('<=', pythonNumber(atMost))]),
    ...(levels === undefined ? [] : [test('in', `[${levels.map(pythonText).join(', ')}]`)]),
  ];
}

/** Reads the table as Slopescope does: its delimiter and decimal sign, and rows without a number left out. */
function reading(plan: MendPlan): readonly string[] {
  const { delimiter, decimal, encoding, header } = plan.table.dialect;
  const answered = answeredColumns(plan);
  const plain = /utf-?8/i.test(encoding) ? 'utf-8-sig' : encoding;
  return [
    '# ---- the table ----------------------------------------------------------------',
    `with open(DATA, newline="", encoding=${pythonText(plain)}) as file:`,
    `    lines = [line for line in csv.reader(file, delimiter=${pythonText(delimiter)}) if any(cell.strip() for cell in line)]`,
    ...(header
      ? [
          'needed = {column for column in COLUMNS if isinstance(column, str)}',
          'top = next((k for k, line in enumerate(lines) if needed <= {cell.strip() for cell in line}), None)',
          'if top is None:',
          '    raise SystemExit(f"{DATA} has no line that names the columns {sorted(needed)}.")',
          'names, lines = [name.strip() for name in lines[top]], lines[top + 1 :]',
        ]
      : ['names = [f"column {number + 1}" for number in range(len(lines[0]))]']),
    '',
    '',
    'def number(cell):',
    '    plain = cell.strip().replace("\\u2212", "-")',
    `    if re.fullmatch(r"[+-]?\\d{1,3}([${decimal === '.' ? ',' : '.'}]\\d{3})+([${decimal}]\\d*)?", plain):  # groups of thousands`,
    `        plain = plain.replace("${decimal === '.' ? ',' : '.'}", "")`,
    '    try:',
    `        return float(plain${decimal === '.' ? '' : `.replace(${pythonText(decimal)}, ".")`})`,
    '    except ValueError:',
    '        return np.nan',
    '',
    '',
    ...(answered.length > 0 ? answering(answered) : []),
    ...taking(plan, answered),
  ];
}

/** Takes the numbers that the network is trained on from the lines, and holds them against those that Slopescope read. */
function taking({ seen }: MendPlan, answered: readonly string[]): readonly string[] {
  return [
    'def texts(name):',
    '    place = names.index(name)',
    '    return [line[place].strip() if place < len(line) else "" for line in lines]',
    '',
    '',
    'def numbers(column):',
    '    if not isinstance(column, str):',
    '        return np.full(len(lines), float(column))',
    `    read = ${answered.length > 0 ? 'answer if column in ANSWERED else number' : 'number'}`,
    '    return np.array([read(cell) for cell in texts(column)])',
    '',
    '',
    'def meets(where):',
    '    """1.0 in the rows that meet all conditions of a rule"""',
    '    mask = np.ones(len(lines), bool)',
    '    for column, sign, limit in where:',
    '        if sign == "in":',
    '            mask &= np.isin(texts(column), limit)',
    '        else:',
    '            values = numbers(column)',
    '            mask &= {">": values > limit, ">=": values >= limit, "<": values < limit, "<=": values <= limit}[sign]',
    '    return mask.astype(float)',
    '',
    '',
    'x = np.column_stack([numbers(column) for column in COLUMNS])',
    'true = numbers(TARGET) if TARGET is not None else np.full(len(lines), np.nan)',
    'masks = np.column_stack([meets(rule["where"]) for rule in RULES])',
    'usable = np.isfinite(x).all(axis=1)',
    'x, true, masks = x[usable], true[usable], masks[usable]',
    `seen = np.array([${[...seen.averages, seen.target].map(pythonNumber).join(', ')}])  # averages of the inputs and the true values`,
    'found = np.append(x.mean(axis=0), true[np.isfinite(true)].mean() if np.isfinite(true).any() else np.nan)',
    `if len(x) != ${seen.rows} or not np.allclose(found, seen, rtol=1e-6, atol=1e-9, equal_nan=True):`,
    `    raise SystemExit(f"{DATA} gives {len(x)} rows and the averages {found}; when this was written it gave ${seen.rows} and {seen}.")`,
  ];
}

/** The columns of yes and no that feed an input. */
function answeredColumns({ inputs, table }: MendPlan): readonly string[] {
  const fed = inputs.flatMap(({ source }) => (source.kind === 'fixed' ? [] : [table.columns[source.column]!]));
  return fed.filter(({ kind }) => kind === 'text').map(({ name }) => name);
}

/** How a cell of yes or no becomes a number. */
function answering(columns: readonly string[]): readonly string[] {
  const words = (answer: 0 | 1) => yesAndNo.map((pair) => pythonText(pair[answer])).join(', ');
  return [
    `ANSWERED = [${columns.map(pythonText).join(', ')}]`,
    '',
    '',
    'def answer(cell):',
    '    """1 for yes, 0 for no"""',
    '    word = cell.strip().lower()',
    `    return 1.0 if word in (${words(0)}) else 0.0 if word in (${words(1)}) else np.nan`,
    '',
    '',
  ];
}

/** The maps between the units of the data and those of the network. */
function scalings({ inputs, scaling }: MendPlan, { library }: PythonNetwork): readonly string[] {
  const own = inputs.map((input) => input.scaling);
  const list = (numbers: readonly number[]) => `np.array([${numbers.map(pythonNumber).join(', ')}])`;
  const centres = list(own.map((each) => (each.kind === 'identity' ? 0 : each.centre)));
  const spreads = list(own.map((each) => (each.kind === 'identity' ? 1 : each.spread)));
  const isLog = own.map((each) => each.kind === 'logAffine');
  const shifts = list(own.map((each) => (each.kind === 'logAffine' ? each.shift : 0)));
  const logged = isLog.some(Boolean);
  return [
    '# ---- units: what the network takes is (value - CENTRE) / SPREAD -------------',
    `CENTRE = ${centres}`,
    `SPREAD = ${spreads}`,
    ...(logged
      ? [
          `LOG = np.array([${isLog.map((each) => (each ? 'True' : 'False')).join(', ')}])  # of log(value + SHIFT)`,
          `SHIFT = ${shifts}`,
        ]
      : []),
    '',
    '',
    'def to_model(values):',
    ...(logged ? ['    values = np.where(LOG, np.log(np.where(LOG, values + SHIFT, 1.0)), values)'] : []),
    '    return (values - CENTRE) / SPREAD',
    '',
    '',
    'def per_original(values):',
    '    """change of what the network takes per one of each input"""',
    logged
      ? '    return 1 / (np.where(LOG, values + SHIFT, 1.0) * SPREAD)'
      : '    return np.broadcast_to(1 / SPREAD, values.shape)',
    ...outputScaling(scaling, library),
  ];
}

function outputScaling(scaling: Scaling, library: string): readonly string[] {
  const [forward, back, slope] = outputMaps(scaling);
  return [
    ...(scaling.kind === 'logAffine'
      ? ['', '', 'def exp(y):', `    return np.exp(y) if isinstance(y, np.ndarray) else ${library}.exp(y)`]
      : []),
    '',
    '',
    'def to_original(y):',
    '    """what the network gives, in the unit of the target"""',
    `    return ${forward}`,
    '',
    '',
    'def to_network(y):',
    `    return ${back}`,
    '',
    '',
    'def output_slope(y):',
    '    """change of the forecast per one of what the network gives"""',
    `    return ${slope}`,
  ];
}

function outputMaps(scaling: Scaling): readonly [string, string, string] {
  if (scaling.kind === 'identity') return ['y', 'y', '1.0 + 0.0 * y'];
  const [centre, spread] = [pythonNumber(scaling.centre), pythonNumber(scaling.spread)];
  if (scaling.kind === 'affine')
    return [`y * ${spread} + ${centre}`, `(y - ${centre}) / ${spread}`, `${spread} + 0.0 * y`];
  const shift = pythonNumber(scaling.shift);
  const power = `exp(y * ${spread} + ${centre})`;
  return [`${power} - ${shift}`, `(np.log(y + ${shift}) - ${centre}) / ${spread}`, `${spread} * ${power}`];
}

const penalties = [
  'def spoken_of(rule, y, slopes, original):',
  '    """the number that a rule speaks of at each point, in its units"""',
  '    if rule["input"] is None:',
  '        return y if rule["model_units"] else to_original(y)',
  '    return (slopes if rule["model_units"] else original)[:, rule["input"]]',
  '',
  '',
  'def penalty(k, y, slopes, original, scales, relu):',
  '    """how far each point is beyond the limits of rule k and their margin, squared, in its usual size"""',
  '    rule = RULES[k]',
  '    value = spoken_of(rule, y, slopes, original)',
  '    margin = MARGIN * scales[k] if rule["low"] < rule["high"] else 0.0',
  '    beyond = relu(rule["low"] + margin - value) + relu(value - rule["high"] + margin)',
  '    return (beyond / scales[k]) ** 2',
];

const training = [
  '# ---- training --------------------------------------------------------------------',
  'def between(rows):',
  '    """as many points between these rows and others, so that the rules come to hold there too"""',
  '    others = x[np.random.randint(len(x), size=len(rows))]',
  '    return rows + np.random.rand(len(rows), 1) * (others - rows)',
  '',
  '',
  'def measured(points):',
  '    """the number each rule speaks of, in its units: [point, rule]; and the forecasts"""',
  '    forecast, slopes = look(to_model(points))',
  '    y = forecast[:, OUTPUT]',
  '    original = slopes * np.asarray(output_slope(y))[:, None] * per_original(points)',
  '    columns = [np.asarray(spoken_of(rule, y, slopes, original)) for rule in RULES]',
  '    return np.column_stack(columns), forecast',
  '',
  '',
  'def broken(numbers, applies):',
  '    """at how many points each rule is broken"""',
  '    counts = []',
  '    for k, rule in enumerate(RULES):',
  '        beyond = np.maximum(rule["low"] - numbers[:, k], numbers[:, k] - rule["high"])',
  '        at_limit = rule["strict"] and rule["tolerance"] == 0',
  '        fails = (beyond > rule["tolerance"]) | (at_limit & (beyond == 0)) | np.isnan(numbers[:, k])',
  '        counts.append(int((fails & (applies[:, k] == 1)).sum()))',
  '    return counts',
  '',
  '',
  'def miss(forecast):',
  '    return float(np.mean(np.abs(np.asarray(to_original(forecast[:, OUTPUT])) - wanted)))',
  '',
  '',
  '# Between rows, a rule with a condition is not followed.',
  'free = np.array([[0.0 if rule["where"] else 1.0 for rule in RULES]])',
  'probes = between(np.repeat(x, max(1, 2000 // len(x)), axis=0))',
  'numbers_before, forecast_before = measured(x)',
  'wanted = np.where(np.isfinite(true), true, np.asarray(to_original(forecast_before[:, OUTPUT])))',
  'targets = forecast_before.copy()',
  'targets[:, OUTPUT] = to_network(wanted)',
  'scales = np.sqrt(np.mean(numbers_before**2, axis=0))',
  'scales = np.where(scales > 0, scales, 1.0)',
  'spread = max(float(np.std(targets[:, OUTPUT])), 1e-12)',
  'before, before_miss = broken(numbers_before, masks), miss(forecast_before)',
  'best = ((sum(before), np.inf, before_miss), weights())',
  'strength = STRENGTH',
  'for epoch in range(EPOCHS):',
  '    order = np.random.permutation(len(x))',
  '    for first in range(0, len(x), BATCH):',
  '        rows = order[first : first + BATCH]',
  '        points = np.vstack([x[rows], between(x[rows])])',
  '        applies = np.vstack([masks[rows], np.repeat(free, len(rows), axis=0)])',
  '        step(points, targets[rows], scales, applies, spread, strength)',
  '    if epoch % 10 == 9:',
  '        numbers_now, forecast = measured(x)',
  '        at_rows = sum(broken(numbers_now, masks))',
  '        at_probes = sum(broken(measured(probes)[0], np.repeat(free, len(probes), axis=0)))',
  '        found = (at_rows, at_probes, miss(forecast))',
  '        if found < best[0]:',
  '            best = (found, weights())',
  '        print(f"epoch {epoch + 1}: broken {at_rows} times at rows, {at_probes} times at {len(probes)} points between, average miss {found[2]:.4g}")',
  '        if at_rows == 0 and at_probes == 0:',
  '            break',
  '        strength *= 1.3',
  '',
  'restore(best[1])',
  'numbers_after, forecast_after = measured(x)',
  'after = broken(numbers_after, masks)',
  'for k, rule in enumerate(RULES):',
  '    print(f"{rule[\'rule\']}: broken in {before[k]} rows before, {after[k]} after, of {int(masks[:, k].sum())}")',
  'print(f"average miss {before_miss:.4g} before, {miss(forecast_after):.4g} after")',
];
