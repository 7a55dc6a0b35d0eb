import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startSimulatedCamera, type SimulatedCamera } from '../simulator/simulated-camera.ts';
import { routes } from '../src/shared/routes.ts';
import { addDrive, untilArchived, waitLong } from './scenario.ts';
import { startTestApp, type TestApp } from './test-app.ts';

let camera: SimulatedCamera;
let app: TestApp;

beforeAll(async () => {
  camera = await startSimulatedCamera();
  addDrive(camera, { clips: 3, bytes: 40_000 });
  app = await startTestApp({ cameraAddress: camera.address });
  await untilArchived(app, 3);
});
afterAll(async () => {
  await app.close();
  await camera.stop();
});

const jobs = async () => (await app.call(routes.listJobs)).jobs;
const jobOf = async (id: string) => (await jobs()).find((job) => job.id === id);
const cancel = (id: string) => app.call(routes.cancelJob, { params: { id } });

test('what does not work is not in the list', async () => {
  await vi.waitFor(async () => expect(await jobs()).toEqual([]), waitLong);
  await expect(cancel('sweep')).rejects.toMatchObject({ status: 404 });
});

test('a check that stands aside says why, how far it is, and is ended from the list', async () => {
  const { captures } = await app.call(routes.getDay, { params: { day: '2026-06-28' } });
  await (await app.fetch(`/api/clips/${captures[0]!.clips[0]!.id}/video`)).arrayBuffer();
  await app.call(routes.startArchiveCheck);
  await vi.waitFor(
    async () =>
      expect(await jobOf('check')).toMatchObject({
        kind: 'check',
        state: 'waiting',
        done: 0,
        total: 3,
        canCancel: true,
      }),
    waitLong,
  );
  expect((await jobOf('check'))!.reason).toContain('plays');
  expect((await cancel('check')).jobs.map(({ id }) => id)).not.toContain('check');
  expect((await app.call(routes.getArchiveCheck)).state).toBe('stopped');
  await expect(cancel('check')).rejects.toMatchObject({ status: 404 });
});

test('an import that waits for a person is in the list until it is ended', async () => {
  const folder = join(app.recordings, 'import');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, '2026_0701_080000_0009F.MP4'), Buffer.alloc(50_000, 1));
  const { id } = await app.call(routes.planImport, { body: { path: folder } });
  await vi.waitFor(
    async () => expect((await app.call(routes.getImport, { params: { id } })).state).toBe('ready'),
    waitLong,
  );
  // Nothing works at it while a person decides.
  expect(await jobOf(`import:${id}`)).toBeUndefined();
  await app.app.db.updateTable('import').set({ state: 'paused' }).where('id', '=', id).execute();
  expect(await jobOf(`import:${id}`)).toMatchObject({ kind: 'import', state: 'paused', about: folder });
  await cancel(`import:${id}`);
  expect((await app.call(routes.getImport, { params: { id } })).state).toBe('cancelled');
  expect(await jobOf(`import:${id}`)).toBeUndefined();
});
