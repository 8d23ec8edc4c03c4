/** The tabs of the page in their order; their pictures are registered in `tabs.ts`. */
export const tabNames = ['slopes', 'rules'] as const;

/** The name of a tab, as it is remembered. */
export type TabName = (typeof tabNames)[number];

/** Whether a tab is there to be opened: links to tabs that are not are not shown. */
export function hasTab(name: string): boolean {
  return tabNames.some((known) => known === name);
}
