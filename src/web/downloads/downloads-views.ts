/** The parts of the downloads page, as its address names them. */
export const downloadsViews = ['queue', 'days', 'visits'] as const;

export type DownloadsViewName = (typeof downloadsViews)[number];

/** Reads `?view=` of an address; without one, or with one that is not known, it is the queue. */
export function downloadsSearch(search: Record<string, unknown>): { view?: DownloadsViewName } {
  const found = downloadsViews.find((name) => name === search['view'] && name !== 'queue');
  return found ? { view: found } : {};
}
