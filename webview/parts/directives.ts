import { noChange } from 'lit';
import { AsyncDirective } from 'lit/async-directive.js';
import { Directive, directive } from 'lit/directive.js';
import { setCommittedValue } from 'lit/directive-helpers.js';
import type { ElementPart, PropertyPart } from 'lit/directive.js';
import { keepPainting } from './painting';
import type { Paint } from './painting';

/** Sets CSS properties through CSSOM, as the page's policy forbids style attributes: `${css({ '--at': '12px' })}`. */
export const css = directive(
  class extends Directive {
    #before: Readonly<Record<string, string>> = {};

    override render: (values: Readonly<Record<string, string>>) => typeof noChange = () => noChange;

    override update(part: ElementPart, [values]: [Readonly<Record<string, string>>]): typeof noChange {
      if (!(part.element instanceof HTMLElement)) return noChange;
      for (const [name, value] of Object.entries(values)) {
        if (this.#before[name] !== value) part.element.style.setProperty(name, value);
      }
      this.#before = values;
      return noChange;
    }
  },
);

/**
 * Keeps a text field at a value like lit's `live`, except while somebody is in it: an answer that arrives meanwhile must
 * not take away what is being typed.
 */
export const fieldValue = directive(
  class extends Directive {
    override render: (value: string) => unknown = (value) => value;

    override update(part: PropertyPart, [value]: [string]): unknown {
      const { element } = part;
      if (element === document.activeElement) return noChange;
      if (element instanceof HTMLInputElement && element.value === value) return noChange;
      setCommittedValue(part);
      return value;
    }
  },
);

const toPaint = new Map<HTMLCanvasElement, Paint>();

/** Draws on the canvas it stands on, before the next frame, when one of `depends` is another value than before. */
export const painted = directive(
  class extends Directive {
    #depends: readonly unknown[] | undefined;

    override render: (depends: readonly unknown[], paint: Paint) => typeof noChange = () => noChange;

    override update(part: ElementPart, [depends, paint]: [readonly unknown[], Paint]): typeof noChange {
      const before = this.#depends;
      if (before?.length === depends.length && depends.every((value, index) => Object.is(value, before[index])))
        return noChange;
      this.#depends = depends;
      if (!(part.element instanceof HTMLCanvasElement)) return noChange;
      keepPainting(part.element, paint);
      toPaint.set(part.element, paint);
      return noChange;
    }
  },
);

/** Draws what `painted` found to be drawn; called after each picture of the page. */
export function paintCanvases(): void {
  for (const [canvas, paint] of toPaint) paint(canvas);
  toPaint.clear();
}

/** Calls back with the element's width whenever it changes, and once at first. */
export const sized = directive(
  class extends AsyncDirective {
    #observer: ResizeObserver | undefined;
    #element: Element | undefined;

    override render: (resized: (width: number, height: number) => void) => typeof noChange = () => noChange;

    override update(part: ElementPart, [resized]: [(width: number, height: number) => void]): typeof noChange {
      if (this.#observer) return noChange;
      this.#element = part.element;
      this.#observer = new ResizeObserver(([entry]) => {
        if (entry) resized(entry.contentRect.width, entry.contentRect.height);
      });
      this.#observer.observe(part.element);
      return noChange;
    }

    protected override disconnected(): void {
      this.#observer?.disconnect();
    }

    protected override reconnected(): void {
      if (this.#element) this.#observer?.observe(this.#element);
    }
  },
);
