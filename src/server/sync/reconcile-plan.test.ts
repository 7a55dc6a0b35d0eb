import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clipStates } from '../../shared/clips.ts';
import type { LedgerEntry } from '../archive/clip-repository.ts';
import type { ListedFile } from '../camera/camera.ts';
import type { ClipPatch } from '../db/schema.ts';
import { planReconcile, type NewClip, type ReconcileInput, type ReconcilePlan } from './reconcile-plan.ts';

const now = Date.UTC(2026, 5, 28, 18);
const place = (localStart: string) => ({ at: Date.parse(`${localStart}Z`), offsetMinutes: 0 });

const nameAt = (minute: number, lens = 'F') =>
  `2026_0628_13${String(minute).padStart(2, '0')}00_${String(minute + 1).padStart(6, '0')}${lens}.MP4`;

function listed(minute: number, change: Partial<ListedFile> = {}): ListedFile {
  const name = change.name ?? nameAt(minute);
  return {
    name,
    remotePath: `/DCIM/Movie/${name}`,
    volume: 'A',
    container: 'mp4',
    sizeBytes: 1000 + minute,
    sizeExact: true,
    timecode: 5000 + minute * 30,
    endedLocal: `2026-06-28T13:${String(minute).padStart(2, '0')}:58`,
    locked: false,
    ...change,
  };
}

function input(
  files: ListedFile[],
  ledger: LedgerEntry[] = [],
  change: Partial<ReconcileInput> = {},
): ReconcileInput {
  return { files, ledger, complete: true, recording: 'stopped', fetchPhotos: false, now, place, ...change };
}

/** The row that an insert of a plan becomes. */
function rowOf(id: number, clip: NewClip): LedgerEntry {
  const { file } = clip;
  return {
    id,
    capture_id: id,
    name: file.name,
    generation: clip.generation,
    kind: clip.kind,
    channel: clip.channel,
    container: file.container,
    sequence: clip.sequence,
    local_start: clip.localStart,
    local_day: clip.localStart.slice(0, 10),
    state: clip.state,
    state_reason: clip.reason,
    locked: file.locked ? 1 : 0,
    rank: null,
    attempts: 0,
    next_attempt_at: null,
    remote_volume: file.volume,
    remote_path: file.remotePath,
    remote_size_bytes: file.sizeBytes,
    remote_size_exact: file.sizeExact ? 1 : 0,
    remote_timecode: file.timecode,
    remote_ended_local: file.endedLocal,
    remote_changed_at: now,
    remote_gone_at: null,
    size_bytes: null,
    started_at: clip.placed.at,
    origin: 'sync',
    complete: null,
  };
}

const known = (file: ListedFile, change: Partial<LedgerEntry> = {}): LedgerEntry => {
  const [clip] = planReconcile(input([file])).inserts;
  return { ...rowOf(file.sizeBytes ?? 1, clip!), ...change };
};

/** The ledger after a plan was carried out. */
function applied(ledger: LedgerEntry[], plan: ReconcilePlan): LedgerEntry[] {
  const patches = new Map<number, ClipPatch>(plan.patches.map(({ id, patch }) => [id, patch]));
  const changes = new Map(plan.changes.map((change) => [change.id, change]));
  const followed = ledger.map((row) => {
    const change = changes.get(row.id);
    return {
      ...row,
      ...(patches.get(row.id) as Partial<LedgerEntry>),
      ...(change && { state: change.to, state_reason: change.reason }),
      ...(plan.gone.includes(row.id) && { remote_gone_at: now }),
    };
  });
  const firstId = Math.max(0, ...ledger.map((row) => row.id)) + 1;
  return [...followed, ...plan.inserts.map((clip, index) => rowOf(firstId + index, clip))];
}

const nothing: ReconcilePlan = { inserts: [], patches: [], changes: [], gone: [] };

