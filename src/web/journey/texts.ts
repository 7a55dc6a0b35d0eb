import { catalogue } from '../text/text.ts';
import { en } from './texts.en.ts';

/** The texts of journeys and stops. */
export const t = catalogue('journey', en, { de: async () => (await import('./texts.de.ts')).de });
