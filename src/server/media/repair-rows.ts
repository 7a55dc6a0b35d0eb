import { sql, type RawBuilder, type SqlBool } from 'kysely';
import type { Database, Db } from '../db/open.ts';
import type { ClipRow } from '../db/schema.ts';
import type { ArtifactRow } from '../db/schema-media.ts';
import { artifactKey } from './artifact-key.ts';
import { artifactOf, putArtifact } from './artifact-rows.ts';
import { identityColumns } from './media-types.ts';
import type { MediaFacts } from './media-facts.ts';
import { repairedPathOf, repairVersion, type RepairDetail } from './repair-place.ts';

const repairColumns = [
  ...identityColumns,
  'camera_id',
  'channel',
  'kind',
  'container',
  'started_at',
  'path',
  'state',
  'repair',
] as const satisfies readonly (keyof ClipRow)[];
export type RepairClip = Pick<ClipRow, (typeof repairColumns)[number]>;

/** As the partial indexes have it: bound values would not match. */
const isDue = sql<SqlBool>`clip.repair = 'due'`;
const isReady = sql<SqlBool>`artifact.state = 'ready'`;
const isOrphan = sql<SqlBool>`artifact.state = 'orphan'`;

/** A clip that is to be repaired now: the newest, but none that failed and waits. */
export const nextRepair = (db: Db, now: number): Promise<RepairClip | undefined> =>
  db
    .selectFrom('clip')
    .select(repairColumns)
    .where(isDue)
    .where('state', '=', 'archived')
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('artifact')
            .select('artifact.clip_id')
            .whereRef('artifact.clip_id', '=', 'clip.id')
            .where('artifact.kind', '=', 'repair')
            .where('artifact.state', '=', 'failed')
            .where((either) =>
              either.or([either('artifact.next_at', 'is', null), either('artifact.next_at', '>', now)]),
            ),
        ),
      ),
    )
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();

export const repairClip = (db: Db, id: number): Promise<RepairClip | undefined> =>
  db
    .selectFrom('clip')
    .select(repairColumns)
    .where('id', '=', id)
    .where('state', '=', 'archived')
    .executeTakeFirst();

/** A repaired copy whose clip is gone. */
export const nextOrphan = (db: Db): Promise<ArtifactRow | undefined> =>
  db
    .selectFrom('artifact')
    .selectAll()
    .where(isOrphan)
    .where('kind', '=', 'repair')
    .limit(1)
    .executeTakeFirst();

export async function countRepairs(db: Db): Promise<number> {
  const row = await db
    .selectFrom('clip')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where(isDue)
    .where('state', '=', 'archived')
    .executeTakeFirstOrThrow();
  return row.count;
}

/** How often the making of this copy failed so far. */
export async function attemptsOf(db: Db, clipId: number): Promise<number> {
  const row = await db
    .selectFrom('artifact')
    .select('attempts')
    .where('clip_id', '=', clipId)
    .where('kind', '=', 'repair')
    .where('state', '=', 'failed')
    .executeTakeFirst();
  return row?.attempts ?? 0;
}

/** What another firmware wrote long ago is no example; and the search has an end. */
const siblingWithinMs = 120 * 24 * 60 * 60_000;

/** Whole clips like this one: of the same camera, channel and kind, the nearest in time. */
export async function siblingsOf(
  db: Db,
  clip: RepairClip,
  most: number,
): Promise<{ id: number; path: string }[]> {
  const near = (side: '<=' | '>') =>
    db
      .selectFrom('clip')
      .select(['id', 'path', 'started_at'])
      .where(sql<SqlBool>`state = 'archived'`)
      .where('kind', '=', clip.kind)
      .where('started_at', side, clip.started_at)
      .where(
        'started_at',
        side === '>' ? '<' : '>',
        clip.started_at + (side === '>' ? 1 : -1) * siblingWithinMs,
      )
      .where('camera_id', '=', clip.camera_id)
      .where('channel', '=', clip.channel)
      .where('complete', '=', 1)
      .where('container', 'in', ['mp4', 'mov'])
      .where('id', '<>', clip.id)
      .orderBy('started_at', side === '>' ? 'asc' : 'desc')
      .limit(most)
      .execute();
  const both = [...(await near('<=')), ...(await near('>'))];
  const distance = (at: number) => Math.abs(at - clip.started_at);
  return both
    .filter((row): row is typeof row & { path: string } => row.path !== null)
    .toSorted((a, b) => distance(a.started_at) - distance(b.started_at))
    .slice(0, most);
}

export interface Repaired {
  bytes: number;
  /** Of the copy. */
  facts: MediaFacts;
  detail: RepairDetail;
  note: string;
}

/** The copy is there: in one transaction, unless the clip's file is another by now. False then. */
export async function keepRepaired(
  db: Database,
  clip: RepairClip,
  { bytes, detail, note, facts }: Repaired,
  at: number,
): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    if (!(await isStill(trx, clip))) return false;
    await putArtifact(trx, {
      clip_id: clip.id,
      kind: 'repair',
      key: artifactKey(clip),
      state: 'ready',
      format: 'mp4',
      bytes,
      detail: JSON.stringify(detail),
      version: repairVersion,
      attempts: 0,
      next_at: null,
      error: null,
      made_at: at,
      used_at: at,
    });
    await trx
      .updateTable('clip')
      .set({ repair: 'repaired', repair_note: note, ...playedFacts(facts) })
      .where('id', '=', clip.id)
      .execute();
    return true;
  });
}

