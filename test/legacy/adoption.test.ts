import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import SqliteDatabase from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { captureFor } from '../../src/server/archive/capture-repository.ts';
import { rebuildDays } from '../../src/server/archive/day-repository.ts';
import type { AdoptOptions } from '../../src/server/db/legacy/adopt.ts';
import { planCaptures, ClipTimes } from '../../src/server/db/legacy/capture-plan.ts';
import { openDatabase, type Database } from '../../src/server/db/open.ts';
import type { ClipRow, DayRow } from '../../src/server/db/schema.ts';
import { adoptionReportSchema, type AdoptionReport } from '../../src/shared/system.ts';
import { seededRandom } from '../../simulator/random.ts';
import { adopt, now, openedAfter } from './adopting.ts';
import { bulkName, fillV2, generations, V2Database, type V2Options, type V2Row } from './v2-database.ts';

const front = '2026_0628_133416_0001F.MP4';
const rear = '2026_0628_133416_0002R.MP4';
const parked = '2026_0628_140000_0003PF.MP4';

function useFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'viofosync-adopted-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

interface Adopted {
  db: Database;
  folder: string;
  report: AdoptionReport;
  clips: ClipRow[];
  /** The only clip of a name. */
  clip(name: string): ClipRow;
  /** Count of a line of the report. */
  line(what: string): number;
  aside(): Promise<{ source: string; source_id: string | null; reason: string; data: unknown }[]>;
}

/** Builds a database of the existing system, adopts it and opens what came of it. */
async function adopted(
  build: (database: V2Database) => void,
  options: Partial<AdoptOptions> = {},
  v2: V2Options = {},
): Promise<Adopted> {
  const folder = useFolder();
  const path = join(folder, 'viofosync.db');
  const database = new V2Database(path, v2);
  build(database);
  database.close();
  const report = await adopt(path, options);
  const db = await openedAfter(folder);
  const clips = await db.selectFrom('clip').selectAll().orderBy('id').execute();
  await expectPromises(db, clips);
  return {
    db,
    folder,
    report,
    clips,
    clip: (name) => {
      const found = clips.filter((clip) => clip.name === name);
      expect(found, name).toHaveLength(1);
      return found[0]!;
    },
    line: (what) => report.lines.find((line) => line.what === what)?.count ?? 0,
    aside: async () => {
      const rows = await db.selectFrom('adopted').selectAll().orderBy('id').execute();
      return rows.map(({ source, source_id, reason, data }) => ({
        source,
        source_id,
        reason,
        data: JSON.parse(data) as unknown,
      }));
    },
  };
}

const key = (row: { local_day: string }) => row.local_day;

/** What docs/data-model.md promises of rows; the files are not here. */
async function expectPromises(db: Database, clips: ClipRow[]): Promise<void> {
  for (const clip of clips) expect(clip.path === null, clip.name).toBe(clip.state !== 'archived');
  const captures = await db.selectFrom('capture').selectAll().execute();
  expect(new Set(clips.map((clip) => clip.capture_id))).toEqual(new Set(captures.map(({ id }) => id)));
  const byCapture = new Map<number, ClipRow[]>();
  for (const clip of clips) byCapture.set(clip.capture_id, [...(byCapture.get(clip.capture_id) ?? []), clip]);
  for (const capture of captures) {
    const members = byCapture.get(capture.id) ?? [];
    expect(new Set(members.map(({ channel }) => channel)).size).toBe(members.length);
    expect(capture.locked).toBe(members.some(({ locked }) => locked === 1) ? 1 : 0);
    const spread = members.map((clip) => clip.started_at - capture.started_at);
    expect(spread.every((ms) => ms >= 0 && ms <= 2000)).toBe(true);
    expect(members.some((clip) => clip.local_start === capture.local_start)).toBe(true);
    expect(capture.local_day).toBe(capture.local_start.slice(0, 10));
  }
  const days = await db.selectFrom('day').selectAll().execute();
  expect(days.map(key).toSorted()).toEqual([...new Set(clips.map(key))].toSorted());
  for (const day of days)
    expect(day).toEqual(
      recount(
        day,
        clips.filter((clip) => key(clip) === key(day)),
      ),
    );
}

