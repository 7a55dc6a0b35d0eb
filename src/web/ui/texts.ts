import { catalogue } from '../text/text.ts';
import { en } from './texts.en.ts';

/** The texts of the frame and of what all pages are made of. */
export const t = catalogue('ui', en, { de: async () => (await import('./texts.de.ts')).de });
