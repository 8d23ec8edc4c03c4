import type { Answer, Asked, Asker } from '../src/ask';
import type { MapRequest, SlopeMap } from '../src/session/service';
import type { StoredAnswers } from '../src/storedAnswers';
import type { PageService } from './questions';
import { words } from './words/words';

/**
 * Answers the page's questions from what a report holds (`src/storedAnswers.ts`). A raster is given as it was stored,
 * with the lanes asked for, however many cells were asked; what the report does not hold is rejected in words.
 */
export function storedAsker(text: string): Asker<PageService> {
  const stored = storedAnswersOf(text);
  const byQuestion = new Map(stored.answers.map(({ name, request, answer }) => [key(name, request), answer]));
  return {
    call<K extends keyof PageService>(name: K, ...[request]: Asked<PageService, K>): Promise<Answer<PageService, K>> {
      const found = byQuestion.get(key(name, request));
      if (found === undefined && !byQuestion.has(key(name, request))) {
        return Promise.reject(new Error(words('This report does not hold that view.')));
      }
      const given = name === 'map' ? lanesAskedFor(found, request) : found;
      // The one cast: the report was written from the same interface, but a file carries no types.
      return Promise.resolve(given as Answer<PageService, K>);
    },
    close: () => undefined,
  };
}

/** The same question gives the same text, whatever the order of its keys; how many cells and lanes does not matter. */
function key(name: string, request: unknown): string {
  if (typeof request !== 'object' || request === null) return name;
  const parts = Object.entries(request)
    .filter(([part]) => name !== 'map' || (part !== 'cells' && part !== 'inputs'))
    .map(([part, value]) => `${part}=${JSON.stringify(value)}`);
  return [name, ...parts.sort()].join('&');
}

function lanesAskedFor(found: unknown, request: unknown): unknown {
  if (!isMap(found) || !isMapRequest(request)) return found;
  const lanes = request.inputs.flatMap((input) => found.lanes.filter((lane) => lane.input === input));
  return { ...found, lanes };
}

function isMap(value: unknown): value is SlopeMap {
  return typeof value === 'object' && value !== null && 'lanes' in value && 'starts' in value;
}

function isMapRequest(value: unknown): value is MapRequest {
  return typeof value === 'object' && value !== null && 'inputs' in value;
}

function storedAnswersOf(text: string): StoredAnswers {
  const value: unknown = JSON.parse(text, (_, part: unknown) => revived(part));
  return isStoredAnswers(value) ? value : { version: 1, answers: [] };
}

function isStoredAnswers(value: unknown): value is StoredAnswers {
  return typeof value === 'object' && value !== null && 'answers' in value && Array.isArray(value.answers);
}

const arrays = { Float32Array, Float64Array, Uint8Array, Uint16Array, Uint32Array, Int32Array };

function revived(part: unknown): unknown {
  if (typeof part !== 'object' || part === null || !('$' in part)) return part;
  if (part.$ === 'number' && 'value' in part) return Number(part.value);
  if (!('base64' in part) || typeof part.base64 !== 'string') return part;
  const bytes = Uint8Array.from(atob(part.base64), (letter) => letter.charCodeAt(0));
  for (const [name, type] of Object.entries(arrays)) if (name === part.$) return new type(bytes.buffer);
  return part;
}
