import { describe, expect, test } from 'vitest';
import { dayRowPx, linesOf, openDayRowPx, picturesThatFit } from './day-line-plan.ts';

const desk = { widthPx: 1280, remPx: 16 };
const phone = { widthPx: 390, remPx: 16 };

describe('the lines of a day', () => {
  test.each([
    [
      { journeys: 2, parking: 0 },
      { journeys: 2, more: 0, hasOthers: false, isAlone: false },
    ],
    [
      { journeys: 7, parking: 1 },
      { journeys: 4, more: 3, hasOthers: true, isAlone: false },
    ],
    [
      { journeys: 0, parking: 0 },
      { journeys: 0, more: 0, hasOthers: true, isAlone: false },
    ],
  ])('%j', (day, lines) => expect(linesOf(day, false)).toEqual(lines));
  test('are pictures of what was found alone, where recordings are filtered', () => {
    expect(linesOf({ journeys: 3, parking: 2 }, true)).toEqual({
      journeys: 0,
      more: 0,
      hasOthers: true,
      isAlone: true,
    });
  });
});

test('a row is as high as its lines, and at least as its sketch', () => {
  const px = (journeys: number, parking: number, size = desk) =>
    dayRowPx(linesOf({ journeys, parking }, false), size);
  expect([px(0, 0), px(1, 0), px(2, 0), px(3, 0), px(4, 1), px(6, 1)]).toEqual([
    134, 190, 190, 246, 358, 386,
  ]);
  expect([px(1, 0, phone), px(2, 1, phone)]).toEqual([214, 406]);
  expect(dayRowPx(linesOf({ journeys: 3, parking: 0 }, true), phone)).toBe(170);
  expect([openDayRowPx(desk), openDayRowPx(phone)]).toEqual([66, 110]);
  // With letters twice as large.
  expect(dayRowPx(linesOf({ journeys: 0, parking: 0 }, false), { widthPx: 2560, remPx: 32 })).toBe(266);
});

test('as many pictures are shown as fit', () => {
  expect(picturesThatFit(1120, desk)).toEqual({ journey: 5, others: 7, alone: 11 });
  expect(picturesThatFit(358, phone)).toEqual({ journey: 4, others: 4, alone: 4 });
  expect(picturesThatFit(0, phone)).toEqual({ journey: 1, others: 1, alone: 1 });
});
