import type { NetworkPicture } from '../../../src/session/networkQuestion';
import type { App } from '../../app';

/** A unit by its layer and its place there. */
export interface UnitPlace {
  readonly layer: number;
  readonly place: number;
}

/** The unit that was chosen, where this picture has it. */
export function chosenUnit({ store }: App, picture: NetworkPicture): UnitPlace | undefined {
  const { unit } = store.state.choices;
  return unit && picture.layers[unit.layer]?.units[unit.place] ? unit : undefined;
}
