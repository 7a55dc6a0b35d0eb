import { catalogue } from '../text/text.ts';
import { en } from './texts.en.ts';

/** The texts of the import page. */
export const t = catalogue('import', en, { de: async () => (await import('./texts.de.ts')).de });
