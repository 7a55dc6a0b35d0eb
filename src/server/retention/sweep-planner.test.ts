import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import fc from 'fast-check';
import { Kysely, SqliteDialect } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { channels, clipKinds, type Channel, type ClipKind } from '../../shared/clips.ts';
import { protections, type Protection, type RetentionSettings } from '../../shared/retention.ts';
import { rebuildDays } from '../archive/day-repository.ts';
import { databaseFileName, openDatabase, type Database } from '../db/open.ts';
import type { Flag, NewClipRow, Schema } from '../db/schema.ts';
import { buildPreview } from './preview.ts';
import type { Newcomer, Pressure, SweepPlan, SweepPlanInput } from './retention-types.ts';
import { SweepPlanner } from './sweep-planner.ts';

const minuteMs = 60_000;
const dayMs = 24 * 60 * minuteMs;
const now = Date.UTC(2026, 5, 28, 12);
const gib = 2 ** 30;
const go = new AbortController().signal;

const noRules: RetentionSettings = {
  retentionDays: 0,
  retentionRules: [],
  retentionWhole: 'captures',
  protectLocked: true,
  retentionDiskPct: 0,
  quotaGib: 0,
  retentionFloorDays: 0,
  retentionFloorGb: 0,
  retentionMaxSharePct: 20,
};
const pressureOf = (usedBytes: number, more: Partial<Pressure> = {}): Pressure => ({
  disk: null,
  usedBytes,
  trashBytes: 0,
  archiveBytes: 8e9,
  ...more,
});
const diskOf = (freeBytes: number) => pressureOf(8e9, { disk: { totalBytes: 100e9, freeBytes } });
const noPressure: Pressure = { disk: null, usedBytes: 0, trashBytes: 0, archiveBytes: 0 };

/** A capture as a test gives it; its clips are in the archive unless it is said otherwise. */
interface GivenCapture {
  cameraId: number;
  startedAt: number;
  kind: ClipKind;
  clips: GivenClip[];
}

interface GivenClip {
  channel: Channel;
  kind?: ClipKind;
  bytes?: number;
  kept?: boolean;
  locked?: boolean;
  state?: 'archived' | 'waiting' | 'expired';
  /** After its start. */
  arrivedAfterMs?: number;
  origin?: NewClipRow['origin'];
  inUse?: boolean;
  /** A row of `removal`: it failed and is not due again, is due again, or is ordered and on its way out. */
  removal?: 'failed' | 'due' | 'ordered' | undefined;
}

interface Clip extends Required<Omit<GivenClip, 'arrivedAfterMs' | 'removal'>> {
  id: number;
  captureId: number;
  cameraId: number;
  startedAt: number;
  archivedAt: number;
  localDay: string;
  removal: GivenClip['removal'];
}

let configDir: string;
let db: Database;

beforeAll(async () => {
  configDir = await mkdtemp(join(tmpdir(), 'viofosync-planner-'));
  db = await openDatabase({ configDir, now: new Date(now) });
  for (const id of [1, 2]) await insertCamera(id);
});

afterAll(async () => {
  await db.destroy();
  await rm(configDir, { recursive: true, force: true });
});

async function insertCamera(id: number): Promise<void> {
  const row = {
    id,
    name: `Car ${id}`,
    address: `127.0.0.${id}:1`,
    archive_folder: `${id}`,
    enabled: 0 as const,
  };
  await db
    .insertInto('camera')
    .values({
      ...row,
      alternative_address: null,
      model: null,
      firmware: null,
      last_contact_at: null,
      last_archived_at: null,
      created_at: 0,
    })
    .execute();
}

/** The archive is these captures and no others. */
async function seed(captures: readonly GivenCapture[]): Promise<Clip[]> {
  const clips = clipsOf(captures);
  await db.transaction().execute(async (trx) => {
    for (const table of ['removal', 'clip_use', 'clip', 'capture'] as const)
      await trx.deleteFrom(table).execute();
    for (const [index, { cameraId, startedAt, kind }] of captures.entries()) {
      const times = { started_at: startedAt, local_start: localOf(startedAt), local_day: dayOf(startedAt) };
      const row = { id: index + 1, camera_id: cameraId, kind, locked: 0 as const, ...times };
      await trx.insertInto('capture').values(row).execute();
    }
    for (const clip of clips) {
      await trx.insertInto('clip').values(rowOf(clip)).execute();
      if (clip.inUse)
        await trx.insertInto('clip_use').values({ clip_id: clip.id, holder: 'export:1' }).execute();
      if (clip.removal) await trx.insertInto('removal').values(removalOf(clip)).execute();
    }
    await rebuildDays(trx);
  });
  return clips;
}

