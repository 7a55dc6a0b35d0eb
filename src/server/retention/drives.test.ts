import fc from 'fast-check';
import { expect, test } from 'vitest';
import { driveGapMs, mergeSpans, splitDrives, unseenEdges, type DriveCapture } from './drives.ts';

const minuteMs = 60_000;
const captures = (minutes: readonly number[], kind: DriveCapture['kind'] = 'normal'): DriveCapture[] =>
  minutes.map((minute, index) => ({ id: index + 1, camera_id: 1, started_at: minute * minuteMs, kind }));
const minutesOf = (drives: readonly (readonly DriveCapture[])[]) =>
  drives.map((drive) => drive.map((capture) => capture.started_at / minuteMs));

test('a pause of more than 15 minutes between two starts ends a drive', () => {
  expect(minutesOf(splitDrives(captures([0, 15, 30, 46, 47])))).toEqual([
    [0, 15, 30],
    [46, 47],
  ]);
});

test('events belong to a drive; what is recorded while the car stands does not, and joins nothing', () => {
  const drive = captures([0, 30]);
  const parked = captures([10, 20], 'parking').map((capture) => ({ ...capture, id: capture.id + 10 }));
  expect(splitDrives([...drive, ...parked])).toHaveLength(4);
  const event = captures([15], 'event').map((capture) => ({ ...capture, id: 20 }));
  expect(minutesOf(splitDrives([...drive, ...event]))).toEqual([[0, 15, 30]]);
});

test('looking beyond the ends of a part of a drive finds all of it, however long it is', () => {
  const minutes = fc.uniqueArray(fc.integer({ min: 0, max: 600 }), { minLength: 1, maxLength: 80 });
  fc.assert(
    fc.property(minutes, fc.nat(), (all, pick) => {
      const everything = captures(all);
      const asked = everything[pick % everything.length]!;
      let seen = [{ from: asked.started_at - driveGapMs, to: asked.started_at + driveGapMs }];
      for (let reach = driveGapMs; ; reach *= 4) {
        const known = everything.filter(({ started_at: at }) =>
          seen.some(({ from, to }) => from <= at && at <= to),
        );
        const mine = splitDrives(known).filter((drive) => drive.includes(asked));
        const wanted = unseenEdges(mine, seen, reach);
        if (wanted.length > 0) seen = mergeSpans([...seen, ...wanted]);
        else {
          expect(mine).toEqual(splitDrives(everything).filter((drive) => drive.includes(asked)));
          return;
        }
      }
    }),
  );
});

test('stretches that touch are one', () => {
  const spans = [
    { from: 5, to: 8 },
    { from: 0, to: 2 },
    { from: 2, to: 3 },
    { from: 6, to: 7 },
  ];
  expect(mergeSpans(spans)).toEqual([
    { from: 0, to: 3 },
    { from: 5, to: 8 },
  ]);
});
