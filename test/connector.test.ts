import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { SimulatedCamera } from '../simulator/simulated-camera.ts';
import { parseCameraAddress } from '../src/server/camera/address.ts';
import { CameraRepository } from '../src/server/camera/camera-repository.ts';
import type { HfsLimits } from '../src/server/camera/hfs-limits.ts';
import { NovatekCamera } from '../src/server/camera/novatek-camera.ts';
import { openDatabase } from '../src/server/db/open.ts';
import type { CameraRow } from '../src/server/db/schema.ts';
import { Connector, type Contact, type Link } from '../src/server/sync/connector.ts';
import { addDrive, handClock, useCamera } from './scenario.ts';

const never = new AbortController().signal;
const withoutMac = { bluetoothMac: null };
const drive = { clips: 30, bytes: 10_000 };

interface BenchOptions {
  address: string;
  alternative?: string | null;
  row?: Partial<CameraRow>;
  limits?: Partial<HfsLimits>;
  graceMs?: number;
  neighbours?: Record<string, string>;
}

/** A connector for one camera of a database that knows another one as well. */
async function useConnector(options: BenchOptions) {
  const configDir = await mkdtemp(join(tmpdir(), 'viofosync-connector-'));
  const clock = handClock();
  const db = await openDatabase({ configDir, now: new Date(clock.now()) });
  const links: Link[] = [];
  onTestFinished(async () => {
    for (const { camera } of links) camera.close();
    await db.destroy();
    await rm(configDir, { recursive: true, force: true });
  });
  const cameras = new CameraRepository();
  const common = { archive_folder: '', enabled: 1 as const, created_at: 0 };
  const { id } = await cameras.insert(db, {
    ...common,
    name: 'Car',
    address: options.address,
    alternative_address: options.alternative ?? null,
    ...options.row,
  });
  const van = await cameras.insert(db, { ...common, name: 'Van', address: 'van', alternative_address: null });
  const openCamera = (text: string, parallel: number) => {
    const address = parseCameraAddress(text);
    if ('error' in address) throw new Error(address.error);
    return new NovatekCamera({ address, parallel, limits: { retryDelayMs: 0, ...options.limits } });
  };
  const row = async () => (await cameras.byId(db, id))!;
  const connect = async () =>
    new Connector({
      row: await row(),
      db,
      cameras,
      clock,
      log: pino({ level: 'silent' }),
      openCamera,
      neighbourMac: async (address) => options.neighbours?.[address] ?? null,
      ...(options.graceMs !== undefined && { graceMs: options.graceMs }),
    });
  let connector = await connect();
  return {
    db,
    cameras,
    clock,
    van,
    row,
    /** Begins anew with the row as it is. */
    async restart() {
      connector = await connect();
    },
    async look(signal = never): Promise<Contact> {
      const contact = await connector.look(signal);
      if (contact.kind === 'here') links.push(contact.link);
      return contact;
    },
    async link(): Promise<Link> {
      const contact = await this.look();
      if (contact.kind !== 'here') throw new Error(`${contact.kind}: ${contact.reason}`);
      return contact.link;
    },
    isSure: (link: Link) => connector.isSure(link),
    confirm: (link: Link) => connector.confirm(link, never),
    judge: async (link: Link) => connector.judgeListing(link, (await link.camera.list(never)).files),
    /** As if everything on the card had been listed and folded in. */
    async know(camera: SimulatedCamera, gone = false) {
      for (const { name, startedLocal } of camera.card.entries) {
        const local = startedLocal.toISOString().slice(0, 19);
        const when = { started_at: +startedLocal, local_start: local, local_day: local.slice(0, 10) };
        const shared = { ...when, camera_id: id, kind: 'normal' as const, locked: 0 as const };
        const capture = await db
          .insertInto('capture')
          .values(shared)
          .returning('id')
          .executeTakeFirstOrThrow();
        const clip = {
          ...shared,
          capture_id: capture.id,
          name,
          generation: 0,
          channel: 'front' as const,
          container: 'mp4' as const,
          zone_offset_min: 0,
          time_source: 'setting' as const,
          kept: 0 as const,
          state: 'archived' as const,
          state_at: 0,
          attempts: 0,
          remote_volume: 'A',
          remote_size_exact: 1 as const,
          remote_seen_at: 1,
          remote_gone_at: gone ? 2 : null,
          origin: 'sync' as const,
        };
        await db.insertInto('clip').values(clip).execute();
      }
    },
  };
}

