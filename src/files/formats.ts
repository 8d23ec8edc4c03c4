import { kerasHdf5 } from './keras/kerasHdf5';
import { kerasJson } from './keras/kerasJson';
import { kerasZip } from './keras/kerasZip';
import { matWeights } from './matlab/matWeights';
import { npyWeights, npzWeights } from './numpy/numpyWeights';
import { onnx } from './onnx/onnx';
import { exportedProgram } from './pytorch/pt2/exportedProgram';
import { torchLegacy, torchZip } from './pytorch/pytorchFormats';
import { torchScript } from './pytorch/script/torchScript';
import type { Format } from './reading';
import { rSerialized } from './r/rSerialized';
import { safetensors } from './safetensors/safetensors';
import { sklearnPickle } from './sklearn/sklearnPickle';
import { frozenGraph } from './tensorflow/frozenGraph';
import { savedModel } from './tensorflow/savedModel';
import { tfjsGraph } from './tensorflow/tfjsGraph';
import { tfjsLayers } from './tfjs/tfjsLayers';
import { weightsJson } from './weightsJson/weightsJson';

/**
 * Every format Slopescope reads, in the order they are tried: a format that shares its container with others (zip,
 * pickle, JSON) stands before the more general one.
 */
export const formats: readonly Format[] = [
  kerasZip,
  kerasHdf5,
  tfjsLayers,
  tfjsGraph,
  kerasJson,
  npzWeights,
  npyWeights,
  exportedProgram,
  torchScript,
  torchZip,
  torchLegacy,
  safetensors,
  sklearnPickle,
  rSerialized,
  onnx,
  savedModel,
  frozenGraph,
  matWeights,
  weightsJson,
];
