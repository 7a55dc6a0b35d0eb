import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { readWhole } from '../simulator/pattern-source.ts';
import type { CardEntry } from '../simulator/card.ts';
import type { SimulatedCamera } from '../simulator/simulated-camera.ts';
import { routes } from '../src/shared/routes.ts';
import { archiveFiles, expectInvariants } from './invariants.ts';
import {
  addDrive,
  bytesDownloaded,
  clipNamed,
  downloadsOf,
  expectSameBytes,
  rangeStart,
  sha256,
  untilArchived,
  untilListedAgain,
  useApp,
  useCamera,
  waitLong,
} from './scenario.ts';
import type { TestApp } from './test-app.ts';

const bytes = 900_000;
const seam = 64 * 1024;

interface Interrupted {
  camera: SimulatedCamera;
  app: TestApp;
  entry: CardEntry;
  whole: Buffer;
  part: string;
  /** Bytes in the part. */
  have: number;
  target: string;
  /** Downloads asked for before the program was stopped. */
  asked: number;
}

/** A program that was stopped in the middle of a clip: its row, its part row and its part file are there. */
async function interrupted(): Promise<Interrupted> {
  const camera = await useCamera();
  camera.faults.set({ stallAfterBytes: 400_000, limit: 1 });
  const [entry] = addDrive(camera, { clips: 1, bytes });
  const app = await useApp({ cameraAddress: camera.address });
  await vi.waitFor(() => expect(bytesDownloaded(camera)).toBeGreaterThanOrEqual(400_000), waitLong);
  // What is sent takes some turns of the event loop to be read.
  for (let turn = 0; turn < 10; turn++) await app.call(routes.getHealth);
  await app.call(routes.pauseSync);
  await vi.waitFor(async () => {
    const { cameras } = await app.call(routes.getStatus);
    expect(cameras[0]!.activity).toBe('paused');
  }, waitLong);
  const target = join(app.recordings, '2026-06-28', entry!.name);
  const whole = await readWhole(entry!.source);
  const part = `${target}.part`;
  const { size } = await stat(part);
  expect(size).toBeGreaterThan(150_000);
  expect((await readFile(part)).equals(whole.subarray(0, size))).toBe(true);
  return { camera, app, entry: entry!, whole, part, have: size, target, asked: downloadsOf(camera).length };
}

async function goOn({ app, camera, entry }: Interrupted): Promise<void> {
  await app.restart();
  await app.call(routes.resumeSync);
  await untilArchived(app, 1);
  await expectSameBytes(app, [entry]);
  expect((await archiveFiles(app.recordings)).filter((path) => path.endsWith('.part'))).toEqual([]);
  expect(await app.app.db.selectFrom('part').selectAll().execute()).toEqual([]);
  await expectInvariants(app, camera);
}

test('killed between two bytes: the part is gone on with', async () => {
  const state = await interrupted();
  await state.app.app.db.updateTable('clip').set({ state: 'transferring' }).execute();
  await goOn(state);
  expect(downloadsOf(state.camera).slice(state.asked).map(rangeStart)).toEqual([state.have - seam]);
});

test('killed when all bytes were there: nothing is fetched again', async () => {
  const state = await interrupted();
  await writeFile(state.part, state.whole);
  await state.app.app.db.updateTable('clip').set({ state: 'transferring' }).execute();
  await goOn(state);
  expect(downloadsOf(state.camera)).toHaveLength(state.asked);
});

test('killed between the rename and the row: the file in its place is known again by its hash', async () => {
  const state = await interrupted();
  await writeFile(state.part, state.whole);
  await rename(state.part, state.target);
  const hash = await sha256(state.entry.source);
  await state.app.app.db.updateTable('part').set({ sha256: hash, total_bytes: bytes }).execute();
  await state.app.app.db.updateTable('clip').set({ state: 'transferring' }).execute();
  await goOn(state);
  expect(downloadsOf(state.camera)).toHaveLength(state.asked);
  expect(await clipNamed(state.app, state.entry.name)).toMatchObject({
    sha256: hash,
    path: `2026-06-28/${state.entry.name}`,
  });
});

