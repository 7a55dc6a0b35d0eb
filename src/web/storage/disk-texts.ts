import { catalogue } from '../text/text.ts';
import { en } from './disk-texts.en.ts';

/** What the disk holds and what deletes from it; the start page says it as well. */
export const t = catalogue('disk', en, { de: async () => (await import('./disk-texts.de.ts')).de });
