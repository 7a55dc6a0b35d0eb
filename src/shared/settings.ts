import { z } from 'zod';
import { channelSchema, clipKindSchema } from './clips.ts';
import { orderClasses, orderClassSchema } from './queue.ts';
import {
  contactSchema,
  hostNamesSchema,
  importFolderSchema,
  languageSchema,
  mapUrlSchema,
  urlSchema,
  webHostSchema,
  zoneSettingSchema,
} from './setting-values.ts';

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

const stopRadiusSchema = z.number().min(10).max(1000);
const secondsSchema = z.number().int().min(0).max(86_400);
const journeyMetresSchema = z.number().min(0).max(100_000);
export const distanceUnits = ['km', 'miles'] as const;
const distanceUnitsSchema = z.enum(distanceUnits);
/** Where pictures of maps come from: nowhere but the outline of the world that is shipped with the program, or a server. */
export const mapSources = ['outline', 'vector', 'raster'] as const;
const mapSourceSchema = z.enum(mapSources);
export const geocoders = ['off', 'nominatim', 'photon'] as const;
const geocoderSchema = z.enum(geocoders);
const keepFreeGbSchema = z.number().min(0).max(100_000);
const pollSecondsSchema = z.number().int().min(5).max(600);
/** How much the log tells. */
export const settingLogLevels = ['error', 'warn', 'info', 'debug'] as const;
const logLevelSchema = z.enum(settingLogLevels);
const webPortSchema = z.number().int().min(1).max(65_535);

const checkDaysSchema = z.number().int().min(0).max(3650);
/** When small copies that every browser plays are made. */
export const proxyChoices = ['auto', 'asked', 'off'] as const;
const proxiesSchema = z.enum(proxyChoices);
const cacheGbSchema = z.number().min(0.1).max(10_000);
const fetchMaxAgeDaysSchema = z.number().int().min(0).max(36_500);
const downloadOrderSchema = z
  .array(orderClassSchema)
  .refine((classes) => new Set(classes).size === classes.length, { error: 'Name each kind of clip once.' })
  .refine((classes) => classes.includes('earlier'), {
    error: 'Earlier drives need a place: what has none of its own comes with them.',
  });

/**
 * Everything the user may change while the program runs. One schema drives storage, validation, the API and
 * the form; only what differs from the defaults is stored. Titles and help are read by the settings page. `restart`:
 * it takes effect at the next start.
 */
