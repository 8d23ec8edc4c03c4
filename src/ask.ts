/**
 * Typed questions over any port: between the extension host and its thread, and between a page and the host.
 *
 * A service is an interface of async methods with one argument at most. `answer` serves it, `ask` gives a proxy of it.
 * Each call carries an id; an AbortSignal is sent after it as a cancellation; replies are `{ id, ok }` or
 * `{ id, error }`. Closing rejects everything that waits: every question gets an answer or a rejection.
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

/** A service as its asking side sees it. */
export type Asking<S> = {
  readonly [K in keyof S]: S[K] extends (request: infer R) => Promise<infer A>
    ? unknown extends R
      ? (request?: undefined, options?: AskOptions) => Promise<A>
      : (request: R, options?: AskOptions) => Promise<A>
    : never;
};
