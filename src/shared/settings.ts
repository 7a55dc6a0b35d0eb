import { z } from 'zod';

/** How the archive's folders are made from a clip's own date. */
export const layouts = ['daily', 'weekly', 'monthly', 'yearly', 'none'] as const;
export const layoutSchema = z.enum(layouts);
export type Layout = z.infer<typeof layoutSchema>;

/**
 * Everything the user may change while the program runs. One schema drives storage, validation, the API and
 * the form; only what differs from the defaults is stored. Titles and help are read by the settings page.
 */
export const settingsSchema = z.object({
  layout: layoutSchema.default('daily').meta({
    title: 'Folders of the archive',
    help: 'New clips are filed in a folder for each day, week (by its Monday), month or year, or all in one. Clips already filed stay where they are.',
    section: 'archive',
  }),
  keepFreeGb: z.number().min(0).max(100_000).default(1).meta({
    title: 'Leave free on the disk',
    help: 'Downloads wait when less than this would be left on the recordings volume, and go on by themselves.',
    unit: 'GB',
    section: 'archive',
  }),
  pollSeconds: z.number().int().min(5).max(600).default(10).meta({
    title: 'Look for the camera every',
    help: 'How often an absent camera is looked for. A short time notices an arriving car sooner.',
    unit: 's',
    section: 'sync',
  }),
  fetchPhotos: z.boolean().default(false).meta({
    title: 'Fetch photos too',
    help: 'Photos on the card are listed but left there unless this is on.',
    section: 'sync',
  }),
});
export type Settings = z.output<typeof settingsSchema>;
export type SettingKey = keyof Settings;

export const settingSections = [
  { id: 'sync', title: 'Sync' },
  { id: 'archive', title: 'Archive' },
] as const;

/** A change: only the keys named are touched; `null` returns a key to its default. */
export const settingsPatchSchema = z
  .object({
    layout: layoutSchema.nullable(),
    keepFreeGb: z.number().min(0).max(100_000).nullable(),
    pollSeconds: z.number().int().min(5).max(600).nullable(),
    fetchPhotos: z.boolean().nullable(),
  })
  .partial()
  .strict();
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;
