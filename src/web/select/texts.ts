import { catalogue } from '../text/text.ts';
import { en } from './texts.en.ts';

/** The texts of choosing recordings. */
export const t = catalogue('select', en, { de: async () => (await import('./texts.de.ts')).de });
