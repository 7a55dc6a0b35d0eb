import { expect, test } from 'vitest';
import { frameArgs } from './frame-plan.ts';

const order = { input: '/a/clip.mp4', container: 'mp4', output: '/c/x.jpg', atMs: 12_345, fps: 25 } as const;
const valueOf = (args: readonly string[], name: string) => args[args.indexOf(name) + 1];

test('the pictures right before the place are read, then those of some seconds, then the last of the file', () => {
  const [short, long, last] = frameArgs(order);
  expect([valueOf(short!, '-ss'), valueOf(short!, '-vf')]).toEqual(['12.245', 'select=lte(t\\,0.101)']);
  expect([valueOf(long!, '-ss'), valueOf(long!, '-vf')]).toEqual(['8.345', 'select=lte(t\\,4.001)']);
  expect(valueOf(last!, '-sseof')).toBe('-4.000');
});

test('nothing before the beginning is asked for, and an unknown rate is the usual one', () => {
  const [first] = frameArgs({ ...order, atMs: 10, fps: null });
  expect([valueOf(first!, '-ss'), valueOf(first!, '-vf')]).toEqual(['0.000', 'select=lte(t\\,0.011)']);
});

test('where a file comes from is told rather than guessed, and what it tells of places is left out', () => {
  for (const args of frameArgs(order)) {
    expect([valueOf(args, '-f'), valueOf(args, '-i'), valueOf(args, '-map_metadata')]).toEqual([
      'mov',
      '/a/clip.mp4',
      '-1',
    ]);
    expect(args.at(-1)).toBe('/c/x.jpg');
  }
});