function recount(day: DayRow, clips: ClipRow[]): DayRow {
  const count = (test: (clip: ClipRow) => boolean) => clips.filter(test).length;
  const starts = clips.map((clip) => clip.local_start).toSorted();
  return {
    ...day,
    captures: new Set(clips.map((clip) => clip.capture_id)).size,
    archived: count((clip) => clip.state === 'archived'),
    wanted: count((clip) => clip.state === 'waiting' || clip.state === 'failed'),
    lost: count((clip) => clip.state === 'lost'),
    locked: count((clip) => clip.locked === 1),
    parking: count((clip) => clip.kind === 'parking'),
    archived_bytes: clips.reduce(
      (sum, clip) => sum + (clip.state === 'archived' ? (clip.size_bytes ?? 0) : 0),
      0,
    ),
    first_local_start: starts[0]!,
    last_local_start: starts.at(-1)!,
  };
}

test.each(generations)(
  'a database of %s is taken over with all that its generation knew',
  async (generation) => {
    const has = (first: (typeof generations)[number]) =>
      generations.indexOf(generation) >= generations.indexOf(first);
    const result = await adopted(
      (v2) => {
        v2.addFile(front, { id: 41, locked: 1 });
        v2.addFile(rear, { id: 42 });
        v2.addQueued(front, { state: 'done', finished_at: 1_750_000_000 });
        v2.addQueued(parked, {
          state: 'skipped',
          skip_reason: generation === '2.5 fork' ? 'retention' : 'geofence',
          geofence_released_at: 1_750_000_000,
        });
        v2.addQueued('2026_0629_080000_0004F.MP4', { state: 'failed', requested_at: 1_750_000_000 });
        v2.add('export_jobs', { type: 'pip', clip_ids: '[41]', state: 'done', clip_start: 1_750_000_000 });
      },
      {},
      { generation },
    );
    expect(result.report).toMatchObject({ generation, aside: [], copy: 'viofosync-v2-20260901.db' });
    expect(result.clip(front)).toMatchObject({ id: 41, state: 'archived', kept: has('2.5') ? 1 : 0 });
    expect(result.clip(rear)).toMatchObject({
      id: 42,
      capture_id: result.clip(front).capture_id,
      channel: 'rear',
    });
    const reason = has('2.5') ? (generation === '2.5 fork' ? 'retention' : 'place') : 'user';
    expect(result.clip(parked)).toMatchObject({
      state: 'skipped',
      state_reason: reason,
      place_released_at: has('2.5') ? 1_750_000_000_000 : null,
    });
    expect(result.clip('2026_0629_080000_0004F.MP4').rank).toBe(generation === 'after 2.5' ? -1 : null);
    const [made] = await result.db.selectFrom('export').selectAll().execute();
    expect(made?.from_at).toBe(has('2.1') ? 1_750_000_000_000 : null);
  },
);

test('each state of the queue becomes its own, and the report counts them in words', async () => {
  const states: [string, V2Row, string, string | null][] = [
    ['0001F', { state: 'pending' }, 'waiting', null],
    ['0002F', { state: 'downloading' }, 'waiting', null],
    ['0003F', { state: 'failed', attempts: 3, last_error: 'timed out' }, 'failed', null],
    ['0004F', { state: 'gone' }, 'lost', 'gone'],
    ['0005F', { state: 'done' }, 'expired', 'retention'],
    ['0006F', { state: 'skipped' }, 'skipped', 'user'],
    ['0007F', { state: 'skipped', skip_reason: 'geofence' }, 'skipped', 'place'],
    ['0008F', { state: 'skipped', skip_reason: 'retention' }, 'skipped', 'retention'],
  ];
  const nameOf = (index: number) =>
    `2026_0628_1300${String(index * 5).padStart(2, '0')}_${states[index]![0]}.MP4`;
  const result = await adopted((v2) => {
    for (const [index, [, row]] of states.entries()) v2.addQueued(nameOf(index), row);
  });
  for (const [index, [, , state, reason]] of states.entries()) {
    const isThere = ['waiting', 'failed', 'skipped'].includes(state);
    expect(result.clip(nameOf(index))).toMatchObject({
      state,
      state_reason: reason,
      remote_seen_at: 1_740_000_000_000,
      remote_gone_at: isThere ? null : now,
      remote_path: `/DCIM/Movie/${nameOf(index)}`,
      origin: 'adopted',
      verified_at: null,
    });
  }
  expect(result.clip(nameOf(2))).toMatchObject({ attempts: 3, last_error: 'timed out' });
  expect(result.report.lines).toEqual(
    [
      ['clips waiting', 2, null],
      ['failed downloads', 1, null],
      ['clips skipped by hand', 1, null],
      ['clips skipped by a place', 1, null],
      ['clips skipped by age', 1, null],
      ['clips that were deleted', 1, 'never fetched again'],
      ['lost clips', 1, null],
    ].map(([what, count, note]) => ({ what, count, note })),
  );
});

