import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { isIPv4, isIPv6 } from 'node:net';
import { withTimeout } from './abort.ts';

export interface NeighbourOptions {
  /** Linux's table of IPv4 neighbours. */
  table?: string;
  resolve?: (name: string) => Promise<string>;
}

const lookupMs = 1_000;

/**
 * The MAC (`aa:bb:cc:dd:ee:ff`) of the machine at an address (`host`, `host:port`, `[IPv6]:port`), as this machine's
 * neighbour table has it. Null when it is not there: another system than Linux, IPv6, another network behind a router,
 * a container with a network of its own. Never throws.
 */
export async function neighbourMac(address: string, options: NeighbourOptions = {}): Promise<string | null> {
  const { table = '/proc/net/arp', resolve = resolveIpv4 } = options;
  const host = hostOf(address);
  if (isIPv6(host)) return null;
  try {
    const ip = isIPv4(host) ? host : await withTimeout(resolve(host), lookupMs, host);
    return macIn(await readFile(table, 'latin1'), ip);
  } catch {
    return null;
  }
}

/** The MAC of an IPv4 address in the text of `/proc/net/arp`; null when there is none, or no answer to the question. */
export function macIn(table: string, ip: string): string | null {
  const [, ...rows] = table.split('\n');
  for (const row of rows) {
    const [rowIp, , flags, mac = ''] = row.trim().split(/\s+/);
    if (rowIp !== ip || !(Number(flags) & isComplete)) continue;
    if (/^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(mac) && !/^[0:]+$/.test(mac)) return mac.toLowerCase();
  }
  return null;
}

/** ATF_COM of `<net/if_arp.h>`. */
const isComplete = 0x2;

function hostOf(address: string): string {
  const bracketed = /^\[([^\]]*)\]/.exec(address)?.[1];
  if (bracketed !== undefined) return bracketed;
  return isIPv6(address) ? address : address.replace(/:\d+$/, '');
}

async function resolveIpv4(name: string): Promise<string> {
  return (await lookup(name, { family: 4 })).address;
}
