/** What the command palette offers for what is typed. Pure. */

export interface PaletteEntry {
  key: string;
  title: string;
  note?: string | undefined;
  /** Other words somebody may look for it by. */
  words?: string | undefined;
}

/** Of what is found by explanations alone, no more than these. */
const mostFound = 8;

const plain = (text: string) => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** Entries that have all typed words, those in whose title they stand first; all of them where nothing is typed. */
export function found<E extends PaletteEntry>(entries: readonly E[], typed: string): readonly E[] {
  const words = plain(typed).split(/\s+/).filter(Boolean);
  if (words.length === 0) return entries;
  const has = (text: string) => words.every((word) => text.includes(word));
  const byTitle = entries.filter((entry) => has(plain(entry.title)));
  const others = entries.filter(
    (entry) =>
      !byTitle.includes(entry) && has(plain([entry.title, entry.words ?? '', entry.note ?? ''].join(' '))),
  );
  return [...byTitle, ...others].slice(0, mostFound);
}
