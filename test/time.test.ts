import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { rebuildDays } from '../src/server/archive/day-repository.ts';
import { clockShiftInputSchema } from '../src/shared/clock.ts';
import { openDatabase } from '../src/server/db/open.ts';
import { localTextOf, wallOf } from '../src/server/lib/zones.ts';
import {
  addCamera,
  addClip,
  addTrack,
  allTimes,
  dayMs,
  hourMs,
  instantOf,
  minuteMs,
  timeParts,
  type AddedClip,
  type TimeParts,
} from './time-scenario.ts';

async function useFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'viofosync-time-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function useTime(zone?: string): Promise<TimeParts & { camera: number; configDir: string }> {
  const configDir = await useFolder();
  const db = await openDatabase({ configDir, now: new Date(0) });
  onTestFinished(() => db.destroy());
  return { ...timeParts(db, zone), camera: await addCamera(db), configDir };
}

const named = (from: string, minute: number): string => localTextOf(wallOf(from) + minute * minuteMs);

/** Clips a minute apart whose records show a clock that is off the name by so much. */
async function addDrive(
  time: TimeParts & { camera: number },
  from: string,
  options: { offsetMs?: number; clips?: number; sequence?: number; jumpMs?: number; zone?: string } = {},
): Promise<AddedClip[]> {
  const { offsetMs, clips = 4, sequence, jumpMs = null, zone = 'Europe/Berlin' } = options;
  const added: AddedClip[] = [];
  for (let minute = 0; minute < clips; minute++) {
    const name = named(from, minute);
    const clip = await addClip(time, time.camera, name, {
      ...(sequence !== undefined && { sequence: sequence + minute }),
    });
    const at = offsetMs === undefined ? null : localTextOf(wallOf(name) + offsetMs);
    if (at !== null) await addTrack(time, clip, at, { zone, jumpMs: minute === 0 ? jumpMs : null });
    added.push(clip);
  }
  return added;
}

async function times(time: TimeParts, clips: readonly AddedClip[]): Promise<string[]> {
  const all = [];
  for (const clip of clips) all.push((await instantOf(time, clip)).at);
  return all;
}

/** But for what is to be written beside clips, which is right in the end either way. */
const plain = (rows: unknown[]) => JSON.stringify(rows).replaceAll(/"sidecar_due":\d/g, '');

/** Days equal a recount, and nothing is other than before when everything is placed once more. */
async function expectAtRest(time: TimeParts): Promise<void> {
  await time.drain();
  const before = await allTimes(time);
  const captures = await time.db.selectFrom('capture').select('id').execute();
  const ids = captures.map((capture) => capture.id);
  const placed = await time.db.transaction().execute((trx) => time.keeper.place(trx, ids));
  expect(placed.changed).toBe(0);
  expect(await allTimes(time)).toEqual(before);
  await rebuildDays(time.db);
  expect(await allTimes(time)).toEqual(before);
}

