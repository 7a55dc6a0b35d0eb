import { z } from 'zod';

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
    webHost: webHostSchema.nullable(),
    webPort: webPortSchema.nullable(),
  })
  .partial()
  .strict();
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;
