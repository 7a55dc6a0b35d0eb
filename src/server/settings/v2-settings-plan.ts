/** What becomes of the existing system's settings. Pure. */
import type { PlaceInput } from '../../shared/places.ts';
import { settingsSchema, type SettingKey, type Settings } from '../../shared/settings.ts';
import type { AdoptionLine } from '../../shared/system.ts';
import {
  placesInForce,
  placesOutcome,
  ruleOutcome,
  rulesOf,
  triageKeys,
  triageOf,
  triageOutcome,
  type Outcome,
  type V2Rules,
  type V2Source,
  type V2Triage,
} from './v2-parts-policy.ts';
import {
  booleanOf,
  daysOfRange,
  isBlank,
  listenAddress,
  lowerCase,
  percentage,
  textOf,
  wholeNumber,
} from './v2-values-policy.ts';

/** One key of the existing system and where it goes. */
export type V2Key = { key: string } & (
  | {
      becomes: 'setting';
      setting: SettingKey;
      /** Its value in our terms; our schema judges the outcome. */
      read(value: unknown): unknown;
      /** It has to do with what is deleted: one of long ago does not come into force again. */
      deletes?: true;
      /** A key of v1, in force only while v1 is what runs, and where this newer key is missing. */
      newer?: string;
      /** Where one of these is given, each connection has its own. */
      perConnection?: readonly string[];
    }
  | { becomes: 'camera' | 'pause' | 'password' | 'rule' | 'triage' | 'places' }
  | { becomes: 'nothing'; why: string; isDefault?(value: unknown): boolean }
  /** It belongs to a part that is not built yet, and waits in the copy of the file. */
  | { becomes: 'later' }
);

export interface V2Problem {
  key: string;
  message: string;
  advice: string;
}

export interface V2SettingsPlan {
  /** What differs from our defaults. */
  settings: Partial<Settings>;
  /** As text, trimmed, not checked further. */
  camera: { address: string; alternativeAddress: string | null } | null;
  /** What was fetched over each connection; null when it never was limited. */
  rules: V2Rules | null;
  /** Of each connection; null when nothing was said of one. */
  triage: V2Triage | null;
  /** The places that it knew, in its order. */
  places: PlaceInput[];
  paused: boolean;
  password: { kind: 'bcrypt'; hash: string } | { kind: 'clear'; text: string } | null;
  /** It had a password: set-up must not open again. */
  wasSetUp: boolean;
  /** Keys `settings:<v2 key>` and `settings:config.json`. */
  problems: V2Problem[];
  lines: AdoptionLine[];
}

const without: Record<string, string> = {
  SYNC_INTERVAL: 'it never had any; the camera is looked for all the time',
  HTML: 'how a camera is listed is decided for each camera',
  TIMEOUT: 'time limits are built in',
  DOWNLOAD_ATTEMPTS: 'what is tried again depends on the kind of failure',
  MAX_DOWNLOAD_ATTEMPTS: 'what is tried again depends on the kind of failure',
  SESSION_SECRET: 'everyone logs in once more',
  RECORDINGS: 'the environment decides',
  CONFIG_DIR: 'the environment decides',
  PUID: 'the environment decides',
  PGID: 'the environment decides',
  TZ: 'the environment decides',
  CRON: 'it runs all the time',
  RUN_ONCE: 'it runs all the time',
  DRY_RUN: 'there is no dry run',
  VERBOSE: 'the environment decides (LOG_LEVEL)',
  QUIET: 'the environment decides (LOG_LEVEL)',
};

const later = `
  PRIORITY INSTANCE_NAME
  EXPORT_ENCODER PIP_POSITION
  MQTT_ENABLED MQTT_HOST MQTT_PORT MQTT_USERNAME MQTT_PASSWORD MQTT_TLS MQTT_CLIENT_ID
  MQTT_DISCOVERY_PREFIX MQTT_NODE_ID MQTT_DISCOVERY_ENABLED MQTT_QOS
`
  .trim()
  .split(/\s+/);

