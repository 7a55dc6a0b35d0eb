import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openDatabase, type Database } from '../src/server/db/open.ts';
import { routes } from '../src/shared/routes.ts';
import { makeRecordings, openArchive } from './archive-parts.ts';
import { seedCameras, seedCaptures, seedJourney } from './find-seed.ts';
import { waitLong } from './scenario.ts';
import { startTestApp, type TestApp } from './test-app.ts';

let app: TestApp;
let db: Database;
let captures: number[];
beforeAll(async () => {
  app = await startTestApp({ zone: 'UTC' });
  db = await openDatabase({ configDir: app.configDir, now: new Date(0) });
  await seedCameras(db, [1, 2]);
  const journeyId = await seedJourney(db, { from: '2026-06-02T08:00', to: '2026-06-02T08:10' });
  captures = await seedCaptures(db, [
    { at: '2026-06-01T23:58' },
    { at: '2026-06-02T08:00', journeyId, kept: ['rear'] },
    { at: '2026-06-02T08:01', kind: 'event', journeyId },
    { at: '2026-06-02T09:00', cameraId: 2, channels: ['front'] },
    { at: '2026-06-03T07:00', state: 'waiting' },
    { at: '2026-06-04T07:00' },
  ]);
}, 60_000);
afterAll(async () => {
  await db.destroy();
  await app.close();
});
beforeEach(async () => {
  await db.updateTable('clip').set({ tags: null, note: null, sidecar_due: 0 }).execute();
});

const at = (local: string) => Date.parse(`${local}:00Z`);
type Query = Parameters<typeof app.call<typeof routes.selectCaptures>>[1]['query'];
const select = async (query: Query) => (await app.call(routes.selectCaptures, { query })).captures;
const indexes = (found: readonly { id: number }[]) => found.map(({ id }) => captures.indexOf(id));
const days = { fromDay: '2026-06-01', toDay: '2026-06-04' };
const clipIds = async () =>
  (await db.selectFrom('clip').select('id').orderBy('id').execute()).map(({ id }) => id);

describe('the recordings between two', () => {
  test('are those of all days between, with both ends, in the order of time', async () => {
    const span = { from: at('2026-06-01T23:58'), to: at('2026-06-03T07:00') };
    expect(indexes(await select({ ...days, ...span }))).toEqual([0, 1, 2, 3, 4]);
    expect(indexes(await select({ fromDay: '2026-06-02', toDay: '2026-06-02' }))).toEqual([1, 2, 3]);
  });
  test.each([
    [{ cameraId: 2 }, [3]],
    [{ kinds: 'event' }, [2]],
    [{ channels: 'rear' }, [0, 1, 2, 4, 5]],
    [{ kept: 'yes' as const }, [1]],
    [{ missing: 'yes' as const }, [4]],
    [{ position: 'known' as const }, [1, 2]],
    [{ placeId: 77 }, []],
  ])('are those that pass %o', async (filter, found) => {
    expect(indexes(await select({ ...days, ...filter }))).toEqual(found);
  });
  test('have only the clips that pass, with what can be done with them', async () => {
    const [one] = await select({ ...days, kept: 'yes' });
    expect(one).toMatchObject({
      day: '2026-06-02',
      clips: [{ kept: true, state: 'archived', bytes: 1000, durationMs: 60_000 }],
    });
    const [waiting] = await select({ ...days, missing: 'yes' });
    expect(waiting?.clips).toMatchObject([{ bytes: null }, { bytes: null }]);
  });
  test('that end before they begin are refused', async () => {
    await expect(select({ fromDay: '2026-06-02', toDay: '2026-06-01' })).rejects.toMatchObject({
      status: 400,
    });
  });
  test('are looked at anew without those that are no more', async () => {
    const ids = await clipIds();
    const found = await app.call(routes.lookAtClips, { body: { clipIds: [...ids.slice(0, 2), 999_999] } });
    expect(found.captures.map(({ clips }) => clips.map(({ id }) => id))).toEqual([ids.slice(0, 2)]);
  });
});

