export interface SettingsSearch {
  /** Words that are searched for. */
  q?: string;
}

/** Reads `?q=` of an address. */
export function settingsSearch({ q: typed }: Record<string, unknown>): SettingsSearch {
  // An address holds numbers as numbers.
  const q = typeof typed === 'number' ? String(typed) : typed;
  return typeof q === 'string' && q !== '' && q.length <= 100 ? { q } : {};
}