/** So long is what can be played; pictures are made of that: anew, once it can. */
const playedFacts = (facts: MediaFacts) => ({
  ...(facts.durationMs !== null && { duration_ms: facts.durationMs }),
  media_duration_ms: facts.durationMs,
  video_codec: facts.videoCodec,
  audio_codec: facts.audioCodec,
  codecs: facts.codecs,
  width: facts.width,
  height: facts.height,
  fps: facts.fps,
  media_due: sql<0 | 1 | 2>`case media_due when 1 then 1 else 2 end`,
});

/** The playable copy of a clip that is not, below the archive root; null without one. */
export async function repairedCopyOf(db: Db, clip: Pick<ClipRow, 'id' | 'repair'>): Promise<string | null> {
  if (clip.repair !== 'repaired') return null;
  const row = await artifactOf(db, clip.id, 'repair');
  return row?.state === 'ready' ? repairedPathOf(row) : null;
}

/** How it ended without a copy. */
export async function settleRepair(
  db: Database,
  clip: RepairClip,
  end: Pick<ClipRow, 'repair' | 'repair_note'> & { complete?: 1 },
): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if (!(await isStill(trx, clip))) return;
    await dropRepair(trx, clip.id);
    await trx.updateTable('clip').set(end).where('id', '=', clip.id).execute();
  });
}

/** Why it waits, in words; it stays due. */
export async function noteRepair(db: Db, clip: RepairClip, repair_note: string): Promise<void> {
  await db
    .updateTable('clip')
    .set({ repair_note })
    .where('id', '=', clip.id)
    .where(sql<SqlBool>`repair = 'due'`)
    .execute();
}

/** Whatever was known of its repair, it is due now. False when the clip is not in the archive. */
export async function orderRepair(db: Database, clipId: number): Promise<boolean> {
  return db.transaction().execute(async (trx) => {
    const { numUpdatedRows } = await trx
      .updateTable('clip')
      .set({ repair: 'due', repair_note: null })
      .where('id', '=', clipId)
      .where('state', '=', 'archived')
      .executeTakeFirst();
    if (numUpdatedRows === 0n) return false;
    await trx
      .deleteFrom('artifact')
      .where('clip_id', '=', clipId)
      .where('kind', '=', 'repair')
      .where('state', '=', 'failed')
      .execute();
    return true;
  });
}

/** Repaired copies that rows tell of, also those that are to go: whose they are, by their paths below the archive root. */
export async function copiesKnown(db: Db): Promise<Map<string, number>> {
  const of = (state: RawBuilder<SqlBool>) =>
    db
      .selectFrom('artifact')
      .select(['clip_id', 'kind', 'detail'])
      .where(state)
      .where('kind', '=', 'repair')
      .execute();
  const known = new Map<string, number>();
  // Those that stay come last: a clip that came back as another row may have taken its copy over.
  for (const row of [...(await of(isOrphan)), ...(await of(isReady))]) {
    const path = repairedPathOf(row);
    if (path !== null) known.set(path, row.clip_id);
  }
  return known;
}

/** Whether a copy of a clip of this name and size may still be taken over: it is there and is to be repaired, or may come back. */
export async function mayNeedCopy(
  db: Db,
  { name, sizeBytes }: { name: string; sizeBytes: number },
): Promise<boolean> {
  // Cross: by the index of each camera's names.
  const rows = await db
    .selectFrom('camera')
    .crossJoin('clip')
    .select(['clip.state', 'clip.repair', 'clip.media_due'])
    .whereRef('clip.camera_id', '=', 'camera.id')
    .where('clip.name', '=', name)
    .where('clip.size_bytes', '=', sizeBytes)
    .execute();
  return rows.some(
    ({ state, repair, media_due }) =>
      state === 'missing' || (state === 'archived' && (repair === 'due' || media_due === 1)),
  );
}

/** Everything that failed or was given up is due again, some at a time; returns how many there were. */
export async function retryRepairs(db: Database, limit: number): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom('artifact')
      .select('clip_id')
      .where(sql<SqlBool>`state = 'failed'`)
      .where('kind', '=', 'repair')
      .limit(limit)
      .execute();
    for (const { clip_id } of rows) await dropRepair(trx, clip_id);
    return rows.length;
  });
}

/** Its copy is gone: should the clip come back, it is due again. */
export async function forgetRepair(db: Database, clipId: number): Promise<void> {
  await db.transaction().execute(async (trx) => {
    await dropRepair(trx, clipId);
    await trx
      .updateTable('clip')
      .set({ repair: 'due' })
      .where('id', '=', clipId)
      .where('repair', '=', 'repaired')
      .execute();
  });
}

async function dropRepair(db: Db, clipId: number): Promise<void> {
  await db.deleteFrom('artifact').where('clip_id', '=', clipId).where('kind', '=', 'repair').execute();
}

async function isStill(db: Db, clip: RepairClip): Promise<boolean> {
  const now = await repairClip(db, clip.id);
  return now?.path === clip.path && now.size_bytes === clip.size_bytes;
}
