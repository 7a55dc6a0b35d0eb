import type { SettingKey, Settings } from '../../shared/settings.ts';

/** Of this machine, not of the archive: a page must never vanish to where nobody finds it. */
const ofMachine: ReadonlySet<string> = new Set<SettingKey>([
  'webHost',
  'webPort',
  'allowedHosts',
  'importFolder',
  'logLevel',
]);

/** What deletes recordings, here or on the camera. */
const deleting: ReadonlySet<string> = new Set<SettingKey>([
  'retentionDays',
  'retentionRules',
  'retentionDiskPct',
  'quotaGib',
  'deleteAfterDownload',
  'deleteLockedAfterDownload',
]);

/** A key in an address is a secret, and without the address its companions ask the wrong server. */
const addressed = {
  mapUrl: ['mapUrl', 'mapSource', 'mapAttribution'],
  geocoderUrl: ['geocoderUrl', 'geocoder', 'geocoderContact'],
} as const satisfies Partial<Record<SettingKey, readonly SettingKey[]>>;

interface SaidRule {
  /** Folder of a camera; null is any. */
  camera: string | null;
  kind: unknown;
  channel: unknown;
  days: unknown;
}

/** What of the settings lies beside the recordings: neither secrets nor what belongs to this machine. */
export function saidOfSettings(
  stored: Partial<Settings>,
  folderOf: ReadonlyMap<number, string>,
): Record<string, unknown> {
  const hidden = new Set<string>();
  for (const [key, group] of Object.entries(addressed))
    if (mayBeSecret(stored[key as keyof typeof addressed] ?? '')) for (const one of group) hidden.add(one);
  const said = Object.entries(stored).filter(([key]) => !ofMachine.has(key) && !hidden.has(key));
  const { retentionRules: rules } = stored;
  return {
    ...Object.fromEntries(said),
    ...(rules && {
      retentionRules: rules.map(({ cameraId, ...rule }) => ({
        camera: cameraId === null ? null : (folderOf.get(cameraId) ?? '?'),
        ...rule,
      })),
    }),
  };
}

/** An address that more is in than a server and a path of words. */
export function mayBeSecret(url: string): boolean {
  const rest = url.replace(/^[a-z]+:\/\/(https?:\/\/)?/i, '');
  if (/[?#@]/.test(rest)) return true;
  return rest
    .split('/')
    .slice(1)
    .some((part) => part.length >= 16 && /\d/.test(part) && /^[\w.-]+$/.test(part));
}

/**
 * The settings that a copy brings back. A rule for a camera that is not here would leave its clips to the general one:
 * then nothing that deletes is brought back.
 */
export function broughtBack(
  copy: Record<string, unknown>,
  idOf: ReadonlyMap<string, number>,
): Record<string, unknown> {
  const rules = rulesOf(copy['retentionRules'], idOf);
  const wanted = Object.entries(copy).filter(
    ([key]) => !ofMachine.has(key) && !(rules === null && deleting.has(key)),
  );
  return {
    ...Object.fromEntries(wanted),
    ...(rules !== null && rules !== undefined && { retentionRules: rules }),
  };
}

/** Undefined where there are none, null where they cannot be brought back. */
function rulesOf(said: unknown, idOf: ReadonlyMap<string, number>): unknown[] | null | undefined {
  if (said === undefined) return undefined;
  if (!Array.isArray(said)) return null;
  const rules: unknown[] = [];
  for (const one of said as unknown[]) {
    if (typeof one !== 'object' || one === null || !('camera' in one)) return null;
    const { camera, ...rule } = one as SaidRule;
    const cameraId = camera === null ? null : idOf.get(camera);
    if (cameraId === undefined) return null;
    rules.push({ cameraId, ...rule });
  }
  return rules;
}
