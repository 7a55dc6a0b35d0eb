import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { rebuildDays } from '../src/server/archive/day-repository.ts';
import { ClipRepository } from '../src/server/archive/clip-repository.ts';
import { ScanFiling } from '../src/server/archive/scan-filing.ts';
import type { ListedFile } from '../src/server/camera/camera.ts';
import { openDatabase, type Database } from '../src/server/db/open.ts';
import type { ClipRow } from '../src/server/db/schema.ts';
import { ZonedTimes } from '../src/server/lib/zones.ts';
import type { RuleContext } from '../src/server/sync/fetch-rules.ts';
import { Reconciler } from '../src/server/sync/reconciler.ts';
import { CameraTimes } from '../src/server/time/camera-times.ts';
import { handClock } from './scenario.ts';

const everything: RuleContext = {
  connection: 'main',
  rules: { main: 'everything', alternative: 'everything' },
  hasAlternative: false,
  fetchFrom: null,
};

function listed(name: string, change: Partial<ListedFile> = {}): ListedFile {
  return {
    name,
    remotePath: `/DCIM/Movie/${name}`,
    volume: 'A',
    container: 'mp4',
    sizeBytes: 1000,
    sizeExact: true,
    timecode: null,
    endedLocal: null,
    locked: false,
    ...change,
  };
}

/** A minute each, front and rear. */
function card(files: number, year = 2026): ListedFile[] {
  return Array.from({ length: files }, (_, index) => {
    const at = new Date(Date.UTC(year, 0, 1) + Math.floor(index / 2) * 60_000);
    const stamp = at.toISOString().slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '_');
    const counter = String(index).padStart(6, '0');
    return listed(`${stamp.slice(0, 4)}_${stamp.slice(4)}_${counter}${index % 2 === 0 ? 'F' : 'R'}.MP4`);
  });
}

class ReadRepository extends ClipRepository {
  private readonly onRead: () => Promise<void>;

  constructor(onRead: () => Promise<void>) {
    super();
    this.onRead = onRead;
  }

  override async byNames(...args: Parameters<ClipRepository['byNames']>) {
    const rows = await super.byNames(...args);
    await this.onRead();
    return rows;
  }
}

/** `onRead` is called each time a listing has read what it compares with. */
async function useLedger(onRead: (db: Database) => Promise<void> = async () => undefined) {
  const configDir = await mkdtemp(join(tmpdir(), 'viofosync-ledger-'));
  const db = await openDatabase({ configDir, now: new Date(0) });
  onTestFinished(async () => {
    await db.destroy();
    await rm(configDir, { recursive: true, force: true });
  });
  for (const id of [1, 2]) {
    const camera = { id, name: '', address: '', archive_folder: `${id}`, enabled: 1, created_at: 0 } as const;
    await db.insertInto('camera').values(camera).execute();
  }
  const clock = handClock();
  const reconciler = new Reconciler({
    db,
    clips: new ReadRepository(() => onRead(db)),
    times: new CameraTimes(new ZonedTimes('Europe/London')),
    clock,
    fetchPhotos: () => false,
  });
  const fold = async (files: ListedFile[], options: { cameraId?: number; rules?: RuleContext } = {}) => {
    clock.advance(60_000);
    const listing = { files, complete: true, notes: [], costMs: 0 };
    const outcome = await reconciler.reconcile(
      options.cameraId ?? 1,
      listing,
      'stopped',
      options.rules ?? everything,
    );
    await expectCountsTrue(db);
    return outcome;
  };
  return { db, fold };
}

const countsOf = async (db: Database) => [
  await db.selectFrom('day').selectAll().orderBy('local_day').orderBy('camera_id').execute(),
  await db
    .selectFrom('day_channel')
    .selectAll()
    .orderBy('local_day')
    .orderBy('camera_id')
    .orderBy('channel')
    .execute(),
  await db
    .selectFrom('day_usage')
    .selectAll()
    .orderBy('local_day')
    .orderBy('camera_id')
    .orderBy('kind')
    .orderBy('channel')
    .execute(),
];

/** Days and channels are a recount, and a capture is locked when a clip of it is. */
async function expectCountsTrue(db: Database): Promise<void> {
  const kept = await countsOf(db);
  await rebuildDays(db);
  expect(kept).toEqual(await countsOf(db));
  const clips = await rowsOf(db);
  const locked = new Set(clips.flatMap((clip) => (clip.locked === 1 ? [clip.capture_id] : [])));
  for (const capture of await db.selectFrom('capture').selectAll().execute())
    expect([capture.id, capture.locked]).toEqual([capture.id, locked.has(capture.id) ? 1 : 0]);
}

