import { InvalidArgumentError } from 'commander';
import type { Orderable } from '../sync/plan.ts';
import type { RunChoice } from '../sync/run-choice.ts';

/** What `--filter` can name: kinds of clips, and channels. */
const kindTests = {
  normal: (clip) => clip.kind === 'normal' && clip.container !== 'jpg',
  driving: (clip) => clip.kind === 'normal' && clip.container !== 'jpg',
  parking: (clip) => clip.kind === 'parking',
  event: (clip) => clip.kind === 'event',
  locked: (clip) => clip.locked,
  photo: (clip) => clip.container === 'jpg',
} satisfies Record<string, (clip: Orderable) => boolean>;
const channels = ['front', 'rear', 'interior', 'tele'] as const;

type KindWord = keyof typeof kindTests;
type ChannelWord = (typeof channels)[number];
export type FilterWord = KindWord | ChannelWord;
export type Priority = 'date' | 'rdate';

export const filterWords = [...channels, ...Object.keys(kindTests)] as FilterWord[];
export const priorities = ['date', 'rdate'] as const;

const isKind = (word: FilterWord): word is KindWord => word in kindTests;
const isWord = (word: string): word is FilterWord => filterWords.some((known) => known === word);

/** One more `--filter`, a word or several with commas between them; for commander. */
export function addFilter(text: string, before: FilterWord[] = []): FilterWord[] {
  const words = text
    .toLowerCase()
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
  const wrong = words.find((word) => !isWord(word));
  if (wrong !== undefined || words.length === 0)
    throw new InvalidArgumentError(`It can name ${filterWords.join(', ')}.`);
  return [...before, ...words.filter(isWord)];
}

const daysOf: Record<string, number> = { h: 1 / 24, d: 1, w: 7, m: 365.25 / 12, y: 365.25 };
const longestDays = 36_500;

/** `2w` is 14; `12h` 1; a bare number is days; for commander. */
export function parseKeep(text: string): number {
  const { number, unit } = /^(?<number>\d{1,6})\s*(?<unit>[hdwmy]?)$/i.exec(text.trim())?.groups ?? {};
  const days = Math.ceil(Number(number) * (daysOf[(unit ?? '').toLowerCase() || 'd'] ?? Number.NaN));
  if (days >= 1 && days <= longestDays) return days;
  throw new InvalidArgumentError(
    'Give a number of hours, days, weeks, months or years: 12h, 10d, 2w, 3m or 1y.',
  );
}

/**
 * A clip passes when it is of one of the kinds named (if any is) and of one of the channels named (if any is). In the
 * order of `priority`, `date` is the oldest first and `rdate` the newest.
 */
export function runChoice(filter: readonly FilterWord[], priority: Priority | null): RunChoice {
  const kinds = filter.filter(isKind);
  const named = new Set<string>(filter.filter((word) => !isKind(word)));
  return {
    passes: (clip) =>
      (kinds.length === 0 || kinds.some((kind) => kindTests[kind](clip))) &&
      (named.size === 0 || named.has(clip.channel)),
    compare: priority && byDate(priority === 'date' ? 1 : -1),
  };
}

const channelOrder: readonly string[] = [...channels, 'other'];
const placeOf = (clip: Orderable) => channelOrder.indexOf(clip.channel);

function byDate(direction: 1 | -1): (a: Orderable, b: Orderable) => number {
  return (a, b) => direction * (a.startedAt - b.startedAt) || placeOf(a) - placeOf(b) || a.id - b.id;
}
