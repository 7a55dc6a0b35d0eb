import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { link, mkdir, readFile, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { SqliteQueryCompiler, type KyselyPlugin } from 'kysely';
import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { settingsSchema } from '../src/shared/settings.ts';
import { archiveTotals } from '../src/server/archive/day-repository.ts';
import type { Db } from '../src/server/db/open.ts';
import type { ClipRow } from '../src/server/db/schema.ts';
import { ScanFiling } from '../src/server/archive/scan-filing.ts';
import { filesOfBatch, FirstFiling, foldersOf } from '../src/server/archive/scan-first-filing.ts';
import { planFirst, type FirstFolder } from '../src/server/archive/scan-first-plan.ts';
import type { FoundFile } from '../src/server/archive/scan-plan.ts';
import { JourneyDue } from '../src/server/journeys/journey-due.ts';
import { JourneyService } from '../src/server/journeys/journey-service.ts';
import { ZonedTimes, type CameraNameTimes, type NameTimes } from '../src/server/lib/zones.ts';
import { waitLong } from './scenario.ts';
import { expectTrue, useArchive, type TestArchive } from './scan-archive.ts';

const london = new ZonedTimes('Europe/London');

/** A camera whose clock was an hour ahead until noon of a day: names are of other instants, and of other days. */
const shifted: NameTimes = {
  place: (localStart) => {
    const { at, offsetMinutes } = london.place(localStart);
    return localStart < '2025-06-01T12:00:00'
      ? { at: at - 3_600_000, offsetMinutes, source: 'camera_offset' }
      : { at, offsetMinutes };
  },
};
const timesOfShifted: CameraNameTimes = { installation: london, of: () => Promise.resolve(shifted) };

/** Folders as the thread reads them. */
const folderOf = ([path, files]: [string, Map<string, number>]): FirstFolder => {
  const names = [...files.keys()].toSorted();
  const clips = names.filter((name) => !/(gpx|json)$/.test(name));
  return {
    path,
    clips,
    companions: names.filter((name) => /(gpx|json)$/.test(name)),
    measured: {
      sizes: clips.map((name) => files.get(name) ?? 0),
      mtimes: clips.map((_, index) => 1_750_000_000_000.4 + index),
      faults: [],
    },
  };
};

const filesOf = ({ path, clips, companions, measured }: FirstFolder): FoundFile[] =>
  clips.flatMap((name, index) => {
    const sizeBytes = measured.sizes[index] ?? 0;
    const found = {
      path: path === '' ? name : `${path}/${name}`,
      sizeBytes,
      mtimeMs: Math.round(measured.mtimes[index] ?? 0),
      hasGpx: companions.includes(`${name}.gpx`),
      sidecar: null,
    };
    return sizeBytes > 0 ? [found] : [];
  });

/** `odd`: with names, photos and sidecars that are not prepared. */
const oneFile = ({ odd, days }: { odd: boolean; days: readonly string[] }) => {
  const mostly = <T>(value: T, ...others: T[]) =>
    fc.oneof({ arbitrary: fc.constant(value), weight: 20 }, fc.constantFrom(value, ...(odd ? others : [])));
  return fc.record({
    day: fc.constantFrom(...days),
    hour: fc.constantFrom(0, 1, 2, 12, 23),
    minute: fc.integer({ min: 0, max: odd ? 3 : 59 }),
    second: fc.constantFrom(0, 1, 2, 3, 59),
    ending: fc.constantFrom('F', 'F', 'R', 'R', 'PF', 'PR', 'EF', 'I'),
    container: mostly('MP4', 'TS', 'JPG', 'mp4'),
    place: fc.constantFrom('', 'day', 'day', 'day', 'day/RO', 'day/Parking', 'Rear', 'second'),
    bytes: fc.constantFrom(1000, 1000, 1000, 2000, 3000, 0),
    beside: mostly('', '.gpx', '.json'),
    odd: mostly('', '~2', ' copy'),
    /** The same name in another folder too. */
    again: fc.oneof({ arbitrary: fc.constant(false), weight: 40 }, fc.constant(true)),
  });
};

const treeWith = (options: Parameters<typeof oneFile>[0]) =>
  fc.array(oneFile(options), { minLength: 1, maxLength: 40 });

type OneFile = typeof oneFile extends (...args: never[]) => fc.Arbitrary<infer T> ? T : never;

const two = (value: number) => String(value).padStart(2, '0');

function treeOf(files: readonly OneFile[]): FirstFolder[] {
  const folders = new Map<string, Map<string, number>>();
  for (const { day, hour, minute, second, ending, container, place, bytes, beside, odd, again } of files) {
    const folder = place.replace('day', day);
    const [year, month, date] = day.split('-');
    const moment = `${two(hour)}${two(minute)}${two(second)}`;
    const name = `${year}_${month}${date}_${moment}_000001${ending}${odd}.${container}`;
    const inFolder = folders.get(folder) ?? new Map<string, number>();
    folders.set(folder, inFolder.set(name, bytes));
    if (beside !== '') inFolder.set(name + beside, 1);
    if (again) folders.set('copies', (folders.get('copies') ?? new Map<string, number>()).set(name, bytes));
  }
  // A folder comes right before what lies in it.
  return [...folders].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(folderOf);
}

/** All of a clip but the numbers of rows. */
async function clipColumns(db: Db): Promise<(keyof ClipRow)[]> {
  const tables = await db.introspection.getTables();
  const columns = tables.find((table) => table.name === 'clip')?.columns ?? [];
  const names = columns.map((column) => column.name as keyof ClipRow);
  return names.filter((name) => name !== 'id' && name !== 'capture_id');
}

const sorted = (rows: object[]) => rows.map((row) => JSON.stringify(row)).toSorted();

/** All that a scan writes of clips, without the numbers of rows. */
async function ledgerOf(db: Db) {
  const clips = await db
    .selectFrom('clip')
    .innerJoin('capture', 'capture.id', 'clip.capture_id')
    .select((await clipColumns(db)).map((column) => `clip.${column}` as const))
    .select(['capture.id as capture', 'capture.started_at as of_start', 'capture.local_start as of_local'])
    .select(['capture.local_day as of_day', 'capture.kind as of_kind', 'capture.locked as of_lock'])
    .orderBy('clip.path')
    .orderBy('clip.name')
    .execute();
  const firsts = new Map<number, unknown>();
  const told = clips.map(({ capture, ...clip }) => {
    if (!firsts.has(capture)) firsts.set(capture, clip.path ?? clip.name);
    return { ...clip, together: firsts.get(capture) };
  });
  const counts = (['day', 'day_channel', 'day_usage'] as const).map((table) =>
    db.selectFrom(table).selectAll().orderBy('camera_id').orderBy('local_day').execute(),
  );
  const captures = await db.selectFrom('capture').select('id').execute();
  return { told, captures: captures.length, counts: (await Promise.all(counts)).map(sorted) };
}

/** Of every capture, whether its journeys are to be derived anew. */
async function uncovered(db: Db): Promise<number> {
  const rows = await db
    .selectFrom('capture')
    .select('id')
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('journey_due')
            .select('journey_due.from_at')
            .whereRef('journey_due.from_at', '<=', 'capture.started_at')
            .whereRef('journey_due.to_at', '>=', 'capture.started_at'),
        ),
      ),
    )
    .execute();
  return rows.length;
}

