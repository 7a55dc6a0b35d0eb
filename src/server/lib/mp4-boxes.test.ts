import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readWhole } from '../../../simulator/pattern-source.ts';
import { localTime } from '../../../simulator/times.ts';
import { tinyMp4Source } from '../../../simulator/tiny-mp4.ts';
import { bufferSource } from './byte-source.ts';
import { readMp4Facts, topLevelBoxes, type ByteSource } from './mp4-boxes.ts';

const clip = (moov: 'front' | 'back', durationSeconds = 5) =>
  readWhole(
    tinyMp4Source(1, 5000, { moov, durationSeconds, startedLocal: localTime(2026, 6, 28, 13, 34, 16) }),
  );

const box = (type: string, ...content: Uint8Array[]) => {
  const body = Buffer.concat(content);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(body.length + 8);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, body]);
};

const facts = (bytes: Uint8Array) => readMp4Facts(bufferSource(bytes));

test.each(['front', 'back'] as const)('a whole clip with moov in %s tells its facts', async (moov) => {
  expect(await facts(await clip(moov))).toEqual({
    complete: true,
    flaw: null,
    durationMs: 5000,
    createdLocalMs: Date.UTC(2026, 5, 28, 13, 34, 16),
    videoCodec: 'avc1',
    audioCodec: null,
    width: 32,
    height: 32,
    fps: 1,
  });
});

test('a clip cut anywhere is not complete', async () => {
  for (const moov of ['front', 'back'] as const) {
    const whole = await clip(moov);
    for (let bytes = 0; bytes < whole.length; bytes += 37)
      expect((await facts(whole.subarray(0, bytes))).complete, `${moov} ${bytes}`).toBe(false);
  }
});

test('samples that lie behind the end of the file are missed although the boxes tile it', async () => {
  const whole = await clip('back');
  const at = whole.indexOf('stco') + 12;
  whole.writeUInt32BE(whole.length - 10, at);
  expect(await facts(whole)).toMatchObject({
    complete: false,
    flaw: expect.stringMatching(/frames are missing/),
  });
});

test('a box of 64-bit size is walked over, and one that claims too much is named', async () => {
  const wide = Buffer.alloc(24);
  wide.writeUInt32BE(1);
  wide.write('mdat', 4, 'latin1');
  wide.writeBigUInt64BE(24n, 8);
  expect((await topLevelBoxes(bufferSource(Buffer.concat([wide, box('free')])))).boxes).toMatchObject([
    { type: 'mdat', sizeBytes: 24, headerBytes: 16 },
    { type: 'free', sizeBytes: 8 },
  ]);
  wide.writeBigUInt64BE(2n ** 40n, 8);
  expect((await topLevelBoxes(bufferSource(wide))).flaw).toMatch(/behind the end/);
  wide.writeBigUInt64BE(2n ** 63n, 8);
  expect((await topLevelBoxes(bufferSource(wide))).flaw).toMatch(/no box at byte 0/);
});

function co64(at: bigint): Buffer {
  const entry = Buffer.alloc(16);
  entry.writeUInt32BE(1, 4);
  entry.writeBigUInt64BE(at, 8);
  return box('co64', entry);
}

test('64-bit chunk offsets are followed', async () => {
  const whole = await clip('back');
  const [stco, stbl] = [whole.indexOf('stco') - 4, whole.indexOf('stbl') - 4];
  const offset = whole.readUInt32BE(stco + 16);
  const withOffset = (at: bigint) => {
    const grown = Buffer.concat([whole.subarray(0, stco), co64(at)]);
    for (const type of ['moov', 'trak', 'mdia', 'minf']) {
      const start = grown.lastIndexOf(type, stbl) - 4;
      grown.writeUInt32BE(grown.length - start, start);
    }
    grown.writeUInt32BE(grown.length - stbl, stbl);
    return grown;
  };
  expect(await facts(withOffset(BigInt(offset)))).toMatchObject({ complete: true });
  expect(await facts(withOffset(2n ** 33n))).toMatchObject({ complete: false });
});

test('absurd times and lengths of a header are left out', async () => {
  const whole = await clip('front');
  const mvhd = whole.indexOf('mvhd') + 4;
  whole.writeUInt32BE(5, mvhd + 4);
  whole.writeUInt32BE(1, mvhd + 12);
  whole.writeUInt32BE(0xffff_ffff, mvhd + 16);
  expect(await facts(whole)).toMatchObject({ complete: true, durationMs: null, createdLocalMs: null });
});

/** Fails the test when more is read than any camera's moov. */
function counted(bytes: Uint8Array, sizeBytes = bytes.length): ByteSource & { largest: number } {
  const source = {
    sizeBytes,
    largest: 0,
    read: async (offset: number, length: number) => {
      source.largest = Math.max(source.largest, length);
      return bytes.subarray(offset, offset + length);
    },
  };
  return source;
}

test('arbitrary bytes never throw, hang or ask for more memory than a moov may have', async () => {
  const noise = fc.uint8Array({ maxLength: 600 });
  await fc.assert(
    fc.asyncProperty(noise, fc.boolean(), async (bytes, wrapped) => {
      const data = wrapped
        ? Buffer.concat([box('ftyp'), box('moov', box('mvhd', bytes), box('trak', bytes))])
        : bytes;
      const source = counted(data);
      expect((await readMp4Facts(source)).complete).toBe(false);
      expect(source.largest).toBeLessThanOrEqual(64 * 1024 * 1024);
    }),
    { numRuns: 1500 },
  );
});

test('a clip with some bytes changed never throws and never gives a value the ledger cannot hold', async () => {
  const whole = await clip('front');
  const head = whole.indexOf('mdat');
  const change = fc.tuple(fc.nat(head), fc.nat(255));
  await fc.assert(
    fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
      const bytes = Buffer.from(whole);
      for (const [at, value] of changes) bytes[at] = value;
      const result = await facts(bytes);
      for (const value of [result.durationMs, result.createdLocalMs, result.width, result.height])
        expect(value === null || Number.isSafeInteger(value)).toBe(true);
      expect(result.fps === null || Number.isFinite(result.fps)).toBe(true);
      expect(result.complete).toBe(result.flaw === null);
    }),
    { numRuns: 1500 },
  );
});

test('a moov larger than any camera writes is not read', async () => {
  const header = box('moov');
  header.writeUInt32BE(200 * 1024 * 1024);
  const source = counted(header, 200 * 1024 * 1024);
  expect(await readMp4Facts(source)).toMatchObject({
    complete: false,
    flaw: expect.stringMatching(/larger/),
  });
  expect(source.largest).toBeLessThan(1024);
});
