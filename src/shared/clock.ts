import { z } from 'zod';
import { localDaySchema, localStartSchema, timeConfidenceSchema } from './clips.ts';

export { timeConfidences, timeConfidenceSchema, timeSources, type TimeConfidence } from './clips.ts';

/**
 * What the time in a camera's GPS records is. `local`: the camera's own wall clock, as some firmware writes it with a
 * fix.
 */
export const gpsClocks = ['utc', 'local', 'unknown'] as const;
export const gpsClockSchema = z.enum(gpsClocks);
export type GpsClock = z.infer<typeof gpsClockSchema>;

export const clockShiftSchema = z.object({
  id: z.number().int(),
  /** Of clips named from this camera-local time to that one, both included; null is open. */
  fromLocal: localStartSchema.nullable(),
  toLocal: localStartSchema.nullable(),
  /** Added to the named time. */
  shiftMs: z.number().int(),
  createdAt: z.number().int(),
});
export type ClockShift = z.infer<typeof clockShiftSchema>;

const farMs = 100 * 366 * 86_400_000;
export const clockShiftInputSchema = z
  .object({
    fromLocal: localStartSchema.nullable(),
    toLocal: localStartSchema.nullable(),
    shiftMs: z
      .number()
      .int()
      .min(-farMs)
      .max(farMs)
      .refine((ms) => ms !== 0, { error: 'A shift by nothing changes nothing: say by how much.' }),
  })
  .strict()
  .refine(({ fromLocal, toLocal }) => fromLocal === null || toLocal === null || fromLocal <= toLocal, {
    error: 'The first time is later than the last.',
  });
export type ClockShiftInput = z.infer<typeof clockShiftInputSchema>;

/** A day on which a camera has captures that may belong elsewhere. */
export const doubtfulDaySchema = z.object({
  localDay: localDaySchema,
  captures: z.number().int(),
  /** Named from this camera-local time to that one: what a shift would be given. */
  fromLocal: localStartSchema,
  toLocal: localStartSchema,
});
export type DoubtfulDay = z.infer<typeof doubtfulDaySchema>;

/** The clock of a camera: what it is taken for, and why. */
export const cameraClockSchema = z.object({
  cameraId: z.number().int(),
  gpsClock: gpsClockSchema,
  /** Set by hand rather than found out. */
  isGpsClockSet: z.boolean(),
  /** What its clips say: one sentence for people. */
  gpsClockReason: z.string(),
  /** IANA zone or `UTC+02:00` in which its names are read; null is the zone of this installation. */
  zone: z.string().nullable(),
  installationZone: z.string(),
  /** Minutes east of UTC that its last clips with a fix ran at; null when none has. */
  observedOffsetMinutes: z.number().int().nullable(),
  /** How far the camera's clock was off then, beyond its zone. */
  observedErrorMs: z.number().int().nullable(),
  shifts: z.array(clockShiftSchema),
  /** Captures by how their instant is known. */
  captures: z.record(timeConfidenceSchema, z.number().int()),
  /** The last days with captures whose time is doubtful, at most 20, the last first. */
  doubtfulDays: z.array(doubtfulDaySchema),
  /** Times are being worked out anew. */
  isPending: z.boolean(),
});
export type CameraClock = z.infer<typeof cameraClockSchema>;

/** What a shift is about. Times are worked out in the background: this is counted when it is said. */
export const shiftReachSchema = z.object({
  /** Recordings named within it, of which there may be more when `isAll` is false. */
  captures: z.number().int(),
  /** Those whose time comes from GPS in UTC, which outranks a shift: they stay where they are. */
  byGps: z.number().int(),
  isAll: z.boolean(),
});
export type ShiftReach = z.infer<typeof shiftReachSchema>;

/** The clock with a shift that was just added. */
export const shiftedClockSchema = cameraClockSchema.extend({ added: shiftReachSchema });
export type ShiftedClock = z.infer<typeof shiftedClockSchema>;

export const cameraClockPatchSchema = z
  .object({
    /** Null: found out again. */
    gpsClock: z.enum(['utc', 'local']).nullable(),
    /** An IANA zone or a fixed offset; null: the installation's. */
    zone: z.string().trim().min(1).max(60).nullable(),
  })
  .partial()
  .strict();
export type CameraClockPatch = z.infer<typeof cameraClockPatchSchema>;
