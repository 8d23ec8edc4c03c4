import { svg } from 'lit';
import type { TemplateResult } from 'lit';

const drawings = {
  error: svg`<circle cx="8" cy="8" r="6"></circle><path d="M5.8 5.8l4.4 4.4M10.2 5.8l-4.4 4.4"></path>`,
  warning: svg`<path d="M8 2.2L14 13.2H2z"></path><path d="M8 6.4v3.4M8 11.4v.1"></path>`,
  info: svg`<circle cx="8" cy="8" r="6"></circle><path d="M8 7.4v3.6M8 5.1v.1"></path>`,
  pass: svg`<circle cx="8" cy="8" r="6"></circle><path d="M5.2 8.2l2 2 3.8-4.2"></path>`,
  back: svg`<path d="M9.5 4.5L6 8l3.5 3.5"></path>`,
  next: svg`<path d="M6.5 4.5L10 8l-3.5 3.5"></path>`,
  down: svg`<path d="M4.5 6.5L8 10l3.5-3.5"></path>`,
  close: svg`<path d="M4.5 4.5l7 7M11.5 4.5l-7 7"></path>`,
  table: svg`<path d="M2.5 3.5h11v9h-11zM2.5 6.5h11M6.2 6.5v6M9.8 6.5v6"></path>`,
  model: svg`<circle cx="3.5" cy="4.5" r="1.5"></circle><circle cx="3.5" cy="11.5" r="1.5"></circle><circle cx="12.5" cy="8" r="1.5"></circle><path d="M4.9 5.1l6.2 2.4M4.9 10.9l6.2-2.4"></path>`,
  search: svg`<circle cx="7" cy="7" r="4"></circle><path d="M10 10l3.5 3.5"></path>`,
  more: svg`<path d="M3.8 8h.1M8 8h.1M12.2 8h.1"></path>`,
  copy: svg`<path d="M5.5 5.5h7v8h-7z"></path><path d="M3.5 10.5v-8h7"></path>`,
  bulb: svg`<path d="M6 11.5c-2.8-2.8-1.7-8.5 2-8.5s4.8 5.7 2 8.5zM6.5 13.5h3"></path>`,
};

/** Names of the drawings. */
type IconName = keyof typeof drawings;

/** A 16 px drawing beside a text that says the same, so it is hidden from screen readers. */
export function icon(name: IconName): TemplateResult {
  const kind = name === 'error' || name === 'warning' || name === 'info' || name === 'pass' ? name : '';
  return svg`<svg class="icon ${kind}" viewBox="0 0 16 16" aria-hidden="true">${drawings[name]}</svg>`;
}
