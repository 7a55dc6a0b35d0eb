import { describe, expect, test } from 'vitest';
import type { GpsLayout, GpsSample } from '../clip-source.ts';
import { degreesToDdmm, gpsBlockHead, gpsIndexBox, gpsRecord, tsGpsBody } from './novatek-gps-writer.ts';
import { gpsSamples } from './test-support.ts';

const fix: GpsSample = gpsSamples(1)[0]!;

/** Literal bytes of camera.md 4.3, cut at a float32's accuracy for speed and course. */
function float32(hex: string): number {
  return Buffer.from(hex, 'hex').readFloatLE(0);
}

describe('the record', () => {
  test('of a fix equals the bytes of an A119 Mini 2', () => {
    const sample = { ...fix, speedKnots: float32('f3c55840'), courseDegrees: float32('a4704f43') };
    const block = gpsBlockHead(sample, { layout: 'payload-2c', blockBytes: 0x4000 }, 0);
    expect(block.toString('hex')).toBe(
      '00004000' +
        Buffer.from('freeGPS ').toString('hex') +
        '2c000000' +
        '0e00000016000000050000001a0000000400000006000000' +
        '414e4500' +
        '00409c4500803b45f3c55840a4704f43',
    );
  });

  test('without a fix equals the bytes of an A119 Mini 2: V00 and zeros', () => {
    const sample: GpsSample = { ...fix, hour: 11, second: 1, status: 'V' };
    expect(gpsRecord(sample).toString('hex')).toBe(
      `0b00000016000000010000001a000000040000000600000056303000${'00'.repeat(16)}`,
    );
  });

  test('equals the bytes of exiftool’s A119S sample', () => {
    const sample: GpsSample = {
      year: 2017,
      month: 12,
      day: 31,
      hour: 16,
      minute: 45,
      second: 20,
      status: 'A',
      latitude: 54.4574,
      longitude: 73.49,
      speedKnots: float32('ec51f040'),
      courseDegrees: float32('b85ea543'),
    };
    const [latitude, longitude] = [float32('5d9aa945'), float32('ab1ee544')];
    sample.latitude = Math.trunc(latitude / 100) + (latitude % 100) / 60;
    sample.longitude = Math.trunc(longitude / 100) + (longitude % 100) / 60;
    expect(gpsRecord(sample).toString('hex')).toBe(
      '100000002d00000014000000110000000c0000001f000000414e45005d9aa945ab1ee544ec51f040b85ea543',
    );
  });

  test.each([
    [-33.8688, 151.2093, 'ASE'],
    [40.7128, -74.006, 'ANW'],
    [0, 0, 'ASW'],
  ])('at %d, %d carries the hemispheres %s and magnitudes', (latitude, longitude, letters) => {
    const record = gpsRecord({ ...fix, latitude, longitude });
    expect(record.toString('latin1', 0x18, 0x1b)).toBe(letters);
    expect(record.readFloatLE(0x1c)).toBeCloseTo(degreesToDdmm(latitude), 3);
    expect(record.readFloatLE(0x20)).toBeGreaterThanOrEqual(0);
  });
});

test('degrees become degrees times hundred plus minutes', () => {
  expect(degreesToDdmm(50.5)).toBe(5_030);
  expect(degreesToDdmm(-123.75)).toBe(12_345);
});

describe('a block', () => {
  test.each<[GpsLayout, number, number]>([
    ['payload-4c', 0x4c, 0x30],
    ['payload-58', 0x58, 0x30],
    ['payload-3f0', 0x3f0, 0x10],
    ['payload-2c', 0x2c, 0x10],
  ])('of layout %s has payload length 0x%x and its record at 0x%x', (layout, payloadBytes, recordOffset) => {
    const block = gpsBlockHead(fix, { layout, blockBytes: 0x8000 }, 0);
    expect(block.readUInt32BE(0)).toBe(0x8000);
    expect(block.toString('latin1', 4, 12)).toBe('freeGPS ');
    expect(block.readUInt32LE(12)).toBe(payloadBytes);
    expect(block).toHaveLength(16 + payloadBytes);
    expect(block.subarray(recordOffset, recordOffset + 44)).toEqual(gpsRecord(fix));
  });

  test('of layout a329-scan has its record at an odd place that moves and that only a scan finds', () => {
    const places = [0, 1, 2, 15].map((index) => {
      const block = gpsBlockHead(fix, { layout: 'a329-scan', blockBytes: 0x4000 }, index);
      expect(['V', 'A']).not.toContain(String.fromCharCode(block[0x28]!));
      expect(['V', 'A']).not.toContain(String.fromCharCode(block[0x48]!));
      const place = block.lastIndexOf('ANE') - 24;
      expect(block.subarray(place, place + 44)).toEqual(gpsRecord(fix));
      return place;
    });
    expect(places.every((place) => place % 2 === 1 && place + 44 < 0x100)).toBe(true);
    expect(new Set(places).size).toBe(4);
  });
});

test('the index lists offset and size of every block and wraps past 4 GiB', () => {
  const index = gpsIndexBox([0x18000, 0x1_0000_8000], 0x8000);
  expect(index.toString('hex')).toBe(
    `00000020${Buffer.from('gps ').toString('hex')}0000010100000002` +
      '0001800000008000' +
      '0000800000008000',
  );
});

test('a transport stream’s body is the record and zeros, 1008 bytes', () => {
  const body = tsGpsBody(fix);
  expect(body).toHaveLength(1_008);
  expect(body.subarray(0, 44)).toEqual(gpsRecord(fix));
  expect(body.subarray(44).every((byte) => byte === 0)).toBe(true);
});
