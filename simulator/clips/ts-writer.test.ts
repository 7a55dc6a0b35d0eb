import { describe, expect, test } from 'vitest';
import type { ClipSpec } from '../clip-source.ts';
import { createFiller } from './composition.ts';
import { clipSpec, gpsSamples } from './test-support.ts';
import { composeTs, createNullFiller, wholeSeconds } from './ts-writer.ts';

const filler = createFiller();
/** Two packets of tables, then five seconds of three packets each, filled with their number. */
const stream = Buffer.concat(Array.from({ length: 17 }, (_, index) => Buffer.alloc(188, index)));
const footage = { bytes: stream, secondOffsets: [2, 5, 8, 11, 14].map((packet) => packet * 188) };
const nullFiller = createNullFiller(filler);

function compose(overrides: Partial<ClipSpec>): Buffer {
  const composition = composeTs(clipSpec({ container: 'ts', ...overrides }), { footage, filler, nullFiller });
  const bytes = Buffer.alloc(composition.sizeBytes);
  composition.copy(0, bytes);
  return bytes;
}

/** PID, or `s` and the number of a packet of the footage. */
function kinds(bytes: Buffer): string[] {
  return Array.from({ length: Math.floor(bytes.length / 188) }, (_, index) => {
    const start = index * 188;
    return bytes[start] === 0x47 ? (bytes.readUInt16BE(start + 1) & 0x1fff).toString(16) : `s${bytes[start]}`;
  });
}

describe('a transport stream clip', () => {
  test('is cut before the second that it does not have', () => {
    expect(kinds(compose({ durationSeconds: 2 }))).toEqual([
      '1fff',
      's0',
      's1',
      's2',
      's3',
      's4',
      's5',
      's6',
      's7',
    ]);
  });

  test('has six GPS packets before each second', () => {
    const gps: ClipSpec['gps'] = {
      layout: 'payload-2c',
      blockBytes: 0x4000,
      samples: gpsSamples(5),
      index: true,
    };
    const all = kinds(compose({ durationSeconds: 5, gps }));
    expect(all.slice(3, 9)).toEqual(Array(6).fill('300'));
    expect(all.filter((kind) => kind === '300')).toHaveLength(30);
    expect(all.slice(-9)).toEqual([...Array(6).fill('300'), 's14', 's15', 's16']);
  });

  test('is padded with null packets to the very byte', () => {
    const padded = compose({ durationSeconds: 2, sizeBytes: 20_001 });
    expect(padded).toHaveLength(20_001);
    expect(kinds(padded).filter((kind) => kind.startsWith('s'))).toHaveLength(8);
    expect(kinds(padded).filter((kind) => kind === '1fff')).toHaveLength(Math.floor(20_001 / 188) - 8);
  });

  test('differs by seed', () => {
    expect(compose({ seed: 1 }).equals(compose({ seed: 2 }))).toBe(false);
  });
});

test('a duration becomes at least one whole second', () => {
  expect([0.2, 1.4, 59.6].map(wholeSeconds)).toEqual([1, 1, 60]);
});
