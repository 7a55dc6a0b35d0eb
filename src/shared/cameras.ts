import { z } from 'zod';
import { connectionSchema, fetchRuleSchema } from './queue.ts';
import { localStartSchema } from './clips.ts';

/** Recording as the camera itself says it; `unknown` when it did not tell. */
export const recordStateSchema = z.enum(['recording', 'stopped', 'unknown']);
export type RecordState = z.infer<typeof recordStateSchema>;

/** How a conversation with a camera failed; every failure is sorted into one of these. */
export const cameraFailureKinds = [
  'unreachable',
  'refused',
  'gone',
  'truncated',
  'malformed',
  'busy',
] as const;
export type CameraFailureKind = (typeof cameraFailureKinds)[number];

/**
 * What a camera's sync is doing.
 * `stranger`: something answers at the address that is not this camera; `blocked`: the archive cannot take clips now.
 */
export const cameraActivitySchema = z.enum([
  'disabled',
  'starting',
  'away',
  'stranger',
  'paused',
  'blocked',
  'listing',
  'downloading',
  'idle',
]);
export type CameraActivity = z.infer<typeof cameraActivitySchema>;

export const transferSchema = z.object({
  clipId: z.number().int(),
  cameraId: z.number().int(),
  name: z.string(),
  bytes: z.number().int(),
  totalBytes: z.number().int().nullable(),
  bytesPerSecond: z.number(),
});
export type Transfer = z.infer<typeof transferSchema>;

/** Whether what is wanted will be here before the camera leaves, judged by its past visits. */
export const outlookSchema = z.object({
  verdict: z.enum(['done', 'enough', 'perhaps', 'not_enough', 'unknown']),
  /** One sentence for people: why. */
  reason: z.string(),
});
export type Outlook = z.infer<typeof outlookSchema>;

/** The present visit in figures. */
export const sessionSchema = z.object({
  visitId: z.number().int(),
  since: z.number().int(),
  connection: connectionSchema,
  /** Came in during this visit. */
  bytes: z.number().int(),
  clips: z.number().int(),
  /** Over the last half minute; null when nothing is coming in. */
  bytesPerSecond: z.number().nullable(),
  /** Over the visit, while bytes came in. */
  averageBytesPerSecond: z.number().nullable(),
  /** What is wanted over this connection and not here yet. */
  remainingClips: z.number().int(),
  remainingBytes: z.number().int(),
  remainingMs: z.number().int().nullable(),
  outlook: outlookSchema,
  rate: z.object({
    verdict: z.enum(['usual', 'slow', 'unknown']),
    /** The camera's own usual rate. */
    usualBytesPerSecond: z.number().nullable(),
    /** One sentence when it is slow: `A quarter of the usual 28 MB/s, as slow as 2.4 GHz.` */
    reason: z.string().nullable(),
  }),
});
export type Session = z.infer<typeof sessionSchema>;

/** How soon the card overwrites what waits on it, as of the last listing. */
export const cardForecastSchema = z.object({
  at: z.number().int(),
  /** Null when the camera does not tell. */
  freeBytes: z.number().int().nullable(),
  cardBytes: z.number().int().nullable(),
  waitingClips: z.number().int(),
  waitingBytes: z.number().int(),
  /** Waiting clips that will be overwritten within the next hours of driving. */
  atRiskClips: z.number().int(),
  /** What the camera writes in an hour of recording, and in a day on the average of the last days. */
  bytesPerRecordedHour: z.number().nullable(),
  bytesPerDay: z.number().nullable(),
  oldestWaiting: z
    .object({
      clipId: z.number().int(),
      localStart: localStartSchema,
      /** Recorded time, and the instant at the average of the last days, until it is overwritten. */
      recordedMs: z.number().int().nullable(),
      expectedAt: z.number().int().nullable(),
    })
    .nullable(),
});
export type CardForecast = z.infer<typeof cardForecastSchema>;

/** How a camera is told from another of its model. */
export const cameraIdentitySchema = z.object({
  /** Of its Wi-Fi, as this machine's neighbour table has it. */
  wifiMac: z.string().nullable(),
  /** As it tells itself (command 9346). */
  bluetoothMac: z.string().nullable(),
  /** The user said: whatever is there now is this camera. */
  acceptedAt: z.number().int().nullable(),
});
export type CameraIdentity = z.infer<typeof cameraIdentitySchema>;

const addressHelp = 'host, host:port, IPv4 or IPv6, for example 192.168.1.254';
export const cameraNameSchema = z.string().trim().min(1).max(60);
export const cameraAddressSchema = z
  .string()
  .trim()
  .min(1, `type the camera's address: ${addressHelp}`)
  .max(255);

export const cameraSchema = z.object({
  id: z.number().int(),
  name: z.string(),
  address: z.string(),
  alternativeAddress: z.string().nullable(),
  enabled: z.boolean(),
  model: z.string().nullable(),
  firmware: z.string().nullable(),
  identity: cameraIdentitySchema,
  /** What is fetched over each connection. */
  mainRule: fetchRuleSchema,
  alternativeRule: fetchRuleSchema,
  /** Transfers at one time. */
  parallel: z.number().int(),
  /** The owner's name for the car; cameras of one car share its journeys. Null: a car of its own. */
  vehicle: z.string().nullable(),
  /** Whether tracks are read off the card before the clips, over each connection. */
  mainTriage: z.boolean(),
  alternativeTriage: z.boolean(),
  activity: cameraActivitySchema,
  activitySince: z.number().int(),
  /** One sentence for people, where the activity alone does not say it all. */
  message: z.string().nullable(),
  recording: recordStateSchema,
  lastContactAt: z.number().int().nullable(),
  lastArchivedAt: z.number().int().nullable(),
  lastListing: z
    .object({
      at: z.number().int(),
      clips: z.number().int(),
      photos: z.number().int(),
      complete: z.boolean(),
      costMs: z.number().int(),
      /** Entries that could not be understood, one line each, capped. */
      notes: z.array(z.string()),
    })
    .nullable(),
  /** Clips on their way, the one that was begun first in front. */
  transfers: z.array(transferSchema),
  /** Null while it is away. */
  session: sessionSchema.nullable(),
  /** Null before the first listing. */
  forecast: cardForecastSchema.nullable(),
});
export type Camera = z.infer<typeof cameraSchema>;

export const cameraInputSchema = z.object({
  name: cameraNameSchema,
  address: cameraAddressSchema,
  alternativeAddress: cameraAddressSchema.nullable().optional(),
});

export const cameraPatchSchema = z.object({
  name: cameraNameSchema.optional(),
  address: cameraAddressSchema.optional(),
  alternativeAddress: cameraAddressSchema.nullable().optional(),
  enabled: z.boolean().optional(),
  mainRule: fetchRuleSchema.optional(),
  alternativeRule: fetchRuleSchema.optional(),
  parallel: z.number().int().min(1).max(2).optional(),
  vehicle: z.string().trim().max(60).nullable().optional(),
  mainTriage: z.boolean().optional(),
  alternativeTriage: z.boolean().optional(),
});

/** The outcome of trying an address, in words. */
export const cameraTestSchema = z.object({
  ok: z.boolean(),
  model: z.string().nullable(),
  firmware: z.string().nullable(),
  recording: recordStateSchema,
  freeBytes: z.number().int().nullable(),
  message: z.string(),
});
export type CameraTest = z.infer<typeof cameraTestSchema>;
