import { createHash } from 'node:crypto';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { openArchive, makeRecordings, type ArchiveParts } from './archive-parts.ts';
import { waitLong } from './scenario.ts';

const front = '2026-06-28/2026_0628_133416_0001F.MP4';
const rear = 'Rear/2026-06-28/2026_0628_133416_0002R.MP4';

const readBook = async (root: string, name: string) =>
  readFile(join(root, '.viofosync', `${name}.json`), 'utf8').catch(() => '');

/** What people said of an archive of two cameras, all of it. */
async function saySomething({ db, events, settings }: ArchiveParts): Promise<void> {
  const [first] = await db.selectFrom('camera').select('id').execute();
  await db
    .updateTable('camera')
    .set({ name: 'Front', address: '192.0.2.1', enabled: 1, vehicle: 'Van', main_rule: 'locked_only' })
    .execute();
  const second = {
    name: 'Rear',
    address: '192.0.2.2',
    archive_folder: 'Rear',
    enabled: 1,
    created_at: 0,
  } as const;
  const { id } = await db.insertInto('camera').values(second).returning('id').executeTakeFirstOrThrow();
  const place = { name: 'Home', latitude: 51.5, longitude: -0.1, radius_m: 80, created_at: 7 };
  await db
    .insertInto('place')
    .values({ ...place, is_home: 1, skip_parked: 1, is_hidden: 0 })
    .execute();
  const edit = {
    camera_id: first?.id ?? 0,
    to_at: null,
    capture_id: null,
    to_capture_id: null,
    created_at: 9,
  };
  await db
    .insertInto('journey_edit')
    .values([
      { ...edit, kind: 'about', at: 1_000, name: 'To the sea', note: 'with Ann', tag: 'private' },
      { ...edit, kind: 'split', at: 2_000, name: null, note: null, tag: null },
    ])
    .execute();
  const rule = { kind: null, channel: null, days: 9 };
  await settings.update({ layout: 'weekly', webPort: 9999, retentionRules: [{ cameraId: id, ...rule }] });
  for (const name of ['camera.changed', 'clock.changed'] as const) events.emit(name, { cameraId: 1 });
  events.emit('places.changed', {});
  events.emit('journeys.changed', { localDays: [] });
}

const said = async ({ db, settings }: ArchiveParts) => ({
  cameras: await db
    .selectFrom('camera')
    .select(['name', 'address', 'archive_folder', 'enabled', 'vehicle', 'main_rule'])
    .orderBy('archive_folder')
    .execute(),
  places: (await db.selectFrom('place').selectAll().execute()).map((row) => ({ ...row, id: 0 })),
  edits: await db
    .selectFrom('journey_edit')
    .innerJoin('camera', 'camera.id', 'camera_id')
    .select(['archive_folder', 'kind', 'at', 'to_at', 'journey_edit.name', 'note', 'tag'])
    .orderBy('at')
    .execute(),
  layout: settings.values.layout,
  rules: settings.values.retentionRules.map((rule) => rule.days),
});

test('cameras, places, edits of journeys and settings outlive the configuration folder', async () => {
  const root = await makeRecordings({ [front]: 'front', [rear]: 'rear' });
  const first = await openArchive(root);
  await saySomething(first);
  await vi.waitFor(async () => {
    expect(await readBook(root, 'journeys')).toContain('with Ann');
    expect(await readBook(root, 'places')).toContain('Home');
    expect(await readBook(root, 'settings')).toContain('"camera": "Rear"');
    expect(await readBook(root, 'cameras')).toContain('192.0.2.2');
  }, waitLong);
  const before = await said(first);
  await first.stop();
  const restored: number[] = [];
  const again = await openArchive(root, { onCamerasRestored: (ids) => restored.push(...ids) });
  await vi.waitFor(async () => expect(await said(again)).toEqual(before), waitLong);
  expect(restored).toHaveLength(2);
  expect(again.settings.values.webPort).toBe(8080);
  const rearId = (await again.db.selectFrom('camera').selectAll().where('name', '=', 'Rear').execute())[0]
    ?.id;
  expect(again.settings.values.retentionRules[0]?.cameraId).toBe(rearId);
  const clips = await again.db.selectFrom('clip').select(['path', 'camera_id']).orderBy('path').execute();
  expect(clips.find((clip) => clip.path === rear)?.camera_id).toBe(rearId);
});

test('settings that somebody has chosen here stay as they are', async () => {
  const root = await makeRecordings({
    '.viofosync/settings.json': '{"viofosync":1,"settings":{"layout":"weekly"}}',
  });
  const parts = await openArchive(root);
  expect(parts.settings.values.layout).toBe('weekly');
  await parts.settings.update({ layout: 'yearly' });
  await vi.waitFor(async () => expect(await readBook(root, 'settings')).toContain('yearly'), waitLong);
  await parts.stop();
  await writeFile(join(root, '.viofosync/settings.json'), '{"viofosync":1,"settings":{"layout":"none"}}');
  const { configDir } = parts;
  const again = await openArchive(root, { configDir });
  expect(again.settings.values.layout).toBe('yearly');
});

test('a folder of the book that leads elsewhere is not written through', async () => {
  const root = await makeRecordings({ [front]: 'front' });
  const elsewhere = await makeRecordings({});
  await symlink(elsewhere, join(root, '.viofosync'));
  const parts = await openArchive(root);
  await parts.settings.update({ layout: 'weekly' });
  await parts.db.updateTable('clip').set({ note: 'a deer', sidecar_due: 1 }).execute();
  parts.events.emit('clips.changed', { cameraId: 1, localDays: [] });
  await vi.waitFor(
    async () => expect(await readFile(join(root, `${front}.json`), 'utf8')).toContain('deer'),
    waitLong,
  );
  expect(await readFile(join(elsewhere, 'settings.json'), 'utf8').catch(() => null)).toBeNull();
});

const sha256 = createHash('sha256').update('front').digest('hex');

test('hashes, origins and what was wrong outlive the database; those of other bytes are not believed', async () => {
  const root = await makeRecordings({ [front]: 'front', [rear]: 'rear' });
  const first = await openArchive(root);
  const verified = { sha256, verified_at: 5_000, archived_at: 4_000, origin: 'import' as const };
  const damaged = { state_reason: 'damaged', last_error: 'it ends in the middle' } as const;
  await first.db
    .updateTable('clip')
    .set({ ...verified, ...damaged })
    .execute();
  const manifest = '.viofosync/days/2026/2026-06-28.json';
  await vi.waitFor(async () => {
    const due = await first.db.selectFrom('clip').select('id').where('hash_noted', '=', 0).execute();
    expect(due).toEqual([]);
  }, waitLong);
  expect(await readFile(join(root, manifest), 'utf8')).toContain(sha256);
  await first.stop();
  await writeFile(join(root, rear), 'something else');
  const again = await openArchive(root);
  const rows = await again.db.selectFrom('clip').selectAll().orderBy('path').execute();
  expect(
    rows.map(({ sha256: hash, origin, verified_at, archived_at, state_reason, last_error }) => [
      hash,
      origin,
      verified_at,
      archived_at,
      state_reason,
      last_error,
    ]),
  ).toEqual([
    [sha256, 'import', 5_000, 4_000, 'damaged', 'it ends in the middle'],
    [null, 'found', null, rows[1]?.archived_at, null, null],
  ]);
});