describe('a camera whose GPS records are UTC', () => {
  test('is found out by a few clips; a fix makes an instant sure, and moves nothing that is right', async () => {
    const time = await useTime();
    const clips = await addDrive(time, '2026-07-15T12:00:00', { offsetMs: -2 * hourMs + 1000 });
    await time.drain();
    expect(await times(time, clips)).toEqual([0, 1, 2, 3].map((minute) => `2026-07-15T10:0${minute}:00Z`));
    const clock = await time.clocks.get(time.camera);
    expect(clock).toMatchObject({
      gpsClock: 'utc',
      isGpsClockSet: false,
      observedOffsetMinutes: 120,
      observedErrorMs: 0,
    });
    expect(clock.captures).toEqual({ sure: 4, likely: 0, assumed: 0, doubtful: 0 });
    expect(await instantOf(time, clips[0]!)).toMatchObject({
      source: 'gps',
      confidence: 'sure',
      day: '2026-07-15',
    });
    await expectAtRest(time);
  });

  test('a clock that is a week ahead is seen, and its clips are on their day, the lens without a fix too', async () => {
    const time = await useTime();
    await addDrive(time, '2026-07-10T12:00:00', { offsetMs: -2 * hourMs });
    const from = '2026-07-22T08:00:00';
    const clips = await addDrive(time, from);
    const rear = await addClip(time, time.camera, '2026-07-22T08:01:01', { channel: 'rear' });
    const parked = await addClip(time, time.camera, '2026-07-22T09:30:00', { kind: 'parking' });
    expect(clips[1]!.captureId).toBe(rear.captureId);
    for (const [minute, clip] of clips.entries())
      await addTrack(time, clip, named('2026-07-15T06:00:00', minute));
    expect(await instantOf(time, clips[0]!)).toEqual({
      at: '2026-07-15T06:00:00Z',
      day: '2026-07-15',
      source: 'gps',
      confidence: 'sure',
    });
    expect(await instantOf(time, rear)).toMatchObject({ at: '2026-07-15T06:01:01Z', day: '2026-07-15' });
    expect(await instantOf(time, parked)).toEqual({
      at: '2026-07-15T07:30:00Z',
      day: '2026-07-15',
      source: 'camera_offset',
      confidence: 'likely',
    });
    expect(await time.clocks.get(time.camera)).toMatchObject({
      observedOffsetMinutes: 120,
      observedErrorMs: 7 * dayMs,
    });
    expect(time.due.some(({ from, to }) => from <= Date.UTC(2026, 6, 22, 7, 30) && to > from)).toBe(true);
    expect(time.due.some(({ from }) => from === Date.UTC(2026, 6, 15, 7, 30))).toBe(true);
    const days = await time.db
      .selectFrom('day')
      .select(['local_day', 'captures'])
      .orderBy('local_day')
      .execute();
    expect(days).toEqual([
      { local_day: '2026-07-10', captures: 4 },
      { local_day: '2026-07-15', captures: 5 },
    ]);
    const told = await time.db
      .selectFrom('clip')
      .select('sidecar_due')
      .where('local_start', '>', '2026-07-20')
      .execute();
    expect(told.every((clip) => clip.sidecar_due === 1)).toBe(true);
    await expectAtRest(time);
  });

  test('what was parked between drives of a week that was wrong is in doubt, and mended when the proof is there', async () => {
    const time = await useTime();
    await addDrive(time, '2026-07-05T12:00:00', { offsetMs: -2 * hourMs });
    const early = await addClip(time, time.camera, '2026-07-07T12:00:00', { kind: 'parking' });
    const parked = await addClip(time, time.camera, '2026-07-22T12:00:00', { kind: 'parking' });
    const late = await addClip(time, time.camera, '2026-07-27T12:00:00', { kind: 'parking' });
    const all = [early, parked, late];
    await time.db.transaction().execute((trx) =>
      time.keeper.place(
        trx,
        all.map((clip) => clip.captureId),
      ),
    );
    const confidences = async () => {
      const told = [];
      for (const clip of all) told.push((await instantOf(time, clip)).confidence);
      return told;
    };
    expect(await confidences()).toEqual(['assumed', 'assumed', 'assumed']);
    const offsetMs = -7 * dayMs - 2 * hourMs;
    // The last drives are read first.
    await addDrive(time, '2026-07-24T08:00:00', { offsetMs });
    expect(await confidences()).toEqual(['doubtful', 'doubtful', 'doubtful']);
    await addDrive(time, '2026-07-20T08:00:00', { offsetMs });
    expect(await confidences()).toEqual(['doubtful', 'likely', 'doubtful']);
    expect(await instantOf(time, parked)).toMatchObject({ at: '2026-07-15T10:00:00Z', day: '2026-07-15' });
    await addDrive(time, '2026-07-30T08:00:00', { offsetMs: -2 * hourMs });
    await addDrive(time, '2026-07-10T08:00:00', { offsetMs: -2 * hourMs });
    expect(await confidences()).toEqual(['assumed', 'likely', 'doubtful']);
    await expectAtRest(time);
    expect(await time.clocks.get(time.camera)).toMatchObject({
      captures: { doubtful: 1 },
      doubtfulDays: [
        {
          localDay: '2026-07-27',
          captures: 1,
          fromLocal: '2026-07-27T12:00:00',
          toLocal: '2026-07-27T12:00:00',
        },
      ],
    });
    const shift = { fromLocal: '2026-07-25T00:00:00', toLocal: '2026-07-28T00:00:00', shiftMs: -7 * dayMs };
    await time.clocks.addShift(time.camera, shift);
    await time.drain();
    expect(await instantOf(time, late)).toMatchObject({ day: '2026-07-20', confidence: 'likely' });
    await expectAtRest(time);
  });

  test('a clock that is reset at every start is set right drive by drive, though the names come again', async () => {
    const time = await useTime();
    await addDrive(time, '2026-07-10T12:00:00', { offsetMs: -2 * hourMs, sequence: 1 });
    const reset = '2020-01-01T00:00:00';
    const offset = (at: string) => wallOf(at) - wallOf(reset);
    const first = await addDrive(time, reset, { offsetMs: offset('2026-07-15T06:00:00'), sequence: 100 });
    const second = await addDrive(time, reset, { offsetMs: offset('2026-08-20T16:00:00'), sequence: 200 });
    const dark = await addClip(time, time.camera, named(reset, 9), { sequence: 109 });
    const darker = await addClip(time, time.camera, named(reset, 12), { sequence: 212 });
    await time.db.transaction().execute((trx) => time.keeper.place(trx, [dark.captureId, darker.captureId]));
    expect(await times(time, [first[1]!, second[1]!, dark, darker])).toEqual([
      '2026-07-15T06:01:00Z',
      '2026-08-20T16:01:00Z',
      '2026-07-15T06:09:00Z',
      '2026-08-20T16:12:00Z',
    ]);
    await expectAtRest(time);
  });

  test('a reset clock without any fix is doubtful, visibly', async () => {
    const time = await useTime();
    const clip = await addClip(time, time.camera, '2020-01-01T00:00:12');
    await time.db.transaction().execute((trx) => time.keeper.place(trx, [clip.captureId]));
    expect((await instantOf(time, clip)).confidence).toBe('doubtful');
    expect((await time.clocks.get(time.camera)).captures.doubtful).toBe(1);
  });

  test('abroad, the day is that of the place', async () => {
    const time = await useTime();
    await addDrive(time, '2026-07-10T12:00:00', { offsetMs: -2 * hourMs });
    const [clip] = await addDrive(time, '2026-07-15T23:30:00', {
      offsetMs: -2 * hourMs,
      clips: 1,
      zone: 'Europe/Helsinki',
    });
    expect(await instantOf(time, clip!)).toMatchObject({ at: '2026-07-15T21:30:00Z', day: '2026-07-16' });
    await expectAtRest(time);
  });

  test('the hour that autumn has twice is told apart, for lenses without a fix too', async () => {
    const time = await useTime();
    await addDrive(time, '2026-10-24T20:00:00', { offsetMs: -2 * hourMs, sequence: 1 });
    const before = await addDrive(time, '2026-10-25T02:10:00', {
      offsetMs: -2 * hourMs,
      clips: 2,
      sequence: 100,
    });
    const dark = await addClip(time, time.camera, '2026-10-25T02:12:00', { sequence: 102 });
    const darkAgain = await addClip(time, time.camera, '2026-10-25T02:13:00', { sequence: 203 });
    const after = await addDrive(time, '2026-10-25T02:14:00', { offsetMs: -hourMs, clips: 2, sequence: 204 });
    expect(await times(time, [...before, dark, darkAgain, ...after])).toEqual([
      '2026-10-25T00:10:00Z',
      '2026-10-25T00:11:00Z',
      '2026-10-25T00:12:00Z',
      '2026-10-25T01:13:00Z',
      '2026-10-25T01:14:00Z',
      '2026-10-25T01:15:00Z',
    ]);
    await expectAtRest(time);
  });
});

