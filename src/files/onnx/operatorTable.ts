import type { Operator } from './call';
import type { NodeProto } from './modelProto';
import { activations } from './operators/activations';
import { arithmetic } from './operators/arithmetic';
import { attention } from './operators/attention';
import { categories } from './operators/categories';
import { convolutions } from './operators/convolution';
import { einsums } from './operators/einsum';
import { bitwise } from './operators/bitwise';
import { determinant } from './operators/determinant';
import { losses } from './operators/losses';
import { rotation } from './operators/rotation';
import { sampling } from './operators/sampling';
import { spectral } from './operators/spectral';
import type { OperatorGroup } from './operators/group';
import { joining } from './operators/joining';
import { linear } from './operators/linear';
import { machineLearning } from './operators/machineLearning';
import { normalisation } from './operators/normalisation';
import { poolings } from './operators/pooling';
import { quantised } from './operators/quantised';
import { ranking } from './operators/ranking';
import { reductions } from './operators/reductions';
import { resizing } from './operators/resizing';
import { selecting } from './operators/selecting';
import { shapes } from './operators/shapes';

/** Every operator Slopescope lowers. A new one is a function in one of these groups. */
const groups: readonly OperatorGroup[] = [
  activations,
  arithmetic,
  linear,
  einsums,
  reductions,
  normalisation,
  attention,
  shapes,
  selecting,
  joining,
  convolutions,
  poolings,
  resizing,
  ranking,
  quantised,
  bitwise,
  determinant,
  losses,
  rotation,
  sampling,
  spectral,
  machineLearning,
  categories,
];

/** One line of the README's table of operators. */
export interface SupportedOperator {
  /** `ai.onnx` or `ai.onnx.ml`. */
  readonly domain: string;
  readonly operator: string;
  /** What it does not do here; empty when there is nothing to say. */
  readonly note: string;
}

const operators: ReadonlyMap<string, Operator> = new Map(
  groups.flatMap((group) =>
    Object.entries(group.operators).map(([name, operator]) => [key(group.domain, name), operator]),
  ),
);

/** The function that lowers a node, if there is one. */
export function operatorOf(node: Pick<NodeProto, 'domain' | 'operator'>): Operator | undefined {
  return operators.get(key(node.domain, node.operator));
}

/** The table of operators, by domain and name. */
export function supportedOperators(): readonly SupportedOperator[] {
  const choice = { domain: 'ai.onnx', operator: 'If', note: 'constant condition' };
  const rows = groups.flatMap((group) =>
    Object.keys(group.operators).map((operator) => ({
      domain: group.domain === '' ? 'ai.onnx' : group.domain,
      operator,
      note: group.notes?.[operator] ?? '',
    })),
  );
  return [...rows, choice].sort((a, b) => compareTexts(a.domain, b.domain) || compareTexts(a.operator, b.operator));
}

function key(domain: string, operator: string): string {
  return `${domain}:${operator}`;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
