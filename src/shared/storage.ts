import { z } from 'zod';
import { channelSchema, clipKindSchema } from './clips.ts';
import { archiveVolumeSchema } from './status.ts';

const count = z.number().int().min(0);
const instantMs = z.number().int();

/** One part of the archive: what a camera's clips of one kind, channel and month take. */
export const usageCellSchema = z.object({
  cameraId: z.number().int(),
  kind: clipKindSchema,
  channel: channelSchema,
  /** `2026-06` */
  month: z.string(),
  clips: count,
  bytes: count,
  /** Of these, kept by a person; and locked on the camera without being kept. */
  keptBytes: count,
  lockedBytes: count,
});
export type UsageCell = z.infer<typeof usageCellSchema>;

/** What on the recordings volume is not in the ledger, as a walk found it. */
export const measureSchema = z.object({
  state: z.enum(['never', 'running', 'done', 'failed', 'stopped']),
  startedAt: instantMs.nullable(),
  finishedAt: instantMs.nullable(),
  message: z.string().nullable(),
  files: count,
  /** Below `.exports`. */
  exportsBytes: count,
  /** Unfinished downloads (`.part`). */
  partsBytes: count,
  /** Below `import`. */
  importBytes: count,
  /** Caches that the existing system left (`.thumbs`, `.filmstrips` and the like). */
  cachesBytes: count,
  /** In recycle bins of the NAS (`#recycle`, `@Recycle`): deleted, and still on the disk. */
  recycleBytes: count,
  /** In our trash without a row of the ledger. */
  trashStrayBytes: count,
  /** Anything else in the folder. */
  otherBytes: count,
  unreadable: count,
});
export type Measure = z.infer<typeof measureSchema>;

/** When the disk is full, or what the rules make of it; days are recordings' days. */
export const diskForecastSchema = z.object({
  /** `unknown`: too little is known of what comes in; `plateau`: the rules by age keep it below; `rolling`: the disk's
   * or the quota's rule deletes the oldest; `full`: downloads stop. */
  outlook: z.enum(['unknown', 'plateau', 'rolling', 'full']),
  /** Bytes that came in on an average day of the last four weeks. */
  bytesPerDay: z.number().min(0).nullable(),
  /** When `rolling` begins or the disk is `full`; null when it never is, or is already. */
  at: instantMs.nullable(),
  /** How many days of recordings fit at this rate; null when not known. */
  daysHeld: z.number().min(0).nullable(),
  /** The days that the rules ask for; 0 for ever, null when there is no rule by age. */
  daysAsked: count.nullable(),
  /** The rules ask for more days than fit. */
  tooShort: z.boolean(),
});
export type DiskForecast = z.infer<typeof diskForecastSchema>;

/** What of the two disks is used by what; reading it touches no volume. */
export const storageSchema = z.object({
  volume: archiveVolumeSchema,
  archive: z.object({ clips: count, bytes: count, keptBytes: count, lockedBytes: count }),
  cells: z.array(usageCellSchema),
  trash: z.object({ clips: count, bytes: count }),
  measure: measureSchema,
  /** The quota's rule and what counts towards it; null without a quota. */
  quota: z.object({ limitBytes: count, usedBytes: count }).nullable(),
  /** On the recordings volume and not ours; null when not known. */
  otherDataBytes: count.nullable(),
  /** The folder of database, caches and backups; null when it could not be looked at. */
  config: z
    .object({
      path: z.string(),
      databaseBytes: count,
      backupsBytes: count,
      freeBytes: count,
      totalBytes: count,
    })
    .nullable(),
  forecast: diskForecastSchema,
});
export type Storage = z.infer<typeof storageSchema>;
