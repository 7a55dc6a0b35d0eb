import { afterEach, beforeEach, expect, test } from 'vitest';
import { ControlServer } from './control.ts';
import { startSimulatedCamera } from './simulated-camera.ts';
import type { SimulatedCamera } from './simulated-camera.ts';
import { rawGet } from './test-support.ts';

let camera: SimulatedCamera;
let control: ControlServer;

beforeEach(async () => {
  camera = await startSimulatedCamera();
  control = new ControlServer(camera);
  await control.start();
});
afterEach(async () => {
  await control.stop();
  await camera.stop();
});

async function post(action: string, body: unknown = {}) {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const reply = await fetch(`${control.url}/${action}`, { method: 'POST', body: text });
  return { status: reply.status, body: await reply.json() };
}

const get = (what = '') => fetch(`${control.url}/${what}`).then((reply) => reply.json());

test('tells the state of the camera', async () => {
  expect(await get()).toMatchObject({
    address: camera.address,
    away: null,
    recording: false,
    card: { files: 0 },
    violations: [],
  });
});

test('sets the named faults, keeps the others, and clears them', async () => {
  camera.faults.set({ latencyMs: 3 });
  expect((await post('faults', { bytesPerSecond: 1000 })).body).toMatchObject({
    latencyMs: 3,
    bytesPerSecond: 1000,
  });
  expect(camera.faults.current).toMatchObject({ latencyMs: 3, bytesPerSecond: 1000 });
  await post('clear');
  expect(camera.faults.current).toMatchObject({ latencyMs: 0, bytesPerSecond: null });
});

test('says what is wrong with a fault', async () => {
  const { status, body } = await post('faults', { dropAfterBytes: 'many', speed: 1 });
  expect(status).toBe(400);
  expect(body.error).toContain('dropAfterBytes');
  expect(body.error).toContain('speed');
});

test('sends the camera away and brings it back', async () => {
  expect((await post('away')).body).toMatchObject({ away: 'refuse' });
  expect((await rawGet(camera, '/')).ended).toBe('reset');
  expect((await post('back')).body).toMatchObject({ away: null });
  expect((await rawGet(camera, '/')).ended).toBe('cleanly');
  expect((await post('away', { how: 'black-hole' })).body).toMatchObject({ away: 'black-hole' });
  expect((await post('clear')).body).toMatchObject({ away: null });
});

test('adds, locks and deletes captures', async () => {
  const { body } = await post('capture', { channels: ['front', 'rear'], sizeBytes: 20_000 });
  expect(body).toMatchObject([{ sizeBytes: 20_000, attribute: 32 }, { attribute: 32 }]);
  const locked = await post('lock', { path: body[0].path });
  expect(locked.body).toMatchObject({ attribute: 33, path: body[0].path.replace('/Movie/', '/Movie/RO/') });
  await post('delete', { path: body[1].path });
  expect(await get('files')).toMatchObject([{ path: locked.body.path }]);
  expect((await post('delete', { path: body[1].path })).status).toBe(404);
  expect((await post('lock', { path: '/nowhere' })).body.error).toContain('/nowhere');
});

test('records a capture that grows and ends', async () => {
  await post('record', { channels: ['front'], sizeBytes: 100_000 });
  expect(camera.device.isRecording).toBe(true);
  await post('grow', { fraction: 0.4 });
  expect((await post('grow', { fraction: 0.8 })).body).toMatchObject([
    { sizeBytes: 80_000, listedBytes: 40_000, recording: true },
  ]);
  expect((await post('finish')).body).toMatchObject([{ sizeBytes: 100_000, recording: false }]);
});

test('jumps the clock and formats the card', async () => {
  const before = +camera.clock.local();
  const { body } = await post('clock', { jumpSeconds: 7200 });
  expect(+new Date(body.local) - before).toBeGreaterThanOrEqual(7_200_000);
  camera.card.overwritten.length = 0;
  await post('capture');
  expect((await post('format')).body).toMatchObject({ card: { files: 0 } });
});

test('shows the requests of the camera and none of its own', async () => {
  await rawGet(camera, '/?custom=1&cmd=3016');
  expect(await get('requests')).toMatchObject([{ target: '/?custom=1&cmd=3016', status: 200 }]);
});

test('names what there is when asked for what there is not', async () => {
  expect((await post('explode')).body.error).toContain('faults');
  expect((await post('constructor')).status).toBe(404);
  expect((await get('nothing')).error).toContain('/requests');
  expect((await post('away', '{broken')).status).toBe(400);
});
