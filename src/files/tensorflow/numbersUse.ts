import type { NumbersUse } from '../rows/countedRows';

/** What an operator does with the numbers it takes; all that are not named here compute with them. */
export function numbersUseOf(operator: string): NumbersUse {
  return uses.get(operator) ?? { doing: 'computes' };
}

const uses: ReadonlyMap<string, NumbersUse> = new Map([
  ...all({ doing: 'joins' }, ['Concat', 'ConcatV2', 'Pack', 'ParallelConcat']),
  ...all({ doing: 'picks' }, [
    'Gather',
    'GatherNd',
    'GatherV2',
    'MatrixBandPart',
    'ResourceGather',
    'ResourceGatherNd',
    'Roll',
    'Slice',
    'StridedSlice',
  ]),
  ...all({ doing: 'moves', from: [] }, [
    'Const',
    'OnesLike',
    'Rank',
    'Shape',
    'ShapeN',
    'Size',
    'VariableShape',
    'ZerosLike',
  ]),
  ...all({ doing: 'moves', from: [0] }, [
    'BatchToSpaceND',
    'BroadcastTo',
    'Cast',
    'CheckNumerics',
    'CheckNumericsV2',
    'DeepCopy',
    'DepthToSpace',
    'EnsureShape',
    'ExpandDims',
    'Identity',
    'MirrorPad',
    'Pad',
    'PlaceholderWithDefault',
    'PreventGradient',
    'Print',
    'ReadVariableOp',
    'Reshape',
    'Reverse',
    'ReverseV2',
    'Snapshot',
    'SpaceToBatchND',
    'SpaceToDepth',
    'SplitV',
    'Squeeze',
    'StopGradient',
    'Tile',
    'Transpose',
    'Unpack',
  ]),
  ...all({ doing: 'moves', from: [0, 2] }, ['PadV2']),
  ...all({ doing: 'moves', from: [1] }, ['Fill', 'Split']),
  ...all({ doing: 'moves' }, ['BroadcastArgs', 'IdentityN', 'InvertPermutation', 'LinSpace', 'Range']),
]);

function all(use: NumbersUse, operators: readonly string[]): [string, NumbersUse][] {
  return operators.map((operator) => [operator, use]);
}