describe('a camera whose GPS records are its own time', () => {
  test('is found out; nothing moves by its zone', async () => {
    const time = await useTime();
    const clips = await addDrive(time, '2026-07-15T12:00:00', { offsetMs: 1000 });
    await time.drain();
    expect((await time.clocks.get(time.camera)).gpsClock).toBe('local');
    expect(await instantOf(time, clips[0]!)).toEqual({
      at: '2026-07-15T10:00:00Z',
      day: '2026-07-15',
      source: 'gps',
      confidence: 'sure',
    });
    await expectAtRest(time);
  });

  test('is found out by one cold start, whose jump is its offset', async () => {
    const time = await useTime();
    const [clip] = await addDrive(time, '2026-07-15T12:00:00', { offsetMs: 0, clips: 1, jumpMs: 3 * hourMs });
    await time.drain();
    const clock = await time.clocks.get(time.camera);
    expect(clock).toMatchObject({ gpsClock: 'local', observedOffsetMinutes: 180 });
    expect(clock.gpsClockReason).toMatch(/cold start/i);
    expect((await instantOf(time, clip!)).at).toBe('2026-07-15T09:00:00Z');
    await expectAtRest(time);
  });

  test('what was placed before it was found out is placed anew in the background', async () => {
    const time = await useTime();
    // Of a camera set to London time, driven in Berlin: for one clip, nobody can tell.
    const early = await addDrive(time, '2026-07-14T11:00:00', { offsetMs: -hourMs, clips: 2 });
    expect((await instantOf(time, early[0]!)).confidence).toBe('likely');
    await addDrive(time, '2026-07-15T12:00:00', { offsetMs: -2 * hourMs });
    expect((await time.clocks.get(time.camera)).isPending).toBe(true);
    await time.drain();
    expect(time.told).toContain('clock.changed');
    expect((await time.clocks.get(time.camera)).isPending).toBe(false);
    expect((await instantOf(time, early[0]!)).confidence).toBe('sure');
    await expectAtRest(time);
  });
});

