import type { Channel, ClipKind } from '../../shared/clips.ts';
import type { CaptureRow, ClipRow } from '../db/schema.ts';
import { wallOf } from '../../shared/wall-time.ts';

/** What decides which capture a clip belongs to. */
export interface PlacedClip {
  startedAt: number;
  localStart: string;
  channel: Channel;
  kind: ClipKind;
  locked: boolean;
  isPhoto: boolean;
}

/** A capture that is there, with the channels it has clips of. */
export interface KnownCapture {
  id: number;
  startedAt: number;
  localStart: string;
  kind: ClipKind;
  channels: readonly Channel[];
  /** Which of the two it has. */
  photos: boolean;
  videos: boolean;
}

export interface NewCapture {
  id: number;
  startedAt: number;
  localStart: string;
  kind: ClipKind;
  locked: boolean;
}

export interface CapturePlaces {
  /** For each clip, in their order, the id of its capture. */
  captureIds: number[];
  made: NewCapture[];
  /** Captures that were there and got a locked clip. */
  locked: number[];
}

/** A capture as those find it who join it; null without a clip in it. */
export interface Siblings extends Pick<CaptureRow, 'started_at' | 'local_start' | 'local_day'> {
  zone_offset_min: number | null;
  time_source: ClipRow['time_source'] | null;
}

type Moment = Pick<ClipRow, 'started_at' | 'zone_offset_min' | 'time_source' | 'local_day'>;

/** When a clip was that joins others: all of a capture are as far from their names, whatever the clip's own says. */
export function momentAmong(
  siblings: Siblings,
  clip: Pick<ClipRow, 'local_start' | 'zone_offset_min' | 'time_source'>,
): Moment {
  return {
    started_at: siblings.started_at + wallOf(clip.local_start) - wallOf(siblings.local_start),
    zone_offset_min: siblings.zone_offset_min ?? clip.zone_offset_min,
    time_source: siblings.time_source ?? clip.time_source,
    local_day: siblings.local_day,
  };
}

interface Candidate {
  id: number;
  startedAt: number;
  /** What its name says, as if it were UTC. */
  wallMs: number;
  channels: Set<Channel>;
  photos: boolean;
  videos: boolean;
  made: NewCapture | null;
}

/**
 * Places clips, each in turn, as `captureFor` does one by one: into the capture nearest by name within the tolerance
 * that has no clip of the channel yet, and no video where it is a photo or the other way round, or into a new one. A
 * clip of unknown kind has its capture to itself. `known` are
 * all captures of the camera within the tolerance of any of the clips' names; new ones get ids from `firstId` on.
 */
export function placeInCaptures(
  clips: readonly PlacedClip[],
  known: readonly KnownCapture[],
  options: { firstId: number; toleranceMs: number },
): CapturePlaces {
  const near = new Nearby(options.toleranceMs);
  for (const { id, startedAt, localStart, kind, channels, photos, videos } of known) {
    const wallMs = wallOf(localStart);
    const has = { channels: new Set(channels), photos, videos };
    if (kind !== 'unclassified') near.add({ id, startedAt, wallMs, ...has, made: null });
  }
  const places: CapturePlaces = { captureIds: [], made: [], locked: [] };
  const locked = new Set<number>();
  for (const clip of clips) {
    const found = clip.kind === 'unclassified' ? undefined : near.nearest(clip);
    const capture = found ?? makeCapture(clip, options.firstId + places.made.length);
    if (!found) {
      if (capture.made) places.made.push(capture.made);
      if (clip.kind !== 'unclassified') near.add(capture);
    }
    capture.channels.add(clip.channel);
    if (clip.isPhoto) capture.photos = true;
    else capture.videos = true;
    places.captureIds.push(capture.id);
    if (!clip.locked) continue;
    if (capture.made) capture.made.locked = true;
    else locked.add(capture.id);
  }
  return { ...places, locked: [...locked] };
}

function makeCapture(clip: PlacedClip, id: number): Candidate {
  const { startedAt, localStart, kind } = clip;
  const made = { id, startedAt, localStart, kind, locked: false };
  return {
    id,
    startedAt,
    wallMs: wallOf(localStart),
    channels: new Set(),
    photos: false,
    videos: false,
    made,
  };
}

/** Captures by stretches of named time as long as the tolerance: those near a name are in three of them. */
class Nearby {
  private readonly stretches = new Map<number, Candidate[]>();
  private readonly toleranceMs: number;

  constructor(toleranceMs: number) {
    this.toleranceMs = toleranceMs;
  }

  add(capture: Candidate): void {
    const key = this.keyOf(capture.wallMs);
    const others = this.stretches.get(key);
    if (others) others.push(capture);
    else this.stretches.set(key, [capture]);
  }

  /** Of two names that are equally near (in autumn an hour comes twice), the nearer instant; else the earlier. */
  nearest(clip: PlacedClip): Candidate | undefined {
    const wallMs = wallOf(clip.localStart);
    const key = this.keyOf(wallMs);
    const off = (capture: Candidate) => Math.abs(capture.wallMs - wallMs);
    const distance = (capture: Candidate) => Math.abs(capture.startedAt - clip.startedAt);
    const compare = (a: Candidate, b: Candidate) =>
      off(a) - off(b) || distance(a) - distance(b) || a.startedAt - b.startedAt || a.id - b.id;
    let best: Candidate | undefined;
    for (const stretch of [key - 1, key, key + 1]) {
      for (const capture of this.stretches.get(stretch) ?? []) {
        if (off(capture) > this.toleranceMs || capture.channels.has(clip.channel)) continue;
        if (clip.isPhoto ? capture.videos : capture.photos) continue;
        if (!best || compare(capture, best) < 0) best = capture;
      }
    }
    return best;
  }

  private keyOf(at: number): number {
    return Math.floor(at / this.toleranceMs);
  }
}

/**
 * The stretches of time in which the captures of these clips may lie, few and apart from each other, however far the
 * clips are from one another (clocks lie by decades).
 */
export function spansAround(
  starts: readonly number[],
  options: { toleranceMs: number; gapMs: number },
): { from: number; to: number }[] {
  const { toleranceMs, gapMs } = options;
  const spans: { from: number; to: number }[] = [];
  for (const at of starts.toSorted((a, b) => a - b)) {
    const last = spans.at(-1);
    if (last && at - last.to <= gapMs) last.to = at + toleranceMs;
    else spans.push({ from: at - toleranceMs, to: at + toleranceMs });
  }
  return spans;
}
