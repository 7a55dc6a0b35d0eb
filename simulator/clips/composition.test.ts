import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Composition, composedSource, createFiller, seedPhase, SegmentWriter } from './composition.ts';
import { readClip } from './test-support.ts';

const filler = createFiller();

function writer(seed = 1, startBytes = 0): SegmentWriter {
  return new SegmentWriter({ filler, seed, startBytes });
}

function noiseAt(seed: number, startBytes: number): string {
  const segments = writer(seed, startBytes);
  segments.noise(64);
  const bytes = Buffer.alloc(64);
  new Composition(segments.segments).copy(0, bytes);
  return bytes.toString('hex');
}

describe('a composition', () => {
  const segments = fc.array(
    fc.record({
      source: fc.uint8Array({ minLength: 1, maxLength: 40 }),
      phase: fc.nat(39),
      lengthBytes: fc.nat(200),
    }),
    { minLength: 1 },
  );

  test('copies any range as a slice of the whole', () => {
    fc.assert(
      fc.property(segments, fc.nat(), fc.nat(), (list, a, b) => {
        const whole = Buffer.concat(
          list.map(({ source, phase, lengthBytes }) =>
            Buffer.from(
              Array.from({ length: lengthBytes }, (_, index) => source[(phase + index) % source.length]!),
            ),
          ),
        );
        const composition = new Composition(list);
        expect(composition.sizeBytes).toBe(whole.length);
        const [from, to] = [a % (whole.length + 1), b % (whole.length + 1)].toSorted((x, y) => x - y);
        const copy = Buffer.alloc(to! - from!);
        composition.copy(from!, copy);
        expect(copy.equals(whole.subarray(from, to))).toBe(true);
      }),
    );
  });

  test('refuses a range beyond its end', () => {
    const composition = new Composition([{ source: Buffer.from('ab'), phase: 0, lengthBytes: 2 }]);
    expect(() => composition.copy(1, Buffer.alloc(2))).toThrow(RangeError);
  });
});

describe('a composed source', () => {
  const source = composedSource(
    () => new Composition([{ source: filler.noise, phase: 0, lengthBytes: 200_000 }]),
  );

  test('reads in chunks of at most 64 KiB', async () => {
    const lengths: number[] = [];
    for await (const chunk of source.read(0, source.sizeBytes)) lengths.push(chunk.length);
    expect(lengths).toEqual([65_536, 65_536, 65_536, 3_392]);
  });

  test('caps a range at its end and is empty behind it', async () => {
    expect(await readClip(source, 199_990, 1e9)).toHaveLength(10);
    expect(await readClip(source, 200_000, 1e9)).toHaveLength(0);
    expect(await readClip(source, 50, 50)).toHaveLength(0);
  });

  test('hands out bytes of the reader’s own, so that damaging them does not damage the clip', async () => {
    const before = await readClip(source, 0, 100);
    for await (const chunk of source.read(0, 100)) chunk.fill(0);
    expect(await readClip(source, 0, 100)).toEqual(before);
  });
});

describe('a segment writer', () => {
  test('aligns by file position, not by what it has written itself', () => {
    const segments = writer(1, 100);
    segments.bytes(Buffer.alloc(10));
    segments.align(0x4000);
    expect(segments.position).toBe(0x4000);
    segments.align(0x4000);
    expect(segments.position).toBe(0x4000);
  });

  test('writes noise that differs by seed and by position', () => {
    const all = [noiseAt(1, 0), noiseAt(2, 0), noiseAt(1, 0x100000), noiseAt(1, 0x10000)];
    expect(new Set(all).size).toBe(4);
    expect(noiseAt(1, 0)).toBe(all[0]);
  });
});

test('filler never looks like a GPS block', () => {
  expect(Buffer.from(filler.noise).includes('freeGPS ')).toBe(false);
});

test('neighbouring seeds start far apart', () => {
  const phases = [0, 1, 2, 3].map((seed) => seedPhase(seed, 1_000_000));
  expect(new Set(phases).size).toBe(4);
  expect(phases.every((phase) => phase >= 0 && phase < 1_000_000)).toBe(true);
});
