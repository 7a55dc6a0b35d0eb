/** The parts of the downloads page, as its address names them. */
export const downloadsViews = [
  { name: 'queue', word: 'Queue' },
  { name: 'days', word: 'Days' },
  { name: 'visits', word: 'Visits' },
] as const;

export type DownloadsViewName = (typeof downloadsViews)[number]['name'];

/** Reads `?view=` of an address; without one, or with one that is not known, it is the queue. */
export function downloadsSearch(search: Record<string, unknown>): { view?: DownloadsViewName } {
  const found = downloadsViews.find(({ name }) => name === search['view'] && name !== 'queue');
  return found ? { view: found.name } : {};
}
