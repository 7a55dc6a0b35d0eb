import { catalogue } from '../text/text.ts';
import { en } from './texts.en.ts';

/** The texts of the home page. */
export const t = catalogue('home', en, { de: async () => (await import('./texts.de.ts')).de });
