import { expect, test } from 'vitest';
import { captureSchema, clipSchema, type Clip } from '../../shared/clips.ts';
import { dayCounts, keptWords, missingGroups, pictureWords } from './archive-words.ts';

const day = {
  day: '2026-09-03',
  archived: 92,
  wanted: 2,
  lost: 0,
  locked: 4,
  parking: 0,
  archivedBytes: 12_400_000_000,
  firstLocalStart: '2026-09-03T07:22:00',
  lastLocalStart: '2026-09-03T18:10:00',
  captures: 48,
};

test('a day tells only what there is to tell', () => {
  expect(dayCounts(day).map((count) => count.text)).toEqual([
    '92 archived',
    '2 still on the camera',
    '4 locked',
  ]);
  expect(dayCounts({ ...day, archived: 0, wanted: 0, locked: 0 }).map((count) => count.text)).toEqual([
    'Nothing in the archive',
  ]);
});

test('a picture is told by codec and size', () => {
  expect(pictureWords({ videoCodec: 'hevc', width: 3840, height: 2160 })).toBe('H.265 (HEVC), 3840 × 2160');
  expect(pictureWords({ videoCodec: null, width: null, height: null })).toBeNull();
});

const moment = {
  cameraId: 1,
  kind: 'normal',
  locked: false,
  localStart: '2026-09-03T10:00:00',
  startedAt: 0,
};

function clip(id: number, channel: Clip['channel'], state: Clip['state']): Clip {
  return clipSchema.parse({
    ...moment,
    id,
    channel,
    state,
    captureId: 1,
    name: 'a.MP4',
    container: 'mp4',
    kept: false,
    stateReason: null,
    stateAt: 0,
    durationMs: null,
    sizeBytes: null,
    remoteSizeBytes: 1,
    remoteSizeExact: true,
    path: null,
    videoCodec: null,
    width: null,
    height: null,
    attempts: 0,
    nextAttemptAt: null,
    lastError: null,
  });
}

test('what is kept is named where it is not all of a capture', () => {
  const [front, rear] = [clip(1, 'front', 'archived'), clip(2, 'rear', 'archived')];
  expect(keptWords({ clips: [front, rear] })).toBeNull();
  expect(keptWords({ clips: [front, { ...rear, kept: true }] })).toBe('Rear kept');
  expect(keptWords({ clips: [front, rear].map((each) => ({ ...each, kept: true })) })).toBe('Kept');
});

function words(...clips: Clip[]): string[] {
  return missingGroups(captureSchema.parse({ ...moment, id: 1, clips }), 0).map((group) => group.words);
}

test('channels of which the same is to be said are named together', () => {
  const [front, rear] = [clip(1, 'front', 'waiting'), clip(2, 'rear', 'waiting')];
  expect(words(front)).toEqual(['Waiting']);
  expect(words(front, rear)).toEqual(['Waiting']);
  expect(words(front, rear, clip(3, 'interior', 'archived'))).toEqual(['Front and rear: waiting']);
  expect(words(front, clip(2, 'rear', 'failed'))).toEqual(['Front: waiting', 'Rear: failed']);
});
