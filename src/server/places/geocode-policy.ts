/** What geocoders are asked, and how long a name holds. Pure. */
import type { Settings } from '../../shared/settings.ts';
import type { Position } from '../../shared/tracks.ts';

export type GeocodeSettings = Pick<
  Settings,
  'geocoder' | 'geocoderUrl' | 'geocoderLanguage' | 'geocoderContact'
>;

/** Thousandths of a degree, about 110 m: positions in the same cell share a name. */
export interface Cell {
  latE3: number;
  lonE3: number;
}

/** Never -0, which no integer column takes for 0. */
const thousandths = (degrees: number): number => Math.round(degrees * 1000) + 0;

export function cellOf({ latitude, longitude }: Position): Cell {
  const lonE3 = thousandths(longitude);
  return { latE3: thousandths(latitude), lonE3: lonE3 === 180_000 ? -180_000 : lonE3 };
}

/** `51500 -120` */
export const cellKey = ({ latE3, lonE3 }: Cell): string => `${latE3} ${lonE3}`;

/** How `geocode.language` says that names are wanted as people there write them; rows of v2 have an empty one. */
const localLanguage = 'local';

/** What stands in `geocode.language` of a name that is asked for under these settings. */
export const languageOf = ({ geocoderLanguage }: GeocodeSettings): string =>
  geocoderLanguage === '' ? localLanguage : geocoderLanguage.toLowerCase();

export interface KnownName {
  /** Empty: nothing is known there. */
  label: string;
  language: string;
  fetchedAt: number;
}

const negativeMs = 30 * 24 * 60 * 60_000;

/**
 * Whether a name has to be asked for: nobody did, or in another language, or nothing was known there 30 days ago. Names
 * that v2 fetched are used as they are.
 */
export function isWanted(known: KnownName | null, settings: GeocodeSettings, now: number): boolean {
  if (settings.geocoder === 'off') return false;
  if (!known) return true;
  if (known.label === '')
    return now - known.fetchedAt >= negativeMs || known.language !== languageOf(settings);
  return known.language !== '' && known.language !== languageOf(settings);
}

const publicServers = {
  nominatim: 'https://nominatim.openstreetmap.org',
  photon: 'https://photon.komoot.io',
};
const publicHosts = ['openstreetmap.org', 'komoot.io'];

export interface GeocodeRequest {
  url: string;
  headers: Record<string, string>;
  /** Somebody else's server that allows one request a second. */
  isPublic: boolean;
  /** Photon refuses languages it was not built with, whatever the position. */
  mayDislikeLanguage: boolean;
}

/** The request for the name of a position, which is told to 11 m; null when it is off. */
export function requestFor(
  settings: GeocodeSettings,
  position: Position,
  version: string,
): GeocodeRequest | null {
  const { geocoder, geocoderUrl, geocoderLanguage: language, geocoderContact: contact } = settings;
  if (geocoder === 'off') return null;
  const base = geocoderUrl === '' ? publicServers[geocoder] : geocoderUrl;
  if (!URL.canParse(base)) return null;
  const url = new URL(base);
  if (!url.pathname.endsWith('/reverse')) url.pathname = `${url.pathname.replace(/\/$/, '')}/reverse`;
  const query =
    geocoder === 'nominatim' ? nominatimQuery(language) : language === '' ? {} : { lang: language };
  const place = { lat: position.latitude.toFixed(4), lon: position.longitude.toFixed(4) };
  for (const [key, value] of Object.entries({ ...place, ...query })) url.searchParams.set(key, value);
  const who = contact === '' ? 'self-hosted dashcam archive' : `self-hosted dashcam archive; ${contact}`;
  return {
    url: url.href,
    headers: { accept: 'application/json', 'user-agent': `viofosync/${version} (${asciiOnly(who)})` },
    isPublic: publicHosts.some((host) => url.hostname === host || url.hostname.endsWith(`.${host}`)),
    mayDislikeLanguage: geocoder === 'photon' && language !== '',
  };
}

/** Nothing else goes into a header. */
const asciiOnly = (text: string): string => text.replaceAll(/[^\x20-\x7e]/g, '?');

/** Zoom 17: streets, without numbers of houses. */
const nominatimQuery = (language: string): Record<string, string> => ({
  format: 'jsonv2',
  zoom: '17',
  addressdetails: '1',
  layer: 'address',
  ...(language !== '' && { 'accept-language': language }),
});

const mostBackOffMs = 60 * 60_000;

/** How long nothing is asked after so many failures in a row: half a minute, doubling up to an hour. */
export const backOffMs = (failures: number): number =>
  Math.min(mostBackOffMs, 30_000 * 2 ** Math.min(20, Math.max(0, failures - 1)));

/** A `Retry-After` in seconds; a date, or what makes no sense, is null. At most a day. */
export function retryAfterMs(header: string | null): number | null {
  return header !== null && /^\d{1,6}$/.test(header.trim())
    ? Math.min(24 * 60 * 60_000, Number(header) * 1000)
    : null;
}
