import { z } from 'zod';
import { channelSchema, clipKindSchema, localDaySchema, localStartSchema } from './clips.ts';
import { retentionRuleSchema, settingsPatchSchema, settingsSchema } from './settings.ts';

const count = z.number().int().min(0);
const instantMs = z.number().int();
const amountSchema = z.object({ clips: count, bytes: count });
export type Amount = z.infer<typeof amountSchema>;

/** What decided a deletion. `room`: for a clip that was about to arrive, under the disk's or the quota's rule. */
export const deletionWhySchema = z.discriminatedUnion('by', [
  z.object({
    by: z.literal('age'),
    days: count,
    /** The rule of its own that it fell under; null for the general one. */
    rule: retentionRuleSchema.nullable(),
  }),
  z.object({ by: z.literal('disk'), pct: z.number() }),
  z.object({ by: z.literal('quota'), gib: z.number() }),
  z.object({ by: z.literal('room'), rule: z.enum(['disk', 'quota']), forClip: z.string() }),
  z.object({ by: z.literal('hand'), user: z.string().nullable() }),
]);
export type DeletionWhy = z.infer<typeof deletionWhySchema>;

/** Why a rule leaves a clip that it would otherwise delete. `date`: dated in the future, before 2010 or in doubt. */
export const protections = ['kept', 'locked', 'in_use', 'recent', 'date', 'floor', 'failed'] as const;
export const protectionSchema = z.enum(protections);
export type Protection = z.infer<typeof protectionSchema>;
const protectedSchema = z.record(protectionSchema, amountSchema);
export type ProtectedAmounts = z.infer<typeof protectedSchema>;

/**
 * Why nothing is deleted by rule now. `share`: the plan is larger than what goes without asking; `missing_files`: files
 * are not where the ledger has them; `other_data`: the disk is full of what is not ours; `stopped`: by hand.
 */
export const obstacleCodes = [
  'volume',
  'scan',
  'clock_behind',
  'clock_jumped',
  'share',
  'missing_files',
  'other_data',
  'stopped',
] as const;
export const obstacleSchema = z.object({
  code: z.enum(obstacleCodes),
  message: z.string(),
  advice: z.string().nullable(),
});
export type ObstacleCode = (typeof obstacleCodes)[number];
export type Obstacle = z.infer<typeof obstacleSchema>;

export const sweepCauses = ['start', 'clock', 'downloads', 'settings', 'hand', 'room'] as const;
export const sweepCauseSchema = z.enum(sweepCauses);
export type SweepCause = z.infer<typeof sweepCauseSchema>;
export const sweepOutcomes = ['done', 'stopped', 'obstacle', 'interrupted'] as const;
export const sweepOutcomeSchema = z.enum(sweepOutcomes);
export type SweepOutcome = z.infer<typeof sweepOutcomeSchema>;

/** One run of what deletes by rule, that did or met something. */
export const sweepSchema = z.object({
  id: z.number().int(),
  cause: sweepCauseSchema,
  beganAt: instantMs,
  endedAt: instantMs.nullable(),
  /** Null while it runs. */
  outcome: sweepOutcomeSchema.nullable(),
  message: z.string().nullable(),
  byAge: count,
  byDisk: count,
  byQuota: count,
  protected: count,
  failed: count,
  missing: count,
  freedBytes: count,
  /** Of what went, what went into the trash then. */
  trashedBytes: count,
});
export type Sweep = z.infer<typeof sweepSchema>;

/** A plan that is too large to go without a person's word. */
export const confirmationSchema = z.object({
  /** To be sent back with the confirmation: of this plan under these rules. */
  key: z.string(),
  clips: count,
  bytes: count,
  ofClips: count,
  ofBytes: count,
  /** Of the archive, of the last 24 hours' deletions and this plan together. */
  sharePct: z.number(),
  limitPct: z.number(),
  oldestDay: localDaySchema,
  newestDay: localDaySchema,
});
export type Confirmation = z.infer<typeof confirmationSchema>;

/** A clip whose file could not be deleted. */
export const removalFailureSchema = z.object({
  clipId: z.number().int(),
  name: z.string(),
  path: z.string(),
  reason: z.string(),
  tries: count,
  nextAt: instantMs.nullable(),
});
export type RemovalFailure = z.infer<typeof removalFailureSchema>;

export const retentionStates = ['off', 'idle', 'waiting', 'planning', 'sweeping'] as const;

