/**
 * Failures 2 to 6 of those that users of such programs really met: one place where each can be seen to be met. 1, 7
 * and 8 are in `failures-of-archives.test.ts`.
 * What else is proven of transfers, listings, volumes and crashes is in the tests of those names.
 */
import type * as files from 'node:fs/promises';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { bytesSource } from '../simulator/pattern-source.ts';
import type { CardEntry } from '../simulator/card.ts';
import { pathOf } from '../simulator/card.ts';
import type { FaultChange } from '../simulator/faults.ts';
import type { SimulatedCamera } from '../simulator/simulated-camera.ts';
import { addSeconds, localTime } from '../simulator/times.ts';
import { tinyMp4Source } from '../simulator/tiny-mp4.ts';
import { routes } from '../src/shared/routes.ts';
import {
  askedFor,
  cameraOf,
  expectAllThere,
  expectNoParts,
  fillDatabaseWhen,
  fillUp,
  sentFor,
  untilActivity,
  useShare,
  watchAttempts,
} from './failure-steps.ts';
import { archiveFiles, expectInvariants, visibleFiles } from './invariants.ts';
import { useMount } from './mounts.ts';
import {
  addDrive,
  allClips,
  bytesDownloaded,
  cardBytes,
  clipNamed,
  downloadsOf,
  expectSameBytes,
  fastClock,
  handClock,
  rangeStart,
  untilArchived,
  untilListedAgain,
  untilSettled,
  useApp,
  useCamera,
  waitLong,
} from './scenario.ts';
import { startServer, type ServerProcess } from './server-process.ts';

const isRoot = process.getuid?.() === 0;
const seam = 64 * 1024;
const minute = 60_000;
/** Short silences, so that a stalled transfer is given up in a moment. */
const impatient = { connectMs: 300, commandMs: 300, listingMs: 1000, bodyMs: 250, retryDelayMs: 5 };
const nextDay = localTime(2026, 6, 29, 9);

/** What a rename does before its work; null lets it be done. Only of the archive's files. */
let beforeRename: ((to: string) => void) | null = null;
let beforeMkdir: ((path: string) => void) | null = null;

vi.mock('node:fs/promises', async (importOriginal) => {
  const real = await importOriginal<typeof files>();
  return {
    ...real,
    rename: (async (from, to) => {
      beforeRename?.(String(to));
      return real.rename(from, to);
    }) satisfies typeof real.rename,
    mkdir: (async (path: string, options: object) => {
      beforeMkdir?.(path);
      return real.mkdir(path, options);
    }) as typeof real.mkdir,
  };
});

/** The disk is full for the next few calls of this sort. */
function noSpace(times: number, concerns: (path: string) => boolean): (path: string) => void {
  let left = times;
  return (path) => {
    if (!concerns(path) || left === 0) return;
    left -= 1;
    throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
  };
}