describe('by hand', () => {
  test('a shift mends a week, takes nothing from what has a fix, and can be taken back', async () => {
    const time = await useTime();
    await addDrive(time, '2026-07-01T12:00:00', { offsetMs: -2 * hourMs });
    const clips = await addDrive(time, '2026-07-22T08:00:00', { clips: 3 });
    const other = await addClip(time, time.camera, '2026-07-25T08:00:00');
    await time.drain();
    const before = await allTimes(time);
    const shift = { fromLocal: '2026-07-20T00:00:00', toLocal: '2026-07-23T00:00:00', shiftMs: -7 * dayMs };
    const clock = await time.clocks.addShift(time.camera, shift);
    expect(clock).toMatchObject({ isPending: true, shifts: [shift] });
    await time.drain();
    expect(await instantOf(time, clips[0]!)).toEqual({
      at: '2026-07-15T06:00:00Z',
      day: '2026-07-15',
      source: 'camera_offset',
      confidence: 'likely',
    });
    expect((await instantOf(time, other)).at).toBe('2026-07-25T06:00:00Z');
    await expectAtRest(time);
    const late = await addClip(time, time.camera, '2026-07-22T09:00:00');
    expect((await instantOf(time, late)).at).toBe('2026-07-15T07:00:00Z');
    await time.db.deleteFrom('clip').where('id', '=', late.id).execute();
    await time.db.deleteFrom('capture').where('id', '=', late.captureId).execute();
    await time.clocks.removeShift(time.camera, clock.shifts[0]!.id);
    await time.drain();
    await rebuildDays(time.db);
    expect(plain(await allTimes(time))).toBe(plain(before));
  });

  test('a shift says how many recordings it is about, and how many stay because of their GPS', async () => {
    const time = await useTime();
    await addDrive(time, '2026-07-22T08:00:00', { offsetMs: -2 * hourMs });
    await addDrive(time, '2026-07-25T08:00:00', { clips: 3 });
    const add = async (from: string, to: string) =>
      (await time.clocks.addShift(time.camera, { fromLocal: from, toLocal: to, shiftMs: -dayMs })).added;
    const [first, last] = ['2026-07-22T00:00:00', '2026-07-26T00:00:00'];
    expect(await add(first, last)).toEqual({ captures: 7, byGps: 4, isAll: true });
    expect(await add(first, '2026-07-22T08:03:00')).toEqual({ captures: 4, byGps: 4, isAll: true });
    expect(await add('2026-08-01T00:00:00', '2026-08-02T00:00:00')).toMatchObject({ captures: 0, byGps: 0 });
    // Records with the camera's own clock are as wrong as it was.
    await time.clocks.update(time.camera, { gpsClock: 'local' });
    expect(await add(first, last)).toMatchObject({ captures: 7, byGps: 0 });
  });

  test('a shift by nothing is refused', () => {
    const shift = { fromLocal: null, toLocal: null };
    expect(clockShiftInputSchema.safeParse({ ...shift, shiftMs: 1000 }).success).toBe(true);
    expect(clockShiftInputSchema.safeParse({ ...shift, shiftMs: 0 }).error?.issues).toMatchObject([
      { path: ['shiftMs'], message: expect.stringMatching(/by how much/) },
    ]);
  });

  test('a zone is the one that names are read in, of clips that are there and of those to come', async () => {
    const time = await useTime();
    const clip = await addClip(time, time.camera, '2026-07-15T23:30:00');
    await time.clocks.update(time.camera, { zone: 'America/New_York' });
    await time.drain();
    expect(await instantOf(time, clip)).toMatchObject({
      at: '2026-07-16T03:30:00Z',
      day: '2026-07-15',
      source: 'camera_offset',
    });
    const late = await addClip(time, time.camera, '2026-07-16T00:30:00');
    expect((await instantOf(time, late)).at).toBe('2026-07-16T04:30:00Z');
    await time.clocks.update(time.camera, { zone: 'UTC-03:30' });
    await time.drain();
    expect((await instantOf(time, clip)).at).toBe('2026-07-16T03:00:00Z');
    await time.clocks.update(time.camera, { zone: null });
    await time.drain();
    expect(await instantOf(time, clip)).toMatchObject({ at: '2026-07-15T21:30:00Z', source: 'setting' });
    await expect(time.clocks.update(time.camera, { zone: 'Mars/Olympus' })).rejects.toMatchObject({
      code: 'invalid',
    });
    await expectAtRest(time);
  });

  test('the clock of the records can be said, and left to be found out again', async () => {
    const time = await useTime();
    const clips = await addDrive(time, '2026-07-15T12:00:00', { offsetMs: 0 });
    await time.clocks.update(time.camera, { gpsClock: 'utc' });
    await time.drain();
    expect((await instantOf(time, clips[0]!)).at).toBe('2026-07-15T12:00:00Z');
    expect(await time.clocks.get(time.camera)).toMatchObject({ gpsClock: 'utc', isGpsClockSet: true });
    await time.clocks.update(time.camera, { gpsClock: null });
    await time.drain();
    expect(await time.clocks.get(time.camera)).toMatchObject({ gpsClock: 'local', isGpsClockSet: false });
    expect((await instantOf(time, clips[0]!)).at).toBe('2026-07-15T10:00:00Z');
    await expectAtRest(time);
  });

  test('a clock that is said to be due, and nothing else, has all its times worked out anew', async () => {
    const time = await useTime();
    const clips = await addDrive(time, '2026-07-15T12:00:00', { clips: 3 });
    // As when it is brought back, from the archive, what was said of a camera whose clips are here already.
    await time.db.updateTable('camera').set({ zone: 'UTC+00:00', clock_due: 1 }).execute();
    await time.drain();
    expect((await instantOf(time, clips[2]!)).at).toBe('2026-07-15T12:02:00Z');
    expect((await time.clocks.get(time.camera)).isPending).toBe(false);
    await expectAtRest(time);
  });

  test('of a camera or a shift that is not there, the page hears so', async () => {
    const time = await useTime();
    await expect(time.clocks.get(99)).rejects.toMatchObject({ code: 'not_found' });
    await expect(time.clocks.removeShift(time.camera, 99)).rejects.toMatchObject({ code: 'not_found' });
  });
});

