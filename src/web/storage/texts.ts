import { catalogue } from '../text/text.ts';
import { en } from './texts.en.ts';

/** The texts of the storage page. */
export const t = catalogue('storage', en, { de: async () => (await import('./texts.de.ts')).de });
