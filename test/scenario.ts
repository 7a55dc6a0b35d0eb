import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, vi } from 'vitest';
import type { CardEntry } from '../simulator/card.ts';
import type { ClipSource } from '../simulator/clip-source.ts';
import type { RequestRecord } from '../simulator/request-log.ts';
import {
  startSimulatedCamera,
  type SimulatedCamera,
  type SimulatedCameraOptions,
} from '../simulator/simulated-camera.ts';
import { localTime } from '../simulator/times.ts';
import { tinyMp4Source } from '../simulator/tiny-mp4.ts';
import type { ClipRow } from '../src/server/db/schema.ts';
import type { Clock } from '../src/server/lib/clock.ts';
import { routes } from '../src/shared/routes.ts';
import { startTestApp, type TestApp, type TestAppOptions } from './test-app.ts';

export const waitLong = { timeout: 15_000, interval: 20 };

/** A simulated camera that ends with the test. */
export async function useCamera(options: SimulatedCameraOptions = {}): Promise<SimulatedCamera> {
  const camera = await startSimulatedCamera(options);
  onTestFinished(() => camera.stop());
  return camera;
}

/** The whole program, ended and removed with the test. */
export async function useApp(options: TestAppOptions = {}): Promise<TestApp> {
  const app = await startTestApp(options);
  onTestFinished(() => app.close());
  return app;
}

/** A clock that runs `factor` times as fast, so that a back-off of a minute is over in a moment. */
export function fastClock(factor = 200): Clock {
  const base = Date.now();
  return { now: () => base + (Date.now() - base) * factor };
}

/** A clock that stands where it is put. */
export function handClock(at = Date.UTC(2026, 5, 28, 12)): Clock & { advance(ms: number): void } {
  let now = at;
  return { now: () => now, advance: (ms) => void (now += ms) };
}

export interface Drive {
  clips: number;
  bytes: number;
  start?: Date;
}

/** Clips of a minute each, one after the other. */
export function addDrive(camera: Pick<SimulatedCamera, 'card'>, drive: Drive): CardEntry[] {
  const start = drive.start ?? localTime(2026, 6, 28, 13);
  return Array.from({ length: drive.clips }, (_, minute) => {
    const startedLocal = new Date(+start + minute * 60_000);
    return camera.card.addClip({
      startedLocal,
      source: tinyMp4Source(minute + 1, drive.bytes + minute, { startedLocal }),
    });
  });
}

export async function clipNamed(test: TestApp, name: string): Promise<ClipRow> {
  return test.app.db.selectFrom('clip').selectAll().where('name', '=', name).executeTakeFirstOrThrow();
}

export async function allClips(test: TestApp): Promise<ClipRow[]> {
  return test.app.db.selectFrom('clip').selectAll().orderBy('id').execute();
}

/** Waits until this many clips are in the archive and nothing is under way. */
export async function untilArchived(test: TestApp, clips: number, timeout = 15_000): Promise<void> {
  await vi.waitFor(async () => expect((await test.call(routes.getStatus)).archive.clips).toBe(clips), {
    timeout,
    interval: 20,
  });
  await untilSettled(test);
}

/** Waits until no camera is at work. */
export async function untilSettled(test: TestApp): Promise<void> {
  await vi.waitFor(async () => {
    const { cameras } = await test.call(routes.getStatus);
    for (const camera of cameras)
      expect(['downloading', 'starting', 'listing']).not.toContain(camera.activity);
    expect(
      await test.app.db.selectFrom('clip').selectAll().where('state', '=', 'transferring').execute(),
    ).toEqual([]);
  }, waitLong);
}

/** Waits until the camera was listed once more, with whatever came of it. */
export async function untilListedAgain(camera: SimulatedCamera, times = 1): Promise<void> {
  const before = camera.listingRequests.filter(isFileList).length;
  await vi.waitFor(
    () =>
      expect(
        camera.listingRequests.filter((request) => isFileList(request) && request.endedAt !== null).length,
      ).toBeGreaterThanOrEqual(before + times + 1),
    waitLong,
  );
}

const isFileList = (request: RequestRecord) => request.target.includes('cmd=3015');

/** Every clip of the card is in the archive, byte for byte, exactly once. */
export async function expectSameBytes(test: TestApp, entries: readonly CardEntry[]): Promise<void> {
  for (const entry of entries) {
    const rows = await test.app.db.selectFrom('clip').selectAll().where('name', '=', entry.name).execute();
    expect(rows.map((row) => row.state)).toEqual(['archived']);
    const file = await readFile(join(test.recordings, rows[0]!.path!));
    const expected = await sha256(entry.source);
    expect(createHash('sha256').update(file).digest('hex'), entry.name).toBe(expected);
    if (rows[0]!.sha256 !== null) expect(rows[0]!.sha256).toBe(expected);
  }
}

export async function sha256(source: ClipSource): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of source.read(0, source.sizeBytes)) hash.update(chunk);
  return hash.digest('hex');
}

export async function bytesOf(source: ClipSource): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.read(0, source.sizeBytes)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export function downloadsOf(camera: SimulatedCamera, name = ''): RequestRecord[] {
  // A folder that is not there is answered like a file that is not there.
  return camera.log.downloads.filter(({ path }) => /\.\w+$/.test(path) && path.includes(name));
}

/** Body bytes of all downloads. */
export function bytesDownloaded(camera: SimulatedCamera): number {
  return downloadsOf(camera).reduce((sum, request) => sum + request.bytesSent, 0);
}

/** First byte asked for by a request; 0 without a range. */
export function rangeStart(request: RequestRecord): number {
  return Number(/^bytes=(\d+)-/.exec(request.headers['range'] ?? '')?.[1] ?? 0);
}

export const cardBytes = (entries: readonly CardEntry[]) =>
  entries.reduce((sum, entry) => sum + entry.source.sizeBytes, 0);