const localOf = (at: number) => new Date(at).toISOString().slice(0, 19);
const dayOf = (at: number) => localOf(at).slice(0, 10);

function clipsOf(captures: readonly GivenCapture[]): Clip[] {
  let id = 0;
  return captures.flatMap((capture, index) =>
    capture.clips.map((clip, place): Clip => {
      const startedAt = capture.startedAt + place * 100;
      return {
        bytes: 1e9,
        kept: false,
        locked: false,
        state: 'archived',
        origin: 'sync',
        inUse: false,
        kind: capture.kind,
        removal: undefined,
        ...clip,
        id: ++id,
        captureId: index + 1,
        cameraId: capture.cameraId,
        startedAt,
        archivedAt: startedAt + (clip.arrivedAfterMs ?? 60 * minuteMs),
        localDay: dayOf(startedAt),
      };
    }),
  );
}

const flag = (value: boolean): Flag => (value ? 1 : 0);

function rowOf(clip: Clip): NewClipRow {
  return {
    id: clip.id,
    camera_id: clip.cameraId,
    capture_id: clip.captureId,
    name: `clip-${clip.id}.MP4`,
    generation: 0,
    channel: clip.channel,
    kind: clip.kind,
    sequence: null,
    container: 'mp4',
    local_start: localOf(clip.startedAt),
    started_at: clip.startedAt,
    zone_offset_min: 0,
    time_source: 'setting',
    local_day: clip.localDay,
    locked: flag(clip.locked),
    kept: flag(clip.kept),
    state: clip.state,
    state_at: clip.startedAt,
    attempts: 0,
    remote_volume: 'A',
    remote_path: null,
    remote_size_exact: 1,
    origin: clip.origin,
    path: clip.state === 'archived' ? `${clip.id}.MP4` : null,
    size_bytes: clip.bytes,
    archived_at: clip.archivedAt,
  };
}

const removalOf = ({ id, removal }: Clip) => ({
  clip_id: id,
  action: 'trash' as const,
  path: `${id}.MP4`,
  trash_path: null,
  why: '{}',
  sweep_id: null,
  ordered_at: now - dayMs,
  tries: 1,
  next_at: removal === 'ordered' ? null : removal === 'due' ? now - 1 : now + 1,
  error: removal === 'ordered' ? null : 'refused',
  error_code: removal === 'ordered' ? null : 'EACCES',
});

function planOf(input: Partial<SweepPlanInput>, rowsPerPage = 3): Promise<SweepPlan> {
  const planner = new SweepPlanner({ db, rowsPerPage });
  return planner.plan({ rules: noRules, pressure: noPressure, now, ...input }, go);
}

const idsOf = (plan: Pick<SweepPlan, 'deletions'>) => plan.deletions.map((deletion) => deletion.clipId);

const pair = (ageDays: number, clip: Partial<GivenClip> = {}, minutes = 0): GivenCapture => ({
  cameraId: 1,
  startedAt: now - ageDays * dayMs + minutes * minuteMs,
  kind: 'normal',
  clips: [{ channel: 'front', ...clip }, { channel: 'rear' }],
});

