/** The sentences of the archive. */
import { clipKinds, type Capture, type Clip, type ClipKind, type Day } from '../../shared/clips.ts';
import type { CalendarDay, DayShort } from '../../shared/find.ts';
import { formatCount, formatLength, formatLocalTime, joinWords, lowerFirst, sentence } from '../format.ts';
import { localStartOf } from '../local-start.ts';
import { healthWords } from '../media/health-words.ts';
import { isPhoto } from '../media/picture-words.ts';
import { formatDrive } from '../journey/journey-words.ts';
import { formatDistance, type DistanceUnits } from '../journey/units.ts';
import type { StripBar } from '../ui/time-strip-plan.ts';
import { channelWords, clipStateWords, type Tone } from '../words.ts';
import { t } from './texts.ts';

export interface CountWords {
  text: string;
  tone: Tone;
}

/** What a day holds, most important first: `92 archived`, `2 still on the camera`, `1 lost`, `4 locked`. */
export function dayCounts(day: Pick<Day, 'archived' | 'wanted' | 'lost' | 'locked'>): CountWords[] {
  const counts: CountWords[] = [];
  if (day.archived > 0) counts.push({ text: t('archivedCount', { count: day.archived }), tone: 'quiet' });
  if (day.wanted > 0) counts.push({ text: t('wantedCount', { count: day.wanted }), tone: 'accent' });
  if (day.lost > 0) counts.push({ text: t('lostCount', { count: day.lost }), tone: 'red' });
  if (day.locked > 0) counts.push({ text: t('locked', { count: day.locked }), tone: 'amber' });
  return counts.length > 0 ? counts : [{ text: t('nothingArchived'), tone: 'quiet' }];
}

/** `3 journeys, 1 h 52 min, 61 km` */
export function dayDrivenWords(
  { journeys, drivenMs, distanceM }: Pick<CalendarDay, 'journeys' | 'drivenMs' | 'distanceM'>,
  units: DistanceUnits,
): string {
  return [t('journeys', { count: journeys }), formatDrive(drivenMs), formatDistance(distanceM, units)].join(
    ', ',
  );
}

const kindTexts = {
  normal: 'kindNormal',
  parking: 'kindParking',
  event: 'kindEvent',
  unclassified: 'kindUnclassified',
} as const satisfies Record<ClipKind, string>;

/** `92 driving, 12 parking, 2 events`; of what there is none nothing is said. */
export function kindsWords(kinds: DayShort['kinds']): string {
  return clipKinds
    .filter((kind) => kinds[kind] > 0)
    .map((kind) => t(kindTexts[kind], { count: kinds[kind] }))
    .join(', ');
}

/** `07:22 to 18:10`, of a day in short. */
export const shortSpan = (short: DayShort): string => daySpan(short);

/** What a strip draws of a day in short. */
export const barsOfShort = ({ bars }: Pick<DayShort, 'bars'>): StripBar[] =>
  bars.map((bar, index) => ({ key: index, ...bar }));

/** `07:22 to 18:10`, the starts of the first and the last recording. */
export function daySpan(day: Pick<Day, 'firstLocalStart' | 'lastLocalStart'>): string {
  const first = formatLocalTime(day.firstLocalStart);
  const last = formatLocalTime(day.lastLocalStart);
  return first === last ? first : t('span', { first, last });
}

/** `48 recordings, 07:22 to 18:10` */
export function daySentence(day: Day): string {
  return t('recordingsAndSpan', {
    recordings: t('recordings', { count: day.captures }),
    span: daySpan(day),
  });
}

/** `09:12 to 09:40`, the starts of the first and the last of some captures; one time when there is one. */
export function unplacedSpan(captures: readonly Capture[]): string {
  const times = captures.map((capture) => formatLocalTime(localStartOf(capture)));
  const [first = ''] = times;
  const last = times.at(-1) ?? '';
  return first === last ? first : t('span', { first, last });
}

/** The length of a capture: that of its longest clip; null when none is known. A photo has none. */
export function captureLength(capture: Capture): string | null {
  if (capture.clips.length > 0 && capture.clips.every(isPhoto)) return t('photo');
  const lengthMs = Math.max(0, ...capture.clips.map((clip) => clip.durationMs ?? 0));
  return lengthMs > 0 ? formatLength(lengthMs) : null;
}

