import { expect, test } from 'vitest';
import { captureSchema } from '../../shared/clips.ts';
import { testJourney } from '../journey/test-journeys.ts';
import { dayCaptures } from './day-captures.ts';

const capture = (id: number) =>
  captureSchema.parse({
    id,
    cameraId: 1,
    kind: 'normal',
    locked: false,
    localStart: '2026-09-03T09:00:00',
    startedAt: id,
    clips: [],
  });

test('the captures of a day are those that are named, in their order, not what else is in its journeys', () => {
  const items = [
    {
      kind: 'journey' as const,
      journey: testJourney({ id: 7 }),
      captures: [capture(1), capture(3), capture(4)],
    },
    { kind: 'unplaced' as const, cameraId: 1, startedAt: 2, endedAt: 2, captures: [capture(2)] },
  ];
  expect(dayCaptures({ captureIds: [2, 3, 4], items }).map(({ id }) => id)).toEqual([2, 3, 4]);
});
