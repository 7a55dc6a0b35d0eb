import { z } from 'zod';
import { orderClasses, orderClassSchema } from './queue.ts';

/** How the archive's folders are made from a clip's own date. */
export const layouts = ['daily', 'weekly', 'monthly', 'yearly', 'none'] as const;
export const layoutSchema = z.enum(layouts);
export type Layout = z.infer<typeof layoutSchema>;

const keepFreeGbSchema = z.number().min(0).max(100_000);
const pollSecondsSchema = z.number().int().min(5).max(600);
const webHostSchema = z.string().trim().max(253).refine(isListenAddress, {
  error: 'Type an IP address or a host name of this machine, or leave it empty.',
});
const webPortSchema = z.number().int().min(1).max(65_535);

const fetchMaxAgeDaysSchema = z.number().int().min(0).max(36_500);
const downloadOrderSchema = z
  .array(orderClassSchema)
  .refine((classes) => new Set(classes).size === classes.length, { error: 'Name each kind of clip once.' })
  .refine((classes) => classes.includes('earlier'), {
    error: 'Earlier drives need a place: what has none of its own comes with them.',
  });

function isListenAddress(text: string): boolean {
  if (text === '' || z.ipv4().safeParse(text).success) return true;
  if (text.includes(':')) return z.ipv6().safeParse(text.replace(/%[\w.-]+$/, '')).success;
  // Digits and dots that are no IPv4 address are a slip of the keyboard, not a name.
  return !/^[\d.]+$/.test(text) && z.hostname().safeParse(text).success;
}

/**
 * Everything the user may change while the program runs. One schema drives storage, validation, the API and
 * the form; only what differs from the defaults is stored. Titles and help are read by the settings page. `restart`:
 * it takes effect at the next start.
 */
export const settingsSchema = z.object({
  layout: layoutSchema.default('daily').meta({
    title: 'Folders of the archive',
    help: 'New clips are filed in a folder for each day, week (by its Monday), month or year, or all in one. Clips already filed stay where they are.',
    section: 'archive',
  }),
  keepFreeGb: keepFreeGbSchema.default(1).meta({
    title: 'Leave free on the disk',
    help: 'Downloads wait when less than this would be left on the recordings volume, and go on by themselves.',
    unit: 'GB',
    section: 'archive',
  }),
  pollSeconds: pollSecondsSchema.default(10).meta({
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
  downloadOrder: downloadOrderSchema.default([...orderClasses]).meta({
    title: 'Order of downloads',
    help: 'What comes first when a visit is short. What you ask for comes before all of it. What is switched off comes with earlier drives.',
    section: 'sync',
  }),
  frontFirst: z.boolean().default(true).meta({
    title: 'Front camera first',
    help: 'Of each drive, all clips of the front camera come before those of the others.',
    section: 'sync',
  }),
  fetchMaxAgeDays: fetchMaxAgeDaysSchema.default(0).meta({
    title: 'Fetch nothing older than',
    help: 'Older clips stay on the card, unless they are locked or you ask for them. 0 means no limit.',
    unit: 'days',
    section: 'sync',
  }),
  deleteAfterDownload: z.boolean().default(false).meta({
    title: 'Delete on the camera after download',
    help: 'Each clip is deleted on the card once its copy here is checked and safely on the disk. Never kept clips. It concerns clips fetched from then on.',
    section: 'sync',
  }),
  deleteLockedAfterDownload: z.boolean().default(false).meta({
    title: 'Delete locked clips too',
    help: 'Only together with the setting above. Locked clips are otherwise left on the card.',
    section: 'sync',
  }),
  webHost: webHostSchema.default('').meta({
    title: 'Address to listen on',
    help: 'An IP address or host name of this machine. Leave it empty unless the page should answer on one of several only.',
    section: 'page',
    restart: true,
  }),
  webPort: webPortSchema.default(8080).meta({
    title: 'Port',
    help: 'The page is found at this port. In a container, the published port must lead to it.',
    section: 'page',
    restart: true,
  }),
});
export type Settings = z.output<typeof settingsSchema>;
export type SettingKey = keyof Settings;

export const settingSections = [
  { id: 'sync', title: 'Sync' },
  { id: 'archive', title: 'Archive' },
  { id: 'page', title: 'The page' },
] as const;

/** A change: only the keys named are touched; `null` returns a key to its default. */
export const settingsPatchSchema = z
  .object({
    layout: layoutSchema.nullable(),
    keepFreeGb: keepFreeGbSchema.nullable(),
    pollSeconds: pollSecondsSchema.nullable(),
    fetchPhotos: z.boolean().nullable(),
    downloadOrder: downloadOrderSchema.nullable(),
    frontFirst: z.boolean().nullable(),
    fetchMaxAgeDays: fetchMaxAgeDaysSchema.nullable(),
    deleteAfterDownload: z.boolean().nullable(),
    deleteLockedAfterDownload: z.boolean().nullable(),
    webHost: webHostSchema.nullable(),
    webPort: webPortSchema.nullable(),
  })
  .partial()
  .strict();
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;
