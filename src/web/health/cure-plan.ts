import { settingsSchema } from '../../shared/settings.ts';

/** Where a problem is cured: a page, and what of it. */
export type Cure =
  { to: '/storage'; view?: 'log' } | { to: '/cameras' } | { to: '/health' } | { to: '/settings'; q?: string };

const cures: readonly [RegExp, Cure][] = [
  [/^archive:(check|vanished)$/, { to: '/health' }],
  [/^archive:/, { to: '/storage' }],
  [/^retention:removal$/, { to: '/storage', view: 'log' }],
  [/^(retention|storage):/, { to: '/storage' }],
  [/^camera:/, { to: '/cameras' }],
  [/^settings:ADDRESS$/, { to: '/cameras' }],
  [/^places:/, { to: '/settings', q: 'server' }],
  [/^media:cache$/, { to: '/settings', q: 'cacheGb' }],
  [/^database:/, { to: '/health' }],
];

/** The page on which a problem is cured; null when that is somewhere outside of the program. */
export function cureOf(key: string): Cure | null {
  const setting = /^settings:(\w+)$/.exec(key)?.[1];
  if (setting !== undefined && Object.hasOwn(settingsSchema.shape, setting))
    return { to: '/settings', q: setting };
  const found = cures.find(([form]) => form.test(key))?.[1];
  if (found) return found;
  return key.startsWith('settings:') ? { to: '/settings' } : null;
}

/** The log is shown up to a little after a problem began: what led to it, and what it said. */
export const afterProblemMs = 60_000;
