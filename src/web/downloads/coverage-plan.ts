/** The coverage of days as parts of bars and words. */
import type { ChannelCoverage, DayCoverage } from '../../shared/queue.ts';
import { addDays, formatCount, formatDate, joinWords } from '../format.ts';
import { wordsOf } from '../text/text.ts';
import { channelWords, type Tone } from '../words.ts';
import type { en } from './texts.en.ts';
import { t } from './texts.ts';

export const coverageLooks = [
  'archived',
  'waiting',
  'held',
  'failed',
  'lost',
  'skipped',
  'gone',
  'neverRecorded',
] as const;
export type CoverageLook = (typeof coverageLooks)[number];

export interface CoveragePart {
  look: CoverageLook;
  clips: number;
}

/** What the colours and patterns mean, and how a number of such clips is told. */
export const lookWords = wordsOf<typeof en, CoverageLook>(t, {
  archived: 'lookArchived',
  waiting: 'lookWaiting',
  held: 'lookHeld',
  failed: 'lookFailed',
  lost: 'lookLost',
  skipped: 'lookSkipped',
  gone: 'lookGone',
  neverRecorded: 'lookNeverRecorded',
});

export const lookTones: Record<CoverageLook, Tone> = {
  archived: 'quiet',
  waiting: 'accent',
  held: 'amber',
  failed: 'red',
  lost: 'red',
  skipped: 'quiet',
  gone: 'quiet',
  neverRecorded: 'quiet',
};

/** The parts of one channel's bar, in the order they are drawn; empty ones are left out. */
export function coverageParts(channel: ChannelCoverage): CoveragePart[] {
  return coverageLooks.map((look) => ({ look, clips: channel[look] })).filter(({ clips }) => clips > 0);
}

/** `Front: 92 archived, 2 waiting and 1 lost` */
export function coverageLabel(channel: ChannelCoverage): string {
  const parts = coverageParts(channel).map(({ look, clips }) => countInLook(look, clips));
  const name = channelWords[channel.channel];
  if (parts.length === 0) return t('channelEmpty', { channel: name });
  return t('ofChannel', { channel: name, parts: joinWords(parts) });
}

/** `92 archived` */
function countInLook(look: CoverageLook, clips: number): string {
  return t('countInLook', { clips: formatCount(clips), look: lookWords[look] });
}

/** What a day lacks over its channels, worst first; that it is whole when it lacks nothing. */
export function dayMissing(day: DayCoverage): { text: string; tone: Tone }[] {
  const looks = ['lost', 'failed', 'held', 'waiting', 'skipped', 'gone'] as const;
  const missing = looks.flatMap((look) => {
    const clips = day.channels.reduce((sum, channel) => sum + channel[look], 0);
    return clips > 0 ? [{ text: countInLook(look, clips), tone: lookTones[look] }] : [];
  });
  if (missing.length > 0) return missing;
  const archived = day.channels.reduce((sum, channel) => sum + channel.archived, 0);
  return [{ text: t(archived > 0 ? 'allArchived' : 'nothingToFetch'), tone: 'quiet' }];
}

export interface CoverageWeek {
  /** Its Monday. */
  monday: string;
  title: string;
  days: DayCoverage[];
}

/** The days by their weeks, as they came; weeks begin on Monday. */
export function coverageWeeks(days: readonly DayCoverage[], today: string): CoverageWeek[] {
  const weeks: CoverageWeek[] = [];
  const thisWeek = mondayOf(today);
  for (const day of days) {
    const monday = mondayOf(day.day);
    const last = weeks.at(-1);
    if (last?.monday === monday) last.days.push(day);
    else weeks.push({ monday, title: weekTitle(monday, thisWeek), days: [day] });
  }
  return weeks;
}

function mondayOf(day: string): string {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return addDays(day, -((weekday + 6) % 7));
}

function weekTitle(monday: string, thisWeek: string): string {
  if (monday === thisWeek) return t('thisWeek');
  if (monday === addDays(thisWeek, -7)) return t('lastWeek');
  return t('weekOf', { day: formatDate(monday) });
}

/** `48 recordings` */
export function capturesWords(day: DayCoverage): string {
  return t('recordings', { count: day.captures });
}
