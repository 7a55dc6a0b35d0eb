import { expect, test } from 'vitest';
import { createClipFactory } from '../../../simulator/clips/clip-factory.ts';
import { clipSpec, readClip, TEST_CACHE_DIR } from '../../../simulator/clips/test-support.ts';
import type { ClipSpec } from '../../../simulator/clip-source.ts';
import { bufferSource } from '../lib/byte-source.ts';
import type { ByteSource } from '../lib/mp4-boxes.ts';
import type { Container } from '../../shared/clips.ts';
import { readMediaFacts } from './media-facts.ts';

const factory = createClipFactory({ cacheDir: TEST_CACHE_DIR });
const clip = async (overrides: Partial<ClipSpec> = {}) =>
  readClip(await factory.createClip(clipSpec(overrides)));
const facts = (bytes: Uint8Array, container: Container = 'mp4') =>
  readMediaFacts(bufferSource(bytes), container);

const box = (type: string, ...content: Uint8Array[]): Buffer => {
  const body = Buffer.concat(content);
  const header = Buffer.alloc(8);
  header.writeUInt32BE(body.length + 8);
  header.write(type, 4, 'latin1');
  return Buffer.concat([header, body]);
};

/** Boxes of which each is all that is in the one before. */
function nestedBoxes(type: string, depth: number): Buffer {
  const bytes = Buffer.alloc(depth * 8);
  for (let at = 0; at < bytes.length; at += 8) {
    bytes.writeUInt32BE(bytes.length - at, at);
    bytes.write(type, at + 4, 'latin1');
  }
  return bytes;
}

test('a clip tells everything by its boxes', async () => {
  const bytes = await clip();
  const { picture, ...told } = await facts(bytes);
  expect(told).toMatchObject({
    durationMs: 3008,
    videoCodec: 'avc1',
    audioCodec: 'mp4a',
    codecs: expect.stringMatching(/^avc1\.[0-9A-F]{6},mp4a\.40\.2$/),
    fps: 15,
    complete: true,
    flaw: null,
  });
  expect(told.width).toBeGreaterThan(100);
  const jpeg = bytes.subarray(picture!.offset, picture!.offset + picture!.bytes);
  expect([jpeg[0], jpeg[1], jpeg.at(-2), jpeg.at(-1)]).toEqual([0xff, 0xd8, 0xff, 0xd9]);
});

test.each([
  [{ video: 'hevc' }, /^h(vc|ev)1\.1\.6\.L\d+(\.[0-9A-F]+)*,mp4a\.40\.2$/],
  [{ audio: false }, /^avc1\.[0-9A-F]{6}$/],
  [{ moov: 'back', container: 'mov' }, /^avc1\.[0-9A-F]{6},mp4a\.40\.2$/],
] as const)('%j is asked about as %s', async (spec, codecs) => {
  const told = await facts(await clip(spec), 'container' in spec ? 'mov' : 'mp4');
  expect(told.codecs).toMatch(codecs);
  expect(told.complete).toBe(true);
});

test('only some hundred kilobytes of a large clip are read', async () => {
  const source = await factory.createClip(clipSpec({ sizeBytes: 200_000_000, moov: 'back' }));
  const asked: number[] = [];
  const file: ByteSource = {
    sizeBytes: source.sizeBytes,
    async read(offset, length) {
      asked.push(length);
      return readClip(source, offset, Math.min(offset + length, source.sizeBytes));
    },
  };
  const told = await readMediaFacts(file, 'mp4');
  expect(told).toMatchObject({ complete: true, durationMs: 3008 });
  expect(asked.length).toBeLessThan(9);
  expect(asked.reduce((sum, length) => sum + length, 0)).toBeLessThan(600_000);
});

test('a transport stream tells its length, rate and codecs by its tables and time stamps', async () => {
  const told = await facts(await clip({ container: 'ts' }), 'ts');
  expect(told).toMatchObject({
    videoCodec: 'avc1',
    audioCodec: 'mp4a',
    codecs: expect.stringMatching(/^avc1\.[0-9A-F]{6},mp4a\.40\.2$/),
    fps: 15,
    complete: true,
  });
  expect(told.durationMs).toBeGreaterThanOrEqual(2900);
  expect(told.durationMs).toBeLessThanOrEqual(3200);
  expect(await facts(await clip({ container: 'ts', video: 'hevc' }), 'ts')).toMatchObject({
    videoCodec: 'hvc1',
  });
});

