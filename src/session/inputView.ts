import type { Call } from '../ask';
import { count, counted, number, percent, signed } from '../findings/words';
import {
  alphaCurve,
  alphaLevels,
  derivativeSensitivity,
  movementShares,
  slopesOverOrder,
  totalIndexBound,
} from '../slopes/measures';
import { quantileLevels, quantiles, slopeStatistics } from '../slopes/statistics';
import { columnStatistics } from '../table/columns';
import { slopeUnit, splitUnit } from '../table/units';
import { coverageNote } from './coverage';
import { categoryLevels } from './categoryLevels';
import { lanesBeyond } from './checkRules';
import { inputAnswer } from './inputAnswer';
import { curveOf, pairedDots, scatterOf } from './inputCurve';
import { effectLines } from './inputEffects';
import { groupLines } from './inputGroups';
import { lanesOf } from './lanes';
import { type Scene, sceneOf, summaryOf } from './scene';
import type { Lane } from './service';
import type { SessionState } from './sessionState';
import type { EffectLine, Figure, InputRequest, InputView, Measures } from './inputQuestion';
import { partsAt } from './slopeParts';
import { valuesInWords, worstPosition, worstRows } from './worstRows';

/** The Input tab: one input of one output, over the rows of the view. */
export async function inputView(session: SessionState, request: InputRequest, call: Call): Promise<InputView> {
  const scene = await sceneOf(session, request, call);
  const { input } = request;
  const { lanes } = await lanesOf(session, request, call);
  const place = lanes.findIndex((lane) => lane.input === input);
  const effects = await effectLines(scene, input, request, call);
  const answer = inputAnswer(scene, input, lanes, effects);
  const common = {
    ...headOf(scene, lanes, place, input),
    ...(answer ? { answer } : {}),
    effects,
    ...(request.groupBy === undefined
      ? {}
      : { groups: { column: request.groupBy, lines: await groupLines(scene, input, request.groupBy, call) } }),
  };
  if (scene.binding.inputs[input]!.source.kind === 'levels') return categoryView(scene, input, common, call);
  if (common.kind === 'switched') {
    const curve = isCurved(request) ? await curveOf(scene, input, request.curve ?? 'average', undefined) : undefined;
    return {
      ...common,
      figures: [],
      sentence: `${common.name} moves ${common.outputName} in steps only: it has no slope.`,
      ...(curve ? { curve } : {}),
    };
  }
  return common.kind === 'yes/no' ? switchView(scene, request, common) : numberView(session, scene, request, common);
}

/** Where nothing is drawn a curve is given only when it is asked for. */
function isCurved({ drawn, curve }: InputRequest): boolean {
  return drawn !== false || curve !== undefined;
}

type Head = Omit<InputView, 'figures' | 'sentence'>;

function headOf(scene: Scene, lanes: readonly Lane[], place: number, input: number): Omit<Head, 'effects'> {
  const { name, kind, unit } = scene.inputs[input]!;
  const lane = lanes[place];
  const range = scene.connection.ranges?.[input];
  const words = range
    ? `over ${number(range.low)} to ${number(range.high)}`
    : valuesInWords(kind, summaryOf(scene.binding, input, scene.slopes.rows));
  return {
    input,
    name,
    kind,
    title: `${ordinal(place + 1)} of ${count(lanes.length)} by effect · ${words}`,
    place: place + 1,
    inputs: lanes.length,
    unit: slopeUnit(scene.output, scene.inputs[input]!),
    inputUnit: unit,
    outputUnit: scene.output.unit,
    outputName: scene.output.name,
    ...(lane?.rule ? { rule: lane.rule } : {}),
  };
}

