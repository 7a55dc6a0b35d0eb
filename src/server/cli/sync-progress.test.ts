import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { ProgressLine, progressLine, type RunFigures } from './sync-progress.ts';

const figures: RunFigures = {
  name: '2026_0628_133416_000002F.MP4',
  doneClips: 2,
  doneBytes: 1_200_000_000,
  restClips: 10,
  restBytes: 3_600_000_000,
  bytesPerSecond: 24_000_000,
  activity: 'fetching',
};

test('the line tells which clip of how many, bytes, rate and time left', () => {
  expect(progressLine(figures, 200)).toBe(
    'clip 3 of 12  1.20 GB of 4.80 GB  24.0 MB/s  3 min left  2026_0628_133416_000002F.MP4',
  );
  expect(progressLine({ ...figures, bytesPerSecond: null }, 200)).toBe(
    'clip 3 of 12  1.20 GB of 4.80 GB  2026_0628_133416_000002F.MP4',
  );
  expect(progressLine({ ...figures, name: null }, 200)).toBe('fetching …');
  expect(progressLine(figures, 20)).toHaveLength(20);
});

const terminal = (isTTY: boolean) => Object.assign(new PassThrough(), { isTTY, columns: 60 });

test('on a terminal the line is drawn over itself and cleared before other words', () => {
  const out = terminal(true);
  const line = new ProgressLine(out, { isQuiet: false });
  line.draw(figures);
  line.draw({ ...figures, name: null });
  line.say('12 clips.');
  const text = String(out.read());
  const [first, ...rest] = text.replaceAll('\u001B[K', '<clear>').split('\r');
  expect([first, ...rest.slice(1)]).toEqual(['', 'fetching …<clear>', '<clear>12 clips.\n']);
  expect(rest[0]).toMatch(/^clip 3 of 12 .*…<clear>$/);
});

test.each([
  [false, false],
  [true, true],
])('with a terminal: %s, quiet: %s, it is silent', (isTTY, isQuiet) => {
  const out = terminal(isTTY);
  const line = new ProgressLine(out, { isQuiet });
  line.draw(figures);
  line.say('12 clips.');
  line.clear();
  expect(out.read()).toBeNull();
});
