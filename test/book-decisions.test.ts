import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { routes } from '../src/shared/routes.ts';
import type { CardEntry } from '../simulator/card.ts';
import type { SimulatedCamera } from '../simulator/simulated-camera.ts';
import { localTime } from '../simulator/times.ts';
import { ClipRepository } from '../src/server/archive/clip-repository.ts';
import { insertRows } from '../src/server/db/bulk.ts';
import type { ClipRow } from '../src/server/db/schema.ts';
import { makeRecordings, openArchive, type ArchiveParts } from './archive-parts.ts';
import { expectInvariants } from './invariants.ts';
import {
  addDrive,
  allClips,
  bytesDownloaded,
  cardBytes,
  clipNamed,
  untilArchived,
  untilListedAgain,
  untilSettled,
  useApp,
  useCamera,
  waitLong,
} from './scenario.ts';
import type { TestApp } from './test-app.ts';

const bytes = 20_000;
const folder = '.viofosync/decisions';

const idOf = async (app: TestApp, entry: CardEntry | undefined) =>
  (await clipNamed(app, entry?.name ?? '')).id;
const stateOf = async (app: TestApp, entry: CardEntry | undefined) => {
  const { state, state_reason, kept, note } = await clipNamed(app, entry?.name ?? '');
  return [state, state_reason, kept, note];
};

/** What the files of all days tell, by name. */
async function told(root: string): Promise<Record<string, Record<string, unknown>>> {
  const names = await readdir(join(root, folder)).catch(() => []);
  const texts = await Promise.all(
    names.filter((name) => name.endsWith('.json')).map((name) => readFile(join(root, folder, name), 'utf8')),
  );
  const entries = texts.flatMap(
    (text) => (JSON.parse(text) as { decisions: Record<string, unknown>[] }).decisions,
  );
  return Object.fromEntries(entries.map((entry) => [String(entry['name']), entry]));
}

async function setRule(app: TestApp, mainRule: 'everything' | 'nothing'): Promise<void> {
  const [camera] = (await app.call(routes.listCameras)).cameras;
  await app.call(routes.updateCamera, { params: { id: camera?.id ?? 0 }, body: { mainRule } });
  const book = join(app.recordings, '.viofosync/cameras.json');
  await vi.waitFor(
    async () => expect(await readFile(book, 'utf8')).toContain(`"mainRule": "${mainRule}"`),
    waitLong,
  );
}

/** A rule that takes a clip out of the archive, as a sweep records it. */
async function expire(app: TestApp, entry: CardEntry | undefined): Promise<void> {
  const row = await clipNamed(app, entry?.name ?? '');
  await rm(join(app.recordings, row.path ?? ''));
  await app.app.db.transaction().execute((trx) =>
    new ClipRepository().transition(trx, [row.id], ['archived'], {
      to: 'expired',
      reason: 'retention',
      at: 1_790_000_000_000,
      patch: { path: null },
    }),
  );
  app.app.events.emit('clips.changed', { cameraId: row.camera_id, localDays: [row.local_day] });
}

async function deleteByHand(app: TestApp, entry: CardEntry | undefined): Promise<void> {
  const clipIds = [await idOf(app, entry)];
  await app.call(routes.deleteClips, { body: { clipIds, includeProtected: true } });
  await vi.waitFor(async () => expect((await stateOf(app, entry))[0]).toBe('deleted'), waitLong);
}

interface Decided {
  app: TestApp;
  camera: SimulatedCamera;
  /** Deleted, expired, deleted into the trash, archived. */
  old: CardEntry[];
  /** Skipped, kept, neither. */
  more: CardEntry[];
}

/** Clips of which everything that can be was decided while all of them are still on the card; stopped. */
async function decideAll(): Promise<Decided> {
  const camera = await useCamera();
  const old = addDrive(camera, { clips: 4, bytes });
  const app = await useApp({ zone: 'Europe/London' });
  await app.call(routes.addCamera, { body: { name: 'Dashcam', address: camera.address } });
  await untilArchived(app, 4);
  await app.call(routes.updateSettings, { body: { trashHours: 0 } });
  await deleteByHand(app, old[0]);
  await expire(app, old[1]);
  await app.call(routes.updateSettings, { body: { trashHours: 24 } });
  await deleteByHand(app, old[2]);
  await setRule(app, 'nothing');
  const more = addDrive(camera, { clips: 3, bytes, start: localTime(2026, 6, 29, 15) });
  await vi.waitFor(async () => expect(await allClips(app)).toHaveLength(7), waitLong);
  await app.call(routes.skipClips, { body: { clipIds: [await idOf(app, more[0])] } });
  await app.call(routes.keepClips, { body: { clipIds: [await idOf(app, more[1])], kept: true } });
  await vi.waitFor(async () => expect(Object.keys(await told(app.recordings))).toHaveLength(5), waitLong);
  await untilSettled(app);
  await camera.goAway('refuse');
  await setRule(app, 'everything');
  await app.app.stop();
  return { app, camera, old, more };
}

