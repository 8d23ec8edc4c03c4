/** How one slope is made up at one hidden layer: the parts through its units and what goes around it sum to the slope. */
export interface LayerParts {
  /** `h2`: the second hidden layer of the network; its units are h2_1, h2_2, … */
  readonly name: string;
  /** The layer's name in the file. */
  readonly origin: string;
  /** By unit: the output's slope by the unit × the unit's slope by the input, in the slope's unit. */
  readonly parts: Float64Array;
  /** The part of paths that lead past the layer, and the node where they join those through it; absent where there is none. */
  readonly around?: { readonly part: number; readonly joins: string };
}

/** A unit and its part of a slope. */
export interface UnitPart {
  /** `h2_7`: 7th unit of the second hidden layer. */
  readonly name: string;
  readonly part: number;
}

/** The slope at one row by the units of each hidden layer; at every layer units, rest and what goes around sum to it. */
export interface RowParts {
  /** From 0. */
  readonly row: number;
  readonly slope: number;
  /** Number in `layers` of the one in which a few units explain most. */
  readonly told: number;
  readonly layers: readonly ListedParts[];
}

/** The largest parts of a layer first, the rest summed. */
export interface ListedParts {
  readonly name: string;
  readonly origin: string;
  readonly size: number;
  readonly units: readonly UnitPart[];
  readonly rest?: { readonly units: number; readonly part: number };
  readonly around?: { readonly part: number; readonly joins: string };
}

/** So many units of a layer are listed one by one. */
export const listedUnits = 24;
/** So many units explain a slope well. */
const few = 2;

/** `h2_7` for the unit at place 6 of a layer called h2. */
export function unitName(layer: Pick<LayerParts, 'name'>, unit: number): string {
  return `${layer.name}_${unit + 1}`;
}

/** The places of a layer's units, the largest part first. */
export function bySize(parts: Float64Array): readonly number[] {
  return [...parts.keys()].sort((a, b) => Math.abs(parts[b]!) - Math.abs(parts[a]!));
}

/** What the parts of a layer sum to. */
export function slopeOf({ parts, around }: LayerParts): number {
  return parts.reduce((sum, part) => sum + part, 0) + (around?.part ?? 0);
}

/** The parts at one row as they are listed. */
export function rowParts(row: number, layers: readonly LayerParts[], told: number): RowParts {
  return { row, slope: slopeOf(layers[told]!), told, layers: layers.map(listedParts) };
}

function listedParts(layer: LayerParts): ListedParts {
  const { name, origin, parts, around } = layer;
  const order = bySize(parts);
  const rest = order.slice(listedUnits);
  return {
    name,
    origin,
    size: parts.length,
    units: order.slice(0, listedUnits).map((unit) => ({ name: unitName(layer, unit), part: parts[unit]! })),
    ...(rest.length > 0
      ? { rest: { units: rest.length, part: rest.reduce((sum, unit) => sum + parts[unit]!, 0) } }
      : {}),
    ...(around ? { around } : {}),
  };
}

/**
 * The layer in which a few units explain most: where the largest, or the two largest, of what each unit does (0 where it
 * does nothing) have the largest share beyond the one that they would have among equals. The later layer where two tell
 * as much.
 */
export function mostTelling(layers: readonly Float64Array[]): number {
  const tells = layers.map((deeds) => {
    const total = deeds.reduce((sum, deed) => sum + deed, 0);
    let [share, most] = [0, 0];
    for (const [place, deed] of deeds.slice().sort().reverse().slice(0, few).entries()) {
      if (total > 0) share += deed / total;
      most = Math.max(most, share - (place + 1) / deeds.length);
    }
    return most;
  });
  return tells.reduce((best, tell, layer) => (tell >= tells[best]! ? layer : best), 0);
}
