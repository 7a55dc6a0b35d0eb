import { z } from 'zod';
import { channelSchema, clipKindSchema } from './clips.ts';
import { orderClasses, orderClassSchema } from './queue.ts';

/** How the archive's folders are made from a clip's own date. */
export const layouts = ['daily', 'weekly', 'monthly', 'yearly', 'none'] as const;
export const layoutSchema = z.enum(layouts);
export type Layout = z.infer<typeof layoutSchema>;

const retentionDaysSchema = z.number().int().min(0).max(3650);
/** A rule of its own for some clips; null names any. The one that names most decides, of equals the earlier. */
export const retentionRuleSchema = z
  .object({
    cameraId: z.number().int().positive().nullable(),
    kind: clipKindSchema.nullable(),
    channel: channelSchema.nullable(),
    /** 0: for ever. */
    days: retentionDaysSchema,
  })
  .strict()
  .refine(({ cameraId, kind, channel }) => cameraId !== null || kind !== null || channel !== null, {
    error: 'Name a camera, a kind or a channel; for all of them there is the general rule.',
  });
export type RetentionRule = z.infer<typeof retentionRuleSchema>;
const retentionRulesSchema = z
  .array(retentionRuleSchema)
  .max(100)
  .refine((rules) => new Set(rules.map((rule) => scopeKey(rule))).size === rules.length, {
    error: 'Two rules are for the same clips.',
  });
/** Whether clips are deleted capture by capture, or drive by drive. */
export const retentionUnits = ['captures', 'drives'] as const;
const retentionWholeSchema = z.enum(retentionUnits);
const diskPctSchema = z.number().int().min(0).max(99);
const criticalPctSchema = z.number().int().min(0).max(100);
const quotaGibSchema = z.number().min(0).max(1_048_576);
const floorGbSchema = z.number().min(0).max(1_000_000);
const sharePctSchema = z.number().int().min(1).max(100);
const trashHoursSchema = z.number().int().min(0).max(720);

const scopeKey = ({ cameraId, kind, channel }: RetentionRule) => `${cameraId} ${kind} ${channel}`;

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
  retentionDays: retentionDaysSchema.default(0).meta({
    title: 'Keep recordings for',
    help: 'Older ones are deleted, into the trash first. Kept and locked ones are not. 0 means no limit.',
    unit: 'days',
    section: 'storage',
  }),
  retentionRules: retentionRulesSchema.default([]).meta({
    title: 'Rules of their own',
    help: 'For clips of one kind, channel or camera: so many days, or for ever. The rule that names most decides.',
    section: 'storage',
  }),
  retentionWhole: retentionWholeSchema.default('captures').meta({
    title: 'Delete together',
    help: 'Either the channels of one moment go together, or whole drives, once the last of them is due.',
    section: 'storage',
  }),
  protectLocked: z.boolean().default(true).meta({
    title: 'Never delete locked clips',
    help: 'Clips that you, or a crash, locked on the camera stay whatever their age.',
    section: 'storage',
  }),
  retentionDiskPct: diskPctSchema.default(0).meta({
    title: 'Delete the oldest when the disk is fuller than',
    help: 'Of the whole recordings volume, whoever uses it. 0 means never.',
    unit: '%',
    section: 'storage',
  }),
  quotaGib: quotaGibSchema.default(0).meta({
    title: 'Delete the oldest when the archive is larger than',
    help: 'For an archive in a share or a dataset of its own. Everything in the recordings folder counts, but for a recycle bin of the NAS. 0 means never.',
    unit: 'GiB',
    section: 'storage',
  }),
  retentionFloorDays: retentionDaysSchema.default(0).meta({
    title: 'Whatever happens, leave the last',
    help: 'No rule ever deletes recordings younger than this, even when the disk is full.',
    unit: 'days',
    section: 'storage',
  }),
  retentionFloorGb: floorGbSchema.default(0).meta({
    title: 'Whatever happens, leave at least',
    help: 'No rule ever makes the archive smaller than this, even when other data fills the disk.',
    unit: 'GB',
    section: 'storage',
  }),
  retentionMaxSharePct: sharePctSchema.default(20).meta({
    title: 'Ask before deleting more than',
    help: 'Of the archive within a day. A wrong clock or a slip in the rules then costs a question, not the recordings.',
    unit: '%',
    section: 'storage',
  }),
  trashHours: trashHoursSchema.default(24).meta({
    title: 'Keep deleted clips in the trash for',
    help: 'They can be restored until then. When room is needed, the trash goes first. 0 means no trash.',
    unit: 'hours',
    section: 'storage',
  }),
  diskCriticalPct: criticalPctSchema.default(95).meta({
    title: 'Stop downloads when the disk is fuller than',
    help: 'They go on by themselves when there is room again. 0 means never.',
    unit: '%',
    section: 'storage',
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

/** From what percentage on downloads stop: never before the disk's own rule has had its chance; 0 is never. */
export function criticalPctOf({
  diskCriticalPct,
  retentionDiskPct,
}: Pick<Settings, 'diskCriticalPct' | 'retentionDiskPct'>): number {
  return diskCriticalPct === 0 ? 0 : Math.max(diskCriticalPct, retentionDiskPct);
}

export const settingSections = [
  { id: 'sync', title: 'Sync' },
  { id: 'archive', title: 'Archive' },
  { id: 'storage', title: 'Storage' },
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
    retentionDays: retentionDaysSchema.nullable(),
    retentionRules: retentionRulesSchema.nullable(),
    retentionWhole: retentionWholeSchema.nullable(),
    protectLocked: z.boolean().nullable(),
    retentionDiskPct: diskPctSchema.nullable(),
    quotaGib: quotaGibSchema.nullable(),
    retentionFloorDays: retentionDaysSchema.nullable(),
    retentionFloorGb: floorGbSchema.nullable(),
    retentionMaxSharePct: sharePctSchema.nullable(),
    trashHours: trashHoursSchema.nullable(),
    diskCriticalPct: criticalPctSchema.nullable(),
    webHost: webHostSchema.nullable(),
    webPort: webPortSchema.nullable(),
  })
  .partial()
  .strict();
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;
