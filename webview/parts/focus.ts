let wanted: string | undefined;

/** Moves the keyboard to an element once the next picture of the page stands. */
export function focusNext(selector: string): void {
  wanted = selector;
}

/** Called after each picture of the page. */
export function focusWanted(root: ParentNode): void {
  if (wanted === undefined) return;
  const element = root.querySelector(wanted);
  if (!(element instanceof HTMLElement)) return;
  wanted = undefined;
  element.focus();
  element.scrollIntoView({ block: 'nearest' });
}