async function loseConfiguration(app: TestApp): Promise<void> {
  await rm(app.configDir, { recursive: true });
  await mkdir(app.configDir);
}

test.each([
  ['its camera is known from the archive alone', false],
  ['its camera is listed before the archive is looked through', true],
])(
  'clips that were deleted, expired or skipped are not fetched again after the configuration folder was lost, and a waiting one is still kept: %s',
  async (_, isKnown) => {
    const { app, camera, old, more } = await decideAll();
    const before = bytesDownloaded(camera);
    await loseConfiguration(app);
    await camera.comeBack();
    await app.restart(isKnown ? { cameraAddress: camera.address } : {});
    await vi.waitFor(
      async () => expect((await stateOf(app, more[1])).slice(0, 2)).toEqual(['archived', null]),
      waitLong,
    );
    await vi.waitFor(async () => expect((await stateOf(app, more[2]))[0]).toBe('archived'), waitLong);
    await untilListedAgain(camera);
    await untilSettled(app);
    expect(await Promise.all(old.map((entry) => stateOf(app, entry)))).toEqual([
      ['deleted', 'user', 0, null],
      ['expired', 'retention', 0, null],
      ['deleted', 'user', 0, null],
      ['archived', null, 0, null],
    ]);
    expect(await Promise.all(more.map((entry) => stateOf(app, entry)))).toEqual([
      ['skipped', 'user', 0, null],
      ['archived', null, 1, null],
      ['archived', null, 0, null],
    ]);
    expect(bytesDownloaded(camera) - before).toBe(cardBytes(more.slice(1)));
    expect(await allClips(app)).toHaveLength(7);
    await expectInvariants(app, camera);
    // A person may still want it: it is as it was.
    await app.call(routes.unskipClips, { body: { clipIds: [await idOf(app, more[0])] } });
    await vi.waitFor(async () => expect((await stateOf(app, more[0]))[0]).toBe('archived'), waitLong);
    await vi.waitFor(async () => expect(Object.keys(await told(app.recordings))).toHaveLength(3), waitLong);
  },
  60_000,
);

const clip = (day: number, minute: number) =>
  `2026_06${String(day).padStart(2, '0')}_1${Math.floor(minute / 60)}${String(minute % 60).padStart(2, '0')}00_${String(minute).padStart(6, '0')}F.MP4`;
const columns = [
  'camera_id',
  'capture_id',
  'name',
  'generation',
  'channel',
  'kind',
  'container',
  'local_start',
  'started_at',
  'zone_offset_min',
  'time_source',
  'local_day',
  'locked',
  'kept',
  'kept_at',
  'note',
  'rank',
  'place_released_at',
  'state',
  'state_reason',
  'state_at',
  'attempts',
  'size_bytes',
  'remote_volume',
  'remote_path',
  'remote_size_bytes',
  'remote_size_exact',
  'remote_timecode',
  'remote_ended_local',
  'remote_seen_at',
  'remote_gone_at',
  'origin',
] as const satisfies readonly (keyof ClipRow)[];

/** Rows as listings and decisions leave them. */
async function addClips(
  { db, events }: ArchiveParts,
  clips: readonly ({ day: number; minute: number } & Partial<ClipRow>)[],
): Promise<void> {
  const [known] = await db.selectFrom('camera').select('id').execute();
  const camera = { name: 'Dashcam', address: '192.0.2.1', archive_folder: '', enabled: 0, created_at: 0 };
  const id =
    known?.id ??
    Number(
      (
        await db
          .insertInto('camera')
          .values(camera as never)
          .executeTakeFirst()
      ).insertId,
    );
  const rows = clips.map(({ day, minute, ...change }) => {
    const local_start = `2026-06-${String(day).padStart(2, '0')}T1${Math.floor(minute / 60)}:${String(minute % 60).padStart(2, '0')}:00`;
    const name = clip(day, minute);
    return {
      camera_id: id,
      capture_id: 0,
      name,
      generation: 0,
      channel: 'front' as const,
      kind: 'normal' as const,
      container: 'mp4' as const,
      local_start,
      started_at: Date.parse(`${local_start}Z`) - 3_600_000,
      zone_offset_min: 60,
      time_source: 'setting' as const,
      local_day: local_start.slice(0, 10),
      locked: 0 as const,
      kept: 0 as const,
      state: 'deleted' as const,
      state_reason: 'user' as const,
      state_at: 1_790_000_000_000,
      attempts: 0,
      size_bytes: 1000,
      remote_volume: 'A',
      remote_path: `/DCIM/Movie/${name}`,
      remote_size_bytes: 1000,
      remote_size_exact: 1 as const,
      remote_timecode: 5000 + minute,
      remote_ended_local: local_start,
      remote_seen_at: 1_789_000_000_000,
      origin: 'sync' as const,
      ...change,
    };
  });
  await db.transaction().execute(async (trx) => {
    const first = rows[0];
    const capture = {
      camera_id: id,
      started_at: first?.started_at ?? 0,
      local_start: first?.local_start ?? '',
      local_day: first?.local_day ?? '',
      kind: 'normal' as const,
      locked: 0 as const,
    };
    const { insertId } = await trx.insertInto('capture').values(capture).executeTakeFirstOrThrow();
    for (const row of rows) row.capture_id = Number(insertId);
    await insertRows(trx, 'clip', columns, rows);
  });
  events.emit('camera.changed', { cameraId: id });
  events.emit('clips.changed', { cameraId: id, localDays: [] });
}