/** Takes connections and never says a word, as an address whose packets are swallowed. */
async function useSilence() {
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket
      .on('error', () => undefined)
      .on('close', () => sockets.delete(socket))
      .resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  const { port } = server.address() as AddressInfo;
  return { address: `127.0.0.1:${port}`, open: () => sockets.size, connections: () => connections };
}

const asked = (camera: SimulatedCamera, cmd: number) =>
  camera.requests.filter(({ target }) => target.includes(`cmd=${cmd}`)).length;
const listings = (camera: SimulatedCamera) => asked(camera, 3015);

describe('two addresses', () => {
  test('the alternative one is taken while the main one says nothing, and the main one is let go', async () => {
    const silence = await useSilence();
    const camera = await useCamera();
    const bench = await useConnector({ address: silence.address, alternative: camera.address, graceMs: 10 });
    expect(await bench.look()).toMatchObject({
      kind: 'here',
      link: { address: camera.address, connection: 'alternative' },
    });
    expect(silence.connections()).toBe(1);
    await vi.waitFor(() => expect(silence.open()).toBe(0));
  });

  test('the main one wins when the camera answers at both, although it is the slower', async () => {
    const slow = await useCamera();
    slow.faults.set({ latencyMs: 100 });
    const quick = await useCamera();
    const bench = await useConnector({ address: slow.address, alternative: quick.address, graceMs: 60_000 });
    expect(await bench.look()).toMatchObject({ kind: 'here', link: { connection: 'main' } });
    expect(quick.requests.length).toBeLessThanOrEqual(1);
  });

  test('written alike they are one', async () => {
    const silence = await useSilence();
    const { address } = silence;
    const bench = await useConnector({ address, alternative: address, limits: { commandMs: 20 } });
    expect((await bench.look()).kind).toBe('away');
    expect(silence.connections()).toBe(1);
  });

  test('our camera at the alternative one is found although something else has the main one', async () => {
    const router = await useCamera();
    router.faults.set({ persona: 'router' });
    const camera = await useCamera();
    const bench = await useConnector({ address: router.address, alternative: camera.address });
    expect(await bench.look()).toMatchObject({ kind: 'here', link: { connection: 'alternative' } });
  });

  test('a stranger is told before an absence', async () => {
    const router = await useCamera();
    router.faults.set({ persona: 'router' });
    for (const [address, alternative] of [
      [router.address, '127.0.0.1:9'],
      ['127.0.0.1:9', router.address],
    ] as const) {
      const bench = await useConnector({ address, alternative });
      expect(await bench.look()).toMatchObject({
        kind: 'stranger',
        reason: expect.stringContaining(router.address),
      });
    }
  });
});

describe('an absent camera', () => {
  test('costs its addresses one attempt each look', async () => {
    const [one, two] = [await useSilence(), await useSilence()];
    const bench = await useConnector({
      address: one.address,
      alternative: two.address,
      limits: { commandMs: 20 },
    });
    for (const look of [1, 2, 3]) {
      expect((await bench.look()).kind).toBe('away');
      expect([one.connections(), two.connections()]).toEqual([look, look]);
    }
  });

  test('that arrives out of a black hole is noticed by the next look', async () => {
    const [camera, other] = [await useCamera(), await useSilence()];
    await camera.goAway('black-hole');
    const bench = await useConnector({
      address: other.address,
      alternative: camera.address,
      limits: { commandMs: 20 },
      graceMs: 1,
    });
    expect((await bench.look()).kind).toBe('away');
    await camera.comeBack();
    expect(await bench.look()).toMatchObject({ kind: 'here', link: { connection: 'alternative' } });
  });

  test('that arrives during a look is noticed by that look', async () => {
    const camera = await useCamera();
    await camera.goAway('black-hole');
    const bench = await useConnector({ address: camera.address });
    const look = bench.look();
    await vi.waitFor(() => expect(camera.openConnections).toBe(1));
    await camera.comeBack();
    expect((await look).kind).toBe('here');
  });

  test('whose look is given up is not called away', async () => {
    const silence = await useSilence();
    const bench = await useConnector({ address: silence.address });
    const stop = new AbortController();
    const look = bench.look(stop.signal);
    await vi.waitFor(() => expect(silence.open()).toBe(1));
    stop.abort(new Error('stopped'));
    await expect(look).rejects.toThrow('stopped');
    await vi.waitFor(() => expect(silence.open()).toBe(0));
  });
});

