import { z } from 'zod';

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
  transfer: transferSchema.nullable(),
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
