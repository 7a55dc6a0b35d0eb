import { expect, test } from 'vitest';
import { ZonedTimes } from '../../lib/zones.ts';
import { planName, triageReason, type NameContext, type NamePlan } from './name-plan.ts';
import { indexColumns, queueColumns, type V2Index, type V2Queue } from './v2-rows.ts';

const name = '2026_0628_133416_0001PF.MP4';
const now = Date.UTC(2026, 8, 1);
const second = Date.UTC(2026, 5, 28, 12, 34, 16) / 1000;
const london = new ZonedTimes('Europe/London');

const context: NameContext = {
  roots: { current: '/recordings', former: '/data/rec' },
  times: {
    place: (localStart) => london.place(localStart),
    localOf: (at) => ({
      localStart: new Date(at + 3_600_000).toISOString().slice(0, 19),
      offsetMinutes: 60,
    }),
  },
  now,
};

const blank = (columns: object) => Object.fromEntries(Object.keys(columns).map((key) => [key, null]));

const file = (row: Partial<V2Index> = {}): V2Index => ({
  ...(blank(indexColumns) as unknown as V2Index),
  id: 7,
  path: `/recordings/2026-06-28/${name}`,
  basename: name,
  timestamp: second,
  sizeBytes: 5000,
  hasGpx: 1,
  locked: 0,
  durationS: 60.5,
  scannedAt: second + 100,
  ...row,
});

const queued = (row: Partial<V2Queue> = {}): V2Queue => ({
  ...(blank(queueColumns) as unknown as V2Queue),
  id: 3,
  filename: name,
  sourceDir: `A:\\DCIM\\Movie\\Parking\\${name}`,
  remoteSize: 5000,
  recordedAt: second,
  state: 'done',
  enqueuedAt: second + 10,
  finishedAt: second + 50,
  ...row,
});

const plan = (index: V2Index[], queue: V2Queue | null = null): NamePlan =>
  planName({ index, queue }, context);
const clipsOf = (planned: NamePlan) => planned.clips.map(({ clip }) => clip);
const reasonsOf = (planned: NamePlan) => planned.aside.map(({ table, id, reason }) => [table, id, reason]);

test('a file in the archive with its row in the queue is an archived clip that keeps its id', () => {
  const planned = plan([file()], queued());
  expect(planned).toMatchObject({ aside: [], loosePins: [] });
  expect(planned.clips).toEqual([
    {
      id: 7,
      wish: null,
      clip: {
        name,
        generation: 0,
        channel: 'front',
        kind: 'parking',
        sequence: 1,
        container: 'mp4',
        local_start: '2026-06-28T13:34:16',
        started_at: second * 1000,
        zone_offset_min: 60,
        time_source: 'setting',
        local_day: '2026-06-28',
        duration_ms: 60_500,
        locked: 0,
        kept: 0,
        kept_at: null,
        state: 'archived',
        state_reason: null,
        state_at: (second + 50) * 1000,
        attempts: 0,
        last_error: null,
        remote_volume: 'A',
        remote_path: `/DCIM/Movie/Parking/${name}`,
        remote_size_bytes: 5000,
        remote_size_exact: 1,
        remote_seen_at: (second + 10) * 1000,
        remote_gone_at: now,
        path: `2026-06-28/${name}`,
        size_bytes: 5000,
        archived_at: (second + 50) * 1000,
        origin: 'adopted',
        place_released_at: null,
        gpx_sidecar: 1,
        sidecar_due: 0,
      },
    },
  ]);
});

test.each(['pending', 'downloading', 'failed', 'gone', 'skipped', 'nonsense'])(
  'a file in the archive is archived, although the queue says %s',
  (state) => {
    const planned = plan([file()], queued({ state, priority: 5, triagedAt: 1 }));
    expect(planned.aside).toEqual([]);
    expect(planned.clips).toMatchObject([{ wish: null, clip: { state: 'archived', state_reason: null } }]);
  },
);

test('a file that the queue does not know was never seen on a camera', () => {
  expect(clipsOf(plan([file()]))).toMatchObject([
    { remote_seen_at: null, remote_gone_at: null, remote_path: null, archived_at: (second + 100) * 1000 },
  ]);
});

