import { catalogue } from '../text/text.ts';
import { en } from './texts.en.ts';

/** The texts of cameras: adding them, what is fetched from them, their clocks and cards. */
export const t = catalogue('cameras', en, { de: async () => (await import('./texts.de.ts')).de });
