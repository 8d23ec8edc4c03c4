import type { Call } from '../ask';
import { count, number, signed } from '../findings/words';
import { elasticities, nonLinearity, oppositeSigns, summariseChanges } from '../slopes/effects';
import { quantiles } from '../slopes/statistics';
import { slopeUnit, splitUnit } from '../table/units';
import type { EffectLine, InputRequest } from './inputQuestion';
import { forecastsChanged, forecastsSet, type Setting } from './changedPoints';
import { elementOf, levelsOf } from './levelNames';
import { type Points, repeated, slopesAt } from './points';
import { shareRemark } from './shareRemark';
import { averageRow, type Scene, summaryOf, valuesAt } from './scene';

/** One way to change an input: from one setting to another, at every row. */
interface Change {
  readonly kind: EffectLine['kind'];
  readonly text: string;
  readonly from: Setting;
  readonly to: Setting;
  /** The size of a step that starts from each row's own value; absent for changes from level to level. */
  readonly step?: number;
}

/** A change with what it does at every row of the scene. */
interface MadeChange extends Change {
  /** f(x changed) − f(x), in the order of the scene's rows. */
  readonly changes: Float64Array;
  /** The same half a step down to half a step up. */
  readonly centred?: Float64Array;
}

/** What may be asked beside the usual changes. */
export type ChangeWish = Pick<InputRequest, 'step' | 'between'>;

/** Every usual way to change one input, and what was wished for, at all rows of the scene. */
export async function changesOf(scene: Scene, input: number, wish: ChangeWish, call: Call): Promise<MadeChange[]> {
  const wanted = usualChanges(scene, input, wish);
  const halves = wanted.map(({ step }) => (step === undefined ? [] : [{ shift: -step / 2 }, { shift: step / 2 }]));
  const settings = wanted.flatMap(({ from, to }, place) => [from, to, ...halves[place]!]);
  const moved = settings.filter((setting) => !isOwnValue(setting));
  const computed = await forecastsSet(scene.computation, scene.slopes.rows, input, moved, call);
  const given = new Map(moved.map((setting, place) => [setting, computed[place]!]));
  const at = (setting: Setting): Float64Array => given.get(setting) ?? scene.slopes.forecast;
  return wanted.map((change, place) => {
    const [down, up] = halves[place]!;
    const changes = difference(at(change.to), at(change.from));
    return { ...change, changes, ...(down && up ? { centred: difference(at(up), at(down)) } : {}) };
  });
}

/** The table of effects: slope, changes and elasticities, over all rows of the scene and at its average row. */
export async function effectLines(scene: Scene, input: number, wish: ChangeWish, call: Call): Promise<EffectLine[]> {
  if (scene.slopes.rows.length === 0) return [];
  const made = await changesOf(scene, input, wish, call);
  const unit = scene.output.unit || scene.output.name;
  const own = scene.slopes.slopes[input]!;
  const usual = await usualPoint(scene);
  const value = usual.point.lines[input]![0]!;
  const ends = made.flatMap((change) => valuesOf(change, value).map((to) => [{ input, line: Float64Array.of(to) }]));
  const there = await forecastsChanged(scene.computation, usual.point, ends);
  const lines = made.map((change, place): EffectLine => ({
    ...changeLine(change, own),
    atAverage: there[2 * place + 1]![0]! - there[2 * place]![0]!,
    unit,
  }));
  if (scene.inputs[input]!.kind === 'yes/no' || own.length === 0) return lines;
  return [...derivativeLines(scene, input, usual), ...lines];
}

/** The average row as a point, with its forecast and all its slopes. */
type UsualPoint = Awaited<ReturnType<typeof slopesAt>> & { readonly point: Points };

const usualPoints = new WeakMap<Scene, Promise<UsualPoint>>();

/** The average row of a scene, computed once for all its inputs. */
function usualPoint(scene: Scene): Promise<UsualPoint> {
  const point = (): Points => repeated(averageRow(scene.binding, scene.slopes.rows), 1);
  const computed = async (at: Points): Promise<UsualPoint> => ({
    ...(await slopesAt(scene.computation, at)),
    point: at,
  });
  const found = usualPoints.get(scene) ?? computed(point());
  usualPoints.set(scene, found);
  return found;
}

function usualChanges(scene: Scene, input: number, { step: custom, between }: ChangeWish): Change[] {
  const { kind } = scene.inputs[input]!;
  if (scene.binding.inputs[input]!.source.kind === 'levels') return between ? levelToLevel(scene, input, between) : [];
  if (kind === 'yes/no') return [levelChange('switch', 'switched on (0 to 1)', 0, 1)];
  const { deviation, constant, mean, min, max } = summaryOf(scene.binding, input, scene.slopes.rows);
  const own: Change[] = isNumbers(between) ? [levelChange('level', fromTo(...between), ...between)] : [];
  if (kind === 'switched') return own;
  if (custom !== undefined) own.push(stepChange('custom', signed(custom), custom));
  const unit = stepChange('unit', `+1 ${inputUnit(scene, input)}`, 1);
  if (constant || !(deviation > 0)) return [unit, ...own];
  const [lower, upper] = quantiles(valuesAt(scene.binding, input, scene.slopes.rows), [0.25, 0.75]);
  const [down, up] = [mean - deviation / 2, mean + deviation / 2];
  return [
    unit,
    stepChange('spread', `+1 spread (${number(deviation)})`, deviation),
    ...own,
    levelChange('around', `${fromTo(down, up)} (one spread around the average)`, down, up),
    ...(upper! > lower! ? [levelChange('middle', `${fromTo(lower!, upper!)} (middle half)`, lower!, upper!)] : []),
    levelChange('range', `${fromTo(min, max)} (lowest to highest)`, min, max),
  ];
}

