import type { Database } from '../src/server/db/open.ts';
import { chunks } from '../src/server/lib/chunks.ts';
import { packTrack } from '../src/server/tracks/track-codec.ts';
import type { TrackSample } from '../src/server/tracks/track-types.ts';
import { dayMs } from './seed-database.ts';

const minuteMs = 60_000;
const samplesPerClip = 60;
/** Minutes of a day of the seed: out, a stop, home. */
const outMinutes = 20;
const stopMinutes = 10;

/** Both lenses of each capture of the seed tell where the car was: out, ten minutes there, and home. */
export async function seedTracks(db: Database): Promise<void> {
  const clips = await db
    .selectFrom('clip')
    .select(['id', 'capture_id', 'started_at'])
    .orderBy('id')
    .execute();
  const packed = new Map<number, Uint8Array>();
  for (const some of chunks(clips, 1000)) {
    await db
      .insertInto('track')
      .values(
        some.map(({ id, capture_id, started_at }) => {
          const minute = Math.floor((started_at % dayMs) / minuteMs) - 8 * 60;
          const points = packed.get(minute) ?? packTrack(samplesOf(minute));
          packed.set(minute, points);
          return {
            clip_id: id,
            camera_id: 1,
            capture_id,
            started_at,
            source: 'file' as const,
            version: 1,
            read_at: started_at,
            samples: samplesPerClip,
            fixes: samplesPerClip,
            dropped: 0,
            span_ms: (samplesPerClip - 1) * 1000,
            distance_m: 900,
            west: 11,
            south: 48,
            east: 12,
            north: 49,
            points,
          };
        }),
      )
      .execute();
  }
}

function samplesOf(minute: number): TrackSample[] {
  return Array.from({ length: samplesPerClip }, (_, second): TrackSample => {
    const at = minute * 60 + second;
    const out = Math.min(at, outMinutes * 60);
    const home = Math.max(0, at - (outMinutes + stopMinutes) * 60);
    const driven = out - Math.min(home, out);
    const isMoving = at < outMinutes * 60 || (home > 0 && driven > 0);
    return {
      offsetMs: second * 1000,
      clockMs: at * 1000,
      isFix: true,
      latitude: 48.1 + driven * 0.0001 + Math.sin(at / 40) * 0.0004,
      longitude: 11.5 + driven * 0.0001 + (isMoving ? Math.cos(at / 25) * 0.0002 : 0),
      speedMps: isMoving ? 14 : 0,
      courseDegrees: 45,
      flaw: null,
    };
  });
}