/** Every key of every generation. A part that is built moves its keys from `later` to rows of their own. */
export const v2Keys: readonly V2Key[] = [
  { key: 'GROUPING', becomes: 'setting', setting: 'layout', read: (value) => lowerCase(value) },
  { key: 'IMPORT_PATH', becomes: 'setting', setting: 'importFolder', read: textOf },
  { key: 'WEB_HOST', becomes: 'setting', setting: 'webHost', read: listenAddress },
  { key: 'WEB_PORT', becomes: 'setting', setting: 'webPort', read: wholeNumber },
  {
    key: 'DELETE_AFTER_DOWNLOAD',
    becomes: 'setting',
    setting: 'deleteAfterDownload',
    read: (value) => booleanOf(value),
  },
  {
    key: 'DELETE_RO_AFTER_DOWNLOAD',
    becomes: 'setting',
    setting: 'deleteLockedAfterDownload',
    read: (value) => booleanOf(value),
  },
  {
    key: 'RETENTION_MAX_DAYS',
    becomes: 'setting',
    setting: 'retentionDays',
    read: wholeNumber,
    deletes: true,
  },
  {
    key: 'RETENTION_DISK_PCT',
    becomes: 'setting',
    setting: 'retentionDiskPct',
    read: wholeNumber,
    deletes: true,
  },
  {
    key: 'RETENTION_PROTECT_RO',
    becomes: 'setting',
    setting: 'protectLocked',
    read: (value) => booleanOf(value),
    deletes: true,
  },
  {
    key: 'RECORDINGS_QUOTA_GB',
    becomes: 'setting',
    setting: 'quotaGib',
    read: wholeNumber,
    deletes: true,
  },
  { key: 'DISK_CRITICAL_PCT', becomes: 'setting', setting: 'diskCriticalPct', read: wholeNumber },
  {
    key: 'KEEP',
    becomes: 'setting',
    setting: 'retentionDays',
    read: daysOfRange,
    deletes: true,
    newer: 'RETENTION_MAX_DAYS',
  },
  {
    key: 'MAX_USED_DISK',
    becomes: 'setting',
    setting: 'diskCriticalPct',
    read: percentage,
    newer: 'DISK_CRITICAL_PCT',
  },
  { key: 'GPS_EXTRACT', becomes: 'setting', setting: 'writeGpx', read: (value) => booleanOf(value) },
  {
    key: 'GPS_TRIAGE',
    becomes: 'setting',
    setting: 'triage',
    read: (value) => booleanOf(value),
    perConnection: triageKeys,
  },
  { key: 'DISTANCE_UNITS', becomes: 'setting', setting: 'distanceUnits', read: lowerCase },
  { key: 'NOMINATIM_EMAIL', becomes: 'setting', setting: 'geocoderContact', read: textOf },
  {
    key: 'DERIVE_THUMBS_EAGER',
    becomes: 'setting',
    setting: 'makePictures',
    read: (value) => booleanOf(value),
  },
  {
    key: 'DERIVE_FILMSTRIPS_EAGER',
    becomes: 'setting',
    setting: 'makeFilmstrips',
    read: (value) => booleanOf(value),
  },
  // Its default was to ask; nobody was asked whether that is all right.
  {
    key: 'GEOCODE_ENABLED',
    becomes: 'nothing',
    why: 'no server is told where you were until you choose one under Settings, Maps and names',
    isDefault: (value) => booleanOf(value) === false,
  },
  { key: 'PRIMARY_GPS_TRIAGE', becomes: 'triage' },
  { key: 'ALTERNATIVE_GPS_TRIAGE', becomes: 'triage' },
  { key: 'LOCATIONS', becomes: 'places' },
  { key: 'GEOFENCE_ZONES', becomes: 'places' },
  { key: 'GEOFENCE_ENABLED', becomes: 'places' },
  { key: 'PRIMARY_SCOPE', becomes: 'rule' },
  { key: 'ALTERNATIVE_SCOPE', becomes: 'rule' },
  { key: 'SYNC_RO_ONLY', becomes: 'rule' },
  { key: 'ADDRESS', becomes: 'camera' },
  { key: 'ADDRESS_FALLBACK', becomes: 'camera' },
  { key: 'ENABLE_SCHEDULED_SYNC', becomes: 'pause' },
  { key: 'WEB_PASSWORD_HASH', becomes: 'password' },
  { key: 'WEB_PASSWORD', becomes: 'password' },
  ...Object.entries(without).map(([key, why]): V2Key => ({ key, becomes: 'nothing', why })),
  ...later.map((key): V2Key => ({ key, becomes: 'later' })),
];