describe('by age', () => {
  const rules = { ...noRules, retentionDays: 30 };

  test('what is older goes with its reason, oldest first, and the rest stays', async () => {
    await seed([pair(29), pair(40), pair(31)]);
    const plan = await planOf({ rules });
    expect(idsOf(plan)).toEqual([3, 4, 5, 6]);
    expect(plan.deletions[0]).toMatchObject({ captureId: 2, why: { by: 'age', days: 30, rule: null } });
    expect(plan).toMatchObject({
      byAge: { clips: 4, bytes: 4e9 },
      archive: { clips: 6, bytes: 6e9 },
      overAge: 4,
    });
    expect([plan.oldestDay, plan.oldestKeptDay]).toEqual(['2026-05-19', '2026-05-30']);
  });

  test.each<[Protection, Partial<GivenClip>, number]>([
    ['kept', { kept: true }, 40],
    ['locked', { locked: true }, 40],
    ['in_use', { inUse: true }, 40],
    ['failed', { removal: 'failed' }, 40],
    ['recent', { arrivedAfterMs: 39.5 * dayMs }, 40],
    ['date', { arrivedAfterMs: 190 * dayMs }, 200],
    ['date', {}, 6500],
  ])('a clip that is %s protects its whole capture, and is told', async (protection, clip, days) => {
    await seed([pair(days, { ...clip, ...(days > 6000 && { origin: 'found' }) }), pair(50)]);
    const plan = await planOf({ rules });
    expect(idsOf(plan)).toEqual([3, 4]);
    expect(plan.protected[protection]).toEqual({ clips: 2, bytes: 2e9 });
    expect(plan.overAge).toBe(4);
  });

  test('a clip whose deletion is due again goes; one that is on its way out by hand is no part of the plan', async () => {
    await seed([pair(40, { removal: 'due' }), pair(41, { removal: 'ordered' })]);
    expect(idsOf(await planOf({ rules }))).toEqual([4, 1, 2]);
  });

  test('a locked clip goes where locked ones are not protected', async () => {
    await seed([pair(40, { locked: true })]);
    expect(idsOf(await planOf({ rules: { ...rules, protectLocked: false } }))).toEqual([1, 2]);
  });

  test('a channel with a rule of its own goes by itself, and the others by theirs', async () => {
    await seed([pair(10), pair(40)]);
    const rule = { cameraId: null, kind: null, channel: 'rear' as const, days: 7 };
    const plan = await planOf({ rules: { ...rules, retentionRules: [rule] } });
    expect(new Set(idsOf(plan))).toEqual(new Set([2, 3, 4]));
    expect(plan.partialDrives).toBe(0);
    expect(plan.deletions.at(-1)).toMatchObject({ clipId: 2, why: { days: 7, rule } });
  });

  test('the floor in days and the floor in bytes hold', async () => {
    await seed([pair(40), pair(35), pair(31)]);
    const byDays = await planOf({ rules: { ...rules, retentionFloorDays: 34 } });
    expect(idsOf(byDays)).toEqual([1, 2, 3, 4]);
    expect(byDays.protected.floor).toEqual({ clips: 2, bytes: 2e9 });
    const byBytes = await planOf({ rules: { ...rules, retentionFloorGb: 3.5 } });
    expect(idsOf(byBytes)).toEqual([1, 2]);
    expect(byBytes.protected.floor).toEqual({ clips: 4, bytes: 4e9 });
  });

  test('a drive goes when its last capture is due, whole', async () => {
    const drive = [0, 14, 28, 42, 56].map((minutes) => pair(30, {}, minutes - 30));
    await seed([...drive, pair(31)]);
    const whole = { ...rules, retentionWhole: 'drives' as const };
    expect((await planOf({ rules })).partialDrives).toBe(1);
    expect(idsOf(await planOf({ rules: whole }))).toEqual([11, 12]);
    const later = await planOf({ rules: whole, now: now + 26 * minuteMs + 1000 });
    expect(later.deletions).toHaveLength(12);
    expect(later.partialDrives).toBe(0);
  });

  test('a capture that was never fetched joins two halves of a drive', async () => {
    const lost: GivenCapture = { ...pair(40, {}, 14), clips: [{ channel: 'front', state: 'waiting' }] };
    await seed([pair(40), lost, pair(40, { kept: true }, 28)]);
    expect((await planOf({ rules: { ...rules, retentionWhole: 'drives' } })).deletions).toEqual([]);
    expect((await planOf({ rules })).partialDrives).toBe(1);
  });
});

test('a drive stays whole for a clip that would go by itself', async () => {
  const rules = { ...noRules, retentionDays: 30, retentionWhole: 'drives' as const };
  const rear = { cameraId: null, kind: null, channel: 'rear' as const, days: 90 };
  const alone: GivenCapture = { ...pair(40, {}, 5), clips: [{ channel: 'rear', kept: true }] };
  await seed([pair(40), alone]);
  expect((await planOf({ rules: { ...rules, retentionRules: [rear] } })).deletions).toEqual([]);
});

test.each([1, 2, 3, 4])('captures of one instant are all read, %i clips at a time', async (rows) => {
  const both = [1, 2].map((cameraId) => ({ ...pair(40), cameraId, clips: [{ channel: 'front' as const }] }));
  await seed([...both, ...both, ...both]);
  const rules = { ...noRules, retentionDays: 30 };
  expect(idsOf(await planOf({ rules }, rows))).toEqual([1, 2, 3, 4, 5, 6]);
});