/** Bytes of a capture's clips, archived or not, as far as they are known. */
export function sizeOf(capture: Capture): number {
  return capture.clips.reduce((sum, clip) => sum + (clip.sizeBytes ?? clip.remoteSizeBytes ?? 0), 0);
}

const gapMs = 10 * 60_000;

/** `Nothing recorded for 3 h 50 min`, when the pause is worth a word; a parked car records only now and then. */
export function gapBefore(capture: Capture, previous: Capture): string | null {
  if (capture.kind === 'parking' && previous.kind === 'parking') return null;
  const lengthMs = Math.max(0, ...previous.clips.map((clip) => clip.durationMs ?? 0));
  const pauseMs = capture.startedAt - previous.startedAt - lengthMs;
  return pauseMs >= gapMs ? t('gap', { time: formatLength(Math.round(pauseMs / 60_000) * 60_000) }) : null;
}

/** `Kept`, or `Rear kept` where it is not all of a capture; null where nothing is. */
export function keptWords({ clips }: Pick<Capture, 'clips'>): string | null {
  const kept = clips.filter((clip) => clip.kept);
  if (kept.length === 0) return null;
  if (kept.length === clips.length) return t('kept');
  const names = joinWords(kept.map((clip) => channelWords[clip.channel].toLowerCase()));
  return t('keptOf', { channels: sentence(names) });
}

export interface ClipGroup {
  clips: [Clip, ...Clip[]];
  words: string;
}

/** The clips of a capture that are not archived, those of which the same is to be said together. */
export function missingGroups(capture: Capture, now: number): ClipGroup[] {
  const groups: ClipGroup[] = [];
  const isNamed = capture.clips.length > 1;
  for (const clip of capture.clips.filter((each) => each.state !== 'archived')) {
    const words = clipStateWords(clip, now);
    const same = groups.find((group) => group.words === words && clip.state !== 'transferring');
    if (same) same.clips.push(clip);
    else groups.push({ clips: [clip], words });
  }
  return groups.map((group) => {
    if (!isNamed || group.clips.length === capture.clips.length) return group;
    const names = joinWords(group.clips.map((clip) => channelWords[clip.channel].toLowerCase()));
    return {
      ...group,
      words: t('channelsAre', { channels: sentence(names), words: lowerFirst(group.words) }),
    };
  });
}

const codecNames: Record<string, string> = {
  h264: 'H.264',
  avc1: 'H.264',
  avc: 'H.264',
  hevc: 'H.265 (HEVC)',
  h265: 'H.265 (HEVC)',
  hvc1: 'H.265 (HEVC)',
  hev1: 'H.265 (HEVC)',
  mjpeg: 'Motion JPEG',
};

/** `H.265 (HEVC), 3840 × 2160, 30 frames a second` */
export function pictureWords(clip: Pick<Clip, 'videoCodec' | 'width' | 'height' | 'media'>): string | null {
  const codec = clip.videoCodec && (codecNames[clip.videoCodec.toLowerCase()] ?? clip.videoCodec);
  const size =
    clip.width && clip.height ? t('pictureSize', { width: clip.width, height: clip.height }) : null;
  const fps = clip.media?.fps;
  const rate = fps ? t('frameRate', { rate: formatCount(Math.round(fps * 100) / 100) }) : null;
  return [codec, size, rate].filter(Boolean).join(', ') || null;
}

const soundNames: Record<string, string> = { aac: 'AAC', mp4a: 'AAC', pcm: 'PCM', sowt: 'PCM', mp3: 'MP3' };

/** `AAC`; null where nobody has looked yet, or there is none. */
export function soundWords({ media }: Pick<Clip, 'media'>): string | null {
  const codec = media?.audioCodec ?? null;
  return codec && (soundNames[codec.toLowerCase()] ?? codec);
}

/** Whether the file is whole, as far as anybody has looked. */
export function conditionWords({ media }: Pick<Clip, 'media'>): string | null {
  if (!media || media.health === 'unknown') return null;
  const words = healthWords({ media });
  if (!words) return t('whole');
  return words.note ? `${words.text}. ${words.note}` : words.text;
}
