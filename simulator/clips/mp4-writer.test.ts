import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ClipSpec } from '../clip-source.ts';
import { createFiller, type Composition } from './composition.ts';
import { findBox, readBoxes, requireBox } from './mp4-boxes.ts';
import { composeMp4 } from './mp4-writer.ts';
import { readSampleTracks } from './mp4-samples.ts';
import { clipSpec, gpsSamples, syntheticFootage } from './test-support.ts';

const parts = {
  footage: syntheticFootage(),
  thumbnail: Buffer.from('ffd8ffd9', 'hex'),
  filler: createFiller(),
};

function compose(overrides: Partial<ClipSpec>): Composition {
  return composeMp4(clipSpec(overrides), parts);
}

function bytesOf(composition: Composition, from = 0, to = composition.sizeBytes): Buffer {
  const bytes = Buffer.alloc(to - from);
  composition.copy(from, bytes);
  return bytes;
}

function gps(
  count: number,
  overrides: Partial<NonNullable<ClipSpec['gps']>> = {},
): NonNullable<ClipSpec['gps']> {
  return { layout: 'payload-2c', blockBytes: 0x8000, samples: gpsSamples(count), index: true, ...overrides };
}

/** `[offset, size]` of each entry of the index box. */
function gpsIndex(file: Buffer): [number, number][] {
  const index = requireBox(file, 'moov', 'gps ');
  expect(index.readUInt32BE(0)).toBe(0x101);
  return Array.from({ length: index.readUInt32BE(4) }, (_, entry) => [
    index.readUInt32BE(8 + entry * 8),
    index.readUInt32BE(12 + entry * 8),
  ]);
}

describe('the order of boxes', () => {
  test('with moov in front is that of an A229, and mdat begins at 64 KiB', () => {
    const boxes = readBoxes(bytesOf(compose({ moov: 'front', gps: gps(3) })));
    expect(boxes.map(({ type }) => type)).toEqual(['ftyp', 'skip', 'moov', 'skip', 'mdat']);
    expect(boxes.map(({ offset }) => offset)[4]).toBe(0x10000);
    expect(boxes.map(({ offset }) => offset)[1]).toBe(0x1c);
  });

  test('with moov behind is that of older cameras', () => {
    const boxes = readBoxes(bytesOf(compose({ moov: 'back', gps: gps(3) })));
    expect(boxes.map(({ type }) => type)).toEqual(['ftyp', 'skip', 'mdat', 'moov']);
  });

  test('of a clip too long for 64 KiB of tables has a larger region', () => {
    const boxes = readBoxes(bytesOf(compose({ durationSeconds: 600 })));
    expect(boxes.map(({ type }) => type)).toEqual(['ftyp', 'skip', 'moov', 'skip', 'mdat']);
    expect(boxes[4]!.offset % 0x10000).toBe(0);
    expect(boxes[4]!.offset).toBeGreaterThan(0x10000);
  });
});

test('the brand is mp42 for MP4 and qt for MOV, in a box of 0x1C bytes', () => {
  const [mp4, mov] = (['mp4', 'mov'] as const).map(
    (container) => readBoxes(bytesOf(compose({ container })))[0]!,
  );
  expect([mp4!.body.toString('latin1', 0, 4), mp4!.body.length + 8]).toEqual(['mp42', 0x1c]);
  expect([mov!.body.toString('latin1', 0, 4), mov!.body.length + 8]).toEqual(['qt  ', 0x1c]);
});

test('the front header holds seconds, version and thumbnail', () => {
  const skip = requireBox(bytesOf(compose({})), 'skip');
  expect(findBox(skip, ['tima'])?.readUInt32BE(0)).toBe(3);
  expect(findBox(skip, ['ver '])).toHaveLength(8);
  expect(findBox(skip, ['thma'])).toEqual(parts.thumbnail);
});

test('times are the wall clock counted from 1904, without a zone', () => {
  const file = bytesOf(compose({ startedLocal: new Date('2026-04-06T14:22:05Z') }));
  const expected = Date.UTC(2026, 3, 6, 14, 22, 5) / 1000 - Date.UTC(1904, 0, 1) / 1000;
  const paths = [
    ['moov', 'mvhd'],
    ['moov', 'trak', 'tkhd'],
    ['moov', 'trak', 'mdia', 'mdhd'],
  ];
  for (const path of paths) expect(requireBox(file, ...path).readUInt32BE(4)).toBe(expected);
});

