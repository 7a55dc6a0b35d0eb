import { describe, expect, test } from 'vitest';
import { clipStates, type ClipState } from '../../shared/clips.ts';
import { ZonedTimes } from '../lib/zones.ts';
import { planScan, type FoundFile, type KnownClip, type ScanPlanInput, type ScanStep } from './scan-plan.ts';
import type { SidecarFacts } from './sidecar.ts';

const times = new ZonedTimes('Europe/London');
const now = Date.UTC(2026, 6, 1);
const name = '2026_0628_133416_0001F.MP4';
const path = `2026-06-28/${name}`;

const file = (change: Partial<FoundFile> = {}): FoundFile => ({
  path,
  sizeBytes: 1000,
  mtimeMs: Date.UTC(2026, 5, 28, 12, 35, 16),
  hasGpx: false,
  sidecar: null,
  ...change,
});

const told = (change: Partial<SidecarFacts>): SidecarFacts => ({
  name: null,
  kept: false,
  keptAt: null,
  locked: false,
  note: null,
  tags: [],
  time: null,
  ...change,
});

const known = (change: Partial<KnownClip> = {}): KnownClip => ({
  id: 7,
  camera_id: 1,
  name,
  generation: 0,
  state: 'waiting',
  path: null,
  size_bytes: null,
  mtime_ms: null,
  remote_size_bytes: 1000,
  remote_size_exact: 1,
  remote_path: '/DCIM/Movie/X',
  kept: 0,
  kept_at: null,
  locked: 0,
  note: null,
  tags: null,
  time_source: 'setting',
  state_at: 0,
  ...change,
});

const plan = (change: Partial<ScanPlanInput> = {}) =>
  planScan({
    files: [file()],
    cameras: [{ id: 1, archive_folder: '' }],
    known: [],
    targets: new Set(),
    vanished: new Set(),
    lookedAt: 0,
    now,
    place: (localStart) => times.place(localStart),
    ...change,
  });

function clips(change: Partial<ScanPlanInput> = {}) {
  return plan(change).steps.flatMap((step) => (step.kind === 'insert' ? [step.clip] : []));
}

const short = (steps: ScanStep[]) =>
  steps.map((step) => {
    switch (step.kind) {
      case 'insert':
        return `insert ${step.clip.path} as ${step.clip.generation}`;
      case 'attach':
        return `attach ${step.id} from ${step.from} to ${step.patch.path}`;
      case 'move':
        return `move ${step.id} to ${step.patch.path}`;
      case 'renumber':
        return `renumber ${step.id} to ${step.generation}`;
    }
  });

const arrivedOnce = (state: ClipState) => state === 'expired' || state === 'deleted' || state === 'missing';

const patchOf = (change: Partial<KnownClip>) => plan({ known: [known(change)] }).steps[0];

const stepFor = (sizeBytes: number, change: Partial<KnownClip>) =>
  short(plan({ files: [file({ sizeBytes })], known: [known(change)] }).steps)[0];

const generations = (...files: FoundFile[]) => clips({ files }).map((clip) => [clip.path, clip.generation]);

