import { settingsSchema, type SettingKey } from '../../shared/settings.ts';
import { formatCount } from '../format.ts';
import type { TextKey } from '../text/text.ts';
import type { FieldControl, SettingField } from './settings-fields.ts';
import type { en } from './texts.en.ts';
import { t } from './texts.ts';

/** What stands in a field while it is typed: not yet a value. */
export type Typed = string | number;

const wrongTexts: Partial<Record<SettingKey, TextKey<typeof en>>> = {
  mapUrl: 'wrongUrl',
  geocoderUrl: 'wrongUrl',
  geocoderLanguage: 'wrongLanguage',
  geocoderContact: 'wrongContact',
  webHost: 'wrongWebHost',
  zone: 'wrongZone',
  allowedHosts: 'wrongHosts',
  importFolder: 'wrongFolder',
};

/** Why what is typed cannot be used, in words; null when it can. By the schema that the server judges with. */
export function mistakeIn(
  { key, control }: Pick<SettingField, 'key' | 'control'>,
  typed: Typed,
): string | null {
  if (control.type === 'number') return numberMistake(control, typed);
  const text = String(typed).trim();
  if (settingsSchema.shape[key].unwrap().safeParse(text).success) return null;
  if (control.type === 'text' && control.maxLength !== null && text.length > control.maxLength)
    return t('wrongLength', { count: control.maxLength });
  return t(wrongTexts[key] ?? 'wrongOther');
}

type NumberControl = Extract<FieldControl, { type: 'number' }>;

function numberMistake({ min, max, isWhole }: NumberControl, typed: Typed): string | null {
  const value = typeof typed === 'number' ? typed : Number(typed);
  if (String(typed).trim() === '' || !Number.isFinite(value)) return t('wrongNumber');
  if (isWhole && !Number.isInteger(value)) return t('wrongWhole');
  if ((min === null || value >= min) && (max === null || value <= max)) return null;
  return rangeWords(min, max);
}

function rangeWords(min: number | null, max: number | null): string {
  if (min !== null && max !== null) return t('wrongRange', { min: formatCount(min), max: formatCount(max) });
  if (min !== null) return t('wrongLeast', { min: formatCount(min) });
  return t('wrongMost', { max: formatCount(max ?? 0) });
}