/** The keys of the existing system that became this setting. */
export function v2KeysOf(setting: SettingKey): string[] {
  return v2Keys.flatMap((row) => (row.becomes === 'setting' && row.setting === setting ? [row.key] : []));
}

/** Judges every key there is. Values appear nowhere but in `settings`, `camera` and `password`. */
export function buildV2SettingsPlan(from: V2Source, rows: readonly V2Key[] = v2Keys): V2SettingsPlan {
  const rowOf = new Map(rows.map((row) => [row.key, row]));
  const plan = basicPlan(from);
  const outcomes = new Map<string, Outcome>();
  for (const [key, value] of from.values) {
    const row = rowOf.get(key);
    const outcome = row ? outcomeOf(row, value, { from, plan }) : 'unknown';
    outcomes.set(key, outcome);
    if (outcome === 'unusable' && row) plan.problems.push(problemOf(row));
  }
  plan.lines = linesOf(outcomes);
  return plan;
}

function basicPlan(from: V2Source): V2SettingsPlan {
  const address = textOf(from.values.get('ADDRESS'));
  const second = textOf(from.values.get('ADDRESS_FALLBACK'));
  const alternativeAddress = second === address ? null : second;
  const password = passwordOf(from);
  return {
    settings: {},
    camera: address === null ? null : { address, alternativeAddress },
    rules: rulesOf(from.values),
    triage: triageOf(from.values),
    places: placesInForce(from),
    paused: booleanOf(from.values.get('ENABLE_SCHEDULED_SYNC')) === false,
    password,
    wasSetUp: from.isDamaged || password !== null || !isBlank(from.values.get('WEB_PASSWORD_HASH')),
    problems: from.isDamaged ? [damagedProblem] : [],
    lines: [],
  };
}

/** Puts a setting into the plan as it judges it. */
function outcomeOf(row: V2Key, value: unknown, context: { from: V2Source; plan: V2SettingsPlan }): Outcome {
  const { plan, from } = context;
  if (row.becomes === 'nothing') return nothingOutcome(row, value);
  if (row.becomes === 'later') return 'later';
  if (isBlank(value)) return 'default';
  switch (row.becomes) {
    case 'password':
      return passwordOutcome(row.key, from, plan);
    case 'setting':
      return settingOutcome(row, value, context);
    case 'camera':
      return cameraOutcome(value, plan);
    case 'pause':
      return pauseOutcome(value, plan);
    case 'rule':
      return ruleOutcome(row.key, from.values);
    case 'triage':
      return triageOutcome(value);
    case 'places':
      return placesOutcome(row.key, value, from.values);
  }
}

function nothingOutcome(row: Extract<V2Key, { becomes: 'nothing' }>, value: unknown): Outcome {
  return row.isDefault?.(value) ? 'default' : { without: row.why };
}

function pauseOutcome(value: unknown, { paused }: V2SettingsPlan): Outcome {
  if (booleanOf(value) === null) return 'unusable';
  return paused ? 'adopted' : 'default';
}

function cameraOutcome(value: unknown, { camera }: V2SettingsPlan): Outcome {
  if (textOf(value) === null) return 'unusable';
  return camera ? 'adopted' : { without: 'there is no first address' };
}

type SettingKeyRow = Extract<V2Key, { becomes: 'setting' }>;

function settingOutcome(
  row: SettingKeyRow,
  value: unknown,
  { from, plan }: { from: V2Source; plan: V2SettingsPlan },
): Outcome {
  const why = whyOutOfUse(row, from);
  return why === null ? putSetting(row, value, plan.settings) : { without: why };
}

/**
 * v2 kept the keys of v1 that it found, and did nothing with them: an archive that was whole under v2 must not begin to
 * lose recordings by a line of years ago. Nor by one in an older file, when the newer one cannot be read.
 */
function whyOutOfUse({ newer, deletes, perConnection }: SettingKeyRow, from: V2Source): string | null {
  if (perConnection?.some((key) => booleanOf(from.values.get(key)) !== null))
    return 'each connection has its own';
  if (newer !== undefined && !isBlank(from.values.get(newer))) return `${newer} is in its stead`;
  if (newer !== undefined && from.source !== 'viofosync.env') return 'v2 did nothing with it';
  const isOld = from.isDamaged && (deletes ?? newer !== undefined);
  return isOld ? 'config.json held newer ones' : null;
}

