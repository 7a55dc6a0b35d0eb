import { execa } from 'execa';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { ClipSource } from './clip-source.ts';
import { bytesSource, patternSource, readWhole } from './pattern-source.ts';
import { embeddedThumbnail } from './thumbnails.ts';
import { localTime } from './times.ts';
import { tinyMp4Source } from './tiny-mp4.ts';

async function part(source: ClipSource, from: number, to: number) {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source.read(from, to)) chunks.push(chunk);
  return { chunks, bytes: Buffer.concat(chunks) };
}

describe.each([
  ['a pattern', patternSource(300_000, 7)],
  ['bytes in memory', bytesSource(Buffer.alloc(200_000, 'abc'))],
  ['a tiny MP4', tinyMp4Source(7, 300_000)],
  ['a tiny MP4 with moov at its end', tinyMp4Source(7, 300_000, { moov: 'back' })],
])('%s', (_, source) => {
  test('reads any part as it reads the whole', async () => {
    const whole = await readWhole(source);
    expect(whole.length).toBe(source.sizeBytes);
    const end = source.sizeBytes;
    const ranges = [
      [0, 1],
      [65_535, 65_537],
      [1_000, 150_000],
      [end - 1, end],
      [end - 1_500, end + 99],
      [end, end],
      [700, 3_000],
    ];
    for (const [from = 0, to = 0] of ranges) {
      const { bytes } = await part(source, from, to);
      expect(bytes.equals(whole.subarray(from, to)), `${from} to ${to}`).toBe(true);
    }
  });

  test('comes in chunks of at most 64 KiB', async () => {
    const { chunks } = await part(source, 0, source.sizeBytes);
    expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThanOrEqual(65_536);
  });
});

test('patterns of different seeds differ, also when one is shifted by a block', async () => {
  const one = await readWhole(patternSource(200_000, 1));
  const two = await readWhole(patternSource(200_000, 2));
  expect(one.equals(two)).toBe(false);
  expect(one.subarray(0, 65_536).equals(one.subarray(65_536, 131_072))).toBe(false);
});

interface Box {
  type: string;
  start: number;
  end: number;
}

/** Boxes of `[from, to)`; throws unless they tile it. */
function boxes(file: Buffer, from = 0, to = file.length): Box[] {
  const found: Box[] = [];
  let at = from;
  while (at < to) {
    const size = file.readUInt32BE(at);
    if (size < 8 || at + size > to) throw new Error(`box of ${size} bytes at ${at} does not fit`);
    found.push({ type: file.toString('latin1', at + 4, at + 8), start: at, end: at + size });
    at += size;
  }
  return found;
}

function inside(file: Buffer, ...path: string[]): Box {
  const [type, ...rest] = path;
  const search = (list: Box[], names: string[]): Box => {
    const box = list.find((candidate) => candidate.type === names[0]);
    if (box === undefined) throw new Error(`no ${names[0]}`);
    return names.length === 1 ? box : search(boxes(file, box.start + 8, box.end), names.slice(1));
  };
  return search(boxes(file), [type ?? '', ...rest]);
}

describe('a tiny MP4', () => {
  test.each(['front', 'back'] as const)('with moov at the %s has its last sample in mdat', async (moov) => {
    const file = await readWhole(tinyMp4Source(3, 50_001, { moov, durationSeconds: 12 }));
    expect(file.length).toBe(50_001);
    const order = boxes(file).map((box) => box.type);
    expect(order).toEqual(moov === 'front' ? ['ftyp', 'moov', 'mdat'] : ['ftyp', 'mdat', 'moov']);
    const table = ['moov', 'trak', 'mdia', 'minf', 'stbl'];
    const offset = file.readUInt32BE(inside(file, ...table, 'stco').start + 16);
    const sizes = inside(file, ...table, 'stsz').start;
    const end = offset + file.readUInt32BE(sizes + 12) * file.readUInt32BE(sizes + 16);
    const mdat = inside(file, 'mdat');
    expect(offset).toBe(mdat.start + 8);
    expect(end).toBeLessThanOrEqual(mdat.end);
  });

  test('carries the camera-local start in mvhd', async () => {
    const startedLocal = localTime(2026, 5, 4, 3, 2, 1);
    const file = await readWhole(tinyMp4Source(1, 20_000, { startedLocal }));
    const created = file.readUInt32BE(inside(file, 'moov', 'mvhd').start + 12) - 2_082_844_800;
    expect(new Date(created * 1000)).toEqual(startedLocal);
  });

  test('plays: ffprobe reads its duration and ffmpeg decodes it without a complaint', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tiny-mp4-'));
    const path = join(folder, 'clip.mp4');
    await writeFile(path, await readWhole(tinyMp4Source(1, 30_000, { durationSeconds: 9 })));
    const entries = ['-show_entries', 'format=duration', '-of', 'csv=p=0'];
    const probed = await execa('ffprobe', ['-v', 'error', ...entries, path]);
    const decoded = await execa('ffmpeg', ['-v', 'warning', '-i', path, '-f', 'null', '-']);
    await rm(folder, { recursive: true });
    expect([probed.stdout, decoded.stderr]).toEqual(['9.000000', '']);
  });

  test('too small for its boxes is refused', () => {
    expect(() => tinyMp4Source(1, 500)).toThrow(/does not fit/);
  });

  test('beyond 4 GiB has a 64-bit mdat and still its exact size', async () => {
    const source = tinyMp4Source(1, 5 * 1024 ** 3);
    const { bytes } = await part(source, 0, 3_000);
    const mdat = bytes.indexOf('mdat');
    expect(bytes.readUInt32BE(mdat - 4)).toBe(1);
    expect(Number(bytes.readBigUInt64BE(mdat + 4)) + mdat - 4).toBe(source.sizeBytes);
    expect((await part(source, source.sizeBytes - 10, source.sizeBytes)).bytes).toHaveLength(10);
  });

  test('has no embedded thumbnail to serve', async () => {
    expect(await embeddedThumbnail(tinyMp4Source(1, 20_000))).toBeNull();
  });
});

test('an embedded thumbnail is found in the front skip box', async () => {
  const jpeg = Buffer.from([0xff, 0xd8, 1, 2, 3, 0xff, 0xd9]);
  const size = Buffer.alloc(4);
  size.writeUInt32BE(jpeg.length + 8);
  const file = Buffer.concat([Buffer.alloc(40), size, Buffer.from('thma'), jpeg, Buffer.alloc(50)]);
  const thumbnail = await embeddedThumbnail(bytesSource(file));
  expect(await readWhole(thumbnail!)).toEqual(jpeg);
});