describe('under pressure', () => {
  const quota = { ...noRules, quotaGib: 6e9 / gib };

  test('the oldest go until the quota is kept, those that stay for ever never', async () => {
    const event = { ...pair(50), kind: 'event' as const };
    await seed([event, pair(40), pair(30), pair(20)]);
    const forEver = { cameraId: null, kind: 'event' as const, channel: null, days: 0 };
    const plan = await planOf({ rules: { ...quota, retentionRules: [forEver] }, pressure: pressureOf(8e9) });
    expect(idsOf(plan)).toEqual([3, 4, 5, 6]);
    expect(plan.deletions[0]?.why).toEqual({ by: 'quota', gib: quota.quotaGib });
    expect(plan).toMatchObject({ byQuota: { clips: 4, bytes: 4e9 }, shortfall: null });
    const general = await planOf({ rules: quota, pressure: pressureOf(8e9) });
    expect(idsOf(general), 'no limit by age is not for ever').toEqual([1, 2, 3, 4]);
  });

  test('the trash and what goes by age come first', async () => {
    await seed([pair(40), pair(30), pair(20), pair(10)]);
    const trashed = pressureOf(9e9, { trashBytes: 4e9 });
    expect((await planOf({ rules: quota, pressure: trashed })).deletions).toEqual([]);
    const both = await planOf({ rules: { ...quota, retentionDays: 35 }, pressure: pressureOf(8e9) });
    expect(both).toMatchObject({ byAge: { clips: 2 }, byQuota: { clips: 2 } });
  });

  test('other data that fills the disk deletes nothing', async () => {
    await seed([pair(40), pair(30), pair(20), pair(10)]);
    const rules = { ...noRules, retentionDiskPct: 80 };
    const others = await planOf({ rules, pressure: diskOf(11e9) });
    expect(others).toMatchObject({ deletions: [], shortfall: { rule: 'disk', cause: 'other_data' } });
    const helps = await planOf({ rules, pressure: diskOf(13e9) });
    expect(helps).toMatchObject({ byDisk: { clips: 8 }, shortfall: null });
  });

  test('what is protected is passed over and told; what is then missing is said', async () => {
    await seed([pair(40, { kept: true }), pair(30), pair(20, { locked: true }), pair(0.5)]);
    const plan = await planOf({ rules: quota, pressure: pressureOf(10e9) });
    expect(idsOf(plan)).toEqual([3, 4]);
    expect(plan.shortfall).toEqual({ rule: 'quota', bytes: expect.any(Number), cause: 'protected' });
    expect(plan.protected).toMatchObject({ kept: { clips: 2 }, locked: { clips: 2 }, recent: { clips: 2 } });
  });

  test('for a newcomer only what is strictly older goes, all that is needed or nothing', async () => {
    const captures = [pair(40), pair(30), pair(20), pair(10)];
    await seed(captures);
    const rules = { ...quota, quotaGib: 8e9 / gib, retentionDays: 15 };
    const newcomer: Newcomer = { name: 'new.MP4', bytes: 3e9, startedAt: now - 25 * dayMs };
    const room = (more: Partial<Newcomer>) =>
      planOf({ rules, pressure: pressureOf(7.5e9), newcomer: { ...newcomer, ...more } });
    const plan = await room({});
    expect(idsOf(plan)).toEqual([1, 2, 3, 4]);
    expect(plan.deletions[0]?.why).toEqual({ by: 'room', rule: 'quota', forClip: 'new.MP4' });
    expect(await room({ startedAt: captures[1]!.startedAt + 100 })).toMatchObject({
      deletions: [],
      byQuota: { clips: 0 },
      shortfall: { rule: 'quota', cause: 'protected' },
    });
    expect((await room({ bytes: 0.4e9 })).deletions, 'it fits').toEqual([]);
  });

  test('a card that was fetched late is as old as its arrival', async () => {
    const late = pair(400, { arrivedAfterMs: 390 * dayMs });
    await seed([{ ...late, clips: [late.clips[0]!] }, pair(40), pair(30)]);
    expect(idsOf(await planOf({ rules: quota, pressure: pressureOf(7e9) }))).toEqual([2, 3]);
  });
});

test('a plan that is no longer wanted ends', async () => {
  await seed([pair(40), pair(41), pair(42)]);
  const abort = new AbortController();
  const plan = new SweepPlanner({ db, rowsPerPage: 1 }).plan(
    { rules: { ...noRules, retentionDays: 1 }, pressure: noPressure, now },
    abort.signal,
  );
  abort.abort(new Error('over'));
  await expect(plan).rejects.toThrow('over');
});

test('the preview names the days, what stays of each, and the clips that go first', async () => {
  await seed([pair(40), pair(40, {}, 60), pair(40, { kept: true }, 120), pair(39)]);
  const plan = await planOf({ rules: { ...noRules, retentionDays: 30 } });
  const preview = await buildPreview(db, { plan, obstacle: null, confirmation: null });
  expect(preview).toMatchObject({
    total: { clips: 6, bytes: 6e9 },
    days: [
      { day: '2026-05-19', clips: 4, bytes: 4e9, stays: 2 },
      { day: '2026-05-20', clips: 2, bytes: 2e9, stays: 0 },
    ],
    oldestKeptDay: '2026-05-19',
  });
  expect(preview.clips.map((clip) => clip.name)).toEqual([1, 2, 3, 4, 7, 8].map((id) => `clip-${id}.MP4`));
});

