import type { Channel, ClipKind, Container } from '../../shared/clips.ts';
import type { ClipRow } from '../db/schema.ts';
import type { TriageRow } from '../db/schema-journeys.ts';

/** A clip that is wanted of a camera, with what triage knows of it. */
export type TriageClip = Pick<
  ClipRow,
  | 'id'
  | 'capture_id'
  | 'channel'
  | 'kind'
  | 'container'
  | 'state'
  | 'state_reason'
  | 'state_at'
  | 'started_at'
  | 'local_start'
  | 'remote_ended_local'
  | 'remote_changed_at'
> & { triage: Pick<TriageRow, 'outcome' | 'tries' | 'at' | 'next_at' | 'error'> | null };

/** A clip whose track is to be read. */
export interface TriageTarget {
  id: number;
  startedAt: number;
  /** No other clip goes on from it, or it goes on from none. */
  isFirst: boolean;
  isLast: boolean;
}

/** In `triage.error` of a clip without any record: its lens writes none, which is not the same as no fix. */
export const noRecords = 'it has no GPS records';

const minuteMs = 60_000;
const restMs = 2 * minuteMs;
/** A time-lapse of a parked car is written for half an hour. */
const parkingRestMs = 31 * minuteMs;
const backOffMs = [10_000, 30_000, 120_000, 600_000];
const maxTries = backOffMs.length + 1;
const longestWaitMs = 600_000;
const nominalMs = minuteMs;
const longestClipMs = 30 * minuteMs;
/** A pause this long between two clips is no seam of one recording. */
const seamMs = 20_000;

const channelOrder: Record<Channel, number> = { front: 0, rear: 1, interior: 2, tele: 3, other: 4 };
const containers: ReadonlySet<Container> = new Set(['mp4', 'mov', 'ts']);
/** So many streams without records, and no others are tried: megabytes of each are looked through in vain. */
const mostMuteStreams = 3;

/**
 * The clips whose tracks are to be read now, newest first, one of each capture: the front, and the other lenses only
 * where the front has no records at all and no other lens was found to have none either.
 */
export function triageTargets(
  clips: readonly TriageClip[],
  settled: ReadonlySet<number>,
  now: number,
): TriageTarget[] {
  const videos = clips.filter((clip) => containers.has(clip.container) && !settled.has(clip.capture_id));
  const captures = lensesOf(videos);
  const others = othersOf(captures);
  const ends = endsOf(clips);
  let trials = streamTrials(clips);
  const targets: (TriageTarget & { isOther: boolean; isStream: boolean })[] = [];
  for (const lenses of captures.values()) {
    const lens = lensToRead(lenses, others !== 'mute', now);
    if (!lens) continue;
    const { clip, isOther } = lens;
    const isStream = clip.container === 'ts';
    targets.push({ id: clip.id, startedAt: clip.started_at, isOther, isStream, ...ends(clip) });
  }
  targets.sort((a, b) => b.startedAt - a.startedAt || b.id - a.id);
  // One is enough to find out.
  const trial = others === 'unknown' ? targets.find((target) => target.isOther) : undefined;
  return targets
    .filter((target) => !target.isOther || others === 'speak' || target === trial)
    .filter((target) => !target.isStream || trials-- > 0)
    .map(({ id, startedAt, isFirst, isLast }) => ({ id, startedAt, isFirst, isLast }));
}

/** How many streams may be read before it is known whether this camera writes records into them. */
function streamTrials(clips: readonly TriageClip[]): number {
  const read = clips.filter(({ container, triage }) => container === 'ts' && triage !== null);
  return read.every(isMute) ? Math.max(0, mostMuteStreams - read.length) : Infinity;
}

function lensesOf(clips: readonly TriageClip[]): Map<number, TriageClip[]> {
  const captures = new Map<number, TriageClip[]>();
  for (const clip of clips) {
    const lenses = captures.get(clip.capture_id);
    if (lenses) lenses.push(clip);
    else captures.set(clip.capture_id, [clip]);
  }
  return captures;
}

