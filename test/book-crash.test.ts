import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { seededRandom } from '../simulator/random.ts';
import { addDrive, useCamera, waitLong } from './scenario.ts';
import { startServer } from './server-process.ts';

const add = async (url: string, name: string) =>
  fetch(`${url}/api/places`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify({ name, latitude: 51.5, longitude: -0.1, radiusM: 100 }),
  });

const namesIn = (text: string) =>
  (JSON.parse(text) as { places: { name: string }[] }).places.map(({ name }) => name);

test('kill -9 while the book is written leaves it whole, and a new database reads it', async () => {
  const home = await mkdtemp(join(tmpdir(), 'viofosync-book-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const recordings = join(home, 'recordings');
  const book = join(recordings, '.viofosync');
  const random = seededRandom(7);
  let count = 0;
  for (let kills = 0; kills < 3; kills++) {
    const server = await startServer({ configDir: join(home, 'config'), recordings });
    await vi.waitFor(async () => expect(await readdir(recordings)).toContain('.viofosync-archive'), waitLong);
    const calls: Promise<unknown>[] = [];
    const goal = 10 + Math.floor(random() * 20);
    for (let i = 0; i < goal; i++) {
      calls.push(add(server.url, `Place ${count++}`).catch(() => undefined));
      if (i % 5 === 0) await Promise.race(calls.slice(-1));
    }
    await vi.waitFor(async () => expect(await readdir(book)).toContain('places.json'), waitLong);
    await server.kill();
    expect(namesIn(await readFile(join(book, 'places.json'), 'utf8')).length).toBeGreaterThan(0);
  }
  const kept = namesIn(await readFile(join(book, 'places.json'), 'utf8'));
  const server = await startServer({ configDir: join(home, 'new config'), recordings });
  await vi.waitFor(async () => {
    const answer = (await (await fetch(`${server.url}/api/places`)).json()) as { places: { name: string }[] };
    expect(answer.places.map(({ name }) => name)).toEqual(expect.arrayContaining(kept));
  }, waitLong);
  await add(server.url, 'One more');
  await vi.waitFor(async () => {
    expect(await readFile(join(book, 'places.json'), 'utf8')).toContain('One more');
    expect((await readdir(book)).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  }, waitLong);
  expect(await server.end('SIGTERM')).toBe(0);
}, 120_000);

const send = async (url: string, method: string, path: string, body: unknown) =>
  fetch(`${url}/api/${path}`, {
    method,
    headers: { 'content-type': 'application/json', origin: url },
    body: JSON.stringify(body),
  });

const clipsOf = async (url: string, state: string) => {
  const answer = await fetch(`${url}/api/queue?state=${state}&limit=500`);
  return ((await answer.json()) as { items: { id: number; name: string }[] }).items;
};

test('kill -9 while decisions are written leaves each file whole, and a new database knows what was decided', async () => {
  const home = await mkdtemp(join(tmpdir(), 'viofosync-decisions-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const camera = await useCamera();
  const clips = 60;
  const recordings = join(home, 'recordings');
  const folder = join(recordings, '.viofosync/decisions');
  const skipped = async () => {
    const names = await readdir(folder).catch(() => []);
    const texts = await Promise.all(
      names.filter((name) => name.endsWith('.json')).map((name) => readFile(join(folder, name), 'utf8')),
    );
    return texts.flatMap((text) =>
      (JSON.parse(text) as { decisions: { name: string }[] }).decisions.map(({ name }) => name),
    );
  };
  const random = seededRandom(11);
  for (let kills = 0; kills < 3; kills++) {
    const server = await startServer({ configDir: join(home, 'config'), recordings });
    if (kills === 0) {
      await send(server.url, 'POST', 'cameras', { name: 'Dashcam', address: camera.address });
      await send(server.url, 'PATCH', 'cameras/1', { mainRule: 'nothing' });
      addDrive(camera, { clips, bytes: 3000 });
    }
    await vi.waitFor(
      async () => expect((await clipsOf(server.url, 'held')).length).toBeGreaterThan(9),
      waitLong,
    );
    const held = await clipsOf(server.url, 'held');
    const before = (await skipped()).length;
    const calls: Promise<unknown>[] = [];
    for (const { id } of held.slice(0, 5 + Math.floor(random() * 10)))
      calls.push(send(server.url, 'POST', 'queue/skip', { clipIds: [id] }).catch(() => undefined));
    await vi.waitFor(async () => expect((await skipped()).length).toBeGreaterThan(before), waitLong);
    await server.kill();
    await Promise.all(calls);
  }
  const told = await skipped();
  const server = await startServer({ configDir: join(home, 'new config'), recordings });
  await vi.waitFor(async () => {
    const names = (await clipsOf(server.url, 'skipped')).map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(told));
    expect((await clipsOf(server.url, 'held')).length + names.length).toBe(clips);
  }, waitLong);
  // The next write clears away what those that were cut off have left.
  const [one] = await clipsOf(server.url, 'held');
  await send(server.url, 'POST', 'queue/skip', { clipIds: [one?.id ?? 0] });
  await vi.waitFor(async () => expect(await skipped()).toContain(one?.name), waitLong);
  await vi.waitFor(
    async () => expect((await readdir(folder)).filter((name) => name.endsWith('.tmp'))).toEqual([]),
    waitLong,
  );
  expect(await server.end('SIGTERM')).toBe(0);
}, 120_000);
