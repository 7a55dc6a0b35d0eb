import { describe, expect, it } from 'vitest';
import { offsetOf, StreamWindow, windowAt } from './triage-stream-plan.ts';

const packetBytes = 188;

function packet({ clock, payload }: { clock?: number; payload?: number[] } = {}): Buffer {
  const bytes = Buffer.alloc(packetBytes, 0xff);
  bytes.set([0x47, payload ? 0x43 : 0x1f, 0x00, clock === undefined ? 0x10 : 0x30], 0);
  let at = 4;
  if (clock !== undefined) {
    bytes.set([7, 0x10], 4);
    bytes.writeUInt32BE(Math.floor(clock / 2), 6);
    bytes[10] = (clock % 2) << 7;
    at = 12;
  }
  if (payload) bytes.set(payload, at);
  return bytes;
}

const record = packet({ payload: [0, 0, 1, 0xbf, 3, 0xf0] });
const picture = packet({ payload: [0, 0, 1, 0xe0, 0, 0] });

describe('the first record of a stretch of a stream', () => {
  it('is found however its bytes come in, with the last clock before it', () => {
    const stream = Buffer.concat([
      packet({ clock: 8_589_934_591 }),
      picture,
      packet({ clock: 90_001 }),
      record,
      packet({ clock: 180_000 }),
    ]);
    for (const step of [1, 7, 188, 200, stream.length]) {
      const window = new StreamWindow();
      let enoughAt: number | null = null;
      for (let at = 0; at < stream.length && enoughAt === null; at += step)
        if (window.push(stream.subarray(at, at + step))) enoughAt = at + step;
      expect(enoughAt, `${step}`).toBeLessThanOrEqual(stream.length + step);
      expect(Buffer.from(window.record!).equals(record), `${step}`).toBe(true);
      expect(window).toMatchObject({ firstClock: 8_589_934_591, clock: 90_001 });
    }
  });

  it('is found when the bytes begin within a packet, and nothing is found in other bytes', () => {
    const stream = Buffer.concat([picture.subarray(50), picture, record, picture]);
    const window = new StreamWindow();
    expect(window.push(stream)).toBe(true);
    const nothing = new StreamWindow();
    expect(nothing.push(Buffer.alloc(50_000, 0x47))).toBe(false);
    expect(nothing.push(Buffer.alloc(50_000))).toBe(false);
    expect(nothing.record).toBeNull();
  });

  it('was made as long after the beginning as the clocks tell, also when they wrap', () => {
    expect(offsetOf(90_000 * 20, 0)).toBe(20_000);
    expect(offsetOf(90_000, 2 ** 33 - 90_000)).toBe(2000);
    expect(offsetOf(0, 90_000)).toBeNull();
    expect(offsetOf(null, 0)).toBeNull();
  });

  it('is looked for at a whole packet, within the file', () => {
    for (const sizeBytes of [100, 188_000, 40_000_000, 3_000_000_000])
      for (const second of [0, 20, 59]) {
        const { from, to } = windowAt(second, sizeBytes);
        expect(from % packetBytes).toBe(0);
        expect(to).toBeGreaterThan(from);
        expect(to).toBeLessThanOrEqual(sizeBytes);
      }
    expect(windowAt(30, 60_000_000).from).toBeCloseTo(30_000_000, -3);
  });
});
