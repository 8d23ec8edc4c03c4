/**
 * Typed questions over any port: between the extension host and its thread, and between a page and the host.
 *
 * A service is an interface of async methods with one argument at most. `answer` serves it, `ask` puts questions to it.
 * Each question carries an id; an AbortSignal is sent after it as a cancellation; replies are `{ reply, answer }` or
 * `{ reply, error }`. Closing rejects everything that waits: every question gets an answer or a rejection.
 */
export interface AskPort {
  post(message: unknown): void;
  /** Calls back for each message; gives a function that stops it. */
  listen(receive: (message: unknown) => void): () => void;
}

/** What the answering side may do beside answering: report progress, learn of cancellation. */
export interface Call {
  readonly signal: AbortSignal;
  progress(report: Progress): void;
}

/** How far a long answer is. */
export interface Progress {
  /** What is being done, in the user's words: `Slopes`, `Reading activities.csv`. */
  readonly task: string;
  readonly done: number;
  readonly of: number;
}

/** What the asking side may give along. */
export interface AskOptions {
  readonly signal?: AbortSignal;
  readonly onProgress?: (report: Progress) => void;
}

/** A service as its answering side writes it. */
export type Answering<S> = {
  readonly [K in keyof S]: S[K] extends (request: infer R) => Promise<infer A>
    ? (request: R, call: Call) => Promise<A> | A
    : never;
};

/** What the answer to one question is. */
export type Answer<S, K extends keyof S> = S[K] extends (request: never) => Promise<infer A> ? A : never;

/** What is said along with one question: its request where it has one, then the options. */
export type Asked<S, K extends keyof S> = S[K] extends (request: infer R) => Promise<unknown>
  ? unknown extends R
    ? [request?: undefined, options?: AskOptions]
    : [request: R, options?: AskOptions]
  : never;

/** A service as its asking side sees it. */
export interface Asker<S> {
  call<K extends keyof S & string>(name: K, ...asked: Asked<S, K>): Promise<Answer<S, K>>;
  /** Rejects everything that waits and everything asked later, with this reason. */
  close(reason?: string): void;
}

type Reply =
  | { readonly reply: number; readonly answer: unknown }
  | { readonly reply: number; readonly error: { readonly name: string; readonly message: string } };

type Message =
  | { readonly ask: number; readonly name: string; readonly request: unknown }
  | { readonly cancel: number }
  | { readonly progress: number; readonly report: Progress }
  | Reply;

interface Waiting {
  readonly settle: (reply: Reply) => void;
  readonly reject: (reason: Error) => void;
  readonly onProgress: ((report: Progress) => void) | undefined;
}

/** Answers the questions that come through a port; gives a function that stops it and aborts what is under way. */
export function answer<S>(port: AskPort, service: Answering<S>): () => void {
  const running = new Map<number, AbortController>();
  const stop = port.listen((message) => {
    if (isMessage(message, 'cancel')) running.get(message.cancel)?.abort();
    if (!isMessage(message, 'ask')) return;
    const { ask: id, name, request } = message;
    const controller = new AbortController();
    running.set(id, controller);
    const call: Call = {
      signal: controller.signal,
      progress: (report) => {
        if (running.has(id)) port.post({ progress: id, report } satisfies Message);
      },
    };
    void answerOne(service, name, request, call)
      .then((given) => port.post({ reply: id, answer: given } satisfies Message))
      .catch((error: unknown) => port.post({ reply: id, error: described(error) } satisfies Message))
      .catch(() => undefined) // The port has gone: nobody waits there.
      .finally(() => running.delete(id));
  });
  return () => {
    stop();
    for (const controller of running.values()) controller.abort();
    running.clear();
  };
}

/** Puts questions through a port to the service that answers on its other side. */
export function ask<S>(port: AskPort): Asker<S> {
  const waiting = new Map<number, Waiting>();
  let last = 0;
  let closed: string | undefined;
  const stop = port.listen((message) => {
    if (isMessage(message, 'progress')) waiting.get(message.progress)?.onProgress?.(message.report);
    if (!isMessage(message, 'reply')) return;
    waiting.get(message.reply)?.settle(message);
    waiting.delete(message.reply);
  });
  return {
    call<K extends keyof S & string>(name: K, ...[request, options]: Asked<S, K>): Promise<Answer<S, K>> {
      return new Promise((resolve, reject) => {
        if (closed !== undefined || options?.signal?.aborted) {
          reject(closed === undefined ? aborted() : new Error(closed));
          return;
        }
        const id = ++last;
        const cancel = (): void => {
          if (!waiting.delete(id)) return;
          port.post({ cancel: id } satisfies Message);
          reject(aborted());
        };
        options?.signal?.addEventListener('abort', cancel, { once: true });
        const settle: Waiting['settle'] = (reply) => {
          options?.signal?.removeEventListener('abort', cancel);
          if ('error' in reply) reject(revived(reply.error));
          // The one cast: the other side answers the same interface, but a port carries no types.
          else resolve(reply.answer as Answer<S, K>);
        };
        waiting.set(id, { settle, reject, onProgress: options?.onProgress });
        try {
          port.post({ ask: id, name, request } satisfies Message);
        } catch (error) {
          waiting.delete(id);
          reject(revived(described(error)));
        }
      });
    },
    close(reason = 'The other side has been closed.') {
      closed ??= reason;
      stop();
      for (const { reject } of waiting.values()) reject(new Error(closed));
      waiting.clear();
    },
  };
}

/** Only the service's own methods can be asked, whatever name comes through the port. */
async function answerOne(service: unknown, name: string, request: unknown, call: Call): Promise<unknown> {
  const known = typeof service === 'object' && service !== null && !(name in Object.prototype) && name in service;
  const method: unknown = known ? Reflect.get(service, name) : undefined;
  if (typeof method !== 'function') throw new TypeError(`There is no question called ${name}.`);
  const answered: unknown = await Reflect.apply(method, service, [request, call]);
  return answered;
}

function isMessage<K extends 'ask' | 'cancel' | 'progress' | 'reply'>(
  message: unknown,
  key: K,
): message is Extract<Message, Readonly<Record<K, number>>> {
  return typeof message === 'object' && message !== null && typeof Reflect.get(message, key) === 'number';
}

function described(error: unknown): { name: string; message: string } {
  return error instanceof Error
    ? { name: error.name, message: error.message }
    : { name: 'Error', message: String(error) };
}

function revived({ name, message }: { readonly name: string; readonly message: string }): Error {
  return Object.assign(new Error(message), { name });
}

function aborted(): Error {
  return Object.assign(new Error('Cancelled.'), { name: 'AbortError' });
}
