import { catalogue } from '../text/text.ts';
import { en } from './texts.en.ts';

/** The texts of the pages before the app. */
export const t = catalogue('entry', en, { de: async () => (await import('./texts.de.ts')).de });