test('a camera that shows itself to run in another zone has its new clips placed so at once', async () => {
  const time = await useTime();
  await addDrive(time, '2026-07-15T10:00:00', { offsetMs: 0, jumpMs: 0 });
  await time.clocks.update(time.camera, { gpsClock: 'utc' });
  await time.drain();
  const clip = await addClip(time, time.camera, '2026-07-20T10:00:00');
  expect(await instantOf(time, clip)).toMatchObject({ at: '2026-07-20T10:00:00Z', source: 'camera_offset' });
});

test('another TZ of the process moves no clip that is placed, whatever is read or worked out anew', async () => {
  const time = await useTime('Europe/Berlin');
  await addDrive(time, '2026-07-15T12:00:00', { offsetMs: -2 * hourMs });
  await addDrive(time, '2026-07-17T12:00:00', { clips: 3 });
  const dark = await addClip(time, time.camera, '2026-07-15T13:00:00');
  await time.db.transaction().execute((trx) => time.keeper.place(trx, [dark.captureId]));
  await time.drain();
  const instants = async () =>
    await time.db.selectFrom('clip').select(['id', 'started_at', 'local_day']).orderBy('id').execute();
  const before = await instants();
  const moved = { ...timeParts(time.db, 'Asia/Tokyo'), camera: time.camera };
  const captures = await time.db.selectFrom('capture').select('id').execute();
  await time.db.transaction().execute((trx) =>
    moved.keeper.place(
      trx,
      captures.map(({ id }) => id),
    ),
  );
  expect(await instants()).toEqual(before);
  await moved.clocks.update(time.camera, { gpsClock: 'utc' });
  await moved.drain();
  expect(await instants()).toEqual(before);
});

