import { distanceM } from '../../shared/geo.ts';
import type { PlainRecord, RecordVerdict } from './gps-record.ts';
import type { GpsReading, GpsRecord } from './track-types.ts';

/** What was found at the place of one second. */
export interface Found {
  /** Counts from the start of the recording: about a second each. */
  place: number;
  verdict: RecordVerdict;
}

interface Hit extends Found {
  verdict: PlainRecord;
}

/** From this share on, coordinates that cannot be say that the clip is another maker's. */
const foreignShare = 0.1;
/** A car does not do this in a second, again and again. */
const jumpM = 2000;
const jumpShare = 0.5;
/** Records may be a little more than the seconds of a clip before it is taken for time-lapse. */
const slack = 1.05;
const slackRecords = 3;

/**
 * Puts what was found together: refuses the whole clip when it looks like another maker's, because where some of its
 * encrypted coordinates are plausible by chance no single record tells. `records` may be fewer than the clip has
 * (sparse reading); `places` is how many there are.
 */
export function readingOf(
  found: readonly Found[],
  { how, places, durationMs }: { how: GpsReading['how']; places: number; durationMs: number | null },
): GpsReading {
  const records = found.filter((each): each is Hit => typeof each.verdict === 'object');
  const foreign = found.filter(({ verdict }) => verdict === 'foreign').length;
  const empty = found.length - records.length - foreign;
  const notes: string[] = [];
  if (empty > 0) notes.push(`${empty} of ${found.length} places without a record`);
  if (foreign > 0) notes.push(`${foreign} of ${found.length} records with coordinates that cannot be`);
  if (foreign > 0 && foreign >= foreignShare * found.length) return { records: [], how: 'none', notes };
  if (isErratic(records.map(({ verdict }) => verdict))) {
    notes.push('positions that leap from record to record: not understood');
    return { records: [], how: 'none', notes };
  }
  if (records.length === 0) return { records: [], how: 'none', notes };
  const offsetOf = offsets(places, durationMs);
  return {
    records: records.map(({ place, verdict }): GpsRecord => ({ offsetMs: offsetOf(place), ...verdict })),
    how,
    notes,
  };
}

/** More than half of the steps between neighbours, of three or more, are leaps. Distances grow with what lies between. */
function isErratic(records: readonly PlainRecord[]): boolean {
  const fixes = records.filter((record) => record.isFix && (record.latitude !== 0 || record.longitude !== 0));
  let [steps, leaps] = [0, 0];
  for (const [index, fix] of fixes.entries()) {
    const last = fixes[index - 1];
    if (!last) continue;
    steps++;
    if (distanceM(last, fix) > jumpM * Math.max(1, secondsBetween(last, fix) / 20)) leaps++;
  }
  return steps >= 3 && leaps > steps * jumpShare;
}

const secondsBetween = (a: PlainRecord, b: PlainRecord): number =>
  a.clockMs === null || b.clockMs === null ? 1 : Math.abs(b.clockMs - a.clockMs) / 1000;

/** One second each; a time-lapse clip with more records than seconds has them evenly. Whole milliseconds. */
function offsets(places: number, durationMs: number | null): (place: number) => number {
  const isLapse =
    durationMs !== null && durationMs > 0 && places * 1000 > durationMs * slack + slackRecords * 1000;
  const step = isLapse ? durationMs / places : 1000;
  return (place) => Math.round(place * step);
}
