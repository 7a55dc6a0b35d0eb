/** The tags of a clip as its row has them: JSON, in the order of the alphabet; null for none. */

/** The tags in a row's text. */
export function tagsIn(text: string | null): string[] {
  if (text === null) return [];
  const told: unknown = JSON.parse(text);
  return Array.isArray(told) ? told.filter((tag) => typeof tag === 'string') : [];
}

/** The text of a row; of two that differ in their case only, the first stays. */
export function tagsText(tags: readonly string[]): string | null {
  const own = new Map<string, string>();
  for (const tag of tags) if (!own.has(tag.toLowerCase())) own.set(tag.toLowerCase(), tag);
  if (own.size === 0) return null;
  const inOrder = [...own].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, tag]) => tag);
  return JSON.stringify(inOrder);
}