test.each([
  [{ sizeBytes: -5 }, { state: 'done' }, 5000, 0],
  [{ sizeBytes: null }, { state: 'pending' }, null, 0],
  [{ sizeBytes: '5000' }, { state: 'done' }, 5000, 1],
  [{ sizeBytes: 4999 }, { state: 'done' }, 4999, 0],
  [{ sizeBytes: 0 }, { remoteSize: 0 }, 0, 0],
])('%j with %j has the size %s, exact as listed: %s', (row, queue, size, exact) => {
  expect(clipsOf(plan([file(row)], queued(queue)))).toMatchObject([
    { size_bytes: size, remote_size_exact: exact },
  ]);
});

test.each([
  [{ manual: 1 }, 'import'],
  [{ sourceDir: '/import/RO/' }, 'import'],
  [{ manual: 0 }, 'adopted'],
])('a file with %j is from %s', (row, origin) => {
  expect(clipsOf(plan([file()], queued(row)))).toMatchObject([{ origin }]);
});

test.each([
  [{ eventType: 'ro' }, {}],
  [{}, { sourceDir: `A:\\DCIM\\Movie\\RO\\${name}` }],
  [{}, { sourceDir: '/import/RO/' }],
])('%j with %j was write-protected, and its sidecar is due', (row, queue) => {
  expect(clipsOf(plan([file(row)], queued(queue)))).toMatchObject([{ locked: 1, kept: 0, sidecar_due: 1 }]);
});

test.each([
  ['the file', [file({ locked: 1 })], queued()],
  ['the queue', [file()], queued({ locked: 1 })],
  ['the queue with a mark of another type', [file()], queued({ locked: 'yes' })],
  [
    'a second row of the same file',
    [file(), file({ id: 9, path: `/data/rec/2026-06-28/${name}`, locked: 1 })],
    null,
  ],
])('a pin on %s keeps the clip', (_where, index, queue) => {
  expect(clipsOf(plan(index, queue))).toMatchObject([{ kept: 1, kept_at: now, sidecar_due: 1 }]);
});

test('a pin on what is not fetched yet needs no sidecar yet', () => {
  expect(clipsOf(plan([], queued({ state: 'pending', locked: 1 })))).toMatchObject([
    { kept: 1, sidecar_due: 0 },
  ]);
});

test('a pin in a row that is kept aside goes to whatever clip has the name', () => {
  const outside = file({ path: `/elsewhere/${name}`, locked: 1 });
  expect(clipsOf(plan([outside], queued()))).toMatchObject([{ state: 'expired', kept: 1 }]);
  expect(plan([outside]).loosePins).toEqual([name]);
  expect(plan([], queued({ state: 'nonsense', locked: 1 })).loosePins).toEqual([name]);
  const nameless = file({ basename: null, locked: 1 });
  expect(plan([nameless]).loosePins).toEqual([name]);
  const other = file({ path: '/recordings/2026-06-28/other.MP4', locked: 1 });
  expect(plan([other], queued()).loosePins).toEqual(['other.MP4']);
});

test('of two rows of one file the one at the present place stays, else the older', () => {
  const old = file({ id: 2, path: `/data/rec/2026-06-28/${name}` });
  expect(plan([old, file()]).clips).toMatchObject([{ id: 7 }]);
  expect(reasonsOf(plan([old, file()]))).toEqual([['clip_index', 2, 'it is the same file a second time']]);
  const again = file({ id: 8, path: `/recordings//2026-06-28/${name}` });
  expect(plan([file(), again]).clips).toMatchObject([{ id: 7 }]);
});

test('two files of one name are two clips; the one of the size that was listed is what the camera had', () => {
  const elsewhere = file({ id: 2, path: `/recordings/2026-06/${name}`, sizeBytes: 5000 });
  const planned = plan([elsewhere, file({ sizeBytes: 4000 })], queued());
  expect(planned.aside).toEqual([]);
  expect(planned.clips).toMatchObject([
    { id: 7, clip: { generation: 0, remote_path: null, remote_seen_at: null } },
    { id: 2, clip: { generation: 1, remote_size_exact: 1, remote_path: `/DCIM/Movie/Parking/${name}` } },
  ]);
  expect(plan([elsewhere, file()], queued({ remoteSize: 1 })).clips.at(-1)).toMatchObject({ id: 2 });
});

