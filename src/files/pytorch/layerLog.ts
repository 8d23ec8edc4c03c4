import type { NetworkBuilder } from '../../network/builder';
import type { Layer } from '../../network/network';
import { elements } from '../../network/tensor';
import { isValue, type TorchValue } from './operators/values';

/** A layer or operation by the name and class the file gives it. */
export interface LayerPlace {
  readonly name: string;
  readonly kind: string;
}

/** Collects the layers of a graph for people while it is followed: neighbouring operations of one module are one layer. */
export class LayerLog {
  private readonly found: Layer[] = [];

  get layers(): readonly Layer[] {
    return this.found;
  }

  /** Names the module that the operations added from now on belong to. */
  enter(builder: NetworkBuilder, place: LayerPlace): LayerPlace {
    builder.at(place.name);
    return place;
  }

  /** Notes what an operation gave; those on constants and sizes are no layers. */
  leave(place: LayerPlace, result: TorchValue, taken: readonly TorchValue[]): void {
    const given = isValue(result, 'list') ? (result.items[0] ?? null) : result;
    if (!isValue(given, 'tensor') || given.tensor.constant) return;
    const trained = taken.reduce<number>(
      (sum, value) => sum + (isValue(value, 'tensor') ? (value.tensor.constant?.length ?? 0) : 0),
      0,
    );
    const last = this.found.at(-1);
    const same = last?.name === place.name && last.kind === place.kind;
    const before = same ? (this.found.pop()?.parameters ?? 0) : 0;
    this.found.push({ ...place, size: elements(given.tensor.shape), parameters: before + trained });
  }
}
