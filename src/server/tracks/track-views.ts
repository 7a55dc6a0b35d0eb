import type { ClipTrack, TrackPoint } from '../../shared/tracks.ts';
import type { Db } from '../db/open.ts';
import { unpackFixes } from './track-codec.ts';
import type { Fix } from './track-types.ts';

/** A position as the pages get it. */
export const pointView = ({ at, longitude, latitude, speedMps, courseDegrees }: Fix): TrackPoint => [
  at,
  longitude,
  latitude,
  speedMps,
  courseDegrees,
];

/**
 * Names what `clipTrack` tells of a clip, without reading its positions: another when they were read anew, or were
 * moved in time. Undefined while nobody has read them.
 */
export async function clipTrackVersion(db: Db, clipId: number): Promise<string | undefined> {
  const row = await db
    .selectFrom('track')
    .select(['version', 'read_at', 'started_at'])
    .where('clip_id', '=', clipId)
    .executeTakeFirst();
  return row && `${row.version}-${row.read_at}-${row.started_at}`;
}

/** The sound positions of a clip; undefined while nobody has read them. */
export async function clipTrack(db: Db, clipId: number): Promise<ClipTrack | undefined> {
  const row = await db.selectFrom('track').selectAll().where('clip_id', '=', clipId).executeTakeFirst();
  if (!row) return undefined;
  return {
    clipId,
    source: row.source,
    samples: row.samples,
    fixes: row.fixes,
    dropped: row.dropped,
    distanceM: row.distance_m,
    points: unpackFixes(row.points, row.started_at).map(pointView),
  };
}

/** Of a track, without its points. */
export interface TrackInShort {
  clip_id: number;
  capture_id: number;
  fixes: number;
  dropped: number;
}

/** One track of each capture: the one with the most positions, of equal ones the first clip's. */
export function oneOfEachCapture<T extends TrackInShort>(tracks: readonly T[]): T[] {
  const best = new Map<number, T>();
  for (const track of tracks) {
    const known = best.get(track.capture_id);
    if (!known || isBetter(track, known)) best.set(track.capture_id, track);
  }
  return [...best.values()];
}

function isBetter(a: TrackInShort, b: TrackInShort): boolean {
  const more = a.fixes - a.dropped - (b.fixes - b.dropped);
  return more > 0 || (more === 0 && a.clip_id < b.clip_id);
}
