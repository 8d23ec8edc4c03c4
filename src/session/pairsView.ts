import type { Call } from '../ask';
import { slopeUnit } from '../table/units';
import { count, counted, listed, number, signed } from '../findings/words';
import { mean } from '../slopes/effects';
import { friedmanH, isPiecewiseLinear, isSmooth, slopeAgainst } from '../slopes/interactions';
import { slopeStatistics } from '../slopes/statistics';
import { exactMixedAverages, type MixedAverage, steppedMixedSlopes } from './mixedSlopes';
import { coverageNote } from './coverage';
import { forecastsChanged } from './changedPoints';
import { pointsAtRows } from './points';
import { evenlyDrawn, type Scene, sceneOf, summaryOf, valuesAt } from './scene';
import type { SessionState } from './sessionState';
import type { Pair, PairsRequest, PairsView } from './pairsQuestion';

/** Inputs in the matrix; rows of Friedman's H. */
const mostInputs = 30;
/** Forecasts that mixed steps may take in all, four per row and pair, and the rows they are taken at whatever the pairs. */
const steppedForecasts = 2_000_000;
const fewestSteppedRows = 500;
const friedmanRows = 200;
const strongestPairs = 5;

interface Candidate {
  readonly input: number;
  readonly name: string;
  readonly spread: number;
  readonly effect: number;
}

/** The Pairs tab: how strongly every two inputs act together, strongest pairs in words. */
export async function pairsView(session: SessionState, request: PairsRequest, call: Call): Promise<PairsView> {
  const scene = await sceneOf(session, request, call);
  const candidates = candidatesOf(scene);
  const shown = candidates.slice(0, mostInputs);
  const method = isSmooth(scene.connection.network) ? 'exact' : 'step';
  const { pairs: mixed, rows } =
    method === 'exact' ? await exactPairs(scene, shown, call) : await steppedPairs(scene, shown, call);
  const over = { rows, of: scene.slopes.rows.length };
  const pairs = mixed.map((pair) => pairOf(scene, shown, pair));
  const strongest = [...pairs.keys()]
    .filter((pair) => pairs[pair]!.strength > 0)
    .sort((a, b) => pairs[b]!.strength - pairs[a]!.strength)
    .slice(0, strongestPairs);
  if (request.friedman) for (const pair of strongest) pairs[pair] = await withFriedman(scene, shown, pairs[pair]!);
  const listedNames = new Set(shown.map(({ input }) => input));
  const top = pairs[strongest[0] ?? -1];
  return {
    sentence: top
      ? `${shown[top.first]!.name} and ${shown[top.second]!.name} act together most: ${top.sentence}`
      : shown.length < 2
        ? 'A pair takes two inputs that have slopes and vary in the rows.'
        : `No two inputs act together: the effect of each on ${scene.output.name} does not depend on the others.`,
    caption: [captionOf(method, scene.connection.network), coverageNote(over)].filter(Boolean).join(' '),
    method,
    inputs: shown.map(({ input, name }) => ({ input, name })),
    pairs,
    strongest,
    unit: scene.output.unit || scene.output.name,
    leftOut: scene.inputs.filter((_, input) => !listedNames.has(input)).map(({ name }) => name),
    rows,
    of: over.of,
    ...(request.friedman && strongest.length > 0 ? { friedmanRows: Math.min(friedmanRows, over.of) } : {}),
  };
}

/** Inputs with slopes that change in the data, strongest effect first. */
function candidatesOf(scene: Scene): Candidate[] {
  return scene.inputs
    .flatMap(({ name }, input): Candidate[] => {
      const own = scene.slopes.slopes[input]!;
      const { deviation } = summaryOf(scene.binding, input, scene.slopes.rows);
      if (own.length === 0 || !(deviation > 0)) return [];
      return [{ input, name, spread: deviation, effect: slopeStatistics(own).meanAbsolute * deviation }];
    })
    .sort((a, b) => b.effect - a.effect || a.input - b.input);
}

interface MixedPair extends MixedAverage {
  readonly first: number;
  readonly second: number;
}

/** Pairs in stair order, averaged over so many rows. */
interface MixedPairs {
  readonly pairs: readonly MixedPair[];
  readonly rows: number;
}

/** Pairs in stair order. */
function stairs(size: number): { readonly first: number; readonly second: number }[] {
  return Array.from({ length: size }, (_, second) =>
    Array.from({ length: second }, (_unused, first) => ({ first: second, second: first })),
  ).flat();
}

/** Over all rows of the view. */
async function exactPairs(scene: Scene, shown: readonly Candidate[], call: Call): Promise<MixedPairs> {
  const inputs = shown.map(({ input }) => input);
  const { pairs, rows } = await exactMixedAverages(scene, scene.slopes.rows, inputs, call);
  return { pairs: stairs(shown.length).map((pair, number) => ({ ...pair, ...pairs[number]! })), rows };
}