test('ids are kept, and no id that was ever given out is given again', async () => {
  const result = await adopted((v2) => {
    v2.addFile(front, { id: 41 });
    v2.addFile(rear, { id: 900 });
    v2.sqlite.exec('delete from clip_index where id = 900');
    v2.addQueued(parked);
    v2.add('export_jobs', { id: 77, type: 'pip', clip_ids: '[]', state: 'failed' });
    v2.sqlite.exec('delete from export_jobs');
  });
  expect(result.clip(front).id).toBe(41);
  expect(result.clip(parked).id).toBe(901);
  const sequences = new SqliteDatabase(join(result.folder, 'viofosync.db'), { readonly: true });
  onTestFinished(() => void sequences.close());
  const all = sequences.prepare('select name, seq from sqlite_sequence').raw().all() as [string, number][];
  expect(Object.fromEntries(all)).toMatchObject({ clip: 901, export: 77, capture: 2, camera: 1 });
});

test('an id that only a forgotten file had is not given out again either', async () => {
  const result = await adopted((v2) => {
    v2.addFile(front, { id: 41 });
    v2.addFile(rear, { id: 900 });
    v2.sqlite.exec('delete from clip_index where id = 900');
  });
  const { id: _old, ...row } = result.clip(front);
  const again = { ...row, name: rear, path: null };
  const { insertId } = await result.db.insertInto('clip').values(again).executeTakeFirstOrThrow();
  expect(Number(insertId)).toBe(901);
});

test('a pin in a row whose number cannot be counted with reaches the clip of its name', async () => {
  const result = await adopted((v2) => {
    v2.addQueued(front);
    v2.sqlite.exec(`insert into clip_index (id, path, basename, locked)
      values (9223372036854775000, '/recordings/x/${front}', '${front}', 1)`);
  });
  expect(result.clip(front)).toMatchObject({ state: 'waiting', kept: 1 });
  expect(result.report.aside).toMatchObject([{ what: 'its number makes no sense', count: 1 }]);
});

test('one camera is made of the address that was set; without one it is there and off', async () => {
  const withAddress = await adopted((v2) => void v2.addFile(front));
  expect(await withAddress.db.selectFrom('camera').selectAll().execute()).toMatchObject([
    {
      id: 1,
      name: 'Dashcam',
      address: '192.168.1.254',
      alternative_address: null,
      enabled: 1,
      created_at: now,
    },
  ]);
  const without = await adopted((v2) => void v2.addFile(front), { camera: null });
  expect(await without.db.selectFrom('camera').selectAll().execute()).toMatchObject([
    { address: '', enabled: 0 },
  ]);
  expect(without.report.warnings).toEqual(['no camera had been set up: give the camera its address']);
  const empty = await adopted(() => {}, { camera: null });
  expect(await empty.db.selectFrom('camera').selectAll().execute()).toEqual([]);
  expect(empty.report).toMatchObject({ lines: [], aside: [], warnings: [] });
});

test('a mount that moved changes no path below it, and the report says so', async () => {
  const result = await adopted(
    (v2) => {
      v2.addFile(front, { path: `/data/rec/2026-06-28/${front}` });
      v2.addFile(rear, { path: `/data/rec/2026-06/${rear}` });
      v2.addFile(parked, { path: `/data/rec/${parked}` });
      v2.addFile('2026_0701_080000_0009F.MP4', { path: '/elsewhere/x/2026_0701_080000_0009F.MP4' });
      v2.add('export_jobs', {
        type: 'pip',
        clip_ids: '[1]',
        state: 'done',
        output_path: '/data/rec/.exports/1.mp4',
      });
    },
    { recordings: '/recordings/' },
  );
  expect(result.clips.map((clip) => clip.path)).toEqual([`2026-06-28/${front}`, `2026-06/${rear}`, parked]);
  expect(result.report.warnings).toEqual([
    'the recordings were at /data/rec before and are looked for at /recordings now',
  ]);
  expect(result.report.aside).toEqual([
    { what: 'its path is outside the recordings', count: 1, note: 'index of the archive' },
  ]);
  expect(await result.db.selectFrom('export').select('path').execute()).toEqual([{ path: '.exports/1.mp4' }]);
});

