/** What Keras notes beside the graph, and variables that layers look things up in. */
import { describe, expect, it } from 'vitest';
import { readModel } from '../../../src/files/read';
import { messageField, textField } from './protobufWriter';
import { checkpoint, folderOf } from './tensorflowBundle';
import { functionText, graphText, graphWithFunctions, networkOf, outputsAt, slopesAt } from './tensorflowGraph';

const nodes = `
  x = Placeholder f32[?,2]
  w1 = f32[2,2] 1 2 3 4
  b1 = f32[2] 1 1
  w2 = f32[2,1] 1 1
  model/hidden/MatMul = MatMul(x, w1)
  model/hidden/BiasAdd = BiasAdd(model/hidden/MatMul, b1)
  model/hidden/Tanh = Tanh(model/hidden/BiasAdd)
  model/out/MatMul = MatMul(model/hidden/Tanh, w2)`;

const signature = `signature_def { key: "serving_default" value {
  inputs { key: "x" value { name: "x:0" dtype: DT_FLOAT tensor_shape { dim { size: -1 } dim { size: 2 } } } }
  outputs { key: "y" value { name: "model/out/MatMul:0" dtype: DT_FLOAT } } } }`;

const layers = [
  { name: 'model', class_name: 'Functional', keras_version: '2.9.0' },
  { name: 'hidden', class_name: 'Dense' },
  { name: 'out', class_name: 'Dense' },
].map((layer) => JSON.stringify(layer));

async function read(more: string, files: ReadonlyMap<string, Uint8Array> = new Map()) {
  const text = `meta_graphs { graph_def { ${graphText(nodes)} } ${signature} ${more} }`;
  const file = { name: 'saved_model.pbtxt', bytes: new TextEncoder().encode(text) };
  const { network } = await readModel(file, { folder: folderOf(files), answers: new Map() });
  return network?.source;
}

const together = [
  { name: 'hidden', kind: 'Dense', size: 2, parameters: 6, activation: 'tanh' },
  { name: 'out', kind: 'Dense', size: 1, parameters: 2 },
];

describe('layers of Keras', () => {
  it('are named as in keras_metadata.pb', async () => {
    const metadata = Uint8Array.from(layers.flatMap((layer) => [...messageField(1, [textField(5, layer)])]));
    const source = await read('', new Map([['keras_metadata.pb', metadata]]));
    expect(source?.layers).toEqual(together);
    expect(source?.framework).toBe('Keras 2.9.0');
  });

  it('are named as older versions note them among the saved objects', async () => {
    const objects = layers.map(
      (layer) => `nodes { user_object { identifier: "_tf_keras_layer" metadata: '${layer}' } }`,
    );
    expect((await read(`object_graph_def { ${objects.join(' ')} }`))?.layers).toEqual(together);
  });

  it('are told by their nodes where the notes are missing or damaged', async () => {
    const byNodes = [
      { name: 'model/hidden/MatMul', kind: 'MatMul', size: 2, parameters: 6 },
      { name: 'model/hidden/Tanh', kind: 'Tanh', size: 2, parameters: 0 },
      { name: 'model/out/MatMul', kind: 'MatMul', size: 1, parameters: 2 },
    ];
    expect((await read(''))?.layers).toEqual(byNodes);
    const damaged = new Map([['keras_metadata.pb', Uint8Array.of(0x0a, 99, 1)]]);
    expect((await read('', damaged))?.layers).toEqual(byNodes);
    expect((await read("object_graph_def { nodes { user_object { metadata: 'no JSON' } } }"))?.layers).toEqual(byNodes);
  });
});

describe('a table of an embedding', () => {
  it('is a variable that rows are looked up in', async () => {
    const graph = graphWithFunctions(
      `i = Placeholder i32[?,1]
       table = VarHandleOp()
       call = StatefulPartitionedCall(i, table) f:@look`,
      functionText(
        'look',
        ['at', 'handle'],
        `rows = ResourceGather(handle, at)
         s = VariableShape(handle)
         f = Cast(s:output:0) DstT:DT_FLOAT
         y = Mul(rows:output:0, f:y:0)`,
        { out: 'y:z:0' },
      ),
    );
    const text = `meta_graphs { graph_def { ${graph} } signature_def { key: "serving_default" value {
      inputs { key: "i" value { name: "i:0" dtype: DT_INT32 tensor_shape { dim { size: -1 } dim { size: 1 } } } }
      outputs { key: "y" value { name: "call:0" dtype: DT_FLOAT } } } } }`;
    const files = checkpoint('variables/variables', { table: { shape: [3, 2], values: [1, 2, 3, 4, 5, 6] } });
    const file = { name: 'saved_model.pbtxt', bytes: new TextEncoder().encode(text) };
    const { network, problems } = await readModel(file, { folder: folderOf(files), answers: new Map() });
    expect(problems).toEqual([]);
    expect(outputsAt(network!, [2])).toEqual([15, 12]);
    expect(slopesAt(network!, [2])).toEqual([[0], [0]]);
  });
});

describe('a graph on a single row', () => {
  it('may add up all there is', async () => {
    const network = await networkOf('x = Placeholder f32[3]\ny = L2Loss(x)');
    expect(outputsAt(network, [1, 2, 3])).toEqual([7]);
    expect(slopesAt(network, [1, 2, 3])).toEqual([[1, 2, 3]]);
  });
});
