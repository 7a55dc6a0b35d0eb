import type { IncomingHttpHeaders } from 'node:http';
import { isLoopbackName } from './host-policy.ts';

export interface SameOriginOptions {
  /** The page may come from another port of this machine. */
  isDevelopment: boolean;
  /** By which names it may be called; `loopback` when nothing stands before what is private. */
  names?: 'loopback' | 'known' | 'any';
  /** Whether a host name is one of the program's own. */
  isKnownHost?: (hostname: string) => boolean;
  /** What the browser called it by, where a trusted proxy says so; else the `Host` header does. */
  host?: string;
  /** Of the request; without it, only what its headers say is judged. */
  method?: string;
}

/** Why a request is refused. `host`: for the name it was called by, which its owner may allow. */
export interface Refusal {
  about: 'host' | 'proxy' | 'page';
  /** What to do about it is a part of it. */
  message: string;
  /** The name in question, fit to be shown. */
  host: string;
}

/**
 * Why a request must be refused, or null. A web page of some other site can make the visitor's browser call this
 * program: the page that calls must be ours, and the name that it calls us by too (DNS rebinding). While it has no
 * password it listens on loopback only, answers to no other name, and not through a proxy.
 */
export function refusalOf(headers: IncomingHttpHeaders, options: SameOriginOptions): Refusal | null {
  const host = options.host ?? headers.host ?? '';
  const hostName = parsed(`http://${host}`, host)?.hostname;
  const refuse = (about: Refusal['about'], message: string) => ({ about, message, host: hostName ?? '' });
  if (hostName === undefined) return refuse('page', `'${host}' is not the name of a host.`);
  const ofName = refusalOfName(hostName, headers, options);
  if (ofName) return refuse(ofName.about, ofName.message);
  const page = pageOf(headers, options);
  if (page !== undefined && !isOurs(page, host, options)) {
    return refuse(
      'page',
      `A page of '${page}' may not call this program as '${host}'. A reverse proxy must pass the Host header on.`,
    );
  }
  return isFromElsewhere(headers, options) && mayChange(headers, options.method)
    ? refuse('page', 'A page of another site may not call this program.')
    : null;
}

function refusalOfName(
  hostName: string,
  headers: IncomingHttpHeaders,
  { names = 'loopback', isKnownHost = () => true, isDevelopment }: SameOriginOptions,
): Pick<Refusal, 'about' | 'message'> | null {
  if (names === 'loopback' && !isLoopbackName(hostName)) {
    const message = `This program answers only as localhost while it has no password, not as '${hostName}'. Set one first: open it as localhost on its machine, or run \`viofosync password\` there.`;
    return { about: 'host', message };
  }
  // A proxy on this machine would show everything to everybody who reaches the proxy.
  if (names === 'loopback' && !isDevelopment && isForwarded(headers)) {
    const message =
      'This program has no password yet, and answers through no proxy until it has one. Set it first: open it as localhost on its machine, or run `viofosync password` there.';
    return { about: 'proxy', message };
  }
  if (names !== 'known' || isKnownHost(hostName)) return null;
  const message = `This program does not answer as '${hostName}'. If that name is yours, start it with ALLOWED_HOSTS=${hostName}, or open it by its IP address and add the name under “Names that it answers by” in the settings.`;
  return { about: 'host', message };
}

/** The page that makes a browser call us. Every browser names it with a change; very old ones only as the referrer. */
function pageOf({ origin, referer, ...headers }: IncomingHttpHeaders, options: SameOriginOptions) {
  if (origin !== undefined) return origin;
  if (referer === undefined || !mayChange(headers, options.method)) return undefined;
  return /^[a-z]+:\/\/[^/]*/i.exec(referer)?.[0] ?? referer;
}

function isOurs(origin: string, host: string, options: SameOriginOptions): boolean {
  const page = parsed(origin, origin.replace(/^https?:\/\//i, ''));
  if (page === undefined) return false;
  // Behind a reverse proxy the page's scheme is another than ours, and with it the port that goes unsaid.
  if (page.host === parsed(`${page.protocol}//${host}`, host)?.host) return true;
  return options.isDevelopment && isLoopbackName(page.hostname);
}

/** As the browser itself says; over plain HTTP it says nothing, and the origin alone decides. */
function isFromElsewhere(headers: IncomingHttpHeaders, { isDevelopment }: SameOriginOptions): boolean {
  const site = headers['sec-fetch-site'];
  return site === 'cross-site' || (site === 'same-site' && !isDevelopment);
}

/** The live channel changes nothing, but it can be read by any page that gets to open it. */
function mayChange(headers: IncomingHttpHeaders, method: string | undefined): boolean {
  return headers.upgrade !== undefined || !['GET', 'HEAD', 'OPTIONS', undefined].includes(method);
}

function isForwarded(headers: IncomingHttpHeaders): boolean {
  return ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip'].some(
    (name) => headers[name] !== undefined,
  );
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