describe('what is new', () => {
  test('clips seen for the first time wait, photos stay listed', () => {
    const photo = listed(5, { name: '2026_0628_130500_000006F.JPG', container: 'jpg' });
    const { inserts } = planReconcile(input([listed(1), listed(2), photo]));
    expect(inserts.map(({ state, reason }) => [state, reason])).toEqual([
      ['waiting', null],
      ['waiting', null],
      ['listed', 'photo'],
    ]);
    expect(planReconcile(input([photo], [], { fetchPhotos: true })).inserts[0]!.state).toBe('waiting');
  });

  test('a name that is not understood is unclassified, at the time of its last write', () => {
    const [clip] = planReconcile(input([listed(7, { name: 'odd.MP4' })])).inserts;
    expect(clip).toMatchObject({
      kind: 'unclassified',
      channel: 'other',
      localStart: '2026-06-28T13:07:58',
      timeSource: 'file',
    });
  });

  test('one name in two folders is one clip, the locked one', () => {
    const twice = [listed(1), listed(1, { remotePath: `/DCIM/Movie/RO/${nameAt(1)}`, locked: true })];
    for (const files of [twice, twice.toReversed()])
      expect(planReconcile(input(files)).inserts.map(({ file }) => file.locked)).toEqual([true]);
  });
});

describe('what may still be written', () => {
  test('every lens of the newest capture is held while the camera records', () => {
    const rear = listed(9, { name: nameAt(9, 'R') });
    const plan = planReconcile(input([listed(1), listed(9), rear], [], { recording: 'recording' }));
    expect(plan.inserts.map(({ state }) => state)).toEqual(['waiting', 'held', 'held']);
  });

  test('the newest by counter is held too when the clock was wrong', () => {
    const early = listed(3, { name: '2020_0101_000000_000099F.MP4', timecode: 1 });
    const { inserts } = planReconcile(input([listed(9), early], [], { recording: 'recording' }));
    expect(inserts.map(({ state }) => state)).toEqual(['held', 'held']);
  });

  test('a camera that does not tell releases the newest when it has not changed for a while', () => {
    const row = known(listed(9), {
      state: 'held',
      state_reason: 'recording',
      remote_changed_at: now - 10_000,
    });
    expect(planReconcile(input([listed(9)], [row], { recording: 'unknown' }))).toEqual(nothing);
    const settled = { ...row, remote_changed_at: now - 100_000 };
    expect(planReconcile(input([listed(9)], [settled], { recording: 'unknown' })).changes).toMatchObject([
      { to: 'waiting' },
    ]);
  });

  test('what grew keeps the time of its last write up to date', () => {
    const row = known(listed(9), { state: 'held', state_reason: 'recording' });
    const grown = listed(9, { sizeBytes: 5000, timecode: 9999, endedLocal: '2026-06-28T13:10:00' });
    expect(planReconcile(input([grown], [row])).patches[0]!.patch).toMatchObject({
      remote_size_bytes: 5000,
      remote_timecode: 9999,
      remote_ended_local: '2026-06-28T13:10:00',
    });
  });
});

