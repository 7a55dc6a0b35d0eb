import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gpsLayouts } from '../../../simulator/clip-source.ts';
import { gpsPackets, nullPackets } from '../../../simulator/clips/ts-packets.ts';
import { tinyMp4Pieces, type Piece } from '../../../simulator/tiny-mp4.ts';
import { counted, driveSamples, sparseSource, type Counted } from '../../../test/gps-sources.ts';
import { bufferSource } from '../lib/byte-source.ts';
import { judgeFixes } from './fix-policy.ts';
import { recordOfBlock } from './gps-block.ts';
import { indexOfMoov } from './gps-index.ts';
import { readGps } from './gps-reader.ts';
import { packTrack, unpackFixes, unpackTrack } from './track-codec.ts';

const sizeBytes = 600_000;
const pieces = tinyMp4Pieces(sizeBytes, {
  durationSeconds: 10,
  gps: { layout: 'payload-4c', blockBytes: 0x4000, index: true, samples: driveSamples(10, 2) },
});
const stream = Buffer.concat(
  driveSamples(10).flatMap((sample, index) => [
    gpsPackets(sample, index * 6),
    nullPackets(20, Buffer.alloc(400, 9)),
  ]),
);

/** Whatever comes out has numbers that are numbers, within the world, and survives being judged and packed. */
async function expectSane(source: Counted, container: 'mp4' | 'ts'): Promise<void> {
  const { records, notes } = await readGps(source, { container, durationMs: 10_000 });
  expect(notes.length).toBeLessThan(10);
  for (const record of records) {
    expect(Math.abs(record.latitude)).toBeLessThanOrEqual(90);
    expect(Math.abs(record.longitude)).toBeLessThanOrEqual(180);
    expect(Number.isInteger(record.offsetMs)).toBe(true);
    expect(record.clockMs === null || Number.isSafeInteger(record.clockMs)).toBe(true);
    expect(record.speedMps === null || record.speedMps < 155).toBe(true);
    expect(record.courseDegrees === null || record.courseDegrees < 360).toBe(true);
  }
  const judged = judgeFixes(records);
  expect(unpackTrack(packTrack(judged))).toHaveLength(records.length);
  // No input makes it read much more than its own size: the scan, and once more at each entry of an index.
  expect(source.bytes()).toBeLessThan(4 * source.sizeBytes + 30_000_000);
}

const bytes = fc.uint8Array({ maxLength: 3_000 });
const damage = fc.array(
  fc.record({ at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), value: fc.nat(255) }),
  { maxLength: 40 },
);

test('any bytes are read without a crash', async () => {
  await fc.assert(
    fc.asyncProperty(bytes, fc.constantFrom('mp4' as const, 'ts' as const), async (content, container) => {
      await expectSane(counted(bufferSource(content)), container);
    }),
    { numRuns: 300 },
  );
});

const box = (type: string, content: Uint8Array): Buffer => {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(content.length + 8);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, content]);
};

test('boxes with any content are read without a crash', async () => {
  await fc.assert(
    fc.asyncProperty(bytes, bytes, async (index, media) => {
      const moov = box('moov', Buffer.concat([box('mvhd', index.subarray(0, 40)), box('gps ', index)]));
      await expectSane(counted(bufferSource(Buffer.concat([moov, box('mdat', media)]))), 'mp4');
    }),
    { numRuns: 300 },
  );
});

test('a clip with flipped bytes, cut anywhere, is read without a crash', async () => {
  const where: Piece[] = pieces.filter(({ bytes: content }) => content.length > 0);
  await fc.assert(
    fc.asyncProperty(damage, fc.integer({ min: 0, max: sizeBytes }), fc.nat(), async (flips, cut, pick) => {
      const torn = where.map((piece, index) => ({
        ...piece,
        bytes: index === 0 || index === pick % where.length ? flipped(piece.bytes, flips) : piece.bytes,
      }));
      await expectSane(sparseSource(cut, torn), 'mp4');
    }),
    { numRuns: 300 },
  );
});

test('a stream with flipped bytes, cut anywhere, is read without a crash', async () => {
  await fc.assert(
    fc.asyncProperty(damage, fc.nat(stream.length), async (flips, cut) => {
      await expectSane(counted(bufferSource(flipped(stream, flips).subarray(0, cut))), 'ts');
    }),
    { numRuns: 200 },
  );
});

test('damaged sample tables are read without a crash', async () => {
  const without = tinyMp4Pieces(20_000, { durationSeconds: 10 });
  await fc.assert(
    fc.asyncProperty(damage, fc.nat(20_000), async (flips, cut) => {
      const torn = without.map((piece) => ({ ...piece, bytes: flipped(piece.bytes, flips) }));
      await expectSane(sparseSource(cut, torn), 'mp4');
    }),
    { numRuns: 300 },
  );
});

test('an index that claims more entries than there are bytes costs no more than those bytes', () => {
  const moov = Buffer.alloc(64);
  moov.write('moov', 4);
  moov.writeUInt32BE(56, 8);
  moov.write('gps ', 12);
  moov.writeUInt32BE(0xffff_ffff, 20);
  moov.fill(1, 24);
  expect(indexOfMoov(moov, 2 ** 40).blocks.length).toBeLessThanOrEqual(5);
});

test('an index of a million entries that lead nowhere is soon given up', async () => {
  const head = Buffer.alloc(8 + 16 + 8_000_000, 1);
  head.writeUInt32BE(head.length, 0);
  head.write('moov', 4);
  head.writeUInt32BE(head.length - 8, 8);
  head.write('gps ', 12);
  head.writeUInt32BE(1_000_000, 20);
  const source = sparseSource(9_000_000_000, [{ offset: 0, bytes: head }]);
  expect((await readGps(source, { container: 'mp4', durationMs: null })).records).toEqual([]);
  expect(source.reads.length).toBeLessThan(3_000);
});

test.each(gpsLayouts)('a damaged block of layout %s gives one record or none', (layout) => {
  const [, block] = tinyMp4Pieces(100_000, {
    durationSeconds: 1,
    gps: { layout, blockBytes: 0x4000, index: true, samples: driveSamples(1) },
  });
  fc.assert(
    fc.property(damage, fc.nat(0x200), (flips, cut) => {
      const record = recordOfBlock(flipped(block!.bytes.subarray(0, 0x180), flips).subarray(0, cut), 0);
      expect(record === null || Math.abs(record.latitude) <= 90).toBe(true);
    }),
  );
});

test('any bytes are a packed track or are refused', () => {
  fc.assert(
    fc.property(bytes, fc.nat(2), (content, version) => {
      const points = Uint8Array.from([version, ...content]);
      for (const read of [unpackTrack, (packed: Uint8Array) => unpackFixes(packed, 0)]) {
        try {
          expect(read(points).length).toBeLessThanOrEqual(content.length);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
        }
      }
    }),
    { numRuns: 500 },
  );
});

function flipped(content: Buffer, flips: ReadonlyArray<{ at: number; value: number }>): Buffer {
  const result = Buffer.from(content);
  for (const { at, value } of flips) if (result.length > 0) result[Math.floor(at * result.length)] = value;
  return result;
}