const rowsOf = (db: Database): Promise<ClipRow[]> =>
  db.selectFrom('clip').selectAll().orderBy('id').execute();
const statesOf = async (db: Database) =>
  (await rowsOf(db)).map(({ camera_id, name, state }) => [camera_id, name, state]);

test('a listing that brings nothing new writes nothing but that there was one', async () => {
  const { db, fold } = await useLedger();
  const files = card(40);
  expect(await fold(files)).toMatchObject({ added: 40, changed: 0, queueChanged: true });
  const before = await rowsOf(db);
  expect(await fold(files)).toEqual({ added: 0, changed: 0, lost: 0, localDays: [], queueChanged: false });
  expect(await rowsOf(db)).toEqual(before);
  expect(await db.selectFrom('listing').selectAll().execute()).toMatchObject([{ clips: 40 }, { clips: 40 }]);
});

test('what is new, moved, locked, lost and come again is all in one listing, and counted', async () => {
  const { db, fold } = await useLedger();
  const files = card(12);
  await fold(files);
  const [, , moved, ...rest] = files;
  const locked = { ...moved!, remotePath: `/DCIM/Movie/RO/${moved!.name}`, locked: true };
  const outcome = await fold([locked, ...rest, ...card(16).slice(12)]);
  expect(outcome).toMatchObject({ added: 4, changed: 2, lost: 2, localDays: ['2026-01-01'] });
  const rows = await rowsOf(db);
  expect(rows.slice(0, 3).map((row) => [row.state, row.remote_gone_at !== null, row.locked])).toEqual([
    ['lost', true, 0],
    ['lost', true, 0],
    ['waiting', false, 1],
  ]);
  expect(rows[2]).toMatchObject({ remote_path: locked.remotePath });
  expect(await fold([...files, ...card(16).slice(12)])).toMatchObject({ added: 0, changed: 2 });
  expect((await rowsOf(db)).map((row) => row.state)).toEqual(Array(16).fill('waiting'));
});

test('a clip of the archive that is locked on the camera gets a sidecar that says so', async () => {
  const { db, fold } = await useLedger();
  const [file] = card(1);
  await fold([file!]);
  await db.updateTable('clip').set({ state: 'archived', path: 'x', size_bytes: 1000 }).execute();
  await fold([{ ...file!, locked: true }]);
  expect(await rowsOf(db)).toMatchObject([{ locked: 1, sidecar_due: 1, state: 'archived' }]);
});

test('two cameras with the same names have their clips, captures and days to themselves', async () => {
  const { db, fold } = await useLedger();
  const files = card(6);
  await fold(files);
  expect(await fold(files, { cameraId: 2 })).toMatchObject({ added: 6 });
  expect(await fold(files)).toMatchObject({ added: 0, changed: 0 });
  await fold(files.slice(2), { cameraId: 2 });
  expect((await statesOf(db)).filter(([, , state]) => state === 'lost')).toEqual(
    files.slice(0, 2).map((file) => [2, file.name, 'lost']),
  );
  const captures = await db.selectFrom('capture').select('camera_id').execute();
  expect(captures.map((row) => row.camera_id)).toEqual([1, 1, 1, 2, 2, 2]);
});

test('names that differ in case, on two storages, and of impossible times are clips of their own', async () => {
  const { db, fold } = await useLedger();
  const name = '2026_0628_130500_000006F.MP4';
  const files = [
    listed(name),
    listed(name, { volume: 'B', sizeBytes: 8 }),
    listed(name.toLowerCase(), { remotePath: `/DCIM/Movie/Parking/${name.toLowerCase()}`, sizeBytes: 7 }),
    listed('1970_0101_000000_000007F.MP4'),
    listed('2098_0628_130500_000008F.MP4'),
  ];
  await fold(files);
  const before = await rowsOf(db);
  expect(before.map((row) => [row.name, row.remote_volume, row.state])).toEqual(
    files.map((file) => [file.name, file.volume, 'waiting']),
  );
  expect(new Set(before.map((row) => row.capture_id)).size).toBe(5);
  expect(await fold(files.toReversed())).toMatchObject({ added: 0, changed: 0, queueChanged: false });
  expect(await rowsOf(db)).toEqual(before);
  await fold(files.filter((file) => file.name !== name));
  expect(
    (await rowsOf(db)).map((row) => row.state),
    'a clip of 2098 proves nothing',
  ).toEqual(Array(5).fill('waiting'));
});