test('a row that is there twice after a move is one clip, and its pin is not lost', async () => {
  const result = await adopted((v2) => {
    v2.addFile(front, { id: 1, path: `/data/rec/2026-06-28/${front}`, locked: 1 });
    v2.addFile(front, { id: 2 });
    v2.addFile(rear, { id: 3, path: `/data/rec/2026-06-28/${rear}` });
  });
  expect(result.clips).toMatchObject([
    { id: 2, kept: 1, kept_at: now, sidecar_due: 1 },
    { id: 3, kept: 0 },
  ]);
  expect(await result.aside()).toMatchObject([
    {
      source: 'clip_index',
      source_id: '1',
      reason: 'it is the same file a second time',
      data: { locked: 1 },
    },
  ]);
});

test('one name in two folders is two clips, and the camera is compared with the one it had', async () => {
  const result = await adopted((v2) => {
    v2.addFile(front, { id: 1, size_bytes: 5 });
    v2.addFile(front, { id: 2, size_bytes: 6, path: `/recordings/2026-06/${front}` });
    v2.addFile(rear, { id: 3 });
    v2.addQueued(front, { state: 'done', remote_size: 5 });
  });
  expect(result.clips).toMatchObject([
    { id: 1, generation: 1, remote_size_bytes: 5, remote_size_exact: 1 },
    { id: 2, generation: 0, remote_size_bytes: null, remote_seen_at: null },
    { id: 3, generation: 0 },
  ]);
});

test('a pin reaches the clip of its name wherever it was', async () => {
  const result = await adopted((v2) => {
    v2.addFile(front);
    v2.addFile('nameless.MP4', { basename: null, path: `/recordings/x/${front}`, locked: 1 });
    v2.addQueued(rear, { locked: 1 });
    v2.addFile(parked, { path: `elsewhere/${parked}`, locked: 1 });
    v2.addQueued(parked, { state: 'done' });
    v2.addFile('2026_0701_080000_0009F.MP4', { path: '', locked: 1 });
  });
  expect(result.clip(front)).toMatchObject({ kept: 1, kept_at: now, sidecar_due: 1 });
  expect(result.clip(rear)).toMatchObject({ kept: 1, sidecar_due: 0 });
  expect(result.clip(parked)).toMatchObject({ state: 'expired', kept: 1, sidecar_due: 0 });
  expect(result.line('kept clips (pins)')).toBe(3);
  expect(result.report.warnings).toContain('1 pins are of clips that are not known any more');
});

test('what was asked for first keeps its order', async () => {
  const result = await adopted((v2) => {
    v2.addQueued(front, { priority: 2, enqueued_at: 1_740_000_500 });
    v2.addQueued(rear, { priority: 2, enqueued_at: 1_740_000_400 });
    v2.addQueued(parked, { state: 'failed', requested_at: 1_750_000_000 });
    v2.addQueued('2026_0701_080000_0009F.MP4', { priority: -1 });
    v2.addQueued('2026_0701_080100_0010F.MP4', { state: 'gone', priority: 9 });
  });
  const ranks = result.clips.map((clip) => [clip.name, clip.rank]);
  expect(ranks).toEqual([
    [front, -1],
    [rear, -2],
    [parked, -3],
    ['2026_0701_080000_0009F.MP4', null],
    ['2026_0701_080100_0010F.MP4', null],
  ]);
  expect(result.line('clips asked for first')).toBe(3);
});

test('times are placed in the zone, also in the hour that occurs twice and in the one that is left out', async () => {
  const result = await adopted(
    (v2) => {
      v2.addFile('2026_1025_023000_0001F.MP4');
      v2.addFile('2026_0329_023000_0002F.MP4');
      v2.addQueued('second passing.MP4', { recorded_at: Date.UTC(2026, 9, 25, 1, 30) / 1000 });
    },
    { zone: 'Europe/Berlin' },
  );
  expect(result.clips).toMatchObject([
    { local_start: '2026-10-25T02:30:00', started_at: Date.UTC(2026, 9, 25, 0, 30), zone_offset_min: 120 },
    { local_start: '2026-03-29T02:30:00', started_at: Date.UTC(2026, 2, 29, 1, 30), zone_offset_min: 60 },
    {
      local_start: '2026-10-25T02:30:00',
      started_at: Date.UTC(2026, 9, 25, 1, 30),
      zone_offset_min: 60,
      time_source: 'file',
      kind: 'unclassified',
    },
  ]);
});

