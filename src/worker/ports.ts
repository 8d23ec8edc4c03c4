import type { MessagePort, Worker } from 'node:worker_threads';
import type { AskPort } from '../ask';

/** A thread or a message port as a port for questions. */
export function portOf(end: Worker | MessagePort): AskPort {
  return {
    post: (message) => end.postMessage(message),
    listen: (receive) => {
      end.on('message', receive);
      return () => void end.off('message', receive);
    },
  };
}