export const retentionSchema = z.object({
  /** `off`: no rule is set; `waiting`: something speaks against deleting now. */
  state: z.enum(retentionStates),
  obstacle: obstacleSchema.nullable(),
  /** Of the sweep under way. */
  progress: z.object({ done: count, total: count, failed: count, freedBytes: count }).nullable(),
  confirmation: confirmationSchema.nullable(),
  /** What the last plan left, though rules would have deleted it. */
  protected: protectedSchema,
  /** Newest first. */
  sweeps: z.array(sweepSchema),
  nextAt: instantMs.nullable(),
  failures: z.object({ count, items: z.array(removalFailureSchema) }),
  /** Deletions and restorations by hand that wait for the volume. */
  pending: count,
  trash: z.object({ clips: count, bytes: count, nextGoneAt: instantMs.nullable() }),
});
export type Retention = z.infer<typeof retentionSchema>;

const decisive = {
  retentionDays: true,
  retentionRules: true,
  retentionWhole: true,
  protectLocked: true,
  retentionDiskPct: true,
  quotaGib: true,
  retentionFloorDays: true,
  retentionFloorGb: true,
  retentionMaxSharePct: true,
} as const;

/** The settings that decide what goes. */
export const retentionSettingsSchema = settingsSchema.pick(decisive);
/** Those that are to be tried; one left out is as it is, null as it is by default. */
export const previewInputSchema = settingsPatchSchema.pick(decisive);
export type RetentionSettings = z.infer<typeof retentionSettingsSchema>;
export const retentionSettingKeys = Object.keys(retentionSettingsSchema.shape) as (keyof RetentionSettings)[];

export const plannedClipSchema = z.object({
  clipId: z.number().int(),
  cameraId: z.number().int(),
  name: z.string(),
  channel: channelSchema,
  kind: clipKindSchema,
  localStart: localStartSchema,
  bytes: count,
  why: deletionWhySchema,
});
export type PlannedClip = z.infer<typeof plannedClipSchema>;

/** What the next sweep would do under the settings that were asked about. */
export const previewSchema = z.object({
  obstacle: obstacleSchema.nullable(),
  /** The plan is larger than what goes without asking. */
  confirmation: confirmationSchema.nullable(),
  total: amountSchema,
  byAge: amountSchema,
  byDisk: amountSchema,
  byQuota: amountSchema,
  archive: amountSchema,
  /** Days of the oldest clip now, and after the sweep; null when there is none. */
  oldestDay: localDaySchema.nullable(),
  oldestKeptDay: localDaySchema.nullable(),
  /** Drives of which a part goes and a part stays. */
  partialDrives: count,
  protected: protectedSchema,
  /** Of a rule of disk or quota that is broken: what the sweep cannot free, and why. */
  shortfall: z
    .object({
      rule: z.enum(['disk', 'quota']),
      bytes: count,
      cause: z.enum(['protected', 'other_data', 'floor']),
    })
    .nullable(),
  /** Oldest first. */
  days: z.array(z.object({ day: localDaySchema, clips: count, bytes: count, stays: count })),
  /** The first ones, in the order in which they go. */
  clips: z.array(plannedClipSchema),
});
export type Preview = z.infer<typeof previewSchema>;

export const auditActions = ['trashed', 'deleted', 'missing'] as const;
/** `missing`: its file was gone before anybody here deleted it. */
export const auditActionSchema = z.enum(auditActions);
export type AuditAction = z.infer<typeof auditActionSchema>;

/** One deletion and what became of it. */
export const auditEntrySchema = z.object({
  id: z.number().int(),
  at: instantMs,
  action: auditActionSchema,
  clipId: z.number().int(),
  cameraId: z.number().int(),
  name: z.string(),
  channel: channelSchema,
  kind: clipKindSchema,
  localStart: localStartSchema,
  kept: z.boolean(),
  locked: z.boolean(),
  bytes: count,
  path: z.string(),
  why: deletionWhySchema,
  /** Whether it lies in the trash now, and can be restored. */
  inTrash: z.boolean(),
  goneAt: instantMs.nullable(),
  restoredAt: instantMs.nullable(),
});
export type AuditEntry = z.infer<typeof auditEntrySchema>;

export const trashEntrySchema = z.object({
  clipId: z.number().int(),
  cameraId: z.number().int(),
  name: z.string(),
  channel: channelSchema,
  kind: clipKindSchema,
  localStart: localStartSchema,
  bytes: count,
  why: deletionWhySchema,
  trashedAt: instantMs,
  /** When the trash lets go of it, if no room is needed before. */
  goneAt: instantMs,
});
export type TrashEntry = z.infer<typeof trashEntrySchema>;

/** What an order to delete or restore by hand came to; it is carried out at once when the volume lets it. */
export const removalOrderSchema = z.object({
  ordered: count,
  bytes: count,
  /** Left, for they are protected and it was not insisted; or there is no file to delete or restore. */
  left: z.object({ kept: count, locked: count, inUse: count, notThere: count }),
  /** Whether they go to the trash, from which they can be restored. */
  toTrash: z.boolean(),
});
export type RemovalOrder = z.infer<typeof removalOrderSchema>;