test('what does not move costs no write', async () => {
  const time = await useTime();
  const [clip] = await addDrive(time, '2026-07-15T12:00:00', { offsetMs: -2 * hourMs });
  await time.drain();
  const changes = async () =>
    (await time.db.selectNoFrom((eb) => eb.fn<number>('total_changes').as('count')).executeTakeFirstOrThrow())
      .count;
  const before = await changes();
  await time.db.transaction().execute((trx) => time.keeper.place(trx, [clip!.captureId]));
  expect(await changes()).toBe(before);
});

test('kill -9 between any two chunks leaves work that the next start goes on with, to the same end', async () => {
  const time = await useTime();
  const clips = await addDrive(time, '2026-07-22T08:00:00', { clips: 45 });
  await time.clocks.addShift(time.camera, { fromLocal: null, toLocal: null, shiftMs: -7 * dayMs });
  const script = fileURLToPath(new URL('./time-steps.ts', import.meta.url));
  // The first chunk twice, then each later one once: every process works one chunk and dies in the next.
  for (const at of [0, 1, 1, 1, 1]) {
    const { signal, stderr } = spawnSync(process.execPath, [
      '--import',
      'tsx',
      script,
      time.configDir,
      String(at),
    ]);
    expect(signal, stderr.toString()).toBe('SIGKILL');
  }
  expect((await time.clocks.get(time.camera)).isPending).toBe(true);
  // The last recordings first.
  const isMended = (await times(time, clips)).map((at) => at.startsWith('2026-07-15'));
  expect(isMended).toEqual(clips.map((_clip, index) => index >= 5));
  await time.drain();
  expect((await times(time, clips)).every((at) => at.startsWith('2026-07-15'))).toBe(true);
  expect((await time.clocks.get(time.camera)).isPending).toBe(false);
  await expectAtRest(time);
}, 60_000);
