import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { openDatabase, type Database } from '../src/server/db/open.ts';
import { EventBus } from '../src/server/lib/event-bus.ts';
import { MarkService } from '../src/server/notes/mark-service.ts';
import type { Events } from '../src/shared/events.ts';
import type { OwnMarkInput } from '../src/shared/own-marks.ts';
import { routes } from '../src/shared/routes.ts';
import { makeRecordings, openArchive } from './archive-parts.ts';
import { seedCameras } from './find-seed.ts';
import { waitLong } from './scenario.ts';
import { startTestApp, TestApiError, type TestApp } from './test-app.ts';

let app: TestApp;
let db: Database;
beforeAll(async () => {
  app = await startTestApp();
  db = await openDatabase({ configDir: app.configDir, now: new Date(0) });
  await seedCameras(db, [1, 2]);
}, 60_000);
afterAll(async () => {
  await db.destroy();
  await app.close();
});

const at = Date.UTC(2026, 8, 3, 15, 47, 12);
const add = (input: Partial<OwnMarkInput> = {}) =>
  app.call(routes.addMark, { body: { at, cameraId: 1, text: '', ...input } });
const list = async (from: number, to: number, cameraId?: number) =>
  (await app.call(routes.listMarks, { query: { from, to, ...(cameraId !== undefined && { cameraId }) } }))
    .marks;
const clean = () => db.deleteFrom('mark').execute();