describe('what moved, changed or came again', () => {
  test('a clip that was locked is followed, as a new chance', () => {
    const row = known(listed(1), { attempts: 4, next_attempt_at: now + 99_999 });
    const moved = listed(1, { remotePath: `/DCIM/Movie/RO/${nameAt(1)}`, locked: true });
    expect(planReconcile(input([moved], [row])).patches).toEqual([
      { id: row.id, patch: { remote_path: moved.remotePath, locked: 1, attempts: 0, next_attempt_at: null } },
    ]);
  });

  test('an archived name with another exact size is a second clip', () => {
    const row = known(listed(1), { state: 'archived', size_bytes: 1001 });
    const plan = planReconcile(input([listed(1, { sizeBytes: 4444 })], [row]));
    expect(plan.inserts).toMatchObject([{ generation: 1, state: 'waiting' }]);
    expect(plan.patches).toEqual([]);
  });

  test('neither a rounded size nor one that the listing learned late makes a second clip', () => {
    const row = known(listed(1), { state: 'archived', size_bytes: 4444 });
    expect(planReconcile(input([listed(1, { sizeBytes: 4444 })], [row])).inserts).toEqual([]);
    expect(planReconcile(input([listed(1, { sizeBytes: 9999, sizeExact: false })], [row])).inserts).toEqual(
      [],
    );
  });

  test('a lost clip that comes again waits again', () => {
    const row = known(listed(1), { state: 'lost', state_reason: 'overwritten', remote_gone_at: 5 });
    const plan = planReconcile(input([listed(1)], [row]));
    expect(plan.changes).toEqual([{ id: row.id, from: 'lost', to: 'waiting', reason: null }]);
    expect(plan.patches[0]!.patch).toMatchObject({ remote_gone_at: null });
  });

  test('a failed clip is tried again only when it has changed', () => {
    const row = known(listed(1), { state: 'failed', state_reason: 'damaged', attempts: 5 });
    expect(planReconcile(input([listed(1)], [row]))).toEqual(nothing);
    expect(planReconcile(input([listed(1, { sizeBytes: 3333 })], [row])).changes).toMatchObject([
      { to: 'waiting' },
    ]);
  });

  test('a clip held for its place stays so until its time is over', () => {
    const row = known(listed(1), { state: 'held', state_reason: 'target', next_attempt_at: now + 1000 });
    expect(planReconcile(input([listed(1)], [row]))).toEqual(nothing);
    expect(planReconcile(input([listed(1)], [row], { now: now + 2000 })).changes).toMatchObject([
      { to: 'waiting' },
    ]);
  });

  test('what is in transfer, archived, skipped or deleted stays as it is', () => {
    for (const state of ['transferring', 'archived', 'skipped', 'deleted', 'expired'] as const) {
      const row = known(listed(1), { state, size_bytes: 1001 });
      expect(planReconcile(input([listed(1)], [row], { recording: 'recording' }))).toEqual(nothing);
    }
  });
});

describe('what is absent', () => {
  const row = known(listed(1));

  test('is lost when the camera shows newer clips in its stead', () => {
    const plan = planReconcile(input([listed(2)], [row]));
    expect(plan).toMatchObject({ gone: [row.id], changes: [{ to: 'lost', reason: 'overwritten' }] });
  });

  test('is gone from the camera and stays archived when we have it', () => {
    const plan = planReconcile(input([listed(2)], [{ ...row, state: 'archived' }]));
    expect(plan).toMatchObject({ gone: [row.id], changes: [] });
  });

  test.each<[string, ListedFile[], Partial<ReconcileInput>]>([
    ['the listing is not complete', [listed(2)], { complete: false }],
    ['the listing is empty', [], {}],
    ['only older clips are shown', [listed(0)], {}],
    ['the newer ones are on another storage', [listed(2, { volume: 'B' })], {}],
  ])('is not lost when %s', (_why, files, change) => {
    const plan = planReconcile(input(files, [row], change));
    expect([plan.gone, plan.changes]).toEqual([[], []]);
  });
});

const file = fc
  .record({
    minute: fc.integer({ min: 0, max: 20 }),
    lens: fc.constantFrom('F', 'R'),
    photo: fc.boolean(),
    odd: fc.boolean(),
    sizeBytes: fc.option(fc.integer({ min: 1, max: 4 }), { freq: 5 }),
    sizeExact: fc.boolean(),
    timecode: fc.option(fc.integer({ min: 1, max: 9 })),
    volume: fc.constantFrom('A', 'B', ''),
    locked: fc.boolean(),
  })
  .map(({ minute, lens, photo, odd, ...rest }) => {
    const plain = odd ? `odd${minute}.MP4` : nameAt(minute, lens);
    const name = photo ? plain.replace('MP4', 'JPG') : plain;
    return listed(minute, { ...rest, name, container: photo ? 'jpg' : 'mp4' });
  });
