import { Session, type Profiler } from 'node:inspector/promises';

/** How long this thread was busy at a time, in milliseconds. */
export interface BusyTimes {
  /** The longest stretch without a pause, whoever's work it was. */
  readonly longest: number;
  /** The most that the extension's own code took of one stretch, with the functions it was in, outermost first. */
  readonly own: number;
  readonly ownCalls: string;
}

/** Samples what this thread does until it is asked how long it was busy. */
export async function watchBusy(): Promise<() => Promise<BusyTimes>> {
  const session = new Session();
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: 500 });
  await session.post('Profiler.start');
  return async () => {
    const { profile } = await session.post('Profiler.stop');
    session.disconnect();
    return busyTimes(profile);
  };
}

/** The extension's code by its bundle: everything else is VS Code's, the suite's or the engine's own work. */
const isOwn = ({ url }: Profiler.ProfileNode['callFrame']): boolean =>
  /slopescope[^/]*\/dist\/extension\.js$/.test(url);

function busyTimes({ nodes, samples = [], timeDeltas = [] }: Profiler.Profile): BusyTimes {
  const calls = ownCalls(nodes);
  const idle = new Set(nodes.filter(({ callFrame }) => callFrame.functionName === '(idle)').map(({ id }) => id));
  const most = { longest: 0, own: 0, ownCalls: '' };
  let stretch = 0;
  let own = 0;
  const within = new Map<string, number>();
  samples.forEach((id, index) => {
    const milliseconds = (timeDeltas[index + 1] ?? 0) / 1000;
    if (idle.has(id)) {
      stretch = own = 0;
      within.clear();
      return;
    }
    stretch += milliseconds;
    most.longest = Math.max(most.longest, stretch);
    const called = calls.get(id);
    if (called === undefined) return;
    own += milliseconds;
    within.set(called, (within.get(called) ?? 0) + milliseconds);
    if (own <= most.own) return;
    most.own = own;
    most.ownCalls = [...within].reduce((a, b) => (b[1] > a[1] ? b : a))[0];
  });
  return most;
}

/** For each node below a function of the extension, the names from there on. */
function ownCalls(nodes: readonly Profiler.ProfileNode[]): ReadonlyMap<number, string> {
  const calls = new Map<number, string>();
  const above = new Map<number, string>();
  // A node stands before its children.
  for (const { id, callFrame, children = [] } of nodes) {
    const caller = above.get(id);
    const name = callFrame.functionName || 'a function';
    if (caller === undefined && !isOwn(callFrame)) continue;
    const called = caller === undefined ? name : `${caller} > ${name}`;
    calls.set(id, called);
    for (const child of children) above.set(child, called);
  }
  return calls;
}
