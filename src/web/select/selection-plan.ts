/** What is chosen in the archive, and what can be done with it. Pure. */
import type { Capture, ClipState } from '../../shared/clips.ts';
import type { ChosenCapture, ChosenClip } from '../../shared/select.ts';
import { localStartOf } from '../local-start.ts';

/** By the id of the recording. */
export type Chosen = ReadonlyMap<number, ChosenCapture>;

/** Where somebody began to choose: a recording, or a whole day. */
export interface Anchor {
  day: string;
  /** When the recording began; null: of a day. */
  at: number | null;
}

/** A stretch of recordings to ask the server for. */
export interface Stretch {
  fromDay: string;
  toDay: string;
  from?: number;
  to?: number;
}

/** The local day of a recording, where it was. */
export const dayOf = (capture: Capture): string => localStartOf(capture).slice(0, 10);

/** A recording that is in view, in short. */
export function chosenOf(capture: Capture): ChosenCapture {
  return {
    id: capture.id,
    cameraId: capture.cameraId,
    day: dayOf(capture),
    startedAt: capture.startedAt,
    clips: capture.clips.map((clip) => ({
      id: clip.id,
      state: clip.state,
      container: clip.container,
      kept: clip.kept,
      locked: clip.locked,
      bytes: clip.state === 'archived' ? clip.sizeBytes : null,
      durationMs: clip.durationMs,
      ...(clip.note !== undefined && { note: clip.note }),
      ...(clip.tags !== undefined && { tags: clip.tags }),
    })),
  };
}

/** The same with some more, or without them. */
export function withCaptures(chosen: Chosen, captures: readonly ChosenCapture[], isOn: boolean): Chosen {
  const next = new Map(chosen);
  for (const capture of captures)
    if (isOn) next.set(capture.id, capture);
    else next.delete(capture.id);
  return next;
}

/** All that lies between two ends, whichever comes first: both of them are in it. */
export function stretchBetween(one: Anchor, other: Anchor): Stretch {
  const [first, last] = isBefore(one, other) ? [one, other] : [other, one];
  return {
    fromDay: first.day,
    toDay: last.day,
    ...(first.at !== null && { from: first.at }),
    ...(last.at !== null && { to: last.at }),
  };
}

/** By days first: a day begins with all of its recordings. */
function isBefore(one: Anchor, other: Anchor): boolean {
  if (one.day !== other.day) return one.day < other.day;
  if (one.at === null || other.at === null) return true;
  return one.at <= other.at;
}

/** Of a day with a recording of itself there is the whole day. */
export function stretchOf(one: Anchor, other: Anchor): Stretch {
  if (one.day === other.day && (one.at === null || other.at === null))
    return { fromDay: one.day, toDay: one.day };
  return stretchBetween(one, other);
}

/** Ids of all clips that are chosen. */
export const clipIdsOf = (chosen: Chosen): number[] =>
  [...chosen.values()].flatMap(({ clips }) => clips.map(({ id }) => id));

/**
 * What is chosen after a new look at it: as it is now, without what is no more. A recording of which not all clips were
 * chosen, for a filter left some out, stays so.
 */
export function afterLook(
  chosen: Chosen,
  asked: ReadonlySet<number>,
  found: readonly ChosenCapture[],
): Chosen {
  const now = new Map(found.map((capture) => [capture.id, capture]));
  const next = new Map<number, ChosenCapture>();
  for (const [id, capture] of chosen) {
    const seen = now.get(id);
    const wasAsked = capture.clips.some((clip) => asked.has(clip.id));
    // Chosen since it was asked.
    if (!wasAsked) next.set(id, capture);
    else if (seen) next.set(id, seen);
  }
  // One that was joined with another recording is chosen by its new one.
  for (const capture of found)
    if (!next.has(capture.id) && hasAsked(capture, asked, chosen)) next.set(capture.id, capture);
  return next;
}

const hasAsked = ({ clips }: ChosenCapture, asked: ReadonlySet<number>, chosen: Chosen): boolean => {
  const stillChosen = new Set(clipIdsOf(chosen));
  return clips.some(({ id }) => asked.has(id) && stillChosen.has(id));
};

export type Share = 'none' | 'some' | 'all';

/** How much of a day, or of another group, is chosen. */
export function shareOf(count: number, total: number): Share {
  if (count === 0) return 'none';
  return count >= total ? 'all' : 'some';
}

export interface Summary {
  recordings: number;
  clips: number;
  days: number;
  /** In the archive. */
  bytes: number;
  /** Of the recordings, each by its longest clip. */
  lengthMs: number;
  archived: ChosenClip[];
  /** Of these. */
  isAnyKept: boolean;
  areAllKept: boolean;
  /** Clips that are not here, and could be fetched, or left on the card. */
  fetchable: number[];
  skippable: number[];
}

const fetchable: ReadonlySet<ClipState> = new Set(['waiting', 'held', 'failed', 'skipped', 'listed']);
const skippable: ReadonlySet<ClipState> = new Set(['waiting', 'held', 'failed', 'listed', 'transferring']);

export function summaryOf(chosen: Chosen): Summary {
  const captures = [...chosen.values()];
  const clips = captures.flatMap((capture) => capture.clips);
  const archived = clips.filter(({ state }) => state === 'archived');
  const idsIn = (states: ReadonlySet<ClipState>) =>
    clips.flatMap(({ id, state }) => (states.has(state) ? [id] : []));
  return {
    recordings: captures.length,
    clips: clips.length,
    days: new Set(captures.map(({ day }) => day)).size,
    bytes: archived.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0),
    lengthMs: captures.reduce((sum, capture) => sum + lengthOf(capture), 0),
    archived,
    isAnyKept: archived.some(({ kept }) => kept),
    areAllKept: archived.length > 0 && archived.every(({ kept }) => kept),
    fetchable: idsIn(fetchable),
    skippable: idsIn(skippable),
  };
}

const lengthOf = ({ clips }: ChosenCapture): number =>
  clips.reduce((longest, { durationMs }) => Math.max(longest, durationMs ?? 0), 0);

/** Tags of what is chosen, each with how many of the clips have it; in the order of the alphabet. */
export function tagsOf(clips: readonly Pick<ChosenClip, 'tags'>[]): { tag: string; clips: number }[] {
  const found = new Map<string, { tag: string; clips: number }>();
  for (const { tags = [] } of clips)
    for (const tag of tags) {
      const key = tag.toLowerCase();
      const own = found.get(key);
      if (own) own.clips++;
      else found.set(key, { tag, clips: 1 });
    }
  return [...found].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, own]) => own);
}

/** The note that all of them have; null where they differ. */
export function noteOf(clips: readonly Pick<ChosenClip, 'note'>[]): string | null {
  const notes = new Set(clips.map(({ note = '' }) => note));
  return notes.size === 1 ? ([...notes][0] ?? '') : null;
}
