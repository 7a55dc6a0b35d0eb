import { describe, expect, test, vi } from 'vitest';
import type { SimulatedCamera } from '../simulator/simulated-camera.ts';
import { localTime } from '../simulator/times.ts';
import type { Camera } from '../src/shared/cameras.ts';
import { routes } from '../src/shared/routes.ts';
import { expectInvariants } from './invariants.ts';
import {
  addDrive,
  allClips,
  expectSameBytes,
  untilArchived,
  untilListedAgain,
  useApp,
  useCamera,
  waitLong,
} from './scenario.ts';
import type { TestApp } from './test-app.ts';

const bytes = 10_000;
/** Enough to tell one card from another: 21 begin within the span of the other one. */
const drive = { clips: 22, bytes };
const sameTime = localTime(2026, 6, 28, 13, 0, 5);

/** The twin's card holds a drive of the same time as ours. */
async function useTwins(options: { bluetoothMac?: null } = {}): Promise<SimulatedCamera> {
  const camera = await useCamera(options);
  addDrive(camera, drive);
  addDrive(camera.twinDevice, { ...drive, start: sameTime });
  return camera;
}

async function useArchive(camera: SimulatedCamera): Promise<TestApp> {
  const app = await useApp({ cameraAddress: camera.address });
  await untilArchived(app, camera.card.entries.length);
  await untilListedAgain(camera);
  return app;
}

async function cameraOf(app: TestApp): Promise<Camera> {
  return (await app.call(routes.listCameras)).cameras[0]!;
}

const storyOf = async (app: TestApp) =>
  (await allClips(app)).map(({ name, state, path }) => ({ name, state, path }));

/** Drives off; somebody else comes to the address. */
async function exchange(
  app: TestApp,
  camera: SimulatedCamera,
  persona: 'viofo' | 'same-model',
): Promise<void> {
  await camera.goAway();
  await vi.waitFor(async () => expect((await cameraOf(app)).activity).toBe('away'), waitLong);
  camera.faults.set({ persona });
  await camera.comeBack();
}

async function expectStranger(app: TestApp, message: RegExp): Promise<void> {
  await vi.waitFor(async () => {
    const { cameras, problems } = await app.call(routes.getStatus);
    expect(cameras[0]).toMatchObject({ activity: 'stranger', message: expect.stringMatching(message) });
    expect(problems.map(({ key, message: text }) => [key, message.test(text)])).toEqual([
      ['camera:1:stranger', true],
    ]);
  }, waitLong);
}

async function expectHere(app: TestApp): Promise<void> {
  await vi.waitFor(async () => {
    const { cameras, problems } = await app.call(routes.getStatus);
    expect([cameras[0]!.activity, problems]).toEqual(['idle', []]);
  }, waitLong);
}

describe('nothing of a stranger enters the ledger, and our camera is known again', () => {
  test.each([
    ['another web server', 'router', /some other device/],
    ['another model', 'other-camera', /A119MINI2.*A229P/],
    ['the same model with another Bluetooth MAC', 'same-model', /same model/],
  ] as const)('%s', async (_name, persona, message) => {
    const camera = await useTwins();
    addDrive(camera.otherDevice, { ...drive, start: sameTime });
    const app = await useArchive(camera);
    const before = await storyOf(app);
    camera.faults.set({ persona });
    await expectStranger(app, message);
    expect(await storyOf(app)).toEqual(before);
    camera.faults.clear();
    await expectHere(app);
    expect(await storyOf(app)).toEqual(before);
    await expectInvariants(app, camera);
  });

  test('the same model without a MAC, by its card', async () => {
    const camera = await useTwins({ bluetoothMac: null });
    const app = await useArchive(camera);
    const before = await storyOf(app);
    const seen = (await cameraOf(app)).lastListing;
    await exchange(app, camera, 'same-model');
    await expectStranger(app, /22 videos .* none of them is known/);
    expect(await storyOf(app)).toEqual(before);
    expect((await cameraOf(app)).lastListing?.clips).toEqual(seen?.clips);
    await exchange(app, camera, 'viofo');
    await expectHere(app);
    await expectInvariants(app, camera);
  });
});

