/** By which names this program is known, in small letters and without ports. */
export interface KnownHosts {
  /** Of this machine, as it calls itself. */
  machine: readonly string[];
  /** Those that the user has named, also `*.example.com`. */
  allowed: readonly string[];
}

/** Endings that nobody can register: a name below one of them is one of a home network. */
const homeEndings = ['local', 'localhost', 'lan', 'home', 'home.arpa', 'internal', 'localdomain'];

/**
 * Whether a host name (as `URL.hostname` has it) may be the program's. A page of a stranger's site can have its own
 * name lead to any machine of the visitor's network (DNS rebinding); no such name is an address, has no dot, or ends
 * as those of home networks do.
 */
export function isKnownHost(hostname: string, { machine, allowed }: KnownHosts): boolean {
  const name = hostname.toLowerCase().replace(/\.$/, '');
  if (name === '') return false;
  if (isAddress(name) || !name.includes('.')) return true;
  if (homeEndings.some((ending) => name.endsWith(`.${ending}`))) return true;
  return machine.includes(name) || allowed.some((one) => matches(name, one));
}

/** Whether a host name is one of this machine itself. */
export function isLoopbackName(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** As `URL` writes them: it takes nothing else for a name that begins with a bracket or is all numbers. */
function isAddress(name: string): boolean {
  return /^\[[\da-f:.]+\]$/.test(name) || /^\d{1,3}(\.\d{1,3}){3}$/.test(name);
}

function matches(name: string, allowed: string): boolean {
  return allowed.startsWith('*.') ? name.endsWith(allowed.slice(1)) : name === allowed;
}
