import { catalogue } from '../text/text.ts';
import { en } from './texts.en.ts';

/** The texts of the command palette. */
export const t = catalogue('palette', en, { de: async () => (await import('./texts.de.ts')).de });