const tag = (ids: number[], words: { add?: string[]; remove?: string[] }) =>
  app.call(routes.tagClips, { body: { clipIds: ids, ...words } });

const told = async () => {
  const rows = await db.selectFrom('clip').select(['id', 'tags']).where('tags', 'is not', null).execute();
  return new Map(rows.map((row) => [row.id, row.tags]));
};

describe('tags', () => {
  test('are given to many clips at once, kept in an index, suggested, and taken back in one go', async () => {
    const ids = await clipIds();
    const outcome = await tag(ids, { add: ['  Deer ', 'night'] });
    expect(outcome).toMatchObject({ changed: ids.length, full: 0 });
    expect([...(await told()).values()]).toEqual(ids.map(() => '["Deer","night"]'));
    expect((await db.selectFrom('clip_tag').selectAll().execute()).length).toBe(ids.length * 2);
    expect((await app.call(routes.listTags)).tags).toEqual(['Deer', 'night']);
    const undo = outcome.undo ?? '';
    await tag(ids.slice(0, 1), { add: ['later'] });
    expect(await app.call(routes.undoNotes, { body: { undo } })).toEqual({ changed: ids.length - 1 });
    expect([...(await told()).values()]).toEqual(['["Deer","later","night"]']);
    expect((await db.selectFrom('clip_tag').selectAll().execute()).length).toBe(3);
    await expect(app.call(routes.undoNotes, { body: { undo } })).rejects.toMatchObject({ status: 404 });
  });
  test('change what is written beside clips in the archive, and nothing that has them already', async () => {
    const ids = await clipIds();
    await tag(ids, { add: ['deer'] });
    const due = await db.selectFrom('clip').select('state').where('sidecar_due', '=', 1).execute();
    expect(new Set(due.map(({ state }) => state))).not.toContain('waiting');
    expect(await tag(ids, { add: ['DEER'] })).toMatchObject({ changed: 0, undo: null });
    expect(await tag(ids, { remove: ['DEER'] })).toMatchObject({ changed: ids.length });
    expect((await app.call(routes.listTags)).tags).toEqual([]);
  });
  test('find their days, recordings and clips', async () => {
    const [first, , third] = await clipIds();
    await tag([first!, third!], { add: ['deer'] });
    const calendar = await app.call(routes.getCalendar, { query: { year: 2026, tag: 'DEER' } });
    expect(calendar.days.map(({ day }) => day)).toEqual(['2026-06-02', '2026-06-01']);
    expect((await select({ ...days, tag: 'deer' })).map(({ clips }) => clips.length)).toEqual([1, 1]);
    expect(indexes(await select({ ...days, tag: 'deer', kept: 'yes' }))).toEqual([]);
    const day = await app.call(routes.getDay, { params: { day: '2026-06-01' }, query: { tag: 'deer' } });
    expect(day.captures.flatMap(({ clips }) => clips.map(({ id, tags }) => [id, tags]))).toEqual([
      [first, ['deer']],
    ]);
    const { days: shorts } = await app.call(routes.listDayShorts, {
      query: { days: '2026-06-01,2026-06-04', tag: 'deer' },
    });
    expect(shorts.map((short) => short.day)).toEqual(['2026-06-01']);
  });
  test.each([
    ['a comma', { add: ['a,b'] }],
    ['a control character', { add: ['a\u0007'] }],
    ['nothing but room', { add: ['  '] }],
    ['very many letters', { add: ['x'.repeat(41)] }],
    ['no word at all', {}],
  ])('with %s are refused', async (_, words) => {
    await expect(tag([1], words)).rejects.toMatchObject({ status: 400 });
  });
  test('keep markup as letters', async () => {
    await tag([1], { add: ['<b>x</b>'] });
    expect((await app.call(routes.getClip, { params: { id: 1 } })).tags).toEqual(['<b>x</b>']);
  });
});

