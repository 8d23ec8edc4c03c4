import type { Problem } from '../../problem';

/** A numeric array with its name in the file; `values` are row-major. */
export interface BareArray {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float64Array;
}

/** A list of texts with its name in the file: feature names, activations. */
export interface BareText {
  readonly name: string;
  readonly values: readonly string[];
}

/** How a weight matrix is stored: `in,out` for x·W + b, `out,in` for W·x + b. */
export type Orientation = 'in,out' | 'out,in';

/**
 * A file that holds arrays and not what is done with them: an .npz, a state dict, a .safetensors. What the layers are,
 * and what lies between them, is read from names and shapes or asked.
 */
export interface BareFile {
  readonly file: string;
  /** As in `Source.format`. */
  readonly format: string;
  readonly framework?: string;
  /** In the order of the file. */
  readonly arrays: readonly BareArray[];
  readonly texts: readonly BareText[];
  /** `torch`: names end in `.weight` and `.bias`, a 1-D weight belongs to a normalisation, never to a dense layer. */
  readonly dialect: 'numpy' | 'torch';
  /** The orientation the file's maker always uses; absent when the shapes must tell. */
  readonly convention?: Orientation;
  /** Whether the order of the arrays is the order in which the layers were defined. */
  readonly ordered: boolean;
  /** What lone vectors of weights belong to, by the array's name, once the user said so. */
  readonly vectorLayers?: ReadonlyMap<string, VectorLayer>;
  /** What is already known to be wrong or worth saying. */
  readonly problems: readonly Problem[];
}

/** Layers of PyTorch whose only array can be a vector called `weight`. */
export type VectorLayer = 'PReLU' | 'LayerNorm' | 'RMSNorm';

/** A problem of this file; errors unless said otherwise. */
export function bareProblem(
  file: Pick<BareFile, 'file'>,
  code: string,
  message: string,
  remedy: string,
  severity: Problem['severity'] = 'error',
): Problem {
  return { code, message, file: file.file, remedy, severity };
}

/** A shape as people write it: `[4, 7]`. */
export function shapeText(shape: readonly number[]): string {
  return `[${shape.join(', ')}]`;
}
