// Reads instructions and runs each over all panels of the tile.
import * as op from '../instructions';
import { active } from './active';
import { activate } from './activation';
import { combine, combineCurve, combinePull, combinePush } from './combine';
import { curve } from './curvature';
import { dense, sparse, spread } from './dense';
import {
  compare, copy, fill, gather, loadRows, mask, multiply, scale, scatter, select, selectPull, storeRows,
} from './elementwise';
import { marginKink, marginPair, marginReduce, peak } from './guard';
import { addPairs } from './pairs';
import { patternSum } from './pattern';
import { reduce, reducePull, reducePush } from './reduce';
import { centre, softmax, softmaxCurve, softmaxPull, softmaxPush } from './softmax';
import { panelCount, slopeArea, valueArea } from './tile';

/** Runs the instructions from byte `from` to byte `end`; `guarded` is 1 where margins are wanted, 2 for peaks besides. */
export function interpret<T>(from: usize, end: usize, guarded: i32): void {
  for (let at = from; at < end; at += op.instructionWords << 2) {
    const kind = load<i32>(at);
    if (kind >= op.opCurve) curves<T>(kind, at);
    else if (kind >= op.opMarginKink) {
      if (guarded == 2 || (guarded == 1 && kind != op.opPeak)) guard<T>(kind, at);
    } else if (kind >= op.opCombine) pairs<T>(kind, at);
    else single<T>(kind, at);
  }
}

/** Operand number k of the instruction at `at`. */
// @ts-ignore: decorator
@inline
function word(at: usize, k: i32): i32 {
  return load<i32>(at + (<usize>k << 2));
}

function single<T>(kind: i32, at: usize): void {
  const n = panelCount;
  const a = word(at, 1), b = word(at, 2), c = word(at, 3), d = word(at, 4), e = word(at, 5), f = word(at, 6);
  const g = word(at, 7), h = word(at, 8), i = word(at, 9);
  switch (kind) {
    case op.opLoad: loadRows(n, a, b, c); break;
    case op.opStoreValue: storeRows(n, a, b, valueArea, c); break;
    case op.opStoreSlope: storeRows(n, a, b, slopeArea, c); break;
    case op.opDense: dense<T>(n, a, b, c, d, e, f, g); break;
    case op.opSparse: sparse<T>(n, a, b, c, d, e, f, g); break;
    case op.opActive: active<T>(n, a, b, c, d, e, f, g, h); break;
    case op.opSpread: spread<T>(n, a, b, c, d, e, f); break;
    case op.opFill: fill<T>(n, a, b, c); break;
    case op.opScale: scale<T>(n, a, b, c, d, e, f); break;
    case op.opCopy: copy<T>(n, a, b, c, d); break;
    case op.opGather: gather(n, a, b, c, d); break;
    case op.opScatter: scatter<T>(n, a, b, c, d); break;
    case op.opActivate: activate<T>(n, a, b, c, d, e, f, g); break;
    case op.opMultiply: multiply<T>(n, a, b, c, d, e); break;
    case op.opMask: mask<T>(n, a, b, c, d, e); break;
    case op.opPatternSum: patternSum<T>(n, a, b, c, d, e, f, g, h, i); break;
    default: unreachable();
  }
}

function pairs<T>(kind: i32, at: usize): void {
  const n = panelCount;
  const a = word(at, 1), b = word(at, 2), c = word(at, 3), d = word(at, 4), e = word(at, 5), f = word(at, 6);
  const g = word(at, 7), h = word(at, 8), i = word(at, 9);
  switch (kind) {
    case op.opCombine: combine<T>(n, a, b, c, d, e); break;
    case op.opCombinePull: combinePull<T>(n, a, b, c, d, e, f, g, h, i); break;
    case op.opCombinePush: combinePush<T>(n, a, b, c, d, e, f, g); break;
    case op.opReduce: reduce<T>(n, a, b, c, d, e); break;
    case op.opReducePull: reducePull<T>(n, a, b, c, d, e, f, g, h); break;
    case op.opReducePush: reducePush<T>(n, a, b, c, d, e, f, g); break;
    case op.opSoftmax: softmax<T>(n, a, b, c, d, e); break;
    case op.opSoftmaxPull: softmaxPull<T>(n, a, b, c, d, e, f); break;
    case op.opSoftmaxPush: softmaxPush<T>(n, a, b, c, d, e, f); break;
    case op.opCompare: compare<T>(n, a, b, c, d, e); break;
    case op.opSelect: select<T>(n, a, b, c, d, e); break;
    case op.opSelectPull: selectPull<T>(n, a, b, c, d, e, f, g); break;
    default: unreachable();
  }
}

function guard<T>(kind: i32, at: usize): void {
  const n = panelCount;
  const a = word(at, 1), b = word(at, 2), c = word(at, 3), d = word(at, 4), e = word(at, 5);
  switch (kind) {
    case op.opMarginKink: marginKink<T>(n, a, b, c, d, e); break;
    case op.opMarginPair: marginPair<T>(n, a, b, c, d); break;
    case op.opMarginReduce: marginReduce<T>(n, a, b, c, d, e); break;
    case op.opPeak: peak<T>(n, a, b, c); break;
    default: unreachable();
  }
}

function curves<T>(kind: i32, at: usize): void {
  const n = panelCount;
  const a = word(at, 1), b = word(at, 2), c = word(at, 3), d = word(at, 4), e = word(at, 5), f = word(at, 6);
  const g = word(at, 7), h = word(at, 8), i = word(at, 9);
  switch (kind) {
    case op.opCurve: curve<T>(n, a, b, c, d, e, f, g, h); break;
    case op.opCombineCurve: combineCurve<T>(n, a, b, c, d, e, f, g); break;
    case op.opSoftmaxCurve: softmaxCurve<T>(n, a, b, c, d, e, f); break;
    case op.opCentre: centre<T>(n, a, b, c, d, e, f); break;
    case op.opPairs: addPairs<T>(n, a, b, c, d, e, f, g, h, i); break;
    default: unreachable();
  }
}
