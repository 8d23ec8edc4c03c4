/** SavedModel folders in text form: signatures, variables in all the ways they are found, damaged checkpoints. */
import { describe, expect, it } from 'vitest';
import { readModel } from '../../../src/files/read';
import type { Reading } from '../../../src/files/reading';
import { checkpoint, folderOf, objectGraph, sortedTable, type Files, type TestVariable } from './tensorflowBundle';
import { functionText, graphText, graphWithFunctions, outputsAt } from './tensorflowGraph';

const prefix = 'variables/variables';

interface Signature {
  readonly inputs: Readonly<Record<string, readonly [tensor: string, type: string, shape: string]>>;
  readonly outputs: Readonly<Record<string, readonly [tensor: string, type: string]>>;
}

/** y = x W + b by function, W and b captured. */
const captured = {
  graph: graphWithFunctions(
    `x = Placeholder f32[?,2]
     some/handle = VarHandleOp() shared_name:kernel_7
     other/handle = VarHandleOp() shared_name:bias_7
     call = StatefulPartitionedCall(x, some/handle, other/handle) f:@wrapper
     prefix = Placeholder str[]
     restore = StatefulPartitionedCall(prefix, other/handle, some/handle) f:@restore`,
    functionText(
      'wrapper',
      ['x', 'w', 'b'],
      `r = ReadVariableOp(w)
       product = MatMul(x, r:value:0)
       bias = ReadVariableOp(b)
       sum = BiasAdd(product:product:0, bias:value:0)
       out = Identity(sum:output:0, ^r)`,
      { out: 'out:output:0' },
    ),
    functionText(
      'restore',
      ['file', 'first', 'second'],
      `names = str[2] model/b model/w
       slices = str[2] _ _
       r = RestoreV2(file, names:output:0, slices:output:0)
       i0 = Identity(r:tensors:0)
       i1 = Identity(r:tensors:1)
       a0 = AssignVariableOp(first, i0:output:0)
       a1 = AssignVariableOp(second, i1:output:0)`,
      {},
    ),
  ),
  signatures: {
    serving_default: {
      inputs: { features: ['x:0', 'DT_FLOAT', '?,2'] },
      outputs: { score: ['call:0', 'DT_FLOAT'] },
    },
  },
} as const;

const weights: Readonly<Record<string, TestVariable>> = {
  'model/w': { shape: [2, 1], values: [3, 4] },
  'model/b': { shape: [1], values: [0.5] },
};

function savedModelText(graph: string, signatures: Readonly<Record<string, Signature>>, more = ''): string {
  const info = (field: string, key: string, tensor: string, type: string, shape: string) => {
    const dims = shape.split(',').filter((length) => length !== '');
    const axes = dims.map((length) => `dim { size: ${length === '?' ? -1 : length} }`).join(' ');
    return `${field} { key: "${key}" value { name: "${tensor}" dtype: ${type} tensor_shape { ${axes} } } }`;
  };
  const defined = Object.entries(signatures).map(([name, { inputs, outputs }]) => {
    const listed = [
      ...Object.entries(inputs).map(([key, [tensor, type, shape]]) => info('inputs', key, tensor, type, shape)),
      ...Object.entries(outputs).map(([key, [tensor, type]]) => info('outputs', key, tensor, type, '?,1')),
    ];
    return `signature_def { key: "${name}" value { ${listed.join(' ')} method_name: "tensorflow/serving/predict" } }`;
  });
  return `# A SavedModel in text form.
saved_model_schema_version: 1
meta_graphs {
  meta_info_def { tags: "serve" tensorflow_version: "2.21.0" }
  graph_def { ${graph} }
  ${defined.join('\n')}
  ${more}
}`;
}

function read(
  text: string,
  files: Files = new Map(),
  answers: Readonly<Record<string, string>> = {},
): Promise<Reading> {
  const file = { name: 'saved_model.pbtxt', bytes: new TextEncoder().encode(text) };
  return readModel(file, { folder: folderOf(files), answers: new Map(Object.entries(answers)) });
}

async function problemOf(text: string, files: Files = new Map()): Promise<string> {
  const { problems } = await read(text, files);
  return problems[0]?.message ?? 'no problem';
}

const capturedText = savedModelText(captured.graph, captured.signatures);