describe('for any archive', () => {
  const captures = fc.array(anyCapture(), { maxLength: 14 });

  test('the plan is what a look at every clip at once comes to', async () => {
    await fc.assert(
      fc.asyncProperty(
        captures,
        anyRules(),
        anyPressure(),
        anyNewcomer(),
        async (given, rules, tight, newcomer) => {
          const clips = await seed(given);
          const pressure = pressureFor(clips, tight);
          const input: SweepPlanInput = { rules, pressure, now, ...(newcomer && { newcomer }) };
          const plan = await planOf(input, 1 + (given.length % 4));
          const naive = naivePlan(given, clips, input);
          expect(idsOf(plan)).toEqual(naive.ids);
          expect(plan.protected).toEqual(naive.protected);
          expect(plan.shortfall?.cause ?? null).toBe(naive.cause);
          expectSafe(plan, clips, input);
        },
      ),
      { numRuns: 300 },
    );
  });

  test('stricter days delete what milder ones do, and more', async () => {
    await fc.assert(
      fc.asyncProperty(captures, anyRules(), fc.integer({ min: 1, max: 20 }), async (given, rules, fewer) => {
        await seed(given);
        const mild = { ...rules, retentionFloorGb: 0, retentionDays: 20 };
        const strict = { ...mild, retentionDays: fewer, retentionFloorDays: 0, protectLocked: false };
        const [some, more] = [await planOf({ rules: mild }), await planOf({ rules: strict })];
        expect(idsOf(more)).toEqual(expect.arrayContaining(idsOf(some)));
      }),
      { numRuns: 60 },
    );
  });
});

function anyCapture(): fc.Arbitrary<GivenCapture> {
  const clip: fc.Arbitrary<GivenClip> = fc.record(
    {
      channel: fc.constant<Channel>('front'),
      kind: fc.constantFrom(...clipKinds),
      bytes: fc.integer({ min: 1, max: 4 }).map((n) => n * 1e8),
      kept: rarely,
      locked: rarely,
      inUse: rarely,
      state: fc.constantFrom('archived', 'archived', 'archived', 'archived', 'waiting', 'expired'),
      arrivedAfterMs: fc.constantFrom(minuteMs, minuteMs, dayMs, 9 * dayMs, 200 * dayMs),
      origin: fc.constantFrom('sync', 'sync', 'found'),
      removal: fc.constantFrom(undefined, undefined, undefined, undefined, 'failed', 'due', 'ordered'),
    },
    { requiredKeys: ['channel'] },
  );
  const start = fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 30 * 24 * 6 }).map((n) => now - n * 10 * minuteMs) },
    { weight: 8, arbitrary: fc.integer({ min: 0, max: 40 }).map((n) => now - 12 * dayMs + n * 7 * minuteMs) },
    { weight: 2, arbitrary: fc.integer({ min: 200, max: 250 }).map((n) => now - n * dayMs) },
    { weight: 1, arbitrary: fc.constantFrom(now + dayMs, Date.UTC(2009, 11, 31)) },
  );
  return fc.record({
    cameraId: fc.constantFrom(1, 2),
    startedAt: start,
    kind: fc.constantFrom<ClipKind>('normal', 'normal', 'event', 'parking'),
    clips: fc
      .array(clip, { minLength: 1, maxLength: 3 })
      .map((clips) => clips.map((one, index) => ({ ...one, channel: channels[index]! }))),
  });
}

const rarely = fc.constantFrom(false, false, false, false, false, true);

function anyRules(): fc.Arbitrary<RetentionSettings> {
  const days = fc.constantFrom(0, 3, 7, 10, 14, 20);
  const rule = fc.record({
    cameraId: fc.constantFrom(null, null, 1, 2),
    kind: fc.constantFrom(null, ...clipKinds),
    channel: fc.constantFrom(null, null, 'front', 'rear'),
    days,
  });
  return fc.record({
    retentionDays: days,
    retentionRules: fc.array(rule, { maxLength: 3 }) as fc.Arbitrary<RetentionSettings['retentionRules']>,
    retentionWhole: fc.constantFrom('captures', 'drives'),
    protectLocked: fc.boolean(),
    retentionDiskPct: fc.constantFrom(0, 70),
    quotaGib: fc.constantFrom(0, 4e9 / gib, 1e9 / gib),
    retentionFloorDays: fc.constantFrom(0, 0, 5, 12),
    retentionFloorGb: fc.constantFrom(0, 0, 0.7, 2),
    retentionMaxSharePct: fc.constant(20),
  });
}

