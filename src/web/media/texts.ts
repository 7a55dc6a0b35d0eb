import { catalogue } from '../text/text.ts';
import { en } from './texts.en.ts';

/** The texts of pictures, and of what a clip is played from. */
export const t = catalogue('media', en, { de: async () => (await import('./texts.de.ts')).de });