async function numberView(session: SessionState, scene: Scene, request: InputRequest, head: Head): Promise<InputView> {
  const { input } = request;
  const own = scene.slopes.slopes[input]!;
  const statistics = {
    ...slopeStatistics(own),
    quantiles: quantiles(own, quantileLevels),
    atKink: scene.slopes.atKink.reduce((sum, flag) => sum + flag, 0),
  };
  const worst = worstPosition(scene, input);
  if (worst === undefined)
    return { ...head, figures: [], sentence: 'There are no rows to show under this filter.', statistics };
  const { ranges } = scene.connection;
  const isConstant = summaryOf(scene.binding, input, scene.slopes.rows).constant;
  const unitStep = head.effects.find(({ kind }) => kind === 'unit');
  const line = ranges ? 'point' : 'row';
  const told = {
    ...head,
    figures: figuresOf(head, statistics, line),
    sentence: sentenceOf(head, statistics.below, unitStep, isConstant, line),
    statistics,
    measures: measuresOf(scene, input),
  };
  const curve = isCurved(request) ? await curveOf(scene, input, request.curve ?? 'average', worst) : undefined;
  if (request.drawn === false) return { ...told, ...(curve ? { curve } : {}) };
  const beyond = lanesBeyond(session)(input);
  const parts = ranges ? undefined : partsAt(scene, input, request.row ?? scene.slopes.rows[worst]!);
  return {
    ...told,
    scatter: scatterOf(scene, input, beyond, request.colourBy),
    ...(curve ? { curve } : {}),
    ...(ranges ? {} : { worst: await worstRows(scene, input, beyond) }),
    ...(parts ? { parts } : {}),
  };
}

/** The five figures. */
function figuresOf(head: Head, statistics: NonNullable<InputView['statistics']>, line: 'row' | 'point'): Figure[] {
  const one = head.inputUnit || `1 ${splitUnit(head.name).name}`;
  const out = head.outputUnit || head.outputName;
  const step = head.effects.find(({ kind }) => kind === 'unit');
  const elasticity = head.effects.find(({ kind }) => kind === 'eyex');
  const { mean, min, max, below, count: rows } = statistics;
  const opposite = step?.opposite ?? 0;
  return [
    { label: 'Average slope', text: `${signed(mean)} ${head.unit}`, detail: '', value: mean },
    {
      label: head.inputUnit ? `One more ${one}` : `${one} more`,
      text: `${signed(step?.average ?? NaN)} ${out}`,
      detail: opposite > 0 ? `against the slope in ${counted(opposite, line)}` : '',
      value: step?.average ?? NaN,
    },
    {
      label: 'Lowest to highest',
      text: `${signed(min)} to ${signed(max)}`,
      detail: head.unit,
      value: max - min,
    },
    { label: 'Slope below 0', text: counted(below, line), detail: percent(below / Math.max(rows, 1)), value: below },
    {
      label: `1 % more ${splitUnit(head.name).name}`,
      text: elasticity ? `${signed(elasticity.median ?? elasticity.average)} %` : '',
      detail:
        elasticity?.remark === undefined
          ? head.outputName
          : `${head.outputName}, median of the ${line}s: it comes near 0`,
      value: elasticity?.median ?? elasticity?.average ?? NaN,
    },
  ];
}

/** A16: slope and step are said side by side where their signs do not agree. */
function sentenceOf(
  head: Head,
  below: number,
  step: EffectLine | undefined,
  constant: boolean,
  line: 'row' | 'point',
): string {
  if (constant)
    return `${head.name} is the same in every row: the slope tells what the network would do, the data cannot say whether it is right.`;
  if (!step || (step.opposite ?? 0) === 0) return '';
  return `The slope is below 0 in ${counted(below, line)}; one more ${head.inputUnit || head.name} changes ${head.outputName} the other way than the slope says in ${count(step.opposite ?? 0)}.`;
}

async function switchView(scene: Scene, { input, drawn }: InputRequest, head: Head): Promise<InputView> {
  const [effect] = head.effects;
  const out = head.outputUnit || head.outputName;
  if (!effect) return { ...head, figures: [], sentence: '' };
  const paired = drawn === false ? undefined : await pairedDots(scene, input);
  return {
    ...head,
    figures: [
      { label: 'Switching on', text: `${signed(effect.average)} ${out}`, detail: 'on average', value: effect.average },
      {
        label: 'Lowest to highest',
        text: `${signed(effect.lowest)} to ${signed(effect.highest)}`,
        detail: out,
        value: effect.highest - effect.lowest,
      },
    ],
    sentence: paired ? coverageNote({ rows: paired.length, of: scene.slopes.rows.length }, 'Drawn are') : '',
    ...(paired ? { paired } : {}),
  };
}

