import { z } from 'zod';
import { clipSchema, channelSchema, localDaySchema } from './clips.ts';
import { chosenIds } from './notes.ts';

/**
 * The classes of clips that the order of downloads knows; the setting names them in the order wanted. A clip counts as
 * the first of its classes; one that is left out of the setting has no place of its own.
 */
export const orderClasses = [
  'locked',
  'event',
  'overwrite',
  'newest',
  'earlier',
  'parking',
  'unclassified',
  'photo',
] as const;
export const orderClassSchema = z.enum(orderClasses);
export type OrderClass = z.infer<typeof orderClassSchema>;

/**
 * Why a clip has its place: the user put it first (`asked`) or last (`last`), some of its bytes are here already
 * (`begun`), or its class.
 */
export const orderReasons = ['asked', 'begun', ...orderClasses, 'last'] as const;
export const orderReasonSchema = z.enum(orderReasons);
export type OrderReason = z.infer<typeof orderReasonSchema>;

/** Which clips are fetched over a connection. */
export const fetchRules = ['everything', 'no_parking', 'locked_only', 'nothing'] as const;
export const fetchRuleSchema = z.enum(fetchRules);
export type FetchRule = z.infer<typeof fetchRuleSchema>;

/** By which of a camera's addresses it is reached. */
export const connectionSchema = z.enum(['main', 'alternative']);
export type Connection = z.infer<typeof connectionSchema>;

export const queueItemSchema = clipSchema.extend({
  /** 1 is next; null for a clip that is held, failed or skipped and so has no place. */
  position: z.number().int().nullable(),
  reason: orderReasonSchema,
});
export type QueueItem = z.infer<typeof queueItemSchema>;

export const queueSchema = z.object({
  items: z.array(queueItemSchema),
  total: z.number().int(),
});

const cameraId = z.number().int().positive();

/** Clips by their ids, by day, by the hours before now, or by a span of time of one camera (a drive). */
export const clipSelectionSchema = z.union([
  z.strictObject({ clipIds: chosenIds }),
  z.strictObject({ day: localDaySchema, cameraId: cameraId.optional() }),
  z.strictObject({ lastHours: z.number().positive().max(9000), cameraId: cameraId.optional() }),
  z.strictObject({ from: z.number().int(), to: z.number().int(), cameraId }),
]);
export type ClipSelection = z.infer<typeof clipSelectionSchema>;

export const queueChangeSchema = z.object({
  changed: z.number().int(),
  /** Gives back what was, for a while, to `undoQueueChange`; null when nothing changed. */
  undo: z.string().nullable(),
});
export type QueueChange = z.infer<typeof queueChangeSchema>;

/** What sync is doing, over all cameras, in one word. */
export const syncStatusSchema = z.enum(['downloading', 'triaging', 'waiting', 'paused', 'error']);
export type SyncStatus = z.infer<typeof syncStatusSchema>;

export const syncSummarySchema = z.object({
  status: syncStatusSchema,
  /** One sentence for people: why it is so. */
  reason: z.string(),
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

/** The clips of one channel on one day, by what became of them. */
export const channelCoverageSchema = z.object({
  channel: channelSchema,
  archived: z.number().int(),
  /** Waiting or in transfer. */
  waiting: z.number().int(),
  held: z.number().int(),
  failed: z.number().int(),
  skipped: z.number().int(),
  lost: z.number().int(),
  /** Once archived; expired, deleted or missing since. */
  gone: z.number().int(),
  /** On the card and not wanted (photos). */
  listed: z.number().int(),
  /** Captures of other channels that have no clip of this one. */
  neverRecorded: z.number().int(),
});
export type ChannelCoverage = z.infer<typeof channelCoverageSchema>;

/** What of one camera's day is archived, waiting, lost, or was never recorded. */
export const dayCoverageSchema = z.object({
  day: localDaySchema,
  cameraId: z.number().int(),
  captures: z.number().int(),
  channels: z.array(channelCoverageSchema),
});
export type DayCoverage = z.infer<typeof dayCoverageSchema>;

/** One stay of a camera within reach. */
export const visitSchema = z.object({
  id: z.number().int(),
  cameraId: z.number().int(),
  from: z.number().int(),
  /** Null while it lasts. */
  to: z.number().int().nullable(),
  connection: connectionSchema,
  address: z.string(),
  bytes: z.number().int(),
  clips: z.number().int(),
  /** Clips that could not be fetched in it. */
  failed: z.number().int(),
  /** Mean and best rate while bytes came in; null when none did. */
  bytesPerSecond: z.number().nullable(),
  bestBytesPerSecond: z.number().nullable(),
  /** `away`, `paused`, `stopped`, `stranger`, `malformed`, `interrupted`; null while it lasts. */
  endReason: z.string().nullable(),
  /** The days of the clips it brought, newest first, capped at 31. */
  brought: z.array(z.object({ day: localDaySchema, clips: z.number().int() })),
});
export type Visit = z.infer<typeof visitSchema>;

/** Why a clip is not deleted on its camera. */
export const deletionRefusals = [
  'kept',
  'locked',
  'not_archived',
  'unverified',
  'not_on_camera',
  'changed_on_camera',
] as const;
export const deletionRefusalSchema = z.enum(deletionRefusals);
export type DeletionRefusal = z.infer<typeof deletionRefusalSchema>;

export const deletionOrderSchema = z.object({
  /** How many will be deleted when the camera is next within reach. */
  queued: z.number().int(),
  refused: z.array(z.object({ clipId: z.number().int(), reason: deletionRefusalSchema })),
  undo: z.string().nullable(),
});
export type DeletionOrder = z.infer<typeof deletionOrderSchema>;