/** From one level of a category to another; nothing where the model does not know both. */
function levelToLevel(scene: Scene, input: number, between: NonNullable<ChangeWish['between']>): Change[] {
  const levels = levelsOf(scene.connection, input) ?? [];
  const [from, to] = [String(between[0]), String(between[1])];
  if (!levels.includes(from) || !levels.includes(to)) return [];
  const elements = [from, to].map((level) => elementOf(scene.connection, input, level));
  return [levelChange('level', `from ${from} to ${to}`, elements[0]!, elements[1]!)];
}

function isNumbers(between: ChangeWish['between']): between is readonly [number, number] {
  return typeof between?.[0] === 'number';
}

function stepChange(kind: EffectLine['kind'], text: string, step: number): Change {
  return { kind, text, from: { shift: 0 }, to: { shift: step }, step };
}

function levelChange(kind: EffectLine['kind'], text: string, from: number, to: number): Change {
  return { kind, text, from: { level: from }, to: { level: to } };
}

function fromTo(from: number, to: number): string {
  const text = (value: number): string => (Number.isInteger(value) ? count(value) : number(value));
  return `from ${text(from)} to ${text(to)}`;
}

function isOwnValue(setting: Setting): boolean {
  return 'shift' in setting && setting.shift === 0;
}

function valuesOf({ from, to }: Change, usual: number): [number, number] {
  const at = (setting: Setting): number => ('shift' in setting ? usual + setting.shift : setting.level);
  return [at(from), at(to)];
}

function difference(after: Float64Array, before: Float64Array): Float64Array {
  return after.map((value, row) => value - before[row]!);
}

function changeLine(made: MadeChange, slopes: Float32Array): Omit<EffectLine, 'atAverage' | 'unit'> {
  const { kind, text, changes, centred, step } = made;
  const line = { change: text, kind, ...summed(changes) };
  if (step === undefined || slopes.length === 0) return line;
  const upwards = step > 0 ? changes : changes.map((change) => -change);
  return {
    ...line,
    ...(centred ? { centred: summariseChanges(centred).average } : {}),
    nonLinearity: nonLinearity(slopes, step, changes),
    opposite: oppositeSigns(slopes, upwards),
  };
}

/** The slope and the elasticities: derivatives, in four units. */
function derivativeLines(scene: Scene, input: number, usual: UsualPoint): EffectLine[] {
  const { slopes, forecast, rows } = scene.slopes;
  const own = slopes[input]!;
  const values = valuesAt(scene.binding, input, rows);
  const [slope, value, height] = [usual.slopes[input]![0]!, usual.point.lines[input]![0]!, usual.forecast[0]!];
  const out = scene.output.unit || scene.output.name;
  const one = inputUnit(scene, input);
  const line = (
    kind: EffectLine['kind'],
    change: string,
    each: Float32Array | Float64Array,
    atAverage: number,
    unit: string,
  ) => ({ kind, change, ...summed(each), atAverage, unit }) satisfies EffectLine;
  const perForecast = Float64Array.from(own, (each, row) =>
    forecast[row] === 0 ? NaN : (100 * each) / forecast[row]!,
  );
  const perShare = Float64Array.from(own, (each, row) => (each * values[row]!) / 100);
  const share = '% of the forecast';
  const elastic = elasticities(own, values, forecast);
  const ofShares = shareRemark(scene, height);
  const marked = (each: Float64Array): Pick<EffectLine, 'median' | 'leftOut' | 'remark'> =>
    ofShares === undefined ? {} : { ...ofShares, median: quantiles(each, [0.5])[0]! };
  return [
    line('slope', 'slope', own, slope, slopeUnit(scene.output, scene.inputs[input]!)),
    { ...line('eyex', '1 % more', elastic, (slope * value) / height, share), ...marked(elastic) },
    { ...line('eydx', `+1 ${one}, by the slope`, perForecast, (100 * slope) / height, share), ...marked(perForecast) },
    line('dyex', '1 % more', perShare, (slope * value) / 100, out),
  ];
}

function summed(changes: Float32Array | Float64Array) {
  const { average, error, interval, lowest, highest } = summariseChanges(changes);
  return { average, error, interval, lowest, highest };
}

function inputUnit(scene: Scene, input: number): string {
  const { unit, name } = scene.inputs[input]!;
  return unit || `in ${splitUnit(name).name}`;
}
