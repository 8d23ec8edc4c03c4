import type { Part } from './parts';

/** What stands between two layers, or after the last: normalisations before and after the activation. */
export interface Place {
  /** Numbers of the parts (norms, learned activations) between the dense layers. */
  readonly between: readonly number[];
  /** Whether an activation is to be put here; a learned one (PReLU) or a gapless Sequential leaves none. */
  readonly activation: boolean;
  /** Whether the norms here come before the activation, after it, or nobody knows. */
  readonly order: NormOrder | undefined;
}

/** `norm,activation` or `activation,norm`. */
export type NormOrder = 'norm,activation' | 'activation,norm';

/** The answers to `order`. */
export const normOrders: readonly NormOrder[] = ['norm,activation', 'activation,norm'];

/** The parts between each pair of neighbouring dense layers, and after the last one. */
export function placesAfterDense(parts: readonly Part[]): Place[] {
  const dense = parts.flatMap((part, at) => (part.kind === 'dense' ? [at] : []));
  const numbered = indicesInSequential(parts);
  return dense.map((at, k): Place => {
    const next = dense[k + 1] ?? parts.length;
    const between = Array.from({ length: next - at - 1 }, (_, offset) => at + 1 + offset);
    const learned = between.some((part) => parts[part]!.kind === 'prelu');
    const gapless = numbered !== undefined && k + 1 < dense.length && next - at === numbered[next]! - numbered[at]!;
    return { between, activation: !learned && !gapless, order: orderOf(parts, at, next, between, numbered) };
  });
}

/**
 * The numbers of the parts in one `Sequential` (net.0, net.1, net.4), if they are that and have gaps: each gap is a
 * module without weights. Without any gap it may as well be a list of layers whose activations stand elsewhere.
 */
function indicesInSequential(parts: readonly Part[]): readonly number[] | undefined {
  const numbers = parts.map((part) => part.key.at(-1));
  const prefixes = new Set(parts.map((part) => part.key.slice(0, -1).join('.')));
  if (prefixes.size !== 1 || !numbers.every((number) => typeof number === 'number')) return undefined;
  const rising = numbers.every((number, at) => at === 0 || number > numbers[at - 1]!);
  const gaps = numbers.some((number, at) => at > 0 && number - numbers[at - 1]! > 1);
  // W1, W2, W4 is a list with a missing layer, not a Sequential.
  const isModule = parts[0]!.name.includes('.') || /^\d+$/.test(parts[0]!.name);
  return rising && gaps && isModule ? numbers : undefined;
}

function orderOf(
  parts: readonly Part[],
  at: number,
  next: number,
  between: readonly number[],
  numbered: readonly number[] | undefined,
): NormOrder | undefined {
  const norms = between.filter((part) => parts[part]!.kind === 'norm');
  if (norms.length === 0) return 'norm,activation';
  const learned = between.find((part) => parts[part]!.kind === 'prelu');
  if (learned !== undefined) return learned > norms[0]! ? 'norm,activation' : 'activation,norm';
  if (next === parts.length) return 'norm,activation';
  if (!numbered) return undefined;
  const before = numbered[norms[0]!]! - numbered[at]! > 1;
  const after = numbered[next]! - numbered[norms.at(-1)!]! > 1;
  return before === after ? (before ? undefined : 'norm,activation') : before ? 'activation,norm' : 'norm,activation';
}

/** Whether an answer that lists the steps (`net.0 linear, net.1 batchnorm, relu, net.4 linear`) says the same order. */
export function listedOrder(answer: string): NormOrder | undefined {
  const steps = answer
    .replace(/[[\]"'()]/g, '')
    .toLowerCase()
    .split(',')
    .map((step) => step.trim());
  const norm = steps.findIndex((step) => /norm|^bn|^ln/.test(step));
  const activation = steps.findIndex((step, at) => at !== norm && !/linear|dense|^fc|norm|dropout|^bn/.test(step));
  if (norm < 0 || activation < 0) return undefined;
  return norm < activation ? 'norm,activation' : 'activation,norm';
}