async function empty({ db }: TestArchive): Promise<void> {
  for (const table of [
    'journey_due',
    'day',
    'day_channel',
    'day_usage',
    'clip',
    'capture',
    'camera',
  ] as const)
    await db.deleteFrom(table).execute();
}

type Seed = { name: string; at: string; cameras: string[] };

async function seed(archive: TestArchive, { name, at, cameras }: Seed): Promise<void> {
  await empty(archive);
  for (const [index, folder] of cameras.entries())
    await archive.db
      .insertInto('camera')
      .values({ id: index + 1, name: folder, address: '', archive_folder: folder, enabled: 0, created_at: 0 })
      .execute();
  const local = { local_start: at, local_day: at.slice(0, 10) };
  if (name !== '') await archive.listed(name, 'waiting', local);
}

const none = { vanished: new Set<string>(), lookedAt: 0, along: async () => undefined };

/** As a scan files them: what was prepared first, then what goes the long way. Returns how many were prepared and held. */
async function fileBothWays(
  [fast, slow]: readonly [TestArchive, TestArchive],
  folders: readonly FirstFolder[],
  { times, most }: { times: CameraNameTimes; most: number },
): Promise<number> {
  const cameras = await fast.db.selectFrom('camera').selectAll().orderBy('id').execute();
  const first = new FirstFiling({ ...fast, times }, foldersOf(cameras));
  const long = (archive: TestArchive) => new ScanFiling({ ...archive, times });
  const { batches, isTaken } = planFirst(folders, foldersOf(cameras), most);
  let held = 0;
  for (const batch of batches) {
    if (await first.file(batch, async () => undefined)) held += batch.clips;
    else await long(fast).file(filesOfBatch(batch), none);
  }
  const [taken, left] = [true, false].map((is) =>
    folders.filter((_, at) => isTaken[at] === is).flatMap(filesOf),
  );
  if (left && left.length > 0) await long(fast).file(left, none);
  for (const files of [taken, left]) if (files && files.length > 0) await long(slow).file(files, none);
  return held;
}

