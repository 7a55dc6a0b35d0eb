/** The parts of the storage page, as its address names them; `more` of the words where there is room. */
export const storageViews = [
  { name: 'disk', word: 'Disk and rules', more: '' },
  { name: 'trash', word: 'Trash', more: '' },
  { name: 'log', word: 'What went', more: ' and why' },
  { name: 'folders', word: 'Folders', more: '' },
] as const;

export type StorageViewName = (typeof storageViews)[number]['name'];

export interface StorageSearch {
  view?: StorageViewName;
  /** A part of a file's name, by which the log is filtered. */
  name?: string;
}

/** Reads `?view=` of an address; without one, or with one that is not known, it is the disk and the rules. */
export function storageSearch({ view, name }: Record<string, unknown>): StorageSearch {
  const found = storageViews.find((each) => each.name === view && each.name !== 'disk');
  if (!found) return {};
  return found.name === 'log' && typeof name === 'string' ? { view: found.name, name } : { view: found.name };
}
