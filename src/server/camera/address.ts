import { isIP, isIPv4, isIPv6 } from 'node:net';

/** Where a camera answers, in the three forms a request needs. */
export interface CameraAddress {
  /** For the socket: a name, an IPv4 address, or an IPv6 address without brackets. */
  host: string;
  port: number;
  /** The address as it is shown and kept: IPv6 in brackets with its zone, the port only when it is not 80. */
  hostHeader: string;
}

const defaultPort = 80;
const example = 'type it as 192.168.1.254, dashcam.lan, 192.168.1.254:8080 or [fe80::1]:8080';
const hostNamePattern = /^(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_][a-z0-9_-]{0,62})*\.?$/i;

/**
 * Reads what a person typed as a camera's address: `host`, `host:port`, IPv4, IPv6 (`fe80::1`, `[::1]:8080`).
 * A pasted `http://192.168.1.254/` is understood. `error` says in one line what was wrong and what would be right.
 */
export function parseCameraAddress(text: string): CameraAddress | { error: string } {
  const typed = text
    .trim()
    .replace(/^http:\/\//i, '')
    .replace(/\/+$/, '');
  const mistake = mistakeIn(typed);
  if (mistake) return { error: `${mistake}; ${example}` };
  if (isIPv6(typed)) return addressOf(typed, defaultPort);
  const split = /^(?:\[([^\]]*)\]|([^:[\]]*))(?::(\d{0,6}))?$/.exec(typed);
  if (!split) return { error: `the address is not understood; ${example}` };
  const [, bracketed, plain = '', portText] = split;
  const port = portText === undefined ? defaultPort : Number(portText);
  if (portText === '' || port < 1 || port > 65_535) {
    return { error: `the port must be a number from 1 to 65535; ${example}` };
  }
  const wrongHost = bracketed === undefined ? mistakeInHost(plain) : mistakeInBrackets(bracketed);
  return wrongHost ? { error: `${wrongHost}; ${example}` } : addressOf(bracketed ?? plain, port);
}

function mistakeIn(typed: string): string | null {
  if (typed === '') return 'the address is empty';
  if (/[\s\p{Cc}]/u.test(typed)) return 'an address has no blanks in it';
  if (/^https:\/\//i.test(typed)) return 'the camera speaks plain HTTP, not https';
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(typed))
    return 'only the address is wanted, without ftp://, rtsp:// and the like';
  if (typed.includes('@')) return 'an address has no user name or password in it';
  if (/[?#]/.test(typed)) return 'only the address is wanted, without what follows a ? or #';
  if (/[/\\]/.test(typed)) return 'only the address is wanted, without a folder or page';
  return null;
}

function mistakeInBrackets(host: string): string | null {
  return isIPv6(host) ? null : 'what stands in [ ] is not an IPv6 address';
}

function mistakeInHost(host: string): string | null {
  if (isIPv4(host)) return null;
  if (host === '') return 'the host is missing';
  if (/^(?:\d+\.)*\d+\.?$/.test(host)) return 'an IPv4 address has four numbers from 0 to 255';
  return hostNamePattern.test(host) ? null : 'that is neither a host name nor an IP address';
}

function addressOf(host: string, port: number): CameraAddress {
  const named = isIP(host) === 6 ? `[${host}]` : host;
  return { host, port, hostHeader: port === defaultPort ? named : `${named}:${port}` };
}
