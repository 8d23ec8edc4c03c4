import type { Layer } from '../../network/network';
import type { Problem } from '../../problem';
import type { RValue } from '../containers/rValues';
import { sameActivation } from './activation';
import { classesOf, field, matrixOf, matrixRow, numbersOf, textsOf, withoutBackquotes } from './fields';
import { formulaOf, responseName } from './formula';
import { beyondLogistic, settle, type RContext, type RModel, type StoredData, type StoredFit } from './model';
import { blocksOf, firstOutput, lowerWiring, wiringOf, type Block, type Wiring } from './nnetWiring';
import { frameTable } from './storedData';

/**
 * Reads an object of class `nnet` (package nnet; also `nnet.formula` and `multinom`), unit by unit through its wiring:
 * skip-layer connections, linear, logistic, entropy and softmax outputs.
 */
export function readNnet(object: RValue, context: RContext): RModel {
  const wiring = wiringOf(object, context);
  const blocks = blocksOf(wiring, context);
  const intercept = interceptOf(object, wiring);
  const names = featureNames(object, wiring, intercept);
  const settled = new Map<string, string>();
  const hasHidden = blocks.some((block) => !block.linear && block.units.some((unit) => unit < firstOutput(wiring)));
  if (hasHidden) settle(settled, context, 'hidden', 'logistic', sameActivation);
  const output = outputFunction(wiring);
  settle(settled, context, 'output', output, sameActivation);
  const formula = formulaOf(object, names);
  const data = storedData(object, context);
  const fit = storedFit(object);
  return {
    package: 'nnet',
    features: names,
    outputs: outputNames(object, wiring),
    layers: layersOf(wiring, blocks, output),
    lower: (builder, features) => lowerWiring(builder, features, wiring, blocks, intercept),
    ...(formula ? { formula } : {}),
    ...(data ? { data } : {}),
    ...(fit ? { fit } : {}),
    questions: [],
    settled,
    problems: output === 'logistic' && !field(object, 'lev') ? targetProblems(object, context) : [],
  };
}

function outputFunction(wiring: Wiring): string {
  if (wiring.softmax) return 'softmax';
  return wiring.sigmoidUnits < wiring.units ? 'linear' : 'logistic';
}

/** multinom counts the constant 1 of its model matrix as the first input. */
function interceptOf(object: RValue, wiring: Wiring): boolean {
  const names = textsOf(field(object, 'coefnames')) ?? textsOf(field(object, 'vcoefnames'));
  if (!classesOf(object).includes('multinom')) return false;
  return names ? names.length === wiring.inputs && names[0] === '(Intercept)' : true;
}

function featureNames(object: RValue, wiring: Wiring, intercept: boolean): readonly string[] {
  const count = wiring.inputs - (intercept ? 1 : 0);
  const named = textsOf(field(object, 'coefnames')) ?? textsOf(field(object, 'vcoefnames'));
  const candidates = [
    textsOf(field(object, 'xNames')),
    intercept && named?.length === wiring.inputs ? named.slice(1) : named,
  ];
  const names =
    candidates.find((candidate) => candidate?.length === count) ??
    Array.from({ length: count }, (_, i) => `input ${i + 1}`);
  return names.map(withoutBackquotes);
}

/** Two classes have one output, the probability of the second; more have one each; else it is the response itself. */
function outputNames(object: RValue, wiring: Wiring): readonly string[] {
  const levels = textsOf(field(object, 'lev'));
  if (levels && wiring.outputs === 1 && levels.length === 2) return [`P(${levels[1] ?? ''})`];
  if (levels?.length === wiring.outputs && wiring.outputs > 1) return levels.map((level) => `P(${level})`);
  const columns = matrixOf(field(object, 'fitted.values'))?.columnNames;
  if (columns?.length === wiring.outputs && columns.every((name) => name !== '')) return columns.map(withoutBackquotes);
  const response = responseName(object);
  if (wiring.outputs === 1) return [response ?? 'output'];
  return Array.from({ length: wiring.outputs }, (_, i) => `${response ?? 'output'} ${i + 1}`);
}

function layersOf(wiring: Wiring, blocks: readonly Block[], output: string): readonly Layer[] {
  let hidden = 0;
  return blocks.map((block) => {
    const isOutput = block.units[0]! >= firstOutput(wiring);
    return {
      name: isOutput ? 'output' : `hidden ${++hidden}`,
      kind: isOutput ? 'output' : 'hidden',
      size: block.units.length,
      parameters: block.units.reduce((sum, unit) => sum + wiring.starts[unit + 1]! - wiring.starts[unit]!, 0),
      activation: isOutput ? output : block.linear ? 'linear' : 'logistic',
    };
  });
}

/** nnet keeps forecasts and residuals, so the target it was trained on is known. */
function targetProblems(object: RValue, context: RContext): readonly Problem[] {
  const fitted = numbersOf(field(object, 'fitted.values'));
  const residuals = numbersOf(field(object, 'residuals'));
  if (!fitted || fitted.length !== residuals?.length) return [];
  const targets = fitted.map((value, i) => value + residuals[i]!);
  return beyondLogistic(targets, 'linout = TRUE', context);
}

function storedFit(object: RValue): StoredFit | undefined {
  const forecasts = matrixOf(field(object, 'fitted.values'));
  const residuals = matrixOf(field(object, 'residuals'));
  if (!forecasts || forecasts.values.length !== residuals?.values.length) return undefined;
  const targets = { ...forecasts, values: forecasts.values.map((value, at) => value + residuals.values[at]!) };
  const rows = Array.from({ length: forecasts.rows }, (_, row) => row);
  return {
    forecasts: rows.map((row) => matrixRow(forecasts, row)),
    targets: rows.map((row) => matrixRow(targets, row)),
  };
}

function storedData(object: RValue, context: RContext): StoredData | undefined {
  const frame = field(object, 'model');
  const table = frame && frameTable(context.file, frame);
  return table && { table, units: 'model' };
}
