import { rebuildDays } from '../src/server/archive/day-repository.ts';
import type { Database } from '../src/server/db/open.ts';
import type { NewClipRow } from '../src/server/db/schema.ts';

/** A camera that nobody looks for; its id. */
export async function addCamera(db: Database, folder = ''): Promise<number> {
  const { id } = await db
    .insertInto('camera')
    .values({
      name: folder || 'Dashcam',
      address: folder || 'a',
      archive_folder: folder,
      enabled: 1,
      created_at: 0,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** A clip as a listing makes it, with a capture of its own, of the first camera where none is told; its id. */
export async function addListed(
  db: Database,
  name: string,
  change: Partial<NewClipRow> & Pick<NewClipRow, 'state'>,
): Promise<number> {
  const first = await db.selectFrom('camera').select('id').executeTakeFirst();
  const cameraId = change.camera_id ?? first?.id ?? (await addCamera(db));
  const { local_start = '2026-06-28T13:34:16', started_at = 0 } = change;
  const start = { local_start, local_day: local_start.slice(0, 10), started_at };
  const { id: captureId } = await db
    .insertInto('capture')
    .values({ camera_id: cameraId, ...start, kind: 'normal', locked: 0 })
    .returning('id')
    .executeTakeFirstOrThrow();
  const { id } = await db
    .insertInto('clip')
    .values({
      camera_id: cameraId,
      capture_id: captureId,
      name,
      generation: 0,
      channel: 'front',
      kind: 'normal',
      container: 'mp4',
      ...start,
      zone_offset_min: 60,
      time_source: 'setting',
      locked: 0,
      kept: 0,
      state_at: 0,
      attempts: 0,
      remote_volume: 'A',
      remote_path: `/DCIM/Movie/${name}`,
      remote_size_bytes: 1000,
      remote_size_exact: 1,
      origin: 'sync',
      ...change,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await rebuildDays(db);
  return id;
}
