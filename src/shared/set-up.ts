import { z } from 'zod';
import { newPasswordSchema } from './accounts.ts';
import { cameraAddressSchema, cameraNameSchema } from './cameras.ts';
import { zoneSettingSchema } from './setting-values.ts';
import { settingsSchema } from './settings.ts';
import { volumeStateSchema } from './status.ts';

/** What a set-up asks, in this order. */
export const setUpSteps = ['camera', 'storage', 'zone', 'keep', 'outside', 'password'] as const;
export type SetUpStep = (typeof setUpSteps)[number];

/** `osm`: pictures of OpenStreetMap; `as_is`: what the settings name already, whatever it is. */
export const setUpMaps = ['outline', 'osm', 'as_is'] as const;

const { retentionDays, retentionDiskPct, geocoder } = settingsSchema.shape;

/** What somebody has answered so far. It says nothing secret, and nothing of it is in force before the end. */
export const setUpDraftSchema = z
  .object({
    step: z.enum(setUpSteps),
    /** Null: to be added later. `id`: one that is known already and gets this address and name. */
    camera: z
      .object({
        id: z.number().int().positive().nullable(),
        address: cameraAddressSchema,
        name: cameraNameSchema,
      })
      .strict()
      .nullable(),
    /** Empty: as the program was started. */
    zone: zoneSettingSchema,
    retentionDays: retentionDays.unwrap(),
    retentionDiskPct: retentionDiskPct.unwrap(),
    map: z.enum(setUpMaps),
    geocoder: geocoder.unwrap(),
  })
  .strict();
export type SetUpDraft = z.infer<typeof setUpDraftSchema>;

export const beginSetUpInputSchema = z.object({
  /** From the program's log, or `VIOFOSYNC_SETUP_CODE`. */
  code: z.string().min(1, "Type the code from the program's log.").max(100),
});
export const finishSetUpInputSchema = z.object({
  /** Null: only the password is set. */
  draft: setUpDraftSchema.nullable(),
  password: newPasswordSchema,
});

export const setUpViewSchema = z.object({
  /** As it was left, or with what is known already filled in. */
  draft: setUpDraftSchema,
  /** Somebody began before. */
  isResumed: z.boolean(),
  /** It is filled in with what an earlier version had. */
  isTakenOver: z.boolean(),
  /** The zone that the program was started with, and whether somebody chose it (`TZ`). */
  zone: z.object({ name: z.string(), isGiven: z.boolean() }),
  recordings: z.string(),
  configDir: z.string(),
  /** What is in force beside the answers, for sentences. */
  rules: z.object({ diskCriticalPct: z.number(), trashHours: z.number(), protectLocked: z.boolean() }),
  /** The map that `as_is` stands for, by its server; null when there is none. */
  ownMap: z.string().nullable(),
  /** The name by which the page was called, when it is one that has to be remembered; else null. */
  newHost: z.string().nullable(),
});
export type SetUpView = z.infer<typeof setUpViewSchema>;

export const checkedVolumes = ['recordings', 'config'] as const;
export const checkVolumeInputSchema = z.object({ volume: z.enum(checkedVolumes) });

/** What a trial of a folder has shown. */
export const volumeCheckSchema = z.object({
  volume: z.enum(checkedVolumes),
  path: z.string(),
  /** As everywhere for the recordings; of the configuration folder only some of them occur. */
  state: volumeStateSchema,
  /** What is wrong and what to do; null when nothing is. */
  message: z.string().nullable(),
  freeBytes: z.number().nullable(),
  totalBytes: z.number().nullable(),
  /** The type of a network file system (`nfs4`); null when it lies on none, or that is not known. */
  networkType: z.string().nullable(),
  /** The trial file: written, on the disk for certain, renamed, read back the same; null when it did not come to that. */
  trial: z
    .object({
      bytes: z.number().int(),
      /** From the first byte until all of it was on the disk for certain. */
      writeMs: z.number(),
      bytesPerSecond: z.number(),
      /** How long a small change takes until it is on the disk for certain. */
      syncMs: z.number(),
    })
    .nullable(),
  /** Recordings and configuration share one disk, as far as the system tells; null when it does not. */
  isShared: z.boolean().nullable(),
});
export type VolumeCheck = z.infer<typeof volumeCheckSchema>;