interface Tightness {
  othersBytes: number;
  trashBytes: number;
}

const anyPressure = (): fc.Arbitrary<Tightness> =>
  fc.record({
    othersBytes: fc.constantFrom(0, 5e8, 4e9, 6.5e9, 8e9),
    trashBytes: fc.constantFrom(0, 0, 3e8),
  });

function pressureFor(clips: readonly Clip[], { othersBytes, trashBytes }: Tightness): Pressure {
  const archiveBytes = sum(clips.filter((clip) => clip.state === 'archived').map((clip) => clip.bytes));
  const usedBytes = archiveBytes + trashBytes + Math.min(othersBytes, 5e8);
  const disk = { totalBytes: 10e9, freeBytes: 10e9 - archiveBytes - trashBytes - othersBytes };
  return { disk, usedBytes, trashBytes, archiveBytes };
}

const anyNewcomer = (): fc.Arbitrary<Newcomer | undefined> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    {
      weight: 1,
      arbitrary: fc.record({
        name: fc.constant('new.MP4'),
        bytes: fc.constantFrom(1e8, 1e9),
        startedAt: fc.integer({ min: 0, max: 25 }).map((n) => now - n * dayMs),
      }),
    },
  );

const sum = (list: readonly number[]) => list.reduce((total, one) => total + one, 0);
const datedAt = (clip: Clip) =>
  clip.origin === 'sync' && clip.archivedAt - clip.startedAt > 180 * dayMs ? clip.archivedAt : clip.startedAt;

/** What must hold of any plan, in the words of the promises alone. */
function expectSafe(plan: SweepPlan, clips: readonly Clip[], { rules, newcomer }: SweepPlanInput): void {
  const byId = new Map(clips.map((clip) => [clip.id, clip]));
  const going = new Set(idsOf(plan));
  expect(going.size).toBe(plan.deletions.length);
  for (const { clipId } of plan.deletions) {
    const clip = byId.get(clipId)!;
    expect(clip).toMatchObject({ state: 'archived', kept: false, inUse: false });
    if (rules.protectLocked) expect(clip.locked).toBe(false);
    expect(clip.archivedAt).toBeLessThanOrEqual(now - dayMs);
    expect(clip.startedAt).toBeGreaterThanOrEqual(Date.UTC(2010, 0, 1));
    expect(clip.startedAt).toBeLessThanOrEqual(now);
    expect(clip.startedAt).toBeLessThanOrEqual(now - rules.retentionFloorDays * dayMs);
    if (newcomer) expect(clip.startedAt).toBeLessThan(newcomer.startedAt);
    const siblings = clips.filter((other) => other.captureId === clip.captureId && isHere(other));
    expect(siblings.some((other) => other.kept)).toBe(false);
    if (rules.retentionRules.every((rule) => rule.channel === null))
      expect(siblings.every((other) => going.has(other.id))).toBe(true);
  }
  const left = plan.archive.bytes - sum(plan.deletions.map((deletion) => deletion.bytes));
  if (going.size > 0) expect(left).toBeGreaterThanOrEqual(rules.retentionFloorGb * 1e9);
}

const isHere = (clip: Clip) => clip.state === 'archived' && clip.removal !== 'ordered';

interface NaiveUnit {
  clips: Clip[];
  at: number;
  captureId: number;
  /** The days of each of its clips. */
  daysOf: Map<Clip, { days: number; isForEver: boolean }>;
  protection: Protection | null;
}