describe('a camera that is here', () => {
  test('is confirmed without being listed', async () => {
    const camera = await useCamera();
    const bench = await useConnector({ address: camera.address });
    const link = await bench.link();
    expect(await bench.confirm(link)).toEqual({ kind: 'here', link });
    expect(listings(camera)).toBe(0);
  });

  test.each([
    ['router', /some other device/],
    ['other-camera', /A119MINI2/],
    ['same-model', /same model/],
  ] as const)('is a stranger once the %s answers', async (persona, reason) => {
    const camera = await useCamera();
    const bench = await useConnector({ address: camera.address });
    const link = await bench.link();
    camera.faults.set({ persona });
    expect(await bench.confirm(link)).toMatchObject({
      kind: 'stranger',
      reason: expect.stringMatching(reason),
    });
  });

  test('is away when it does not answer, and neither when it only has no time', async () => {
    const camera = await useCamera();
    const bench = await useConnector({ address: camera.address });
    const link = await bench.link();
    camera.faults.set({ serverError: 'commands' });
    await expect(bench.confirm(link)).rejects.toMatchObject({ name: 'CameraFailure', kind: 'refused' });
    camera.faults.clear();
    await camera.goAway('refuse');
    expect((await bench.confirm(link)).kind).toBe('away');
  });
});

describe('what is learned', () => {
  test('of a new camera: model, firmware and both MACs, at once', async () => {
    const camera = await useCamera({ firmware: 'VIOFO_A329S_V1', bluetoothMac: '5C-E7-00-00-00-01' });
    const { address } = camera;
    const bench = await useConnector({ address, neighbours: { [address]: 'aa:aa:aa:aa:aa:01' } });
    await bench.link();
    expect(await bench.row()).toMatchObject({
      model: 'A329S',
      firmware: 'VIOFO_A329S_V1',
      bluetooth_mac: '5c:e7:00:00:00:01',
      wifi_mac: 'aa:aa:aa:aa:aa:01',
    });
  });

  test('of a camera with clips: nothing before its card has spoken for it', async () => {
    const camera = await useCamera();
    addDrive(camera, drive);
    const bench = await useConnector({ address: camera.address });
    await bench.know(camera);
    const link = await bench.link();
    expect(await bench.row()).toMatchObject({ model: null, bluetooth_mac: null });
    expect(bench.isSure(link)).toBe(false);
    expect(await bench.judge(link)).toBeNull();
    expect(bench.isSure(link)).toBe(true);
    expect(await bench.row()).toMatchObject({ model: 'A229P', bluetooth_mac: expect.any(String) });
  });

  test('an update of the firmware is no other camera', async () => {
    const camera = await useCamera();
    const bench = await useConnector({
      address: camera.address,
      row: { model: 'A229P', firmware: 'VIOFO_A229P_V1' },
    });
    await bench.link();
    expect((await bench.row()).firmware).toBe(camera.device.firmware);
  });

  test('the Bluetooth MAC is asked only of models that have that command', async () => {
    const mini = await useCamera({ firmware: 'VIOFO_A119MINI2_V1', bluetoothMac: '5C:E7:00:00:00:02' });
    await (await useConnector({ address: mini.address })).link();
    expect([asked(mini, 3002), asked(mini, 9346)]).toEqual([0, 0]);
    const silent = await useCamera(withoutMac);
    await (await useConnector({ address: silent.address })).link();
    expect([asked(silent, 3002), asked(silent, 9346)]).toEqual([1, 0]);
    expect([...mini.violations, ...silent.violations]).toEqual([]);
  });
});

test('what a camera tells is not kept of an address that was changed meanwhile', async () => {
  const camera = await useCamera();
  const bench = await useConnector({ address: camera.address });
  await bench.cameras.patch(bench.db, (await bench.row()).id, { address: 'elsewhere' });
  expect((await bench.look()).kind).toBe('here');
  expect(await bench.row()).toMatchObject({ model: null, firmware: null, bluetooth_mac: null });
});

