import type { CameraRow, CaptureRow, ClipRow } from '../db/schema.ts';
import type { Placement } from './time-policy.ts';
import type { PlacedCapture, PlacedClip } from './time-reader.ts';

/** What a placement changes. */
export interface Moves {
  clips: Pick<ClipRow, 'id' | 'started_at' | 'zone_offset_min' | 'time_source' | 'local_day'>[];
  captures: Pick<CaptureRow, 'id' | 'started_at' | 'local_day' | 'time_confidence'>[];
  /** Clips whose instant is another. */
  movedClips: number[];
  /** One of them is still to come. */
  isWantedMoved: boolean;
  /** Days of a camera, as they were and as they are, on which clips or confidences are other than before. */
  days: Map<CameraRow['id'], Set<string>>;
  /** Days whose clips are other than before. */
  recount: Map<CameraRow['id'], Set<string>>;
  /** Stretches of time that something left or came to. */
  spans: Map<CameraRow['id'], { from: number; to: number }[]>;
}

export const noMoves = (): Moves => ({
  clips: [],
  captures: [],
  movedClips: [],
  isWantedMoved: false,
  days: new Map(),
  recount: new Map(),
  spans: new Map(),
});

const minuteMs = 60_000;
const wallOf = (localStart: string): number => Date.parse(`${localStart}Z`);
const dayOf = (at: number, offsetMinutes: number): string =>
  new Date(at + offsetMinutes * minuteMs).toISOString().slice(0, 10);

/** Writes down what a capture and its clips are to be, where that is other than what they are; all move together. */
export function planMove(
  moves: Moves,
  capture: PlacedCapture,
  clips: readonly PlacedClip[],
  { deltaMs, offsetMinutes, source, confidence }: Placement,
): void {
  const cameraId = capture.camera_id;
  let isMoved = false;
  for (const clip of clips) {
    const at = wallOf(clip.local_start) + deltaMs;
    const patch = {
      started_at: at,
      zone_offset_min: offsetMinutes,
      time_source: source,
      local_day: dayOf(at, offsetMinutes),
    };
    if (isSame(clip, patch)) continue;
    moves.clips.push({ id: clip.id, ...patch });
    if (clip.local_day !== patch.local_day)
      addAll(moves.recount, cameraId, [clip.local_day, patch.local_day]);
    if (clip.started_at !== at) {
      isMoved = true;
      moves.movedClips.push(clip.id);
      moves.isWantedMoved ||= clip.state !== 'archived';
    }
    addAll(moves.days, cameraId, [clip.local_day, patch.local_day]);
  }
  const at = wallOf(capture.local_start) + deltaMs;
  const row = { started_at: at, local_day: dayOf(at, offsetMinutes), time_confidence: confidence };
  if (!isSame(capture, row)) {
    moves.captures.push({ id: capture.id, ...row });
    addAll(moves.days, cameraId, [capture.local_day, row.local_day]);
    isMoved ||= capture.started_at !== at;
  }
  if (isMoved) addSpans(moves, capture, clips, deltaMs);
}

function isSame<T extends object>(row: T, patch: Partial<T>): boolean {
  return (Object.keys(patch) as (keyof T)[]).every((key) => row[key] === patch[key]);
}

function addAll(days: Moves['days'], cameraId: number, some: readonly string[]): void {
  const of = days.get(cameraId) ?? new Set();
  days.set(cameraId, of);
  for (const day of some) of.add(day);
}

/** Of no known length, a clip is taken for one of a few minutes. */
const usualMs = 3 * minuteMs;

/** What a capture takes of the line of time, where it was and where it is. */
export function addSpans(
  moves: Pick<Moves, 'spans'>,
  capture: PlacedCapture,
  clips: readonly PlacedClip[],
  deltaMs: number,
): void {
  const lastsMs = Math.max(0, ...clips.map((clip) => clip.duration_ms ?? usualMs));
  const spans = moves.spans.get(capture.camera_id) ?? [];
  moves.spans.set(capture.camera_id, spans);
  const at = wallOf(capture.local_start) + deltaMs;
  for (const from of new Set([capture.started_at, at])) spans.push({ from, to: from + lastsMs });
}

/** Stretches that are closer than this become one. */
const joinMs = 30 * minuteMs;

/** In the order of time, few. */
export function joined(spans: readonly { from: number; to: number }[]): { from: number; to: number }[] {
  const all: { from: number; to: number }[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = all.at(-1);
    if (last && span.from - last.to <= joinMs) last.to = Math.max(last.to, span.to);
    else all.push({ ...span });
  }
  return all;
}
