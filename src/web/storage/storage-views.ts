/** The parts of the storage page, as its address names them. */
export const storageViews = ['disk', 'trash', 'log', 'folders'] as const;

export type StorageViewName = (typeof storageViews)[number];

export interface StorageSearch {
  view?: StorageViewName;
  /** A part of a file's name, by which the log is filtered. */
  name?: string;
}

/** Reads `?view=` of an address; without one, or with one that is not known, it is the disk and the rules. */
export function storageSearch({ view, name }: Record<string, unknown>): StorageSearch {
  const found = storageViews.find((each) => each === view && each !== 'disk');
  if (!found) return {};
  return found === 'log' && typeof name === 'string' ? { view: found, name } : { view: found };
}
