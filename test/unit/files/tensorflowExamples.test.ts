/** Graphs that take serialized records (tf.Example): their dense columns are the network's inputs. */
import { describe, expect, it } from 'vitest';
import { graphText, outputsAt, readGraphText } from './tensorflowGraph';

const parse = (type: string) => `node { name: "p" op: "ParseExampleV2"
  input: "examples" input: "names" input: "sparse" input: "dense" input: "ragged" input: "none" input: "none"
  attr { key: "sparse_types" value { list { type: DT_STRING } } }
  attr { key: "Tdense" value { list { type: DT_FLOAT type: ${type} } } }
  attr { key: "dense_shapes" value { list { shape { dim { size: 1 } } shape { dim { size: 2 } } } } } }`;

const graph = (type: string) =>
  `${graphText(`
  examples = Placeholder str[?]
  names = str[0]
  sparse = str[1] tags
  dense = str[2] age visits
  ragged = str[0]
  none = f32[0]
  axis = i32[] 1
  both = ConcatV2(p:3, p:4, axis)
  w = f32[3,1] 1 10 100
  y = MatMul(both, w)`)}\n${parse(type)}`;

describe('serialized records', () => {
  it('give their dense columns as inputs', async () => {
    const { network, problems } = await readGraphText(graph('DT_FLOAT'));
    expect(problems).toEqual([]);
    expect(network?.inputs).toEqual([
      { name: 'age', size: 1 },
      { name: 'visits', size: 2 },
    ]);
    expect(outputsAt(network!, [1, 2, 3])).toEqual([321]);
  });

  it('are refused where the network computes with columns of texts', async () => {
    const { problems } = await readGraphText(graph('DT_STRING'));
    expect(problems[0]?.message).toBe('The ConcatV2 node "both" in graph.pbtxt computes with texts.');
  });
});
