import { z } from 'zod';
import { settingsSchema, type Settings, type SettingsPatch } from '../../shared/settings.ts';
import type { Db } from '../db/open.ts';
import type { SettingsService } from '../settings/settings-service.ts';
import type { Book } from './book.ts';
import { broughtBack, saidOfSettings } from './book-settings-policy.ts';

/** The settings of this installation, as far as the book has to do with them. */
export type KeptSettings = Pick<SettingsService, 'stored' | 'hasOwn' | 'update'>;

const copySchema = z.record(z.string(), z.unknown());

/** A copy of the settings, for a configuration folder that was lost. */
export const settingsBook = (settings: Pick<KeptSettings, 'stored'>): Book<Record<string, unknown>> => ({
  name: 'settings',
  schema: copySchema,
  async said(db) {
    const said = saidOfSettings(settings.stored, await foldersOf(db));
    return Object.keys(said).length === 0 ? null : said;
  },
});

/** Brings a copy back where nobody has chosen anything; returns which settings. On disk when it resolves. */
export async function restoreSettings(
  db: Db,
  settings: KeptSettings,
  copy: Record<string, unknown>,
): Promise<string[]> {
  if (settings.hasOwn) return [];
  const idOf = new Map([...(await foldersOf(db))].map(([id, folder]) => [folder, id]));
  const patch = usable(broughtBack(copy, idOf));
  const keys = Object.keys(patch);
  if (keys.length > 0) await settings.update(patch);
  return keys;
}

/** Those of the values that this version knows and takes. */
function usable(values: Record<string, unknown>): SettingsPatch {
  const known = Object.entries(values).flatMap(([key, value]): [string, unknown][] => {
    if (!Object.hasOwn(settingsSchema.shape, key)) return [];
    const { success, data } = settingsSchema.shape[key as keyof Settings].unwrap().safeParse(value);
    return success ? [[key, data]] : [];
  });
  return Object.fromEntries(known);
}

async function foldersOf(db: Db): Promise<Map<number, string>> {
  const cameras = await db.selectFrom('camera').select(['id', 'archive_folder']).execute();
  return new Map(cameras.map((camera) => [camera.id, camera.archive_folder]));
}