describe('another camera', () => {
  test('of this installation is called by its name', async () => {
    const camera = await useCamera({ bluetoothMac: '5C:E7:00:00:00:03' });
    const bench = await useConnector({ address: camera.address });
    await bench.cameras.patch(bench.db, bench.van.id, { bluetooth_mac: '5c:e7:00:00:00:03' });
    expect(await bench.look()).toMatchObject({
      kind: 'stranger',
      reason: expect.stringMatching(/^This is Van\./),
    });
  });

  test('without a MAC, with a card of the same weeks, is a stranger that teaches nothing', async () => {
    const [ours, theirs] = [await useCamera(withoutMac), await useCamera(withoutMac)];
    addDrive(ours, drive);
    addDrive(theirs, { ...drive, start: new Date(+ours.card.entries[0]!.startedLocal + 5000) });
    const bench = await useConnector({ address: theirs.address, row: { model: 'A229P' } });
    await bench.know(ours);
    const link = await bench.link();
    expect(await bench.judge(link)).toMatch(/30 videos from 2026-06-28 .* none of them is known/);
    expect((await bench.row()).firmware).toBeNull();
  });

  test('stays a stranger without being listed again, for ten minutes or until it was away', async () => {
    const [ours, theirs] = [await useCamera(withoutMac), await useCamera(withoutMac)];
    addDrive(ours, drive);
    addDrive(theirs, { ...drive, start: new Date(+ours.card.entries[0]!.startedLocal + 5000) });
    const bench = await useConnector({ address: theirs.address });
    await bench.know(ours);
    await bench.judge(await bench.link());
    const once = listings(theirs);
    expect(await bench.look()).toMatchObject({
      kind: 'stranger',
      reason: expect.stringMatching(/none of them/),
    });
    expect(listings(theirs)).toBe(once);
    bench.clock.advance(10 * 60_000);
    expect((await bench.look()).kind).toBe('stranger');
    expect(listings(theirs)).toBe(once + 1);
    await theirs.goAway('refuse');
    expect((await bench.look()).kind).toBe('away');
    await theirs.comeBack();
    theirs.card.clear();
    for (const { name, startedLocal, source } of ours.card.entries)
      theirs.card.addClip({ name, startedLocal, source });
    expect((await bench.look()).kind).toBe('here');
  });
});

describe('no other camera', () => {
  test('is one whose other card comes back: clips that left count as known', async () => {
    const camera = await useCamera(withoutMac);
    addDrive(camera, drive);
    const bench = await useConnector({ address: camera.address });
    await bench.know(camera, true);
    camera.card.clear();
    addDrive(camera, { ...drive, start: new Date(Date.UTC(2026, 5, 28, 13, 0, 5)) });
    await bench.know(camera);
    camera.card.clear();
    addDrive(camera, drive);
    expect(await bench.judge(await bench.link())).toBeNull();
  });

  test('is one with a formatted card', async () => {
    const camera = await useCamera(withoutMac);
    addDrive(camera, drive);
    const bench = await useConnector({ address: camera.address });
    await bench.know(camera);
    camera.card.clear();
    addDrive(camera, { ...drive, start: new Date(Date.UTC(2026, 5, 29, 8)) });
    const link = await bench.link();
    expect(await bench.judge(link)).toBeNull();
    expect(bench.isSure(link), 'until its clips are known').toBe(false);
  });

  test('is one whose MAC proves it, whatever is on its card', async () => {
    const [ours, theirs] = [await useCamera(), await useCamera({ bluetoothMac: '5C:E7:00:00:00:04' })];
    addDrive(ours, drive);
    addDrive(theirs, { ...drive, start: new Date(+ours.card.entries[0]!.startedLocal + 5000) });
    const bench = await useConnector({
      address: theirs.address,
      row: { bluetooth_mac: '5c:e7:00:00:00:04' },
    });
    await bench.know(ours);
    const link = await bench.link();
    expect(bench.isSure(link)).toBe(true);
    expect(await bench.judge(link)).toBeNull();
  });

  test('is one that a person has accepted, until something of it was folded in', async () => {
    const [ours, theirs] = [await useCamera(withoutMac), await useCamera(withoutMac)];
    addDrive(ours, drive);
    addDrive(theirs, { ...drive, start: new Date(+ours.card.entries[0]!.startedLocal + 5000) });
    const bench = await useConnector({ address: theirs.address, row: { model: 'A229P' } });
    await bench.know(ours);
    await bench.cameras.patch(bench.db, (await bench.row()).id, { accepted_at: bench.clock.now() });
    await bench.restart();
    expect(await bench.judge(await bench.link())).toBeNull();
    bench.clock.advance(1000);
    const folded = { complete: 1 as const, photos: 0, cost_ms: 0, notes: '[]', at: bench.clock.now() };
    const { id } = await bench.row();
    await bench.db
      .insertInto('listing')
      .values({ camera_id: id, clips: 0, ...folded })
      .execute();
    expect(await bench.judge(await bench.link())).toBeNull();
    await bench.db
      .insertInto('listing')
      .values({ camera_id: id, clips: 30, ...folded })
      .execute();
    expect(await bench.judge(await bench.link())).toMatch(/none of them/);
  });
});
