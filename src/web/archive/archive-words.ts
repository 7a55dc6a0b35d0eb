/** The sentences of the archive. */
import type { Capture, Clip, Day } from '../../shared/clips.ts';
import {
  countOf,
  formatCount,
  formatLength,
  formatLocalTime,
  joinWords,
  lowerFirst,
  sentence,
} from '../format.ts';
import { localStartOf } from '../local-start.ts';
import { channelWords, clipStateWords, type Tone } from '../words.ts';

export interface CountWords {
  text: string;
  tone: Tone;
}

/** What a day holds, most important first: `92 archived`, `2 still on the camera`, `1 lost`, `4 locked`. */
export function dayCounts(day: Day): CountWords[] {
  const counts: CountWords[] = [];
  if (day.archived > 0) counts.push({ text: `${formatCount(day.archived)} archived`, tone: 'quiet' });
  if (day.wanted > 0) counts.push({ text: `${formatCount(day.wanted)} still on the camera`, tone: 'accent' });
  if (day.lost > 0) counts.push({ text: `${formatCount(day.lost)} lost`, tone: 'red' });
  if (day.locked > 0) counts.push({ text: `${formatCount(day.locked)} locked`, tone: 'amber' });
  return counts.length > 0 ? counts : [{ text: 'Nothing in the archive', tone: 'quiet' }];
}

/** `07:22 to 18:10`, the starts of the first and the last recording. */
export function daySpan(day: Day): string {
  const first = formatLocalTime(day.firstLocalStart);
  const last = formatLocalTime(day.lastLocalStart);
  return first === last ? first : `${first} to ${last}`;
}

/** `48 recordings, 07:22 to 18:10` */
export function daySentence(day: Day): string {
  return `${countOf(day.captures, 'recording')}, ${daySpan(day)}`;
}

/** `09:12 to 09:40`, the starts of the first and the last of some captures; one time when there is one. */
export function unplacedSpan(captures: readonly Capture[]): string {
  const times = captures.map((capture) => formatLocalTime(localStartOf(capture)));
  const [first = ''] = times;
  const last = times.at(-1) ?? '';
  return first === last ? first : `${first} to ${last}`;
}

/** The length of a capture: that of its longest clip; null when none is known. */
export function captureLength(capture: Capture): string | null {
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
  return pauseMs >= gapMs
    ? `Nothing recorded for ${formatLength(Math.round(pauseMs / 60_000) * 60_000)}`
    : null;
}

/** `Kept`, or `Rear kept` where it is not all of a capture; null where nothing is. */
export function keptWords({ clips }: Pick<Capture, 'clips'>): string | null {
  const kept = clips.filter((clip) => clip.kept);
  if (kept.length === 0) return null;
  if (kept.length === clips.length) return 'Kept';
  return sentence(`${joinWords(kept.map((clip) => channelWords[clip.channel].toLowerCase()))} kept`);
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
    return { ...group, words: `${sentence(names)}: ${lowerFirst(group.words)}` };
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

/** `H.265 (HEVC), 3840 × 2160` */
export function pictureWords(clip: Pick<Clip, 'videoCodec' | 'width' | 'height'>): string | null {
  const codec = clip.videoCodec && (codecNames[clip.videoCodec.toLowerCase()] ?? clip.videoCodec);
  const size = clip.width && clip.height ? `${clip.width} × ${clip.height}` : null;
  return [codec, size].filter(Boolean).join(', ') || null;
}