test('pause, names of places and exports are taken over; what nobody knows is kept aside', async () => {
  const result = await adopted((v2) => {
    v2.add('kv', { key: 'sync_paused', value: '1' });
    v2.add('kv', { key: 'mood', value: 'fine' });
    v2.add('geocode_cache', { lat_key: 51.507, lon_key: -0.128, label: 'Strand', fetched_at: 1_750_000_000 });
    v2.add('geocode_cache', {
      lat_key: 51.5071,
      lon_key: -0.128,
      label: 'Strand again',
      fetched_at: 1_750_000_000,
    });
    v2.add('geocode_cache', { lat_key: 951, lon_key: 0, label: 'nowhere', fetched_at: 1_750_000_000 });
    v2.add('export_jobs', {
      id: 12,
      type: 'pip',
      clip_ids: '[1]',
      state: 'done',
      output_path: '/recordings/.exports/12.mp4',
    });
    v2.add('export_jobs', { id: 13, type: 'pip', clip_ids: '{', state: 'running' });
    v2.add('export_jobs', {
      id: 14,
      type: 'pip',
      clip_ids: '[1]',
      state: 'done',
      output_path: '/recordings/.exports/12.mp4',
    });
    v2.add('app_log', { ts: 1.5, message: 'hello' });
    v2.add('derive_queue', { clip_id: 1, state: 'done' });
  });
  expect(await result.db.selectFrom('app_state').selectAll().execute()).toEqual([
    { key: 'sync.paused', value: '1' },
  ]);
  expect(await result.db.selectFrom('geocode').selectAll().execute()).toEqual([
    {
      lat_e3: 51_507,
      lon_e3: -128,
      label: 'Strand',
      source: 'nominatim',
      fetched_at: 1_750_000_000_000,
      language: '',
    },
  ]);
  expect(await result.db.selectFrom('export').select(['id', 'state', 'path', 'plan']).execute()).toEqual([
    { id: 12, state: 'done', path: '.exports/12.mp4', plan: '{"type":"pip","clipIds":[1]}' },
    { id: 13, state: 'interrupted', path: null, plan: '{"type":"pip","text":"{"}' },
  ]);
  expect((await result.aside()).map(({ source, source_id, reason }) => [source, source_id, reason])).toEqual([
    ['export_jobs', '14', 'it is the same file a second time'],
    ['geocode_cache', null, 'it is the same place a second time'],
    ['geocode_cache', null, 'its position makes no sense'],
    ['kv', 'mood', 'nobody knows what it is for'],
  ]);
  expect(result.report.warnings).toEqual([
    '1 exports do not say what they were made of in a form that can be read',
  ]);
  const counts = result.report.lines.map(({ what, count }) => [what, count]);
  expect(counts).toEqual([
    ['exports', 2],
    ['place names', 1],
    ['pause of the sync', 1],
    ['lines of the old log', 1],
    ['old jobs for thumbnails', 1],
  ]);
});

test('triage results are kept until there is a use for them', async () => {
  const triage = { triaged_at: 1_750_000_000, gps_points: 60, triage_attempts: 1 };
  const result = await adopted((v2) => {
    v2.addQueued(front, triage);
    v2.addFile(rear);
    v2.addQueued(rear, { state: 'done', ...triage });
  });
  expect(result.clip(front).state).toBe('waiting');
  expect(await result.aside()).toEqual([
    {
      source: 'download_queue',
      source_id: '1',
      reason: 'triage result, its part is not built yet',
      data: { filename: front, ...triage },
    },
  ]);
});

