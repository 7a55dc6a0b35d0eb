import { expect, test } from 'vitest';
import { box, fullBox, u32s } from './mp4-boxes.ts';
import { at, readSampleTracks, sliceTrack } from './mp4-samples.ts';
import { syntheticFootage } from './test-support.ts';

/** Three samples of 1, 2 and 3 bytes in two chunks; the chunk of the last stands first in the file. */
function smallFile(): Buffer {
  const mdat = box('mdat', Buffer.from('ccc-abb', 'latin1'));
  const stbl = box(
    'stbl',
    box('stsd', u32s(0, 0)),
    fullBox('stts', 0, u32s(1, 3, 100)),
    fullBox('stss', 0, u32s(2, 1, 3)),
    fullBox('stsc', 0, u32s(2, 1, 2, 1, 2, 1, 1)),
    fullBox('stsz', 0, u32s(0, 3, 1, 2, 3)),
    fullBox('stco', 0, u32s(2, 12, 8)),
  );
  const mdhd = fullBox('mdhd', 0, u32s(0, 0, 1_500, 300, 0));
  const hdlr = fullBox('hdlr', 0, u32s(0), Buffer.from('vide'), Buffer.alloc(13));
  const tkhd = fullBox('tkhd', 7, Buffer.alloc(72), u32s(640 * 0x10000, 360 * 0x10000));
  return Buffer.concat([mdat, box('moov', box('trak', tkhd, box('mdia', mdhd, hdlr, box('minf', stbl))))]);
}

test('samples are found through the chunk tables, whatever their order in the file', () => {
  const [track] = readSampleTracks(smallFile());
  expect(track).toMatchObject({ handler: 'vide', timescale: 1_500, sampleTicks: 100 });
  expect([track!.widthPixels, track!.heightPixels]).toEqual([640, 360]);
  expect(track!.bytes.toString()).toBe('abbccc');
  expect(track!.offsets).toEqual([0, 1, 3, 6]);
  expect(track!.syncs).toEqual([true, false, true]);
});

test('a slice of a track starts at its own zero', () => {
  const slice = sliceTrack(readSampleTracks(smallFile())[0]!, 1, 2);
  expect(slice.bytes.toString()).toBe('bbccc');
  expect(slice.offsets).toEqual([0, 2, 5]);
  expect(slice.syncs).toEqual([false, true]);
});

test('asking for more samples than there are is an error that counts them', () => {
  expect(() => sliceTrack(syntheticFootage().video, 0, 61)).toThrow('60 vide samples, 61 are needed');
});

test('an entry that is not there is an error', () => {
  expect(() => at([1], 1)).toThrow(RangeError);
});
