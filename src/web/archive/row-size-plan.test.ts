import { expect, test } from 'vitest';
import { captureSchema } from '../../shared/clips.ts';
import { archivedClip } from '../test-support.ts';
import { rowPx } from './row-size-plan.ts';

const row = (count: number) =>
  ({
    kind: 'capture',
    key: 'capture-1',
    capture: captureSchema.parse({
      id: 1,
      cameraId: 1,
      localStart: '2026-09-03T10:00:00',
      startedAt: 0,
      kind: 'normal',
      locked: false,
      clips: Array.from({ length: count }, (_, index) => archivedClip(index + 1)),
    }),
    previous: undefined,
    journeyId: null,
  }) as const;

test('a row is as high as its pictures: beside the words on a desk, below them on a phone', () => {
  expect(rowPx(row(2), 1440)).toBe(85);
  expect(rowPx(row(2), 390)).toBe(146);
  expect(rowPx(row(3), 390)).toBeLessThan(rowPx(row(2), 390));
  expect(rowPx(row(4), 390)).toBeGreaterThan(rowPx(row(2), 390));
});
