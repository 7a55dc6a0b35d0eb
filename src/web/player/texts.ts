import { catalogue } from '../text/text.ts';
import { en } from './texts.en.ts';

/** The texts of the journey player. */
export const t = catalogue('player', en, { de: async () => (await import('./texts.de.ts')).de });