describe('variables', () => {
  it('are found as the graph restores them', async () => {
    const { network, problems } = await read(capturedText, checkpoint(prefix, weights));
    expect(problems).toEqual([]);
    expect(network?.inputs).toEqual([{ name: 'features', size: 2 }]);
    expect(network?.outputs.map((port) => port.name)).toEqual(['score']);
    expect(network?.source).toEqual({
      file: 'saved_model.pbtxt',
      format: 'savedmodel',
      framework: 'TensorFlow 2.21.0',
      layers: [{ name: 'call/product', kind: 'MatMul', size: 1, parameters: 3 }],
    });
    expect(outputsAt(network!, [1, 2])).toEqual([11.5]);
  });

  it('are found by the objects that a function has captured', async () => {
    const graph = captured.graph.replace(/node \{ name: "restore".*/, '');
    const objects = 'object_graph_def { concrete_functions { key: "wrapper" value { bound_inputs: [2, 1] } } }';
    const files = checkpoint(
      prefix,
      { 'obj/b': { shape: [1], values: [1] }, 'obj/w': { shape: [2, 1], values: [5, 6] } },
      { _CHECKPOINTABLE_OBJECT_GRAPH: objectGraph([undefined, 'obj/b', 'obj/w']) },
    );
    const { network } = await read(savedModelText(graph, captured.signatures, objects), files);
    expect(outputsAt(network!, [1, 2])).toEqual([18]);
  });

  it('are found by name in graphs of TensorFlow 1, also in parts', async () => {
    const graph = graphText(`
      x = Placeholder f32[?,2]
      w = VariableV2()
      read = Identity(w)
      b/part_0 = VarHandleOp()
      names = str[1] b
      slices = str[1] 2_1,1
      file = Placeholder str[]
      r = RestoreV2(file, names, slices)
      a = AssignVariableOp(b/part_0, r)
      bias = ReadVariableOp(b/part_0)
      p = MatMul(x, read)
      y = Add(p, bias)`);
    const signatures = {
      predict: { inputs: { x: ['x:0', 'DT_FLOAT', '?,2'] }, outputs: { y: ['y:0', 'DT_FLOAT'] } },
    } as const;
    const files = checkpoint(prefix, {
      w: {
        shape: [2, 1],
        values: [1, 10],
        slices: [
          [
            [0, 1],
            [0, 1],
          ],
          [
            [1, 1],
            [0, 1],
          ],
        ],
      },
      b: { shape: [2], values: [7, 8] },
    });
    const { network, problems } = await read(savedModelText(graph, signatures), files);
    expect(problems).toEqual([]);
    expect(outputsAt(network!, [1, 2])).toEqual([29]);
  });

  it('may lie in several shards', async () => {
    const files = checkpoint(prefix, {
      'model/w': { ...weights['model/w']!, shard: 1 },
      'model/b': weights['model/b']!,
    });
    expect([...files.keys()]).toEqual([
      `${prefix}.index`,
      `${prefix}.data-00000-of-00002`,
      `${prefix}.data-00001-of-00002`,
    ]);
    const { network } = await read(capturedText, files);
    expect(outputsAt(network!, [1, 2])).toEqual([11.5]);
  });

  it('that are not stored are named', async () => {
    expect(await problemOf(capturedText, checkpoint(prefix, { 'model/w': weights['model/w']! }))).toBe(
      'The variable "other/handle" of saved_model.pbtxt is not among the stored variables.',
    );
    expect(await problemOf(capturedText)).toBe(
      'saved_model.pbtxt keeps its weights (such as "some/handle") in the folder variables beside it, which is missing or has no variables.index.',
    );
  });
});

describe('a damaged checkpoint', () => {
  const damaged = (variables: Readonly<Record<string, TestVariable>>) =>
    problemOf(capturedText, checkpoint(prefix, { ...weights, ...variables }));
  const index = () => checkpoint(prefix, weights).get(`${prefix}.index`)!;
  const withIndex = (bytes: Uint8Array) =>
    problemOf(capturedText, new Map([...checkpoint(prefix, weights), [`${prefix}.index`, bytes]]));

  it('whose variable lies outside of its shard', async () => {
    expect(await damaged({ 'model/w': { shape: [2, 1], values: [3, 4], offset: 999 } })).toBe(
      'The variable "model/w" of saved_model.pbtxt lies at byte 999 of a data file that has only 12: the file is cut off.',
    );
  });

  it('whose variable has fewer bytes than its shape needs', async () => {
    expect(await damaged({ 'model/w': { shape: [200, 100], values: [3, 4] } })).toBe(
      'The variable "model/w" of saved_model.pbtxt has 8 bytes, which are not those of 20000 elements.',
    );
    expect(await damaged({ 'model/w': { shape: [2 ** 31, 2 ** 20], values: [3, 4] } })).toBe(
      'The variable "model/w" of saved_model.pbtxt claims to have 2251799813685248 elements.',
    );
  });

  it('whose bytes do not fit their checksum', async () => {
    expect(await damaged({ 'model/w': { shape: [2, 1], values: [3, 4], checksum: 1 } })).toBe(
      'The variable "model/w" of saved_model.pbtxt does not fit its checksum.',
    );
  });

  it('whose parts do not fill it', async () => {
    expect(
      await damaged({
        'model/w': {
          shape: [2, 1],
          values: [3],
          slices: [
            [
              [0, 1],
              [0, 1],
            ],
          ],
        },
      }),
    ).toBe('The variable "model/w" of saved_model.pbtxt is stored in parts that do not fill it.');
    expect(
      await damaged({
        'model/w': {
          shape: [2, 1],
          values: [3, 4],
          slices: [
            [
              [1, 2],
              [0, 1],
            ],
          ],
        },
      }),
    ).toBe('The variable "model/w" of saved_model.pbtxt is stored in parts that lie outside of it.');
  });

  it('without one of its shards', async () => {
    const files = checkpoint(prefix, weights);
    files.delete(`${prefix}.data-00000-of-00001`);
    expect(await problemOf(capturedText, files)).toBe(
      'variables/variables.data-00000-of-00001 is missing: saved_model.pbtxt keeps its weights there.',
    );
  });

  it('whose index ends in another way', async () => {
    const message =
      'The list of variables variables/variables.index does not end like a table of variables: it is cut off or another kind of file.';
    expect(await withIndex(index().subarray(0, -3))).toBe(message);
    expect(await withIndex(Uint8Array.of(1, 2, 3))).toBe(message);
  });

  it('whose index is changed somewhere', async () => {
    const changed = index();
    changed[20]! ^= 1;
    expect(await withIndex(changed)).toBe(
      'The list of variables variables/variables.index does not fit its own checksum.',
    );
  });

  it('whose index points outside of itself', async () => {
    const bytes = index();
    const footer = bytes.subarray(-48);
    footer.fill(0xff, 0, 2);
    footer.fill(0x7f, 2, 3);
    footer.set([0xff, 0x7f, 0xff, 0x7f], 3);
    expect(await withIndex(bytes)).toBe('The list of variables variables/variables.index points outside of itself.');
  });

  it('whose index is compressed or of another byte order', async () => {
    const compressed = index();
    const firstBlock = compressed.indexOf(1, compressed.length > 60 ? 60 : 0);
    expect(firstBlock).toBeGreaterThan(0);
    const big = sortedTable(new Map([['', Uint8Array.of(0x08, 1, 0x10, 1)]]));
    expect(await withIndex(big)).toBe(
      'The variables that variables/variables.index lists were stored on a machine with another byte order.',
    );
  });
});

describe('signatures', () => {
  const graph = graphText(`
    x = Placeholder f32[?,2]
    t = Placeholder str[?]
    y = Neg(x)
    z = Abs(x)
    a = i32[] 1
    l = ArgMax(x, a)
    h = HashTableV2()
    f = LookupTableFindV2(h, t)`);
  const x = { x: ['x:0', 'DT_FLOAT', '?,2'] } as const;
  const texts = { t: ['t:0', 'DT_STRING', '?'] } as const;
  const neg = { inputs: x, outputs: { out: ['y:0', 'DT_FLOAT'] } } as const;
  const size = { inputs: x, outputs: { out: ['z:0', 'DT_FLOAT'] } } as const;

  it('the default one is taken', async () => {
    const { network, questions } = await read(savedModelText(graph, { a_first: size, serving_default: neg }));
    expect(questions).toEqual([]);
    expect(outputsAt(network!, [1, 2])).toEqual([-1, -2]);
  });

  it('one that takes texts gives way to one that takes numbers', async () => {
    const classify = { inputs: texts, outputs: { out: ['f:0', 'DT_FLOAT'] } } as const;
    const { network } = await read(savedModelText(graph, { serving_default: classify, predict: neg }));
    expect(outputsAt(network!, [1, 2])).toEqual([-1, -2]);
  });

  it('of several it is asked which one is meant', async () => {
    const text = savedModelText(graph, { forward: neg, size, same_as_size: size, __saved_model_init_op: neg });
    const { network, questions } = await read(text);
    expect(network).toBeUndefined();
    expect(questions).toEqual([
      {
        id: 'signature',
        ask: 'saved_model.pbtxt can be asked for several forecasts: which of its signatures do you mean?',
        choices: ['forward', 'same_as_size', 'size'],
        guess: 'forward',
      },
    ]);
    const answered = await read(text, new Map(), { signature: 'size' });
    expect(outputsAt(answered.network!, [1, -2])).toEqual([1, 2]);
  });

  it('outputs come in the natural order of their names, labels left out', async () => {
    const outputs = {
      output_10: ['y:0', 'DT_FLOAT'],
      output_2: ['z:0', 'DT_FLOAT'],
      output_3: ['l:0', 'DT_INT64'],
    } as const;
    const { network } = await read(savedModelText(graph, { serving_default: { inputs: x, outputs } }));
    expect(network?.outputs.map((port) => port.name)).toEqual(['output_2', 'output_10']);
  });

  it('that only take texts are refused by the operator that reads them', async () => {
    const lookup = { inputs: texts, outputs: { out: ['f:0', 'DT_FLOAT'] } } as const;
    expect(await problemOf(savedModelText(graph, { serving_default: lookup }))).toBe(
      'The HashTableV2 node "h" in saved_model.pbtxt belongs to a look-up table from texts or numbers to numbers.',
    );
  });

  it('that give only labels, or are missing, are refused', async () => {
    const label = { inputs: x, outputs: { label: ['l:0', 'DT_INT64'] } } as const;
    expect(await problemOf(savedModelText(graph, { serving_default: label }))).toBe(
      'saved_model.pbtxt gives only texts or whole numbers ("label"): they jump from one to the next and have no slopes.',
    );
    expect(await problemOf(savedModelText(graph, {}))).toBe(
      'saved_model.pbtxt has no signature, so it does not say what its inputs and outputs are.',
    );
    expect(await problemOf('saved_model_schema_version: 1')).toBe('saved_model.pbtxt has no graph.');
  });
});

describe('the text form', () => {
  it.each([
    ['meta_graphs { graph_def {', 'in line 1 a field name is missing'],
    ['meta_graphs {\n\n  graph_def 7 }', 'in line 3 a colon is missing'],
    ['meta_graphs { tags: [ "a" ', 'in line 1 a list is not closed'],
    ['meta_graphs { tags: } ', 'in line 1 a value is missing'],
    ['meta_graphs { [some.extension ', 'in line 1 a bracket is not closed'],
    [`meta_graphs ${'{ a '.repeat(300)}`, 'in line 1 messages nest more than 100 deep'],
  ])('%s is refused with its line', async (text, because) => {
    expect(await problemOf(text)).toBe(`saved_model.pbtxt is not valid in protobuf's text form: ${because}.`);
  });

  it('knows all its ways of writing', async () => {
    const text = `
      # A comment.
      saved_model_schema_version: 0x1;
      meta_graphs: <
        [type.googleapis.com/some.Any] { value: "\\u00e9" },
        meta_info_def { tags: ['se' "rve"] }
        graph_def { node { name: "x" op: 'Placeholder' attr { key: "dtype" value { type: 1 } } }
          node { name: "\\x79" op: "N\\145g" input: "x" } }
        signature_def { key: "serving_default" value {
          inputs { key: "x" value { name: "x:0" dtype: DT_FLOAT tensor_shape { dim { size: -1 } dim { size: 02 } } } }
          outputs { key: "y" value { name: "y:0" dtype: DT_FLOAT } } } }
      >`;
    const { network, problems } = await read(text);
    expect(problems).toEqual([]);
    expect(outputsAt(network!, [1, 2])).toEqual([-1, -2]);
  });

  it('says in which order several inputs are taken: a signature has none', async () => {
    const text = `meta_graphs {
      meta_info_def { tags: "serve" }
      graph_def { node { name: "b" op: "Placeholder" attr { key: "dtype" value { type: 1 } } }
        node { name: "a" op: "Placeholder" attr { key: "dtype" value { type: 1 } } }
        node { name: "y" op: "Sub" input: "b" input: "a" } }
      signature_def { key: "serving_default" value {
        inputs { key: "b" value { name: "b:0" dtype: DT_FLOAT tensor_shape { dim { size: -1 } dim { size: 1 } } } }
        inputs { key: "a" value { name: "a:0" dtype: DT_FLOAT tensor_shape { dim { size: -1 } dim { size: 1 } } } }
        outputs { key: "y" value { name: "y:0" dtype: DT_FLOAT } } } }
    }`;
    const { network, problems } = await read(text);
    expect(network?.inputs.map((port) => port.name)).toEqual(['a', 'b']);
    expect(problems.map((problem) => problem.message)).toEqual([
      'saved_model.pbtxt keeps its inputs in no order; they are taken in that of their names: a, b.',
    ]);
  });

  it('names a field that holds something else', async () => {
    expect(await problemOf('meta_graphs { graph_def { node { name: 7 op: "Neg" } } }')).toBe(
      'saved_model.pbtxt is damaged: "name" does not hold what it should.',
    );
  });
});
