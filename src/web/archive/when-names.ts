/** What months, weekdays and moments of the day are called: in English, in German, and in the reader's language. */

/** Without marks and capitals, for people type neither. */
export const plain = (text: string): string => text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase();

const tables = new Map<string, string[][]>();

function namesOf(part: 'month' | 'weekday', locale: string | undefined): string[][] {
  const key = `${part} ${locale ?? ''}`;
  const known = tables.get(key);
  if (known) return known;
  const count = part === 'month' ? 12 : 7;
  // 4 January 1970 was a Sunday.
  const at = (index: number) => (part === 'month' ? Date.UTC(2026, index, 1) : Date.UTC(1970, 0, 4 + index));
  const made = ['en', 'de', locale].flatMap((language) =>
    (['long', 'short'] as const).map((length) => {
      const format = new Intl.DateTimeFormat(language, { [part]: length, timeZone: 'UTC' });
      return Array.from({ length: count }, (_, index) => plain(format.format(at(index))).replace(/\.$/, ''));
    }),
  );
  tables.set(key, made);
  return made;
}

const aliases = new Map([
  ['maerz', 2],
  ['mrz', 2],
]);

/** 0 to 11 of `aug`, `August`, `Mär`; undefined for anything else. */
export function monthOf(word: string, locale?: string): number | undefined {
  return aliases.get(word) ?? indexIn(namesOf('month', locale), word);
}

/** 0 (Sunday) to 6 of `fri`, `Freitag`, `Fr`; undefined for anything else. */
export function weekdayOf(word: string, locale?: string): number | undefined {
  return indexIn(namesOf('weekday', locale), word);
}

/** The beginning of a name will do, from three letters on; shorter ones have to be the whole of a short name. */
function indexIn(tablesOfNames: readonly string[][], word: string): number | undefined {
  const bare = word.replace(/\.$/, '');
  for (const names of tablesOfNames) {
    const index = names.findIndex((name) => name === bare || (bare.length > 2 && name.startsWith(bare)));
    if (index >= 0) return index;
  }
  return undefined;
}

/** Days before today. */
export const daysAgoWords = new Map([
  ['today', 0],
  ['heute', 0],
  ['yesterday', 1],
  ['gestern', 1],
  ['vorgestern', 2],
]);

/** What part of a day is meant: somewhere in the middle of it. */
export const partsOfDay = new Map([
  ['morning', '08:00:00'],
  ['morgen', '08:00:00'],
  ['morgens', '08:00:00'],
  ['fruh', '08:00:00'],
  ['vormittag', '10:00:00'],
  ['noon', '12:00:00'],
  ['midday', '12:00:00'],
  ['mittag', '12:00:00'],
  ['mittags', '12:00:00'],
  ['afternoon', '15:00:00'],
  ['nachmittag', '15:00:00'],
  ['evening', '19:00:00'],
  ['abend', '19:00:00'],
  ['abends', '19:00:00'],
  ['night', '22:00:00'],
  ['nacht', '22:00:00'],
  ['nachts', '22:00:00'],
  ['midnight', '00:00:00'],
  ['mitternacht', '00:00:00'],
]);

/** The one before today, not today itself. */
export const lastWords = new Set([
  'last',
  'letzten',
  'letzter',
  'letzte',
  'letztem',
  'vorigen',
  'voriger',
  'vorige',
  'vergangenen',
]);
/** Words that say nothing that we would not know without them. */
export const fillers = new Set([
  'the',
  'of',
  'on',
  'in',
  'this',
  'from',
  'den',
  'der',
  'dem',
  'die',
  'am',
  'vom',
  'im',
  'diesen',
  'diesem',
  'dieser',
  'diese',
]);
/** After these a bare number is an hour. */
export const atWords = new Set(['at', 'um', '@', 'gegen', 'about', 'around', 'ca', 'ca.']);
/** Lengths of time, in days; months and years go by the calendar. */
export const unitWords = new Map<string, { days: number } | { months: number }>([
  ['day', { days: 1 }],
  ['days', { days: 1 }],
  ['tag', { days: 1 }],
  ['tage', { days: 1 }],
  ['tagen', { days: 1 }],
  ['week', { days: 7 }],
  ['weeks', { days: 7 }],
  ['woche', { days: 7 }],
  ['wochen', { days: 7 }],
  ['month', { months: 1 }],
  ['months', { months: 1 }],
  ['monat', { months: 1 }],
  ['monate', { months: 1 }],
  ['monaten', { months: 1 }],
  ['year', { months: 12 }],
  ['years', { months: 12 }],
  ['jahr', { months: 12 }],
  ['jahre', { months: 12 }],
  ['jahren', { months: 12 }],
]);
/** Small numbers as words. */
export const numberWords = new Map([
  ['a', 1],
  ['one', 1],
  ['ein', 1],
  ['einem', 1],
  ['einen', 1],
  ['einer', 1],
  ['two', 2],
  ['zwei', 2],
  ['three', 3],
  ['drei', 3],
]);
