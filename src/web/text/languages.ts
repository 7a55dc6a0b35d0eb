/** The languages there are, by their own names. A further one is a column in every catalogue: the compiler names them. */
export const languages = { en: 'English', de: 'Deutsch' } as const;
export type Language = keyof typeof languages;

export const isLanguage = (value: unknown): value is Language =>
  typeof value === 'string' && Object.hasOwn(languages, value);

/** What was chosen on this device, else the first language of the reader that there is, else English. */
export function languageFor(chosen: string | null, wishes: readonly string[]): Language {
  if (isLanguage(chosen)) return chosen;
  return wishes.map(primaryOf).find(isLanguage) ?? 'en';
}

/** How numbers and dates are written: as where the reader is, in the language that is read (`de-AT` for `de`). */
export function localeFor(language: Language, wishes: readonly string[]): string {
  return wishes.find((wish) => primaryOf(wish) === language) ?? language;
}

const primaryOf = (tag: string) => tag.split('-')[0]?.toLowerCase() ?? '';
