import { describe, expect, it } from 'vitest';
import { findMoov, firstSpan, nextBlock, requestsFor, sliceOf } from './triage-plan.ts';

const box = (type: string, bytes: number) => {
  const whole = Buffer.alloc(bytes);
  whole.writeUInt32BE(bytes, 0);
  whole.write(type, 4, 'latin1');
  return whole;
};
const large = (type: string, bytes: number) => {
  const whole = Buffer.alloc(16);
  whole.writeUInt32BE(1, 0);
  whole.write(type, 4, 'latin1');
  whole.writeBigUInt64BE(BigInt(bytes), 8);
  return whole;
};

const of = (bytes: Buffer, size = bytes.length) => findMoov([{ from: 0, bytes }], size);

describe('the way to the index', () => {
  it('is the head, and the end where this camera writes it there and the size is sure', () => {
    const file = { sizeBytes: 50_000_000, sizeExact: true };
    expect(firstSpan(file, null)).toEqual({ from: 0, to: 262_144 });
    expect(firstSpan(file, 'behind')).toEqual({ from: 50_000_000 - 262_144, to: 50_000_000 });
    expect(firstSpan({ ...file, sizeExact: false }, 'behind').from).toBe(0);
    expect(firstSpan({ sizeBytes: 1000, sizeExact: true }, 'behind')).toEqual({ from: 0, to: 1000 });
  });

  it('goes behind the pictures, also when their size has 64 bits', () => {
    const head = Buffer.concat([box('ftyp', 28), large('mdat', 5_000_000_000)]);
    expect(findMoov([{ from: 0, bytes: head }], 5_000_100_028)).toEqual({
      kind: 'at',
      span: { from: 5_000_000_028, to: 5_000_100_028 },
    });
  });

  it('asks for the rest of an index that the head does not hold whole', () => {
    const head = Buffer.concat([box('ftyp', 28), box('moov', 5000)]).subarray(0, 1000);
    const place = findMoov([{ from: 0, bytes: head }], 1_000_000);
    expect(place).toEqual({ kind: 'at', span: { from: 1000, to: 5028 } });
  });

  it('ends at damage, at an index that is cut off, and at a file without one', () => {
    expect(of(Buffer.alloc(100)).kind).toBe('none');
    expect(of(Buffer.concat([box('ftyp', 28), box('mdat', 100)])).kind).toBe('none');
    expect(of(box('moov', 5000).subarray(0, 100), 200).kind).toBe('none');
    expect(of(large('moov', 3_000_000_000), 4_000_000_000).kind).toBe('none');
  });

  it('is found in the end alone', () => {
    const moov = box('moov', 64);
    moov.write('mvhd', 12, 'latin1');
    const tail = Buffer.concat([Buffer.from('..moov....'), moov]);
    const place = findMoov([{ from: 900, bytes: tail }], 900 + tail.length);
    expect(place).toMatchObject({ kind: 'here', layout: 'behind' });
    expect(place.kind === 'here' && place.bytes.length).toBe(64);
  });

  it('puts bytes together that lie in a row', () => {
    const pieces = [
      { from: 4, bytes: Buffer.from('efgh') },
      { from: 0, bytes: Buffer.from('abcd') },
    ];
    expect(Buffer.from(sliceOf(pieces, { from: 2, to: 7 })!).toString()).toBe('cdefg');
    expect(sliceOf(pieces, { from: 2, to: 9 })).toBeNull();
  });
});

const all = (
  about: Partial<Parameters<typeof nextBlock>[0]>,
  left: number,
  isFix: (index: number) => boolean = () => true,
) => {
  const taken: { index: number; isFix: boolean }[] = [...(about.taken ?? [])];
  for (let rest = left; ; rest--) {
    const context = { count: 60, isFirst: false, isLast: false, ...about };
    const index = nextBlock({ ...context, taken, left: rest });
    if (index === null) return taken.map((one) => one.index);
    taken.push({ index, isFix: isFix(index) });
  }
};

describe('the blocks that are read', () => {
  it('are spread so that clips in a row make an even pattern', () => {
    expect(all({}, 2)).toEqual([0, 30]);
    expect(all({ taken: [{ index: 0, isFix: true }] }, 2)).toEqual([0, 20, 40]);
  });

  it('tell of the last clip of a drive where it ended', () => {
    expect(all({ isLast: true }, 2)).toEqual([0, 59]);
    expect(all({ isLast: true }, 1)).toEqual([59]);
  });

  it('go on later in a clip whose receiver had no fix yet', () => {
    expect(all({ isFirst: true }, 2, (index) => index >= 40)).toEqual([30, 59]);
    expect(all({ taken: [{ index: 0, isFix: false }] }, 2, () => false)).toEqual([0, 30, 59]);
  });

  it('never are more than there are, and of a long clip more than of a minute', () => {
    expect(all({ count: 1 }, 5)).toEqual([0]);
    expect(all({ count: 0 }, 5)).toEqual([]);
    expect(requestsFor(60_000)).toBe(3);
    expect(requestsFor(20_000)).toBe(3);
    expect(requestsFor(300_000)).toBe(11);
    expect(requestsFor(7_200_000)).toBe(12);
  });
});
