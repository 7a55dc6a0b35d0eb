import { readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { sessionCookieName } from '../src/server/accounts/routes.ts';
import { zipLength, zipStream, type ZipEntry } from '../src/server/parcel/zip-stream.ts';
import type { ParcelInput } from '../src/shared/parcel-routes.ts';
import { routes } from '../src/shared/routes.ts';
import { capturesOn, useArchive } from './retention-seed.ts';
import { allClips, waitLong } from './scenario.ts';
import type { TestApp } from './test-app.ts';
import { readZip } from './zip-reader.ts';

const order = (app: TestApp, clipIds: number[], what: ParcelInput['what'] = 'originals') =>
  app.call(routes.orderParcel, { body: { clipIds, what } });
const fetchParcel = (app: TestApp, ticket: string, init?: RequestInit) =>
  app.fetch(`/api/parcels/${ticket}`, init);
const uses = async (app: TestApp) => (await app.app.db.selectFrom('clip_use').selectAll().execute()).length;
const untilFree = (app: TestApp) => vi.waitFor(async () => expect(await uses(app)).toBe(0), waitLong);

describe('originals of chosen clips', () => {
  let app: TestApp;
  beforeEach(async () => {
    const clips = [
      ...capturesOn('2026-06-01', { captures: 2 }),
      ...capturesOn('2026-06-02', { captures: 1, bytes: 300_000 }),
      ...capturesOn('2026-06-02', { captures: 1, cameraId: 2 }),
    ];
    app = await (await useArchive({ clips, cameras: 2 })).open();
  });

  test('come as one zip of known length, by camera and day, byte for byte, with the times of the recordings', async () => {
    const rows = await allClips(app);
    const parcel = await order(
      app,
      rows.map(({ id }) => id),
    );
    expect(parcel).toMatchObject({ files: 8, missing: 0 });
    expect(await uses(app)).toBe(8);
    const answer = await fetchParcel(app, parcel.ticket);
    expect(answer.headers.get('content-length')).toBe(String(parcel.bytes));
    expect(answer.headers.get('content-disposition')).toBe(
      'attachment; filename="viofosync-2026-06-01-to-2026-06-02.zip"',
    );
    const entries = readZip(Buffer.from(await answer.arrayBuffer()));
    const [first] = rows;
    expect(entries[0]).toMatchObject({
      name: `Car 1/2026-06-01/${first?.name}`,
      wall: '2026-06-01T08:00:00',
    });
    expect(new Set(entries.map(({ name }) => name)).size).toBe(8);
    for (const row of rows) {
      const entry = entries.find(
        ({ name }) => name.startsWith(`Car ${row.camera_id}`) && name.endsWith(row.name),
      );
      expect(entry?.bytes.equals(await readFile(join(app.recordings, row.path ?? '')))).toBe(true);
    }
    await untilFree(app);
    expect((await fetchParcel(app, parcel.ticket)).status).toBe(404);
  });

  test('that are not there are named, instead of leaving a hole', async () => {
    const rows = await allClips(app);
    const [gone, skipped, here] = rows;
    await rm(join(app.recordings, gone?.path ?? ''));
    await app.app.db
      .updateTable('clip')
      .set({ state: 'skipped', path: null })
      .where('id', '=', skipped!.id)
      .execute();
    const parcel = await order(app, [gone!.id, skipped!.id, here!.id]);
    expect(parcel).toMatchObject({ files: 1, missing: 2 });
    const entries = readZip(Buffer.from(await (await fetchParcel(app, parcel.ticket)).arrayBuffer()));
    expect(entries.map(({ name }) => name)).toEqual(['MISSING.txt', `2026-06-01/${here?.name}`]);
    const text = entries[0]?.bytes.toString() ?? '';
    expect(text).toContain(`${gone?.name} (Car 1): its file was not found in the archive`);
    expect(text).toContain(`${skipped?.name} (Car 1): left on the card`);
    await untilFree(app);
    await expect(order(app, [gone!.id, skipped!.id])).rejects.toMatchObject({ status: 404 });
    await untilFree(app);
  });

  test('are not deleted by a rule while they are sent, and free when the browser goes away', async () => {
    const clipIds = (await allClips(app)).map(({ id }) => id);
    const parcel = await order(app, clipIds);
    expect((await app.call(routes.deleteClips, { body: { clipIds: [1] } })).left.inUse).toBe(1);
    const gone = new AbortController();
    const answer = await fetchParcel(app, parcel.ticket, { signal: gone.signal });
    gone.abort();
    await expect(answer.arrayBuffer()).rejects.toBeInstanceOf(Error);
    await untilFree(app);
  });

  test('are in the list of jobs while they are sent, from where they are ended', async () => {
    const rows = await allClips(app);
    // More than lies between a server and a browser that does not read.
    await truncate(join(app.recordings, rows[0]!.path ?? ''), 300_000_000);
    const listed = async () => (await app.call(routes.listJobs)).jobs.filter(({ kind }) => kind === 'parcel');
    const { ticket } = await order(
      app,
      rows.map(({ id }) => id),
    );
    expect(await listed(), 'nobody has fetched it').toEqual([]);
    const answer = await fetchParcel(app, ticket);
    const [job] = await listed();
    expect(job).toMatchObject({ about: 'viofosync-2026-06-01-to-2026-06-02.zip', canCancel: true });
    expect(JSON.stringify(job)).not.toContain(ticket);
    await app.call(routes.cancelJob, { params: { id: job!.id } });
    expect(await listed()).toEqual([]);
    await expect(answer.arrayBuffer(), 'taken for whole').rejects.toBeInstanceOf(Error);
    await untilFree(app);
  });

  test('that become shorter while they are sent end the download as a failed one', async () => {
    const rows = await allClips(app);
    const large = rows.find(({ size_bytes }) => size_bytes === 300_000)!;
    const parcel = await order(app, [large.id]);
    await truncate(join(app.recordings, large.path ?? ''), 1000);
    const answer = await fetchParcel(app, parcel.ticket);
    await expect(answer.arrayBuffer()).rejects.toBeInstanceOf(Error);
    await untilFree(app);
  });

  test('are held no longer than the program runs, even if it is killed', async () => {
    await order(app, [1, 2]);
    // As a program leaves it that was killed.
    await app.app.db.insertInto('clip_use').values({ clip_id: 3, holder: 'parcel:of-another-run' }).execute();
    await app.app.db.insertInto('clip_use').values({ clip_id: 4, holder: 'export:1' }).execute();
    await app.restart();
    expect(await app.app.db.selectFrom('clip_use').select('holder').execute()).toEqual([
      { holder: 'export:1' },
    ]);
  });

  test('are for the session that ordered them, and their head tells without taking them', async () => {
    const parcel = await order(app, [1]);
    const cookie = `${sessionCookieName}=${'x'.repeat(43)}`;
    expect((await fetchParcel(app, parcel.ticket, { headers: { cookie } })).status).toBe(404);
    const head = await fetchParcel(app, parcel.ticket, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length')]).toEqual([200, String(parcel.bytes)]);
    expect((await fetchParcel(app, 'x'.repeat(32))).status).toBe(404);
    expect((await fetchParcel(app, parcel.ticket)).status).toBe(200);
  });

  test('without positions have none, and say so', async () => {
    await expect(order(app, [1, 2], 'gpx')).rejects.toMatchObject({ status: 404 });
    const parcel = await order(app, [1], 'originals_and_gpx');
    const entries = readZip(Buffer.from(await (await fetchParcel(app, parcel.ticket)).arrayBuffer()));
    expect(entries).toHaveLength(1);
    await untilFree(app);
  });
});

const pieces = (sizeBytes: number) => {
  const read: number[] = [];
  const closed: string[] = [];
  const entry = (name: string): ZipEntry => ({
    name,
    sizeBytes,
    wallMs: Date.UTC(2026, 5, 28),
    open: async () => ({
      read: async (_offset, length) => {
        read.push(length);
        return Buffer.alloc(length, 1);
      },
      close: () => closed.push(name),
    }),
  });
  return { read, closed, entry };
};

describe('a zip that is made while it is read', () => {
  test('reads no further ahead than a few pieces, however slow its reader is', async () => {
    const { read, closed, entry } = pieces(100 * 1024 * 1024);
    const body = zipStream([entry('a.mp4'), entry('b.mp4')], new AbortController().signal);
    onTestFinished(() => void body.destroy());
    await new Promise((resolve) => body.once('readable', resolve));
    body.read(1000);
    // Whatever was to be read ahead has been by then.
    for (let turn = 0; turn < 200; turn++) await new Promise(setImmediate);
    expect(read.length).toBeLessThan(12);
    body.destroy();
    await vi.waitFor(() => expect(closed).toEqual(['a.mp4']), waitLong);
  });

  test('is as long as was foretold, with names of every alphabet', async () => {
    const { closed, entry } = pieces(700_000);
    const entries = [entry('Straße/ä.mp4'), entry('日本/b.mp4'), { ...entry('empty'), sizeBytes: 0 }];
    const chunks: Buffer[] = [];
    for await (const chunk of zipStream(entries, new AbortController().signal)) chunks.push(chunk as Buffer);
    const zip = Buffer.concat(chunks);
    expect(zip.length).toBe(zipLength(entries));
    expect(readZip(zip).map(({ name, bytes }) => [name, bytes.length])).toEqual([
      ['Straße/ä.mp4', 700_000],
      ['日本/b.mp4', 700_000],
      ['empty', 0],
    ]);
    expect(closed).toEqual(['Straße/ä.mp4', '日本/b.mp4', 'empty']);
  });

  test('beyond four gigabytes is counted in larger numbers', () => {
    const gigabyte = 1024 ** 3;
    const small = zipLength([{ name: 'a', sizeBytes: gigabyte }]);
    const large = zipLength([{ name: 'a', sizeBytes: 5 * gigabyte }]);
    expect(large - small).toBe(4 * gigabyte + 8 + 28 + 76);
  });

  test('fails when it is told to stop', async () => {
    const { closed, entry } = pieces(100 * 1024 * 1024);
    const stop = new AbortController();
    const body = zipStream([entry('a.mp4')], stop.signal);
    body.resume();
    const failed = new Promise<Error>((resolve) => body.once('error', resolve));
    body.once('data', () => stop.abort(new Error('the program ends')));
    expect((await failed).message).toBe('the program ends');
    await vi.waitFor(() => expect(closed).toEqual(['a.mp4']), waitLong);
  });
});