test('the sample tables lead to the footage, repeated', () => {
  const file = bytesOf(compose({ durationSeconds: 9, sizeBytes: 3_000_000, gps: gps(9), seed: 5 }));
  const [video, audio] = readSampleTracks(file);
  expect(video!.sizes).toHaveLength(135);
  expect(video!.syncs.filter(Boolean)).toHaveLength(9);
  expect(audio!.syncs.every(Boolean)).toBe(true);
  for (const track of [video!, audio!]) {
    const numbers = track.offsets.slice(0, -1).map((offset) => track.bytes[offset]!);
    const loop = track === video ? 60 : 125;
    expect(numbers).toEqual(numbers.map((_, index) => (numbers[0]! + index) % loop));
  }
});

describe('GPS blocks', () => {
  test.each([0x4000, 0x8000] as const)('of 0x%x bytes stand on their boundary inside mdat', (blockBytes) => {
    const file = bytesOf(compose({ gps: gps(3, { blockBytes }), sizeBytes: 2_000_000 }));
    const mdat = readBoxes(file).find(({ type }) => type === 'mdat')!;
    const entries = gpsIndex(file);
    expect(entries).toHaveLength(3);
    for (const [offset, size] of entries) {
      expect(size).toBe(blockBytes);
      expect(offset % blockBytes).toBe(0);
      expect(offset).toBeGreaterThan(mdat.offset);
      expect(offset + size).toBeLessThanOrEqual(mdat.offset + 8 + mdat.body.length);
      expect(file.readUInt32BE(offset)).toBe(blockBytes);
      expect(file.toString('latin1', offset + 4, offset + 12)).toBe('freeGPS ');
    }
  });

  test('are still there when the index is not', () => {
    const file = bytesOf(compose({ gps: gps(3, { index: false }) }));
    expect(findBox(file, ['moov', 'gps '])).toBeNull();
    expect(file.toString('latin1').split('freeGPS ')).toHaveLength(4);
  });

  test('of a time-lapse may outnumber the seconds', () => {
    const file = bytesOf(compose({ durationSeconds: 2, gps: gps(30) }));
    expect(gpsIndex(file)).toHaveLength(30);
  });

  test('do not overlap the samples', () => {
    const file = bytesOf(compose({ gps: gps(3) }));
    for (const track of readSampleTracks(file)) expect(track.bytes.includes('freeGPS ')).toBe(false);
  });
});

describe('the size', () => {
  test.each(['front', 'back'] as const)('is exactly what was asked for, with moov at the %s', (moov) => {
    fc.assert(
      fc.property(fc.integer({ min: 400_000, max: 5_000_000 }), fc.boolean(), (sizeBytes, withGps) => {
        expect(compose({ moov, sizeBytes, gps: withGps ? gps(3) : null }).sizeBytes).toBe(sizeBytes);
      }),
    );
  });

  test('is never below what the footage needs', () => {
    expect(compose({ sizeBytes: 1_000 }).sizeBytes).toBe(compose({}).sizeBytes);
  });

  test('past 4 GiB takes 64-bit positions, and the last sample is where they say', () => {
    const clip = compose({ sizeBytes: 5 * 2 ** 30, gps: gps(3), durationSeconds: 3 });
    expect(clip.sizeBytes).toBe(5 * 2 ** 30);
    const head = bytesOf(clip, 0, 0x10010);
    expect(head.readUInt32BE(0x10000)).toBe(1);
    expect(Number(head.readBigUInt64BE(0x10008))).toBe(clip.sizeBytes - 0x10000);
    const co64 = requireBox(head.subarray(0, 0x10000), 'moov', 'trak', 'mdia', 'minf', 'stbl', 'co64');
    const lastChunk = Number(co64.readBigUInt64BE(co64.length - 8));
    expect(lastChunk).toBeGreaterThan(2 ** 31);
    const last = bytesOf(clip, lastChunk, lastChunk + 100);
    expect(new Set(last).size).toBe(1);
    expect(last[0]! % 15).toBe(0);
  });
});

describe('the seed', () => {
  test.each([{ thumbnail: true }, { thumbnail: false }])(
    'tells clips apart that are otherwise equal: %o',
    () => {
      const files = [1, 2, 3, 4, 5].map((seed) => bytesOf(compose({ seed })).toString('latin1'));
      expect(new Set(files).size).toBe(5);
    },
  );

  test('gives the same bytes for the same clip', () => {
    expect(bytesOf(compose({ gps: gps(3) })).equals(bytesOf(compose({ gps: gps(3) })))).toBe(true);
  });
});
