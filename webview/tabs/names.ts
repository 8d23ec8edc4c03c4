/** The tabs of the page in their order; their pictures are registered in `tabs.ts`. */
const tabNames: readonly string[] = ['slopes', 'rules'];

/** Whether a tab is there to be opened: links to tabs that are not are not shown. */
export function hasTab(name: string): boolean {
  return tabNames.includes(name);
}
