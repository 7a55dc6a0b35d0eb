import type { GpxReading, GpxWriter } from './gpx-reader.ts';
import type { GpsRecord } from './track-types.ts';

/** What lies at the place of a clip's GPX file; `unreadable`: no plain file, or too large to be one of these. */
export type GpxFile = { kind: 'none' } | { kind: 'unreadable' } | { kind: 'gpx'; reading: GpxReading };

export interface GpxContext {
  /** The time the clip is named by, as if it were UTC. */
  namedMs: number;
  /** Null where nobody knows. */
  durationMs: number | null;
  /** Of the parser here. */
  version: number;
}

/**
 * What a GPX file is good for. `good`: its points are the clip's track. `broken`: ours or the existing system's, and to
 * be made anew from the video; its points are what is left should the video have none. `foreign`: never read, never
 * changed.
 */
export type GpxVerdict =
  | { kind: 'none' }
  | { kind: 'foreign' }
  | { kind: 'good'; writer: Exclude<GpxWriter, 'foreign'>; records: GpsRecord[]; writtenFor: number | null }
  | { kind: 'broken'; records: GpsRecord[] };

/** A clip's last record may come this much after its end. */
const slackMs = 5000;
/** The longest clip that a camera makes, where its length is not known. */
const longestMs = 15 * 60_000;
const quarterMs = 15 * 60_000;

export function judgeGpx(file: GpxFile, context: GpxContext): GpxVerdict {
  if (file.kind === 'none') return { kind: 'none' };
  if (file.kind === 'unreadable') return { kind: 'foreign' };
  const { writer, isWhole, stamp } = file.reading;
  if (writer === 'foreign') return { kind: 'foreign' };
  const records = recordsOf(file.reading, context);
  // A file of ours that an earlier parser read: the video may tell more by now.
  const isOld = writer === 'ours' && stamp?.version !== context.version;
  if (!isWhole || isOld || records.length === 0) return { kind: 'broken', records };
  return { kind: 'good', writer, records, writtenFor: stamp?.startedAt ?? null };
}

/** None where they cannot have been taken in this clip. */
function recordsOf(reading: GpxReading, context: GpxContext): GpsRecord[] {
  const records = reading.writer === 'ours' ? ownRecords(reading) : v2Records(reading, context);
  return isInOrder(records, context) ? records : [];
}

/** Without its stamp nobody knows what its times were written for. */
function ownRecords({ points, stamp }: GpxReading): GpsRecord[] {
  if (!stamp) return [];
  return points.map(({ at, ...point }) => ({
    ...point,
    isFix: true,
    offsetMs: at - stamp.startedAt,
    clockMs: at + stamp.clockMs,
  }));
}

/**
 * The existing system wrote the records' own clock, UTC or the camera's, without saying where in the clip a point is.
 * Clocks of cameras are set from GPS or are some seconds off, and zones are whole quarters of an hour: what is left of
 * the distance to the clip's name is where the first point is, as far as the points then end with the clip.
 */
function v2Records({ points }: GpxReading, { namedMs, durationMs }: GpxContext): GpsRecord[] {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return [];
  const distance = first.at - namedMs;
  const rest = distance - Math.round(distance / quarterMs) * quarterMs;
  const room = Math.max(0, (durationMs ?? 60_000) - (last.at - first.at));
  const offset = Math.min(Math.max(0, rest), room);
  return points.map(({ at, ...point }) => ({
    ...point,
    isFix: true,
    offsetMs: offset + (at - first.at),
    clockMs: at,
  }));
}

/** Points that go back in time, or on for longer than the clip, were not taken in it one after the other. */
function isInOrder(records: readonly GpsRecord[], { durationMs }: GpxContext): boolean {
  const end = (durationMs ?? longestMs) + slackMs;
  let before = -slackMs;
  for (const { offsetMs } of records) {
    if (offsetMs < before || offsetMs > end) return false;
    before = offsetMs;
  }
  return true;
}