describe('failure 2: the camera serves the clip it is recording, with a stale size', () => {
  test('a clip under recording is not touched, whatever its listing says, and arrives whole when it is closed', async () => {
    const camera = await useCamera({ now: () => new Date(Date.UTC(2026, 5, 28, 14)) });
    camera.faults.set({ head: 'closed' });
    const entries = addDrive(camera, { clips: 2, bytes: 40_000 });
    const [open] = camera.card.recordCapture({
      startedLocal: localTime(2026, 6, 28, 13, 59),
      sources: { front: tinyMp4Source(70, 200_000) },
    });
    const app = await useApp({ cameraAddress: camera.address, clock: fastClock() });
    await untilArchived(app, 2);
    for (const part of [0.2, 0.5, 0.9]) {
      camera.card.growRecording(part);
      await untilListedAgain(camera);
      expect(await clipNamed(app, open!.name)).toMatchObject({ state: 'held', state_reason: 'recording' });
    }
    expect(downloadsOf(camera, open!.name)).toEqual([]);
    camera.card.finishRecording();
    await expectAllThere(app, camera, [...entries, open!]);
  });

  test('of a camera that does not say whether it records, the newest clip waits until it no longer changes', async () => {
    const camera = await useCamera();
    camera.faults.set({ tellsRecording: false, head: 'closed' });
    const entries = addDrive(camera, { clips: 2, bytes: 40_000 });
    const [open] = camera.card.recordCapture({
      startedLocal: localTime(2026, 6, 28, 13, 10),
      sources: { front: tinyMp4Source(70, 200_000) },
    });
    const clock = handClock();
    const app = await useApp({ cameraAddress: camera.address, clock });
    await untilArchived(app, 2);
    for (const part of [0.3, 0.6, 0.9]) {
      camera.card.growRecording(part);
      clock.advance(minute);
      await untilListedAgain(camera, 2);
      expect(await clipNamed(app, open!.name), `at ${part}`).toMatchObject({ state: 'held' });
    }
    camera.card.finishRecording();
    await untilListedAgain(camera, 2);
    expect(downloadsOf(camera, open!.name), 'it has changed just now').toEqual([]);
    clock.advance(3 * minute);
    await expectAllThere(app, camera, [...entries, open!]);
  });

  /** What listing, header and file say of the length, in every combination of too much and too little. */
  const wrongSizes: [name: string, faults: FaultChange][] = [
    ['lists too little', { listedBytesDelta: -40_000 }],
    ['lists too much', { listedBytesDelta: 40_000 }],
    ['lists half and serves ever more of it', { growing: { listedFraction: 0.5, stepFraction: 0.1 } }],
    ['lists nothing of it yet', { growing: { listedFraction: 0, stepFraction: 0.3 } }],
    ['drops every HEAD and lists too little', { head: 'closed', listedBytesDelta: -40_000 }],
    ['tells no length and lists too little', { omitContentLength: true, listedBytesDelta: -40_000 }],
    ['tells too long a length', { contentLengthDelta: 30_000 }],
  ];

  test.each(wrongSizes)(
    'a camera that %s gives every clip whole, once, and for no attempt',
    async (_name, faults) => {
      // A transport stream has no table of contents: that it is whole is told by nothing but its length.
      const camera = await useCamera({ nameLayout: 'sdk', extension: 'TS' });
      camera.faults.set(faults);
      const entries = [1, 2].map((number) =>
        camera.card.addClip({
          startedLocal: localTime(2026, 6, 28, 13, number),
          source: bytesSource(transportStream(700 + number, number)),
        }),
      );
      const app = await useApp({ cameraAddress: camera.address, clock: fastClock(400) });
      const burnt = await watchAttempts(app);
      await untilListedAgain(camera, 5);
      const early = (await archiveFiles(app.recordings)).filter((path) => path.endsWith('.TS'));
      for (const path of early) {
        const { source } = entries.find((entry) => path.endsWith(entry.name))!;
        expect((await readFile(join(app.recordings, path))).length, path).toBe(source.sizeBytes);
      }
      camera.faults.clear();
      await vi.waitFor(async () => {
        for (const entry of entries) await expectSameBytes(app, [entry]);
      }, waitLong);
      expect(await burnt()).toEqual([]);
      await expectNoParts(app);
      await expectInvariants(app, camera);
    },
  );
  test('a camera that goes on telling too short a length never has the beginning of a clip filed for the whole', async () => {
    const camera = await useCamera();
    camera.faults.set({ contentLengthDelta: -5000, match: '.MP4' });
    const entries = addDrive(camera, { clips: 2, bytes: 60_000 });
    const app = await useApp({ cameraAddress: camera.address, clock: fastClock(2000) });
    await vi.waitFor(() => expect(downloadsOf(camera).length).toBeGreaterThanOrEqual(8), waitLong);
    await untilListedAgain(camera, 2);
    expect((await archiveFiles(app.recordings)).filter((path) => path.endsWith('.MP4'))).toEqual([]);
    camera.faults.clear();
    await vi.waitFor(async () => {
      // One that was under way may fail once more for what it was told before.
      await app.call(routes.retryFailed, { body: {} });
      expect((await allClips(app)).map(({ state }) => state)).toEqual(['archived', 'archived']);
    }, waitLong);
    await expectAllThere(app, camera, entries);
  });
});

