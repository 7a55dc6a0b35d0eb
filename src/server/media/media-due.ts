import { sql, type SqlBool } from 'kysely';
import { updateRows } from '../db/bulk.ts';
import type { Db } from '../db/open.ts';
import type { ClipRow } from '../db/schema.ts';
import { identityColumns } from './media-types.ts';

/** As the partial indexes of clips have it: bound values would not match. */
const factsDue = sql<SqlBool>`media_due = 1 and media_due > 0 and state = 'archived'`;
const picturesDue = sql<SqlBool>`media_due = 2 and media_due > 0 and state = 'archived'`;
const isDue = sql<SqlBool>`media_due > 0 and state = 'archived'`;
const hasError = sql<SqlBool>`media_error is not null`;

const dueColumns = [
  ...identityColumns,
  'path',
  'container',
  'state',
  'media_due',
  'started_at',
  'duration_ms',
  'media_duration_ms',
  'width',
  'height',
  'complete',
  'repair',
  'repair_note',
] as const satisfies readonly (keyof ClipRow)[];
/** A clip of which something is to be made. */
export type MediaClip = Pick<ClipRow, (typeof dueColumns)[number]>;

/** The newest clips whose files are to be read for media facts. */
export const nextFacts = (db: Db, limit: number): Promise<MediaClip[]> =>
  db
    .selectFrom('clip')
    .select(dueColumns)
    .where(factsDue)
    .orderBy('started_at', 'desc')
    .limit(limit)
    .execute();

/** The newest clip of which pictures are to be made. */
export const nextPictures = (db: Db): Promise<MediaClip | undefined> =>
  db
    .selectFrom('clip')
    .select(dueColumns)
    .where(picturesDue)
    .orderBy('started_at', 'desc')
    .limit(1)
    .executeTakeFirst();

export const mediaClips = (db: Db, ids: readonly number[]): Promise<MediaClip[]> =>
  db
    .selectFrom('clip')
    .select(dueColumns)
    .where('id', 'in', [...ids])
    .execute();

export async function mediaClip(db: Db, id: number): Promise<MediaClip | undefined> {
  return db.selectFrom('clip').select(dueColumns).where('id', '=', id).executeTakeFirst();
}

/** Nothing of this clip is to be made any more, unless its file is to be read anew. */
export async function settlePictures(db: Db, clipId: number): Promise<void> {
  await db
    .updateTable('clip')
    .set({ media_due: 0 })
    .where('id', '=', clipId)
    .where('media_due', '=', 2)
    .execute();
}

export async function countMediaDue(db: Db): Promise<{ facts: number; pictures: number; repairs: number }> {
  const due = await db
    .selectFrom('clip')
    .select(['media_due', (eb) => eb.fn.countAll<number>().as('count')])
    .where(isDue)
    .groupBy('media_due')
    .execute();
  const repairs = await db
    .selectFrom('clip')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where(sql<SqlBool>`repair = 'due'`)
    .executeTakeFirstOrThrow();
  const of = (value: number) => due.find((row) => row.media_due === value)?.count ?? 0;
  return { facts: of(1), pictures: of(2), repairs: repairs.count };
}

const settledAtOnce = 1000;

/** Files that could not be read are due again; returns how many there were in this stretch. */
export async function retryFacts(db: Db): Promise<number> {
  const some = db.selectFrom('clip').select('id').where(hasError).limit(settledAtOnce);
  const { numUpdatedRows } = await db
    .updateTable('clip')
    .set({ media_due: 1, media_error: null })
    .where('id', 'in', some)
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

/** What is to be made ahead: versions of recipes; 0 is not at all. */
export interface AheadVersions {
  facts: number;
  thumbnail: number;
  filmstrip: number;
}

/**
 * Archived clips after this one that lack what is to be made ahead are due. Returns the last clip looked at, null behind
 * the last.
 */
export async function dueAhead(
  db: Db,
  after: number,
  { known, wanted }: { known: AheadVersions; wanted: AheadVersions },
): Promise<number | null> {
  const last = await db
    .selectFrom('clip')
    .select('id')
    .where('id', '>', after)
    .orderBy('id')
    .offset(settledAtOnce - 1)
    .limit(1)
    .executeTakeFirst();
  const to = last?.id ?? Number.MAX_SAFE_INTEGER;
  const stretch = db.updateTable('clip').where('id', '>', after).where('id', '<=', to);
  if (known.facts === wanted.facts) {
    const lacking = db
      .selectFrom('clip')
      .select('id')
      .where('id', '>', after)
      .where('id', '<=', to)
      .where('state', '=', 'archived')
      .where('media_due', '=', 0)
      .where((eb) =>
        eb.or(
          (['thumbnail', 'filmstrip'] as const)
            .filter((kind) => wanted[kind] > 0)
            .map((kind) =>
              eb.not(
                eb.exists(
                  eb
                    .selectFrom('artifact')
                    .select('artifact.clip_id')
                    .whereRef('artifact.clip_id', '=', 'clip.id')
                    .where('artifact.kind', '=', kind)
                    .where('artifact.version', '=', wanted[kind]),
                ),
              ),
            ),
        ),
      );
    await db.updateTable('clip').set({ media_due: 2 }).where('id', 'in', lacking).execute();
  } else {
    await stretch.set({ media_due: 1 }).where('state', '=', 'archived').execute();
  }
  return last?.id ?? null;
}

const factColumns = [
  'media_due',
  'media_error',
  'duration_ms',
  'media_duration_ms',
  'video_codec',
  'audio_codec',
  'codecs',
  'width',
  'height',
  'fps',
  'complete',
  'picture_offset',
  'picture_bytes',
  'repair',
  'repair_note',
] as const satisfies readonly (keyof ClipRow)[];

/** What was found out of a clip's file. */
export type FactPatch = { id: number } & Pick<ClipRow, (typeof factColumns)[number]>;

/** Clips with all that is known of their files. */
export const knownFacts = (db: Db, ids: readonly number[]) =>
  db
    .selectFrom('clip')
    .select([...dueColumns, 'video_codec', 'audio_codec', 'codecs', 'fps', 'picture_offset', 'picture_bytes'])
    .where('id', 'in', [...ids])
    .execute();

/** Writes what was found out of files, in one statement. */
export const putFacts = (db: Db, patches: readonly FactPatch[]): Promise<void> =>
  updateRows(db, 'clip', factColumns, patches);