test('a row that makes no sense is kept as it was, blobs and all', async () => {
  const result = await adopted((v2) => {
    v2.addQueued('x', { filename: Buffer.from([1, 255]), last_error: 'é', attempts: 1.5, priority: 9e15 });
    v2.addQueued('no time.MP4', { recorded_at: 12 });
    v2.addFile('2026_0628_133416_0001F.MP4', { id: -5 });
    v2.sqlite.exec(`insert into clip_index (id, path, basename) values (9223372036854775000, '/x', 'x.MP4')`);
  });
  expect(result.clips).toEqual([]);
  const aside = await result.aside();
  expect(
    aside
      .map(({ source_id, reason }) => [source_id, reason])
      .toSorted((a, b) => String(a[0]).localeCompare(String(b[0]))),
  ).toEqual([
    ['-5', 'its number makes no sense'],
    ['1', 'it has no name'],
    ['2', 'neither its name nor anything else tells when it was recorded'],
    ['9223372036854775000', 'its number makes no sense'],
  ]);
  expect(aside.find((row) => row.source_id === '1')?.data).toMatchObject({
    filename: { base64: 'Af8=' },
    last_error: 'é',
    attempts: 1.5,
    priority: 9e15,
  });
  const { db } = result;
  const clip = await db
    .selectFrom('clip')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .executeTakeFirstOrThrow();
  expect(clip.n).toBe(0);
});

test('a table of nobody is left alone and named', async () => {
  const result = await adopted((v2) => {
    v2.sqlite.exec('create table diary (text text); insert into diary values (1)');
    v2.sqlite.exec('drop table app_log; drop table geocode_cache; drop table kv; drop table export_jobs');
    v2.sqlite.exec('drop index idx_clip_basename');
    v2.addFile(front);
  });
  expect(result.report.warnings).toEqual(['tables nobody knows were left alone: diary']);
  const sqlite = new SqliteDatabase(join(result.folder, 'viofosync.db'), { readonly: true });
  onTestFinished(() => void sqlite.close());
  const tables = sqlite.prepare("select name from sqlite_master where type = 'table'").pluck().all();
  expect(tables).toContain('diary');
  for (const table of ['clip_index', 'download_queue', 'derive_queue']) expect(tables).not.toContain(table);
});

test('a database of somebody else is refused and left as it was', async () => {
  const path = join(useFolder(), 'viofosync.db');
  const sqlite = new SqliteDatabase(path);
  sqlite.exec('create table diary (text text)');
  await expect(adopt(path, { sqlite })).rejects.toThrow('no database of the existing system');
  expect(sqlite.prepare('select count(*) from sqlite_master').pluck().get()).toBe(1);
  sqlite.close();
});

test('many clips are taken over with days that a recount confirms, and every index is back', async () => {
  const size = { files: 4000, queued: 6000 };
  const seen: number[] = [];
  const result = await adopted((v2) => fillV2(v2, size), {
    onProgress: ({ done, total }) => seen.push(done / total),
  });
  expect(result.clips).toHaveLength(size.queued);
  expect(seen.length).toBeGreaterThan(2);
  expect(seen).toEqual(seen.toSorted((a, b) => a - b));
  expect(seen.at(-1)).toBe(1);
  expect(result.clip(bulkName(1500)).state).toBe('archived');
  const { db } = result;
  const days = () => countsOf(db);
  const before = await days();
  await rebuildDays(db);
  expect(await days()).toEqual(before);
  const [stored] = await db.selectFrom('adoption').selectAll().execute();
  expect(stored).toMatchObject({ at: now, kind: 'v2_database' });
  expect(adoptionReportSchema.parse(JSON.parse(stored!.report))).toEqual(result.report);
  expect(await indexesOf(result.folder)).toEqual(await indexesOf(await freshFolder()));
});

async function freshFolder(): Promise<string> {
  const folder = useFolder();
  await (await openDatabase({ configDir: folder, now: new Date(now) })).destroy();
  return folder;
}

async function indexesOf(folder: string): Promise<unknown[]> {
  const sqlite = new SqliteDatabase(join(folder, 'viofosync.db'), { readonly: true });
  try {
    return sqlite
      .prepare("select name, tbl_name, sql from sqlite_master where type = 'index' order by name")
      .all();
  } finally {
    sqlite.close();
  }
}

test('captures are what the archive makes of the same clips one by one', async () => {
  const random = seededRandom(11);
  const channels = ['front', 'rear', 'interior'] as const;
  const clips = Array.from({ length: 300 }, (_, id) => ({
    id,
    // Names tell whole seconds.
    startedAt: Math.floor(random() * 450) * 1000,
    channel: channels[Math.floor(random() * 3)]!,
  }));
  clips.sort((a, b) => a.startedAt - b.startedAt);
  const times = new ClipTimes(clips.length);
  for (const clip of clips) times.add({ ...clip, offsetMinutes: 0, kind: 'normal', locked: false });
  const { captureOf } = planCaptures(times);
  const result = await adopted(() => {});
  const expected: number[] = [];
  for (const clip of clips) {
    expected.push(await insertByArchive(result.db, clip));
  }
  expect([...captureOf].map((capture) => capture + 1)).toEqual(expected);
});

