import { catalogue } from '../text/text.ts';
import { en } from './shortcut-texts.en.ts';

/** The texts of the list of keys. */
export const t = catalogue('shortcuts', en, { de: async () => (await import('./shortcut-texts.de.ts')).de });
