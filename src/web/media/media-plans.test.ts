import { describe, expect, test } from 'vitest';
import { captureSchema, type Clip } from '../../shared/clips.ts';
import { clipMediaSchema, type ClipMedia } from '../../shared/media.ts';
import { archivedClip } from '../test-support.ts';
import { filmstripUrl, pictureUrl, sourceUrl } from './addresses.ts';
import { captureHealth, healthWords } from './health-words.ts';
import { photoAlt } from './picture-words.ts';
import { frameAt, frameBox, laterBy, secondsOfFrame } from './scrub-plan.ts';
import { spread } from './spread-plan.ts';

const strip = { frames: 25, columns: 10, tileWidth: 240, tileHeight: 136, intervalMs: 2400 };

function media(over: Partial<ClipMedia> = {}): ClipMedia {
  return clipMediaSchema.parse({
    version: 'a1',
    codecs: null,
    audioCodec: null,
    fps: null,
    hasPicture: true,
    thumbnail: 'ready',
    filmstrip: 'ready',
    strip,
    proxy: 'none',
    proxyBytes: null,
    health: 'whole',
    repairWaits: false,
    healthNote: null,
    ...over,
  });
}

describe('looking through a clip', () => {
  test('shows the tile under the pointer, and the last at the very edge and beyond', () => {
    expect([0, 0.5, 0.999, 1, 1.2, -0.1].map((share) => frameAt(share, strip))).toEqual([
      0, 12, 24, 24, 24, 0,
    ]);
    expect(frameAt(0.5, { frames: 0 })).toBe(0);
  });
  test('moves the picture so that one tile fills the window', () => {
    expect(frameBox(0, strip)).toEqual({ width: '1000%', height: '300%', left: '0%', top: '0%' });
    expect(frameBox(13, strip)).toEqual({ width: '1000%', height: '300%', left: '-300%', top: '-100%' });
  });
  test('knows when that was, also over midnight', () => {
    expect(secondsOfFrame(13, strip)).toBe(31);
    expect(laterBy('2026-09-03T23:59:50', 15)).toBe('2026-09-04T00:00:05');
  });
});

describe('addresses of pictures', () => {
  test('may be kept for ever only once the picture is ours, for it replaces the one of the camera', () => {
    const early = archivedClip(7, { media: media({ thumbnail: 'waiting' }) });
    expect(pictureUrl(early, 'tile')).toBe('/api/clips/7/picture?size=tile');
    expect(pictureUrl(archivedClip(7, { media: media() }), 'large')).toBe(
      '/api/clips/7/picture?size=large&v=a1',
    );
  });
  test('are none while there is no picture: what is not there is not asked for', () => {
    expect(pictureUrl(archivedClip(7), 'tile')).toBeNull();
    expect(pictureUrl(archivedClip(7, { media: media({ hasPicture: false }) }), 'tile')).toBeNull();
    expect(filmstripUrl(archivedClip(7, { media: media({ filmstrip: 'waiting', strip: null }) }))).toBeNull();
    expect(filmstripUrl(archivedClip(7, { media: media() }))).toBe('/api/clips/7/filmstrip?v=a1');
  });
  test('of bytes have the version of the file where it is known', () => {
    expect(sourceUrl(archivedClip(7), 'original')).toBe('/api/clips/7/video');
    expect(sourceUrl(archivedClip(7, { media: media() }), 'proxy')).toBe('/api/clips/7/proxy?v=a1');
    expect(sourceUrl(archivedClip(7, { media: media() }), 'repair')).toBe('/api/clips/7/repaired?v=a1');
  });
});

/** What is said of the health of a capture. */
const healthOf = (...clips: Clip[]) =>
  captureHealth(
    captureSchema.parse({
      id: 1,
      cameraId: 1,
      localStart: '2026-09-03T10:00:00',
      startedAt: 0,
      kind: 'normal',
      locked: false,
      clips,
    }),
  );

describe('the health of a recording', () => {
  test('is not spoken of when nothing is known to be wrong', () => {
    expect(healthWords(archivedClip(1))).toBeNull();
    expect(
      healthOf(archivedClip(1, { media: media() }), archivedClip(2, { media: media({ health: 'unknown' }) })),
    ).toEqual([]);
  });
  test('names the channel where it is not all of it', () => {
    const cut = media({ health: 'damaged', repairWaits: true, healthNote: 'It was cut.' });
    const rear = archivedClip(2, { channel: 'rear', media: cut });
    expect(healthOf(archivedClip(1, { media: media() }), rear)).toEqual([
      { text: 'Rear damaged, being repaired', tone: 'red', note: 'It was cut.' },
    ]);
    expect(healthOf(rear).map(({ text }) => text)).toEqual(['Damaged, being repaired']);
    expect(healthWords(archivedClip(3, { media: media({ health: 'repaired' }) }))?.text).toBe('Repaired');
    expect(healthWords(archivedClip(3, { media: media({ health: 'damaged' }) }))?.text).toBe('Damaged');
  });
});

test('a photo says whose it is and when it was taken', () => {
  expect(photoAlt(archivedClip(1, { container: 'jpg' }))).toMatch(/^Photo of the front camera, .*10:00:00/);
});

test('a few pictures stand for many, with the first and the last', () => {
  const all = Array.from({ length: 21 }, (_, index) => index);
  expect(spread(all, 5)).toEqual([0, 5, 10, 15, 20]);
  expect(spread([1, 2], 5)).toEqual([1, 2]);
});