test('clips that are filed prepared end in the same ledger as those that go the long way, whatever lies there', async () => {
  const both = [await useArchive(), await useArchive()] as const;
  let held = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        { arbitrary: treeWith({ odd: false, days: ['2025-10-25', '2025-10-26'] }), weight: 3 },
        treeWith({ odd: false, days: ['2025-03-30', '2025-06-01', '2025-10-26'] }),
        treeWith({ odd: true, days: ['2025-06-01', '2025-06-02'] }),
      ),
      fc.record({
        most: fc.constantFrom(2, 5, 1000),
        cameras: fc.constantFrom<string[]>([], [], [''], ['', 'second']),
        name: fc.constantFrom('', '', '2025_0601_120000_000001F.MP4'),
        times: fc.constantFrom(london, london, timesOfShifted),
      }),
      async (files, { most, cameras, name, times }) => {
        const folders = treeOf(files);
        for (const archive of both) await seed(archive, { name, at: '2025-06-01T12:00:00', cameras });
        held += await fileBothWays(both, folders, { times, most });
        const [fast, slow] = await Promise.all(both.map(({ db }) => ledgerOf(db)));
        expect(fast).toEqual(slow);
        expect(await uncovered(both[0].db)).toBe(await uncovered(both[1].db));
      },
    ),
    { numRuns: 80 },
  );
  expect(held).toBeGreaterThan(100);
}, 120_000);

/** Front and rear at a minute of a day, in its folder, every tenth in `RO`; all are names of one file of a few bytes. */
async function putDays(archive: TestArchive, { days: number, pairs }: { days: number; pairs: number }) {
  await archive.put('.one', 'clip');
  const paths: string[] = [];
  for (let day = 0; day < number; day++) {
    const date = new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);
    await mkdir(join(archive.root, date, 'RO'), { recursive: true });
    for (let pair = 0; pair < pairs; pair++)
      for (const channel of ['F', 'R']) {
        const stamp = `${date.slice(0, 4)}_${date.slice(5, 7)}${date.slice(8)}_12${two(pair)}00`;
        const name = `${stamp}_${String(day * pairs + pair).padStart(6, '0')}${channel}.MP4`;
        const path = pair % 10 === 3 ? `${date}/RO/${name}` : `${date}/${name}`;
        await link(join(archive.root, '.one'), join(archive.root, path));
        paths.push(path);
      }
  }
  return paths;
}

/** Every statement, as text. */
function listener(): KyselyPlugin & { statements: string[] } {
  const compiler = new SqliteQueryCompiler();
  return {
    statements: [],
    transformQuery({ node, queryId }) {
      this.statements.push(compiler.compileQuery(node, queryId).sql);
      return node;
    },
    transformResult: async ({ result }) => result,
  };
}

const isPrepared = (statement: string) => statement.startsWith('insert into clip (');

test('a first scan of 250 folders files what its thread has prepared, with a dozen statements for each thousand', async () => {
  const plugin = listener();
  const archive = await useArchive({ plugin });
  const paths = await putDays(archive, { days: 250, pairs: 10 });
  await archive.put('2024-01-01/RO/2024_0101_235900_000000F.MP4', 0);
  plugin.statements.length = 0;
  await archive.start();
  await archive.scan.idle();
  const { statements } = plugin;
  expect(archive.scan.status).toMatchObject({
    state: 'done',
    files: paths.length + 1,
    found: paths.length,
    folders: 501,
    message: expect.stringContaining('empty'),
  });
  // The first thousand are read in this process, before it is known that there are many.
  expect(statements.filter((statement) => statement.startsWith('insert into "clip"'))).toHaveLength(1);
  expect(statements.length).toBeLessThan(60 + 12 * statements.filter(isPrepared).length);
  expect(await archive.paths()).toEqual(paths.toSorted());
  await expectTrue(archive);
  await archive.look();
  expect(archive.scan.status).toMatchObject({ found: 0, files: paths.length + 1 });
}, 120_000);

