import { createInstance } from 'i18next';
import { languageFor, localeFor, type Language } from './languages.ts';

/** Texts by key, in plain words; `{{name}}` is put in, `_one` and `_other` are chosen by `count`. */
export type Texts = Readonly<Record<string, string>>;
type Ending = 'zero' | 'one' | 'two' | 'few' | 'many' | 'other';
type Asked<K extends string> = K extends `${infer Base}_${Ending}` ? Base : K;
export type TextKey<C extends Texts> = Asked<keyof C & string>;
/** The same texts in another language; it may have more forms of number than English. */
export type Translation<C extends Texts> = { readonly [K in keyof C]: string };
type Values = Readonly<Record<string, string | number>>;

export interface Catalogue<C extends Texts> {
  /** The text of a key in the reader's language, with values put in; `count` chooses its form and is `{{count, number}}`. */
  (key: TextKey<C>, values?: Values): string;
  readonly area: string;
}

const wishes = typeof navigator === 'undefined' ? [] : (navigator.languages ?? []);
const storageKey = 'viofosync.language';

/** The reader's language; it changes only with a new page. */
export const language: Language = languageFor(chosenLanguage(), wishes);
/** For `Intl`; undefined outside of a browser. */
export const locale: string | undefined = wishes.length > 0 ? localeFor(language, wishes) : undefined;

export const texts = createInstance({
  lng: language,
  fallbackLng: 'en',
  initAsync: false,
  resources: {},
  ns: [],
  defaultNS: false,
  keySeparator: false,
  nsSeparator: false,
  interpolation: { escapeValue: false },
  returnNull: false,
});
void texts.init();

const loading = new Set<Promise<void>>();

/**
 * The texts of one area of the app (a folder), in English and by how the others are fetched. Called once, at the top of
 * the area's `text.ts`; what it answers is called wherever a text is needed.
 */
export function catalogue<const C extends Texts>(
  area: string,
  en: C,
  others: { readonly [L in Exclude<Language, 'en'>]: () => Promise<Translation<C>> },
): Catalogue<C> {
  texts.addResourceBundle('en', area, en);
  if (language !== 'en') fetchTexts(area, others[language]);
  const say = (key: TextKey<C>, values: Values = {}) => texts.t(key, { ns: area, ...values });
  return Object.assign(say, { area });
}

function fetchTexts(area: string, fetch: () => Promise<Texts>): void {
  const fetched = fetch()
    .then((words) => void texts.addResourceBundle(language, area, words))
    // Without them the page speaks English, as with any text that is missing.
    .catch(() => undefined)
    .finally(() => loading.delete(fetched));
  loading.add(fetched);
}

/** Resolves when the texts of all areas that have been loaded so far are there. */
export async function textsReady(): Promise<void> {
  await Promise.all(loading);
}

/** Remembers the language on this device and shows the page in it. Null: by the browser's wishes. */
export function chooseLanguage(chosen: Language | null): void {
  try {
    if (chosen === null) localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, chosen);
  } catch {
    // A browser without storage goes by its wishes.
  }
  location.reload();
}

/** What was chosen on this device, if anything. */
export function chosenLanguage(): string | null {
  try {
    return typeof localStorage === 'undefined' ? null : localStorage.getItem(storageKey);
  } catch {
    return null;
  }
}

/** Words by kind, each looked up when it is read: `wordsOf(t, { front: 'channelFront' }).front`. */
export function wordsOf<C extends Texts, K extends string>(
  say: Catalogue<C>,
  keys: Readonly<Record<K, TextKey<C>>>,
): Readonly<Record<K, string>> {
  const words = {} as Record<K, string>;
  for (const [kind, key] of Object.entries<TextKey<C>>(keys))
    Object.defineProperty(words, kind, { enumerable: true, get: () => say(key) });
  return words;
}