async function insertByArchive(
  db: Database,
  clip: { id: number; startedAt: number; channel: 'front' | 'rear' | 'interior' },
): Promise<number> {
  const local = new Date(clip.startedAt).toISOString().slice(0, 19);
  const captureId = await captureFor(db, {
    cameraId: 1,
    startedAt: clip.startedAt,
    localStart: local,
    channel: clip.channel,
    kind: 'normal',
    locked: false,
  });
  await db
    .insertInto('clip')
    .values({
      camera_id: 1,
      capture_id: captureId,
      name: `${clip.id}.MP4`,
      generation: 0,
      channel: clip.channel,
      kind: 'normal',
      container: 'mp4',
      local_start: local,
      started_at: clip.startedAt,
      zone_offset_min: 0,
      time_source: 'setting',
      local_day: local.slice(0, 10),
      locked: 0,
      kept: 0,
      state: 'waiting',
      state_at: 0,
      attempts: 0,
      remote_volume: '',
      remote_size_exact: 0,
      origin: 'sync',
    })
    .execute();
  return captureId;
}

const oddValue = fc.oneof(
  fc.constant(null),
  fc.integer(),
  fc.double(),
  fc.string(),
  fc.constantFrom('0', '1', '', '../..', '/', 'A:\\', '2026-06-28T10:00:00Z', '\u0000', '\uD800', 'NaN'),
  fc.uint8Array({ maxLength: 8 }).map((bytes) => Buffer.from(bytes)),
  fc.constantFrom(1_750_000_000, 1_750_000_000_000, -1, 2 ** 53, 2 ** 60, 0.5),
);
const someName = fc.constantFrom(
  front,
  rear,
  parked,
  '20260628133416_000123.MP4',
  '2026_0820_045542_F.MP4',
  '2026_0231_000000_0001F.MP4',
  'ü.MP4',
  'notes.txt',
  'a/b.MP4',
);
const oddName = fc.oneof({ weight: 5, arbitrary: someName }, { weight: 1, arbitrary: oddValue });
const oddPath = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('/recordings/2026-06-28', '/data/rec/2026-06', '/recordings', '/recordings/./x', ''),
      someName,
    )
    .map((parts) => parts.join('/')),
  oddValue,
);
const columns = (...names: string[]) =>
  fc.record(
    Object.fromEntries(
      names.map((name) => [name, name === 'locked' ? fc.oneof(fc.constantFrom(0, 1), oddValue) : oddValue]),
    ),
    { requiredKeys: [] },
  );
const fileRow = fc
  .tuple(
    oddPath,
    oddName,
    columns(
      'timestamp',
      'camera',
      'event_type',
      'size_bytes',
      'has_gpx',
      'locked',
      'duration_s',
      'scanned_at',
    ),
  )
  .map(([path, basename, others]) => ({ ...others, path, basename }));
const queueRow = fc
  .tuple(
    oddName,
    fc.oneof(fc.constantFrom('pending', 'downloading', 'failed', 'gone', 'done', 'skipped'), oddValue),
    columns(
      'source_dir',
      'remote_size',
      'recorded_at',
      'camera',
      'event_type',
      'priority',
      'attempts',
      'last_error',
    ),
    columns(
      'enqueued_at',
      'finished_at',
      'manual',
      'skip_reason',
      'geofence_released_at',
      'locked',
      'triaged_at',
    ),
  )
  .map(([filename, state, some, others]) => ({ ...some, ...others, filename, state }));
const exportRow = fc
  .tuple(
    fc.constantFrom('done', 'failed', 'paused', 'odd'),
    columns(
      'type',
      'clip_ids',
      'output_path',
      'error',
      'created_at',
      'clip_start',
      'output_size',
      'output_duration_s',
    ),
  )
  .map(([state, others]) => ({ ...others, state }));

