import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clipStates } from '../../shared/clips.ts';
import { fetchRules } from '../../shared/queue.ts';
import type { LedgerEntry } from '../archive/clip-repository.ts';
import type { ListedFile } from '../camera/camera.ts';
import type { ClipPatch } from '../db/schema.ts';
import { ruleHold, type RuleContext } from './fetch-rules.ts';
import { planReconcile, type NewClip, type ReconcileInput, type ReconcilePlan } from './reconcile-plan.ts';

const now = Date.UTC(2026, 5, 28, 18);
const hourMs = 60 * 60_000;
const place = (localStart: string) => ({ at: Date.parse(`${localStart}Z`), offsetMinutes: 0 });
/** When what the ledger has was first listed. */
const seenAt = now - hourMs;

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
  return {
    files,
    ledger,
    complete: true,
    recording: 'stopped',
    fetchPhotos: false,
    now,
    place,
    holdOf: () => null,
    ...change,
  };
}

/** The row that an insert of a plan becomes. */
function rowOf(id: number, clip: NewClip, firstSeenAt = now): LedgerEntry {
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
    remote_seen_at: firstSeenAt,
    remote_changed_at: now,
    remote_gone_at: null,
    remote_deleted_at: null,
    size_bytes: null,
    started_at: clip.placed.at,
    origin: 'sync',
    complete: null,
  };
}

