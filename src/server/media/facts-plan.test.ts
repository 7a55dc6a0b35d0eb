import { expect, test } from 'vitest';
import { patchOfFacts, patchOfFailure, type KnownFacts } from './facts-plan.ts';
import type { MediaFacts } from './media-facts.ts';

const clip: KnownFacts = {
  id: 7,
  name: 'a.MP4',
  size_bytes: 10,
  mtime_ms: 5,
  local_start: '2026-06-28T13:34:16',
  local_day: '2026-06-28',
  path: 'a.MP4',
  container: 'mp4',
  state: 'archived',
  media_due: 1,
  started_at: 0,
  duration_ms: 60_000,
  media_duration_ms: null,
  width: null,
  height: null,
  complete: null,
  repair: null,
  repair_note: null,
  video_codec: null,
  audio_codec: 'mp4a',
  codecs: null,
  fps: null,
  picture_offset: null,
  picture_bytes: null,
};
const facts: MediaFacts = {
  durationMs: 59_900,
  videoCodec: 'avc1',
  audioCodec: 'mp4a',
  codecs: 'avc1.640033,mp4a.40.2',
  width: 1920,
  height: 1080,
  fps: 30,
  complete: true,
  flaw: null,
  picture: { offset: 100, bytes: 50 },
};
const broken = { ...facts, complete: false, flaw: 'there is no moov box' };

test('what the file tells is put down; the length that is known otherwise stays', () => {
  expect(patchOfFacts(clip, facts, true)).toEqual({
    id: 7,
    media_due: 2,
    media_error: null,
    duration_ms: 60_000,
    media_duration_ms: 59_900,
    video_codec: 'avc1',
    audio_codec: 'mp4a',
    codecs: 'avc1.640033,mp4a.40.2',
    width: 1920,
    height: 1080,
    fps: 30,
    complete: 1,
    picture_offset: 100,
    picture_bytes: 50,
    repair: null,
    repair_note: null,
  });
  expect(patchOfFacts(clip, facts, false).media_due).toBe(0);
});

test('a file without sound has none, whatever was known; one that tells nothing changes nothing', () => {
  expect(patchOfFacts(clip, { ...facts, audioCodec: null }, true).audio_codec).toBeNull();
  const silent = { ...broken, videoCodec: null, audioCodec: null, width: null };
  expect(patchOfFacts({ ...clip, width: 640 }, silent, true)).toMatchObject({
    audio_codec: 'mp4a',
    width: 640,
  });
});

const repairOf = (row: Partial<KnownFacts>, found: MediaFacts) => {
  const { repair, repair_note } = patchOfFacts({ ...clip, ...row }, found, true);
  return [repair, repair_note];
};

test('what is damaged is to be repaired, once', () => {
  const note = 'The recording was not finished: what tells how to play it is missing.';
  expect(repairOf({}, broken)).toEqual(['due', note]);
  expect(repairOf({ container: 'mov' }, broken)).toEqual(['due', note]);
  expect(repairOf({ container: 'ts' }, broken)).toEqual([null, note]);
  expect(repairOf({ container: 'jpg' }, broken)).toEqual([null, note]);
  expect(repairOf({ repair: 'repaired', repair_note: 'x' }, broken)).toEqual(['repaired', 'x']);
  expect(repairOf({ repair: 'impossible', repair_note: 'x' }, broken)).toEqual(['impossible', 'x']);
  expect(repairOf({ repair: 'due', repair_note: 'x' }, broken)).toEqual(['due', 'x']);
  expect(repairOf({ repair: 'due' }, broken)).toEqual(['due', note]);
  expect(repairOf({ repair: 'due', repair_note: 'x' }, facts)).toEqual([null, null]);
});

test('what is known of a clip by its repaired copy stays, until its file is whole', () => {
  const known = {
    duration_ms: 41_000,
    media_duration_ms: 41_000,
    video_codec: 'avc1',
    audio_codec: null,
    codecs: 'avc1.640028',
    width: 640,
    height: 360,
    fps: 15,
  };
  const repaired = { ...clip, ...known, repair: 'repaired', repair_note: 'It is cut.' } as const;
  expect(patchOfFacts(repaired, { ...broken, codecs: null, durationMs: 60_000 }, true)).toMatchObject({
    ...known,
    complete: 0,
    picture_offset: 100,
    repair: 'repaired',
  });
  expect(patchOfFacts(repaired, facts, true)).toMatchObject({ codecs: facts.codecs, repair: null });
});

test('a file that cannot be read leaves everything as it was, with a reason', () => {
  const known = { ...clip, repair: 'due', complete: 0 } as const;
  const patch = patchOfFailure(known, 'why');
  expect(patch).toMatchObject({
    media_due: 0,
    media_error: 'why',
    repair: 'due',
    complete: 0,
    audio_codec: 'mp4a',
  });
  expect(Object.keys(patch).toSorted()).toEqual(Object.keys(patchOfFacts(clip, facts, true)).toSorted());
});