/** Packets of 188 bytes, all different. */
function transportStream(packets: number, seed: number): Buffer {
  const stream = Buffer.alloc(188 * packets);
  for (let packet = 0; packet < packets; packet++) {
    stream[packet * 188] = 0x47;
    stream.writeUInt32BE(packet * 31 + seed, packet * 188 + 4);
  }
  return stream;
}

describe('failure 3: a clip moves or vanishes between its listing and its fetch', () => {
  test('clips that are locked in mid-queue and in mid-transfer are followed to RO and cost no attempt', async () => {
    const camera = await useCamera();
    camera.faults.set({ bytesPerSecond: 2_000_000, beforeDownload: 'lock', match: '_000003', limit: 1 });
    const entries = addDrive(camera, { clips: 5, bytes: 150_000 });
    const app = await useApp({ cameraAddress: camera.address, clock: fastClock(20) });
    const burnt = await watchAttempts(app);
    // The newest is on its way: it is locked under the reader, and the connection breaks.
    await vi.waitFor(() => expect(bytesDownloaded(camera)).toBeGreaterThan(50_000), waitLong);
    const path = downloadsOf(camera)[0]!.path;
    camera.card.lock(path);
    await camera.goAway();
    await camera.comeBack();
    await expectAllThere(app, camera, entries);
    expect(await burnt()).toEqual([]);
    expect((await allClips(app)).filter((clip) => clip.locked === 1)).toHaveLength(2);
    expect(sentFor(camera, entries), 'bytes for each byte').toBeLessThan(1.25);
  });

  test('a clip that vanishes in mid-queue is lost after one question, and costs no attempt', async () => {
    const camera = await useCamera();
    const entries = addDrive(camera, { clips: 4, bytes: 60_000 });
    const victim = entries[1]!;
    camera.faults.set({ beforeDownload: 'vanish', match: victim.name, limit: 1 });
    const app = await useApp({ cameraAddress: camera.address });
    const burnt = await watchAttempts(app);
    await untilArchived(app, 3);
    await vi.waitFor(async () => expect((await clipNamed(app, victim.name)).state).toBe('lost'), waitLong);
    expect(downloadsOf(camera, victim.name)).toHaveLength(1);
    expect(await burnt()).toEqual([]);
    await expectInvariants(app, camera);
  });

  test('a card that shows nothing for a while, neither in listings nor files, costs nothing, and all arrives when it is back', async () => {
    const camera = await useCamera();
    camera.faults.set({ bytesPerSecond: 600_000 });
    addDrive(camera, { clips: 6, bytes: 60_000 });
    const app = await useApp({ cameraAddress: camera.address, clock: fastClock(20) });
    const burnt = await watchAttempts(app);
    await vi.waitFor(
      async () => expect((await app.call(routes.getStatus)).archive.clips).toBeGreaterThan(0),
      waitLong,
    );
    const all = [...camera.card.entries];
    for (const entry of all) camera.card.remove(pathOf(entry));
    camera.faults.set({ listing: 'empty' });
    await untilListedAgain(camera, 3);
    const states = new Set((await allClips(app)).map((clip) => clip.state));
    expect(states).not.toContain('lost');
    expect(states).not.toContain('failed');
    expect(await burnt()).toEqual([]);
    camera.faults.clear();
    for (const { name, startedLocal, source } of all) camera.card.addClip({ name, startedLocal, source });
    await expectAllThere(app, camera, all);
  });

  test('an empty listing stops no download, and a clip that comes again after it was lost is wanted again', async () => {
    const camera = await useCamera();
    camera.faults.set({ serverError: 'files', match: '.MP4' });
    const entries = addDrive(camera, { clips: 4, bytes: 40_000 });
    const app = await useApp({ cameraAddress: camera.address, clock: fastClock(400) });
    await vi.waitFor(async () => expect(await allClips(app)).toHaveLength(4), waitLong);
    const [first] = entries;
    camera.card.remove(pathOf(first!));
    await vi.waitFor(async () => expect((await clipNamed(app, first!.name)).state).toBe('lost'), waitLong);
    const { name, startedLocal, source } = first!;
    const again = camera.card.addClip({ name, startedLocal, source });
    await vi.waitFor(
      async () => expect((await clipNamed(app, name)).state).toMatch(/waiting|transferring|failed/),
      waitLong,
    );
    camera.faults.clear();
    camera.faults.set({ listing: 'empty' });
    await vi.waitFor(
      async () => expect((await app.call(routes.getStatus)).archive.clips).toBeGreaterThan(0),
      waitLong,
    );
    camera.faults.clear();
    // On a slow machine some were given up while the camera refused them.
    await app.call(routes.retryFailed, { body: {} });
    await expectAllThere(app, camera, [again, ...entries.slice(1)]);
  });
});

