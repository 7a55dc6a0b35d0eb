/** What may have changed when it is asked for again: kept, and asked about by its tag. */
export const changeable = 'private, no-cache';
const forEver = 'private, max-age=31536000, immutable';
const forADay = 'private, max-age=86400';

/**
 * How long a browser may keep what it got under an address that names these bytes (`?v=`), or other ones, or none. What
 * is made of a clip (`isMade`) can be made anew under the same address: a day. Never anybody between. What follows a dot
 * in the address names how pictures are made, and nothing of these bytes.
 */
export function cacheControlOf(
  asked: string | undefined,
  version: string | null,
  options: { isMade?: boolean } = {},
): string {
  if (version === null || asked?.split('.')[0] !== version) return changeable;
  return options.isMade === true ? forADay : forEver;
}
