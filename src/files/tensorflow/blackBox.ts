import { differenceWords } from '../../network/blackBox';
import { NetworkBuilder } from '../../network/builder';
import type { BlackBoxOp, Network } from '../../network/network';
import { elements } from '../../network/tensor';
import { ProblemError, type Problem } from '../../problem';
import type { BlackBoxes, BoxInput, BoxRequest, Reading, RunningBox } from '../reading';
import { refuse } from '../refuse';
import { elementType } from './dataType';
import type { GraphRequest } from './graphNetwork';
import { forbiddenNode } from './runnableGraph';

/** What of a SavedModel is run, and the nodes that run when it is loaded. */
export interface BoxedPart extends Pick<BoxRequest, 'tags' | 'signature'> {
  readonly initial: readonly string[];
}

/** Refusals that only say that Slopescope cannot follow the graph; TensorFlow itself can run it. */
const onlyUnknown: ReadonlySet<string> = new Set([
  ...['tensorflow-unknown-operator', 'tensorflow-control-flow', 'tensorflow-lookup-table', 'tensorflow-rank'],
  ...['tensorflow-recurrent', 'tensorflow-quantised', 'tensorflow-decision-forest', 'tensorflow-not-constant'],
  ...['tensorflow-gather', 'tensorflow-weighted-count', 'tensorflow-data-type', 'tensorflow-too-large'],
]);

const install =
  'Or install @tensorflow/tfjs-node in the current folder or in the trusted workspace: TensorFlow then computes the values, and slopes are central differences.';

/**
 * A SavedModel that cannot be followed because of `problem`, run by TensorFlow as a whole: its values are exact, its
 * slopes are central differences, and the reading says so. Refused with `problem` where nobody can run it.
 */
export async function readBlackBox(
  request: GraphRequest,
  part: BoxedPart,
  problem: Problem,
  blackBoxes: BlackBoxes | undefined,
): Promise<Reading> {
  const inputs = boxInputs(request);
  if (!onlyUnknown.has(problem.code) || !inputs) throw new ProblemError(problem);
  const { file, outputs, body } = request;
  const roots = [...outputs.map(({ reference }) => reference.node), ...part.initial];
  const forbidden = forbiddenNode(body, roots);
  if (forbidden) throw new ProblemError(problem);
  const { tags, signature } = part;
  const answer = (await blackBoxes?.({ tags, signature, inputs, outputs: outputs.map(({ name }) => name) })) ?? {
    kind: 'absent',
  };
  if (answer.kind === 'absent') throw withRemedy(problem, install);
  if (answer.kind === 'failed')
    throw withRemedy(problem, `@tensorflow/tfjs-node is installed, but could not run the model: ${answer.reason}.`);
  const { box } = answer;
  return {
    network: boxedNetwork(request, inputs, box),
    questions: [],
    settled: new Map(),
    problems: [boxNote(file, box, problem)],
  };
}

/** Inputs with the rows on their first axis, the only ones whose rows can be told apart; undefined when there are others. */
function boxInputs({ inputs }: GraphRequest): BoxInput[] | undefined {
  const found = inputs.map(({ name, shape, type }): BoxInput | undefined => {
    const [rows, ...rest] = shape ?? [1];
    const lengths = rest.filter((length) => length !== undefined);
    const element = elementType(type);
    const fits = rows === undefined && lengths.length === rest.length && (element === 'real' || element === 'whole');
    return fits ? { name, shape: lengths, whole: element === 'whole' } : undefined;
  });
  return found.every((input) => input !== undefined) ? found : undefined;
}

function withRemedy({ remedy, ...problem }: Problem, more: string): ProblemError {
  return new ProblemError({ ...problem, remedy: [remedy, more].filter(Boolean).join(' ') });
}

function boxNote(file: string, { runner }: RunningBox, because: Problem): Problem {
  return {
    code: 'slopes-by-differences',
    message:
      `${file} is run by ${runner} as a whole, because Slopescope cannot follow it (${because.message.replace(/\.$/, '')}). ` +
      `Its values are exact; its slopes are ${differenceWords}.`,
    file,
    severity: 'warning',
  };
}

/** One operation over all inputs joined, and a piece of its result for each output. */
function boxedNetwork(
  { file, format, framework, outputs }: GraphRequest,
  inputs: readonly BoxInput[],
  box: RunningBox,
): Network {
  const sizes = inputs.map(({ shape }) => elements(shape));
  const values = joinedValues(sizes, box);
  const sample = probe(file, outputs, sizes, box);
  const builder = new NetworkBuilder();
  const tensors = inputs.map(({ name, shape }) => builder.input(name, shape));
  const whole = inputs.flatMap((input, k) => new Array<boolean>(sizes[k]!).fill(input.whole));
  const op: BlackBoxOp = { kind: 'blackBox', values, whole, pause: box.pause };
  const flat = tensors.map((tensor) => builder.reshape(tensor, [-1]));
  const result = builder.at('TensorFlow').blackBox(
    op,
    builder.concat(flat, 0),
    sample.reduce((sum, size) => sum + size, 0),
  );
  let first = 0;
  outputs.forEach(({ name }, k) => {
    const places = Array.from({ length: sample[k]! }, (_, i) => first + i);
    first += sample[k]!;
    builder.output(name, builder.take(result, 0, places));
  });
  const layers = [{ name: 'TensorFlow', kind: 'BlackBox', size: first, parameters: 0 }];
  return builder.finish(file, { file, format, layers, ...(framework ? { framework } : {}) });
}

/** Rows [row][all inputs joined] to [row][all outputs joined]. */
function joinedValues(sizes: readonly number[], box: RunningBox): BlackBoxOp['values'] {
  const width = sizes.reduce((sum, size) => sum + size, 0);
  return (rows, count) => {
    let first = 0;
    const given = sizes.map((size) => {
      const own = new Float64Array(count * size);
      for (let row = 0; row < count; row++)
        own.set(rows.subarray(row * width + first, row * width + first + size), row * size);
      first += size;
      return own;
    });
    const results = box.values(given, count);
    const total = results.reduce((sum, result) => sum + result.length, 0);
    const joined = new Float64Array(total);
    let at = 0;
    for (let row = 0; row < count; row++) {
      for (const result of results) {
        const size = result.length / count;
        joined.set(result.subarray(row * size, (row + 1) * size), at);
        at += size;
      }
    }
    return joined;
  };
}

/** Sizes of the outputs for one row; refused where a row's outputs depend on the other rows. */
function probe(file: string, outputs: GraphRequest['outputs'], sizes: readonly number[], box: RunningBox): number[] {
  const rows = (filling: readonly number[]): Float64Array[] =>
    sizes.map((size) => Float64Array.from(filling.flatMap((value) => new Array<number>(size).fill(value))));
  const [together, alone, other] = [box.values(rows([0, 1]), 2), box.values(rows([0]), 1), box.values(rows([1]), 1)];
  outputs.forEach(({ name }, k) => {
    const apart = [...alone[k]!, ...other[k]!];
    const same = together[k]!.every((value, i) => Math.abs(value - apart[i]!) <= 1e-4 * Math.max(1, Math.abs(value)));
    if (same && together[k]!.length === apart.length) return;
    refuse(file, {
      code: 'tensorflow-mixes-rows',
      message: `The output "${name}" of ${file} for one row depends on the other rows it is computed with.`,
      remedy:
        'Slopes need a network that treats each row by itself; save it with the rows as the first axis of every input.',
      part: name,
    });
  });
  return alone.map((values) => values.length);
}
