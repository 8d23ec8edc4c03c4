import type { NumbersUse } from '../rows/countedRows';
import type { NodeProto } from './modelProto';

/** What a node does with the numbers it takes; all operators that are not named here compute with them. */
export function numbersUseOf({ domain, operator }: Pick<NodeProto, 'domain' | 'operator'>): NumbersUse {
  return (domain === '' ? uses.get(operator) : undefined) ?? { doing: 'computes' };
}

const uses: ReadonlyMap<string, NumbersUse> = new Map([
  ...all({ doing: 'joins' }, ['Concat']),
  ...all({ doing: 'picks' }, [
    'Compress',
    'Gather',
    'GatherElements',
    'GatherND',
    'ReverseSequence',
    'Scatter',
    'ScatterElements',
    'ScatterND',
    'Slice',
    'Trilu',
  ]),
  ...all({ doing: 'moves', from: [] }, ['Constant', 'ConstantOfShape', 'EyeLike', 'Shape', 'Size']),
  ...all({ doing: 'moves', from: [0] }, [
    'Cast',
    'CastLike',
    'CenterCropPad',
    'DepthToSpace',
    'Dropout',
    'Expand',
    'Flatten',
    'Identity',
    'Reshape',
    'Resize',
    'SpaceToDepth',
    'Split',
    'Squeeze',
    'Tile',
    'Transpose',
    'Unsqueeze',
    'Upsample',
  ]),
  ...all({ doing: 'moves', from: [0, 2] }, ['Pad']),
  ...all({ doing: 'moves' }, ['Range']),
]);

function all(use: NumbersUse, operators: readonly string[]): [string, NumbersUse][] {
  return operators.map((operator) => [operator, use]);
}