async function categoryView(scene: Scene, input: number, head: Head, call: Call): Promise<InputView> {
  const levels = await categoryLevels(scene, input, call);
  const out = head.outputUnit || head.outputName;
  const averages = levels.lines.map(({ average }) => average);
  const [low, high] = [Math.min(0, ...averages), Math.max(0, ...averages)];
  return {
    ...head,
    figures: [
      {
        label: `Against ${levels.commonest}`,
        text: `${signed(low)} to ${signed(high)} ${out}`,
        detail: 'on average, by level',
        value: high - low,
      },
    ],
    sentence: [
      `${head.name} is a category: it is switched, so it has no slope.`,
      coverageNote(levels.over, 'The levels are averaged over'),
      levels.more > 0 ? `${count(levels.more)} rarer levels are left out.` : '',
    ]
      .filter(Boolean)
      .join(' '),
    levels,
  };
}

function measuresOf(scene: Scene, input: number): Measures {
  const line = scene.connection.ranges ? 'point' : 'row';
  const own = scene.slopes.slopes[input]!;
  const statistics = summaryOf(scene.binding, input, scene.slopes.rows);
  const variance = columnStatistics(scene.slopes.forecast).deviation ** 2;
  const dgsm = derivativeSensitivity(own);
  const bound = totalIndexBound(dgsm, statistics.max - statistics.min, variance);
  const shares = sharesOf(scene);
  const alphaMeans = alphaCurve(own);
  const steepness = alphaMeans.at(-1)! / alphaMeans[0]!;
  const share = shares[input]!;
  return {
    alphas: alphaLevels,
    alphaMeans,
    dgsm,
    dgsmBound: bound,
    share,
    overOrder: slopesOverOrder(own),
    sentences: [
      `${percent(share)} of what moves ${scene.output.name} to first order comes from ${scene.inputs[input]!.name}.`,
      boundSentence(scene.inputs[input]!.name, scene.output.name, dgsm, bound),
      steepness > 3
        ? `A few ${line}s react ${number(steepness)} times as strongly as the average ${line}.`
        : `All ${line}s react about equally strongly.`,
    ],
  };
}

const knownShares = new WeakMap<Scene, Float64Array>();

/** Every input's share of what moves the output, worked out once for all of them. */
function sharesOf(scene: Scene): Float64Array {
  const shares =
    knownShares.get(scene) ??
    movementShares(
      scene.slopes.slopes.map((slopes, flat) => ({
        meanSquare: slopes.length === 0 ? 0 : derivativeSensitivity(slopes),
        spread: summaryOf(scene.binding, flat, scene.slopes.rows).deviation || 0,
      })),
    );
  knownShares.set(scene, shares);
  return shares;
}

/** What the derivative-based measure says of the share of variance (a bound, so it may say nothing). */
function boundSentence(input: string, output: string, dgsm: number, bound: number): string {
  const measure = `The mean squared slope (DGSM) is ${number(dgsm)}`;
  if (bound === 0 || Number.isNaN(bound)) return `${measure}.`;
  if (!(bound < 1)) return `${measure}; it sets no limit to the share of ${input} in the variance of ${output}.`;
  return `${measure}: were ${input} spread evenly over its range, at most ${percent(bound)} of the variance of ${output} would come from it, alone or together with others.`;
}

function ordinal(place: number): string {
  const last = place % 10;
  const teen = Math.floor(place / 10) % 10 === 1;
  return `${count(place)}${!teen && last === 1 ? 'st' : !teen && last === 2 ? 'nd' : !teen && last === 3 ? 'rd' : 'th'}`;
}
