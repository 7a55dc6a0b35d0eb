import type { Settings } from '../../shared/settings.ts';

/** The server that pages may ask for pieces of a map: the one the user has set, and only while it is in use. */
export function mapOriginOf({ mapSource, mapUrl }: Pick<Settings, 'mapSource' | 'mapUrl'>): string | null {
  if (mapSource === 'outline') return null;
  const address = mapUrl.replace(/^pmtiles:\/\//, '');
  if (!URL.canParse(address)) return null;
  const { origin } = new URL(address);
  // Host names of addresses may hold what would be a rule of its own in the policy.
  return /^https?:\/\/[a-z0-9.:[\]-]+$/.test(origin) ? origin : null;
}

export interface PagePolicy {
  /** Of the server that the map comes from. */
  mapOrigin: string | null;
  /** Name and port by which the page was called: its live channel goes there. */
  host: string;
  /** Of this one answer: styles that the page's own scripts make carry it. */
  nonce?: string;
}

/** What a page may load and from where: nothing from elsewhere, but pieces of a map from the server of the map; nothing written into the page itself. */
export function contentPolicy({ mapOrigin, host, nonce }: PagePolicy): string {
  const map = mapOrigin === null ? [] : [mapOrigin];
  const live = /^[\w.:[\]-]+$/.test(host) ? [`ws://${host}`, `wss://${host}`] : [];
  const directives: Record<string, readonly string[]> = {
    'default-src': ["'self'"],
    'script-src': ["'self'"],
    'style-src': ["'self'", ...(nonce === undefined ? [] : [`'nonce-${nonce}'`]), ...map],
    'img-src': ["'self'", 'data:', 'blob:', ...map],
    'font-src': ["'self'", ...map],
    'media-src': ["'self'", 'blob:'],
    'connect-src': ["'self'", ...live, ...map],
    'worker-src': ["'self'", 'blob:'],
    'object-src': ["'none'"],
    'base-uri': ["'none'"],
    'frame-ancestors': ["'none'"],
    'form-action': ["'self'"],
  };
  return Object.entries(directives)
    .map(([name, sources]) => `${name} ${sources.join(' ')}`)
    .join(';');
}

/** Servers of maps turn away who does not say for which page a picture is; the address of the page stays here. */
export function referrerPolicy(mapOrigin: string | null): string {
  return mapOrigin === null ? 'no-referrer' : 'strict-origin-when-cross-origin';
}

/** Whether an address is that of a page of the app, rather than of the API or a file. */
export function isPageAddress(url: string): boolean {
  const path = url.split('?')[0] ?? '';
  return path === '/index.html' || (!url.startsWith('/api/') && !/\.\w+$/.test(path));
}
