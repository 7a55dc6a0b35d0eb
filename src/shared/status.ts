import { z } from 'zod';
import { cameraSchema } from './cameras.ts';
import { syncSummarySchema } from './queue.ts';
import { retentionStates } from './retention.ts';

/**
 * The recordings volume. `foreign`: its marker file is another archive's; `unmarked`: the archive we know had a
 * marker and this folder has none (an unmounted share looks like that). Nothing is written in either case. `critical`:
 * fuller than the settings allow; nothing is fetched, everything else goes on.
 */
export const volumeStateSchema = z.enum([
  'checking',
  'ready',
  'missing',
  'unmarked',
  'foreign',
  'unwritable',
  'full',
  'critical',
  'slow',
]);
export type VolumeState = z.infer<typeof volumeStateSchema>;

export const archiveVolumeSchema = z.object({
  state: volumeStateSchema,
  path: z.string(),
  /** One sentence: what is wrong and what to do; null when ready. */
  message: z.string().nullable(),
  freeBytes: z.number().nullable(),
  totalBytes: z.number().nullable(),
  checkedAt: z.number().int().nullable(),
});
export type ArchiveVolume = z.infer<typeof archiveVolumeSchema>;

/** Whether the volume is there, is ours and takes what is small: all but downloads goes on while it is `critical`. */
export function isUsable({ state }: Pick<ArchiveVolume, 'state'>): boolean {
  return state === 'ready' || state === 'critical';
}

export const problemSchema = z.object({
  key: z.string(),
  severity: z.enum(['warning', 'error']),
  message: z.string(),
  /** What to do about it. */
  advice: z.string().nullable(),
  cameraId: z.number().int().nullable(),
  since: z.number().int(),
});
export type Problem = z.infer<typeof problemSchema>;

export const statusSchema = z.object({
  version: z.string(),
  startedAt: z.number().int(),
  now: z.number().int(),
  /** IANA zone in which camera-local times are read. */
  zone: z.string(),
  cameras: z.array(cameraSchema),
  sync: syncSummarySchema,
  archive: archiveVolumeSchema.extend({ clips: z.number().int(), bytes: z.number().int() }),
  /** What deletes by rule; what keeps it from deleting is a problem. */
  retention: z.object({ state: z.enum(retentionStates) }),
  ffmpeg: z.object({ state: z.enum(['checking', 'found', 'missing']), version: z.string().nullable() }),
  problems: z.array(problemSchema),
});
export type Status = z.infer<typeof statusSchema>;