test('whatever the rows are, each becomes a clip or is kept aside, no pin is lost, and the counts add up', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fileRow, { maxLength: 8 }),
      fc.array(queueRow, { maxLength: 8 }),
      fc.array(exportRow, { maxLength: 3 }),
      async (files, queue, exports) => {
        const folder = mkdtempSync(join(tmpdir(), 'viofosync-adopted-'));
        const path = join(folder, 'viofosync.db');
        const v2 = new V2Database(path, { journal: 'delete' });
        // What its unique and not-null columns refuse cannot be in a database of theirs.
        const add = (table: string, rows: V2Row[]) => rows.filter((row) => accepted(v2, table, row)).length;
        const added = [add('clip_index', files), add('download_queue', queue), add('export_jobs', exports)];
        const pinned = v2.sqlite
          .prepare(
            "select basename from clip_index where locked = 1 and typeof(basename) = 'text' union select filename from download_queue where locked = 1 and typeof(filename) = 'text'",
          )
          .pluck()
          .all() as string[];
        v2.close();
        await adopt(path);
        const db = await openDatabase({ configDir: folder, now: new Date(now) });
        try {
          const clips = await db.selectFrom('clip').selectAll().execute();
          await expectPromises(db, clips);
          for (const name of pinned)
            for (const clip of clips.filter((one) => one.name === name)) expect(clip.kept, name).toBe(1);
          const aside = await db.selectFrom('adopted').selectAll().execute();
          const of = (table: string) =>
            aside.filter((row) => row.source === table && !row.reason.startsWith('triage'));
          const archived = clips.filter((clip) => clip.state === 'archived');
          expect(archived.length + of('clip_index').length).toBe(added[0]);
          const alone = clips.filter((clip) => clip.state !== 'archived');
          const joined = queueRowsOf(archived);
          expect(alone.length + of('download_queue').length).toBeLessThanOrEqual(added[1]!);
          expect(alone.length + of('download_queue').length + joined).toBeGreaterThanOrEqual(added[1]!);
          const exported = await db.selectFrom('export').select('id').execute();
          expect(exported.length + of('export_jobs').length).toBe(added[2]);
          const report = JSON.parse(
            (await db.selectFrom('adoption').selectAll().execute())[0]!.report,
          ) as AdoptionReport;
          expect(report.aside.reduce((sum, line) => sum + line.count, 0)).toBe(aside.length);
          await rebuildable(db, clips);
        } finally {
          await db.destroy();
          rmSync(folder, { recursive: true, force: true });
        }
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);

function accepted(v2: V2Database, table: string, row: V2Row): boolean {
  try {
    v2.add(table, row);
    return true;
  } catch (error) {
    if (error instanceof SqliteDatabase.SqliteError && error.code.startsWith('SQLITE_CONSTRAINT'))
      return false;
    throw error;
  }
}

/** At most one row of the queue for each name in the archive. */
/** What is counted of each day, and of each channel on it. */
const countsOf = async (db: Database) => [
  await db.selectFrom('day').selectAll().orderBy('local_day').execute(),
  await db.selectFrom('day_channel').selectAll().orderBy('local_day').orderBy('channel').execute(),
  await db
    .selectFrom('day_usage')
    .selectAll()
    .orderBy('local_day')
    .orderBy('kind')
    .orderBy('channel')
    .execute(),
];

const queueRowsOf = (archived: ClipRow[]) => new Set(archived.map((clip) => clip.name)).size;

/** The archive's own recount says the same, where it can be had: it takes every size for known. */
async function rebuildable(db: Database, clips: ClipRow[]): Promise<void> {
  if (clips.some((clip) => clip.state === 'archived' && clip.size_bytes === null)) return;
  const days = () => countsOf(db);
  const before = await days();
  await rebuildDays(db);
  expect(await days()).toEqual(before);
}

test('what a user has added to the file is no hindrance: views, triggers, tables of our names or with references', async () => {
  const { db, report, folder } = await adopted((v2) => {
    v2.addFile('2026_0628_133416_0001F.MP4');
    v2.sqlite.pragma('foreign_keys = off');
    v2.sqlite.exec(`
      create view waiting as select * from download_queue where state = 'pending';
      create table log (x);
      create trigger noted after insert on clip_index begin insert into log values (1); end;
      create table camera (mine text);
      insert into camera values ('a row of my own');
      create table notes (clip integer references clip_index(id));
      insert into notes values (77);
    `);
  });
  expect(report.warnings.join('\n')).toMatch(/the view waiting is in the kept copy only/);
  expect(await db.selectFrom('camera').select('name').execute()).toEqual([{ name: 'Dashcam' }]);
  const file = new SqliteDatabase(join(folder, 'viofosync.db'), { readonly: true });
  expect(file.prepare('select mine from v2_camera').pluck().all()).toEqual(['a row of my own']);
  file.close();
});
