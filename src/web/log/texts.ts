import { catalogue } from '../text/text.ts';
import { en } from './texts.en.ts';

/** The texts of the log and of what is sent to who helps. */
export const t = catalogue('log', en, { de: async () => (await import('./texts.de.ts')).de });
