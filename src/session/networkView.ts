import { count, counted, listed, signed } from '../findings/words';
import type { Network } from '../network/network';
import { derivativeOf } from '../slopes/derivatives';
import { isPiecewiseLinear } from '../slopes/interactions';
import { locateOutput } from '../slopes/layout';
import { referenceAdjoints, referenceOutputs, referenceTangents, referenceValues, splitRow } from '../slopes/reference';
import { slopeUnit } from '../table/units';
import { modelPerOriginal, toOriginal } from '../table/scaling';
import { describeModel } from './describeModel';
import { scaledColumn } from './computeSlopes';
import { modelRow } from './exactRow';
import type { SessionState } from './sessionState';
import { hiddenLayers, type HiddenLayer } from './structure';
import type { NetworkPicture, NetworkRequest, PictureEdge, PictureLayer, PictureUnit } from './networkQuestion';

/** Layers up to this size are drawn whole; of larger ones the units with the largest share. */
const wholeLayer = 64;
const drawnUnits = 24;

/** A column of the picture before units are chosen: elements of values of the network. */
interface Column {
  readonly kind: PictureLayer['kind'];
  readonly title: string;
  readonly layer?: string;
  readonly fill: PictureLayer['fill'];
  readonly size: number;
  readonly names: (unit: number) => string;
  /** The value (port or node) that holds the unit, and its element there. */
  readonly place: (unit: number) => Place;
  /** The value before the activation, which the weights lead into. */
  readonly into: (unit: number) => Place;
}

interface Place {
  readonly value: number;
  readonly element: number;
}

/** What the network does at one row, for the shares. */
interface AtRow {
  readonly values: readonly Float64Array[];
  readonly adjoints: readonly Float64Array[];
  readonly tangents?: readonly Float64Array[];
  /** From model units to the slope's (or forecast's) original units. */
  readonly factor: number;
  readonly shown: (column: Column, unit: number) => number;
}

/** The network drawn: layers as columns, weights as lines, and at a row the units' activity and their share in the slope. */
export function networkPicture(session: SessionState, request: NetworkRequest): NetworkPicture {
  const { network } = session;
  const columns = columnsOf(session, request.output);
  const at = request.row === undefined ? undefined : atRow(session, request, request.row);
  const values = at?.values ?? neutralValues(network);
  const layers = columns.map((column) => layerOf(network, column, values, at));
  const edges = columns
    .slice(1)
    .flatMap((column, index) =>
      edgesBetween(
        network,
        values,
        { column: columns[index]!, layer: layers[index]! },
        { column, layer: layers[index + 1]! },
      ).map((edge) => ({ layer: index, ...edge })),
    );
  return {
    sentence: sentenceOf(session, request, layers),
    layers,
    edges: edges.map(kept(edges)),
    ...(request.row === undefined ? {} : { partUnit: partUnit(session, request) }),
    notes: notesOf(layers, edges),
  };
}

function columnsOf(session: SessionState, output: number): Column[] {
  const { network } = session;
  const { inputs, outputs } = describeModel(session);
  const elements = network.inputs.flatMap((port, value) =>
    Array.from({ length: port.size }, (_, element) => ({ value, element })),
  );
  const inputNames = network.inputs.flatMap((port, number) => {
    const first = network.inputs.slice(0, number).reduce((sum, { size, levels }) => sum + (levels ? 1 : size), 0);
    return Array.from({ length: port.size }, (_, element) =>
      port.levels
        ? `${inputs[first]?.name ?? port.name} = ${port.levels[element - (port.unknown === 'first' ? 1 : 0)] ?? 'other'}`
        : (inputs[first + element]?.name ?? port.name),
    );
  });
  const place = locateOutput(network, output);
  return [
    {
      kind: 'inputs',
      title: counted(elements.length, 'input'),
      fill: 'none',
      size: elements.length,
      names: (unit) => inputNames[unit]!,
      place: (unit) => elements[unit]!,
      into: (unit) => elements[unit]!,
    },
    ...hiddenLayers(network).map((layer, index) => hiddenColumn(network, layer, index)),
    {
      kind: 'outputs',
      title: outputs[output]!.name,
      fill: 'none',
      size: 1,
      names: () => outputs[output]!.name,
      place: () => place,
      into: () => beforeLastStep(network, place),
    },
  ];
}