test('after a power cut only the bytes known to be on the disk are trusted', async () => {
  const state = await interrupted();
  const durable = state.have - 50_000;
  const torn = Buffer.concat([state.whole.subarray(0, durable), Buffer.alloc(state.have - durable)]);
  await writeFile(state.part, torn);
  await state.app.app.db
    .updateTable('part')
    .set({ boot_id: 'another boot', durable_bytes: durable })
    .execute();
  await goOn(state);
  expect(downloadsOf(state.camera).slice(state.asked).map(rangeStart)).toEqual([durable - seam]);
});

test('a part whose last bytes are not those of the clip begins anew', async () => {
  const state = await interrupted();
  const torn = Buffer.concat([state.whole.subarray(0, state.have - 10_000), Buffer.alloc(10_000)]);
  await writeFile(state.part, torn);
  await state.app.restart();
  await state.app.call(routes.resumeSync);
  await vi.waitFor(
    async () => expect((await clipNamed(state.app, state.entry.name)).last_error).toMatch(/has changed/),
    waitLong,
  );
  await state.app.app.db.updateTable('clip').set({ next_attempt_at: null }).execute();
  await goOn(state);
});

test('a part row whose file is gone begins anew', async () => {
  const state = await interrupted();
  await rm(state.part);
  await goOn(state);
  expect(downloadsOf(state.camera).slice(state.asked).map(rangeStart)).toEqual([0]);
});

test('a part file that no row knows of is not trusted', async () => {
  const state = await interrupted();
  await writeFile(state.part, Buffer.alloc(500_000, 9));
  await state.app.app.db.deleteFrom('part').execute();
  await goOn(state);
  expect(downloadsOf(state.camera).slice(state.asked).map(rangeStart)).toEqual([0]);
});

test('a part of a file that has changed on the camera is dropped', async () => {
  const state = await interrupted();
  await state.app.app.db.updateTable('part').set({ remote_timecode: 1 }).execute();
  await goOn(state);
  expect(downloadsOf(state.camera).slice(state.asked).map(rangeStart)).toEqual([0]);
});

test('a part longer than its clip begins anew', async () => {
  const state = await interrupted();
  await writeFile(state.part, Buffer.alloc(bytes + 5, 3));
  await goOn(state);
});

test("a stranger's file in the place of a finished part is left alone", async () => {
  const state = await interrupted();
  await writeFile(state.target, 'mine');
  await state.app.restart();
  await state.app.call(routes.resumeSync);
  await untilArchived(state.app, 1);
  await expectSameBytes(state.app, [state.entry]);
  expect(await archiveFiles(state.app.recordings)).toHaveLength(3);
  expect(downloadsOf(state.camera).slice(state.asked).map(rangeStart)).toEqual([state.have - seam]);
  expect(await readFile(state.target, 'utf8')).toBe('mine');
}, 30_000);

test('a database that is gone takes over the files it finds and fetches nothing twice', async () => {
  const camera = await useCamera();
  const entries = addDrive(camera, { clips: 3, bytes: 30_000 });
  const app = await useApp({ cameraAddress: camera.address });
  await untilArchived(app, 3);
  const asked = downloadsOf(camera).length;
  await app.app.stop();
  for (const name of ['viofosync.db', 'viofosync.db-wal', 'viofosync.db-shm'])
    await rm(join(app.configDir, name), { force: true });
  await mkdir(app.configDir, { recursive: true });
  await app.restart();
  await untilArchived(app, 3);
  await untilListedAgain(camera);
  expect(downloadsOf(camera)).toHaveLength(asked);
  await expectSameBytes(app, entries);
  await expectInvariants(app, camera);
});