test('what was listed before a first scan gets its files, all others are filed as they were prepared', async () => {
  const plugin = listener();
  const archive = await useArchive({ plugin });
  const paths = await putDays(archive, { days: 250, pairs: 10 });
  const name = paths.at(-1)?.split('/').at(-1) ?? '';
  const id = await archive.listed(name, 'waiting', { remote_size_bytes: 4 });
  await archive.start();
  await archive.scan.idle();
  expect(await archive.row(name)).toMatchObject({ id, state: 'archived', path: paths.at(-1) });
  expect((await archive.rows()).length).toBe(paths.length);
  expect(plugin.statements.filter(isPrepared).length).toBeGreaterThan(1);
  await expectTrue(archive);
}, 120_000);

test.each([
  ['between captures and clips', 'insert into clip (', 3],
  ['before folders are noted', 'insert into folder ', 2],
])(
  'a first scan that is killed %s goes on with what was filed',
  async (_, statement, time) => {
    const archive = await useArchive();
    const paths = await putDays(archive, { days: 250, pairs: 20 });
    await archive.stop();
    const args = ['--import', 'tsx', 'test/scan-child.ts', archive.home, statement, String(time)];
    const child = spawn(process.execPath, args, { stdio: 'inherit' });
    const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
    expect(signal).toBe('SIGKILL');
    await archive.boot();
    const filed = (await archive.rows()).length;
    expect(filed).toBeGreaterThan(0);
    expect(filed).toBeLessThan(paths.length);
    await expectTrue(archive);
    await archive.start();
    await archive.scan.idle();
    expect(archive.scan.status).toMatchObject({ state: 'done', found: paths.length - filed });
    expect(await archive.paths()).toEqual(paths.toSorted());
    await expectTrue(archive);
  },
  120_000,
);

/** Bytes that this process has had read for it so far, from disk or from the cache of the operating system. */
async function bytesRead(): Promise<number> {
  return Number(/^rchar: (\d+)/.exec(await readFile('/proc/self/io', 'utf8'))?.[1]);
}

test('sparse files of gigabytes are in the archive in their full size, and not a byte of them is read', async () => {
  const archive = await useArchive();
  const sparse = 5 * 2 ** 30;
  await putDays(archive, { days: 210, pairs: 1 });
  const [one, other] = ['2024-01-01/2024_0101_180000_000001F.MP4', '2024_0101_180000_000001R.MP4'];
  for (const path of [one, other]) {
    await archive.put(path, 0);
    await truncate(join(archive.root, path), sparse);
  }
  const before = await bytesRead();
  await archive.start();
  await archive.scan.idle();
  await archive.look({ thorough: true });
  expect((await bytesRead()) - before).toBeLessThan(100e6);
  expect(archive.scan.status).toMatchObject({ state: 'done', files: 422, message: null });
  for (const path of [one, other])
    expect(await archive.row(path.split('/').at(-1) ?? '')).toMatchObject({
      state: 'archived',
      path,
      size_bytes: sparse,
      media_due: 1,
    });
  const { bytes } = await archiveTotals(archive.db);
  expect(bytes).toBe(2 * sparse + 420 * 4);
}, 60_000);

test('journeys are not derived while the first scan is filling the archive, and are as soon as it is full', async () => {
  const archive = await useArchive();
  await archive.put('2026-06-28/2026_0628_120000_000001F.MP4');
  await archive.start();
  await archive.scan.idle();
  let asked = 0;
  let fills = true;
  const service = new JourneyService({
    db: archive.db,
    events: archive.events,
    log: pino({ level: 'silent' }),
    due: new JourneyDue(),
    settings: () => settingsSchema.parse({}),
    assignPlaces: async () => undefined,
    isFilling: () => ++asked > 0 && fills,
    pace: { fillingMs: 1 },
  });
  service.start();
  onTestFinished(() => service.stop());
  await vi.waitFor(() => expect(asked).toBeGreaterThan(5), waitLong);
  expect(await service.isPending()).toBe(true);
  fills = false;
  await vi.waitFor(async () => expect(await service.isPending()).toBe(false), waitLong);
});
