import { describe, expect, test } from 'vitest';
import type { Transfer } from '../shared/cameras.ts';
import { testCamera } from './test-support.ts';
import { currentTransfers, shareOf, shownTransfers, TransferStore } from './transfers.ts';

const transfer = (over: Partial<Transfer> = {}): Transfer => ({
  clipId: 7,
  cameraId: 1,
  name: 'a.MP4',
  bytes: 10,
  totalBytes: 100,
  bytesPerSecond: 5,
  ...over,
});
const camera = (...transfers: Transfer[]) => testCamera({ transfers });

describe('what is coming in now', () => {
  test('is what was heard live, when that is newer than the status', () => {
    const store = new TransferStore();
    store.progressed(transfer({ bytes: 60 }), 2000);
    expect(currentTransfers([camera(transfer())], 1000, store.get())[0]?.bytes).toBe(60);
    expect(currentTransfers([camera()], 3000, store.get())).toEqual([]);
  });
  test('keeps a full bar between a clip that has arrived and the next', () => {
    const store = new TransferStore();
    store.progressed(transfer({ bytes: 60 }), 2000);
    store.arrived(7, 2100);
    expect(currentTransfers([camera(transfer())], 1000, store.get())[0]?.bytes).toBe(100);
    store.progressed(transfer({ clipId: 8 }), 2200);
    const now = currentTransfers([camera(transfer())], 1000, store.get());
    expect(now.map((each) => each.clipId)).toEqual([8]);
  });
  test('is two at once where the camera sends two', () => {
    const store = new TransferStore();
    store.progressed(transfer({ bytes: 60 }), 2000);
    store.progressed(transfer({ clipId: 8 }), 2010);
    store.progressed(transfer({ bytes: 70 }), 2020);
    const now = currentTransfers([camera(transfer(), transfer({ clipId: 8 }))], 1000, store.get());
    expect(now.map(({ clipId, bytes }) => [clipId, bytes])).toEqual([
      [7, 70],
      [8, 10],
    ]);
  });
  test('keeps cameras apart', () => {
    const store = new TransferStore();
    store.progressed(transfer({ clipId: 9, cameraId: 2 }), 2000);
    expect(currentTransfers([camera()], 1000, store.get())).toEqual([]);
  });
  test('is not remembered for ever', () => {
    const store = new TransferStore();
    for (let clipId = 1; clipId <= 50; clipId += 1) store.progressed(transfer({ clipId }), clipId);
    expect(store.get().size).toBeLessThanOrEqual(6);
    expect(store.get().has(50)).toBe(true);
  });
  test('leaves out what is only about to begin behind another', () => {
    const next = transfer({ clipId: 8, bytes: 0, bytesPerSecond: 0 });
    expect(shownTransfers([transfer(), next]).map(({ clipId }) => clipId)).toEqual([7]);
    expect(shownTransfers([next])).toEqual([next]);
    const other = transfer({ clipId: 9, cameraId: 2, bytes: 0, bytesPerSecond: 0 });
    expect(shownTransfers([transfer(), other])).toHaveLength(2);
  });
  test('has no share while the size is not known', () => {
    expect(shareOf(transfer())).toBe(0.1);
    expect(shareOf(transfer({ totalBytes: null }))).toBeNull();
  });
});
