import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { CameraRepository } from '../src/server/camera/camera-repository.ts';
import { CameraService } from '../src/server/camera/camera-service.ts';
import { openDatabase } from '../src/server/db/open.ts';
import type { cameraPatchSchema, CardForecast } from '../src/shared/cameras.ts';
import type { z } from 'zod';
import { handClock } from './scenario.ts';

/** The service on a database of its own with one camera, and what it told others, in order. */
async function useService() {
  const configDir = await mkdtemp(join(tmpdir(), 'viofosync-cameras-'));
  const clock = handClock();
  const db = await openDatabase({ configDir, now: new Date(clock.now()) });
  onTestFinished(async () => {
    await db.destroy();
    await rm(configDir, { recursive: true, force: true });
  });
  const told: string[] = [];
  const cameras = new CameraRepository();
  const service = new CameraService({
    db,
    cameras,
    clock,
    openCamera: () => {
      throw new Error('no camera is asked here');
    },
    runtimeOf: () => undefined,
    onRosterChange: async () => void told.push('roster'),
    onRename: () => void told.push('name'),
    onRulesChange: () => void told.push('rules'),
    onVehicleChange: async (_trx, ids) =>
      void told.push(`car of ${ids.toSorted((a, b) => a - b).join(' and ')}`),
  });
  const { id } = await service.add({ name: 'Car', address: '192.168.1.254' });
  const known = { model: 'A329S', firmware: 'V1', wifi_mac: 'aa', bluetooth_mac: 'bb' };
  await cameras.patch(db, id, known);
  told.length = 0;
  return { service, cameras, db, clock, id, told };
}

describe('a change tells', () => {
  test.each<[string, z.output<typeof cameraPatchSchema>, string[]]>([
    [
      'nothing when all is as it was',
      { name: 'Car', address: '192.168.1.254', enabled: true, parallel: 1 },
      [],
    ],
    ['of a name', { name: 'Van' }, ['name']],
    ['of rules, which stop nothing', { mainRule: 'locked_only', name: 'Van' }, ['rules']],
    ['of the rules of the other address', { alternativeRule: 'nothing' }, ['rules']],
    ['of how many transfers there may be', { parallel: 2, mainRule: 'nothing' }, ['roster']],
    ['of the address', { address: '192.168.1.25' }, ['roster']],
    ['of the alternative address', { alternativeAddress: '192.168.1.25' }, ['roster']],
    ['of the car, to whoever derives its journeys', { vehicle: 'Volvo' }, ['car of 1', 'name']],
    ['of no car where there was none', { vehicle: '' }, []],
    ['of what is read off the card first', { alternativeTriage: false }, ['rules']],
    ['of a camera that is switched off', { enabled: false }, ['roster']],
  ])('%s', async (_name, patch, expected) => {
    const { service, id, told } = await useService();
    await service.update(id, patch);
    expect(told).toEqual(expected);
  });
});

describe('who the camera is', () => {
  const unknown = { model: null, firmware: null, identity: { wifiMac: null, bluetoothMac: null } };

  test('is forgotten with its address, and not with anything else', async () => {
    const { service, id } = await useService();
    const others = { name: 'Van', alternativeAddress: '10.0.0.9', enabled: false, parallel: 2 };
    expect(await service.update(id, others)).toMatchObject({
      model: 'A329S',
      identity: { wifiMac: 'aa', bluetoothMac: 'bb', acceptedAt: null },
    });
    expect(await service.update(id, { address: '192.168.1.25' })).toMatchObject(unknown);
  });

  test('is learned anew once it is accepted, from that moment on', async () => {
    const { service, id, told, clock } = await useService();
    const accepted = await service.accept(id);
    expect(accepted).toMatchObject(unknown);
    expect(accepted.identity.acceptedAt).toBe(clock.now());
    expect(told).toEqual(['roster']);
    const moved = await service.update(id, { address: '192.168.1.25' });
    expect(moved.identity.acceptedAt).toBeNull();
  });

  test('of no camera cannot be accepted', async () => {
    const { service } = await useService();
    await expect(service.accept(99)).rejects.toMatchObject({ code: 'not_found' });
  });
});

test('no two cameras have one name, whatever its case; one that names itself finds a free one', async () => {
  const { service, id } = await useService();
  const [{ name } = { name: '' }] = await service.list();
  const other = { name: name.toUpperCase(), address: '10.0.0.9' };
  await expect(service.add(other)).rejects.toMatchObject({ code: 'conflict' });
  await service.ensure('10.0.0.9');
  await service.ensure('10.0.0.10');
  const names = (await service.list()).map((camera) => camera.name.toLowerCase());
  expect(new Set(names).size).toBe(3);
  await expect(service.update(id, { name: 'dashcam' })).rejects.toMatchObject({ code: 'conflict' });
  expect(await service.update(id, { name })).toMatchObject({ name });
});

test('a taken-over alternative address that is the main one is left out', async () => {
  const { service } = await useService();
  await service.ensure('10.0.0.9', 'http://10.0.0.9/');
  expect((await service.list())[1]).toMatchObject({ address: '10.0.0.9', alternativeAddress: null });
});

test('a forecast is shown when it can be read, and is none otherwise', async () => {
  const { service, cameras, db, id } = await useService();
  const forecast: CardForecast = {
    at: 1,
    freeBytes: null,
    cardBytes: null,
    waitingClips: 1,
    waitingBytes: 2,
    atRiskClips: 0,
    bytesPerRecordedHour: null,
    bytesPerDay: null,
    oldestWaiting: null,
  };
  for (const [text, expected] of [
    [JSON.stringify(forecast), forecast],
    ['{"at":1}', null],
    ['not JSON', null],
    [null, null],
  ] as const) {
    await cameras.patch(db, id, { forecast: text });
    expect((await service.list())[0]!.forecast).toEqual(expected);
  }
});

test('a camera that goes from one car to another changes both', async () => {
  const { service, id, told } = await useService();
  const other = await service.add({ name: 'Rear', address: '192.168.1.3', alternativeAddress: undefined });
  const third = await service.add({ name: 'Third', address: '192.168.1.4', alternativeAddress: undefined });
  for (const one of [id, other.id]) await service.update(one, { vehicle: 'Volvo' });
  await service.update(third.id, { vehicle: 'Van' });
  told.length = 0;
  const moved = await service.update(id, { vehicle: 'Van' });
  expect(moved).toMatchObject({ vehicle: 'Van', mainTriage: true, alternativeTriage: true });
  expect(told).toEqual([`car of ${[id, other.id, third.id].join(' and ')}`, 'name']);
});