describe('failure 4: the same files are fetched again and again while the card overwrites the rest', () => {
  test('visits too short for one clip, of a camera that goes on recording over the oldest, still bring clip after clip', async () => {
    const camera = await useCamera({ capacityBytes: 3_400_000 });
    camera.faults.set({ bytesPerSecond: 4_000_000 });
    const bytes = 800_000;
    addDrive(camera, { clips: 4, bytes });
    await camera.goAway();
    const app = await useApp({ cameraAddress: camera.address, clock: fastClock(), cameraLimits: impatient });
    let [brought, archived] = [0, 0];
    for (let visit = 0; visit < 12; visit++) {
      await camera.comeBack();
      await vi.waitFor(() => expect(bytesDownloaded(camera) - brought).toBeGreaterThan(350_000), waitLong);
      await camera.goAway();
      await untilActivity(app, 'away');
      brought = bytesDownloaded(camera);
      const { clips } = (await app.call(routes.getStatus)).archive;
      expect(clips, 'never less than before').toBeGreaterThanOrEqual(archived);
      archived = clips;
      // Each costs the oldest on the card its place.
      addDrive(camera, { clips: 1, bytes, start: addSeconds(localTime(2026, 6, 28, 14), visit * 300) });
    }
    expect(archived, 'whole clips after so many visits').toBeGreaterThanOrEqual(3);
    const held = await heldBytes(app.recordings);
    // Of every visit a seam is fetched again, and what was on the way when the camera left is not kept.
    expect(brought - held).toBeLessThan(12 * (seam + 150_000));
    await expectInvariants(app, camera);
  });

  test('what is in the archive is not fetched again: not after a restart, another layout, or on the next visits', async () => {
    const camera = await useCamera();
    const entries = addDrive(camera, { clips: 3, bytes: 40_000 });
    const app = await useApp({ cameraAddress: camera.address, clock: fastClock() });
    await untilArchived(app, 3);
    await app.call(routes.updateSettings, { body: { layout: 'monthly' } });
    await untilListedAgain(camera, 2);
    for (let visit = 0; visit < 3; visit++) {
      await camera.goAway();
      await untilActivity(app, 'away');
      await camera.comeBack();
      await untilListedAgain(camera);
    }
    await app.restart();
    await untilListedAgain(camera, 2);
    camera.card.lock(pathOf(entries[0]!));
    await untilListedAgain(camera, 2);
    expect(downloadsOf(camera)).toHaveLength(3);
    await expectAllThere(app, camera, entries);
  });

  test.each([
    ['and then given out', {}],
    ['and not given out', { serverError: 'files', match: '.MP4' } as const],
  ])(
    'archived clips that are listed in wrong sizes time and again %s stop no listing and are filed once',
    async (_name, faults) => {
      const camera = await useCamera();
      const entries = addDrive(camera, { clips: 3, bytes: 60_000 });
      const app = await useApp({ cameraAddress: camera.address, clock: fastClock() });
      await untilArchived(app, 3);
      for (const listedBytesDelta of [-20_000, 5000, -9000]) {
        camera.faults.set({ listedBytesDelta, ...faults });
        await untilListedAgain(camera, 3);
        camera.faults.clear();
        await untilListedAgain(camera, 3);
      }
      expect(app.log.filter((line) => Number(line['level']) >= 50)).toEqual([]);
      await vi.waitFor(async () => {
        const left = (await allClips(app)).filter((clip) => clip.state !== 'archived');
        expect(left.filter((clip) => clip.state_reason !== 'duplicate')).toEqual([]);
      }, waitLong);
      expect(await visibleFiles(app.recordings)).toHaveLength(entries.length);
      await expectNoParts(app);
      await expectInvariants(app, camera);
    },
  );

  test('what retention would drop on arrival is never fetched, unless it is locked or asked for', async () => {
    const camera = await useCamera();
    const old = addDrive(camera, { clips: 3, bytes: 40_000, start: localTime(2026, 6, 1, 9) });
    const recent = addDrive(camera, { clips: 2, bytes: 40_000, start: localTime(2026, 6, 27, 9) });
    camera.card.lock(pathOf(old[0]!));
    const app = await useApp({ clock: handClock() });
    await app.call(routes.updateSettings, { body: { fetchMaxAgeDays: 14 } });
    await app.call(routes.addCamera, { body: { name: 'Car', address: camera.address } });
    await untilArchived(app, 3);
    await untilListedAgain(camera, 2);
    for (const entry of old.slice(1))
      expect(await clipNamed(app, entry.name)).toMatchObject({ state: 'held', state_reason: 'retention' });
    expect(askedFor(downloadsOf(camera)).toSorted()).toEqual([old[0]!, ...recent].map(({ name }) => name));
    const { id } = await clipNamed(app, old[1]!.name);
    await app.call(routes.fetchFirst, { body: { clipIds: [id] } });
    await untilArchived(app, 4);
    await app.call(routes.updateSettings, { body: { fetchMaxAgeDays: 0 } });
    await untilArchived(app, 5);
    await expectSameBytes(app, [...old, ...recent]);
    expect(bytesDownloaded(camera)).toBe(cardBytes(old) + cardBytes(recent));
    await expectInvariants(app, camera);
  });
});

