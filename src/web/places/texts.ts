import { catalogue } from '../text/text.ts';
import { en } from './texts.en.ts';

export const t = catalogue('places', en, { de: async () => (await import('./texts.de.ts')).de });
