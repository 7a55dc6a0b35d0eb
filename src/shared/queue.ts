import { z } from 'zod';
import { clipSchema } from './clips.ts';

/** Why a clip has its place in the order of downloads. */
export const orderReasons = [
  'asked',
  'locked',
  'event',
  'newest',
  'earlier',
  'parking',
  'unclassified',
  'photo',
] as const;
export const orderReasonSchema = z.enum(orderReasons);
export type OrderReason = z.infer<typeof orderReasonSchema>;

export const queueItemSchema = clipSchema.extend({
  /** 1 is next; null for a clip that is held or failed and so has no place. */
  position: z.number().int().nullable(),
  reason: orderReasonSchema,
});
export type QueueItem = z.infer<typeof queueItemSchema>;

export const queueSchema = z.object({
  items: z.array(queueItemSchema),
  total: z.number().int(),
});

export const syncSummarySchema = z.object({
  paused: z.boolean(),
  waiting: z.number().int(),
  waitingBytes: z.number().int(),
  held: z.number().int(),
  failed: z.number().int(),
  /** Bytes a second over the last half minute of transfer; null when nothing is coming in. */
  bytesPerSecond: z.number().nullable(),
  /** Time to fetch all that waits at that rate. */
  remainingMs: z.number().int().nullable(),
});
export type SyncSummary = z.infer<typeof syncSummarySchema>;
