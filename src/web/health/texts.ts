import { catalogue } from '../text/text.ts';
import { en } from './texts.en.ts';

/** The texts of the health page. */
export const t = catalogue('health', en, { de: async () => (await import('./texts.de.ts')).de });
