import type { Generation } from './layerCall';
import type { StoredWeights } from './weights';
import type { LayerDefinition } from './architecture';

/** What a model is lowered from, besides its architecture. */
export interface ModelSource {
  readonly file: string;
  /** As in `Source.format`. */
  readonly format: string;
  readonly framework: string;
  readonly generation: Generation;
  readonly weights: StoredWeights;
  /** A text file stored for a layer (the vocabulary of a look-up). */
  readonly asset: (layer: LayerDefinition, name: string) => string | undefined;
}