describe('a file that the ledger knows nothing of', () => {
  test('is archived as found, with what its name tells, placed in the zone', () => {
    expect(clips()).toEqual([
      {
        camera_id: 1,
        name,
        generation: 0,
        channel: 'front',
        kind: 'normal',
        sequence: 1,
        container: 'mp4',
        local_start: '2026-06-28T13:34:16',
        local_day: '2026-06-28',
        started_at: Date.UTC(2026, 5, 28, 12, 34, 16),
        zone_offset_min: 60,
        time_source: 'setting',
        locked: 0,
        kept: 0,
        kept_at: null,
        note: null,
        tags: null,
        state: 'archived',
        state_reason: null,
        state_at: now,
        attempts: 0,
        last_error: null,
        remote_volume: '',
        remote_size_exact: 0,
        remote_gone_at: now,
        path,
        size_bytes: 1000,
        mtime_ms: Date.UTC(2026, 5, 28, 12, 35, 16),
        gpx_sidecar: 0,
        archived_at: now,
        origin: 'found',
        complete: null,
        duration_ms: null,
      },
    ]);
  });

  test.each([
    ['20241005224959_023982.MP4', '2024-10-05T22:49:59', 'front', 'normal', 'mp4'],
    ['20260628_133416_0001PR.mp4', '2026-06-28T13:34:16', 'rear', 'parking', 'mp4'],
    ['2026_0820_045542_F.MP4', '2026-08-20T04:55:42', 'front', 'normal', 'mp4'],
    ['2016_0719_155355_005.MOV', '2016-07-19T15:53:55', 'front', 'normal', 'mov'],
    ['20260709112750_036576B.TS', '2026-07-09T11:27:50', 'rear', 'normal', 'ts'],
    ['2026_0628_133416_0001EI.MP4', '2026-06-28T13:34:16', 'interior', 'event', 'mp4'],
    ['2026_0628_133416_0001T.Mp4', '2026-06-28T13:34:16', 'tele', 'normal', 'mp4'],
    ['2026_0628_133416_0001F.jpg', '2026-06-28T13:34:16', 'front', 'normal', 'jpg'],
  ])('is read from the name %s', (fileName, ...expected) => {
    const [local_start, channel, kind, container] = expected;
    expect(clips({ files: [file({ path: fileName })] })).toMatchObject([
      { name: fileName.toUpperCase(), path: fileName, local_start, channel, kind, container },
    ]);
  });

  test('is unclassified with the time of its last write when the name tells nothing', () => {
    const files = [file({ path: 'films/Holiday.mp4', mtimeMs: Date.UTC(2026, 0, 5, 10) + 250 })];
    expect(clips({ files })).toMatchObject([
      {
        name: 'Holiday.mp4',
        kind: 'unclassified',
        channel: 'other',
        local_start: '2026-01-05T10:00:00',
        started_at: Date.UTC(2026, 0, 5, 10),
        zone_offset_min: 0,
        time_source: 'file',
      },
    ]);
  });

  test.each([
    [Date.UTC(2026, 6, 1, 22, 59, 59), '2026-07-01T23:59:59', 60],
    [Date.UTC(2026, 6, 1, 23), '2026-07-02T00:00:00', 60],
    [Date.UTC(2026, 2, 29, 0, 59, 59), '2026-03-29T00:59:59', 0],
    [Date.UTC(2026, 2, 29, 1), '2026-03-29T02:00:00', 60],
    [Date.UTC(2026, 9, 25, 0, 30), '2026-10-25T01:30:00', 60],
    [Date.UTC(2026, 9, 25, 1, 30), '2026-10-25T01:30:00', 0],
    [0, '1970-01-01T01:00:00', 60],
  ])('of last write %i gets the wall clock %s of its zone', (mtimeMs, local_start, zone_offset_min) => {
    const files = [file({ path: 'x.mp4', mtimeMs })];
    expect(clips({ files })).toMatchObject([{ local_start, zone_offset_min, started_at: mtimeMs }]);
  });

  test.each([
    [`2026-06-28/RO/${name}`, 1, 'normal'],
    [`CARDV/EMR/${name}`, 1, 'normal'],
    [`2026-06-28/parking/${name}`, 0, 'parking'],
    [`Parking/RO/${name}`, 1, 'parking'],
    ['Parking/2026_0628_133416_0001EF.MP4', 0, 'event'],
    ['Parking/holiday.mp4', 0, 'unclassified'],
  ])('at %s is locked: %i, of kind %s', (at, locked, kind) => {
    expect(clips({ files: [file({ path: at })] })).toMatchObject([{ locked, kind }]);
  });

  test.each([
    [`Van/2026-06-28/${name}`, 2],
    [`Car/2026-06-28/${name}`, 1],
    [name, 1],
    ['Van', 1],
  ])('at %s belongs to camera %i', (at, id) => {
    const cameras = [
      { id: 1, archive_folder: '' },
      { id: 2, archive_folder: 'Van' },
    ];
    expect(clips({ cameras, files: [file({ path: at })] })).toMatchObject([{ camera_id: id }]);
  });

  test('belongs to the only camera there is, whatever that one’s folder', () => {
    const cameras = [{ id: 4, archive_folder: 'Van' }];
    expect(clips({ cameras })).toMatchObject([{ camera_id: 4 }]);
  });

  test('is not locked by the name of its camera’s folder', () => {
    const cameras = [{ id: 4, archive_folder: 'RO' }];
    expect(clips({ cameras, files: [file({ path: `RO/2026-06-28/${name}` })] })).toMatchObject([
      { locked: 0 },
    ]);
  });

  test('takes over what its sidecar tells', () => {
    const time = {
      localStart: '2026-06-28T14:34:16',
      startedAt: Date.UTC(2026, 5, 28, 12, 34, 20),
      offsetMinutes: 120,
      source: 'gps' as const,
    };
    const sidecar = told({ name, kept: true, keptAt: 5, locked: true, note: 'a deer', tags: ['deer'], time });
    const files = [file({ path: '2026-06-28/x~3.MP4', hasGpx: true, sidecar })];
    expect(clips({ files })).toMatchObject([
      {
        name,
        kept: 1,
        kept_at: 5,
        locked: 1,
        note: 'a deer',
        tags: '["deer"]',
        gpx_sidecar: 1,
        local_start: '2026-06-28T14:34:16',
        local_day: '2026-06-28',
        started_at: time.startedAt,
        zone_offset_min: 120,
        time_source: 'gps',
      },
    ]);
  });

  test('that is kept since nobody knows when is kept from now on', () => {
    expect(clips({ files: [file({ sidecar: told({ kept: true }) })] })).toMatchObject([
      { kept: 1, kept_at: now },
    ]);
  });
});

