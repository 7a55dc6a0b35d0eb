import { z } from 'zod';
import { clipMediaSchema } from './media.ts';

export const channels = ['front', 'rear', 'interior', 'tele', 'other'] as const;
export const channelSchema = z.enum(channels);
export type Channel = z.infer<typeof channelSchema>;

/** `unclassified`: the file's name was not understood; it is fetched and filed all the same. */
export const clipKinds = ['normal', 'parking', 'event', 'unclassified'] as const;
export const clipKindSchema = z.enum(clipKinds);
export type ClipKind = z.infer<typeof clipKindSchema>;

export const containers = ['mp4', 'mov', 'ts', 'jpg'] as const;
export const containerSchema = z.enum(containers);
export type Container = z.infer<typeof containerSchema>;

/** A clip's whole life, in one word (docs/data-model). */
export const clipStates = [
  'listed',
  'waiting',
  'held',
  'transferring',
  'archived',
  'skipped',
  'failed',
  'lost',
  'expired',
  'deleted',
  'missing',
] as const;
export const clipStateSchema = z.enum(clipStates);
export type ClipState = z.infer<typeof clipStateSchema>;

/**
 * Why a clip is in its state. Held: `recording`, `growing`, `target`; `rule` (no connection of its camera fetches
 * such clips), `connection` (the other address does), `retention` (older than is fetched). Waiting again after a
 * failed download: the other failures, `space`, `volume`, `busy`. Listed: `photo`. Lost: `overwritten`. Archived: `damaged`.
 * Skipped: `duplicate`, for the same bytes are in the archive already; `user`, `place`, `retention` by whom or what.
 * Expired: `retention`.
 */
export const stateReasons = [
  'recording',
  'growing',
  'target',
  'space',
  'volume',
  'busy',
  'photo',
  'overwritten',
  'damaged',
  'duplicate',
  'user',
  'place',
  'retention',
  'rule',
  'connection',
  'unreachable',
  'refused',
  'gone',
  'truncated',
  'malformed',
  'cancelled',
  'unexpected',
] as const;
export const stateReasonSchema = z.enum(stateReasons);
export type StateReason = z.infer<typeof stateReasonSchema>;

export const localDaySchema = z.iso.date();
/** Camera-local wall clock without a zone: `2026-06-28T13:34:16`. */
export const localStartSchema = z.iso.datetime({ local: true });

const instantMs = z.number().int();

/** How the instant of a clip is known, the best first. */
export const timeSources = ['gps', 'camera_offset', 'setting', 'file'] as const;
export const timeSourceSchema = z.enum(timeSources);
export type TimeSource = z.infer<typeof timeSourceSchema>;
/**
 * `sure`: a fix of a known clock; `likely`: the camera's offset as its other clips show it; `assumed`: its name in the
 * zone of the settings; `doubtful`: the camera's clock was wrong, or nothing fits.
 */
export const timeConfidences = ['sure', 'likely', 'assumed', 'doubtful'] as const;
export const timeConfidenceSchema = z.enum(timeConfidences);
export type TimeConfidence = z.infer<typeof timeConfidenceSchema>;

export const clipSchema = z.object({
  id: z.number().int(),
  cameraId: z.number().int(),
  captureId: z.number().int(),
  name: z.string(),
  channel: channelSchema,
  kind: clipKindSchema,
  container: containerSchema,
  /** Write-protected on the camera (its RO folder or attribute). */
  locked: z.boolean(),
  /** Pinned here by the user. */
  kept: z.boolean(),
  /** Written by people; left out where there is nothing. */
  note: z.string().optional(),
  tags: z.array(z.string()).optional(),
  state: clipStateSchema,
  stateReason: stateReasonSchema.nullable(),
  stateAt: instantMs,
  /** By the camera's clock, as its name says. */
  localStart: localStartSchema,
  startedAt: instantMs,
  /** Minutes east of UTC that were in force where the car was. */
  zoneOffsetMinutes: z.number().int().optional(),
  timeSource: timeSourceSchema.optional(),
  durationMs: z.number().int().nullable(),
  /** Bytes in the archive; null until archived. */
  sizeBytes: z.number().int().nullable(),
  /** Bytes as the camera lists them; rounded unless `remoteSizeExact`. */
  remoteSizeBytes: z.number().int().nullable(),
  remoteSizeExact: z.boolean(),
  /** Path below the archive root, with `/`; null until archived. */
  path: z.string().nullable(),
  videoCodec: z.string().nullable(),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  attempts: z.number().int(),
  nextAttemptAt: instantMs.nullable(),
  lastError: z.string().nullable(),
  /** Of an archived clip, where it is listed to be shown. */
  media: clipMediaSchema.optional(),
});
export type Clip = z.infer<typeof clipSchema>;

/** The clips of all channels that start at one moment. */
export const captureSchema = z.object({
  id: z.number().int(),
  cameraId: z.number().int(),
  localStart: localStartSchema,
  startedAt: instantMs,
  zoneOffsetMinutes: z.number().int().optional(),
  timeConfidence: timeConfidenceSchema.optional(),
  kind: clipKindSchema,
  locked: z.boolean(),
  clips: z.array(clipSchema),
});
export type Capture = z.infer<typeof captureSchema>;

/** What the calendar and the day list show of one day, over all cameras. */
export const daySchema = z.object({
  day: localDaySchema,
  archived: z.number().int(),
  /** Waiting, held, failed or in transfer: still wanted from a camera. */
  wanted: z.number().int(),
  lost: z.number().int(),
  locked: z.number().int(),
  parking: z.number().int(),
  archivedBytes: z.number().int(),
  firstLocalStart: localStartSchema,
  lastLocalStart: localStartSchema,
  captures: z.number().int(),
});
export type Day = z.infer<typeof daySchema>;
