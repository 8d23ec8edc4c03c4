import { svg } from 'lit';
import type { Drawn } from './controls';

/** A text of a drawing in the room of so many letters; all of it stands in the tip of what is cut. */
export function shortened(text: string, letters: number): Drawn {
  const all = Array.from(text);
  if (all.length <= letters) return svg`${text}`;
  return svg`${all.slice(0, Math.max(1, letters - 1)).join('')}…<title>${text}</title>`;
}