test('a rule that is changed holds what waits, and lets it go again', async () => {
  const { db, fold } = await useLedger();
  const files = card(4);
  await fold(files);
  const rules = { ...everything, rules: { main: 'nothing', alternative: 'nothing' } } as const;
  expect(await fold(files, { rules })).toMatchObject({ changed: 4, queueChanged: true });
  const held = (await rowsOf(db)).map((row) => [row.state, row.state_reason]);
  expect(held).toEqual(files.map(() => ['held', 'rule']));
  expect(await fold(files)).toMatchObject({ changed: 4, queueChanged: true });
});

test('a card of more clips than go into one transaction is folded in whole', async () => {
  const { db, fold } = await useLedger();
  expect(await fold(card(12_000))).toMatchObject({ added: 12_000 });
  const { rows } = await db
    .selectFrom('clip')
    .select((eb) => eb.fn.countAll<number>().as('rows'))
    .executeTakeFirstOrThrow();
  expect(rows).toBe(12_000);
  expect(await fold(card(12_000))).toMatchObject({ added: 0, queueChanged: false });
  expect(await fold(card(6000, 2027))).toMatchObject({ added: 6000, lost: 0 });
});

test('the last fifty listings of each camera are kept', async () => {
  const { db, fold } = await useLedger();
  for (let count = 0; count < 60; count++) {
    await fold(card(1));
    if (count % 2 === 0) await fold(card(1), { cameraId: 2 });
  }
  const listings = await db.selectFrom('listing').select('camera_id').execute();
  const of = (id: number) => listings.filter((row) => row.camera_id === id).length;
  expect([of(1), of(2)]).toEqual([50, 30]);
});

test('a name on two storages of which one was lost may be listed there again', async () => {
  const { db, fold } = await useLedger();
  const [one, two, three] = card(6).filter((_, index) => index % 2 === 0);
  const onB = { ...one!, volume: 'B' };
  await fold([one!, onB, { ...two!, volume: 'B' }]);
  await fold([one!, { ...two!, volume: 'B' }, { ...three!, volume: 'B' }]);
  await fold([one!, onB, { ...two!, volume: 'B' }, { ...three!, volume: 'B' }]);
  const rows = await db
    .selectFrom('clip')
    .select(['remote_volume', 'state'])
    .where('name', '=', one!.name)
    .execute();
  expect(new Map(rows.map((row) => [row.remote_volume, row.state]))).toEqual(
    new Map([
      [one!.volume, 'waiting'],
      ['B', 'waiting'],
    ]),
  );
  expect(rows).toHaveLength(2);
});

test('a clip that a scan finds while it is being listed is listed as the one that was found', async () => {
  const files = card(6);
  let reads = 0;
  const { db, fold } = await useLedger(async (ledger) => {
    if (reads++ > 0) return;
    const scan = new ScanFiling({
      db: ledger,
      clips: new ClipRepository(),
      times: new ZonedTimes('Europe/London'),
      clock: handClock(),
    });
    const found = files.slice(2, 5).map(({ name }) => ({
      path: `1/${name}`,
      sizeBytes: 1000,
      mtimeMs: 0,
      hasGpx: false,
      sidecar: null,
    }));
    await scan.file(found, { vanished: new Set(), lookedAt: 0, along: async () => undefined });
  });
  expect(await fold(files)).toMatchObject({ added: 3 });
  const states = (await rowsOf(db)).toSorted((a, b) => a.name.localeCompare(b.name));
  expect(states.map(({ name, state }) => [name, state])).toEqual(
    files.map(({ name }, index) => [name, index >= 2 && index < 5 ? 'archived' : 'waiting']),
  );
  expect(reads).toBe(2);
});

test.each([
  ['a zone', (db: Database) => db.updateTable('camera').set({ zone: 'UTC+03:00' }).execute()],
  [
    'a shift',
    (db: Database) =>
      db
        .insertInto('clock_shift')
        .values({ camera_id: 1, from_local: null, to_local: null, shift_ms: -3 * 3_600_000, created_at: 0 })
        .execute(),
  ],
])('%s that is told of a camera while it is being listed goes for what is listed', async (_, tell) => {
  let reads = 0;
  const { db, fold } = await useLedger(async (ledger) => {
    if (reads++ === 0) await tell(ledger);
  });
  await fold(card(2));
  const rows = await rowsOf(db);
  expect(rows.map((row) => row.started_at)).toEqual([0, 0].map(() => Date.UTC(2025, 11, 31, 21)));
});
