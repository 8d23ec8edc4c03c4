import { count, counted, signed } from '../findings/words';
import { excelCode } from '../network/formula/excel';
import type { Expression, Formula } from '../network/formula/expression';
import { javascriptCode } from '../network/formula/javascript';
import { latexCode } from '../network/formula/latex';
import { layerLines, layersCode } from '../network/formula/layers';
import { markdownFormula } from '../network/formula/markdown';
import { pythonCode } from '../network/formula/python';
import { rCode } from '../network/formula/r';
import { slopeFormula } from '../network/formula/slope';
import { formulaLines } from '../network/formula/text';
import { type FoldedScaling, type WriteOptions, writeOut } from '../network/formula/writeOut';
import { blackBoxOf } from '../network/blackBox';
import type { Network } from '../network/network';
import { mean } from '../slopes/effects';
import { locateOutput } from '../slopes/layout';
import { identity, type Scaling, toModel } from '../table/scaling';
import { slopeUnit } from '../table/units';
import { describeModel } from './describeModel';
import { exactRow } from './exactRow';
import type { SessionState } from './sessionState';
import { straightPieces, type StraightPieces } from './straightPieces';
import { hiddenLayers } from './structure';
import type { FormulaRequest, FormulaView } from './formulaQuestion';

/** Up to these sizes a network is written out number by number; beyond, by layers. */
const mostLayers = 2;
const mostWeights = 400;
/** A linear formula of more inputs is no sentence. */
const mostInSentence = 12;
/** Digits shown, and digits that say a number exactly. */
const shownDigits = 3;
const allDigits = 17;

/** The network written out: as a regression where it is one, number by number where it is small, else by layers. */
export async function formulaView(session: SessionState, request: FormulaRequest): Promise<FormulaView> {
  const { connection } = session;
  if (blackBoxOf(session.network)) return withoutFormula(session, request);
  const network = withOneOutput(session.network, request.output);
  const options = optionsOf(session, request);
  const digits = request.digits ?? shownDigits;
  const everywhere = writeOut(network, options);
  if (everywhere && isStraight(everywhere)) return linearView(session, request, everywhere, 'linear', []);
  const found = connection && (await straightPieces(connection.computation(request.output)));
  const formula = found ? writeOut(network, { ...options, pieces: found.pieces }) : everywhere;
  const notes = found ? pieceNotes(found) : [];
  if (formula && isStraight(formula)) return linearView(session, request, formula, 'linear on the rows', notes);
  const isSmall = hiddenLayers(network).length <= mostLayers && weightsOf(network) <= mostWeights;
  const sentence = await averageSentence(session, request);
  const check = checkOf(session, request);
  if (!formula || !isSmall) {
    return {
      sentence,
      form: 'by layers',
      lines: layerLines(network, options),
      code: layersCode(network, options),
      notes: [
        'The code holds every weight with all its digits, layer by layer; it takes one row at a time.',
        ...scalingNotes(session, request),
      ],
      ...check,
    };
  }
  const told: Formula = { ...formula, notes };
  const slope = request.input === undefined ? undefined : slopeFormula(told, request.input);
  return {
    sentence,
    form: 'written out',
    lines: formulaLines(told, digits),
    ...(slope
      ? {
          slope: {
            heading: `Slope of ${options.outputs[0]!} by ${options.inputs[request.input ?? 0]!}`,
            lines: formulaLines(slope, digits),
          },
        }
      : {}),
    code: codeOf(told, digits),
    notes: [...notes, `Numbers are shown with ${count(digits)} digits; the code to copy holds all of them.`],
    ...check,
  };
}

async function withoutFormula(session: SessionState, request: FormulaRequest): Promise<FormulaView> {
  return {
    sentence: await averageSentence(session, request),
    form: 'by layers',
    lines: [],
    code: {},
    notes: ['TensorFlow computes this network as a whole, so Slopescope knows no formula for it.'],
    ...checkOf(session, request),
  };
}

/** The network with one element of its outputs as the only output. */
function withOneOutput(network: Network, output: number): Network {
  const { value, element } = locateOutput(network, output);
  return {
    ...network,
    nodes: [
      ...network.nodes,
      { op: { kind: 'gather', indices: Int32Array.of(element) }, inputs: [value], size: 1, origin: 'output' },
    ],
    outputs: [{ name: 'output', size: 1, value: network.inputs.length + network.nodes.length }],
  };
}

function optionsOf(session: SessionState, { output, units }: FormulaRequest): WriteOptions {
  const { inputs, outputs } = describeModel(session);
  const { connection, scaling } = session;
  const names = { inputs: inputs.map(({ name }) => name), outputs: [outputs[output]!.name] };
  if (units === 'model') return names;
  const ofInput = (index: number): Scaling =>
    connection?.binding.inputs[index]?.scaling ?? scaling?.inputs[index] ?? identity;
  const ofOutput = connection?.binding.outputs[output]?.scaling ?? scaling?.outputs?.[output] ?? identity;
  return {
    ...names,
    inputScaling: inputs.map((_, index) => folded(ofInput(index))),
    outputScaling: [folded(ofOutput)],
  };
}

function folded(scaling: Scaling): FoldedScaling {
  if (scaling.kind === 'identity') return { centre: 0, spread: 1 };
  const { centre, spread } = scaling;
  return scaling.kind === 'affine' ? { centre, spread } : { centre, spread, logShift: scaling.shift };
}