/** The same decisions taken with everything in hand: every clip, every drive, one list. */
function naivePlan(given: readonly GivenCapture[], clips: readonly Clip[], input: SweepPlanInput) {
  const { rules, pressure, newcomer } = input;
  const units = naiveUnits(given, clips, rules).toSorted((a, b) => a.at - b.at || a.captureId - b.captureId);
  const told = new Map<Clip, Protection>();
  const chosen = new Set<NaiveUnit>();
  const forRoom = new Set<NaiveUnit>();
  let budget =
    sum(clips.filter((clip) => clip.state === 'archived').map((clip) => clip.bytes)) -
    rules.retentionFloorGb * 1e9;
  let [isAtFloor, isFloor] = [false, false];
  const leave = (unit: NaiveUnit, protection: Protection) => {
    if (protection === 'floor') isFloor = true;
    for (const clip of unit.clips) told.set(clip, naiveProtection(clip, rules) ?? protection);
  };
  const take = (unit: NaiveUnit): boolean => {
    const bytes = sum(unit.clips.map((clip) => clip.bytes));
    isAtFloor ||= bytes > budget;
    if (isAtFloor) leave(unit, 'floor');
    else {
      budget -= bytes;
      chosen.add(unit);
      for (const clip of unit.clips) told.delete(clip);
    }
    return !isAtFloor;
  };
  const isPast = (unit: NaiveUnit, dateOf: (clip: Clip) => number) =>
    unit.clips.every((clip) => {
      const { days } = unit.daysOf.get(clip)!;
      return days > 0 && dateOf(clip) < now - days * dayMs;
    });
  for (const unit of newcomer ? [] : units) {
    if (!isPast(unit, (clip) => clip.startedAt)) continue;
    if (unit.protection) leave(unit, unit.protection);
    else if (!isPast(unit, datedAt)) leave(unit, 'date');
    else take(unit);
  }
  const used = { disk: pressure.disk!.totalBytes - pressure.disk!.freeBytes, quota: pressure.usedBytes };
  const limit = { disk: rules.retentionDiskPct * 1e8, quota: rules.quotaGib * gib };
  const arriving = newcomer?.bytes ?? 0;
  const isSet = (rule: 'disk' | 'quota') => limit[rule] > 0;
  const base = (rule: 'disk' | 'quota') => used[rule] - pressure.trashBytes + arriving;
  const isOthers = (rule: 'disk' | 'quota') =>
    isSet(rule) && base(rule) - pressure.archiveBytes >= limit[rule] - 0.5;
  const gone = () => sum([...chosen].flatMap((unit) => unit.clips.map((clip) => clip.bytes)));
  const isOver = () =>
    (['disk', 'quota'] as const).some(
      (rule) => isSet(rule) && !isOthers(rule) && base(rule) - gone() >= limit[rule],
    );
  const others = isOthers('disk') || isOthers('quota');
  for (const unit of newcomer && others ? [] : units) {
    if (!isOver() || isAtFloor) break;
    if (chosen.has(unit) || (newcomer && unit.at >= newcomer.startedAt)) continue;
    if ([...unit.daysOf.values()].some((term) => term.isForEver)) continue;
    if (unit.protection) leave(unit, unit.protection);
    else if (take(unit)) forRoom.add(unit);
  }
  const cause = others ? 'other_data' : isOver() ? (isAtFloor || isFloor ? 'floor' : 'protected') : null;
  const amounts = Object.fromEntries(
    protections.map((protection) => {
      const some = [...told].filter(([, by]) => by === protection).map(([clip]) => clip);
      return [protection, { clips: some.length, bytes: sum(some.map((clip) => clip.bytes)) }];
    }),
  );
  const isRefused = newcomer !== undefined && cause !== null;
  const order = units
    .filter((unit) => chosen.has(unit) && !isRefused)
    .toSorted((a, b) => a.at - b.at || Number(forRoom.has(a)) - Number(forRoom.has(b)));
  return { ids: order.flatMap((unit) => unit.clips.map((clip) => clip.id)), protected: amounts, cause };
}

function naiveProtection(clip: Clip, rules: RetentionSettings): Protection | null {
  const reasons: [Protection, boolean][] = [
    ['kept', clip.kept],
    ['locked', clip.locked && rules.protectLocked],
    ['in_use', clip.inUse],
    ['recent', now - clip.archivedAt < dayMs],
    ['date', clip.startedAt > now || clip.startedAt < Date.UTC(2010, 0, 1)],
    ['floor', rules.retentionFloorDays > 0 && now - datedAt(clip) < rules.retentionFloorDays * dayMs],
    ['failed', clip.removal === 'failed'],
  ];
  return reasons.find(([, holds]) => holds)?.[0] ?? null;
}

const namesOf = ({ cameraId, kind, channel }: RetentionSettings['retentionRules'][number]) =>
  Number(cameraId !== null) + Number(kind !== null) + Number(channel !== null);