test('a photo tells its size', async () => {
  const photo = await readClip(await factory.createPhoto({ channel: 'front', seed: 1 }));
  expect(await facts(photo, 'jpg')).toMatchObject({ width: 1920, height: 1080, complete: true });
  expect(await facts(photo.subarray(0, photo.length / 2), 'jpg')).toMatchObject({ complete: false });
});

test('a clip cut anywhere is not complete, and its own picture still is found where it is whole', async () => {
  const whole = await clip();
  const picture = (await facts(whole)).picture!;
  for (let tenth = 0; tenth < 10; tenth++) {
    const cut = await facts(whole.subarray(0, Math.floor((whole.length * tenth) / 10)));
    expect(cut.complete, `${tenth} tenths`).toBe(false);
    expect(cut.flaw).not.toBeNull();
  }
  const behind = await facts(whole.subarray(0, picture.offset + picture.bytes + 64));
  expect(behind.picture).toEqual(picture);
});

test('a picture that is no JPEG, or is cut, is not one', async () => {
  const jpeg = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3, 0xff, 0xd9]);
  const withPicture = async (bytes: Uint8Array, type = 'thma') =>
    (await facts(box('skip', box('ver ', Buffer.alloc(8)), box(type, bytes)))).picture;
  expect(await withPicture(jpeg)).toEqual({ offset: 32, bytes: 9 });
  expect(await withPicture(Buffer.concat([Buffer.alloc(8), jpeg, Buffer.alloc(20)]))).toEqual({
    offset: 40,
    bytes: 9,
  });
  expect(await withPicture(jpeg.subarray(0, 7))).toBeNull();
  expect(await withPicture(Buffer.alloc(100))).toBeNull();
  expect(await withPicture(jpeg, 'junk')).toBeNull();
  expect((await facts(box('frea', box('thma', jpeg), box('scra', jpeg, jpeg)))).picture).toEqual({
    offset: 33,
    bytes: 18,
  });
});

test('a moov that claims 4 GB, and one that is larger than the file, is told and not read', async () => {
  const claims = Buffer.alloc(16);
  claims.writeUInt32BE(1);
  claims.write('moov', 4, 'latin1');
  claims.writeBigUInt64BE(4n * 1024n ** 3n, 8);
  let read = 0;
  const sparse: ByteSource = {
    sizeBytes: 5 * 1024 ** 3,
    async read(offset, length) {
      read += length;
      const bytes = Buffer.alloc(length);
      if (offset === 0) claims.copy(bytes);
      return bytes;
    },
  };
  expect(await readMediaFacts(sparse, 'mp4')).toMatchObject({
    complete: false,
    flaw: 'the moov box is larger than any camera writes',
  });
  expect(read).toBeLessThan(1_000_000);
  expect(await facts(claims)).toMatchObject({ complete: false, flaw: expect.stringContaining('moov') });
});

test('boxes nested ten thousand deep, and very many of them, are harmless', async () => {
  for (const type of ['moov', 'trak', 'skip', 'mdia']) {
    const nested = nestedBoxes(type, 10_000);
    expect(await facts(box('moov', nested))).toMatchObject({ complete: false });
    expect(await facts(nested)).toMatchObject({ complete: false });
  }
  const many = Buffer.concat(Array.from({ length: 200_000 }, () => box('free')));
  for (const bytes of [many, box('moov', many), box('skip', many), box('moov', box('trak', many))])
    expect(await facts(bytes)).toMatchObject({ complete: false });
  const tracks = Buffer.concat(Array.from({ length: 5000 }, () => box('trak')));
  expect(await facts(box('moov', tracks))).toMatchObject({ flaw: 'the moov box is damaged' });
});

test('whatever single byte of the tables is other, it is read without an error', async () => {
  const whole = await clip({ durationSeconds: 1 });
  const moov = whole.indexOf('moov');
  for (let at = moov - 4; at < moov + 1500; at += 3) {
    const bytes = Buffer.from(whole);
    bytes[at] = 0xff;
    await expect(facts(bytes), `byte ${at}`).resolves.toHaveProperty('complete');
  }
  const stream = await clip({ container: 'ts', durationSeconds: 1 });
  for (let at = 0; at < 1200; at += 7) {
    const bytes = Buffer.from(stream);
    bytes[at] = 0xff;
    await expect(facts(bytes, 'ts'), `byte ${at}`).resolves.toHaveProperty('complete');
  }
});
