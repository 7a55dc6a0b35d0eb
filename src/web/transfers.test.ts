import { describe, expect, test } from 'vitest';
import { cameraSchema, type Camera, type Transfer } from '../shared/cameras.ts';
import { currentTransfers, shareOf, TransferStore } from './transfers.ts';

const transfer = (over: Partial<Transfer> = {}): Transfer => ({
  clipId: 7,
  cameraId: 1,
  name: 'a.MP4',
  bytes: 10,
  totalBytes: 100,
  bytesPerSecond: 5,
  ...over,
});
const camera = (now: Transfer | null): Camera =>
  cameraSchema.parse({
    id: 1,
    name: 'Civic',
    address: '192.168.1.254',
    alternativeAddress: null,
    enabled: true,
    model: null,
    firmware: null,
    activity: 'downloading',
    activitySince: 0,
    message: null,
    recording: 'unknown',
    lastContactAt: null,
    lastArchivedAt: null,
    lastListing: null,
    transfer: now,
  });

describe('what is coming in now', () => {
  test('is what was heard live, when that is newer than the status', () => {
    const store = new TransferStore();
    store.progressed(transfer({ bytes: 60 }), 2000);
    expect(currentTransfers([camera(transfer())], 1000, store.get())[0]?.bytes).toBe(60);
    expect(currentTransfers([camera(null)], 3000, store.get())).toEqual([]);
  });
  test('keeps a full bar between a clip that has arrived and the next', () => {
    const store = new TransferStore();
    store.progressed(transfer({ bytes: 60 }), 2000);
    store.arrived(1, 7, 2100);
    expect(currentTransfers([camera(transfer())], 1000, store.get())[0]?.bytes).toBe(100);
  });
  test('has no share while the size is not known', () => {
    expect(shareOf(transfer())).toBe(0.1);
    expect(shareOf(transfer({ totalBytes: null }))).toBeNull();
  });
});
