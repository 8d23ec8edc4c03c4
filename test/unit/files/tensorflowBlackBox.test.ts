/** SavedModels that cannot be followed: run by a stand-in as a black box, or refused; slopes by central differences. */
import { describe, expect, it } from 'vitest';
import { readModel } from '../../../src/files/read';
import type { BlackBoxes, BoxRequest, Reading } from '../../../src/files/reading';
import { blackBoxOf } from '../../../src/network/blackBox';
import { compilePlan } from '../../../src/slopes/plan';
import { blackBoxEngine } from '../../../src/slopes/blackBoxEngine';
import { referenceJacobian, referenceOutputs, referenceTangents, referenceValues } from '../../../src/slopes/reference';
import { emptyFolder, graphText } from './tensorflowGraph';

/** y = lgamma-like of a and b, with a text form that holds an operator nobody lowers. */
function savedModel(operator: string, extra = ''): Uint8Array {
  const input = (name: string, type: string): string =>
    `inputs { key: "${name}" value { name: "${name}:0" dtype: ${type} tensor_shape { dim { size: -1 } dim { size: 1 } } } }`;
  const graph = graphText(`a = Placeholder f32[?,1]\nb = Placeholder i32[?,1]\ny = ${operator}(a)${extra}`);
  return new TextEncoder().encode(`
    meta_graphs {
      meta_info_def { tags: "serve" }
      graph_def { ${graph} }
      signature_def { key: "serving_default" value {
        ${input('a', 'DT_FLOAT')} ${input('b', 'DT_INT32')}
        outputs { key: "y" value { name: "y:0" dtype: DT_FLOAT } }
      } }
    }`);
}

/** A stand-in for TensorFlow: (sin a + b², a) per row, in 32-bit numbers. */
function standIn(asked: BoxRequest[] = []): BlackBoxes {
  return (request) => {
    asked.push(request);
    return Promise.resolve({
      kind: 'running',
      box: {
        runner: 'a stand-in 1.0',
        values: ([a, b], rows) => [
          Float64Array.from({ length: 2 * rows }, (_, i) => {
            const row = Math.floor(i / 2);
            return Math.fround(i % 2 === 0 ? Math.sin(a![row]!) + b![row]! ** 2 : a![row]!);
          }),
        ],
        pause: () => Promise.resolve(),
      },
    });
  };
}

function read(bytes: Uint8Array, blackBoxes?: BlackBoxes): Promise<Reading> {
  const options = { folder: emptyFolder, answers: new Map<string, string>(), ...(blackBoxes ? { blackBoxes } : {}) };
  return readModel({ name: 'saved_model.pbtxt', bytes }, options);
}

describe('a SavedModel that cannot be followed', () => {
  it('is refused by its operator, with what would help, where nobody can run it', async () => {
    const [problem] = (await read(savedModel('Lgamma'))).problems;
    expect(problem?.message).toBe('The Lgamma node "y" in saved_model.pbtxt is an operator Slopescope does not know.');
    expect(problem?.remedy).toContain('@tensorflow/tfjs-node');
  });

  it('is asked for by signature, tags, inputs and outputs', async () => {
    const asked: BoxRequest[] = [];
    await read(savedModel('Lgamma'), standIn(asked));
    expect(asked).toEqual([
      {
        tags: ['serve'],
        signature: 'serving_default',
        inputs: [
          { name: 'a', shape: [1], whole: false },
          { name: 'b', shape: [1], whole: true },
        ],
        outputs: ['y'],
      },
    ]);
  });

  it('gives its own values, and slopes by central differences that are marked as such', async () => {
    const { network, problems } = await read(savedModel('Lgamma'), standIn());
    expect(problems[0]?.code).toBe('slopes-by-differences');
    expect(problems[0]?.message).toContain('run by a stand-in 1.0 as a whole');
    expect(problems[0]?.message).toContain('central differences, step 1/256 of max(1, |x|)');
    const values = referenceValues(network!, [Float64Array.of(0.5), Float64Array.of(3)]);
    expect([...referenceOutputs(network!, values)]).toEqual([Math.fround(Math.sin(0.5) + 9), 0.5]);
    const [first, second] = referenceJacobian(network!, values);
    expect(first![0]).toBeCloseTo(Math.cos(0.5), 3);
    expect(first![1]).toBe(6);
    expect([...second!]).toEqual([1, 0]);
    const along = referenceTangents(network!, values, 0)[network!.outputs[0]!.value]!;
    expect([...along]).toEqual([first![0], second![0]]);
  });

  it('gives the same by its engine, which takes many rows at once', async () => {
    const { network } = await read(savedModel('Lgamma'), standIn());
    const plan = compilePlan(network!, [0]);
    const rows = 1500;
    const x = Float64Array.from({ length: 2 * rows }, (_, i) => (i < rows ? i / 100 : i % 7));
    const engine = blackBoxEngine(blackBoxOf(network!)!);
    const { y, jacobian } = await engine.run(plan, { rows, x, slopes: true });
    for (const row of [0, 700, 1499]) {
      const values = referenceValues(network!, [Float64Array.of(x[row]!), Float64Array.of(x[rows + row]!)]);
      expect(y[row]).toBe(referenceOutputs(network!, values)[0]);
      const [slopes] = referenceJacobian(network!, values);
      expect([jacobian[row], jacobian[rows + row]]).toEqual([...slopes!]);
    }
  });

  it('is refused with the reason where the one who could run it fails', async () => {
    const failing: BlackBoxes = () => Promise.resolve({ kind: 'failed', reason: 'Op type not registered' });
    const [problem] = (await read(savedModel('Lgamma'), failing)).problems;
    expect(problem?.remedy).toContain('could not run the model: Op type not registered.');
  });

  it('is refused where a row depends on the others', async () => {
    const mixing: BlackBoxes = () =>
      Promise.resolve({
        kind: 'running',
        box: {
          runner: 'a stand-in',
          values: ([a], rows) => [new Float64Array(rows).fill(a!.reduce((sum, value) => sum + value, 0))],
          pause: () => Promise.resolve(),
        },
      });
    const [problem] = (await read(savedModel('Lgamma'), mixing)).problems;
    expect(problem?.code).toBe('tensorflow-mixes-rows');
  });

  it.each([
    ['calls code', 'PyFunc', ''],
    ['draws random numbers', 'RandomUniform', ''],
    ['reads a file', 'Lgamma', '\nsecret = ReadFile(a)'],
    ['writes a checkpoint on the way', 'Lgamma', '\nfile = str[] x\nsaved = SaveV2(file)\ny2 = Lgamma(a, ^saved)'],
  ])('is never run when it %s', async (_what, operator, extra) => {
    const asked: BoxRequest[] = [];
    const text = new TextDecoder().decode(savedModel(operator, extra));
    const bytes = new TextEncoder().encode(extra.includes('y2') ? text.replace('"y:0"', '"y2:0"') : text);
    expect((await read(bytes, standIn(asked))).network).toBeUndefined();
    expect(asked).toEqual([]);
  });
});