function lensToRead(
  lenses: TriageClip[],
  mayTryOthers: boolean,
  now: number,
): { clip: TriageClip; isOther: boolean } | null {
  const [front, ...others] = lenses.toSorted((a, b) => channelOrder[a.channel] - channelOrder[b.channel]);
  if (!front) return null;
  if (!isOver(front)) return isRipe(front, now) ? { clip: front, isOther: false } : null;
  if (!isMute(front) || !mayTryOthers) return null;
  const clip = others.find((other) => !isOver(other) && isRipe(other, now));
  return clip ? { clip, isOther: true } : null;
}

/** Nothing more is to be read of it, unless it has changed on the card since. */
function isOver({ triage, remote_changed_at }: TriageClip): boolean {
  return triage !== null && triage.outcome !== 'unreadable' && (remote_changed_at ?? 0) <= triage.at;
}

const isMute = ({ triage }: TriageClip) => triage?.outcome === 'no_fix' && triage.error === noRecords;

/** What is known of the other lenses from captures whose front is mute: they have records, or are mute as well. */
function othersOf(captures: ReadonlyMap<number, TriageClip[]>): 'unknown' | 'mute' | 'speak' {
  const read = [...captures.values()].filter((lenses) => lenses.some(isMute)).flat();
  const others = read.filter((clip) => clip.channel !== 'front' && clip.triage !== null);
  if (others.length === 0) return 'unknown';
  return others.every(isMute) ? 'mute' : 'speak';
}

/** Whole for sure, as far as time tells, and its next try has come. */
function isRipe(clip: TriageClip, now: number): boolean {
  const isFree = clip.state === 'waiting' || clip.state === 'failed' || clip.state === 'held';
  if (!isFree || clip.state_reason === 'recording' || clip.state_reason === 'growing') return false;
  // A clock that is ahead tells nothing of how long it has been there.
  const since = clip.started_at > now ? clip.state_at : clip.started_at;
  if (now - since < restOf(clip.kind)) return false;
  const due = clip.triage?.next_at ?? 0;
  return due <= now || due > now + longestWaitMs;
}

const restOf = (kind: ClipKind) => (kind === 'parking' ? parkingRestMs : restMs);

/** Whether other clips of the car's drive come right before and after it. */
function endsOf(clips: readonly TriageClip[]): (clip: TriageClip) => { isFirst: boolean; isLast: boolean } {
  const ordered = [...new Map(clips.map((clip) => [clip.capture_id, clip])).values()].toSorted(
    (a, b) => a.started_at - b.started_at,
  );
  const places = new Map(ordered.map((clip, index) => [clip.capture_id, index]));
  const goesOn = (before: TriageClip | undefined, after: TriageClip | undefined) =>
    before !== undefined && after !== undefined && after.started_at - endOf(before) <= seamMs;
  return (clip) => {
    const place = places.get(clip.capture_id) ?? 0;
    const [before, here, after] = [ordered[place - 1], ordered[place], ordered[place + 1]];
    return { isFirst: !goesOn(before, here), isLast: !goesOn(here, after) };
  };
}

function endOf(clip: TriageClip): number {
  const length = Date.parse(`${clip.remote_ended_local}Z`) - Date.parse(`${clip.local_start}Z`);
  const isLikely = length > 0 && length <= longestClipMs;
  return clip.started_at + (isLikely ? length : nominalMs);
}

/** What a clip that could not be read comes to: tried again after 10 s to 10 min, then given up. */
export function afterUnreadable(
  triesBefore: number,
  now: number,
): Pick<TriageRow, 'outcome' | 'tries' | 'next_at'> {
  const tries = triesBefore + 1;
  if (tries >= maxTries) return { outcome: 'failed', tries, next_at: null };
  return { outcome: 'unreadable', tries, next_at: now + (backOffMs[tries - 1] ?? longestWaitMs) };
}