/** Over all rows of the view where its pairs are few, else over rows drawn evenly. */
async function steppedPairs(scene: Scene, shown: readonly Candidate[], call: Call): Promise<MixedPairs> {
  const pairs: MixedPair[] = [];
  const all = stairs(shown.length);
  const most = Math.max(fewestSteppedRows, Math.floor(steppedForecasts / (4 * Math.max(all.length, 1))));
  const rows = evenlyDrawn(scene.slopes.rows.length, most).map((position) => scene.slopes.rows[position]!);
  const points = pointsAtRows(scene.binding, rows);
  for (const { first, second } of all) {
    if (call.signal.aborted) break;
    const slopes = await steppedMixedSlopes(scene, points, shown[first]!, shown[second]!);
    pairs.push({ first, second, mixed: mean(slopes), size: mean(slopes.map(Math.abs)) });
    call.progress({ task: 'Pairs', done: pairs.length, of: all.length });
  }
  return { pairs, rows: rows.length };
}

/** What rounding leaves of a mixed slope that is truly 0, as a share of the effects of both inputs. */
const rounding = 1e-12;

function pairOf(scene: Scene, shown: readonly Candidate[], { first, second, mixed, size: average }: MixedPair): Pair {
  const [a, b] = [shown[first]!, shown[second]!];
  const size = average * a.spread * b.spread;
  const strength = size <= rounding * (a.effect + b.effect) ? 0 : size;
  return {
    first,
    second,
    strength,
    signed: Math.sign(mixed) * strength,
    mixed: strength === 0 ? 0 : mixed,
    sentence: pairSentence(scene, a, b, strength === 0 ? 0 : mixed),
  };
}

/** "the effect of x1 grows by 0.3 min per call per form; it turns negative below x2 = 4." */
function pairSentence(scene: Scene, a: Candidate, b: Candidate, mixed: number): string {
  if (mixed === 0) return `the effect of ${a.name} does not depend on ${b.name}.`;
  const against = slopeAgainst(scene.slopes.slopes[a.input]!, valuesAt(scene.binding, b.input, scene.slopes.rows));
  const grows = mixed > 0 ? 'grows' : 'shrinks';
  const [own, other] = [scene.inputs[a.input]!, scene.inputs[b.input]!];
  const unit = `${slopeUnit(scene.output, own)} per ${other.unit || `1 ${b.name}`}`;
  const base = `the effect of ${a.name} ${grows} by ${number(Math.abs(mixed))} ${unit}`;
  if (against.turnsAt === undefined || against.perUnit * mixed < 0) return `${base}.`;
  return `${base}; it turns negative ${mixed > 0 ? 'below' : 'above'} ${b.name} = ${number(against.turnsAt)}.`;
}

function captionOf(method: PairsView['method'], network: SessionState['network']): string {
  if (method === 'exact') return 'Exact mixed slopes.';
  const relu = network.nodes.some(({ op }) => op.kind === 'activation' && op.activation.kind === 'relu');
  const kind = relu ? 'ReLU network' : isPiecewiseLinear(network) ? 'Network of straight pieces' : 'Network with kinks';
  return `${kind}: measured over one typical step.`;
}

/** Friedman's H from the partial dependence of the pair and of each alone, at the values of the rows themselves. */
async function withFriedman(scene: Scene, shown: readonly Candidate[], pair: Pair): Promise<Pair> {
  const [a, b] = [shown[pair.first]!.input, shown[pair.second]!.input];
  const rows = evenlyDrawn(scene.slopes.rows.length, friedmanRows).map((position) => scene.slopes.rows[position]!);
  const points = pointsAtRows(scene.binding, rows);
  const dependence = async (inputs: readonly number[]): Promise<Float64Array> => {
    const held = Array.from(rows, (_, row) =>
      inputs.map((input) => ({ input, line: new Float64Array(rows.length).fill(points.lines[input]![row]!) })),
    );
    return Float64Array.from(await forecastsChanged(scene.computation, points, held), mean);
  };
  return { ...pair, friedman: friedmanH(await dependence([a, b]), await dependence([a]), await dependence([b])) };
}

/** The strongest pairs as lines for people. */
export function pairLines(view: PairsView): string[] {
  return view.strongest.map((place) => {
    const { first, second, signed: direction, sentence, friedman } = view.pairs[place]!;
    const names = listed([view.inputs[first]!.name, view.inputs[second]!.name]);
    const h = friedman === undefined ? '' : `, Friedman's H ${number(friedman)}`;
    const how = direction > 0 ? 'strengthen each other' : 'weaken each other';
    return `${names} ${how}: ${signed(direction)} ${view.unit}${h}; ${sentence}`;
  });
}

/** How many rows and inputs the matrix is over, for people. */
export function pairsScope(view: PairsView): string {
  const friedman = view.friedmanRows === undefined ? '' : ` Friedman's H is over ${count(view.friedmanRows)} of them.`;
  return `${counted(view.inputs.length, 'input')}, ${count(view.rows)} of ${counted(view.of, 'row')}.${friedman}`;
}