export const settingsSchema = z.object({
  layout: layoutSchema.default('daily').meta({
    title: 'Folders of the archive',
    help: 'New clips are filed in a folder for each day, week (by its Monday), month or year, or all in one. Clips already filed stay where they are until you have them moved (Storage).',
    section: 'archive',
  }),
  zone: zoneSettingSchema.default('').meta({
    title: 'Time zone',
    help: 'In which the cameras’ clocks are read, for example Europe/London. Empty: the zone that the program was started with (TZ). Recordings that are here already keep their times.',
    section: 'archive',
    restart: true,
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
  checkDays: checkDaysSchema.default(0).meta({
    title: 'Read every file again within',
    help: 'Finds files that a disk has silently spoilt. All of the archive is read, slowly; disks do not sleep meanwhile. 0 means never.',
    unit: 'days',
    section: 'archive',
  }),
  importFolder: importFolderSchema.default('').meta({
    title: 'Folder to import from',
    help: 'On this machine, for example where a card is mounted. Empty is the folder import in the recordings folder.',
    section: 'archive',
  }),
  makePictures: z.boolean().default(true).meta({
    title: 'Make thumbnails ahead',
    help: 'In the background, newest first. Off: only of what is looked at.',
    section: 'media',
  }),
  makeFilmstrips: z.boolean().default(true).meta({
    title: 'Make filmstrips ahead',
    help: 'The pictures that pass by under the pointer. Off: only of what is looked at.',
    section: 'media',
  }),
  proxies: proxiesSchema.default('auto').meta({
    title: 'Small copies for browsers',
    help: 'Of clips that browsers cannot play, or that are too large for a phone. Auto: of the newest drives, of what is kept and of what was opened; asked: only of what you ask for.',
    section: 'media',
  }),
  cacheGb: cacheGbSchema.default(10).meta({
    title: 'Room for pictures and small copies',
    help: 'In the configuration folder. What was not looked at for longest goes first; all of it can be made again.',
    unit: 'GB',
    section: 'media',
  }),
  hardwareEncoding: z.boolean().default(true).meta({
    title: 'Use the graphics chip',
    help: 'For small copies, where a test of it succeeded; what the test said is on the page Health.',
    section: 'media',
  }),
  writeGpx: z.boolean().default(true).meta({
    title: 'Write a GPX file beside each clip',
    help: 'Other programs read where the car was from it. What is shown here does not need it.',
    section: 'journeys',
  }),
  triage: z.boolean().default(true).meta({
    title: 'Read tracks off the card before the clips',
    help: 'Journeys are on the map minutes after the car is home, with what is still missing. Off removes what was read so.',
    section: 'journeys',
  }),
  distanceUnits: distanceUnitsSchema.default('km').meta({
    title: 'Distances and speeds in',
    help: 'Kilometres and km/h, or miles and mph.',
    section: 'journeys',
  }),
  stopSeconds: secondsSchema.default(300).meta({
    title: 'A stop is at least',
    help: 'Standing for a shorter time, as at lights, is a part of the journey.',
    unit: 's',
    section: 'journeys',
  }),
  stopRadiusM: stopRadiusSchema.default(50).meta({
    title: 'Standing means within',
    help: 'How far positions of a standing car may wander.',
    unit: 'm',
    section: 'journeys',
  }),
  departureSeconds: secondsSchema.default(60).meta({
    title: 'A stop ends after moving for',
    help: 'Shorter moves, as into another space of the car park, are a part of the stop.',
    unit: 's',
    section: 'journeys',
  }),
  sessionGapSeconds: secondsSchema.default(1800).meta({
    title: 'A new journey begins after no recording for',
    help: 'Without positions in between, nobody knows what the car did.',
    unit: 's',
    section: 'journeys',
  }),
  journeyMinMetres: journeyMetresSchema.default(200).meta({
    title: 'A journey is at least',
    help: 'What is shorter is a part of the stop.',
    unit: 'm',
    section: 'journeys',
  }),
  journeyPaddingSeconds: secondsSchema.default(120).meta({
    title: 'Show before and after a journey',
    help: 'Footage up to this time before and after it belongs to it, but never past parking footage.',
    unit: 's',
    section: 'journeys',
  }),
  mapSource: mapSourceSchema.default('outline').meta({
    title: 'Map',
    help: 'Without a map server, nothing leaves this house: tracks lie on an outline of the world. A map server learns which places you look at.',
    section: 'maps',
  }),
  mapUrl: mapUrlSchema.default('').meta({
    title: 'Address of the map',
    help: 'Vector: a style, a TileJSON or a .pmtiles file. Pictures: an address with {z}, {x} and {y}.',
    section: 'maps',
  }),
  mapAttribution: z.string().trim().max(300).default('').meta({
    title: 'Credit shown on the map',
    help: 'Whoever makes the map wants to be named, for example © OpenStreetMap contributors.',
    section: 'maps',
  }),
  geocoder: geocoderSchema.default('off').meta({
    title: 'Names of streets from',
    help: 'A server is asked for the name of where a journey begins and ends, and learns these places. Off: your own places and the names of towns that are shipped with the program.',
    section: 'maps',
  }),
  geocoderUrl: urlSchema.default('').meta({
    title: 'Address of that server',
    help: 'Leave it empty for the public one, or type that of your own.',
    section: 'maps',
  }),
  geocoderLanguage: languageSchema.default('').meta({
    title: 'Language of names',
    help: 'For example en or de; empty is the language of the place itself.',
    section: 'maps',
  }),
  geocoderContact: contactSchema.default('').meta({
    title: 'Your e-mail address for that server',
    help: 'The public one asks for it, so that it can write to you instead of blocking you.',
    section: 'maps',
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
  allowedHosts: hostNamesSchema.default('').meta({
    title: 'Names that it answers by',
    help: 'Only for names of the internet, as behind a reverse proxy: for example cam.example.com. IP addresses, names without a dot and names of the home network (nas.local) need none.',
    section: 'page',
  }),
  logLevel: logLevelSchema.default('info').meta({
    title: 'What the log tells',
    help: 'Usually everything down to Info. Debug is for hunting a fault: it says more of every step. Changes at once.',
    section: 'page',
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

/** The parts of the form, in their order. */
export const settingSections = ['sync', 'archive', 'journeys', 'maps', 'media', 'storage', 'page'] as const;

/** A change: only the keys named are touched; `null` returns a key to its default. */
export const settingsPatchSchema = z
  .object({
    layout: layoutSchema.nullable(),
    zone: zoneSettingSchema.nullable(),
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
    checkDays: checkDaysSchema.nullable(),
    importFolder: importFolderSchema.nullable(),
    makePictures: z.boolean().nullable(),
    makeFilmstrips: z.boolean().nullable(),
    proxies: proxiesSchema.nullable(),
    cacheGb: cacheGbSchema.nullable(),
    hardwareEncoding: z.boolean().nullable(),
    writeGpx: z.boolean().nullable(),
    triage: z.boolean().nullable(),
    distanceUnits: distanceUnitsSchema.nullable(),
    stopSeconds: secondsSchema.nullable(),
    stopRadiusM: stopRadiusSchema.nullable(),
    departureSeconds: secondsSchema.nullable(),
    sessionGapSeconds: secondsSchema.nullable(),
    journeyMinMetres: journeyMetresSchema.nullable(),
    journeyPaddingSeconds: secondsSchema.nullable(),
    mapSource: mapSourceSchema.nullable(),
    mapUrl: mapUrlSchema.nullable(),
    mapAttribution: z.string().trim().max(300).nullable(),
    geocoder: geocoderSchema.nullable(),
    geocoderUrl: urlSchema.nullable(),
    geocoderLanguage: languageSchema.nullable(),
    geocoderContact: contactSchema.nullable(),
    webHost: webHostSchema.nullable(),
    webPort: webPortSchema.nullable(),
    allowedHosts: hostNamesSchema.nullable(),
    logLevel: logLevelSchema.nullable(),
  })
  .partial()
  .strict();
export type SettingsPatch = z.infer<typeof settingsPatchSchema>;
