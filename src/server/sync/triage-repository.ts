import { sql, type SqlBool } from 'kysely';
import { wantedStates } from '../archive/clip-states.ts';
import { among } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import type { ClipRow } from '../db/schema.ts';
import type { TriageRow } from '../db/schema-journeys.ts';
import type { TriageClip } from './triage-policy.ts';

/** As the partial index `clip_wanted` has it. */
const isWanted = sql<SqlBool>`clip.state in (${sql.join(wantedStates.map((state) => sql.lit(state)))})`;

/** What came of reading tracks off a camera; bounded by its card. */
export class TriageRepository {
  /** What is wanted of a camera, with what is known of its tracks. */
  async clips(db: Db, cameraId: number): Promise<TriageClip[]> {
    const rows = await db
      .selectFrom('clip')
      .leftJoin('triage', 'triage.clip_id', 'clip.id')
      .select([
        'clip.id',
        'clip.capture_id',
        'clip.channel',
        'clip.kind',
        'clip.container',
        'clip.state',
        'clip.state_reason',
        'clip.state_at',
        'clip.started_at',
        'clip.local_start',
        'clip.remote_ended_local',
        'clip.remote_changed_at',
        'triage.outcome',
        'triage.tries',
        'triage.at',
        'triage.next_at',
        'triage.error',
      ])
      .where('clip.camera_id', '=', cameraId)
      .where(isWanted)
      .execute();
    return rows.map(({ outcome, tries, at, next_at, error, ...clip }) => ({
      ...clip,
      triage: outcome === null || at === null ? null : { outcome, tries: tries ?? 0, at, next_at, error },
    }));
  }

  /** Captures of which a track is known, or will be out of the archive: nothing is read of them. */
  async settledCaptures(db: Db, captureIds: readonly number[]): Promise<Set<number>> {
    const known = await db
      .selectFrom('track')
      .select('capture_id')
      .where(among('capture_id', captureIds))
      .where('fixes', '>', 0)
      .execute();
    const here = await db
      .selectFrom('clip')
      .select('capture_id')
      .where(among('capture_id', captureIds))
      .where('state', '=', 'archived')
      .where('channel', '=', 'front')
      .execute();
    return new Set([...known, ...here].map((row) => row.capture_id));
  }

  async put(db: Db, row: TriageRow): Promise<void> {
    await db
      .insertInto('triage')
      .values(row)
      .onConflict((conflict) => conflict.column('clip_id').doUpdateSet(row))
      .execute();
  }

  async triesOf(db: Db, clipId: number): Promise<number> {
    const row = await db
      .selectFrom('triage')
      .select('tries')
      .where('clip_id', '=', clipId)
      .executeTakeFirst();
    return row?.tries ?? 0;
  }

  /** The clip, while it is still wanted and no file of it is here. */
  async wantedClip(db: Db, clipId: number): Promise<ClipRow | undefined> {
    return db
      .selectFrom('clip')
      .selectAll()
      .where('id', '=', clipId)
      .where(isWanted)
      .where('remote_path', 'is not', null)
      .executeTakeFirst();
  }

  /**
   * Removes what was noted of clips that are here, were here, or do not exist any more. Tracks stay until the file's own
   * takes their place, and those of lost clips for good: they are all that is left of them.
   */
  async dropOrphans(db: Db): Promise<void> {
    await db
      .deleteFrom('triage')
      .where((eb) =>
        eb.and([
          eb.not(
            eb.exists(
              eb
                .selectFrom('clip')
                .select('clip.id')
                .whereRef('clip.id', '=', 'triage.clip_id')
                .where('clip.state', 'not in', ['archived', 'expired', 'deleted', 'missing']),
            ),
          ),
          eb.not(
            eb.exists(
              eb
                .selectFrom('track')
                .select('track.clip_id')
                .whereRef('track.clip_id', '=', 'triage.clip_id')
                .where('track.source', '=', 'triage'),
            ),
          ),
        ]),
      )
      .execute();
  }

  /** Some clips of which something is noted, behind this id, and of them those whose track is triage's. */
  async someAfter(db: Db, afterId: number, limit: number): Promise<{ ids: number[]; tracks: number[] }> {
    const rows = await db
      .selectFrom('triage')
      .leftJoin('track', (join) =>
        join.onRef('track.clip_id', '=', 'triage.clip_id').on('track.source', '=', 'triage'),
      )
      .select(['triage.clip_id', 'track.clip_id as track'])
      .where('triage.clip_id', '>', afterId)
      .orderBy('triage.clip_id')
      .limit(limit)
      .execute();
    return { ids: rows.map((row) => row.clip_id), tracks: rows.flatMap((row) => row.track ?? []) };
  }

  async forget(db: Db, clipIds: readonly number[]): Promise<void> {
    await db.deleteFrom('triage').where(among('clip_id', clipIds)).execute();
  }
}