describe('a file whose clip the ledger knows without a file', () => {
  const without = clipStates.filter((state) => state !== 'archived' && state !== 'transferring');

  test.each(without)('is archived when the clip was %s and the size fits', (state) => {
    const row = known({ state, ...(arrivedOnce(state) && { size_bytes: 1000 }) });
    expect(short(plan({ known: [row] }).steps)).toEqual([`attach 7 from ${state} to ${path}`]);
  });

  test('is left alone while the clip is in transfer, and where an unfinished download will be', () => {
    expect(plan({ known: [known({ state: 'transferring' })] })).toMatchObject({ steps: [], left: 1 });
    expect(plan({ targets: new Set([path]) })).toMatchObject({ steps: [], left: 1 });
  });

  test('brings nothing over from an earlier copy but when that very file has come back', () => {
    const back = { state: 'missing', size_bytes: 1000, mtime_ms: file().mtimeMs } as const;
    expect(patchOf(back)).not.toMatchObject({ patch: { sha256: null } });
    expect(patchOf(back)).not.toHaveProperty('patch.media_due');
    expect(patchOf({ ...back, mtime_ms: 5 })).toHaveProperty('patch.media_due', 1);
    expect(patchOf({ ...back, state: 'deleted' })).toMatchObject({
      patch: { sha256: null, verified_at: null, complete: null, origin: 'found', archived_at: now },
    });
  });

  test('adds what the sidecar knows to what the ledger knows', () => {
    const files = [
      file({
        sidecar: told({ kept: true, keptAt: 5, note: 'beside', tags: ['Deer', 'deer', 'a'], locked: true }),
      }),
    ];
    expect(plan({ files, known: [known()] }).steps).toMatchObject([
      { patch: { kept: 1, kept_at: 5, note: 'beside', tags: '["a","Deer"]', locked: 1 } },
    ]);
    const [step] = plan({ files, known: [known({ kept: 1, kept_at: 3, note: 'mine' })] }).steps;
    expect(step).not.toHaveProperty('patch.kept_at');
    expect(step).not.toHaveProperty('patch.note');
  });

  test('takes the time that the sidecar tells, unless the ledger knows better than the name', () => {
    const time = {
      localStart: '2026-06-28T13:34:20',
      startedAt: Date.UTC(2026, 5, 28, 22, 34, 20),
      offsetMinutes: 60,
      source: 'gps' as const,
    };
    const files = [file({ sidecar: told({ time }) })];
    const steps = (change: Partial<KnownClip>) => plan({ files, known: [known(change)] }).steps;
    expect(steps({})).toMatchObject([
      {
        time: {
          local_start: time.localStart,
          local_day: '2026-06-28',
          started_at: time.startedAt,
          time_source: 'gps',
        },
      },
    ]);
    expect(steps({ time_source: 'file' })).toMatchObject([{ time: { started_at: time.startedAt } }]);
    expect(steps({ time_source: 'gps' })).toMatchObject([{ time: null }]);
  });

  test('is found by its name in any case', () => {
    const files = [file({ path: `2026-06-28/${name.toLowerCase()}` })];
    expect(short(plan({ files, known: [known()] }).steps)).toEqual([
      `attach 7 from waiting to 2026-06-28/${name.toLowerCase()}`,
    ]);
  });

  test('fits a rounded size that may mean it, an unknown one always', () => {
    const rounded = { remote_size_exact: 0, remote_size_bytes: 487_600_000 } as const;
    expect(stepFor(487_587_840, rounded)).toMatch(/^attach/);
    expect(stepFor(300_000_000, rounded)).not.toMatch(/^attach/);
    expect(stepFor(300_000_000, { remote_size_bytes: null, remote_size_exact: 0 })).toMatch(/^attach/);
  });

  test('belongs to the row of its exact size, then to the latest', () => {
    const rows = [
      known({ id: 1, generation: 2, remote_size_bytes: null, remote_size_exact: 0 }),
      known({ id: 2, generation: 1 }),
      known({ id: 3, generation: 0 }),
    ];
    expect(short(plan({ known: rows }).steps)).toEqual([`attach 2 from waiting to ${path}`]);
  });

  test('is at the path of a row, whatever its size', () => {
    const row = known({ state: 'missing', path, size_bytes: 5, remote_size_bytes: 5 });
    expect(short(plan({ known: [row] }).steps)).toEqual([`attach 7 from missing to ${path}`]);
  });

  test('of another camera is nobody’s', () => {
    expect(short(plan({ known: [known({ camera_id: 2 })] }).steps)).toEqual([`insert ${path} as 0`]);
  });
});