function naiveUnits(
  given: readonly GivenCapture[],
  all: readonly Clip[],
  rules: RetentionSettings,
): NaiveUnit[] {
  const ruleOf = (clip: Clip) => {
    const [rule] = rules.retentionRules
      .filter(
        (rule) =>
          namesOf(rule) > 0 &&
          [null, clip.cameraId].includes(rule.cameraId) &&
          [null, clip.kind].includes(rule.kind) &&
          [null, clip.channel].includes(rule.channel),
      )
      .toSorted((a, b) => namesOf(b) - namesOf(a));
    return rule;
  };
  const worst = (clips: readonly Clip[]) =>
    protections.find((one) => clips.some((clip) => naiveProtection(clip, rules) === one)) ?? null;
  const ofCapture = (id: number) => all.filter((clip) => clip.captureId === id && isHere(clip));
  const isApart = (clip: Clip) => (ruleOf(clip)?.channel ?? null) !== null;
  const termOf = (clips: readonly Clip[]) => {
    const terms = clips.map((clip) => ruleOf(clip)?.days ?? rules.retentionDays);
    const isForEver = clips.some((clip) => ruleOf(clip)?.days === 0);
    return { days: terms.includes(0) ? 0 : Math.max(...terms), isForEver };
  };
  const latest = (clips: readonly Clip[]) => Math.max(...clips.map(datedAt));
  return bundles(given, rules).flatMap((ids) => {
    const captures = ids.map(ofCapture).filter((clips) => clips.length > 0);
    const apart = captures.flatMap((clips) =>
      clips.filter(isApart).map((clip): NaiveUnit => {
        const daysOf = new Map([[clip, termOf([clip])]]);
        const captureId = clip.captureId;
        return { clips: [clip], at: latest(clips), captureId, daysOf, protection: worst(clips) };
      }),
    );
    const joint = captures.filter((clips) => !clips.every(isApart));
    if (joint.length === 0) return apart;
    const together = joint.map((clips) => clips.filter((clip) => !isApart(clip)));
    const daysOf = new Map(together.flatMap((clips) => clips.map((clip) => [clip, termOf(clips)] as const)));
    const [first] = joint;
    const unit = {
      clips: together.flat(),
      at: latest(joint.flat()),
      captureId: first![0]!.captureId,
      daysOf,
    };
    return [{ ...unit, protection: worst(captures.flat()) }, ...apart];
  });
}

/** Numbers of captures that are judged together, each list in the order of time. */
function bundles(given: readonly GivenCapture[], rules: RetentionSettings): number[][] {
  const all = given
    .map((capture, index) => ({ ...capture, id: index + 1 }))
    .toSorted((a, b) => a.startedAt - b.startedAt || a.id - b.id);
  const lists: (typeof all)[] = [];
  for (const capture of all) {
    const joins = lists.findLast(
      (list) =>
        rules.retentionWhole === 'drives' &&
        [capture, list[0]!].every(({ kind }) => kind === 'normal' || kind === 'event') &&
        list[0]!.cameraId === capture.cameraId &&
        capture.startedAt - list.at(-1)!.startedAt <= 15 * minuteMs,
    );
    if (joins) joins.push(capture);
    else lists.push([capture]);
  }
  return lists.map((list) => list.map(({ id }) => id));
}

test('no statement of a plan goes through all of a table that grows, or sorts', async () => {
  await seed([pair(40), pair(30), pair(20), pair(10)]);
  const file = new SqliteDatabase(join(configDir, databaseFileName), { readonly: true });
  const statements = new Set<string>();
  const spied: Database = new Kysely<Schema>({
    dialect: new SqliteDialect({ database: file }),
    log: (event) => void statements.add(event.query.sql),
  });
  const planner = new SweepPlanner({ db: spied, rowsPerPage: 2 });
  const own = { cameraId: 1, kind: null, channel: 'rear' as const, days: 7 };
  const forEver = { cameraId: null, kind: 'event' as const, channel: null, days: 0 };
  const pressure: Pressure = { disk: null, usedBytes: 8e9, trashBytes: 0, archiveBytes: 8e9 };
  for (const rules of [
    { ...noRules, retentionDays: 15, retentionRules: [own], quotaGib: 1 },
    {
      ...noRules,
      retentionDays: 15,
      retentionWhole: 'drives' as const,
      retentionRules: [forEver],
      quotaGib: 1,
    },
    { ...noRules, quotaGib: 6 },
  ]) {
    const plan = await planner.plan({ rules, pressure, now }, go);
    await buildPreview(spied, { plan, obstacle: null, confirmation: null });
  }
  const steps = [...statements].flatMap((text) => {
    const values = Array.from({ length: text.split('?').length - 1 }, () => null);
    const rows = file.prepare(`explain query plan ${text}`).all(...values) as { detail: string }[];
    return rows.map((row) => ({ text, step: row.detail }));
  });
  await spied.destroy();
  const bad = steps.filter(
    ({ step }) => /^SCAN (?!jsonb_each|day$)/.test(step) || step.includes('TEMP B-TREE'),
  );
  expect(bad).toEqual([]);
  const used = steps.map(({ step }) => step).join('\n');
  for (const index of [
    'clip_archived_by_kind',
    'clip_archived_by_start',
    'clip_by_capture',
    'capture_by_start',
  ])
    expect(used).toContain(index);
  expect(statements.size).toBeGreaterThan(10);
});