/** Whether every output is a plain sum of inputs. */
function isStraight(formula: Formula): boolean {
  return formula.outputs.every(({ expression }) => isSumOfInputs(expression));
}

function isSumOfInputs(expression: Expression): boolean {
  if (isName(expression) || expression.kind === 'number') return true;
  return expression.kind === 'sum' && expression.terms.every(({ of }) => isName(of));
}

/** An input, or whether a category holds one of its levels. */
function isName({ kind }: Expression): boolean {
  return kind === 'input' || kind === 'level';
}

function linearView(
  session: SessionState,
  request: FormulaRequest,
  formula: Formula,
  form: 'linear' | 'linear on the rows',
  notes: readonly string[],
): FormulaView {
  const digits = request.digits ?? shownDigits;
  const told: Formula = { ...formula, notes };
  const [line] = formulaLines(told, digits);
  const where =
    form === 'linear'
      ? 'This network is a plain linear formula'
      : 'On all your rows this network is a plain linear formula, for no unit crosses a kink there';
  return {
    sentence:
      formula.inputs.length > mostInSentence
        ? `${where} of ${count(formula.inputs.length)} inputs.`
        : `${where}: ${line!}.`,
    form,
    lines: [line!],
    coefficients: coefficientsOf(formula),
    code: codeOf(told, digits),
    notes: [...notes, ...scalingNotes(session, request)],
    ...checkOf(session, request),
  };
}

/** The number of each input, of a category one for each level that has any: "colour = red". */
function coefficientsOf({ inputs, outputs }: Formula): NonNullable<FormulaView['coefficients']> {
  const { expression } = outputs[0]!;
  const { constant, terms } =
    expression.kind === 'sum'
      ? expression
      : expression.kind === 'number'
        ? { constant: expression.value, terms: [] }
        : { constant: 0, terms: [{ factor: 1, of: expression }] };
  const values = inputs.map(() => 0);
  const levels: { readonly index: number; readonly name: string; readonly value: number }[] = [];
  for (const { factor, of } of terms) {
    if (of.kind === 'input') values[of.index]! += factor;
    if (of.kind === 'level')
      levels.push({ index: of.index, name: `${inputs[of.index]!} = ${of.level}`, value: factor });
  }
  return {
    intercept: constant,
    inputs: inputs.flatMap((name, index) => {
      const own = levels.filter((level) => level.index === index);
      return own.length > 0
        ? own.map((level) => ({ name: level.name, value: level.value }))
        : [{ name, value: values[index]! }];
    }),
  };
}

function codeOf(formula: Formula, digits: number): FormulaView['code'] {
  const excel = excelCode(formula);
  return {
    LaTeX: latexCode(formula, Math.max(digits, 4)),
    Python: pythonCode(formula),
    R: rCode(formula),
    ...(excel === undefined ? {} : { Excel: excel }),
    JavaScript: javascriptCode(formula),
    Markdown: markdownFormula(formula, allDigits),
  };
}

function pieceNotes({ off, straight }: StraightPieces): string[] {
  return [
    ...(off > 0 ? [`${counted(off, 'unit')} ${off === 1 ? 'is' : 'are'} off in every row and left out.`] : []),
    ...(straight > 0
      ? [`${counted(straight, 'unit')} ${straight === 1 ? 'is' : 'are'} on in every row and written as straight lines.`]
      : []),
    ...(off + straight > 0
      ? ['The formula gives the forecasts of your rows; far from them it may differ from the network.']
      : []),
  ];
}

function scalingNotes({ scaling }: SessionState, { units }: FormulaRequest): string[] {
  return scaling && units === 'original' ? [`The scaling (${scaling.origin}) is folded in.`] : [];
}

/** "There is no single number for +1 in x1: it depends on all inputs. Average +0.8 min per call, from −0.2 to +1.9 in your rows." */
async function averageSentence(session: SessionState, { output, input }: FormulaRequest): Promise<string> {
  const { inputs, outputs } = describeModel(session);
  const chosen = input ?? inputs.findIndex(({ kind }) => kind !== 'switched');
  const start = `There is no single number for +1 in ${inputs[chosen]?.name ?? 'an input'}: it depends on all inputs.`;
  const { connection } = session;
  if (!connection) return start;
  const own = (await connection.cache.slopes(output)).slopes[chosen];
  if (!own || own.length === 0) return start;
  const [low, high] = own.reduce(
    ([least, most], slope) => [Math.min(least, slope), Math.max(most, slope)],
    [Infinity, -Infinity],
  );
  const unit = slopeUnit(outputs[output]!, inputs[chosen]!);
  return `${start} Average ${signed(mean(own))} ${unit}, from ${signed(low)} to ${signed(high)} in your rows.`;
}

function checkOf(session: SessionState, { output, units }: FormulaRequest): Pick<FormulaView, 'check'> {
  const row = session.connection?.binding.rows[0];
  if (row === undefined) return {};
  const { binding, network } = session.connected();
  const { forecasts } = exactRow(network, binding, session.switched, row, []);
  const { scaling } = binding.outputs[output]!;
  const forecast = forecasts[output]!;
  return { check: { row, forecast: units === 'model' ? toModel(scaling, forecast) : forecast } };
}

function weightsOf(network: Network): number {
  return network.nodes.reduce(
    (total, { op }) =>
      total + (op.kind === 'dense' ? op.weights.reduce((used, weight) => used + Number(weight !== 0), 0) : 0),
    0,
  );
}