test('only what a card may still hold and the next listing would not decide by itself is told', async () => {
  const parts = await openArchive(await makeRecordings({}));
  await addClips(parts, [
    { day: 28, minute: 1 },
    { day: 28, minute: 2, remote_gone_at: 5 },
    { day: 28, minute: 3, remote_seen_at: null, remote_path: null },
    { day: 28, minute: 4, state: 'waiting', state_reason: null },
    { day: 28, minute: 5, state: 'held', state_reason: 'rule', note: 'a deer' },
    { day: 28, minute: 6, state: 'waiting', state_reason: null, rank: -3 },
    { day: 28, minute: 7, state: 'waiting', state_reason: null, place_released_at: 9 },
    { day: 28, minute: 8, state: 'skipped', state_reason: 'duplicate' },
    { day: 28, minute: 9, state: 'skipped', state_reason: 'place' },
    { day: 28, minute: 10, state: 'missing', state_reason: null },
    { day: 28, minute: 11, state: 'lost', state_reason: 'overwritten', kept: 1 },
  ]);
  const names = [1, 5, 6, 7, 9, 10].map((minute) => clip(28, minute));
  await vi.waitFor(
    async () => expect(Object.keys(await told(parts.root)).toSorted()).toEqual(names.toSorted()),
    waitLong,
  );
  expect((await told(parts.root))[clip(28, 1)]).toEqual({
    camera: '',
    name: clip(28, 1),
    localStart: '2026-06-28T10:01:00',
    state: 'deleted',
    reason: 'user',
    at: new Date(1_790_000_000_000).toISOString(),
    bytes: 1000,
    card: {
      path: `/DCIM/Movie/${clip(28, 1)}`,
      volume: 'A',
      bytes: 1000,
      exact: true,
      timecode: 5001,
      ended: '2026-06-28T10:01:00',
      seen: new Date(1_789_000_000_000).toISOString(),
    },
  });
  // The card has overwritten them all: nothing is left to tell, and no file.
  await parts.db.updateTable('clip').set({ remote_gone_at: 7 }).execute();
  parts.events.emit('clips.changed', { cameraId: 1, localDays: [] });
  await vi.waitFor(async () => expect(await readdir(join(parts.root, folder))).toEqual([]), waitLong);
});

test('a decision rewrites the file of its day and no other, however many there are', async () => {
  const parts = await openArchive(await makeRecordings({}));
  const days = Array.from({ length: 20 }, (_, day) => day + 1);
  const minutes = Array.from({ length: 500 }, (_, minute) => minute);
  for (const day of days)
    await addClips(
      parts,
      minutes.map((minute) => ({ day, minute })),
    );
  const files = () => readdir(join(parts.root, folder));
  const stamps = async () => {
    const all = await Promise.all(
      (await files()).map(async (name) => [name, (await stat(join(parts.root, folder, name))).ino] as const),
    );
    return new Map(all);
  };
  await vi.waitFor(async () => expect(Object.keys(await told(parts.root))).toHaveLength(10_000), waitLong);
  const before = await stamps();
  await parts.db.updateTable('clip').set({ state: 'expired' }).where('name', '=', clip(7, 30)).execute();
  parts.events.emit('clips.changed', { cameraId: 1, localDays: [] });
  await vi.waitFor(
    async () => expect((await told(parts.root))[clip(7, 30)]).toMatchObject({ state: 'expired' }),
    waitLong,
  );
  const after = await stamps();
  expect([...after].filter(([name, ino]) => before.get(name) !== ino).map(([name]) => name)).toEqual([
    '2026-06-07.json',
  ]);
  expect((await stat(join(parts.root, folder, '2026-06-07.json'))).size).toBeLessThan(250_000);
}, 60_000);