describe('a file of a known name and other contents', () => {
  test('that is shorter than the camera lists is a cut copy; the clip is still fetched and stays the latest', () => {
    const { steps } = plan({ files: [file({ sizeBytes: 400 })], known: [known()] });
    expect(short(steps)).toEqual(['renumber 7 to 1', `insert ${path} as 0`]);
    expect(steps[1]).toMatchObject({ clip: { complete: 0, state_reason: 'damaged' } });
  });

  test('that is longer than the camera lists is a clip of its own, not known to be cut', () => {
    const { steps } = plan({ files: [file({ sizeBytes: 1400 })], known: [known()] });
    expect(short(steps)).toEqual(['renumber 7 to 1', `insert ${path} as 0`]);
    expect(steps[1]).toHaveProperty('clip.complete', null);
  });

  test.each(['deleted', 'expired', 'skipped'] as const)(
    'does not make the camera’s own clip wanted again when that one was %s',
    (state) => {
      const { steps } = plan({ files: [file({ sizeBytes: 400 })], known: [known({ state })] });
      expect(short(steps)).toEqual(['renumber 7 to 1', `insert ${path} as 0`]);
    },
  );

  test('is a second copy beside an archived one, whose file stays its own', () => {
    const row = known({ state: 'archived', path: `old/${name}`, size_bytes: 1000 });
    expect(short(plan({ known: [row] }).steps)).toEqual(['renumber 7 to 1', `insert ${path} as 0`]);
  });

  test('of several that no camera listed, the largest counts as the latest, in whatever order they come', () => {
    const cut = file({ path: `backup/${name}`, sizeBytes: 400 });
    expect(generations(cut, file())).toEqual([
      [cut.path, 0],
      [path, 1],
    ]);
    expect(generations(file(), cut)).toEqual([
      [path, 1],
      [cut.path, 0],
    ]);
  });

  test('never shares a number with another of its name', () => {
    const files = Array.from({ length: 6 }, (_, i) =>
      file({ path: `${i}/${name}`, sizeBytes: [5, 3, 9, 9, 1, 7][i]! }),
    );
    expect(new Set(clips({ files }).map((clip) => clip.generation)).size).toBe(6);
  });
});

describe('a file of an archived clip', () => {
  const row = known({ state: 'archived', path: `old/${name}`, size_bytes: 1000, remote_path: null });

  test('changes nothing where it is known', () => {
    expect(plan({ known: [known({ state: 'archived', path, size_bytes: 1000 })] })).toEqual({
      steps: [],
      left: 0,
      leftPaths: [],
    });
  });

  test('is followed when it lies elsewhere and the old place is empty', () => {
    expect(short(plan({ known: [row], vanished: new Set([`old/${name}`]) }).steps)).toEqual([
      `move 7 to ${path}`,
    ]);
  });

  test('is not taken for it when the size differs, and one file is followed only once', () => {
    const vanished = new Set([`old/${name}`]);
    expect(short(plan({ known: [row], vanished, files: [file({ sizeBytes: 5 })] }).steps)[0]).toMatch(
      /^renumber/,
    );
    const two = plan({ known: [row], vanished, files: [file(), file({ path: `copy/${name}` })] });
    expect(short(two.steps).map((step) => step.split(' ')[0])).toEqual(['move', 'renumber', 'insert']);
  });

  test('seen twice in one look is one clip', () => {
    expect(clips({ files: [file(), file()] })).toHaveLength(1);
  });
});

test.each(['expired', 'deleted'] as const)(
  'a file whose clip was %s while the scan was on its way is left to the next scan',
  (state) => {
    const rows = [known({ state, size_bytes: 1000, state_at: 50 })];
    const seen = { files: [file({ path: name })], known: rows };
    expect(plan({ ...seen, lookedAt: 49 })).toMatchObject({ steps: [], left: 1 });
    // One that was put back since is taken in.
    expect(plan({ ...seen, lookedAt: 51 }).steps).toMatchObject([{ kind: 'attach', id: 7, from: state }]);
  },
);
