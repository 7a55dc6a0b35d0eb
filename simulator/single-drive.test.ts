import { describe, expect, test } from 'vitest';
import { VirtualCard } from './card.ts';
import type { CardEntry } from './card.ts';
import { readWhole } from './pattern-source.ts';
import { seededRandom } from './random.ts';
import { addDrive, type SingleDrive } from './single-drive.ts';
import { tinyClipFactory, tinyMp4Source } from './tiny-mp4.ts';
import { driveAlong, gpsSamples, townWays } from './town-routes.ts';
import { seedDrives } from './drives.ts';
import { localTime } from './times.ts';

const points = driveAlong(townWays.work, seededRandom(1)).slice(0, 300);
const small = { gps: { blockBytes: 0x400 } };

async function driven(drive: Partial<SingleDrive>): Promise<CardEntry[]> {
  const card = new VirtualCard();
  const startedAt = new Date('2026-10-25T00:58:00Z');
  return addDrive(card, tinyClipFactory(), { startedAt, points, zoneOffsetMinutes: 0, ...small, ...drive });
}

/** Status and clock of each record, in the order of the blocks. */
async function recordsOf({ source }: CardEntry): Promise<string[]> {
  const bytes = await readWhole(source);
  const records: string[] = [];
  for (let at = bytes.indexOf('freeGPS '); at !== -1; at = bytes.indexOf('freeGPS ', at + 8)) {
    const record = bytes.subarray(at - 4 + 0x10);
    const [hour = 0, minute = 0, second = 0] = [0, 4, 8].map((place) => record.readUInt32LE(place));
    records.push(`${record.toString('latin1', 24, 25)} ${[hour, minute, second].join(':')}`);
  }
  return records;
}

describe('a single drive', () => {
  test('goes through the end of summer time: names go back an hour, records in UTC go on', async () => {
    const change = Date.UTC(2026, 9, 25, 1);
    const entries = await driven({ zoneOffsetMinutes: (instant) => (+instant < change ? 60 : 0) });
    expect(entries.map(({ startedLocal }) => startedLocal.toISOString().slice(11, 19))).toEqual([
      '01:58:00',
      '01:59:00',
      '01:00:00',
      '01:01:00',
      '01:02:00',
    ]);
    expect((await recordsOf(entries[2]!)).slice(0, 2)).toEqual(['A 1:0:0', 'A 1:0:1']);
  });

  test('has a cold start whose clock jumps by the zone, a tunnel, and lenses without records', async () => {
    const entries = await driven({
      zoneOffsetMinutes: 120,
      gpsClock: 'local',
      coldSeconds: 10,
      tunnels: [[70, 80]],
      channels: ['front', 'rear'],
    });
    const [first, rear, second] = entries;
    expect((await recordsOf(first!)).slice(9, 11)).toEqual(['V 0:58:9', 'A 2:58:10']);
    expect(await recordsOf(rear!)).toEqual([]);
    const statuses = (await recordsOf(second!)).map((record) => record.slice(0, 1)).join('');
    expect(statuses).toBe(`${'A'.repeat(10)}${'V'.repeat(10)}${'A'.repeat(40)}`);
  });
});

test('west of UTC by a half hour the firmware writes the full hour as minute 60', () => {
  const clock = { gpsClock: 'local' as const, zoneOffsetMinutes: -210, coldSeconds: 0 };
  const samples = gpsSamples(points.slice(0, 3), localTime(2026, 7, 2, 0, 0, 0), clock);
  expect(samples.map(({ day, hour, minute, second }) => [day, hour, minute, second])).toEqual([
    [1, 23, 60, 0],
    [1, 23, 60, 1],
    [1, 23, 60, 2],
  ]);
});

test('the way across the antimeridian has longitudes of this world', () => {
  const longitudes = driveAlong(townWays.antimeridian, seededRandom(1)).map(({ longitude }) => longitude);
  expect(longitudes.every((longitude) => longitude >= -180 && longitude <= 180)).toBe(true);
  expect(longitudes[0]).toBeGreaterThan(179);
  expect(longitudes.at(-1)).toBeLessThan(-179);
});

test('days of drives have tunnels and parking clips without a fix when they are told to', async () => {
  const entries = await seedDrives(new VirtualCard(), tinyClipFactory(), {
    days: 1,
    channels: 1,
    until: localTime(2026, 4, 6, 23),
    gpsBlockBytes: 0x400,
    tunnels: true,
    parkingGps: 'void',
    photos: false,
  });
  const parked = entries.find(({ kind }) => kind === 'parking')!;
  expect(new Set((await recordsOf(parked)).map((record) => record.slice(0, 1)))).toEqual(new Set(['V']));
  const third = (await recordsOf(entries[2]!)).map((record) => record.slice(0, 1)).join('');
  expect(third).toBe(`${'A'.repeat(30)}${'V'.repeat(30)}`);
});

test('a tiny clip with GPS is whole, and says when blocks do not fit', async () => {
  const samples = gpsSamples(points.slice(0, 10), localTime(2026, 4, 6), {
    gpsClock: 'utc',
    zoneOffsetMinutes: 0,
    coldSeconds: 0,
  });
  const gps = { layout: 'payload-3f0' as const, blockBytes: 0x400, samples, index: true };
  const source = tinyMp4Source(1, 30_000, { durationSeconds: 10, gps });
  const bytes = await readWhole(source);
  expect(bytes).toHaveLength(30_000);
  const index = bytes.indexOf('gps ');
  const offsets = samples.map((_, entry) => bytes.readUInt32BE(index + 12 + entry * 8));
  for (const offset of offsets) expect(bytes.toString('latin1', offset + 4, offset + 12)).toBe('freeGPS ');
  const parts: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += 777)
    for await (const part of source.read(at, at + 777)) parts.push(part);
  expect(Buffer.concat(parts).equals(bytes)).toBe(true);
  expect(() => tinyMp4Source(1, 9_000, { durationSeconds: 10, gps })).toThrow('do not fit');
});
