import { settingsSchema, type SettingKey } from '../../shared/settings.ts';
import { catalogue } from '../text/text.ts';

export type SettingTextKey = `${SettingKey}.title` | `${SettingKey}.help`;

/** Names and explanations of all settings: in English as the schema has them. */
function fromSchema(): Record<SettingTextKey, string> {
  const texts = {} as Record<SettingTextKey, string>;
  for (const key of settingsSchema.keyof().options) {
    const { title = key, help } = settingsSchema.shape[key].meta() ?? {};
    texts[`${key}.title`] = title;
    texts[`${key}.help`] = typeof help === 'string' ? help : '';
  }
  return texts;
}

export const settingText = catalogue('setting', fromSchema(), {
  de: async () => (await import('./setting-texts.de.ts')).de,
});
