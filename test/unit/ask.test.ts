import { MessageChannel } from 'node:worker_threads';
import type { MessagePort } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { answer, ask } from '../../src/ask';
import type { Answering, AskPort, Asker, Progress } from '../../src/ask';

interface Calculator {
  double(request: { readonly numbers: Float64Array }): Promise<Float64Array>;
  version(): Promise<string>;
  refuse(request: string): Promise<never>;
  count(request: { readonly to: number }): Promise<number>;
  untilCancelled(): Promise<string>;
  unpostable(): Promise<unknown>;
}

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

function portOf(port: MessagePort): AskPort {
  return {
    post: (message) => {
      port.postMessage(message);
    },
    listen: (receive) => {
      port.on('message', receive);
      return () => port.off('message', receive);
    },
  };
}

let seenSignal: AbortSignal | undefined;
const calculator: Answering<Calculator> = {
  double: ({ numbers }) => numbers.map((number) => 2 * number),
  version: () => '1',
  refuse: (request) => Promise.reject(new RangeError(`Not ${request}.`)),
  count: ({ to }, call) => {
    for (let done = 1; done <= to; done++) call.progress({ task: 'Counting', done, of: to });
    return to;
  },
  untilCancelled: (_, { signal }) => {
    seenSignal = signal;
    return new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        resolve('cancelled');
      });
    });
  },
  unpostable: () => () => 1,
};

function connected(): { asker: Asker<Calculator>; stop: () => void; far: MessagePort; near: MessagePort } {
  const { port1, port2 } = new MessageChannel();
  const stop = answer<Calculator>(portOf(port1), calculator);
  const asker = ask<Calculator>(portOf(port2));
  open.push(() => {
    port1.close();
    port2.close();
  });
  return { asker, stop, far: port1, near: port2 };
}

describe('questions over a port', () => {
  it('are answered, typed arrays as they are', async () => {
    const { asker } = connected();
    expect(await asker.call('double', { numbers: new Float64Array([1, -2.5]) })).toEqual(new Float64Array([2, -5]));
    expect(await asker.call('version')).toBe('1');
  });

  it('answered out of order reach their own askers', async () => {
    const { asker } = connected();
    const stop = new AbortController();
    const slow = asker.call('untilCancelled', undefined, { signal: stop.signal });
    expect(await asker.call('version')).toBe('1');
    stop.abort();
    await expect(slow).rejects.toMatchObject({ name: 'AbortError' });
  });

  it('reject with the name and the message of what went wrong there', async () => {
    const { asker } = connected();
    await expect(asker.call('refuse', 'today')).rejects.toMatchObject({ name: 'RangeError', message: 'Not today.' });
  });

  it('reject when the answer cannot be sent', async () => {
    const { asker } = connected();
    await expect(asker.call('unpostable')).rejects.toMatchObject({ name: 'DataCloneError' });
  });

  it('reject when nobody knows the question, were it a method every object has', async () => {
    const { port1, port2 } = new MessageChannel();
    open.push(() => {
      port1.close();
      port2.close();
    });
    answer<Calculator>(portOf(port1), calculator);
    const asker = ask<{ toString(): Promise<string>; absent(): Promise<string> }>(portOf(port2));
    await expect(asker.call('absent')).rejects.toThrow('There is no question called absent.');
    await expect(asker.call('toString')).rejects.toThrow('There is no question called toString.');
  });

  it('report progress before the answer', async () => {
    const { asker } = connected();
    const reports: Progress[] = [];
    expect(await asker.call('count', { to: 3 }, { onProgress: (report) => reports.push(report) })).toBe(3);
    expect(reports.map((report) => report.done)).toEqual([1, 2, 3]);
  });

  it('carry a cancellation across, and are not even asked when cancelled before', async () => {
    const { asker } = connected();
    const controller = new AbortController();
    const waiting = asker.call('untilCancelled', undefined, { signal: controller.signal });
    await asker.call('version');
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
    await asker.call('version');
    expect(seenSignal?.aborted).toBe(true);
    await expect(asker.call('version', undefined, { signal: controller.signal })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  it('that wait are rejected when the asking side closes, later ones too', async () => {
    const { asker } = connected();
    const waiting = asker.call('untilCancelled');
    asker.close('The thread has ended.');
    await expect(waiting).rejects.toThrow('The thread has ended.');
    await expect(asker.call('version')).rejects.toThrow('The thread has ended.');
  });

  it('under way are aborted when the answering side stops', async () => {
    const { asker, stop } = connected();
    const waiting = asker.call('untilCancelled');
    await asker.call('version');
    stop();
    expect(seenSignal?.aborted).toBe(true);
    asker.close();
    await expect(waiting).rejects.toThrow('The other side has been closed.');
  });

  it('pass by messages that are none of theirs', async () => {
    const { asker, far, near } = connected();
    for (const message of [null, 'hello', 7, { notice: {} }, { reply: 'x' }, { reply: 999, answer: 1 }]) {
      far.postMessage(message);
      near.postMessage(message);
    }
    expect(await asker.call('version')).toBe('1');
  });
});
