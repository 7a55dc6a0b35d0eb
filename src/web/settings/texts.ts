import { catalogue } from '../text/text.ts';
import { en } from './texts.en.ts';

/** The texts of the settings. */
export const t = catalogue('settings', en, { de: async () => (await import('./texts.de.ts')).de });
