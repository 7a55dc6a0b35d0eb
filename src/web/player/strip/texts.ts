import { catalogue } from '../../text/text.ts';
import { en } from './texts.en.ts';

/** The texts of the strip under the player. */
export const t = catalogue('player/strip', en, { de: async () => (await import('./texts.de.ts')).de });