describe('a moment that somebody marks', () => {
  test('is listed within its span, in the order of time, with what was written', async () => {
    await clean();
    await add({ at: at + 2000, text: '  a deer  ' });
    await add({ at });
    expect((await list(at, at + 2000)).map((mark) => [mark.at, mark.text, mark.cameraId])).toEqual([
      [at, '', 1],
      [at + 2000, 'a deer', 1],
    ]);
    expect(await list(at + 1, at + 1999)).toEqual([]);
  });
  test('is listed for its camera, and for every camera where it is of none', async () => {
    await clean();
    await add({ text: 'of the first' });
    await add({ text: 'of the second', cameraId: 2 });
    await add({ text: 'of none', cameraId: null });
    expect((await list(at, at, 2)).map(({ text }) => text)).toEqual(['of the second', 'of none']);
  });
  test('is one when it is sent twice', async () => {
    await clean();
    const [one, other] = await Promise.all([add({ text: 'twice' }), add({ text: 'twice' })]);
    expect(one.id).toBe(other.id);
    expect(await list(at, at)).toHaveLength(1);
  });
  test('can be moved, reworded and taken away', async () => {
    await clean();
    const { id } = await add({ text: 'a deer' });
    const moved = await app.call(routes.updateMark, {
      params: { id },
      body: { at: at + 5000, text: 'two deer' },
    });
    expect(moved).toMatchObject({ id, at: at + 5000, text: 'two deer' });
    expect((await app.call(routes.updateMark, { params: { id }, body: { text: '' } })).at).toBe(at + 5000);
    await app.call(routes.removeMark, { params: { id } });
    expect(await list(at, at + 5000)).toEqual([]);
    await expect(app.call(routes.removeMark, { params: { id } })).rejects.toMatchObject({ status: 404 });
    await expect(app.call(routes.updateMark, { params: { id }, body: {} })).rejects.toMatchObject({
      status: 404,
    });
  });
  test('stays when its camera goes', async () => {
    await clean();
    await seedCameras(db, [9]);
    await add({ cameraId: 9, text: 'stays' });
    await db.deleteFrom('camera').where('id', '=', 9).execute();
    expect(await list(at, at)).toMatchObject([{ text: 'stays', cameraId: null }]);
  });
  test.each<[what: string, input: Record<string, unknown>]>([
    ['no instant', { at: undefined }],
    ['an instant before there were cameras', { at: 0 }],
    ['an instant in another century', { at: Date.UTC(2100, 0, 1) }],
    ['a part of a millisecond', { at: at + 0.5 }],
    ['a camera that is not there', { cameraId: 77 }],
    ['words without an end', { text: 'x'.repeat(501) }],
    ['a line break', { text: 'one\ntwo' }],
    ['a control character', { text: 'bell\u0007' }],
    ['something else', { colour: 'red' }],
  ])('is refused with %s', async (_, input) => {
    const body = JSON.stringify({ at, cameraId: 1, ...input });
    const answer = await app.fetch('/api/marks', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(answer.status).toBe(400);
  });
  test('keeps markup as letters, and 500 of them', async () => {
    await clean();
    const text = `<img src=x onerror=alert(1)>${'ü'.repeat(472)}`;
    expect((await add({ text })).text).toBe(text);
  });
  test.each(['', '?from=1', '?from=x&to=2', '?from=2&to=1', '?from=&to=1', '?from=1&to=2&cameraId=-1'])(
    'is not looked for in %j',
    async (query) => {
      expect((await app.fetch(`/api/marks${query}`)).status).toBe(400);
    },
  );
});

test('each change of marks is told once, with the span it touches', async () => {
  await clean();
  const events = new EventBus<Events>(() => undefined);
  const told: Events['marks.changed'][] = [];
  events.on('marks.changed', (change) => told.push(change));
  const marks = new MarkService({ db, events, clock: { now: () => 5 }, mostMarks: 2 });
  const { id } = await marks.add({ at, cameraId: null, text: 'a' });
  await marks.add({ at, cameraId: null, text: 'a' });
  await marks.update(id, { at: at - 10 });
  await marks.remove(id);
  expect(told).toEqual([
    { from: at, to: at },
    { from: at - 10, to: at },
    { from: at - 10, to: at - 10 },
  ]);
});

test('there are only so many marks, and a list of very many is cut short and says so', async () => {
  await clean();
  const events = new EventBus<Events>(() => undefined);
  const marks = new MarkService({ db, events, clock: { now: () => 5 }, mostMarks: 1002 });
  const row = { camera_id: null, text: '', created_at: 0 };
  const rows = Array.from({ length: 1001 }, (_, index) => ({ ...row, at: at + index }));
  await db.insertInto('mark').values(rows).execute();
  const listed = await marks.list({ from: at, to: at + 5000 });
  expect([listed.marks.length, listed.isPartial]).toEqual([1000, true]);
  await marks.add({ at, cameraId: null, text: 'the last' });
  const refused = marks.add({ at, cameraId: null, text: 'one more' });
  await expect(refused).rejects.toMatchObject({ code: 'conflict' });
  expect((await marks.list({ from: at + 500, to: at + 5000 })).isPartial).toBe(false);
});

test('marks outlive the database, with their cameras', async () => {
  const root = await makeRecordings({ '2026-06-28/2026_0628_133416_0001F.MP4': 'front' });
  const first = await openArchive(root);
  const [camera] = await first.db.selectFrom('camera').select('id').execute();
  await first.db.updateTable('camera').set({ name: 'Van', address: '192.0.2.1', enabled: 1 }).execute();
  first.events.emit('camera.changed', { cameraId: camera?.id ?? 0 });
  const row = { at, text: 'a deer', created_at: 9 };
  await first.db
    .insertInto('mark')
    .values([
      { ...row, camera_id: camera?.id ?? null },
      { ...row, at: at + 1, text: '', camera_id: null },
    ])
    .execute();
  first.events.emit('marks.changed', { from: at, to: at + 1 });
  const book = async () => readFile(join(root, '.viofosync', 'marks.json'), 'utf8').catch(() => '');
  const cameras = async () => readFile(join(root, '.viofosync', 'cameras.json'), 'utf8').catch(() => '');
  await vi.waitFor(async () => expect(await book()).toContain('a deer'), waitLong);
  await vi.waitFor(async () => expect(await cameras()).toContain('Van'), waitLong);
  await first.stop();
  const again = await openArchive(root);
  onTestFinished(() => again.stop());
  const restored = () => again.db.selectFrom('mark').selectAll().orderBy('at').execute();
  await vi.waitFor(
    async () =>
      expect(await restored()).toMatchObject([
        { ...row, camera_id: expect.any(Number) },
        { ...row, at: at + 1, text: '', camera_id: null },
      ]),
    waitLong,
  );
});

test('a refusal says what is wrong with the words', async () => {
  const refused = add({ text: 'one\ntwo' });
  await expect(refused).rejects.toBeInstanceOf(TestApiError);
  await expect(refused).rejects.toThrow(/one line/);
});
