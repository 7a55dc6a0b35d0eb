/** Whole answers of the contract for tests, each with what matters to one test laid over it. */
import {
  previewSchema,
  protections,
  retentionSchema,
  sweepSchema,
  type Preview,
  type Retention,
  type Sweep,
} from '../../shared/retention.ts';
import { storageSchema, usageCellSchema, type Storage, type UsageCell } from '../../shared/storage.ts';

const nothing = { clips: 0, bytes: 0 };
const noneProtected = Object.fromEntries(protections.map((each) => [each, nothing]));
export const gb = 1e9;

export function testStorage(over: Partial<Storage> = {}): Storage {
  return storageSchema.parse({
    volume: {
      state: 'ready',
      path: '/recordings',
      message: null,
      freeBytes: 300 * gb,
      totalBytes: 1000 * gb,
      checkedAt: 0,
    },
    archive: { clips: 0, bytes: 0, keptBytes: 0, lockedBytes: 0 },
    cells: [],
    trash: nothing,
    measure: {
      state: 'never',
      startedAt: null,
      finishedAt: null,
      message: null,
      files: 0,
      exportsBytes: 0,
      partsBytes: 0,
      importBytes: 0,
      cachesBytes: 0,
      recycleBytes: 0,
      trashStrayBytes: 0,
      otherBytes: 0,
      unreadable: 0,
    },
    quota: null,
    otherDataBytes: null,
    config: null,
    forecast: {
      outlook: 'unknown',
      bytesPerDay: null,
      at: null,
      daysHeld: null,
      daysAsked: null,
      tooShort: false,
    },
    ...over,
  });
}

export function testCell(over: Partial<UsageCell> = {}): UsageCell {
  return usageCellSchema.parse({
    cameraId: 1,
    kind: 'normal',
    channel: 'front',
    month: '2026-06',
    clips: 10,
    bytes: gb,
    keptBytes: 0,
    lockedBytes: 0,
    ...over,
  });
}

export function testPreview(over: Partial<Preview> = {}): Preview {
  return previewSchema.parse({
    obstacle: null,
    confirmation: null,
    total: nothing,
    byAge: nothing,
    byDisk: nothing,
    byQuota: nothing,
    archive: nothing,
    oldestDay: null,
    oldestKeptDay: null,
    partialDrives: 0,
    protected: noneProtected,
    shortfall: null,
    days: [],
    clips: [],
    ...over,
  });
}

export function testRetention(over: Partial<Retention> = {}): Retention {
  return retentionSchema.parse({
    state: 'idle',
    obstacle: null,
    progress: null,
    confirmation: null,
    protected: noneProtected,
    sweeps: [],
    nextAt: null,
    failures: { count: 0, items: [] },
    pending: 0,
    trash: { ...nothing, nextGoneAt: null },
    ...over,
  });
}

export function testSweep(over: Partial<Sweep> = {}): Sweep {
  return sweepSchema.parse({
    id: 1,
    cause: 'clock',
    beganAt: 0,
    endedAt: 0,
    outcome: 'done',
    message: null,
    byAge: 0,
    byDisk: 0,
    byQuota: 0,
    protected: 0,
    failed: 0,
    missing: 0,
    freedBytes: 0,
    trashedBytes: 0,
    ...over,
  });
}
