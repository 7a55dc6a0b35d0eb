import { describe, expect, it, vi } from 'vitest';
import { routes } from '../src/shared/routes.ts';
import type { CardEntry } from '../simulator/card.ts';
import type { RequestRecord } from '../simulator/request-log.ts';
import type { SimulatedCamera } from '../simulator/simulated-camera.ts';
import { addDrive } from '../simulator/single-drive.ts';
import { tinyClipFactory } from '../simulator/tiny-mp4.ts';
import type { RoutePoint } from '../simulator/town-routes.ts';
import { downloadsOf, untilArchived, useApp, useCamera, waitLong } from './scenario.ts';
import type { TestApp } from './test-app.ts';

const day = '2026-06-28';

/** Twelve minutes around a hill, a clip a minute, none of them locked. */
async function useCard(sizeBytes: number) {
  const camera = await useCamera();
  const entries = await addDrive(camera.card, tinyClipFactory(), {
    startedAt: new Date(`${day}T08:00:00Z`),
    points: around({ seconds: 720, radiusM: 1500, speedMps: 15 }),
    channels: ['front'],
    gpsChannels: ['front'],
    gps: { blockBytes: 0x400 },
    sizeBytes,
    zoneOffsetMinutes: 60,
  });
  return { camera, entries };
}

function around({ seconds, radiusM, speedMps }: { seconds: number; radiusM: number; speedMps: number }) {
  return Array.from({ length: seconds }, (_, second): RoutePoint => {
    const angle = (second * speedMps) / radiusM;
    const [north, east] = [radiusM * Math.cos(angle), radiusM * Math.sin(angle)];
    return {
      latitude: 53.9 + north / 111_195,
      longitude: -1.69 + east / (111_195 * Math.cos((53.9 * Math.PI) / 180)),
      speedMps,
      courseDegrees: ((angle * 180) / Math.PI + 90) % 360,
    };
  });
}

/** Triage asks for little; downloads for all there is, or for a large piece. */
const isOfTriage = ({ headers }: RequestRecord) => {
  const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers['range'] ?? '') ?? [];
  return from !== undefined && Number(to) - Number(from) < 1_000_000;
};
const namesOf = (requests: readonly RequestRecord[]) => [
  ...new Set(requests.map(({ path }) => path.split('/').at(-1) ?? '')),
];
const readOf = (camera: SimulatedCamera) => namesOf(downloadsOf(camera).filter(isOfTriage));
const fetchedOf = (camera: SimulatedCamera) =>
  namesOf(downloadsOf(camera).filter((request) => !isOfTriage(request)));

async function journeysOf(app: TestApp) {
  const { items } = await app.call(routes.getDayJourneys, { params: { day } });
  return items.flatMap((item) => (item.kind === 'journey' ? [item.journey] : []));
}

/** Names of the clips whose tracks are known. */
async function tracked({ app: { db } }: TestApp): Promise<string[]> {
  const rows = await db
    .selectFrom('track')
    .innerJoin('clip', 'clip.id', 'track.clip_id')
    .select('clip.name')
    .execute();
  return rows.map(({ name }) => name);
}

/** Downloads hang behind what triage reads of a clip, and begin again. */
async function useStalledApp(camera: SimulatedCamera): Promise<TestApp> {
  camera.faults.set({ stallAfterBytes: 400_000 });
  return useApp({
    cameraAddress: camera.address,
    zone: 'Europe/London',
    triage: true,
    cameraLimits: { bodyMs: 300 },
  });
}

const byName = (entries: readonly CardEntry[]) => entries.map(({ name }) => name).toSorted();

describe('journeys of a card', { timeout: 60_000 }, () => {
  it('appear before their footage, newest first, survive a restart, and go when that is switched off', async () => {
    const { camera, entries } = await useCard(120_000_000);
    const app = await useStalledApp(camera);
    await vi.waitFor(async () => expect(await journeysOf(app)).not.toEqual([]), waitLong);
    await vi.waitFor(() => expect(fetchedOf(camera)).not.toEqual([]), waitLong);
    const requests = downloadsOf(camera);
    const ahead = namesOf(
      requests.slice(
        0,
        requests.findIndex((request) => !isOfTriage(request)),
      ),
    );
    expect(ahead.length).toBeGreaterThan(0);
    expect(ahead).toEqual(byName(entries).toReversed().slice(0, ahead.length));
    expect((await app.call(routes.getStatus)).archive.clips).toBe(0);
    const [journey] = await journeysOf(app);
    expect(journey!.distanceM).toBeGreaterThan(200);
    expect(journey!.completeness).toMatchObject({ archived: 0 });

    const known = await tracked(app);
    expect(known).toEqual(expect.arrayContaining(ahead));
    camera.log.clear();
    await app.restart();
    await vi.waitFor(() => expect(fetchedOf(camera)).not.toEqual([]), waitLong);
    expect(readOf(camera).filter((name) => known.includes(name))).toEqual([]);
    expect(await tracked(app)).toEqual(expect.arrayContaining(known));
    expect(await journeysOf(app)).not.toEqual([]);

    await app.call(routes.updateSettings, { body: { triage: false } });
    await vi.waitFor(async () => {
      expect(await tracked(app)).toEqual([]);
      expect(await journeysOf(app)).toEqual([]);
    }, waitLong);
    camera.log.clear();
    await vi.waitFor(() => expect(fetchedOf(camera)).not.toEqual([]), waitLong);
    expect(readOf(camera)).toEqual([]);
  });

  it('of a slow camera come in beside its downloads, of those not fetched yet, and hold none of them up', async () => {
    const { camera, entries } = await useCard(600_000);
    camera.faults.set({ bytesPerSecond: 3_000_000 });
    for (const entry of entries.slice(0, 4)) entry.locked = true;
    const app = await useApp({ cameraAddress: camera.address, zone: 'Europe/London', triage: true });
    await untilArchived(app, entries.length);
    const requests = downloadsOf(camera);
    const fetched = requests.filter((request) => !isOfTriage(request));
    const read = requests.filter(isOfTriage);
    // Locked clips are worth more than a map: the first request is theirs.
    expect(requests[0]).toBe(fetched[0]);
    expect(read.length).toBeGreaterThan(0);
    expect(requests.indexOf(read[0]!)).toBeLessThan(requests.lastIndexOf(fetched.at(-1)!));
    expect(read.length).toBeLessThanOrEqual(fetched.length);
    for (const name of namesOf(read)) {
      const [first, last] = [read, fetched].map((some) => some.find(({ path }) => path.endsWith(name))!);
      expect(requests.indexOf(first!), name).toBeLessThan(requests.indexOf(last!));
    }
    // Each came in whole, in one request.
    expect(namesOf(fetched).toSorted()).toEqual(byName(entries));
    expect(fetched).toHaveLength(entries.length);
  });

  it('never cost the clip that is being recorded a request', async () => {
    const { camera, entries } = await useCard(120_000_000);
    const newest = entries.at(-1)!;
    newest.recording = { writtenBytes: 1_000_000, listedBytes: 900_000, plannedEndLocal: newest.endedLocal };
    const app = await useStalledApp(camera);
    // The newest comes first, so that those behind it tell that it was passed over.
    await vi.waitFor(async () => expect((await tracked(app)).length).toBeGreaterThanOrEqual(3), waitLong);
    await vi.waitFor(() => expect(fetchedOf(camera)).not.toEqual([]), waitLong);
    expect(namesOf(downloadsOf(camera))).not.toContain(newest.name);
  });
});