function putSetting(row: SettingKeyRow, value: unknown, settings: Partial<Settings>): Outcome {
  const schema = settingsSchema.shape[row.setting];
  const parsed = schema.unwrap().safeParse(row.read(value));
  if (!parsed.success) return 'unusable';
  if (parsed.data === schema.parse(undefined)) return 'default';
  Object.assign(settings, { [row.setting]: parsed.data });
  return 'adopted';
}

/** The password of a damaged `config.json` is unknown; one in an older file beside it may long be out of use. */
function passwordOf({ source, values, isDamaged }: V2Source): V2SettingsPlan['password'] {
  if (isDamaged) return null;
  const hash = textOf(values.get('WEB_PASSWORD_HASH'));
  if (hash !== null && /^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/.test(hash)) return { kind: 'bcrypt', hash };
  const text = values.get('WEB_PASSWORD');
  if (source !== 'viofosync.env' || typeof text !== 'string' || text === '') return null;
  return { kind: 'clear', text };
}

function passwordOutcome(key: string, from: V2Source, { password }: V2SettingsPlan): Outcome {
  if (from.isDamaged) return { without: 'config.json held a newer one' };
  if (key === 'WEB_PASSWORD_HASH') return password?.kind === 'bcrypt' ? 'adopted' : 'unusable';
  if (password?.kind === 'clear') return 'adopted';
  return { without: password ? 'there is a newer one' : 'it was read from viofosync.env only' };
}

const damagedProblem: V2Problem = {
  key: 'settings:config.json',
  message:
    'config.json of the existing system cannot be read: its password, camera and settings are not known. The file is kept as it is.',
  advice:
    'Set a new password with the command `viofosync password`, then look at the cameras and the settings.',
};

function problemOf(row: V2Key): V2Problem {
  const key = `settings:${row.key}`;
  const what = `${row.key} of the existing system has a value that cannot be used`;
  switch (row.becomes) {
    case 'password':
      return {
        key,
        message: `${what}: the password is not known.`,
        advice: 'Set a new one with the command `viofosync password`.',
      };
    case 'camera':
      return { key, message: `${what}.`, advice: 'Give the address of the camera on the page Cameras.' };
    case 'pause':
      return { key, message: `${what}: recordings are fetched.`, advice: 'Pause it on the page if need be.' };
    case 'rule':
      return {
        key,
        message: `${what}: which recordings it fetched is not known for certain.`,
        advice: 'Choose what is fetched on the page Cameras.',
      };
    case 'triage':
      return {
        key,
        message: `${what}: tracks are read off the card.`,
        advice: 'Choose over which connection on the page Cameras.',
      };
    case 'places':
      return {
        key,
        message: `${what}: not all of its places are known here.`,
        advice: 'Look at the page Places, and name the missing ones.',
      };
    case 'setting':
      return {
        key,
        message: `${what}; the default of “${titleOf(row.setting)}” is in force.`,
        advice: 'Choose a value on the settings page.',
      };
    case 'nothing':
    case 'later':
      return { key, message: `${what}.`, advice: '' };
  }
}

function titleOf(setting: SettingKey): string {
  return String(settingsSchema.shape[setting].meta()?.['title']);
}

const lineWords: [Exclude<Outcome, object>, string][] = [
  ['adopted', 'settings taken over'],
  ['default', 'settings at their default'],
  ['unusable', 'settings that cannot be used'],
  ['later', 'settings kept for parts that are not built yet'],
  ['unknown', 'settings that are not known, kept'],
];

function linesOf(outcomes: ReadonlyMap<string, Outcome>): AdoptionLine[] {
  const keysWith = (outcome: Outcome) =>
    [...outcomes].filter((each) => each[1] === outcome).map(([key]) => key);
  const lines = lineWords.map(([outcome, what]) => lineOf(what, keysWith(outcome)));
  for (const [key, outcome] of outcomes)
    if (typeof outcome === 'object')
      lines.push({ what: 'settings without effect', count: 1, note: `${key}: ${outcome.without}` });
  return lines.filter((line) => line.count > 0);
}

/** Only what looks like a key is named: what stands in a key's place may be anything. */
function lineOf(what: string, keys: string[]): AdoptionLine {
  const named = keys.filter((key) => /^[A-Z][A-Z0-9_]{0,40}$/.test(key)).slice(0, 60);
  return { what, count: keys.length, note: named.length > 0 ? named.toSorted().join(', ') : null };
}
