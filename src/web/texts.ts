import { catalogue } from './text/text.ts';
import { en } from './texts.en.ts';

/** The texts of `format.ts` and `words.ts`. */
export const t = catalogue('common', en, { de: async () => (await import('./texts.de.ts')).de });
