import type { IncomingHttpHeaders } from 'node:http';

/**
 * Why a request must be refused, or null. Without a password the program listens on loopback only; a web page of
 * some other site can still make the browser call it, so the name it was called by must be a loopback name
 * (DNS rebinding) and the page that calls must be ours.
 */
export function refusalOf(headers: IncomingHttpHeaders, options: { isDevelopment: boolean }): string | null {
  const host = headers.host;
  const hostName = host === undefined ? undefined : hostNameOf(`http://${host}`);
  if (hostName === undefined || !isLoopbackName(hostName)) {
    return `This program answers only as localhost while it has no password, not as '${host ?? ''}'.`;
  }
  if (headers.origin === undefined) return null;
  const origin = hostNameOf(headers.origin);
  const sameHost = headers.origin.toLowerCase() === `http://${host?.toLowerCase()}`;
  return sameHost || (origin !== undefined && isLoopbackName(origin) && options.isDevelopment)
    ? null
    : `A page of '${headers.origin}' may not call this program.`;
}

function hostNameOf(url: string): string | undefined {
  try {
    return new URL(url).hostname.toLowerCase();
  } catch {
    return undefined;
  }
}

const isLoopbackName = (name: string) =>
  name === 'localhost' || name === '[::1]' || /^127(\.\d{1,3}){3}$/.test(name);
