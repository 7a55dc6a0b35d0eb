import { among } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import type { ClipRow } from '../db/schema.ts';
import type { TrackRow } from '../db/schema-journeys.ts';
import { zoneAt } from '../lib/zone-at.ts';
import type { TrackSource } from '../../shared/tracks.ts';
import { judgeFixes } from './fix-policy.ts';
import { packTrack } from './track-codec.ts';
import { trackFacts, type TrackFacts } from './track-facts.ts';
import type { GpsReading, TrackSample } from './track-types.ts';

/** Of the reading of GPS records and the judging of fixes: raised, every archived clip is read anew in time. */
export const trackVersion = 1;

export interface TrackRepositoryDeps {
  /** These captures' tracks have changed: where in time they lie, and their journeys, are to be worked out anew. */
  onTracks: (trx: Db, captureIds: number[]) => Promise<void>;
}

/** Positions of a clip as they were read, judged already or not. */
export type TrackInput = {
  clip: Pick<ClipRow, 'id'>;
  source: TrackSource;
  readAt: number;
  /** `track.gpx_for` of the schema: 0 when a GPX file is to be written; null, as without it, when none is. */
  gpxFor?: number | null;
} & ({ reading: Pick<GpsReading, 'records'> } | { samples: readonly TrackSample[] });

type ClipOfTrack = Pick<ClipRow, 'id' | 'camera_id' | 'capture_id' | 'started_at' | 'local_start'>;
type NewTrack = Omit<TrackRow, 'gpx_for'> & { gpx_for: number | null };

const same = [
  'capture_id',
  'started_at',
  'samples',
  'fixes',
  'dropped',
  'clock_offset_ms',
  'clock_jump_ms',
] as const satisfies readonly (keyof TrackRow)[];

/** The positions of clips: writes a track with its box, and tells who works on with it. */
export class TrackRepository {
  private readonly deps: TrackRepositoryDeps;

  constructor(deps: TrackRepositoryDeps) {
    this.deps = deps;
  }

  async byClip(db: Db, clipId: number): Promise<TrackRow | undefined> {
    return db.selectFrom('track').selectAll().where('clip_id', '=', clipId).executeTakeFirst();
  }

  /**
   * Writes the track of a clip in the place of an earlier one; a clip without positions has one without fixes. Read off
   * the archived clip, nothing is due of it any more. False when there is no such clip, or when what was read off the
   * camera comes after the clip itself was read.
   */
  async put(trx: Db, input: TrackInput): Promise<boolean> {
    const clip = await clipOf(trx, input.clip.id);
    const before = await this.byClip(trx, input.clip.id);
    const isTriage = input.source === 'triage';
    if (!clip || (isTriage && before && before.source !== 'triage')) return false;
    const samples = 'samples' in input ? input.samples : judgeFixes(input.reading.records);
    const row = trackOf(clip, input, samples);
    await write(trx, row);
    if (!isTriage) {
      const settled = { track_due: 0, track_error: null } as const;
      await trx.updateTable('clip').set(settled).where('id', '=', clip.id).execute();
    }
    if (!before || !isSame(before, row)) await this.deps.onTracks(trx, [clip.capture_id]);
    return true;
  }

  /** Forgets the tracks of these clips, as many as a transaction should take. */
  async remove(trx: Db, clipIds: readonly number[]): Promise<void> {
    const rows = await trx
      .selectFrom('track')
      .select('capture_id')
      .distinct()
      .where(among('clip_id', clipIds))
      .execute();
    if (rows.length === 0) return;
    await trx.deleteFrom('track').where(among('clip_id', clipIds)).execute();
    await trx.deleteFrom('track_box').where(among('clip_id', clipIds)).execute();
    await this.deps.onTracks(
      trx,
      rows.map((row) => row.capture_id),
    );
  }
}

async function clipOf(db: Db, id: number): Promise<ClipOfTrack | undefined> {
  return db
    .selectFrom('clip')
    .select(['id', 'camera_id', 'capture_id', 'started_at', 'local_start'])
    .where('id', '=', id)
    .executeTakeFirst();
}

function trackOf(clip: ClipOfTrack, input: TrackInput, samples: readonly TrackSample[]): NewTrack {
  const facts = trackFacts(samples, Date.parse(`${clip.local_start}Z`));
  return {
    clip_id: clip.id,
    camera_id: clip.camera_id,
    capture_id: clip.capture_id,
    started_at: clip.started_at,
    source: input.source,
    version: trackVersion,
    read_at: input.readAt,
    gpx_for: facts.box ? (input.gpxFor ?? null) : null,
    ...columnsOf(facts),
    points: packTrack(samples),
  };
}

const columnsOf = ({ box, first, ...facts }: TrackFacts) => ({
  samples: facts.samples,
  fixes: facts.fixes,
  dropped: facts.dropped,
  span_ms: facts.spanMs,
  distance_m: facts.distanceM,
  west: box?.west ?? null,
  south: box?.south ?? null,
  east: box?.east ?? null,
  north: box?.north ?? null,
  clock_offset_ms: facts.clockOffsetMs,
  clock_jump_ms: facts.clockJumpMs,
  zone: first ? zoneAt(first.latitude, first.longitude) : null,
});

async function write(trx: Db, row: NewTrack): Promise<void> {
  await trx
    .insertInto('track')
    .values(row)
    .onConflict((conflict) => conflict.column('clip_id').doUpdateSet(row))
    .execute();
  await trx.deleteFrom('track_box').where('clip_id', '=', row.clip_id).execute();
  const { west, south, east, north, clip_id, started_at, camera_id } = row;
  if (west === null || south === null || east === null || north === null) return;
  // Across the antimeridian the tree knows no box but the whole breadth.
  const breadth = west <= east ? { west, east } : { west: -180, east: 180 };
  await trx
    .insertInto('track_box')
    .values({ clip_id, ...breadth, south, north, started_at, camera_id })
    .execute();
}

/** Nothing that journeys or instants are worked out from has changed. */
const isSame = (before: TrackRow, after: NewTrack): boolean =>
  (before.source === 'triage') === (after.source === 'triage') &&
  same.every((column) => before[column] === after[column]) &&
  Buffer.compare(before.points, after.points) === 0;