const note = (ids: number[], text: string) =>
  app.call(routes.noteClips, { body: { clipIds: ids, note: text } });

describe('a note', () => {
  test('is written to many clips, replaces theirs, is taken away, and taken back', async () => {
    const ids = await clipIds();
    await note([ids[0]!], 'before');
    const outcome = await note(ids, 'two\nlines');
    expect(outcome.changed).toBe(ids.length);
    expect((await app.call(routes.getClip, { params: { id: ids[0]! } })).note).toBe('two\nlines');
    await app.call(routes.undoNotes, { body: { undo: outcome.undo ?? '' } });
    const rows = await db.selectFrom('clip').select('note').where('note', 'is not', null).execute();
    expect(rows).toEqual([{ note: 'before' }]);
    expect((await note(ids, '')).changed).toBe(1);
  });
});

test('many moments are marked at once, once, and taken back together', async () => {
  const marks = [1, 2].map((second) => ({ at: at('2026-06-02T08:00') + second, text: 'look' }));
  const outcome = await app.call(routes.addMarks, { body: { marks } });
  expect(outcome.changed).toBe(2);
  expect(await app.call(routes.addMarks, { body: { marks } })).toMatchObject({ changed: 0, undo: null });
  await app.call(routes.undoNotes, { body: { undo: outcome.undo ?? '' } });
  expect(
    (await app.call(routes.listMarks, { query: { from: 0, to: at('2027-01-01T00:00') } })).marks,
  ).toEqual([]);
});

test('keeping many clips at once tells which were changed', async () => {
  const ids = await clipIds();
  const answer = await app.call(routes.keepClips, { body: { clipIds: ids, kept: true } });
  expect(answer.changed).toBe(ids.length - 1);
  await app.call(routes.keepClips, { body: { clipIds: answer.clipIds, kept: false } });
  expect(await db.selectFrom('clip').select('channel').where('kept', '=', 1).execute()).toEqual([
    { channel: 'rear' },
  ]);
});

test('more than 20,000 at once are refused', async () => {
  const many = Array.from({ length: 20_001 }, (_, index) => index + 1);
  const body = { clipIds: many, kept: true };
  await expect(app.call(routes.keepClips, { body })).rejects.toMatchObject({ status: 400 });
  const most = { clipIds: many.slice(1), kept: false };
  expect(
    (await app.call(routes.keepClips, { body: { ...most, clipIds: most.clipIds.slice(100) } })).changed,
  ).toBe(0);
});

test('notes and tags outlive the database', async () => {
  const root = await makeRecordings({ '2026-06-28/2026_0628_133416_0001F.MP4': 'front' });
  const first = await openArchive(root);
  const [clip] = await first.db.selectFrom('clip').selectAll().execute();
  await first.db
    .updateTable('clip')
    .set({ note: 'a deer', tags: '["deer","night"]', sidecar_due: 1 })
    .execute();
  const localDays = ['2026-06-28'];
  first.events.emit('clips.changed', { cameraId: clip?.camera_id ?? 0, localDays });
  const sidecar = join(root, '2026-06-28/2026_0628_133416_0001F.MP4.json');
  const text = async () => readFile(sidecar, 'utf8').catch(() => '');
  await vi.waitFor(async () => expect(await text()).toContain('night'), waitLong);
  await first.stop();
  const again = await openArchive(root);
  onTestFinished(() => again.stop());
  await vi.waitFor(async () => {
    const rows = await again.db.selectFrom('clip').select(['note', 'tags']).execute();
    expect(rows).toEqual([{ note: 'a deer', tags: '["deer","night"]' }]);
  }, waitLong);
  const tags = await again.db.selectFrom('clip_tag').select('tag').execute();
  expect(tags.map(({ tag }) => tag)).toEqual(['deer', 'night']);
});