const known = (file: ListedFile, change: Partial<LedgerEntry> = {}): LedgerEntry => {
  const [clip] = planReconcile(input([file])).inserts;
  return { ...rowOf(file.sizeBytes ?? 1, clip!, seenAt), ...change };
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
    lower: fc.boolean(),
    year: fc.constantFrom('2026', '2026', '2026', '1970', '2098'),
    sizeBytes: fc.option(fc.integer({ min: 1, max: 4 }), { freq: 5 }),
    sizeExact: fc.boolean(),
    timecode: fc.option(fc.integer({ min: 1, max: 9 })),
    volume: fc.constantFrom('A', 'B', ''),
    locked: fc.boolean(),
  })
  .map(({ minute, lens, photo, odd, lower, year, ...rest }) => {
    const plain = odd ? `odd${minute}.MP4` : nameAt(minute, lens).replace('2026', year);
    const upper = photo ? plain.replace('MP4', 'JPG') : plain;
    const name = lower ? upper.toLowerCase() : upper;
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
    remote_seen_at: seenAt,
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

/** A context of rules, and what it holds. */
const by = (change: Partial<RuleContext>): Partial<ReconcileInput> => {
  const context: RuleContext = {
    connection: 'main',
    rules: { main: 'everything', alternative: 'everything' },
    hasAlternative: false,
    fetchFrom: null,
    ...change,
  };
  return { holdOf: (clip) => ruleHold(clip, context) };
};
const lockedOnly = by({ rules: { main: 'locked_only', alternative: 'nothing' } });

const firstWant = (file: ListedFile, change: Partial<ReconcileInput>) => {
  const [clip] = planReconcile(input([file], [], change)).inserts;
  return [clip!.state, clip!.reason];
};
const lostOf = (files: ListedFile[], rows: LedgerEntry[], change: Partial<ReconcileInput> = {}) =>
  planReconcile(input(files, rows, change)).changes.flatMap(({ id, to }) => (to === 'lost' ? [id] : []));

describe('what a rule holds', () => {
  const photo = listed(5, { name: '2026_0628_130500_000006F.JPG', container: 'jpg' });

  test.each<[string, ListedFile, Partial<ReconcileInput>, ReturnType<typeof firstWant>]>([
    ['a clip no connection fetches is held by the rule', listed(1), lockedOnly, ['held', 'rule']],
    ['a locked one passes it', listed(1, { locked: true }), lockedOnly, ['waiting', null]],
    [
      'a clip the other address fetches is held for that connection',
      listed(1),
      by({ rules: { main: 'nothing', alternative: 'everything' }, hasAlternative: true }),
      ['held', 'connection'],
    ],
    ['a clip that retention would delete is held', listed(1), by({ fetchFrom: now }), ['held', 'retention']],
    [
      'what may still be written is held for that, whatever the rule',
      listed(1),
      { ...lockedOnly, recording: 'recording' },
      ['held', 'recording'],
    ],
    ['a photo that is not wanted stays listed', photo, lockedOnly, ['listed', 'photo']],
    [
      'a photo that is wanted is held like a clip',
      photo,
      { ...lockedOnly, fetchPhotos: true },
      ['held', 'rule'],
    ],
  ])('%s', (_what, file, change, want) => {
    expect(firstWant(file, change)).toEqual(want);
  });

  const held = known(listed(1), { state: 'held', state_reason: 'rule' });

  test('a clip held by a rule stays so while the rule holds, and waits when it does not', () => {
    expect(planReconcile(input([listed(1)], [held], lockedOnly))).toEqual(nothing);
    expect(planReconcile(input([listed(1)], [held])).changes).toEqual([
      { id: held.id, from: 'held', to: 'waiting', reason: null },
    ]);
  });

  test('neither does a time left over from before keep it held', () => {
    const row = { ...held, next_attempt_at: now + 99_999 };
    expect(planReconcile(input([listed(1)], [row])).changes).toMatchObject([{ to: 'waiting' }]);
  });

  test('the reason it is held for follows the rules', () => {
    const change = by({ rules: { main: 'nothing', alternative: 'everything' }, hasAlternative: true });
    expect(planReconcile(input([listed(1)], [held], change)).changes).toMatchObject([
      { from: 'held', to: 'held', reason: 'connection' },
    ]);
  });

  test('a clip that waits is held when a rule forbids it now, but not one the user asked for', () => {
    const waiting = known(listed(1));
    expect(planReconcile(input([listed(1)], [waiting], lockedOnly)).changes).toMatchObject([
      { from: 'waiting', to: 'held', reason: 'rule' },
    ]);
    expect(planReconcile(input([listed(1)], [{ ...waiting, rank: 3 }], lockedOnly)).changes).toHaveLength(1);
    expect(planReconcile(input([listed(1)], [{ ...waiting, rank: -3 }], lockedOnly))).toEqual(nothing);
    const asked = known(photo, { state: 'waiting', state_reason: null, rank: -1 });
    expect(planReconcile(input([photo], [asked], lockedOnly))).toEqual(nothing);
  });

  test('another recording of a name that was asked for was not', () => {
    const row = known(listed(1), { state: 'archived', size_bytes: 1001, rank: -1 });
    const plan = planReconcile(input([listed(1, { sizeBytes: 4444 })], [row], lockedOnly));
    expect(plan.inserts).toMatchObject([{ generation: 1, state: 'held', reason: 'rule' }]);
  });

  test.each(['skipped', 'transferring', 'archived', 'failed'] as const)('a %s clip is let be', (state) => {
    const row = known(listed(1), { state, size_bytes: 1001 });
    expect(planReconcile(input([listed(1)], [row], lockedOnly))).toEqual(nothing);
  });

  test('what comes again or has changed is judged by the rules too', () => {
    const lost = known(listed(1), { state: 'lost', remote_gone_at: 5 });
    const failed = known(listed(2), { state: 'failed', attempts: 9 });
    const files = [listed(1), listed(2, { sizeBytes: 9999 })];
    expect(planReconcile(input(files, [lost, failed], lockedOnly)).changes).toMatchObject([
      { from: 'lost', to: 'held', reason: 'rule' },
      { from: 'failed', to: 'held', reason: 'rule' },
    ]);
  });
});

describe('clocks that lie', () => {
  const dated = (year: string, counter: number, change: Partial<ListedFile> = {}) =>
    listed(5, {
      name: `${year}_0628_130500_${String(counter).padStart(6, '0')}F.MP4`,
      sizeBytes: 70_000 + counter,
      ...change,
    });
  const without = (year: string, change: Partial<ListedFile> = {}) =>
    listed(5, { name: `${year}0628_130500F.MP4`, sizeBytes: Number(year), ...change });
  const early = known(listed(0));

  test('a clip dated 2098 does not prove that a clip is overwritten', () => {
    const row = known(listed(9));
    expect(lostOf([listed(0), dated('2098', 3)], [early, row])).toEqual([]);
    expect(lostOf([listed(0), dated('2098', 9999)], [early, row]), 'nor by its counter').toEqual([]);
    expect(lostOf([listed(0), dated('2098', 3), listed(12)], [early, row])).toEqual([row.id]);
  });

  test('a clip dated 1970 is not lost because every other is newer', () => {
    const row = known(dated('1970', 500));
    expect(lostOf([listed(0), listed(9)], [early, row])).toEqual([]);
    expect(lostOf([listed(0), dated('2026', 502)], [early, row]), 'its other channel').toEqual([]);
    expect(lostOf([listed(0), dated('2026', 510)], [early, row])).toEqual([row.id]);
  });

  test('nor is one dated 2098 kept for ever', () => {
    const row = known(dated('2098', 500));
    expect(lostOf([listed(0), listed(9)], [early, row])).toEqual([]);
    expect(lostOf([listed(0), dated('2098', 510)], [early, row])).toEqual([row.id]);
  });

  test('without a counter, a clip of an impossible time is lost when the card has gone on since', () => {
    for (const year of ['1970', '2098']) {
      const row = known(without(year));
      const later = known(listed(9), { remote_seen_at: seenAt + 1 });
      expect(lostOf([listed(0)], [early, row])).toEqual([]);
      expect(lostOf([listed(0), listed(9)], [early, later, row])).toEqual([row.id]);
      expect(lostOf([listed(9)], [later, row]), 'of another card, for all we know').toEqual([]);
    }
  });

  test('counters of another card prove nothing', () => {
    const row = known(dated('1970', 500));
    expect(lostOf([dated('2026', 900)], [row])).toEqual([]);
  });

  test('a clock that was set back: what came before is lost when the counter has gone on', () => {
    const row = known(listed(30));
    const after = dated('2025', 200);
    expect(lostOf([listed(0), after], [early, row])).toEqual([row.id]);
    expect(lostOf([listed(0), dated('2025', 3)], [early, row])).toEqual([]);
  });

  test('a card whose clock was set back while it recorded is listed without a loss', () => {
    const rows = [listed(7), listed(8), listed(9)].map((file) => known(file));
    const files = [listed(7), listed(8), listed(9), dated('2025', 11), dated('1970', 12), dated('2098', 13)];
    const plan = planReconcile(input(files, rows, { recording: 'recording' }));
    expect([plan.gone, plan.changes]).toMatchObject([[], [{ to: 'held' }]]);
    expect(plan.inserts.map(({ localStart }) => localStart.slice(0, 4))).toEqual(['2025', '1970', '2098']);
  });
});

describe('names that are alike', () => {
  const [onA, onB] = [listed(1), listed(1, { volume: 'B', sizeBytes: 4321 })];

  test('the same name on two storages is two clips, and each is followed on its own', () => {
    const plan = planReconcile(input([onA, onB]));
    expect(plan.inserts.map(({ file, generation }) => [file.volume, generation])).toEqual([
      ['A', 0],
      ['B', 0],
    ]);
    const rows = applied([], plan);
    for (const files of [
      [onA, onB],
      [onB, onA],
    ]) {
      expect(planReconcile(input(files, rows))).toEqual(nothing);
    }
    const plan2 = planReconcile(input([onA, listed(2), listed(2, { volume: 'B' })], rows));
    expect(plan2.gone).toEqual([2]);
  });

  test('names that differ in case alone are two clips, in whichever order they come', () => {
    const upper = listed(1);
    const lower = listed(1, {
      name: upper.name.toLowerCase(),
      remotePath: `/DCIM/Movie/Parking/${upper.name.toLowerCase()}`,
      sizeBytes: 777,
    });
    const rows = applied([], planReconcile(input([lower, upper])));
    expect(rows).toHaveLength(2);
    for (const files of [
      [lower, upper],
      [upper, lower],
    ]) {
      expect(planReconcile(input(files, rows))).toEqual(nothing);
      const one = planReconcile(input(files, [known(upper)]));
      expect(one.inserts.map(({ file }) => file.name)).toEqual([lower.name]);
      expect([one.patches, one.changes]).toEqual([[], []]);
    }
  });

  test('a clip the ledger knows in capitals is the one a camera spells small', () => {
    const row = known(listed(1), { remote_path: `/DCIM/Movie/${nameAt(1)}` });
    const small = listed(1, { name: nameAt(1).toLowerCase() });
    expect(planReconcile(input([small], [row])).inserts).toEqual([]);
  });
});

describe('what was deleted on the camera', () => {
  const row = known(listed(9), { state: 'archived', size_bytes: 1009, remote_deleted_at: now - 1000 });

  test('and is still listed is still there', () => {
    expect(planReconcile(input([listed(9)], [row]))).toEqual(nothing);
    const again = planReconcile(input([listed(9)], [{ ...row, remote_gone_at: now - 500 }]));
    expect(again.patches).toMatchObject([{ patch: { remote_gone_at: null } }]);
  });

  test('is gone when a complete listing of its storage does not show it, though nothing newer is there', () => {
    expect(planReconcile(input([listed(1)], [row]))).toEqual({
      ...nothing,
      inserts: expect.anything(),
      gone: [row.id],
    });
    for (const [files, complete] of [
      [[], true],
      [[listed(1)], false],
      [[listed(1, { volume: 'B' })], true],
    ] as const) {
      expect(planReconcile(input([...files], [row], { complete })).gone).toEqual([]);
    }
  });
});

test('whatever the rules, a second listing changes nothing more, and what was asked for is not held by them', () => {
  const rules = fc.constantFrom(...fetchRules);
  const context = fc.record({ main: rules, alternative: rules, hasAlternative: fc.boolean() });
  const ranks = fc.constantFrom(null, -2, 3);
  fc.assert(
    fc.property(
      ledger,
      listing,
      context,
      ranks,
      (rows, files, { main, alternative, hasAlternative }, rank) => {
        const change = by({ rules: { main, alternative }, hasAlternative, fetchFrom: now - 5 * hourMs });
        const ranked = rows.map((row) => ({ ...row, rank }));
        const after = applied(ranked, planReconcile(input(files, ranked, change)));
        expect(planReconcile(input(files, after, change))).toEqual(nothing);
        const byRule = after.filter((row) =>
          ['rule', 'connection', 'retention'].includes(row.state_reason ?? ''),
        );
        if (rank === -2) expect(byRule.filter((row) => row.rank !== null)).toEqual([]);
      },
    ),
    { numRuns: 1000 },
  );
});
