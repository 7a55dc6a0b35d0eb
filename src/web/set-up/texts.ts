import { catalogue } from '../text/text.ts';
import { en } from './texts.en.ts';

/** The texts of the set-up. */
export const t = catalogue('set-up', en, { de: async () => (await import('./texts.de.ts')).de });