/** Bytes of clips and parts in the archive. */
async function heldBytes(recordings: string): Promise<number> {
  const files = (await archiveFiles(recordings)).filter((path) => /\.MP4(\.part)?$/.test(path));
  const sizes = await Promise.all(files.map(async (path) => (await readFile(join(recordings, path))).length));
  return sizes.reduce((sum, size) => sum + size, 0);
}

describe('failure 5: the connection dies in the middle', () => {
  const deciles = Array.from({ length: 10 }, (_, decile) => decile / 10);
  const bytes = 400_000;

  const cuts: [name: string, faults: (atBytes: number) => FaultChange][] = [
    ['is reset', (atBytes) => ({ dropAfterBytes: atBytes, limit: 1 })],
    ['is closed as if that were all', (atBytes) => ({ closeAfterBytes: atBytes, limit: 1 })],
    ['falls silent', (atBytes) => ({ stallAfterBytes: atBytes, limit: 1 })],
    [
      'is closed, without a length,',
      (atBytes) => ({ closeAfterBytes: atBytes, omitContentLength: true, limit: 1 }),
    ],
  ];

  test.each(cuts)(
    'a connection that %s at every tenth of a clip costs a seam each',
    async (_name, faults) => {
      const camera = await useCamera();
      const app = await useApp({
        cameraAddress: camera.address,
        clock: fastClock(),
        cameraLimits: impatient,
      });
      const entries: CardEntry[] = [];
      for (const decile of deciles) {
        camera.faults.clear();
        camera.faults.set({ ...faults(Math.round(bytes * decile)), match: '.MP4' });
        entries.push(
          ...addDrive(camera, {
            clips: 1,
            bytes,
            start: addSeconds(localTime(2026, 6, 28, 13), decile * 3600),
          }),
        );
        await untilArchived(app, entries.length);
      }
      expect(downloadsOf(camera).filter((request) => request.aborted).length).toBeGreaterThanOrEqual(9);
      await expectAllThere(app, camera, entries);
      const again = bytesDownloaded(camera) - cardBytes(entries);
      // The seam, and what the network lost when it broke.
      expect(again).toBeLessThan(deciles.length * (seam + 100_000));
    },
  );

  test('a camera that loses power at every tenth of a clip is away, burns no attempt, and the clip goes on', async () => {
    const camera = await useCamera();
    camera.faults.set({ bytesPerSecond: 6_000_000 });
    const entries = addDrive(camera, { clips: 1, bytes: 3_000_000 });
    const app = await useApp({ cameraAddress: camera.address, clock: fastClock(), cameraLimits: impatient });
    const burnt = await watchAttempts(app);
    for (const decile of deciles.slice(1)) {
      await vi.waitFor(() => expect(reached(camera)).toBeGreaterThan(decile * 3_000_000), waitLong);
      await camera.goAway((decile * 10) % 2 === 0 ? 'black-hole' : 'refuse');
      await untilActivity(app, 'away');
      await camera.comeBack();
    }
    await expectAllThere(app, camera, entries);
    expect(await burnt()).toEqual([]);
    expect(sentFor(camera, entries)).toBeLessThan(1.6);
  });

  test('a host killed at every second tenth of a clip, with the camera gone too, goes on where it was', async () => {
    const camera = await useCamera();
    camera.faults.set({ bytesPerSecond: 12_000_000 });
    const total = 9_000_000;
    const entries = addDrive(camera, { clips: 1, bytes: total });
    const home = await mkdtemp(join(tmpdir(), 'viofosync-failures-'));
    onTestFinished(() => rm(home, { recursive: true, force: true }));
    const folders = { configDir: join(home, 'config'), recordings: join(home, 'recordings') };
    const start = () => startServer({ ...folders, camera: camera.address });
    for (const decile of [0.1, 0.3, 0.5, 0.7, 0.9]) {
      const server = await start();
      await vi.waitFor(() => expect(reached(camera)).toBeGreaterThan(decile * total), waitLong);
      await Promise.all([server.kill(), camera.goAway()]);
      await camera.comeBack();
    }
    const last = await start();
    await vi.waitFor(async () => expect(await archivedClips(last)).toBe(1), waitLong);
    await last.end('SIGTERM');
    expect(await visibleFiles(folders.recordings)).toHaveLength(1);
    expect((await archiveFiles(folders.recordings)).filter((path) => path.endsWith('.part'))).toEqual([]);
    const [path] = await visibleFiles(folders.recordings);
    const parts: Uint8Array[] = [];
    for await (const part of entries[0]!.source.read(0, total)) parts.push(part);
    expect((await readFile(join(folders.recordings, path!))).equals(Buffer.concat(parts))).toBe(true);
    expect(sentFor(camera, entries)).toBeLessThan(1.5);
  }, 120_000);
});

