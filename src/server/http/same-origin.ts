import type { IncomingHttpHeaders } from 'node:http';

export interface SameOriginOptions {
  /** The page may come from another port of this machine. */
  isDevelopment: boolean;
  /** It asks for a password, or for the code of the set-up: it may be called by any name. */
  isProtected?: boolean;
  /** Of the request; without it, only what its headers say is judged. */
  method?: string;
}

/**
 * Why a request must be refused, or null. A web page of some other site can make the visitor's browser call this
 * program: the page that calls must be ours. Without a password it listens on loopback only, and the name it was
 * called by must be a loopback name too (DNS rebinding). With one, the session's cookie does not go to other names.
 */
export function refusalOf(headers: IncomingHttpHeaders, options: SameOriginOptions): string | null {
  const { host = '', origin } = headers;
  const hostName = parsed(`http://${host}`, host)?.hostname;
  if (hostName === undefined) return `'${host}' is not the name of a host.`;
  if (options.isProtected !== true && !isLoopbackName(hostName)) {
    return `This program answers only as localhost while it has no password, not as '${host}'.`;
  }
  if (origin !== undefined && !isOurs(origin, host, options)) {
    return `A page of '${origin}' may not call this program as '${host}'. A reverse proxy must pass the Host header on.`;
  }
  const isFromElsewhere = headers['sec-fetch-site'] === 'cross-site';
  return isFromElsewhere && mayChange(headers, options.method)
    ? 'A page of another site may not call this program.'
    : null;
}

function isOurs(origin: string, host: string, options: SameOriginOptions): boolean {
  const page = parsed(origin, origin.replace(/^https?:\/\//i, ''));
  if (page === undefined) return false;
  // Behind a reverse proxy the page's scheme is another than ours, and with it the port that goes unsaid.
  if (page.host === parsed(`${page.protocol}//${host}`, host)?.host) return true;
  return options.isDevelopment && isLoopbackName(page.hostname);
}

/** The live channel changes nothing, but it can be read by any page that gets to open it. */
function mayChange(headers: IncomingHttpHeaders, method: string | undefined): boolean {
  return headers.upgrade !== undefined || !['GET', 'HEAD', 'OPTIONS', undefined].includes(method);
}

/** The URL of a host that is nothing but a name and a port. */
function parsed(url: string, host: string): URL | undefined {
  if (!/^https?:\/\//i.test(url) || !/^[^\s/?#@\\]+$/.test(host)) return undefined;
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

const isLoopbackName = (name: string) =>
  name === 'localhost' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name);
