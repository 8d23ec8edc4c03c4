import type { Scaling } from '../../table/scaling';
import { affineScaler, isAffineScaler, scalingsOf } from './affineScalers';
import { branchesOf, stepsOf } from './composites';
import { featureNames, numberSetting, type Fitted } from './fitted';
import { functionOf } from './functionTransformer';

/** Scalings of single columns that an object amounts to, with the names of its columns when it knows them. */
export interface ColumnScalings {
  readonly scalings: readonly Scaling[];
  readonly names?: readonly string[];
  /** Whether scaled values are clipped, which a scaling cannot say. */
  readonly clips: boolean;
}

/** What kind of scaler an object is, for people: `StandardScaler`, `log1p and StandardScaler`; undefined for none. */
export function scalerKind(fitted: Fitted): string | undefined {
  const { name } = fitted.object;
  if (isAffineScaler(name)) return name;
  if (name === 'FunctionTransformer') {
    const { kind } = functionOf(fitted, 'func').activation;
    return kind === 'linear' ? 'no scaling' : kind;
  }
  if (name === 'Pipeline') {
    const kinds = stepsOf(fitted).map(scalerKind);
    return kinds.length > 0 && kinds.every((kind) => kind !== undefined) ? kinds.join(' and ') : undefined;
  }
  return name === 'ColumnTransformer' ? name : undefined;
}

/**
 * A scaler, a logarithm with or without a scaler behind it, or a ColumnTransformer of such, as scalings of single
 * columns; undefined for everything that mixes columns or bends them otherwise.
 */
export function objectScalings(fitted: Fitted): ColumnScalings | undefined {
  const { name } = fitted.object;
  if (name === 'Pipeline') return pipelineScalings(fitted);
  if (name === 'ColumnTransformer') return columnScalings(fitted);
  if (name === 'FunctionTransformer') return logScalings(fitted);
  const scaler = affineScaler(fitted);
  if (!scaler) return undefined;
  const scalings = scalingsOf(scaler);
  return { scalings, clips: scaler.limits !== undefined, ...(scaler.names ? { names: scaler.names } : {}) };
}

function logScalings(fitted: Fitted): ColumnScalings | undefined {
  const {
    activation: { kind },
    before,
    after,
  } = functionOf(fitted, 'func');
  const names = featureNames(fitted);
  const count = names?.length ?? numberSetting(fitted, 'n_features_in_');
  if (count === undefined || !(count < 2 ** 20)) return undefined;
  const one: Scaling | undefined =
    kind === 'linear'
      ? { kind: 'identity' }
      : (kind === 'log' || kind === 'log1p') && before === undefined
        ? { kind: 'logAffine', shift: kind === 'log' ? 0 : 1, centre: 0, spread: 1 / (after ?? 1) }
        : undefined;
  return one && { scalings: new Array<Scaling>(count).fill(one), clips: false, ...(names ? { names } : {}) };
}

function pipelineScalings(fitted: Fitted): ColumnScalings | undefined {
  const steps = stepsOf(fitted).map(objectScalings);
  return steps.reduce((first, second) => first && second && followed(first, second));
}

function followed(first: ColumnScalings, second: ColumnScalings): ColumnScalings | undefined {
  if (first.scalings.length !== second.scalings.length) return undefined;
  const scalings = first.scalings.map((scaling, i) => composed(scaling, second.scalings[i]!));
  if (!scalings.every((scaling) => scaling !== undefined)) return undefined;
  const names = first.names ?? second.names;
  return { scalings, clips: first.clips || second.clips, ...(names ? { names } : {}) };
}

/** The second scaling on what the first one gives; a logarithm can only come first. */
function composed(first: Scaling, second: Scaling): Scaling | undefined {
  if (second.kind === 'identity') return first;
  if (first.kind === 'identity') return second;
  if (second.kind === 'logAffine') return undefined;
  return {
    ...first,
    centre: first.centre + first.spread * second.centre,
    spread: first.spread * second.spread,
  };
}

/** Every column must go through exactly one scaler, and they must come out in the order in which they go in. */
function columnScalings(fitted: Fitted): ColumnScalings | undefined {
  const names = featureNames(fitted);
  const count = names?.length ?? numberSetting(fitted, 'n_features_in_');
  if (count === undefined || !(count < 2 ** 20)) return undefined;
  const numbered = names ?? Array.from({ length: count }, (_, i) => `x${i}`);
  const scalings: Scaling[] = [];
  let clips = false;
  for (const branch of branchesOf(fitted, numbered)) {
    const part = branch.fitted ? objectScalings(branch.fitted) : undefined;
    if (branch.fitted && part?.scalings.length !== branch.positions.length) return undefined;
    clips ||= part?.clips ?? false;
    for (const [i, position] of branch.positions.entries()) {
      if (position !== scalings.length) return undefined;
      scalings.push(part?.scalings[i] ?? { kind: 'identity' });
    }
  }
  return scalings.length === count ? { scalings, clips, ...(names ? { names } : {}) } : undefined;
}
