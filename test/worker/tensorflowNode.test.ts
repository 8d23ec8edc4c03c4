/** The finder of @tensorflow/tfjs-node, with a stand-in of the same interface in a folder of its own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BoxRequest } from '../../src/files/reading';
import { tensorflowNode } from '../../src/worker/tensorflowNode';
import { slopescopeIn } from '../cli/run';

const folder = mkdtempSync(path.join(os.tmpdir(), 'slopescope-tensorflow-'));
const request: BoxRequest = {
  tags: ['serve'],
  signature: 'serving_default',
  inputs: [{ name: 'x', shape: [2], whole: false }],
  outputs: ['y'],
};

/** Computes y = x0² + 3 x1 for each row, and refuses models whose folder is called `broken`. */
const standIn = `
class Tensor {
  constructor(values, shape) { this.values = values; this.shape = shape; }
  dataSync() { return this.values; }
  dispose() {}
}
exports.version = { 'tfjs-node': '4.0.0' };
exports.tensor = (values, shape) => new Tensor(values, shape);
exports.node = {
  loadSavedModel: async (folder) => {
    if (folder.endsWith('broken')) throw new Error('Op type not registered.\\nMore lines.');
    return {
      dispose() {},
      predict: ({ x }) => {
        const [rows] = x.shape;
        return { y: new Tensor(Float32Array.from({ length: rows }, (_, row) => x.values[2 * row] ** 2 + 3 * x.values[2 * row + 1]), [rows, 1]) };
      },
    };
  },
};`;

const savedModel = `
meta_graphs {
  meta_info_def { tags: "serve" }
  graph_def {
    node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } } attr { key: "shape" value { shape { dim { size: -1 } dim { size: 2 } } } } }
    node { name: "y" op: "Betainc" input: "x" input: "x" input: "x" }
  }
  signature_def { key: "serving_default" value {
    inputs { key: "x" value { name: "x:0" dtype: DT_FLOAT tensor_shape { dim { size: -1 } dim { size: 2 } } } }
    outputs { key: "y" value { name: "y:0" dtype: DT_FLOAT } }
  } }
}`;

beforeAll(() => {
  const place = path.join(folder, 'node_modules/@tensorflow/tfjs-node');
  mkdirSync(place, { recursive: true });
  writeFileSync(path.join(place, 'index.js'), standIn);
  writeFileSync(path.join(folder, 'saved_model.pbtxt'), savedModel);
  writeFileSync(path.join(folder, 'rows.csv'), 'a,b\n1,2\n-3,4\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('tensorflowNode', () => {
  it('is absent where the package is not installed', async () => {
    expect(await tensorflowNode(folder, [path.join(os.tmpdir(), 'nothing-here')])(request)).toEqual({ kind: 'absent' });
  });

  it('runs the model with the package of the first folder that has it', async () => {
    const answer = await tensorflowNode(folder, [os.tmpdir(), folder])(request);
    if (answer.kind !== 'running') throw new Error(JSON.stringify(answer));
    expect(answer.box.runner).toBe('@tensorflow/tfjs-node 4.0.0');
    expect(answer.box.values([Float64Array.of(1, 2, -3, 4)], 2)).toEqual([Float64Array.of(7, 21)]);
    await answer.box.pause();
  });

  it('says in one line why the package cannot run the model', async () => {
    const answer = await tensorflowNode(path.join(folder, 'broken'), [folder])(request);
    expect(answer).toEqual({ kind: 'failed', reason: 'Op type not registered' });
  });
});

describe('the command line in a folder where it is installed', () => {
  const from = (...argv: readonly string[]) => slopescopeIn(folder, ...argv);

  it('gives values and marked central differences', async () => {
    const { status, stdout } = await from(
      'slopes',
      'saved_model.pbtxt',
      '--data',
      'rows.csv',
      '--by-position',
      '--json',
    );
    expect(status).toBe(0);
    const { y, jacobian, problems } = JSON.parse(stdout) as {
      readonly y: readonly (readonly number[])[];
      readonly jacobian: readonly (readonly (readonly number[])[])[];
      readonly problems: readonly { readonly code: string }[];
    };
    expect(y).toEqual([[7], [21]]);
    expect(jacobian[0]![0]![0]).toBeCloseTo(2, 3);
    expect(jacobian[1]![0]![1]).toBeCloseTo(3, 3);
    expect(problems[0]?.code).toBe('slopes-by-differences');
  });

  it('marks the page and its findings', async () => {
    const told = await from('slopes', 'saved_model.pbtxt', '--data', 'rows.csv', '--by-position');
    expect(told.stdout).toContain('Slopes by central differences, step 1/256 of max(1, |x|)');
    const checked = await from(
      'check',
      'saved_model.pbtxt',
      '--data',
      'rows.csv',
      '--by-position',
      '--rule',
      'a never falls',
    );
    expect(checked.status).toBe(1);
    expect(checked.stdout).toContain('by central differences, step 1/256');
  });

  it('knows no formula for it, and says so', async () => {
    const { status, stdout } = await from('formula', 'saved_model.pbtxt');
    expect(status).toBe(0);
    expect(stdout).toContain('knows no formula for it');
  });
});