function hiddenColumn(network: Network, layer: HiddenLayer, index: number): Column {
  const node = network.nodes[layer.value - network.inputs.length]!;
  const before = layer.activation === undefined ? layer.value : node.inputs[0]!;
  const straight = node.op.kind === 'activation' && isPiecewiseLinear({ nodes: [node] });
  return {
    kind: 'hidden',
    title: [count(layer.size), layer.activation].filter(Boolean).join(' '),
    ...(layer.origin === '' ? {} : { layer: layer.origin }),
    fill: straight ? 'on or off' : 'activity',
    size: layer.size,
    names: (unit) => `h${index + 1}_${unit + 1}`,
    place: (unit) => ({ value: layer.value, element: unit }),
    into: (unit) => ({ value: before, element: unit }),
  };
}

/** The value that an output's last activation or softmax takes: where the weights of the last layer lead. */
function beforeLastStep(network: Network, place: Place): Place {
  const node = network.nodes[place.value - network.inputs.length];
  if (!node || (node.op.kind !== 'activation' && node.op.kind !== 'softmax')) return place;
  return beforeLastStep(network, { value: node.inputs[0]!, element: place.element });
}

function atRow(session: SessionState, { output, input }: NetworkRequest, row: number): AtRow {
  const { network } = session;
  const { binding } = session.connected();
  const values = referenceValues(network, splitRow(network, modelRow(network, binding, row)));
  const { scaling } = binding.outputs[output]!;
  const forecast = toOriginal(scaling, referenceOutputs(network, values)[output]!);
  const bound = input === undefined || session.switched[input] ? undefined : binding.inputs[input];
  const perX = bound ? scaledColumn(bound).modelPerOriginal(scaledColumn(bound).at(row)) : 1;
  const tangents = bound ? referenceTangents(network, values, bound.input.element) : undefined;
  const numeric = new Map(
    binding.inputs.flatMap((each) =>
      each.source.kind === 'levels' ? [] : [[each.input.element, scaledColumn(each).at(row)] as const],
    ),
  );
  return {
    values,
    adjoints: referenceAdjoints(network, values, output),
    ...(tangents ? { tangents } : {}),
    factor: perX / modelPerOriginal(scaling, forecast),
    shown: (column, unit) => {
      const { value, element } = column.place(unit);
      if (column.kind === 'outputs') return forecast;
      return (column.kind === 'inputs' ? numeric.get(unit) : undefined) ?? values[value]![element]!;
    },
  };
}

/** Values of a network at zero inputs: enough for the sizes that weights are followed through. */
function neutralValues(network: Network): Float64Array[] {
  return referenceValues(
    network,
    network.inputs.map((port) => new Float64Array(port.size)),
  );
}

function layerOf(
  network: Network,
  column: Column,
  values: readonly Float64Array[],
  at: AtRow | undefined,
): PictureLayer {
  const all = Array.from({ length: column.size }, (_, unit): PictureUnit => {
    const { value, element } = column.place(unit);
    const move = at?.tangents ? at.tangents[value]![element]! : values[value]![element]!;
    return {
      unit,
      name: column.names(unit),
      activity: at ? at.shown(column, unit) : NaN,
      brightness: 0,
      active: at !== undefined && values[value]![element]! !== 0,
      part: at ? at.factor * at.adjoints[value]![element]! * move : NaN,
      share: NaN,
      bias: biasOf(network, column.into(unit)),
    };
  });
  const total = all.reduce((sum, { part }) => sum + Math.abs(part), 0);
  const largest = all.reduce((most, { activity }) => Math.max(most, Math.abs(activity)), 0);
  const weighed = all.map((unit) => ({
    ...unit,
    brightness: largest > 0 ? Math.abs(unit.activity) / largest : 0,
    share: total > 0 ? Math.abs(unit.part) / total : at ? 0 : NaN,
  }));
  const units =
    column.size <= wholeLayer
      ? weighed
      : [...weighed]
          .sort((a, b) => (b.share || 0) - (a.share || 0) || a.unit - b.unit)
          .slice(0, drawnUnits)
          .sort((a, b) => a.unit - b.unit);
  const { kind, title, layer, fill, size } = column;
  return { kind, title, ...(layer === undefined ? {} : { layer }), size, fill, units, more: size - units.length };
}

/** The bias of a unit: the constant of the dense operation that gives its sum, 0 where none does. */
function biasOf(network: Network, { value, element }: Place): number {
  const op = network.nodes[value - network.inputs.length]?.op;
  return op?.kind === 'dense' ? op.bias[element]! : 0;
}

interface Side {
  readonly column: Column;
  readonly layer: PictureLayer;
}