test.each([
  ['without a path', { path: null }, 'it has no path'],
  ['outside', { path: `/elsewhere/${name}` }, 'its path is outside the recordings'],
  ['that climbs', { path: `/recordings/../${name}` }, 'its path makes no sense'],
  ['of two names', { path: '/recordings/x.MP4' }, 'its name and its path do not agree'],
  ['without a number', { id: -1 }, 'its number makes no sense'],
  ['with an absurd number', { id: 2 ** 50 }, 'its number makes no sense'],
])('a file %s is kept aside', (_what, row, reason) => {
  const wrong = file(row);
  expect(reasonsOf(plan([wrong]))).toEqual([['clip_index', wrong.id, reason]]);
  expect(plan([wrong]).clips).toEqual([]);
});

test.each([null, '', 'a/b.MP4', 'a\u0007.MP4', Buffer.from('x')])(
  'rows of the name %s are kept aside',
  (bad) => {
    const planned = plan([file({ basename: bad })], queued({ filename: bad }));
    expect(planned.clips).toEqual([]);
    expect(planned.aside.map((row) => row.table)).toEqual(['clip_index', 'download_queue']);
  },
);

test('the name that is not understood gets its time, channel and kind from what was noted', () => {
  const odd = 'front door.MP4';
  const row = { filename: odd, sourceDir: '/DCIM/Movie', state: 'pending' };
  const known = (queue: Partial<V2Queue>) => clipsOf(plan([], queued({ ...row, ...queue })))[0];
  expect(known({ camera: 'PR', eventType: 'parking' })).toMatchObject({
    channel: 'rear',
    kind: 'parking',
    time_source: 'file',
    local_start: '2026-06-28T13:34:16',
    started_at: second * 1000,
    zone_offset_min: 60,
    sequence: null,
    remote_path: `/DCIM/Movie/${odd}`,
  });
  expect(known({ camera: 'T', eventType: 'event' })).toMatchObject({ channel: 'tele', kind: 'event' });
  expect(known({ camera: 'ER' })).toMatchObject({ channel: 'rear', kind: 'event' });
  expect(known({ camera: 'I', eventType: 'normal' })).toMatchObject({
    channel: 'interior',
    kind: 'unclassified',
  });
  expect(known({ camera: null })).toMatchObject({ channel: 'other', kind: 'unclassified' });
  expect(known({ camera: 9 })).toMatchObject({ channel: 'other' });
});

test.each([
  [
    'a name and times that tell nothing',
    'odd.MP4',
    12,
    'neither its name nor anything else tells when it was recorded',
  ],
  ['a name of no recording', 'notes.txt', second, 'its name is not that of a recording'],
])('%s is kept aside', (_what, filename, recordedAt, reason) => {
  expect(reasonsOf(plan([], queued({ filename, recordedAt })))).toEqual([['download_queue', 3, reason]]);
});

const released = (releasedAt: unknown) => clipsOf(plan([], queued({ state: 'pending', releasedAt })))[0];

test('what the user let out of a rule by place stays so, also when its time is lost', () => {
  expect(released(second)?.place_released_at).toBe(second * 1000);
  expect(released('once')?.place_released_at).toBe(now);
  expect(released(null)?.place_released_at).toBeNull();
});

test('a triage result of what is not fetched is kept aside as well', () => {
  const planned = plan([], queued({ state: 'pending', triagedAt: second }));
  expect(planned.clips).toHaveLength(1);
  expect(planned.aside).toMatchObject([{ reason: triageReason, columns: expect.any(Array) }]);
});

test('only what is still wanted keeps the wish for it', () => {
  expect(plan([], queued({ state: 'failed', priority: 3 })).clips).toMatchObject([{ wish: { priority: 3 } }]);
  expect(plan([], queued({ state: 'skipped', priority: 3 })).clips).toMatchObject([{ wish: null }]);
});

test('a date before there were time zones gives whole minutes and milliseconds', () => {
  const odd = '0001_0101_000000_0001F.MP4';
  const [clip] = clipsOf(plan([], queued({ filename: odd, sourceDir: '/DCIM/Movie' })));
  expect(clip).toMatchObject({ local_start: '0001-01-01T00:00:00' });
  expect(Number.isInteger(clip?.zone_offset_min) && Number.isInteger(clip?.started_at)).toBe(true);
});