/** How far into the file any transfer has come. */
function reached(camera: SimulatedCamera): number {
  return Math.max(0, ...downloadsOf(camera).map((request) => rangeStart(request) + request.bytesSent));
}

async function archivedClips(server: ServerProcess): Promise<number> {
  const response = await fetch(`${server.url}/api/status`);
  return ((await response.json()) as { archive: { clips: number } }).archive.clips;
}

describe('failure 6: the target is unmounted or full', () => {
  test.runIf(isRoot)(
    'a share that is unmounted in mid-transfer is waited for with a reason, and its mount point stays empty',
    async () => {
      const camera = await useCamera();
      camera.faults.set({ bytesPerSecond: 1_500_000 });
      const entries = addDrive(camera, { clips: 3, bytes: 600_000 });
      const share = await useShare();
      const app = await useApp({ recordings: share.path, cameraAddress: camera.address, clock: fastClock() });
      const burnt = await watchAttempts(app);
      await vi.waitFor(() => expect(bytesDownloaded(camera)).toBeGreaterThan(900_000), waitLong);
      share.unmount();
      await vi.waitFor(
        async () => expect(await cameraOf(app)).toEqual({ activity: 'blocked', message: expect.any(String) }),
        waitLong,
      );
      await untilListedAgain(camera, 2);
      expect(await archiveFiles(share.path)).toEqual([]);
      const { archive, problems } = await app.call(routes.getStatus);
      expect(archive.state).toBe('unmarked');
      expect(archive.message).not.toBeNull();
      expect(problems.map(({ key }) => key)).toContain('archive:volume');
      const asked = downloadsOf(camera).length;
      await untilListedAgain(camera, 2);
      expect(downloadsOf(camera), 'nothing is fetched that cannot be kept').toHaveLength(asked);
      share.mount();
      await expectAllThere(app, camera, entries);
      expect(await burnt()).toEqual([]);
      expect(sentFor(camera, entries)).toBeLessThan(1.5);
    },
  );

  test.each([
    ['while its folder is made', 'mkdir'],
    ['when it is put in its place', 'rename'],
  ] as const)(
    'a disk that is full for a clip %s pauses the sync, and it goes on by itself',
    async (_name, step) => {
      const camera = await useCamera();
      const app = await useApp({ clock: fastClock(400) });
      const burnt = await watchAttempts(app);
      onTestFinished(() => void (beforeRename = beforeMkdir = null));
      const isOurs = (path: string) => path.startsWith(app.recordings) && !path.includes('.viofosync');
      if (step === 'rename') beforeRename = noSpace(2, isOurs);
      else beforeMkdir = noSpace(2, isOurs);
      const entries = addDrive(camera, { clips: 2, bytes: 60_000 });
      await app.call(routes.addCamera, { body: { name: 'Car', address: camera.address } });
      await vi.waitFor(
        async () =>
          expect((await app.call(routes.getStatus)).archive).toMatchObject({
            state: 'full',
            message: expect.stringMatching(/full|free|no space/i),
          }),
        waitLong,
      );
      expect((await allClips(app)).filter((clip) => clip.state === 'failed')).toEqual([]);
      await expectAllThere(app, camera, entries);
      expect(await burnt()).toEqual([]);
      expect(sentFor(camera, entries), 'the bytes that were here are kept').toBeLessThan(1.6);
    },
  );

  test.runIf(isRoot)(
    'a disk without room for another file pauses the sync with a reason until there is',
    async () => {
      const camera = await useCamera();
      const entries = addDrive(camera, { clips: 2, bytes: 60_000 });
      const next = () => addDrive(camera, { clips: 2, bytes: 60_000, start: nextDay });
      const mount = await useMount('size=16m,nr_inodes=40');
      const app = await useApp({ recordings: mount.path, clock: fastClock(400) });
      const burnt = await watchAttempts(app);
      await app.call(routes.updateSettings, { body: { keepFreeGb: 0 } });
      await app.call(routes.addCamera, { body: { name: 'Car', address: camera.address } });
      await untilArchived(app, 2);
      await mount.remount(`nr_inodes=${mount.names()}`);
      entries.push(...next());
      await untilActivity(app, 'blocked');
      expect((await app.call(routes.getStatus)).archive.state).toBe('full');
      await mount.remount('nr_inodes=128');
      await expectAllThere(app, camera, entries);
      expect(await burnt()).toEqual([]);
    },
  );

  test.runIf(isRoot)(
    'a disk that fills up under the bytes of a clip keeps them, says so, and goes on when there is room',
    async () => {
      const camera = await useCamera();
      camera.faults.set({ bytesPerSecond: 4_000_000 });
      const entries = addDrive(camera, { clips: 2, bytes: 2_000_000 });
      const mount = await useMount('size=8m');
      const app = await useApp({ recordings: mount.path, clock: fastClock(400) });
      const burnt = await watchAttempts(app);
      await app.call(routes.updateSettings, { body: { keepFreeGb: 0 } });
      await app.call(routes.addCamera, { body: { name: 'Car', address: camera.address } });
      await vi.waitFor(() => expect(bytesDownloaded(camera)).toBeGreaterThan(300_000), waitLong);
      const filler = join(mount.path, '.filler');
      await fillUp(filler, 8_500_000);
      await untilActivity(app, 'blocked');
      expect((await app.call(routes.getStatus)).archive.message).toMatch(/full|free|no space/i);
      await rm(filler);
      await expectAllThere(app, camera, entries);
      expect(await burnt()).toEqual([]);
      // What was in the buffer when the disk said no is fetched again.
      expect(sentFor(camera, entries)).toBeLessThan(1.7);
    },
  );

  test.runIf(isRoot)(
    'a full disk under the database says so, leaves no clip stuck, and the sync goes on when there is room',
    async () => {
      const camera = await useCamera();
      camera.faults.set({ bytesPerSecond: 1_000_000 });
      const entries = addDrive(camera, { clips: 4, bytes: 200_000 });
      const mount = await useMount('size=6m');
      const app = await useApp({ configDir: mount.path, clock: fastClock() });
      const burnt = await watchAttempts(app);
      await app.call(routes.addCamera, { body: { name: 'Car', address: camera.address } });
      await vi.waitFor(() => expect(bytesDownloaded(camera)).toBeGreaterThan(100_000), waitLong);
      const filler = join(mount.path, 'filler');
      await fillUp(filler, 6_500_000);
      const told = await vi.waitFor(async () => {
        const { sync, problems, cameras } = await app.call(routes.getStatus);
        const text = [
          sync.reason,
          ...cameras.map(({ message }) => message),
          ...problems.map((p) => p.message),
        ];
        expect(text.join(' ')).toMatch(/full|no space/i);
        return text;
      }, waitLong);
      expect(told).not.toEqual([]);
      await rm(filler);
      await expectAllThere(app, camera, entries);
      expect(await burnt()).toEqual([]);
      await untilSettled(app);
      expect(sentFor(camera, entries)).toBeLessThan(1.6);
    },
  );

  /** Each write of the ledger that a download makes. */
  const writes: [name: string, trigger: string][] = [
    ['a clip is claimed', `before update on clip when new.state = 'transferring'`],
    ['its part is noted', 'before insert on part'],
    ['its part is brought up to date', 'before update on part'],
    ['it is filed', `before update on clip when new.state = 'archived'`],
    ['its part is forgotten', 'before delete on part'],
    ['a failure is noted', `before update on clip when new.state = 'waiting'`],
  ];

  test.each(writes)(
    'a database without room when %s loses nothing and files nothing twice',
    async (_name, when) => {
      const camera = await useCamera();
      camera.faults.set({ dropAfterBytes: 30_000, limit: 1 });
      const entries = addDrive(camera, { clips: 3, bytes: 80_000 });
      const app = await useApp({ clock: fastClock() });
      const makeRoom = await fillDatabaseWhen(app, when);
      await app.call(routes.addCamera, { body: { name: 'Car', address: camera.address } });
      await vi.waitFor(
        () => expect(JSON.stringify(app.log)).toMatch(/is full|SQLITE_FULL|no space/i),
        waitLong,
      );
      await untilListedAgain(camera);
      expect((await app.call(routes.getHealth)).status).not.toBe('starting');
      await makeRoom();
      await expectAllThere(app, camera, entries);
      expect((await allClips(app)).map((clip) => clip.attempts)).toEqual([0, 0, 0]);
    },
  );
});