describe('still our camera', () => {
  test('with a formatted card, also without a MAC', async () => {
    const camera = await useCamera({ bluetoothMac: null });
    const entries = addDrive(camera, drive);
    const app = await useArchive(camera);
    await camera.goAway();
    await vi.waitFor(async () => expect((await cameraOf(app)).activity).toBe('away'), waitLong);
    camera.card.clear();
    const later = addDrive(camera, { ...drive, start: localTime(2026, 6, 29, 8) });
    await camera.comeBack();
    await untilArchived(app, entries.length + later.length);
    await expectSameBytes(app, later);
    await expectHere(app);
  });

  test('with another firmware, which is noted', async () => {
    const camera = await useTwins();
    const app = await useArchive(camera);
    expect((await cameraOf(app)).firmware).toBe('VIOFO_A229P_V1.3_250120');
    camera.device.firmware = 'VIOFO_A229P_V1.4_260101';
    await vi.waitFor(
      async () => expect((await cameraOf(app)).firmware).toBe('VIOFO_A229P_V1.4_260101'),
      waitLong,
    );
    await expectHere(app);
    expect(app.log.map((line) => line['msg'])).toContain('the camera has another firmware');
  });

  test('when a person says so: what was known is forgotten, and its card is fetched', async () => {
    const camera = await useTwins();
    const app = await useArchive(camera);
    const { id, identity } = await cameraOf(app);
    expect(identity).toEqual({
      wifiMac: null,
      bluetoothMac: camera.device.bluetoothMac?.toLowerCase(),
      acceptedAt: null,
    });
    await exchange(app, camera, 'same-model');
    await expectStranger(app, /same model/);
    const accepted = await app.call(routes.acceptCamera, { params: { id } });
    expect(accepted).toMatchObject({ model: null, firmware: null, identity: { bluetoothMac: null } });
    expect(accepted.identity.acceptedAt).not.toBeNull();
    await untilArchived(app, 2 * drive.clips);
    await expectHere(app);
    expect((await cameraOf(app)).identity.bluetoothMac).toBe(camera.twinDevice.bluetoothMac?.toLowerCase());
    await exchange(app, camera, 'viofo');
    await expectStranger(app, /same model/);
  });

  test('when a person says so of a card that none of the clips is known of', async () => {
    const camera = await useTwins({ bluetoothMac: null });
    const app = await useArchive(camera);
    await exchange(app, camera, 'same-model');
    await expectStranger(app, /none of them is known/);
    const { id } = await cameraOf(app);
    await app.call(routes.acceptCamera, { params: { id } });
    await untilArchived(app, 2 * drive.clips);
    await expectHere(app);
  });
});

describe('addresses', () => {
  test('the alternative one serves while packets to the main one are swallowed', async () => {
    const silent = await useCamera();
    await silent.goAway('black-hole');
    const camera = await useCamera();
    const entries = addDrive(camera, { clips: 2, bytes });
    const app = await useApp();
    const body = { name: 'Car', address: silent.address, alternativeAddress: camera.address };
    await app.call(routes.addCamera, { body });
    await untilArchived(app, 2);
    await expectSameBytes(app, entries);
    const { visits } = await app.call(routes.listVisits, { query: {} });
    expect(visits[0]).toMatchObject({ connection: 'alternative', address: camera.address });
  });

  test('an IPv6 one with a port is tried, listed and fetched from', async () => {
    const camera = await useCamera({ host: '::1' });
    const entries = addDrive(camera, { clips: 2, bytes });
    const app = await useApp();
    const body = { address: camera.address };
    expect(await app.call(routes.testCamera, { body })).toMatchObject({ ok: true, model: 'A229P' });
    const added = await app.call(routes.addCamera, { body: { name: 'Car', ...body } });
    expect(added.address).toBe(camera.address);
    await untilArchived(app, 2);
    await expectSameBytes(app, entries);
  });

  test('one cannot be the main and the alternative one of a camera', async () => {
    const app = await useApp();
    const address = '127.0.0.1:9';
    const twice = { name: 'Car', address, alternativeAddress: `http://${address}/` };
    await expect(app.call(routes.addCamera, { body: twice })).rejects.toThrow(/main address already/);
    const { id } = await app.call(routes.addCamera, { body: { name: 'Car', address } });
    const body = { alternativeAddress: address };
    await expect(app.call(routes.updateCamera, { params: { id }, body })).rejects.toThrow(
      /main address already/,
    );
    const swapped = { address: '127.0.0.1:10', alternativeAddress: address };
    expect(await app.call(routes.updateCamera, { params: { id }, body: swapped })).toMatchObject(swapped);
  });
});

test('rules and the number of transfers are kept, and a new address forgets who was there', async () => {
  const camera = await useCamera();
  addDrive(camera, { clips: 1, bytes });
  const app = await useArchive(camera);
  const { id, model, mainRule, parallel, forecast, transfers } = await cameraOf(app);
  expect({ model, mainRule, parallel, transfers }).toEqual({
    model: 'A229P',
    mainRule: 'everything',
    parallel: 1,
    transfers: [],
  });
  expect(forecast === null || forecast.waitingClips === 0).toBe(true);
  const body = { mainRule: 'locked_only', alternativeRule: 'nothing', parallel: 2 } as const;
  expect(await app.call(routes.updateCamera, { params: { id }, body })).toMatchObject({
    ...body,
    model: 'A229P',
  });
  const moved = await app.call(routes.updateCamera, { params: { id }, body: { address: '127.0.0.1:9' } });
  expect(moved).toMatchObject({ model: null, firmware: null, identity: { bluetoothMac: null }, ...body });
});