const picture = async ({ db }: ArchiveParts) =>
  db
    .selectFrom('clip')
    .select(columns.filter((column) => !['camera_id', 'capture_id', 'attempts'].includes(column)))
    .where('local_day', '=', '2026-06-01')
    .orderBy('name')
    .execute();

test('what is told comes back as it was, and what another program or version wrote is left alone', async () => {
  const root = await makeRecordings({
    [`${folder}/2026-06-02.json`]: '{"viofosync":9,"decisions":[]}',
    [`${folder}/2026-06-03.json`]: 'mine',
    [`${folder}/notes.txt`]: 'mine too',
  });
  const parts = await openArchive(root);
  await addClips(parts, [
    { day: 1, minute: 1, kept: 1, kept_at: 5, note: 'a deer' },
    { day: 1, minute: 2, state: 'expired', state_reason: 'retention', generation: 1, locked: 1 },
    { day: 1, minute: 3, state: 'waiting', state_reason: null, rank: -3, size_bytes: null },
    { day: 1, minute: 4, state: 'held', state_reason: 'rule', place_released_at: 9, remote_size_exact: 0 },
    { day: 1, minute: 5, state: 'listed', state_reason: 'photo', kept: 1, kept_at: 6 },
    { day: 2, minute: 1 },
    { day: 3, minute: 1 },
  ]);
  await vi.waitFor(
    async () => expect(await readFile(join(root, folder, '2026-06-01.json'), 'utf8')).toContain('deer'),
    waitLong,
  );
  const before = await picture(parts);
  await parts.stop();
  const again = await openArchive(root);
  const wanted = { state: 'waiting', state_reason: null };
  expect(await picture(again)).toEqual(
    before.map((row) => ({ ...row, ...(row.state === 'held' && wanted) })),
  );
  expect(await readFile(join(root, folder, '2026-06-02.json'), 'utf8')).toContain('9');
  expect(await readFile(join(root, folder, '2026-06-03.json'), 'utf8')).toBe('mine');
  expect(await readFile(join(root, folder, 'notes.txt'), 'utf8')).toBe('mine too');
  const days = await again.db.selectFrom('day').select(['local_day', 'wanted']).execute();
  expect(days).toEqual([{ local_day: '2026-06-01', wanted: 2 }]);
});

test('one decision that cannot be read takes none of the others with it', async () => {
  const root = await makeRecordings({});
  const parts = await openArchive(root);
  await addClips(parts, [
    { day: 1, minute: 1 },
    { day: 1, minute: 2 },
  ]);
  const file = join(root, folder, '2026-06-01.json');
  await vi.waitFor(async () => expect(Object.keys(await told(root))).toHaveLength(2), waitLong);
  await parts.stop();
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace('"deleted"', '"painted blue"'));
  const again = await openArchive(root);
  const rows = await again.db.selectFrom('clip').select(['name', 'state']).execute();
  expect(rows).toEqual([{ name: clip(1, 2), state: 'deleted' }]);
});

test.each([
  ['cut off', '{"viofosync":1,"cameras":[{"folder":"Rear","na'],
  ['empty', ''],
])(
  'what was decided of the clips of a camera is not lost with what was said of it, in a file that is %s',
  async (_, cameras) => {
    const decision = {
      camera: 'Rear',
      name: '2026_0628_100000_0001R.MP4',
      localStart: '2026-06-28T10:00:00',
      state: 'deleted',
      reason: 'user',
      at: '2026-06-29T10:00:00Z',
      card: { path: '/DCIM/Movie/2026_0628_100000_0001R.MP4', seen: '2026-06-29T10:00:00Z' },
    };
    const root = await makeRecordings({
      '.viofosync/cameras.json': cameras,
      [`${folder}/2026-06-28.json`]: JSON.stringify({ viofosync: 1, decisions: [decision] }),
    });
    const { db } = await openArchive(root);
    expect(await db.selectFrom('clip').select(['name', 'state']).execute()).toEqual([
      { name: decision.name, state: 'deleted' },
    ]);
    expect(await db.selectFrom('camera').select(['archive_folder', 'enabled']).execute()).toEqual([
      { archive_folder: 'Rear', enabled: 0 },
    ]);
    await vi.waitFor(
      async () => expect(await readFile(join(root, '.viofosync/cameras-2.json'), 'utf8')).toContain('Rear'),
      waitLong,
    );
    expect(await readFile(join(root, '.viofosync/cameras.json'), 'utf8')).toBe(cameras);
    expect(await told(root)).toMatchObject({ [decision.name]: { camera: 'Rear', state: 'deleted' } });
  },
);
