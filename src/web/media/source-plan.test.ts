import { describe, expect, test } from 'vitest';
import type { Clip } from '../../shared/clips.ts';
import { clipMediaSchema, type ClipMedia } from '../../shared/media.ts';
import { archivedClip } from '../test-support.ts';
import {
  canHaveCopy,
  choicesOf,
  copyWords,
  obstacleOf,
  sourceToPlay,
  whyNotOriginal,
  type SourceKind,
} from './source-plan.ts';

function media(over: Partial<ClipMedia> = {}): ClipMedia {
  return clipMediaSchema.parse({
    version: 'a1',
    codecs: 'avc1.640033,mp4a.40.2',
    audioCodec: 'aac',
    fps: 30,
    hasPicture: true,
    thumbnail: 'ready',
    filmstrip: 'ready',
    strip: null,
    proxy: 'none',
    proxyBytes: null,
    health: 'whole',
    repairWaits: false,
    healthNote: null,
    ...over,
  });
}

/** A browser that knows H.264 with AAC, and nothing else. */
const chromium = (type: string) => /codecs="avc1[^"]*?(,mp4a[^"]*)?"$/.test(type) && !type.includes('sowt');
const everything = () => true;

const hevc = media({ codecs: 'hvc1.1.6.L153.B0,mp4a.40.2' });

function played(
  clip: Clip,
  over: { canPlay?: typeof chromium; failed?: SourceKind[]; chosen?: SourceKind } = {},
) {
  const { canPlay = chromium, failed = [], chosen = null } = over;
  return sourceToPlay({ clip, canPlay, failed: new Set(failed), chosen });
}

describe('what of a clip is played', () => {
  test('is the file itself where the browser can, with or without a small copy', () => {
    expect(played(archivedClip(1, { media: media({ proxy: 'ready' }) }))).toBe('original');
    expect(played(archivedClip(1, { media: hevc }), { canPlay: everything })).toBe('original');
  });
  test('is the small copy where it cannot', () => {
    const ready = { proxy: 'ready' } as const;
    expect(played(archivedClip(1, { media: { ...hevc, ...ready } }))).toBe('proxy');
    expect(played(archivedClip(1, { container: 'ts', media: media(ready) }), { canPlay: everything })).toBe(
      'proxy',
    );
    expect(played(archivedClip(1, { media: media({ codecs: 'avc1.640033,sowt', ...ready }) }))).toBe('proxy');
  });
  test('is nothing where it cannot and there is no small copy', () => {
    expect(played(archivedClip(1, { media: hevc }))).toBeNull();
    expect(played(archivedClip(1, { container: 'ts' }))).toBeNull();
  });
  test('is a file with a sound that is not known here, as long as there is nothing better', () => {
    expect(played(archivedClip(1, { media: media({ codecs: 'avc1.640033,sowt' }) }))).toBe('original');
  });
  test('is the file itself while nobody has looked into it', () => {
    expect(played(archivedClip(1))).toBe('original');
    expect(played(archivedClip(1, { videoCodec: 'hevc' }))).toBeNull();
    expect(played(archivedClip(1, { videoCodec: 'hevc' }), { canPlay: everything })).toBe('original');
  });
  test('is the repaired copy of one that was cut or broken', () => {
    const repaired = media({ health: 'repaired' });
    expect(played(archivedClip(1, { media: repaired }))).toBe('repair');
    const foreign = { ...hevc, health: 'repaired', proxy: 'ready' } as const;
    expect(played(archivedClip(1, { media: foreign }))).toBe('proxy');
  });
  test('is a damaged file as far as it goes, when there is no other', () => {
    expect(played(archivedClip(1, { media: media({ health: 'damaged' }) }))).toBe('original');
    expect(played(archivedClip(1, { media: media({ health: 'damaged', proxy: 'ready' }) }))).toBe('proxy');
  });
  test('is the next best when one did not play after all, and none when none is left', () => {
    const clip = archivedClip(1, { media: media({ proxy: 'ready' }) });
    expect(played(clip, { failed: ['original'] })).toBe('proxy');
    expect(played(clip, { failed: ['original', 'proxy'] })).toBeNull();
    const repaired = archivedClip(1, { media: media({ health: 'repaired' }) });
    expect(played(repaired, { failed: ['repair'] })).toBe('original');
  });
  test('is what the person chose, once it is there', () => {
    expect(played(archivedClip(1, { media: media({ proxy: 'ready' }) }), { chosen: 'proxy' })).toBe('proxy');
    expect(played(archivedClip(1, { media: media() }), { chosen: 'proxy' })).toBe('original');
    expect(played(archivedClip(1, { media: media({ health: 'repaired' }) }), { chosen: 'original' })).toBe(
      'original',
    );
  });
});

test('the person chooses among what is there, and sees what was asked for', () => {
  const clip = archivedClip(1, { media: media({ health: 'repaired' }) });
  expect(choicesOf(clip, null)).toEqual(['original', 'repair']);
  expect(choicesOf(clip, 'proxy')).toEqual(['original', 'repair', 'proxy']);
});

test('a small copy can be asked for of what is known, is no photo, and has none', () => {
  expect(canHaveCopy(archivedClip(1, { media: media() }))).toBe(true);
  expect(canHaveCopy(archivedClip(1, { media: media({ proxy: 'ready' }) }))).toBe(false);
  expect(canHaveCopy(archivedClip(1, { container: 'jpg', media: media() }))).toBe(false);
  expect(canHaveCopy(archivedClip(1))).toBe(false);
});

test('it is said why the file itself does not play', () => {
  const clip = archivedClip(1, { media: hevc });
  expect(whyNotOriginal(obstacleOf(clip, chromium), false)).toContain('H.265');
  expect(whyNotOriginal(null, true)).toContain('could not play the file itself');
  expect(whyNotOriginal(null, false)).toBeNull();
});

test('of a small copy that is missing it is said how far it is, with a button where one helps', () => {
  expect(copyWords(media({ proxy: 'none' }), false).action).toBe('Make a small copy');
  expect(copyWords(media({ proxy: 'none' }), true).action).toBeNull();
  expect(copyWords(media({ proxy: 'waiting' }), false).action).toBeNull();
  expect(copyWords(media({ proxy: 'failed' }), true).action).toBe('Try again');
  expect(copyWords(undefined, false).action).toBeNull();
});
