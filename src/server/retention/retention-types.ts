import type { Amount, DeletionWhy, ProtectedAmounts, RetentionSettings } from '../../shared/retention.ts';

/** A clip that a plan would delete. */
export interface PlannedDeletion {
  clipId: number;
  captureId: number;
  cameraId: number;
  startedAt: number;
  localDay: string;
  bytes: number;
  why: DeletionWhy;
}

/** What the disk and the quota say now; bytes. */
export interface Pressure {
  /** Of the file system; null when it did not answer or no rule asks for it. */
  disk: { totalBytes: number; freeBytes: number } | null;
  /** What counts towards the quota: archive, trash and what a walk found beside them. */
  usedBytes: number;
  /** Of these, in the trash, which goes before any clip. */
  trashBytes: number;
  /** Of these, in the archive. */
  archiveBytes: number;
}

/** Clips to make room for, that are about to arrive. */
export interface Newcomer {
  name: string;
  bytes: number;
  startedAt: number;
}

export interface SweepPlanInput {
  rules: RetentionSettings;
  pressure: Pressure;
  now: number;
  /** Room is to be made for this clip: only what is strictly older goes, and no more than is needed. */
  newcomer?: Newcomer;
}

export interface SweepPlan {
  /** In the order in which they go, captures together, oldest first. */
  deletions: PlannedDeletion[];
  byAge: Amount;
  byDisk: Amount;
  byQuota: Amount;
  /** Of the archive when the plan was made. */
  archive: Amount;
  /** Clips older than their rule allows, before anything protects them; the header of the log. */
  overAge: number;
  protected: ProtectedAmounts;
  partialDrives: number;
  oldestDay: string | null;
  oldestKeptDay: string | null;
  shortfall: { rule: 'disk' | 'quota'; bytes: number; cause: 'protected' | 'other_data' | 'floor' } | null;
}

/** What to delete, restore or purge, and why. */
export interface RemovalRequest {
  clipId: number;
  why: DeletionWhy;
}

export interface RemovalProgress {
  /** Files that went, so far. */
  done: number;
  failed: number;
  missing: number;
  freedBytes: number;
  /** Of `freedBytes`, that lie in the trash. */
  trashedBytes: number;
}

/** `obstacle`: why it ended before its end, for people; null when it did not. */
export interface RemovalOutcome extends RemovalProgress {
  /** Clips that were no longer as the plan had them (kept meanwhile, in use, gone). */
  left: number;
  obstacle: { code: 'volume' | 'missing_files'; message: string } | null;
}
