import { setImmediate as yieldToOthers } from 'node:timers/promises';
import { sql, type SqlBool } from 'kysely';
import { among } from '../db/bulk.ts';
import type { Database, Db } from '../db/open.ts';
import type { ArtifactRow } from '../db/schema-media.ts';
import { proxyVersion } from './proxy-args-plan.ts';
import { askedMs } from './proxy-policy.ts';
import { pictureVersions } from './picture-plan.ts';

type Made = Pick<ArtifactRow, 'clip_id' | 'kind' | 'state' | 'version' | 'error'>;

const rowsAtOnce = 500;
const versions: Partial<Record<ArtifactRow['kind'], number>> = { ...pictureVersions, proxy: proxyVersion };

/**
 * What was made by an older recipe is kept where making it anew failed: it counts as ready, and not among what failed.
 * It is to be made anew once more, too.
 */
export async function retryOlder(db: Database, now: number): Promise<void> {
  let last: Made | undefined;
  do {
    const some: Made[] = await artifactsAfter(db, last);
    last = some.at(-1);
    const older = some.filter(isOlderFailure);
    if (older.length > 0) await db.transaction().execute((trx) => makeDue(trx, older, now));
    await yieldToOthers();
  } while (last);
}

const isOlderFailure = ({ kind, state, version, error }: Made): boolean =>
  state === 'ready' && error !== null && kind in versions && versions[kind] !== version;

/** A page of all that was made, in the order of the table's key. */
export function artifactsAfter(
  db: Db,
  last: Pick<Made, 'clip_id' | 'kind'> = { clip_id: 0, kind: 'filmstrip' },
): Promise<Made[]> {
  return db
    .selectFrom('artifact')
    .select(['clip_id', 'kind', 'state', 'version', 'error'])
    .where(sql<SqlBool>`(clip_id, kind) > (${last.clip_id}, ${last.kind})`)
    .orderBy('clip_id')
    .orderBy('kind')
    .limit(rowsAtOnce)
    .execute();
}

async function makeDue(trx: Db, older: readonly Made[], now: number): Promise<void> {
  for (const { clip_id, kind } of older)
    await trx
      .updateTable('artifact')
      .set({ next_at: now, attempts: 0 })
      .where('clip_id', '=', clip_id)
      .where('kind', '=', kind)
      .execute();
  const idsOf = (isProxy: boolean) =>
    older.filter(({ kind }) => (kind === 'proxy') === isProxy).map(({ clip_id }) => clip_id);
  await trx
    .updateTable('clip')
    .set({ proxy_wanted_at: now - askedMs })
    .where(among('id', idsOf(true)))
    .where('proxy_wanted_at', 'is', null)
    .execute();
  await trx
    .updateTable('clip')
    .set({ media_due: 2 })
    .where(among('id', idsOf(false)))
    .where('media_due', '=', 0)
    .where('state', '=', 'archived')
    .execute();
}