const listing = fc.array(file, { maxLength: 12 });
const recording = fc.constantFrom('recording' as const, 'stopped' as const, 'unknown' as const);
const state = fc.constantFrom(...clipStates);

/** A ledger as some earlier listing and whatever happened since may have left it. */
const ledger = fc.tuple(listing, fc.array(state, { minLength: 12, maxLength: 12 })).map(([files, states]) =>
  applied([], planReconcile(input(files))).map((row, index) => ({
    ...row,
    state: states[index] ?? 'waiting',
    size_bytes: row.remote_size_bytes,
  })),
);

test('the same listing a second time changes nothing', () => {
  fc.assert(
    fc.property(ledger, listing, recording, fc.boolean(), (rows, files, flag, complete) => {
      const change = { recording: flag, complete };
      const after = applied(rows, planReconcile(input(files, rows, change)));
      expect(planReconcile(input(files, after, change))).toEqual(nothing);
    }),
    { numRuns: 2000 },
  );
});

test('an incomplete or empty listing never says that something is gone or lost', () => {
  fc.assert(
    fc.property(ledger, listing, recording, (rows, files, flag) => {
      for (const [shown, complete] of [
        [files, false],
        [[], true],
      ] as const) {
        const plan = planReconcile(input([...shown], rows, { recording: flag, complete }));
        expect(plan.gone).toEqual([]);
        expect(plan.changes.filter((change) => change.to === 'lost')).toEqual([]);
      }
    }),
    { numRuns: 1000 },
  );
});

test('what is gone from the camera is never still wanted from it', () => {
  fc.assert(
    fc.property(ledger, listing, recording, (rows, files, flag) => {
      const plan = planReconcile(input(files, rows, { recording: flag }));
      const gone = applied(rows, plan).filter((row) => plan.gone.includes(row.id));
      const wanted = gone.filter((row) => ['waiting', 'held', 'transferring', 'failed'].includes(row.state));
      expect(wanted).toEqual([]);
    }),
    { numRuns: 1000 },
  );
});

test('no listing ever takes a clip out of the archive, and none changes a row it does not know', () => {
  fc.assert(
    fc.property(ledger, listing, recording, (rows, files, flag) => {
      const plan = planReconcile(input(files, rows, { recording: flag }));
      const byId = new Map(rows.map((row) => [row.id, row]));
      expect(plan.changes.filter((change) => change.from === 'archived')).toEqual([]);
      for (const change of plan.changes) expect(byId.get(change.id)?.state).toBe(change.from);
      const keys = plan.inserts.map((clip) => `${clip.file.volume}:${clip.file.name}:${clip.generation}`);
      expect(new Set(keys).size).toBe(keys.length);
    }),
    { numRuns: 1000 },
  );
});

test('a found file that is no whole recording is not the clip: the camera still has it to give', () => {
  const [file] = [listed(1)];
  const found = known(file, { state: 'archived', size_bytes: file.sizeBytes, origin: 'found' });
  expect(planReconcile(input([file], [found])).inserts).toEqual([]);
  expect(planReconcile(input([file], [{ ...found, complete: 1 }])).inserts).toEqual([]);
  const broken: LedgerEntry = { ...found, complete: 0 };
  const plan = planReconcile(input([file], [broken]));
  expect(plan.inserts).toMatchObject([{ generation: 1, state: 'waiting' }]);
  const again = rowOf(99, plan.inserts[0]!);
  const next = planReconcile(input([file], [broken, again]));
  expect([next.inserts, next.changes]).toEqual([[], []]);
});

test('a damaged clip that came from the camera itself is not fetched again', () => {
  const file = listed(1);
  const damaged = known(file, { state: 'archived', size_bytes: file.sizeBytes, complete: 0 });
  expect(planReconcile(input([file], [damaged])).inserts).toEqual([]);
});
