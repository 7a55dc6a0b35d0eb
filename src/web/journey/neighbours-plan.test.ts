import { expect, test } from 'vitest';
import { dayRoutesSchema, type DayRoutes } from '../../shared/journeys.ts';
import { neighboursOf } from './neighbours-plan.ts';
import { testJourney } from './test-journeys.ts';

const day = (name: string, ...journeys: [id: number, cameraId: number, startedAt: number][]): DayRoutes =>
  dayRoutesSchema.parse({
    day: name,
    journeys: journeys.map(([id, cameraId, startedAt]) => ({
      ...testJourney({ id, cameraId, startedAt, endedAt: startedAt + 1 }),
      outline: [],
    })),
  });

const days = [day('2026-09-04', [5, 1, 500]), day('2026-09-03', [2, 1, 200], [3, 2, 250], [4, 1, 300])];

test('neighbours are those of the same car, over the bounds of a day', () => {
  const around = neighboursOf({ id: 4, cameraId: 1, startedAt: 300 }, days);
  expect([around.previous?.id, around.next?.id]).toEqual([2, 5]);
});

test('the first and the last have one neighbour', () => {
  expect(neighboursOf({ id: 2, cameraId: 1, startedAt: 200 }, days).previous).toBeNull();
  expect(neighboursOf({ id: 5, cameraId: 1, startedAt: 500 }, days).next).toBeNull();
});
