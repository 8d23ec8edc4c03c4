import { flatInputs, type FlatInput } from './features';
import type { InputPort, Network, Node } from './network';

/** Numeric inputs that together say one category: of those of its levels one is 1 and the others are 0. */
export interface InputGroup {
  readonly name: string;
  /** In the order of the one-hot vector that takes their place. */
  readonly levels: readonly GroupLevel[];
}

/** One level, and the number of the flat input that is 1 for it; without one all inputs of the group are 0. */
export interface GroupLevel {
  readonly name: string;
  readonly input?: number;
}

/** What a flat input takes where its column holds 0 and 1, in model units. */
export type InputEnds = (input: number) => readonly [zero: number, one: number];

/**
 * The network with each group of numeric inputs replaced by one text input, which stands in the place of the group's first
 * member. For a level it gives what the network gave for the member's 1 and the other members' 0.
 */
export function withFoldedInputs(network: Network, groups: readonly InputGroup[], ends: InputEnds): Network {
  const flat = flatInputs(network);
  const laidOut = layOut(network, flat, groups);
  const nodes: Node[] = [];
  const add = (node: Node): number => laidOut.ports.length + nodes.push(node) - 1;
  const values = network.inputs.map((port, number) =>
    flat.some((input, index) => input.port === number && isMember(groups, index))
      ? rebuiltPort(port, number, { flat, groups, ends, laidOut, add })
      : laidOut.places.get(flat.findIndex((input) => input.port === number))!.port,
  );
  const shift = laidOut.ports.length + nodes.length - network.inputs.length;
  const moved = (value: number): number => values[value] ?? value + shift;
  return {
    ...network,
    inputs: laidOut.ports,
    outputs: network.outputs.map((output) => ({ ...output, value: moved(output.value) })),
    nodes: [...nodes, ...network.nodes.map((node) => ({ ...node, inputs: node.inputs.map(moved) }))],
  };
}

/** The port of a flat input after folding, and its element there. */
interface Place {
  readonly port: number;
  readonly element: number;
}

interface LaidOut {
  readonly ports: readonly InputPort[];
  /** By flat input. */
  readonly places: ReadonlyMap<number, Place>;
}

/** The ports that are left: runs of numbers between the categories, in the order of the flat inputs. */
function layOut(network: Network, flat: readonly FlatInput[], groups: readonly InputGroup[]): LaidOut {
  const ports: InputPort[] = [];
  const places = new Map<number, Place>();
  let run: { readonly port: number; readonly names: string[] } | undefined;
  const close = (): void => {
    if (run) ports.push({ name: network.inputs[run.port]!.name, size: run.names.length, features: run.names });
    run = undefined;
  };
  flat.forEach((input, index) => {
    if (places.has(index)) return;
    const group = groups.find(({ levels }) => levels.some((level) => level.input === index));
    if (!group && input.kind === 'number') {
      if (run?.port !== input.port) close();
      run ??= { port: input.port, names: [] };
      places.set(index, { port: ports.length, element: run.names.push(input.name) - 1 });
      return;
    }
    close();
    if (group)
      group.levels.forEach((level, element) => {
        if (level.input !== undefined) places.set(level.input, { port: ports.length, element });
      });
    else places.set(index, { port: ports.length, element: 0 });
    ports.push(group ? categoryPort(group) : network.inputs[input.port]!);
  });
  close();
  return { ports, places };
}

function categoryPort({ name, levels }: InputGroup): InputPort {
  return { name, size: levels.length, levels: levels.map((level) => level.name) };
}

function isMember(groups: readonly InputGroup[], flat: number): boolean {
  return groups.some(({ levels }) => levels.some(({ input }) => input === flat));
}

interface Rebuilding {
  readonly flat: readonly FlatInput[];
  readonly groups: readonly InputGroup[];
  readonly ends: InputEnds;
  readonly laidOut: LaidOut;
  /** Adds a node and gives its value. */
  readonly add: (node: Node) => number;
}

/** The vector that a port held before, from the ports that hold its elements now; a member is moved from 0 and 1 to its ends. */
function rebuiltPort(port: InputPort, number: number, { flat, groups, ends, laidOut, add }: Rebuilding): number {
  const own = [...flat.keys()].filter((index) => flat[index]!.port === number);
  const places = own.map((index) => laidOut.places.get(index)!);
  const sources = [...new Set(places.map((place) => place.port))];
  const sizes = sources.map((source) => laidOut.ports[source]!.size);
  const joined = sizes.reduce((sum, size) => sum + size, 0);
  const { origin, size } = { origin: port.name, size: port.size };
  const starts = sizes.map((_, at) => sizes.slice(0, at).reduce((sum, each) => sum + each, 0));
  const whole =
    sources.length === 1 ? sources[0]! : add({ op: { kind: 'concat' }, inputs: sources, size: joined, origin });
  const indices = Int32Array.from(places, (place) => starts[sources.indexOf(place.port)]! + place.element);
  const isInOrder = joined === size && indices.every((index, at) => index === at);
  const ordered = isInOrder ? whole : add({ op: { kind: 'gather', indices }, inputs: [whole], size, origin });
  const pairs = own.map((index) => (isMember(groups, index) ? ends(index) : ([0, 1] as const)));
  if (pairs.every(([zero, one]) => zero === 0 && one === 1)) return ordered;
  const offset = Float64Array.from(pairs, ([zero]) => zero);
  const factor = Float64Array.from(pairs, ([zero, one]) => one - zero);
  return add({ op: { kind: 'scale', factor, offset }, inputs: [ordered], size, origin });
}