/** Weights between the units drawn of two neighbouring columns; scaling, rearranging and joining between them are folded in. */
function edgesBetween(
  network: Network,
  values: readonly Float64Array[],
  left: Side,
  right: Side,
): Omit<PictureEdge, 'layer'>[] {
  const sources = left.layer.units.map(({ unit }) => left.column.place(unit));
  const stop = new Set(sources.map(({ value }) => value));
  const edges = right.layer.units.flatMap(({ unit }, to) => {
    const pulled = pullLinear(network, values, right.column.into(unit), stop);
    return sources.map(({ value, element }, from) => ({ from, to, weight: pulled.get(value)?.[element] ?? 0 }));
  });
  const largest = edges.reduce((most, { weight }) => Math.max(most, Math.abs(weight)), 0);
  return edges
    .filter(({ weight }) => weight !== 0)
    .map((edge) => ({ ...edge, strength: Math.abs(edge.weight) / largest, keep: false }));
}

/** How an element depends on the values `stop` through linear operations alone: ∂element/∂stop, per value. */
function pullLinear(
  network: Network,
  values: readonly Float64Array[],
  { value, element }: Place,
  stop: ReadonlySet<number>,
): ReadonlyMap<number, Float64Array> {
  const adjoints = new Map<number, Float64Array>([[value, unitVector(values[value]!.length, element)]]);
  for (let number = value; number >= network.inputs.length; number--) {
    const adjoint = adjoints.get(number);
    const node = network.nodes[number - network.inputs.length]!;
    if (
      !adjoint ||
      stop.has(number) ||
      !['dense', 'scale', 'gather', 'concat', 'reduce', 'combine'].includes(node.op.kind)
    )
      continue;
    const at = { inputs: node.inputs.map((input) => values[input]!), output: values[number]! };
    const into = at.inputs.map((input) => new Float64Array(input.length));
    derivativeOf(node.op).pullback(node.op, at, adjoint, into);
    node.inputs.forEach((input, position) => {
      const sum = adjoints.get(input) ?? new Float64Array(into[position]!.length);
      into[position]!.forEach((part, i) => (sum[i]! += part));
      adjoints.set(input, sum);
    });
  }
  return adjoints;
}

function unitVector(size: number, element: number): Float64Array {
  const vector = new Float64Array(size);
  vector[element] = 1;
  return vector;
}

/** Marks the strongest weight into and out of every unit. */
function kept(edges: readonly PictureEdge[]): (edge: PictureEdge) => PictureEdge {
  const strongest = new Map<string, PictureEdge>();
  for (const edge of edges) {
    for (const key of [`${edge.layer} out ${edge.from}`, `${edge.layer} in ${edge.to}`]) {
      const known = strongest.get(key);
      if (!known || edge.strength > known.strength) strongest.set(key, edge);
    }
  }
  const keep = new Set(strongest.values());
  return (edge) => ({ ...edge, keep: keep.has(edge) });
}

function sentenceOf(
  session: SessionState,
  { output, input, row }: NetworkRequest,
  layers: readonly PictureLayer[],
): string {
  const { inputs, outputs, structure } = describeModel(session);
  const last = layers.at(-2);
  if (row === undefined || last?.kind !== 'hidden') return `${structure}.`;
  const what =
    input === undefined
      ? `the forecast of ${outputs[output]!.name}`
      : `the slope by ${inputs[input]!.name} (${partUnit(session, { output, input })})`;
  const sorted = [...last.units].sort((a, b) => Math.abs(b.part) - Math.abs(a.part));
  const top = sorted.slice(0, 2).filter(({ part }) => part !== 0);
  if (top.length === 0) return `At row ${count(row + 1)} no unit of the last hidden layer has a part in ${what}.`;
  const named = listed(top.map(({ name, part }) => `${name} (${signed(part)})`));
  return `At row ${count(row + 1)} most of ${what} goes through ${named}.`;
}

function partUnit(session: SessionState, { output, input }: Pick<NetworkRequest, 'output' | 'input'>): string {
  const { inputs, outputs } = describeModel(session);
  const { name, unit } = outputs[output]!;
  return input === undefined ? unit || name : slopeUnit(outputs[output]!, inputs[input]!);
}

function notesOf(layers: readonly PictureLayer[], edges: readonly PictureEdge[]): string[] {
  const cut = layers
    .filter(({ more }) => more > 0)
    .map(
      ({ title, units, size }) =>
        `${count(units.length)} of ${count(size)} units of the layer ${title} are drawn: those with the largest share.`,
    );
  const joined = layers.slice(1).every((_, layer) => edges.some((edge) => edge.layer === layer));
  return joined ? cut : [...cut, 'Between some layers stand operations that are no weights; no lines are drawn there.'];
}
