import { catalogue } from '../text/text.ts';
import { en } from './texts.en.ts';

/** The texts of the downloads page. */
export const t = catalogue('downloads', en, { de: async () => (await import('./texts.de.ts')).de });
